//! Raking: sums per org unit fitted to official totals.
//!
//! [`read_totals`] reads the totals, [`Cells`] the rows that are raked, [`rake()`] fits the ones to the others
//! ([`fit`]), and [`apply()`] puts the result back into the stream. Everything here is values in and values out:
//! no file, no network, no clock.

mod apply;
mod cells;
mod control;
pub mod fit;
mod rake;
mod totals;

pub use apply::{Gap, apply, gaps, parent_gaps};
pub use cells::{Block, Cells, CellsError, Column};
pub use control::{Control, ControlError};
pub use rake::{
    Fill, Origin, OutOfRange, Raked, RakedBlock, RakedControl, RakingOptions, Refusal, SourceSet,
    Uncontrolled, Years, rake,
};
pub use totals::{People, Total, TotalsError, read_totals};
