//! What is added up for one target.

use crate::accumulator::Accumulator;
use crate::fraction;

/// People, and the valid cells they live in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WeightedSum {
    pub(crate) people: Accumulator,
    /// In units of 2⁻⁶⁰ cells.
    pub(crate) cells: i128,
}

impl WeightedSum {
    /// People, rounded once.
    #[must_use]
    pub fn people(&self) -> f64 {
        self.people.to_f64()
    }

    /// Cells with a value, whole and in part.
    #[must_use]
    pub fn cells(&self) -> f64 {
        fraction::cells(self.cells)
    }

    /// Whether any cell had a value.
    #[must_use]
    pub fn has_cells(&self) -> bool {
        self.cells > 0
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        self.people.merge(&other.people);
        self.cells += other.cells;
    }

    /// Takes another sum away.
    pub fn subtract(&mut self, other: &Self) {
        self.people.subtract(&other.people);
        self.cells -= other.cells;
    }
}
