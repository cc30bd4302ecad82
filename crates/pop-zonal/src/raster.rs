//! GeoTIFFs as a source of cells.

use pop_raster::{ChunkLayout, Grid, RasterError, RasterFile, ReadAt, Samples, Scratch, Tally};

use crate::lattice::Lattice;
use crate::source::{CellSource, Chunks, Order};

/// One band of an open GeoTIFF.
#[derive(Debug)]
pub struct RasterBand<'a, S> {
    /// The file.
    pub file: &'a RasterFile<S>,
    /// The band, from 0.
    pub band: usize,
}

impl<S: ReadAt> CellSource for RasterBand<'_, S> {
    type Scratch = Scratch;
    type Error = RasterError;

    fn read<'s>(
        &self,
        chunk: usize,
        scratch: &'s mut Scratch,
    ) -> Result<(Samples<'s>, Tally), RasterError> {
        let chunk = self.file.read_chunk(self.band, chunk, scratch)?;
        Ok((chunk.samples, chunk.tally))
    }

    fn shares_chunks(&self, other: &Self) -> bool {
        std::ptr::eq(self.file, other.file)
    }

    fn stored_length(&self, chunk: usize) -> usize {
        if self.file.has_mask() {
            return usize::MAX; // the same bytes under another mask are other cells
        }
        usize::try_from(self.file.chunk_bytes(self.band, chunk).len).unwrap_or(usize::MAX)
    }

    fn read_stored(&self, chunk: usize, bytes: &mut Vec<u8>) -> Result<(), RasterError> {
        self.file.read_stored_chunk(self.band, chunk, bytes)
    }
}

impl From<&Grid> for Lattice {
    /// The lattice of a raster; a clip's is that of its source, less whole cells.
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

impl From<&ChunkLayout> for Chunks {
    fn from(layout: &ChunkLayout) -> Self {
        let first = if layout.count() > 0 {
            layout.window(0).row
        } else {
            0
        };
        Self {
            width: layout.chunk_width,
            height: layout.chunk_height,
            across: layout.across,
            down: layout.down,
            columns: layout.width,
            rows: layout.height,
            order: if first == 0 {
                Order::NorthUp
            } else {
                Order::SouthUp
            },
        }
    }
}
