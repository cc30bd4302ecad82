//! The sums stream: people per org unit and raster, with what is known about each number.
//!
//! One row per unit and raster, as CSV with a header (columns found by name) or
//! as JSON. Rows are never dropped: a unit that could not be summed is there
//! with a status and its reasons.

mod error;
mod json;
pub mod limits;
mod number;
mod read;
mod reason;
mod row;
mod table;
mod text;
mod write;

pub use error::{Place, SumsError};
pub use pop_worldpop::Sex;
pub use read::{Completeness, ReadOptions, read, read_from};
pub use reason::{Reason, Status};
pub use row::{COLUMNS, SumRow};
pub use table::{Cell, Layer, SumTable, Unit};
pub use write::{CsvWriter, write_csv, write_json};
