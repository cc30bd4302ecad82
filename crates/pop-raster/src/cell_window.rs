//! Rectangles of cells.

/// A rectangle of cells: columns from the west, rows from the north.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CellWindow {
    /// First column.
    pub col: usize,
    /// First row, from the north.
    pub row: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl CellWindow {
    /// One past the last column.
    #[must_use]
    pub fn end_col(&self) -> usize {
        self.col + self.width
    }

    /// One past the last row.
    #[must_use]
    pub fn end_row(&self) -> usize {
        self.row + self.height
    }

    /// Number of cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.width * self.height
    }

    /// The cells in both, if any.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let col = self.col.max(other.col);
        let row = self.row.max(other.row);
        let end_col = self.end_col().min(other.end_col());
        let end_row = self.end_row().min(other.end_row());
        (col < end_col && row < end_row).then(|| Self {
            col,
            row,
            width: end_col - col,
            height: end_row - row,
        })
    }
}
