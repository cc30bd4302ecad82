//! From longitude and latitude to positions in cells.

use pop_raster::Grid;

/// The transform of longitude and latitude to the cells of a raster: its geotransform, inverted.
///
/// A cell position is a pair (column, row): cell (i, j) reaches from (i, j) to (i + 1, j + 1), rows in the order they are stored.
/// `skipped` makes positions independent of a window: a clip keeps the origin of its source and subtracts whole cells, so that a border
/// falls into its cells digit for digit as it does on the whole raster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellTransform {
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

impl CellTransform {
    /// Column and row of a point.
    #[must_use]
    #[inline]
    pub fn position(&self, [lon, lat]: [f64; 2]) -> [f64; 2] {
        let column = (lon - self.origin[0]) / self.step[0];
        let row = (lat - self.origin[1]) / self.step[1];
        [
            round_near_zero(column) - self.skipped[0],
            round_near_zero(row) - self.skipped[1],
        ]
    }
}

impl From<&Grid> for CellTransform {
    /// The transform of a raster; a clip's is that of its source, less whole cells.
    fn from(grid: &Grid) -> Self {
        Self {
            origin: [grid.lattice.west, grid.lattice.north],
            step: [grid.lattice.cell_width, -grid.lattice.cell_height],
            skipped: [grid.first_col as f64, grid.first_row as f64],
            width: grid.width as u32,
            height: grid.height as u32,
        }
    }
}

/// Rounds what lies within two cells of the first to 2⁻⁵⁰ of a cell, the step that positions further on have anyway.
///
/// Doubles are denser near 0 than elsewhere, so `position - whole cells` would round there, and the two ends of a border could disagree.
#[inline]
fn round_near_zero(position: f64) -> f64 {
    if position.abs() < 2.0 {
        (position + 6.0) - 6.0
    } else {
        position
    }
}
