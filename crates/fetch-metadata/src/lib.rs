//! `fetch-metadata`: from DHIS2, what mapping and checking need, as one JSON document.

mod args;
mod run;

pub use args::FetchMetadata;
