//! From sums per org unit to DHIS2 data values: periods, mapping, target groups,
//! rounding, data value sets, and the rules DHIS2 checks them by.
//!
//! Everything here is bytes in and bytes out: no file, no network, no clock.

pub mod ages;
pub mod bands;
pub mod calendar;
pub mod check;
mod comment;
pub mod composition;
pub mod conversion;
pub mod element_reading;
pub mod formula;
mod hierarchy;
pub mod incomplete_parents;
mod initial_mapping;
pub mod mapping;
pub mod metadata;
pub mod number;
pub mod org_unit_ids;
mod period;
pub mod plausibility;
pub mod population_table;
mod projection;
pub mod reference_period;
pub mod resolved_mapping;
pub mod rounding;
pub mod split;
pub mod target_values;
mod uid;
pub mod unit_status;
pub mod upper_levels;
pub mod value_set;

pub use bands::BandSet;
pub use check::check;
pub use comment::{Comment, ForeignComment};
pub use hierarchy::RoundingHierarchy;
pub use initial_mapping::{InitialMapping, SumsSummary, initial_mapping};
pub use mapping::Mapping;
pub use metadata::Metadata;
pub use period::{Period, PeriodError, PeriodType, UnknownPeriodType};
pub use population_table::PopulationTable;
pub use projection::{Growth, Projection, ProjectionError, growth_rate};
pub use target_values::TargetValues;
pub use uid::{NotAUid, Uid, is_uid};
pub use value_set::{
    CsvError, CsvWriter, DataValue, DataValueSet, IdSchemes, JsonWriter, Key, ReadError, Text,
    write_csv,
};
