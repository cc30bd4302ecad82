//! The stored chunks of one page: where they lie and how they unpack.

use std::ops::Range;

use crate::codec::{Codecs, Wanted};
use crate::container::{Container, Page};
use crate::error::{ChunkProblem, RasterError};
use crate::layout::ChunkLayout;
use crate::limits::Limits;
use crate::predictor::{self, Row};
use crate::sample::{
    ByteOrder, ChunkKind, Compression, Depth, Encoding, PlanarConfiguration, Predictor, SampleType,
};
use crate::source::ReadAt;

use fields::{Fields, within};

mod fields;

/// Where the stored bytes of a chunk lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkBytes {
    /// First byte in the file.
    pub offset: u64,
    /// Number of bytes; 0 for a chunk that is not stored (sparse).
    pub len: u64,
}

/// Dimensions, encoding and chunk table of a page.
#[derive(Debug)]
pub(crate) struct Image {
    pub(crate) layout: ChunkLayout,
    pub(crate) bands: usize,
    pub(crate) planar: PlanarConfiguration,
    pub(crate) chunks: ChunkKind,
    pub(crate) depth: Depth,
    pub(crate) compression: Compression,
    pub(crate) predictor: Predictor,
    pub(crate) reversed_bits: bool,
    /// The band that holds opacity instead of values, from 0.
    pub(crate) alpha_band: Option<usize>,
    /// The colours that the samples stand for, where they are not plain numbers.
    pub(crate) colours: Option<&'static str>,
    pub(crate) order: ByteOrder,
    big: bool,
    file_len: u64,
    offsets: Vec<u64>,
    counts: Vec<u64>,
}

impl Image {
    pub(crate) fn read(
        container: &mut Container<'_>,
        page: &Page,
        limits: &Limits,
    ) -> Result<Self, RasterError> {
        let mut fields = Fields {
            container,
            page,
            limits,
        };
        let (width, height) = fields.size()?;
        let bands = fields.bands()?;
        let depth = fields.depth()?;
        let compression = fields.compression()?;
        let tile = fields.tile()?;
        let (chunk_width, chunk_height) = match tile {
            Some(tile) => tile,
            None => (width, fields.rows_per_strip()?.min(height)),
        };
        let mut image = Self {
            layout: ChunkLayout::new(width, height, chunk_width, chunk_height),
            bands,
            planar: fields.planar(bands)?,
            chunks: if tile.is_some() {
                ChunkKind::Tile
            } else {
                ChunkKind::Strip
            },
            depth,
            compression,
            predictor: fields.predictor(compression, depth)?,
            reversed_bits: fields.reversed_bits()?,
            alpha_band: fields.alpha_band(bands)?,
            colours: fields.colours()?,
            order: fields.container.header.order,
            big: fields.container.header.big,
            file_len: fields.container.len,
            offsets: Vec::new(),
            counts: Vec::new(),
        };
        image.check_chunk_size(limits)?;
        image.read_chunk_table(&mut fields)?;
        Ok(image)
    }

    fn check_chunk_size(&self, limits: &Limits) -> Result<(), RasterError> {
        let rows = self.layout.chunk_height as u64;
        let bytes = (self.row_bytes() as u64).saturating_mul(rows);
        let what = match self.chunks {
            ChunkKind::Tile => "the size of a decoded tile in bytes",
            ChunkKind::Strip => "the size of a decoded strip in bytes",
        };
        within(what, bytes, limits.chunk_bytes)
    }

    fn read_chunk_table(&mut self, fields: &mut Fields<'_, '_>) -> Result<(), RasterError> {
        let planes = self.planar.planes(self.bands) as u64;
        let needed = (self.layout.across as u64)
            .checked_mul(self.layout.down as u64)
            .and_then(|chunks| chunks.checked_mul(planes))
            .unwrap_or(u64::MAX);
        within("the number of chunks", needed, fields.limits.chunks)?;
        (self.offsets, self.counts) = match self.chunks {
            ChunkKind::Tile => fields.tile_bytes()?,
            ChunkKind::Strip => fields.strip_bytes()?,
        };
        // samples without compression have a known size; libtiff takes it where a lone strip has a count of 0
        let lone_strip =
            self.chunks == ChunkKind::Strip && self.counts == [0] && self.offsets != [0];
        if self.compression == Compression::None && (self.counts.is_empty() || lone_strip) {
            self.counts = self.stored_sizes(planes);
        }
        for (values, what) in [
            (&self.offsets, "chunk offsets"),
            (&self.counts, "chunk byte counts"),
        ] {
            if (values.len() as u64) < needed {
                let problem = format!("it has {} {what} for {needed} chunks", values.len());
                return Err(fields.wrong(problem));
            }
        }
        Ok(())
    }

    /// Bytes of each chunk without compression; strips hold no rows beyond the raster.
    fn stored_sizes(&self, planes: u64) -> Vec<u64> {
        let rows = |chunk: usize| match self.chunks {
            ChunkKind::Tile => self.layout.chunk_height,
            ChunkKind::Strip => self.layout.window(chunk).height,
        };
        let of_plane =
            || (0..self.layout.count()).map(|chunk| (self.row_bytes() * rows(chunk)) as u64);
        (0..planes).flat_map(|_| of_plane()).collect()
    }

    /// What its chunks are called.
    pub(crate) fn chunk_kind(&self) -> &'static str {
        self.chunks.name()
    }

    /// Interleaved samples of a cell in a chunk.
    pub(crate) fn stride(&self) -> usize {
        match self.planar {
            PlanarConfiguration::Interleaved => self.bands,
            PlanarConfiguration::Separate => 1,
        }
    }

    /// Which of those samples is of a band.
    pub(crate) fn band_in_chunk(&self, band: usize) -> usize {
        match self.planar {
            PlanarConfiguration::Interleaved => band,
            PlanarConfiguration::Separate => 0,
        }
    }

    /// Bytes of a row of a chunk.
    pub(crate) fn row_bytes(&self) -> usize {
        let samples = self.layout.chunk_width.saturating_mul(self.stride());
        match self.depth {
            Depth::Bit => samples.div_ceil(8),
            Depth::Sample(sample) => samples.saturating_mul(sample.bytes()),
        }
    }

    pub(crate) fn plane(&self, band: usize) -> usize {
        match self.planar {
            PlanarConfiguration::Interleaved => 0,
            PlanarConfiguration::Separate => band,
        }
    }

    pub(crate) fn chunk_bytes(&self, plane: usize, chunk: usize) -> ChunkBytes {
        let index = plane * self.layout.count() + chunk;
        ChunkBytes {
            offset: self.offsets[index],
            len: self.counts[index],
        }
    }

    /// Where a chunk lies, inside the file; `None` where it is not stored.
    pub(crate) fn locate(
        &self,
        plane: usize,
        chunk: usize,
    ) -> Result<Option<ChunkBytes>, ChunkProblem> {
        let bytes @ ChunkBytes { offset, len } = self.chunk_bytes(plane, chunk);
        if len == 0 {
            return if offset == 0 {
                Ok(None)
            } else {
                Err(ChunkProblem::NoBytes { offset })
            };
        }
        if offset < if self.big { 16 } else { 8 } {
            return Err(ChunkProblem::InHeader { offset });
        }
        let end = offset.saturating_add(len);
        if end > self.file_len {
            return Err(ChunkProblem::BeyondEnd {
                offset,
                end,
                len: self.file_len,
            });
        }
        Ok(Some(bytes))
    }

    /// Reads the stored bytes of a chunk; `false` where it is not stored.
    pub(crate) fn read_stored(
        &self,
        source: &dyn ReadAt,
        plane: usize,
        chunk: usize,
        packed: &mut Vec<u8>,
    ) -> Result<bool, ChunkProblem> {
        let Some(ChunkBytes { offset, len }) = self.locate(plane, chunk)? else {
            return Ok(false);
        };
        packed.resize(len as usize, 0);
        source.read_at(offset, packed)?;
        if self.reversed_bits {
            for byte in packed.iter_mut() {
                *byte = byte.reverse_bits();
            }
        }
        Ok(true)
    }

    /// Unpacks `packed` into whole rows of samples, predictor undone, and returns where
    /// they lie in `bytes`. Rows beyond the raster are left out.
    pub(crate) fn unpack(
        &self,
        chunk: usize,
        packed: &[u8],
        codecs: &mut Codecs,
        bytes: &mut Vec<u8>,
        line: &mut Vec<u8>,
    ) -> Result<Range<usize>, ChunkProblem> {
        let row_bytes = self.row_bytes();
        let wanted = Wanted {
            needed: row_bytes * self.layout.window(chunk).height,
            whole: row_bytes * self.layout.chunk_height,
        };
        let range = codecs.unpack(self.compression, packed, wanted, bytes)?;
        if let Depth::Sample(sample) = self.depth {
            predictor::undo(
                self.predictor,
                &mut bytes[range.clone()],
                self.row(sample),
                line,
            );
        }
        Ok(range)
    }

    pub(crate) fn row(&self, sample: SampleType) -> Row {
        let stride = self.stride();
        Row {
            samples: self.layout.chunk_width * stride,
            stride,
            bytes: sample.bytes(),
            order: self.order,
        }
    }

    pub(crate) fn encoding(&self, sample: SampleType) -> Encoding {
        Encoding {
            sample,
            compression: self.compression,
            predictor: self.predictor,
            byte_order: self.order,
            big: self.big,
            chunks: self.chunks,
            planar: self.planar,
            reversed_bits: self.reversed_bits,
        }
    }
}
