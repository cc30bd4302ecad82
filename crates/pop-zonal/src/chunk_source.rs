//! Where cells come from.

use pop_raster::{CellCounts, Samples};

/// One band of one raster, read chunk by chunk from several threads.
pub trait ChunkSource: Sync {
    /// Working memory of a thread.
    type Scratch: Default + Send;
    /// Why a chunk cannot be read.
    type Error: Send;

    /// Decodes a chunk, cut to the raster, row by row from the north. NaN marks a cell without a value.
    ///
    /// # Errors
    /// Where the stored bytes cannot be read or decoded, or hold values that are refused.
    fn read<'s>(
        &self,
        chunk: usize,
        scratch: &'s mut Self::Scratch,
    ) -> Result<(Samples<'s>, CellCounts), Self::Error>;

    /// Whether both are bands of one file, so that decoding a chunk of one may decode that of the other.
    fn shares_file(&self, _other: &Self) -> bool {
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
