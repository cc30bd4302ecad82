//! What can stop a sum.

/// Why the rasters of a stack could not be summed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Failure<E> {
    /// A chunk could not be read.
    #[error("{source}")]
    Read {
        /// Which raster of the stack.
        raster: usize,
        /// Why.
        source: E,
    },
    /// More people than any place can hold.
    #[error("{people:e} people, where at most 1e9 in a cell and 1e12 in a raster are plausible")]
    Implausible {
        /// Which raster of the stack.
        raster: usize,
        /// People found in one cell, or in all.
        people: f64,
    },
    /// The shares of a unit do not add up to its area: a fault of this program.
    #[error(
        "unit {unit}: its shares add up to {covered} cells, its polygon to {expected} cells; {beyond} cells lie beyond 0 to 1"
    )]
    Coverage {
        /// Id of the unit.
        unit: String,
        /// Sum of its shares.
        covered: f64,
        /// Its polygon's area within the raster.
        expected: f64,
        /// By how much its shares were below 0 or above 1, added up.
        beyond: f64,
    },
}
