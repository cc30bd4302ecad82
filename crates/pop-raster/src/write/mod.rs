//! Writing GeoTIFFs front to back, to anything that takes bytes.
//!
//! The layout is that of a cloud-optimised GeoTIFF: header, all directories, then the
//! data of overviews, smallest first, then that of the raster. A directory lists the
//! sizes of its tiles, so all tiles are packed before the first byte goes out; nothing
//! is ever seeked, and a pipe will do. Same input, same bytes, whatever the threads.

mod directory;
mod encode;

use std::io::Write;

use rayon::prelude::*;

use crate::clip_record::ClipRecord;
use crate::error::RasterError;
use crate::file::RasterFile;
use crate::georeference::{Crs, GeoKeys};
use crate::grid::{CellWindow, Grid, RowOrder};
use crate::layout::ChunkLayout;
use crate::metadata::{GdalMetadata, SamplesKept};
use crate::sample::{ByteOrder, Compression, Predictor, SampleType};
use crate::source::ReadAt;
use directory::{Directory, Flavour, Value};
use encode::Encoder;

/// What GDAL looks for behind the header to read a tile with one request less
/// (its driver documentation, "Cloud Optimized GeoTIFF").
const STRUCTURE: &str = "LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\n\
     BLOCK_TRAILER=LAST_4_BYTES_REPEATED\nKNOWN_INCOMPATIBLE_EDITION=NO\n ";

/// Largest file of classic TIFF, with room for what stands around the tiles.
const CLASSIC_LIMIT: u64 = u32::MAX as u64 - (1 << 20);

/// A raster to be written: everything but its cells.
#[derive(Debug, Clone)]
pub struct NewRaster {
    /// Where the cells lie; always written north-up.
    pub grid: Grid,
    /// Coordinate system and the keys that describe it.
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
    /// Every second cell, every fourth ...; never averages, which are no counts.
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
/// Memory: the packed tiles, and one tile a thread.
///
/// # Errors
/// Where `cells` fails, the options do not fit, or `out` cannot be written.
pub fn write_geotiff(
    out: &mut dyn Write,
    raster: &NewRaster,
    cells: &dyn CellSource,
    options: &WriteOptions,
) -> Result<(), RasterError> {
    let job = Job {
        raster,
        options,
        nodata: raster.nodata_value()?,
        predictor: predictor(raster, options)?,
    };
    let mut levels = vec![job.pack(cells, 1)?];
    if options.overviews == Overviews::Nearest {
        let mut step = 2;
        while raster.grid.width.max(raster.grid.height).div_ceil(step / 2) > options.tile {
            levels.push(job.pack(cells, step)?);
            step *= 2;
        }
    }
    write_levels(out, ByteOrder::Little, levels)
}

/// Copies whole stored chunks of `source` without unpacking them.
///
/// `window` must be made of whole chunks ([`whole_chunks`] grows one to them); `record`
/// says where they come from.
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
    let refuse = |problem: &str| {
        Err(RasterError::Write {
            problem: problem.to_owned(),
        })
    };
    if source.has_mask() {
        return refuse("chunks of a raster with a mask page cannot be copied as they are");
    }
    if source.grid().row_order == RowOrder::SouthUp {
        return refuse("chunks of a south-up raster cannot be copied as they are");
    }
    if *window != whole_chunks(source.layout(), window) {
        return refuse("the window is not made of whole chunks");
    }
    let encoding = source.encoding();
    let layout = source.layout();
    let mut raster = NewRaster::part_of(source, window);
    raster.sample = encoding.sample;
    raster.nodata = source.nodata().text().map(str::to_owned);
    raster.clip = Some(record);
    raster.metadata = source.metadata().of_a_part(SamplesKept::AsStored);
    let chunk_height = layout.chunk_height.min(window.height);
    let part = if encoding.tiled {
        ChunkLayout::new(
            window.width,
            window.height,
            layout.chunk_width,
            layout.chunk_height,
        )
    } else {
        ChunkLayout::new(window.width, window.height, window.width, chunk_height)
    };
    let mut directory = describe(&raster, &part, encoding.tiled, encoding.planar)?;
    directory.set(259, Value::Short(vec![encoding.compression.tiff_code()]));
    directory.set(317, Value::Short(vec![encoding.predictor.tiff_code()]));
    if encoding.reversed_bits {
        directory.set(266, Value::Short(vec![2]));
    }
    let planes = if encoding.planar { source.bands() } else { 1 };
    let chunks: Vec<usize> = layout.chunks_in(window).collect();
    let mut tiles = Vec::with_capacity(planes * chunks.len());
    for plane in 0..planes {
        for &chunk in &chunks {
            let mut bytes = Vec::new();
            source.read_stored_chunk(plane, chunk, &mut bytes)?;
            tiles.push(bytes);
        }
    }
    let level = Level {
        directory,
        tiled: encoding.tiled,
        tiles,
        plain_order: planes == 1,
    };
    write_levels(out, encoding.byte_order, vec![level])
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
            problem: format!("a tile side of {} is no multiple of 16", options.tile),
        });
    }
    Ok(chosen)
}

/// One page with its packed tiles.
struct Level {
    directory: Directory,
    tiled: bool,
    tiles: Vec<Vec<u8>>,
    /// One plane: tiles stand in the order GDAL's structure line promises.
    plain_order: bool,
}

/// What stays the same from level to level.
struct Job<'a> {
    raster: &'a NewRaster,
    options: &'a WriteOptions,
    nodata: Option<f64>,
    predictor: Predictor,
}

impl Job<'_> {
    /// Packs every `step`-th cell.
    fn pack(&self, cells: &dyn CellSource, step: usize) -> Result<Level, RasterError> {
        let (raster, side) = (self.raster, self.options.tile);
        let (width, height) = (
            raster.grid.width.div_ceil(step),
            raster.grid.height.div_ceil(step),
        );
        let layout = ChunkLayout::new(width, height, side, side);
        let tiles = (0..raster.bands * layout.count())
            .into_par_iter()
            .map_init(
                || TileMaker::new(self),
                |maker, index| {
                    let window = layout.window(index % layout.count());
                    maker.make(cells, index / layout.count(), &window, step)
                },
            )
            .collect::<Result<_, _>>()?;
        let mut directory = describe(raster, &layout, true, raster.bands > 1)?;
        directory.set(
            259,
            Value::Short(vec![self.options.compression.tiff_code()]),
        );
        if self.predictor != Predictor::None {
            directory.set(317, Value::Short(vec![self.predictor.tiff_code()]));
        }
        if step > 1 {
            directory.set(254, Value::Long(vec![1]));
            for tag in [33550, 33922, 34735, 34736, 34737, 42112] {
                directory.remove(tag);
            }
        }
        Ok(Level {
            directory,
            tiled: true,
            tiles,
            plain_order: raster.bands == 1,
        })
    }
}

/// One thread's buffers for making tiles.
struct TileMaker<'a> {
    job: &'a Job<'a>,
    encoder: Encoder,
    tile: Vec<f64>,
    part: Vec<f64>,
}

impl<'a> TileMaker<'a> {
    fn new(job: &'a Job<'a>) -> Self {
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

/// The tags of a page, all but compression and the places of its chunks.
fn describe(
    raster: &NewRaster,
    layout: &ChunkLayout,
    tiled: bool,
    planar: bool,
) -> Result<Directory, RasterError> {
    let bands = raster.bands;
    let mut tags = Directory::default();
    tags.set(256, Value::Long(vec![layout.width as u32]));
    tags.set(257, Value::Long(vec![layout.height as u32]));
    tags.set(
        258,
        Value::Short(vec![raster.sample.bytes() as u16 * 8; bands]),
    );
    tags.set(262, Value::Short(vec![1]));
    tags.set(277, Value::Short(vec![bands as u16]));
    tags.set(284, Value::Short(vec![if planar { 2 } else { 1 }]));
    if tiled {
        tags.set(322, Value::Long(vec![layout.chunk_width as u32]));
        tags.set(323, Value::Long(vec![layout.chunk_height as u32]));
    } else {
        tags.set(278, Value::Long(vec![layout.chunk_height as u32]));
    }
    if bands > 1 {
        tags.set(338, Value::Short(vec![0; bands - 1]));
    }
    tags.set(339, Value::Short(vec![raster.sample.tiff_format(); bands]));
    let lattice = &raster.grid.lattice;
    tags.set(
        33550,
        Value::Double(vec![lattice.cell_width, lattice.cell_height, 0.0]),
    );
    let (west, north) = (raster.grid.west(), raster.grid.north());
    tags.set(33922, Value::Double(vec![0.0, 0.0, 0.0, west, north, 0.0]));
    tags.set(34735, Value::Short(raster.keys.directory_of_areas()));
    if !raster.keys.doubles.is_empty() {
        tags.set(34736, Value::Double(raster.keys.doubles.clone()));
    }
    if !raster.keys.text.is_empty() {
        tags.set(34737, Value::Ascii(raster.keys.text.clone()));
    }
    let mut metadata = raster.metadata.clone();
    if let Some(clip) = &raster.clip {
        metadata.push(ClipRecord::ITEM, None, &clip.to_json()?);
    }
    if let Some(xml) = metadata.to_xml() {
        tags.set(42112, Value::Ascii(xml));
    }
    if let Some(nodata) = &raster.nodata {
        tags.set(42113, Value::Ascii(nodata.clone()));
    }
    Ok(tags)
}

/// Writes header, directories and data; `levels` from the full raster to the smallest.
fn write_levels(
    out: &mut dyn Write,
    order: ByteOrder,
    mut levels: Vec<Level>,
) -> Result<(), RasterError> {
    let data: u64 = levels
        .iter()
        .flat_map(|level| &level.tiles)
        .map(|tile| tile.len() as u64 + 8)
        .sum();
    let tables: u64 = levels
        .iter()
        .map(|level| level.tiles.len() as u64 * 16 + 4096)
        .sum();
    let flavour = Flavour {
        order,
        big: data + tables > CLASSIC_LIMIT,
    };
    let framed =
        order == ByteOrder::Little && levels.iter().all(|level| level.tiled && level.plain_order);
    let structure = if framed {
        format!(
            "GDAL_STRUCTURAL_METADATA_SIZE={:06} bytes\n{STRUCTURE}",
            STRUCTURE.len()
        )
    } else {
        String::new()
    };
    let first = (flavour.header_len() + structure.len() as u64).next_multiple_of(2);
    for level in &mut levels {
        let places = vec![0; level.tiles.len()];
        level.set_places(&places);
    }
    let mut starts = vec![first];
    for level in &levels {
        starts.push(starts[starts.len() - 1] + level.directory.len(flavour));
    }
    let mut at = starts[levels.len()];
    for level in levels.iter_mut().rev() {
        let places: Vec<u64> = level
            .tiles
            .iter()
            .map(|tile| {
                if tile.is_empty() {
                    return 0;
                }
                let place = at + if framed { 4 } else { 0 };
                at = place + tile.len() as u64 + if framed { 4 } else { 0 };
                place
            })
            .collect();
        level.set_places(&places);
    }
    let mut put = |bytes: &[u8]| {
        out.write_all(bytes).map_err(|source| RasterError::Io {
            what: "the output".to_owned(),
            source,
        })
    };
    put(&flavour.header(first))?;
    put(structure.as_bytes())?;
    put(&vec![
        0;
        (first - flavour.header_len()) as usize
            - structure.len()
    ])?;
    for (i, level) in levels.iter().enumerate() {
        let next = if i + 1 < levels.len() {
            starts[i + 1]
        } else {
            0
        };
        put(&level.directory.bytes(starts[i], next, flavour))?;
    }
    for tile in levels
        .iter()
        .rev()
        .flat_map(|level| &level.tiles)
        .filter(|tile| !tile.is_empty())
    {
        if framed {
            put(&(tile.len() as u32).to_le_bytes())?;
        }
        put(tile)?;
        if framed {
            put(&tile[tile.len().saturating_sub(4)..])?;
        }
    }
    Ok(())
}

impl Level {
    fn set_places(&mut self, places: &[u64]) {
        let counts = self.tiles.iter().map(|tile| tile.len() as u64).collect();
        let (offsets_tag, counts_tag) = if self.tiled { (324, 325) } else { (273, 279) };
        self.directory
            .set(offsets_tag, Value::Offsets(places.to_vec()));
        self.directory.set(counts_tag, Value::Offsets(counts));
    }
}
