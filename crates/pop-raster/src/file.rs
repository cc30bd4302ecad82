//! An open raster.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::cells::{Cut, Findings, Tally};
use crate::clip_record::ClipRecord;
use crate::codec::Codecs;
use crate::container::{Container, Page};
use crate::error::{BadValue, ChunkProblem, RasterError};
use crate::georeference::{self, Crs, GeoKeys};
use crate::grid::{CellWindow, Grid, RowOrder};
use crate::image::{ChunkBytes, Depth, Image};
use crate::layout::ChunkLayout;
use crate::limits::Limits;
use crate::mask::{Mask, MaskScratch};
use crate::metadata::GdalMetadata;
use crate::nodata::NoData;
use crate::sample::{Encoding, SampleType};
use crate::source::ReadAt;

const NEW_SUBFILE_TYPE: u16 = 254;
const SUBFILE_REDUCED: u64 = 1;
const SUBFILE_MASK: u64 = 4;
const GDAL_METADATA: u16 = 42112;
const GDAL_NODATA: u16 = 42113;

/// What to do with cells that cannot be counts of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnBadValue {
    /// Refuse the raster.
    #[default]
    Refuse,
    /// Leave the cells out and count them.
    LeaveOut,
}

/// Which cells stop the reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadRules {
    /// Cells below zero.
    pub negative: OnBadValue,
    /// Infinite cells, and those above any count of people.
    pub infinite: OnBadValue,
}

/// A raster, immutable once open and shared between threads. Each thread reads with a
/// [`Scratch`] of its own.
#[derive(Debug)]
pub struct RasterFile<S> {
    source: S,
    id: u64,
    grid: Grid,
    keys: GeoKeys,
    image: Image,
    sample: SampleType,
    encoding: Encoding,
    nodata: NoData,
    metadata: GdalMetadata,
    scale_offset: Vec<(f64, f64)>,
    clip: Option<ClipRecord>,
    mask: Option<Mask>,
    overviews: usize,
    rules: ReadRules,
}

/// The cells of one chunk and band.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    /// Which cells of the raster.
    pub window: CellWindow,
    /// Their values.
    pub samples: Samples<'a>,
    /// How they fell under the rules.
    pub tally: Tally,
}

/// Cell values, row by row from the north, `window.width` a row. Every cell without a
/// valid value is NaN: a sum skips NaN and needs no other rule.
#[derive(Debug, Clone, Copy)]
pub enum Samples<'a> {
    /// Of types that an `f32` holds exactly.
    F32(&'a [f32]),
    /// Of the others, and of bands with a scale or offset.
    F64(&'a [f64]),
}

/// Buffers and decoders of one thread.
///
/// It remembers the chunk it unpacked last: reading the bands of a pixel-interleaved
/// chunk one after the other unpacks it once.
pub struct Scratch {
    codecs: Codecs,
    packed: Vec<u8>,
    bytes: Vec<u8>,
    line: Vec<u8>,
    held: Option<Held>,
    singles: Vec<f32>,
    doubles: Vec<f64>,
    mask: MaskScratch,
}

/// What `Scratch::bytes` holds: of which file, plane and chunk; no range where it is sparse.
struct Held {
    key: (u64, usize, usize),
    range: Option<std::ops::Range<usize>>,
}

impl Scratch {
    /// Empty buffers; they grow to the size of a chunk.
    #[must_use]
    pub fn new() -> Self {
        Self {
            codecs: Codecs::new(),
            packed: Vec::new(),
            bytes: Vec::new(),
            line: Vec::new(),
            held: None,
            singles: Vec::new(),
            doubles: Vec::new(),
            mask: MaskScratch::default(),
        }
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: ReadAt> RasterFile<S> {
    /// Reads header, tags and chunk table; no cell is touched.
    ///
    /// The first full-resolution page is the raster; overviews and further pages are
    /// left alone, a mask page is applied.
    ///
    /// # Errors
    /// [`RasterError`] where the file is no GeoTIFF in longitudes and latitudes that
    /// this crate reads, or is damaged.
    pub fn open(source: S, limits: &Limits) -> Result<Self, RasterError> {
        let mut container = Container::open(&source, limits)?;
        let pages = container.pages()?;
        let kinds = page_kinds(&mut container, &pages)?;
        let main = kinds
            .iter()
            .position(|kind| kind & (SUBFILE_REDUCED | SUBFILE_MASK) == 0);
        let Some(main) = main else {
            return Err(RasterError::Directory {
                page: 1,
                problem: "every page is an overview or a mask".to_owned(),
            });
        };
        let page = &pages[main];
        let mut image = Image::read(&mut container, page, limits)?;
        let sample = match image.depth {
            Depth::Sample(sample) => sample,
            Depth::Bit => return Err(crate::error::unsupported_type(1, 1)),
        };
        let (width, height) = (image.layout.width, image.layout.height);
        let (mut grid, keys) = georeference::read(&mut container, page, width, height)?;
        image.layout.south_up = grid.row_order == RowOrder::SouthUp;
        let nodata = match container.text(page, GDAL_NODATA)? {
            Some(text) => NoData::parse(&text, sample)?,
            None => NoData::absent(),
        };
        let metadata = match container.text(page, GDAL_METADATA)? {
            Some(xml) => GdalMetadata::parse(&xml)?,
            None => GdalMetadata::default(),
        };
        let clip = match metadata.get(ClipRecord::ITEM) {
            Some(json) => Some(ClipRecord::parse(json, &mut grid)?),
            None => None,
        };
        let scale_offset = (0..image.bands)
            .map(|band| metadata.scale_offset(band))
            .collect::<Result<_, _>>()?;
        let mask = Mask::find(&mut container, &pages, &kinds, main, &image, limits)?;
        let overviews = kinds[main + 1..]
            .iter()
            .filter(|&&kind| kind == SUBFILE_REDUCED)
            .count();
        let encoding = image.encoding(sample);
        drop(container);
        static IDS: AtomicU64 = AtomicU64::new(0);
        Ok(Self {
            source,
            id: IDS.fetch_add(1, Ordering::Relaxed),
            grid,
            keys,
            clip,
            image,
            sample,
            encoding,
            nodata,
            metadata,
            scale_offset,
            mask,
            overviews,
            rules: ReadRules::default(),
        })
    }

    /// The same raster with other rules for bad values.
    #[must_use]
    pub fn with_rules(mut self, rules: ReadRules) -> Self {
        self.rules = rules;
        self
    }

    /// Where the cells lie.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The coordinate system: geographic, in degrees.
    #[must_use]
    pub fn crs(&self) -> Crs {
        self.keys.crs().unwrap_or(Crs { epsg: None })
    }

    /// Number of bands.
    #[must_use]
    pub fn bands(&self) -> usize {
        self.image.bands
    }

    /// How the raster is cut into chunks.
    #[must_use]
    pub fn layout(&self) -> &ChunkLayout {
        &self.image.layout
    }

    /// How the samples are stored.
    #[must_use]
    pub fn encoding(&self) -> &Encoding {
        &self.encoding
    }

    /// The declared nodata value.
    #[must_use]
    pub fn nodata(&self) -> &NoData {
        &self.nodata
    }

    /// GDAL's metadata.
    #[must_use]
    pub fn metadata(&self) -> &GdalMetadata {
        &self.metadata
    }

    /// What the raster was cut from, if it is a clip. [`RasterFile::grid`] lies on the
    /// lattice of that source.
    #[must_use]
    pub fn clip_record(&self) -> Option<&ClipRecord> {
        self.clip.as_ref()
    }

    pub(crate) fn geo_keys(&self) -> &GeoKeys {
        &self.keys
    }

    /// Description of a band, from 0.
    #[must_use]
    pub fn description(&self, band: usize) -> Option<&str> {
        self.metadata.description(band)
    }

    /// Scale and offset of a band, from 0; `(1, 0)` for none. Already applied to cells.
    #[must_use]
    pub fn scale_offset(&self, band: usize) -> (f64, f64) {
        self.scale_offset.get(band).copied().unwrap_or((1.0, 0.0))
    }

    /// Whether a mask page says which cells have a value.
    #[must_use]
    pub fn has_mask(&self) -> bool {
        self.mask.is_some()
    }

    /// Overview pages that were skipped.
    #[must_use]
    pub fn overviews(&self) -> usize {
        self.overviews
    }

    /// Whether cells come as [`Samples::F32`] (else [`Samples::F64`]).
    #[must_use]
    pub fn delivers_f32(&self, band: usize) -> bool {
        self.sample.fits_f32() && self.scale_offset(band) == (1.0, 0.0)
    }

    /// Where the stored bytes of a chunk lie.
    ///
    /// # Panics
    /// Where band or chunk are out of range.
    #[must_use]
    pub fn chunk_bytes(&self, band: usize, chunk: usize) -> ChunkBytes {
        self.image.chunk_bytes(self.image.plane(band), chunk)
    }

    /// Checks that the stored bytes of every chunk that holds cells of `window` lie inside
    /// the file, in stored order: of a file cut short, the first missing chunk is named
    /// whatever order chunks are read in.
    ///
    /// # Errors
    /// [`RasterError::Chunk`] for the first that does not.
    pub fn check_stored(&self, band: usize, window: &CellWindow) -> Result<(), RasterError> {
        self.check_band(band)?;
        let plane = self.image.plane(band);
        for chunk in self.image.layout.chunks_in(window) {
            self.image
                .locate(plane, chunk)
                .map_err(|problem| self.chunk_error(chunk, problem))?;
        }
        Ok(())
    }

    /// The source the raster is read from.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// The stored bytes of a chunk as they are; empty where it is not stored. Those of a
    /// pixel-interleaved file hold all bands.
    ///
    /// # Errors
    /// Where they lie outside the file or cannot be read.
    pub fn read_stored_chunk(
        &self,
        band: usize,
        chunk: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), RasterError> {
        self.check_band(band)?;
        let there = self
            .image
            .read_stored(&self.source, self.image.plane(band), chunk, out)
            .map_err(|problem| self.chunk_error(chunk, problem))?;
        if there && self.image.reversed_bits {
            out.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
        }
        if !there {
            out.clear();
        }
        Ok(())
    }

    /// Decodes a chunk of a band (both from 0) into `scratch`.
    ///
    /// # Errors
    /// Where the chunk is damaged or missing, or holds values the rules refuse.
    ///
    /// # Panics
    /// Where `chunk` is not below `layout().count()`.
    pub fn read_chunk<'a>(
        &self,
        band: usize,
        chunk: usize,
        scratch: &'a mut Scratch,
    ) -> Result<Chunk<'a>, RasterError> {
        self.check_band(band)?;
        let window = self.image.layout.window(chunk);
        let range = self.hold(band, chunk, scratch)?;
        let cells = window.cells();
        let Some(range) = range else {
            return Ok(self.unstored(band, window, scratch));
        };
        let mask = match &self.mask {
            Some(mask) => Some(mask.read(&self.source, band, &window, &mut scratch.mask)?),
            None => None,
        };
        let cut = Cut {
            data: &scratch.bytes[range],
            row: self.image.row(self.sample),
            sample: self.sample,
            band: if self.image.planar { 0 } else { band },
            width: window.width,
            south_up: self.image.layout.south_up,
            nodata: self.nodata.value(),
            scale_offset: self.scale_offset(band),
            mask,
        };
        let (samples, findings) = if self.delivers_f32(band) {
            let out = fit(&mut scratch.singles, cells);
            let findings = cut.singles(out);
            (Samples::F32(out), findings)
        } else {
            let out = fit(&mut scratch.doubles, cells);
            let findings = cut.doubles(out);
            (Samples::F64(out), findings)
        };
        self.obey(&findings, &window)?;
        Ok(Chunk {
            window,
            samples,
            tally: findings.tally,
        })
    }

    fn check_band(&self, band: usize) -> Result<(), RasterError> {
        let bands = self.image.bands;
        if band < bands {
            Ok(())
        } else {
            Err(RasterError::NoBand { band, bands })
        }
    }

    fn chunk_error(&self, chunk: usize, problem: ChunkProblem) -> RasterError {
        RasterError::Chunk {
            kind: self.image.chunk_kind(),
            chunk,
            window: self.image.layout.window(chunk),
            problem,
        }
    }

    /// Makes `scratch` hold the unpacked rows of a chunk, unless it does already.
    fn hold(
        &self,
        band: usize,
        chunk: usize,
        scratch: &mut Scratch,
    ) -> Result<Option<std::ops::Range<usize>>, RasterError> {
        let plane = self.image.plane(band);
        let key = (self.id, plane, chunk);
        if let Some(held) = scratch.held.as_ref().filter(|held| held.key == key) {
            return Ok(held.range.clone());
        }
        scratch.held = None;
        let Scratch {
            codecs,
            packed,
            bytes,
            line,
            ..
        } = scratch;
        let range = match self.image.read_stored(&self.source, plane, chunk, packed) {
            Ok(false) => Ok(None),
            Ok(true) => self
                .image
                .unpack(chunk, packed, codecs, bytes, line)
                .map(Some),
            Err(problem) => Err(problem),
        }
        .map_err(|problem| self.chunk_error(chunk, problem))?;
        scratch.held = Some(Held {
            key,
            range: range.clone(),
        });
        Ok(range)
    }

    /// A chunk that is not stored: nodata where that is declared, else zero.
    fn unstored<'a>(&self, band: usize, window: CellWindow, scratch: &'a mut Scratch) -> Chunk<'a> {
        let cells = window.cells();
        let declared = self.nodata.value().is_some();
        let mut tally = Tally::default();
        *if declared {
            &mut tally.nodata
        } else {
            &mut tally.valid
        } = cells as u64;
        let samples = if self.delivers_f32(band) {
            let out = fit(&mut scratch.singles, cells);
            out.fill(if declared { f32::NAN } else { 0.0 });
            Samples::F32(out)
        } else {
            let out = fit(&mut scratch.doubles, cells);
            out.fill(if declared {
                f64::NAN
            } else {
                self.scale_offset(band).1
            });
            Samples::F64(out)
        };
        Chunk {
            window,
            samples,
            tally,
        }
    }

    fn obey(&self, findings: &Findings, window: &CellWindow) -> Result<(), RasterError> {
        let Some(bad) = findings.bad else {
            return Ok(());
        };
        let tally = &findings.tally;
        let refused = match bad.kind {
            BadValue::Negative => self.rules.negative == OnBadValue::Refuse,
            _ => self.rules.infinite == OnBadValue::Refuse,
        };
        if !refused {
            return Ok(());
        }
        Err(RasterError::Value {
            kind: bad.kind,
            count: match bad.kind {
                BadValue::Negative => tally.negative,
                BadValue::Infinite => tally.infinite,
                BadValue::Implausible => tally.implausible,
            },
            col: window.col + bad.index % window.width,
            row: window.row + bad.index / window.width,
            value: bad.value,
        })
    }
}

fn page_kinds(container: &mut Container<'_>, pages: &[Page]) -> Result<Vec<u64>, RasterError> {
    pages
        .iter()
        .map(|page| Ok(container.integer(page, NEW_SUBFILE_TYPE)?.unwrap_or(0)))
        .collect()
}

fn fit<T: Clone + Default>(buffer: &mut Vec<T>, len: usize) -> &mut [T] {
    if buffer.len() < len {
        buffer.resize(len, T::default());
    }
    &mut buffer[..len]
}
