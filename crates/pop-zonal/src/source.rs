//! Where cells come from.

use std::ops::Range;

use pop_raster::{Samples, Tally};

/// One band of one raster, read chunk by chunk from several threads.
pub trait CellSource: Sync {
    /// Working memory of a thread.
    type Scratch: Default + Send;
    /// Why a chunk cannot be read.
    type Error: Send;

    /// Decodes a chunk, cut to the raster, row by row from the north. NaN stands for a cell without a value.
    ///
    /// # Errors
    /// Where the stored bytes cannot be read or decoded, or hold values that are refused.
    fn read<'s>(
        &self,
        chunk: usize,
        scratch: &'s mut Self::Scratch,
    ) -> Result<(Samples<'s>, Tally), Self::Error>;

    /// Whether the chunks of both lie in one file, so that decoding a band may decode those beside it.
    fn shares_chunks(&self, _other: &Self) -> bool {
        false
    }

    /// Bytes that a chunk takes up as stored.
    fn stored_length(&self, chunk: usize) -> usize;

    /// A chunk's stored bytes: chunks of one shape with the same bytes have the same cells.
    ///
    /// # Errors
    /// Where the bytes cannot be read.
    fn read_stored(&self, chunk: usize, bytes: &mut Vec<u8>) -> Result<(), Self::Error>;
}

/// How a grid is cut into chunks, numbered along the rows from the first stored row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunks {
    /// Columns of a chunk.
    pub width: usize,
    /// Rows of a chunk.
    pub height: usize,
    /// Chunks side by side.
    pub across: usize,
    /// Chunks above each other.
    pub down: usize,
    /// Columns and rows of the grid.
    pub columns: usize,
    /// Rows of the grid.
    pub rows: usize,
    /// How the stored rows run.
    pub order: Order,
}

/// How stored rows run. Cells are numbered from the north either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The first stored row is the northernmost.
    NorthUp,
    /// The first stored row is the southernmost.
    SouthUp,
}

/// Columns and rows of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// First row, from the north.
    pub(crate) row: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

/// Bands are about this many rows, where chunks are lower.
const BAND_ROWS: usize = 256;

impl Chunks {
    /// Cells of a chunk.
    pub(crate) fn window(&self, down: usize, across: usize) -> Window {
        let stored = down * self.height;
        let height = self.height.min(self.rows.saturating_sub(stored));
        let row = match self.order {
            Order::NorthUp => stored,
            Order::SouthUp => self.rows - stored - height,
        };
        let width = self
            .width
            .min(self.columns.saturating_sub(across * self.width));
        Window { row, width, height }
    }

    /// Chunk rows in a band.
    fn in_band(&self) -> usize {
        (BAND_ROWS / self.height.max(1)).max(1)
    }

    /// Bands of the grid: ranges of rows from the north that cut no chunk.
    pub(crate) fn bands(&self) -> Vec<Range<i64>> {
        let step = self.in_band();
        let mut bands: Vec<Range<i64>> = (0..self.down)
            .step_by(step)
            .map(|first| {
                let last = (first + step).min(self.down) - 1;
                let (a, b) = (self.window(first, 0), self.window(last, 0));
                let start = a.row.min(b.row);
                let end = (a.row + a.height).max(b.row + b.height);
                start as i64..end as i64
            })
            .collect();
        bands.sort_by_key(|band| band.start);
        bands
    }

    /// Chunk rows that make up the band of these rows.
    pub(crate) fn rows_of_band(&self, first: usize, rows: usize) -> Range<usize> {
        let (a, b) = match self.order {
            Order::NorthUp => (first, first + rows),
            Order::SouthUp => (self.rows - first - rows, self.rows - first),
        };
        a / self.height..b.div_ceil(self.height)
    }
}
