//! Unpacking the bytes of one chunk.

mod lzw;
mod packbits;

use std::ops::Range;

use crate::error::ChunkProblem;
use crate::sample::Compression;

/// The decoders of one thread with what they keep between chunks.
pub(crate) struct Codecs {
    lzw: Option<lzw::Lzw>,
    deflate: Option<libdeflater::Decompressor>,
    zstd: Option<zstd::bulk::Decompressor<'static>>,
}

/// How many bytes of a chunk are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// Bytes up to the last cell inside the raster: unpacking stops there where it can.
    pub(crate) needed: usize,
    /// Bytes of the whole chunk, padding included.
    pub(crate) whole: usize,
}

impl Codecs {
    pub(crate) fn new() -> Self {
        Self {
            lzw: None,
            deflate: None,
            zstd: None,
        }
    }

    /// Unpacks `packed` into `buffer` and returns where the chunk's first
    /// `wanted.needed` bytes lie in it.
    ///
    /// # Errors
    /// [`ChunkProblem`] where the data is damaged, or gives too few bytes.
    pub(crate) fn unpack(
        &mut self,
        compression: Compression,
        packed: &[u8],
        wanted: Wanted,
        buffer: &mut Vec<u8>,
    ) -> Result<Range<usize>, ChunkProblem> {
        let damaged = |problem| ChunkProblem::Damaged {
            codec: compression.name(),
            problem,
        };
        let too_short = |found| ChunkProblem::TooShort {
            found,
            needed: wanted.needed,
        };
        let most = (packed.len() as u64).saturating_mul(compression.max_expansion());
        if most < wanted.needed as u64 {
            return Err(too_short(most as usize));
        }
        // No further than the bytes can reach, whatever the file claims.
        let whole = (wanted.whole as u64).min(most) as usize;
        let range = match compression {
            Compression::None => {
                fit(buffer, wanted.needed);
                buffer[..wanted.needed].copy_from_slice(&packed[..wanted.needed]);
                0..wanted.needed
            }
            Compression::Lzw => self
                .lzw
                .get_or_insert_with(lzw::Lzw::new)
                .decode(packed, wanted.needed, buffer)
                .map_err(damaged)?,
            Compression::PackBits => {
                fit(buffer, wanted.needed);
                0..packbits::decode(packed, &mut buffer[..wanted.needed])
            }
            Compression::Deflate => {
                fit(buffer, whole);
                let decoder = self
                    .deflate
                    .get_or_insert_with(libdeflater::Decompressor::new);
                0..decoder
                    .zlib_decompress(packed, &mut buffer[..whole])
                    .map_err(|error| damaged(deflate_problem(error, whole)))?
            }
            Compression::Zstd => {
                fit(buffer, whole);
                let decoder = match &mut self.zstd {
                    Some(decoder) => decoder,
                    none => none.insert(
                        zstd::bulk::Decompressor::new()
                            .map_err(|error| damaged(error.to_string()))?,
                    ),
                };
                0..decoder
                    .decompress_to_buffer(packed, &mut buffer[..whole])
                    .map_err(|error| damaged(error.to_string()))?
            }
        };
        if range.len() < wanted.needed {
            return Err(too_short(range.len()));
        }
        Ok(range.start..range.start + wanted.needed)
    }
}

fn fit(buffer: &mut Vec<u8>, len: usize) {
    if buffer.len() < len {
        buffer.resize(len, 0);
    }
}

fn deflate_problem(error: libdeflater::DecompressionError, whole: usize) -> String {
    match error {
        libdeflater::DecompressionError::BadData => "not a valid stream".to_owned(),
        libdeflater::DecompressionError::InsufficientSpace => {
            format!("it unpacks to more than the {whole} bytes of its chunk")
        }
    }
}
