//! How many cells have a value, and why the others have none.

use crate::fill_values::{FILL_VALUES, FillCount, conspicuous};

/// How the cells of a chunk fell under the rules. Each cell is counted once, by all but `largest` and `fills`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CellCounts {
    /// Cells with a value.
    pub valid: u64,
    /// Cells with the declared nodata value, or in a chunk that is not stored.
    pub nodata: u64,
    /// NaN where NaN is not the declared nodata value.
    pub nan: u64,
    /// Cells outside the file's mask.
    pub masked: u64,
    /// Cells below zero.
    pub negative: u64,
    /// Infinite cells.
    pub infinite: u64,
    /// Finite cells above [`MAX_PEOPLE_PER_CELL`](crate::MAX_PEOPLE_PER_CELL).
    pub implausible: u64,
    /// Cells among the others that hold the largest value of an integer type, where no nodata value and no mask is declared.
    pub largest: u64,
    /// Cells among the valid ones that hold each of the values that programs use for nodata.
    pub(crate) fills: [FillCount; FILL_VALUES.len()],
}

impl CellCounts {
    /// All cells.
    #[must_use]
    pub fn cells(&self) -> u64 {
        self.valid
            + self.nodata
            + self.nan
            + self.masked
            + self.negative
            + self.infinite
            + self.implausible
    }

    /// A value such as 65535 that so many cells hold exactly, and next to none a value beside it, that it is hardly a number of people, and
    /// how many; the most frequent one.
    #[must_use]
    pub fn undeclared_nodata(&self) -> Option<(f64, u64)> {
        conspicuous(&self.fills)
    }
}

impl std::ops::AddAssign for CellCounts {
    fn add_assign(&mut self, other: Self) {
        self.valid += other.valid;
        self.nodata += other.nodata;
        self.nan += other.nan;
        self.masked += other.masked;
        self.negative += other.negative;
        self.infinite += other.infinite;
        self.implausible += other.implausible;
        self.largest += other.largest;
        for (fill, other) in self.fills.iter_mut().zip(other.fills) {
            fill.exact += other.exact;
            fill.beside += other.beside;
        }
    }
}
