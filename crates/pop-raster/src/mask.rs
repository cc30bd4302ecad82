//! GDAL's internal mask: a second page that says which cells have a value.

use crate::cell_window::CellWindow;
use crate::codec::Codecs;
use crate::container::{Container, Page};
use crate::error::{ChunkProblem, RasterError};
use crate::grid::RowOrder;
use crate::image::Image;
use crate::limits::Limits;
use crate::sample::{Depth, SampleType};
use crate::source::ReadAt;

const SUBFILE_MASK: u64 = 4;

/// A mask page of the raster's own size: one bit or one byte a cell, 0 for no value.
#[derive(Debug)]
pub(crate) struct Mask {
    image: Image,
}

/// Buffers for reading a mask.
pub(crate) struct MaskScratch {
    codecs: Codecs,
    packed: Vec<u8>,
    bytes: Vec<u8>,
    line: Vec<u8>,
    cells: Vec<u8>,
}

impl Default for MaskScratch {
    fn default() -> Self {
        Self {
            codecs: Codecs::new(),
            packed: Vec::new(),
            bytes: Vec::new(),
            line: Vec::new(),
            cells: Vec::new(),
        }
    }
}

impl Mask {
    /// The mask that goes with page `main`, if there is one.
    pub(crate) fn find(
        container: &mut Container<'_>,
        pages: &[Page],
        kinds: &[u64],
        main: usize,
        image: &Image,
        limits: &Limits,
    ) -> Result<Option<Self>, RasterError> {
        let mut later = pages.iter().zip(kinds).skip(main + 1);
        let Some((page, _)) = later.find(|(_, kind)| **kind == SUBFILE_MASK) else {
            return Ok(None);
        };
        let mut mask = Image::read(container, page, limits)?;
        let same_size =
            mask.layout.width == image.layout.width && mask.layout.height == image.layout.height;
        let one_a_cell = mask.bands == 1;
        let one_a_sample = mask.depth != Depth::Bit && mask.bands == image.bands;
        let known = matches!(mask.depth, Depth::Bit | Depth::Sample(SampleType::U8));
        if !(same_size && known && (one_a_cell || one_a_sample)) {
            return Err(RasterError::Directory {
                page: page.number,
                problem: "the mask does not fit the raster".to_owned(),
            });
        }
        mask.layout.row_order = image.layout.row_order;
        Ok(Some(Self { image: mask }))
    }

    /// One byte a cell of `window`, 0 for no value; rows as they are stored.
    pub(crate) fn read<'a>(
        &self,
        source: &dyn ReadAt,
        band: usize,
        window: &CellWindow,
        scratch: &'a mut MaskScratch,
    ) -> Result<&'a [u8], RasterError> {
        let layout = &self.image.layout;
        scratch.cells.clear();
        scratch.cells.resize(window.cells(), 0);
        for chunk in layout.chunks_in(window) {
            let there = layout.window(chunk);
            let Some(both) = there.intersection(window) else {
                continue;
            };
            self.copy(source, band, chunk, &both, window, scratch)
                .map_err(|problem| RasterError::Chunk {
                    kind: self.image.chunk_kind(),
                    chunk,
                    window: there,
                    problem,
                })?;
        }
        Ok(&scratch.cells)
    }

    /// Copies the cells of `both` out of one chunk of the mask.
    fn copy(
        &self,
        source: &dyn ReadAt,
        band: usize,
        chunk: usize,
        both: &CellWindow,
        window: &CellWindow,
        scratch: &mut MaskScratch,
    ) -> Result<(), ChunkProblem> {
        let image = &self.image;
        let band = if image.bands == 1 { 0 } else { band };
        let MaskScratch {
            codecs,
            packed,
            bytes,
            line,
            cells,
        } = scratch;
        if !image.read_stored(source, image.plane(band), chunk, packed)? {
            // A mask chunk that is not stored reads as 0: no values there.
            return Ok(());
        }
        let range = image.unpack(chunk, packed, codecs, bytes, line)?;
        let there = image.layout.window(chunk);
        let stored_row = |row: usize, of: &CellWindow| {
            if image.layout.row_order == RowOrder::SouthUp {
                of.end_row() - 1 - row
            } else {
                row - of.row
            }
        };
        let (stride, band) = (image.stride(), image.band_in_chunk(band));
        for row in both.row..both.end_row() {
            let from = &bytes[range.start + stored_row(row, &there) * image.row_bytes()..];
            let to = &mut cells[stored_row(row, window) * window.width..][..window.width];
            for col in both.col..both.end_col() {
                let i = col - there.col;
                to[col - window.col] = match image.depth {
                    Depth::Bit => from[i / 8] >> (7 - i % 8) & 1,
                    Depth::Sample(_) => from[i * stride + band],
                };
            }
        }
        Ok(())
    }
}
