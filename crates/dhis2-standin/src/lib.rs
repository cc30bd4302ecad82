//! A local server that answers as DHIS2 does.
//!
//! It plays one release of DHIS2, 2.38 to 2.44, as far as reading organisation units and
//! metadata and importing data values go: same statuses, same envelopes, same checks, same
//! counts, and the same silences where real servers say "success" and store nothing. It keeps
//! its store in memory, computes every answer from it, and listens on loopback only.
//!
//! ```no_run
//! use dhis2_standin::{Options, Standin, Version};
//!
//! let server = Standin::start(Options::new(Version::V43)).unwrap();
//! println!("{}", server.url());
//! ```

mod approval;
mod auth;
mod clock;
mod combos;
mod control;
mod data_routes;
mod deletion;
mod envelope;
mod faults;
mod fields;
mod filter;
mod geometry;
mod http;
mod import;
mod json;
mod list;
mod metadata;
mod objects;
mod options;
mod period;
mod proxy;
mod query;
mod read_back;
mod routes;
mod rule;
mod schema;
mod service;
mod settings;
mod standin;
mod state;
mod store;
mod system;
mod tasks;
mod tokens;
mod uid;
mod unit_file;
mod units;
mod users;
mod value_type;
mod values;
mod version;
mod view;

pub use faults::Fault;
pub use options::{Control, Options};
pub use rule::Rule;
pub use service::RequestLog;
pub use standin::Standin;
pub use values::{DataValue, Key, Name};
pub use version::{UnknownVersion, Version};
