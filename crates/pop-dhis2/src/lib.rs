//! Client of the DHIS2 Web API, releases 2.38 to 2.44.
//!
//! [`Server::connect`] finds out who answers; [`org_units`], [`metadata`], [`values`] and [`import`] are what
//! the tools do with it. What the API promises and what servers do differ in many
//! places: each module says what it relies on.

mod access;
mod error;
pub mod import;
pub mod metadata;
pub mod org_units;
mod server;
pub mod values;
mod version;

pub use access::{CredentialsError, client_options, parse_credentials};
pub use error::ApiError;
pub use metadata::Metadata;
pub use server::{Server, SystemInfo};
pub use version::{ImportDialect, NEWEST_LINE, NotAVersion, OLDEST_LINE, Version};
