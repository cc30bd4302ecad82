//! What can stop a sum.

use pop_raster::MAX_PEOPLE_PER_CELL;

/// Why the rasters of a stack could not be summed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SumError<E> {
    /// A chunk could not be read.
    #[error("{source}")]
    Read {
        /// Which raster of the stack.
        raster: usize,
        /// Why.
        source: E,
    },
    /// A cell with more people than a cell can hold.
    #[error("{people:e} people in one cell, more than the {most:e} that a cell can hold", most = MAX_PEOPLE_PER_CELL)]
    TooManyPeople {
        /// Which raster of the stack.
        raster: usize,
        /// People found in the cell.
        people: f64,
    },
    /// The fractions of a unit do not add up to its area: a fault of this program.
    #[error(
        "unit {unit}: its coverage fractions add up to {covered} cells, its polygon to {expected} cells; {beyond} cells are beyond 0 to 1"
    )]
    Coverage {
        /// Id of the unit.
        unit: String,
        /// Sum of its fractions.
        covered: f64,
        /// Its polygon's area within the raster.
        expected: f64,
        /// By how much its fractions were below 0 or above 1, added up.
        beyond: f64,
    },
}
