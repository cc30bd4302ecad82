//! DHIS2 Web API client: org units, metadata, import, tasks, read-back
pub mod import;
