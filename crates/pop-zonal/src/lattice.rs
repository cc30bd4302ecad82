//! The lattice of cells that coverage is computed on.

/// Where the cells of a raster lie on the plane of longitude and latitude.
///
/// A cell position is a pair (column, row): cell (i, j) reaches from (i, j) to (i + 1, j + 1), rows in the order they are stored.
/// `skipped` makes positions independent of a window: a clip keeps the origin of its source and subtracts whole cells, so that a border
/// falls into its cells digit for digit as it does on the whole raster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lattice {
    /// Longitude and latitude of the corner of cell (0, 0) of the source.
    pub origin: [f64; 2],
    /// Degrees a column and a row; negative where the order runs west or south.
    pub step: [f64; 2],
    /// Whole columns and rows of the source that the window leaves out before its first.
    pub skipped: [f64; 2],
    /// Columns of the window.
    pub width: u32,
    /// Rows of the window.
    pub height: u32,
}

impl Lattice {
    /// Column and row of a point.
    #[must_use]
    #[inline]
    pub fn position(&self, [lon, lat]: [f64; 2]) -> [f64; 2] {
        let column = (lon - self.origin[0]) / self.step[0];
        let row = (lat - self.origin[1]) / self.step[1];
        [
            settle(column) - self.skipped[0],
            settle(row) - self.skipped[1],
        ]
    }
}

/// Rounds what lies within two cells of the first to 2⁻⁵⁰ of a cell, the step that positions further on have anyway.
///
/// Doubles are denser near 0 than elsewhere, so `position - whole cells` would round there, and the two ends of a border could disagree.
#[inline]
fn settle(position: f64) -> f64 {
    if position.abs() < 2.0 {
        (position + 6.0) - 6.0
    } else {
        position
    }
}
