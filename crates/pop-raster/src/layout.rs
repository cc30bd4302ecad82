//! How a raster is cut into chunks: tiles or strips.

use crate::cell_window::CellWindow;
use crate::grid::RowOrder;

/// The chunks of one plane, numbered row by row as they are stored.
///
/// Windows are given north-up whatever the stored row order, so that a caller
/// never sees the difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkLayout {
    /// Columns of the raster.
    pub width: usize,
    /// Rows of the raster.
    pub height: usize,
    /// Columns of a chunk (of a strip: the raster's).
    pub chunk_width: usize,
    /// Rows of a chunk.
    pub chunk_height: usize,
    /// Chunks in a row.
    pub across: usize,
    /// Chunks in a column.
    pub down: usize,
    /// How the stored rows run.
    pub row_order: RowOrder,
}

impl ChunkLayout {
    /// Chunks of `chunk_width` by `chunk_height` cells, neither of them 0, stored from the north.
    #[must_use]
    pub fn new(width: usize, height: usize, chunk_width: usize, chunk_height: usize) -> Self {
        Self {
            width,
            height,
            chunk_width,
            chunk_height,
            across: width.div_ceil(chunk_width),
            down: height.div_ceil(chunk_height),
            row_order: RowOrder::NorthUp,
        }
    }

    /// The same chunks with rows stored in another order.
    #[must_use]
    pub fn with_row_order(mut self, row_order: RowOrder) -> Self {
        self.row_order = row_order;
        self
    }

    /// Number of chunks in a plane.
    #[must_use]
    pub fn count(&self) -> usize {
        self.across * self.down
    }

    /// The cells of chunk `chunk`, cut to the raster.
    ///
    /// # Panics
    /// Where `chunk` is not below [`ChunkLayout::count`].
    #[must_use]
    pub fn window(&self, chunk: usize) -> CellWindow {
        assert!(chunk < self.count(), "chunk {chunk} of {}", self.count());
        let col = chunk % self.across * self.chunk_width;
        let stored_row = chunk / self.across * self.chunk_height;
        let width = self.chunk_width.min(self.width - col);
        let height = self.chunk_height.min(self.height - stored_row);
        let row = if self.row_order == RowOrder::SouthUp {
            self.height - stored_row - height
        } else {
            stored_row
        };
        CellWindow {
            col,
            row,
            width,
            height,
        }
    }

    /// The chunks that hold cells of `window`, in stored order.
    pub fn chunks_in(&self, window: &CellWindow) -> impl Iterator<Item = usize> + use<> {
        let whole = CellWindow {
            col: 0,
            row: 0,
            width: self.width,
            height: self.height,
        };
        let cut = window.intersection(&whole);
        let (cols, rows) = cut.map_or((0..0, 0..0), |cut| {
            let top = if self.row_order == RowOrder::SouthUp {
                self.height - cut.end_row()
            } else {
                cut.row
            };
            (
                cut.col / self.chunk_width..cut.end_col().div_ceil(self.chunk_width),
                top / self.chunk_height..(top + cut.height).div_ceil(self.chunk_height),
            )
        });
        let across = self.across;
        rows.flat_map(move |row| cols.clone().map(move |col| row * across + col))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_tile_the_raster_once() {
        for row_order in [RowOrder::NorthUp, RowOrder::SouthUp] {
            let layout = ChunkLayout::new(25, 26, 16, 8).with_row_order(row_order);
            let mut hits = vec![0; 25 * 26];
            for chunk in 0..layout.count() {
                let w = layout.window(chunk);
                for row in w.row..w.end_row() {
                    for col in w.col..w.end_col() {
                        hits[row * 25 + col] += 1;
                    }
                }
            }
            assert!(hits.iter().all(|&n| n == 1));
        }
    }

    #[test]
    fn chunks_in_a_window_are_those_that_meet_it() {
        for row_order in [RowOrder::NorthUp, RowOrder::SouthUp] {
            let layout = ChunkLayout::new(25, 26, 16, 8).with_row_order(row_order);
            let window = CellWindow {
                col: 3,
                row: 8,
                width: 14,
                height: 9,
            };
            let found: Vec<_> = layout.chunks_in(&window).collect();
            let expected: Vec<_> = (0..layout.count())
                .filter(|&c| layout.window(c).intersection(&window).is_some())
                .collect();
            assert_eq!(found, expected);
        }
    }
}
