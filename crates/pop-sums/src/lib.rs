//! The sums stream: people per org unit and raster, with what is known about each number.
//!
//! One row per unit and raster, as CSV with a header (columns found by name) or
//! as JSON. Rows are never dropped: a unit that could not be summed is there
//! with a status and its reasons.

mod adjust;
mod adjustment;
pub mod change;
pub mod column_names;
mod encoding;
mod error;
pub mod limits;
mod line_end;
pub mod nesting;
mod number;
mod read;
mod reason;
mod sums_row;
mod table;
mod write;

pub use adjust::{Adjusted, AdjustmentText, TableEditor};
pub use adjustment::{Adjustment, AdjustmentStep, Raking, RakingFactor};
pub use error::{RowPosition, SumsError};
pub use line_end::{UnterminatedLine, check_last_line};
pub use pop_worldpop::{AgeBand, Sex};
pub use read::{Completeness, ReadOptions, read, read_from};
pub use reason::{Reason, Status};
pub use sums_row::{COLUMNS, SumsRow};
pub use table::{Layer, SumsTable, Unit, UnitSum};
pub use write::{CsvWriter, write_csv, write_json};
