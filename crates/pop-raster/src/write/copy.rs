//! Copying stored chunks as they are.

use std::io::Write;

use super::NewRaster;
use super::directory::Value;
use super::page::{ImageLevel, PackedTiles, page_tags, write_levels};
use crate::cell_window::CellWindow;
use crate::clip_record::ClipRecord;
use crate::error::RasterError;
use crate::file::RasterFile;
use crate::grid::RowOrder;
use crate::layout::ChunkLayout;
use crate::metadata::SamplesKept;
use crate::sample::ChunkKind;
use crate::source::ReadAt;
use crate::tag;

/// Copies whole stored chunks of `source` without unpacking them.
///
/// `window` must be made of whole chunks ([`whole_chunks`] grows one to them); `record`
/// says where they come from. Memory: one chunk.
///
/// # Errors
/// Where the window is not, the source has a mask page or runs south-up, or reading or
/// writing fails.
pub fn copy_chunks<S: ReadAt>(
    out: &mut dyn Write,
    source: &RasterFile<S>,
    window: &CellWindow,
    record: ClipRecord,
) -> Result<(), RasterError> {
    check_chunks_can_be_copied(source)?;
    if *window != whole_chunks(source.layout(), window) {
        return Err(refusal("the window is not made of whole chunks"));
    }
    let encoding = source.encoding();
    let layout = source.layout();
    let mut raster = NewRaster::part_of(source, window);
    raster.sample = encoding.sample;
    raster.nodata = source.nodata().text().map(str::to_owned);
    raster.clip = Some(record);
    raster.metadata = source.metadata().of_a_part(SamplesKept::AsStored);
    let chunk_height = layout.chunk_height.min(window.height);
    let (width, height) = match encoding.chunks {
        ChunkKind::Tile => (layout.chunk_width, layout.chunk_height),
        ChunkKind::Strip => (window.width, chunk_height),
    };
    let part = ChunkLayout::new(window.width, window.height, width, height);
    let mut directory = page_tags(&raster, &part, encoding.chunks, encoding.planar)?;
    directory.set(
        tag::COMPRESSION,
        Value::Short(vec![encoding.compression.tiff_code()]),
    );
    directory.set(
        tag::PREDICTOR,
        Value::Short(vec![encoding.predictor.tiff_code()]),
    );
    if encoding.reversed_bits {
        directory.set(tag::FILL_ORDER, Value::Short(vec![2]));
    }
    let planes = encoding.planar.planes(source.bands());
    let chunks: Vec<usize> = layout.chunks_in(window).collect();
    let mut stored = Stored {
        source,
        chunks: (0..planes)
            .flat_map(|plane| chunks.iter().map(move |&chunk| (plane, chunk)))
            .collect(),
    };
    let level = ImageLevel {
        directory,
        chunks: encoding.chunks,
        sizes: stored.sizes(),
        plain_order: planes == 1,
    };
    write_levels(out, encoding.byte_order, vec![level], &mut stored)
}

/// Whether [`copy_chunks`] can copy the chunks of `source`.
///
/// # Errors
/// Where the source has a mask page or runs south-up.
pub fn check_chunks_can_be_copied<S: ReadAt>(source: &RasterFile<S>) -> Result<(), RasterError> {
    if source.has_mask() {
        return Err(refusal(
            "chunks of a raster with a mask page cannot be copied as they are",
        ));
    }
    if source.grid().row_order == RowOrder::SouthUp {
        return Err(refusal(
            "chunks of a south-up raster cannot be copied as they are",
        ));
    }
    Ok(())
}

fn refusal(problem: &str) -> RasterError {
    RasterError::Write {
        problem: problem.to_owned(),
    }
}

/// Chunks of the source, read as they are written.
struct Stored<'a, S> {
    source: &'a RasterFile<S>,
    /// Plane and number of each.
    chunks: Vec<(usize, usize)>,
}

impl<S: ReadAt> Stored<'_, S> {
    fn sizes(&self) -> Vec<u64> {
        let size = |&(plane, chunk): &(usize, usize)| self.source.chunk_bytes(plane, chunk).len;
        self.chunks.iter().map(size).collect()
    }
}

impl<S: ReadAt> PackedTiles for Stored<'_, S> {
    fn fetch(&mut self, _: usize, tile: usize, bytes: &mut Vec<u8>) -> Result<(), RasterError> {
        let (plane, chunk) = self.chunks[tile];
        self.source.read_stored_chunk(plane, chunk, bytes)
    }
}

/// The smallest window of whole chunks that holds `window`.
#[must_use]
pub fn whole_chunks(layout: &ChunkLayout, window: &CellWindow) -> CellWindow {
    let grow = |from: usize, end: usize, by: usize, limit: usize| {
        (
            from / by * by,
            end.div_ceil(by).saturating_mul(by).min(limit),
        )
    };
    let (col, end_col) = grow(
        window.col,
        window.end_col(),
        layout.chunk_width,
        layout.width,
    );
    let (row, end_row) = grow(
        window.row,
        window.end_row(),
        layout.chunk_height,
        layout.height,
    );
    CellWindow {
        col,
        row,
        width: end_col - col,
        height: end_row - row,
    }
}
