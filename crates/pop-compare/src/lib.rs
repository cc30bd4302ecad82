//! Two sets of population figures side by side: what changed, how, and whether the guidance flags it.
//!
//! [`Side::from_sums`], [`Side::from_values`] and [`Side::from_mapped_sums`] read each kind of input into figures of one
//! form, [`compare`] puts two sides together. On a comparison build [`indicators`] (ratios of age bands),
//! [`rates`] (against rates from elsewhere) and [`coverage`] (of a numerator); [`crosswalk`] is what two sets of boundaries
//! share. Everything here is values in and values out: no file, no network, no clock.

mod alignment;
mod bands;
mod class;
mod comparison;
pub mod coverage;
pub mod crosswalk;
mod dimensions;
mod error;
mod groups;
pub mod indicators;
mod mapped_sums;
mod options;
pub mod rates;
mod row;
mod rules;
mod side;
mod sums_side;
mod tree;
mod unit;
mod value_side;
mod years;

pub use class::Class;
pub use comparison::{Comparison, compare};
pub use dimensions::Dimensions;
pub use error::CompareError;
pub use groups::{Group, GroupSum};
pub use mapped_sums::MappingInputs;
pub use options::{ComparisonOptions, OtherSource};
pub use row::Row;
pub use rules::{Flag, Rule, Thresholds};
pub use side::{Figure, Side, SideKind, SideSummary};
pub use tree::{OrgUnitTree, TreeUnit};
pub use unit::{Unit, UnitKey};
