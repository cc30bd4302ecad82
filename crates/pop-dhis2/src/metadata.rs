//! Fetching what mapping and checking need to know: the [`Metadata`] document.
//!
//! The least rights it takes, in every release: a login that can see the data sets
//! (metadata read on them, which is public on most servers). What the user may not
//! see is left out by the server, not refused; what is missed that way shows as a
//! data set, combination or option that is not there.

mod collection;
mod fetch;
mod settings;
mod wire;

pub(crate) use collection::{resolve_elements, resolve_sets};
pub use fetch::current_user;
pub use fetch::{DataSetSummary, MetadataSelection, data_sets, data_sets_holding, fetch};
pub use pop_datavalues::Metadata;
