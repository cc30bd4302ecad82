//! Bands of GeoTIFFs as a source of chunks.

use pop_raster::{CellCounts, RasterError, RasterFile, ReadAt, Samples, Scratch};

use crate::chunk_source::ChunkSource;

/// One band of an open GeoTIFF.
#[derive(Debug)]
pub struct RasterBand<'a, S> {
    /// The open file.
    pub file: &'a RasterFile<S>,
    /// The band, from 0.
    pub band: usize,
}

impl<S: ReadAt> ChunkSource for RasterBand<'_, S> {
    type Scratch = Scratch;
    type Error = RasterError;

    fn read<'s>(
        &self,
        chunk: usize,
        scratch: &'s mut Scratch,
    ) -> Result<(Samples<'s>, CellCounts), RasterError> {
        let chunk = self.file.read_chunk(self.band, chunk, scratch)?;
        Ok((chunk.samples, chunk.counts))
    }

    fn shares_file(&self, other: &Self) -> bool {
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
