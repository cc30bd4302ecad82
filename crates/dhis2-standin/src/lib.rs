//! A local server that answers as DHIS2 does.
//!
//! It plays one release of DHIS2, 2.38 to 2.44, as far as reading organisation units and
//! metadata and importing data values go: same statuses, same envelopes, same checks, same
//! counts, and the same silences where real servers say "success" and store nothing. It keeps
//! its store in memory, computes every answer from it, and listens on loopback only.
//!
//! ```no_run
//! use dhis2_standin::{StandinOptions, Standin, Version};
//!
//! let server = Standin::start(StandinOptions::new(Version::V43)).unwrap();
//! println!("{}", server.url());
//! ```

mod accounts;
mod api_call;
mod approvals;
mod auth;
mod clock;
mod collection_items;
mod control;
mod data_endpoints;
mod data_values;
mod dispatch;
mod envelope;
mod fault;
mod fault_rules;
mod field_filter;
mod geometry;
mod http;
mod json;
mod metadata;
mod metadata_store;
mod object_deletion;
mod object_filter;
mod object_list;
mod object_renderer;
mod objects;
mod option_combos;
mod options;
mod org_unit_file;
mod org_units;
mod period;
pub mod program;
mod proxy_faults;
mod query;
mod routes;
mod schema;
mod server_state;
mod service;
mod settings;
mod standin;
mod system;
mod task_list;
mod tasks;
mod tokens;
mod uid;
mod users;
mod value_set_export;
mod value_set_import;
mod value_type;
mod version;

pub use data_values::{DataValue, DataValueKey, Identifier};
pub use fault::Fault;
pub use fault_rules::FaultRule;
pub use options::{Control, StandinOptions};
pub use service::RequestLog;
pub use standin::Standin;
pub use version::{UnknownVersion, Version};
