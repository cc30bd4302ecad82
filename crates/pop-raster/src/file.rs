//! An open raster.

mod chunk;

use std::sync::atomic::{AtomicU64, Ordering};

use crate::cell_window::CellWindow;
use crate::clip_record::ClipRecord;
use crate::container::{Container, Page};
use crate::error::{ChunkProblem, RasterError};
use crate::georeference::{self, Crs, GeoKeys};
use crate::grid::Grid;
use crate::image::{ChunkBytes, Image};
use crate::layout::ChunkLayout;
use crate::limits::Limits;
use crate::mask::Mask;
use crate::metadata::GdalMetadata;
use crate::nodata::NoData;
use crate::sample::{Depth, Encoding, SampleType};
use crate::source::ReadAt;
use crate::tag;

pub use chunk::{Chunk, Samples, Scratch};

const SUBFILE_REDUCED: u64 = 1;
const SUBFILE_MASK: u64 = 4;

/// What GDAL calls TIFF's ImageDescription among the items of its metadata.
const IMAGE_DESCRIPTION_ITEM: &str = "TIFFTAG_IMAGEDESCRIPTION";

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
    further_images: usize,
    rules: ReadRules,
}

impl<S: ReadAt> RasterFile<S> {
    /// Reads header, tags and chunk table; no cell is touched.
    ///
    /// The first full-resolution page is the raster; overviews and further pages are
    /// left alone, a mask page is applied.
    ///
    /// # Errors
    /// [`RasterError`] where the file is not a GeoTIFF in longitudes and latitudes that
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
        image.layout.row_order = grid.row_order;
        let nodata = match container.text(page, tag::GDAL_NODATA)? {
            Some(text) => NoData::parse(&text, sample)?,
            None => NoData::absent(),
        };
        let mut metadata = match container.text(page, tag::GDAL_METADATA)? {
            Some(xml) => GdalMetadata::parse(&xml)?,
            None => GdalMetadata::default(),
        };
        if let Some(text) = container.text(page, tag::IMAGE_DESCRIPTION)?
            && !text.trim().is_empty()
            && metadata.get(IMAGE_DESCRIPTION_ITEM).is_none()
        {
            // a clip keeps the items, and has no such tag
            metadata.push(IMAGE_DESCRIPTION_ITEM, None, text.trim());
        }
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
        let further_images = further_images(&mut container, &pages, &kinds, main)?;
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
            further_images,
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

    /// Description of the whole raster: TIFF's ImageDescription.
    #[must_use]
    pub fn image_description(&self) -> Option<&str> {
        self.metadata.get(IMAGE_DESCRIPTION_ITEM)
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

    /// The colours that the samples stand for, where the file is a picture; `None` where they are plain numbers.
    #[must_use]
    pub fn colours(&self) -> Option<&'static str> {
        self.image.colours
    }

    /// The band that holds opacity, from 0: GIS show no value where it is 0.
    #[must_use]
    pub fn alpha_band(&self) -> Option<usize> {
        self.image.alpha_band
    }

    /// Overview pages that were skipped.
    #[must_use]
    pub fn overviews(&self) -> usize {
        self.overviews
    }

    /// Pages of the raster's size behind it that are neither overview nor mask: other rasters, which are not read.
    #[must_use]
    pub fn further_images(&self) -> usize {
        self.further_images
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
}

fn page_kinds(container: &mut Container<'_>, pages: &[Page]) -> Result<Vec<u64>, RasterError> {
    pages
        .iter()
        .map(|page| Ok(container.integer(page, tag::NEW_SUBFILE_TYPE)?.unwrap_or(0)))
        .collect()
}

/// Pages behind the raster that are as large and neither overview nor mask.
fn further_images(
    container: &mut Container<'_>,
    pages: &[Page],
    kinds: &[u64],
    main: usize,
) -> Result<usize, RasterError> {
    let mut size = |page: &Page| -> Result<_, RasterError> {
        Ok((
            container.integer(page, tag::IMAGE_WIDTH)?,
            container.integer(page, tag::IMAGE_LENGTH)?,
        ))
    };
    let size_of_main = size(&pages[main])?;
    let mut found = 0;
    for (page, kind) in pages.iter().zip(kinds).skip(main + 1) {
        let is_other = kind & (SUBFILE_REDUCED | SUBFILE_MASK) == 0;
        if is_other && size(page)? == size_of_main {
            found += 1;
        }
    }
    Ok(found)
}
