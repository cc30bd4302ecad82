//! Writing GeoTIFFs front to back, to anything that takes bytes.
//!
//! The layout is that of a cloud-optimised GeoTIFF: header, all directories, then the
//! data of overviews, smallest first, then that of the raster. A directory lists the
//! sizes of its tiles, so all tiles are packed before the first byte goes out, and wait
//! in a spool; the output is never seeked, and a pipe will do. Same input, same bytes,
//! whatever the threads.

mod copy;
mod directory;
mod encode;
mod page;
mod spool;
mod tiles;

pub use copy::{check_chunks_can_be_copied, copy_chunks, whole_chunks};
pub use spool::Spool;

use std::io::Write;

use crate::cell_window::CellWindow;
use crate::clip_record::ClipRecord;
use crate::error::RasterError;
use crate::file::RasterFile;
use crate::georeference::{Crs, GeoKeys};
use crate::grid::Grid;
use crate::metadata::{GdalMetadata, SamplesKept};
use crate::sample::{ByteOrder, Compression, Predictor, SampleType};
use crate::source::ReadAt;
use page::write_levels;
use spool::Spooled;
use tiles::PackJob;

/// A raster to be written: everything but its cells.
#[derive(Debug, Clone)]
pub struct NewRaster {
    /// Where the cells lie; always written north-up.
    pub grid: Grid,
    /// Coordinate system and the keys that page_tags it.
    pub(crate) keys: GeoKeys,
    /// Number of bands.
    pub bands: usize,
    /// Type of the samples.
    pub sample: SampleType,
    /// The declared nodata value as text; cells without a value are stored as it.
    pub nodata: Option<String>,
    /// GDAL's metadata.
    pub metadata: GdalMetadata,
    /// Where it was cut from.
    pub clip: Option<ClipRecord>,
}

impl NewRaster {
    /// A raster in WGS 84 with one band of `f32` and nodata -99999, as WorldPop has them.
    #[must_use]
    pub fn new(grid: Grid) -> Self {
        Self {
            grid,
            keys: GeoKeys::wgs84(),
            bands: 1,
            sample: SampleType::F32,
            nodata: Some("-99999".to_owned()),
            metadata: GdalMetadata::default(),
            clip: None,
        }
    }

    /// A part of `source`: same coordinate system, type, nodata value, bands and metadata.
    ///
    /// Where the source says by a mask page which cells have no value, or declares no
    /// value for them, the part declares NaN and has a float type.
    #[must_use]
    pub fn part_of<S: ReadAt>(source: &RasterFile<S>, window: &CellWindow) -> Self {
        let stored = source.encoding().sample;
        let scaled = (0..source.bands()).any(|band| !source.delivers_f32(band));
        let sample = match stored {
            _ if (0..source.bands()).any(|band| source.scale_offset(band) != (1.0, 0.0)) => {
                SampleType::F64
            }
            SampleType::F16 => SampleType::F32,
            _ if source.nodata().value().is_some() || stored.is_float() => stored,
            _ if scaled => SampleType::F64,
            _ => SampleType::F32,
        };
        let nodata = source
            .nodata()
            .value()
            .and(source.nodata().text())
            .unwrap_or("nan");
        Self {
            grid: source.grid().window(window),
            keys: source.geo_keys().clone(),
            bands: source.bands(),
            sample,
            nodata: Some(nodata.to_owned()),
            metadata: source.metadata().of_a_part(SamplesKept::Rewritten),
            clip: Some(ClipRecord::new(source.grid(), window, source.clip_record())),
        }
    }

    /// The coordinate system.
    #[must_use]
    pub fn crs(&self) -> Crs {
        self.keys.crs().unwrap_or(Crs { epsg: None })
    }

    fn nodata_value(&self) -> Result<Option<f64>, RasterError> {
        match &self.nodata {
            Some(text) => Ok(crate::nodata::NoData::parse(text, self.sample)?.value()),
            None => Ok(None),
        }
    }
}

/// How a raster is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteOptions {
    /// Compression of the tiles (all but PackBits).
    pub compression: Compression,
    /// Predictor; `None` takes the one that suits type and compression.
    pub predictor: Option<Predictor>,
    /// Side of a tile: a multiple of 16.
    pub tile: usize,
    /// Overviews: none, or every second cell of the level before, until one tile holds all.
    pub overviews: Overviews,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            compression: Compression::Deflate,
            predictor: None,
            tile: 512,
            overviews: Overviews::None,
        }
    }
}

/// Smaller copies of the raster for display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overviews {
    /// None.
    #[default]
    None,
    /// Every second cell, every fourth ...; never averages, which are not counts.
    Nearest,
}

/// Gives the cells of a raster that is being written.
pub trait CellSource: Sync {
    /// Fills `out` with the cells of `window`, row by row from the north; NaN for no value.
    ///
    /// # Errors
    /// Where the cells cannot be had; the writing stops.
    fn cells(&self, band: usize, window: &CellWindow, out: &mut [f64]) -> Result<(), RasterError>;
}

impl<F> CellSource for F
where
    F: Fn(usize, &CellWindow, &mut [f64]) -> Result<(), RasterError> + Sync,
{
    fn cells(&self, band: usize, window: &CellWindow, out: &mut [f64]) -> Result<(), RasterError> {
        self(band, window, out)
    }
}

/// Writes a raster in tiles, packed in parallel.
///
/// Memory: some tens of packed tiles, and one tile a thread; the packed tiles wait in `spool`.
///
/// # Errors
/// Where `cells` fails, the options do not fit, or `out` cannot be written.
pub fn write_geotiff(
    out: &mut dyn Write,
    raster: &NewRaster,
    cells: &dyn CellSource,
    options: &WriteOptions,
    spool: &mut dyn Spool,
) -> Result<(), RasterError> {
    let job = PackJob {
        raster,
        options,
        nodata: raster.nodata_value()?,
        predictor: predictor(raster, options)?,
    };
    let mut spooled = Spooled::new(spool);
    let mut levels = vec![job.pack(cells, 1, &mut spooled)?];
    if options.overviews == Overviews::Nearest {
        let mut step = 2;
        while raster.grid.width.max(raster.grid.height).div_ceil(step / 2) > options.tile {
            levels.push(job.pack(cells, step, &mut spooled)?);
            step *= 2;
        }
    }
    write_levels(out, ByteOrder::Little, levels, &mut spooled)
}

fn predictor(raster: &NewRaster, options: &WriteOptions) -> Result<Predictor, RasterError> {
    let float = raster.sample.is_float();
    let chosen = options.predictor.unwrap_or(match options.compression {
        Compression::None | Compression::PackBits => Predictor::None,
        _ if float => Predictor::FloatingPoint,
        _ => Predictor::Horizontal,
    });
    if chosen == Predictor::FloatingPoint && !float {
        return Err(RasterError::Write {
            problem: format!(
                "predictor 3 is for floats, the samples are {}",
                raster.sample
            ),
        });
    }
    if options.tile == 0 || !options.tile.is_multiple_of(16) {
        return Err(RasterError::Write {
            problem: format!("a tile side of {} is not a multiple of 16", options.tile),
        });
    }
    Ok(chosen)
}
