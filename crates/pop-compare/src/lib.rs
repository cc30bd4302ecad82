//! Two sets of population figures side by side: what changed, how, and whether the guidance flags it.
//!
//! [`Side::from_sums`] and [`Side::from_values`] read either kind of input into records of one form, [`compare`]
//! puts two sides together. Everything here is values in and values out: no file, no network, no clock.

mod bands;
mod comparison;
mod growth;
mod record;
mod rules;
mod side;

pub use comparison::{Comparison, Group, GroupSum, Row, compare};
pub use record::{Class, Key, Record};
pub use rules::{Flag, Rule, Thresholds};
pub use side::{Side, SideError, SideKind, UnitKey};
