//! From sums per org unit to DHIS2 data values: periods, mapping, target groups,
//! rounding, data value sets, and the rules DHIS2 checks them by.
//!
//! Everything here is bytes in and bytes out: no file, no network, no clock.

pub mod ages;
pub mod bands;
pub mod check;
mod comment;
mod draft;
pub mod formula;
mod hierarchy;
pub mod layout;
pub mod mapping;
pub mod metadata;
pub mod moment;
pub mod number;
pub mod people;
mod period;
pub mod plausibility;
pub mod recipe;
pub mod rounding;
pub mod selection;
pub mod split;
mod uid;
mod value_set;

pub use bands::BandSet;
pub use check::check;
pub use comment::{Comment, ForeignComment};
pub use draft::{AtHand, Draft, draft};
pub use hierarchy::Hierarchy;
pub use mapping::Mapping;
pub use metadata::Metadata;
pub use people::{Filled, People};
pub use period::{Period, PeriodError, PeriodType, UnknownPeriodType};
pub use uid::{NotAUid, Uid, is_uid};
pub use value_set::{
    CsvWriter, DataValue, DataValueSet, IdSchemes, JsonWriter, Key, ReadError, Text, write_csv,
};
