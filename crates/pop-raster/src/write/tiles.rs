//! Packing the tiles of a raster, many at a time.

use rayon::prelude::*;

use super::directory::Value;
use super::encode::Encoder;
use super::page::{ImageLevel, page_tags};
use super::spool::Spooled;
use super::{CellSource, NewRaster, WriteOptions};
use crate::cell_window::CellWindow;
use crate::error::RasterError;
use crate::layout::ChunkLayout;
use crate::sample::{ChunkKind, PlanarConfiguration, Predictor};
use crate::tag;

/// What stays the same from level to level.
pub(super) struct PackJob<'a> {
    pub(super) raster: &'a NewRaster,
    pub(super) options: &'a WriteOptions,
    pub(super) nodata: Option<f64>,
    pub(super) predictor: Predictor,
}

impl PackJob<'_> {
    /// Packs every `step`-th cell into the spool.
    pub(super) fn pack(
        &self,
        cells: &dyn CellSource,
        step: usize,
        spool: &mut Spooled<'_>,
    ) -> Result<ImageLevel, RasterError> {
        let (raster, side) = (self.raster, self.options.tile);
        let (width, height) = (
            raster.grid.width.div_ceil(step),
            raster.grid.height.div_ceil(step),
        );
        let layout = ChunkLayout::new(width, height, side, side);
        let count = raster.bands * layout.count();
        let batch = TILES_AT_ONCE.max(4 * rayon::current_num_threads());
        let mut sizes = Vec::with_capacity(count);
        spool.start_level();
        for first in (0..count).step_by(batch) {
            let tiles = (first..count.min(first + batch))
                .into_par_iter()
                .map_init(
                    || TileMaker::new(self),
                    |maker, index| {
                        let window = layout.window(index % layout.count());
                        maker.make(cells, index / layout.count(), &window, step)
                    },
                )
                .collect::<Result<Vec<_>, _>>()?;
            for tile in tiles {
                sizes.push(tile.len() as u64);
                spool.put(&tile)?;
            }
        }
        let planar = match raster.bands {
            1 => PlanarConfiguration::Interleaved,
            _ => PlanarConfiguration::Separate,
        };
        let mut directory = page_tags(raster, &layout, ChunkKind::Tile, planar)?;
        directory.set(
            tag::COMPRESSION,
            Value::Short(vec![self.options.compression.tiff_code()]),
        );
        if self.predictor != Predictor::None {
            directory.set(
                tag::PREDICTOR,
                Value::Short(vec![self.predictor.tiff_code()]),
            );
        }
        if step > 1 {
            directory.set(tag::NEW_SUBFILE_TYPE, Value::Long(vec![1]));
            for tag in [
                tag::MODEL_PIXEL_SCALE,
                tag::MODEL_TIEPOINT,
                tag::GEO_KEY_DIRECTORY,
                tag::GEO_DOUBLE_PARAMS,
                tag::GEO_ASCII_PARAMS,
                tag::GDAL_METADATA,
            ] {
                directory.remove(tag);
            }
        }
        Ok(ImageLevel {
            directory,
            chunks: ChunkKind::Tile,
            sizes,
            plain_order: raster.bands == 1,
        })
    }
}

/// Tiles that are in memory together, or four a thread if that is more.
const TILES_AT_ONCE: usize = 64;

/// One thread's buffers for making tiles.
struct TileMaker<'a> {
    job: &'a PackJob<'a>,
    encoder: Encoder,
    tile: Vec<f64>,
    part: Vec<f64>,
}

impl<'a> TileMaker<'a> {
    fn new(job: &'a PackJob<'a>) -> Self {
        let side = job.options.tile;
        Self {
            job,
            encoder: Encoder::new(
                job.options.compression,
                job.predictor,
                job.raster.sample,
                side,
            ),
            tile: vec![0.0; side * side],
            part: Vec::new(),
        }
    }

    /// The packed tile of the cells `window` of a level; padding has no value.
    fn make(
        &mut self,
        cells: &dyn CellSource,
        band: usize,
        window: &CellWindow,
        step: usize,
    ) -> Result<Vec<u8>, RasterError> {
        let side = self.job.options.tile;
        self.tile.fill(f64::NAN);
        // Overview cells are picked block by block, so that no buffer grows with the step.
        let block = (side / step).max(1);
        for row in (window.row..window.end_row()).step_by(block) {
            for col in (window.col..window.end_col()).step_by(block) {
                let cut = CellWindow {
                    col,
                    row,
                    width: block.min(window.end_col() - col),
                    height: block.min(window.end_row() - row),
                };
                self.pick(cells, band, window, &cut, step)?;
            }
        }
        self.encoder
            .pack(&self.tile, self.job.raster.sample, self.job.nodata)
    }

    /// Copies the cells `cut` of a level into the tile `window`.
    fn pick(
        &mut self,
        cells: &dyn CellSource,
        band: usize,
        window: &CellWindow,
        cut: &CellWindow,
        step: usize,
    ) -> Result<(), RasterError> {
        let full = CellWindow {
            col: cut.col * step,
            row: cut.row * step,
            width: (cut.width - 1) * step + 1,
            height: (cut.height - 1) * step + 1,
        };
        self.part.resize(full.cells(), 0.0);
        cells.cells(band, &full, &mut self.part)?;
        for row in 0..cut.height {
            let from = &self.part[row * step * full.width..][..full.width];
            let start = (cut.row - window.row + row) * self.job.options.tile + cut.col - window.col;
            let to = &mut self.tile[start..start + cut.width];
            for (to, from) in to.iter_mut().zip(from.iter().step_by(step)) {
                *to = *from;
            }
        }
        Ok(())
    }
}
