//! Population figures in the tables that other programs read: sums or data values in, one table out.
//!
//! Each layout is a module: [`wide`] for spreadsheets and statistics programs, [`chap`] for CHAP's
//! reader, [`cod_ps`] for the United Nations' population statistics.

pub mod chap;
pub mod cod_ps;
mod error;
mod people;
mod table;
pub mod wide;

pub use error::TableError;
pub use people::{People, UnitLabel};
pub use table::{Cell, OutputTable};
