//! The stored chunks of one page: where they lie and how they unpack.

use std::ops::Range;

use crate::codec::{Codecs, Wanted};
use crate::container::{Container, Page};
use crate::error::{ChunkProblem, RasterError, unsupported_type};
use crate::layout::ChunkLayout;
use crate::limits::Limits;
use crate::predictor::{self, Row};
use crate::sample::{ByteOrder, Compression, Encoding, Predictor, SampleType};
use crate::source::ReadAt;

mod tag {
    pub(super) const IMAGE_WIDTH: u16 = 256;
    pub(super) const IMAGE_LENGTH: u16 = 257;
    pub(super) const BITS_PER_SAMPLE: u16 = 258;
    pub(super) const COMPRESSION: u16 = 259;
    pub(super) const PHOTOMETRIC_INTERPRETATION: u16 = 262;
    pub(super) const FILL_ORDER: u16 = 266;
    pub(super) const STRIP_OFFSETS: u16 = 273;
    pub(super) const SAMPLES_PER_PIXEL: u16 = 277;
    pub(super) const ROWS_PER_STRIP: u16 = 278;
    pub(super) const STRIP_BYTE_COUNTS: u16 = 279;
    pub(super) const PLANAR_CONFIGURATION: u16 = 284;
    pub(super) const PREDICTOR: u16 = 317;
    pub(super) const TILE_WIDTH: u16 = 322;
    pub(super) const TILE_LENGTH: u16 = 323;
    pub(super) const TILE_OFFSETS: u16 = 324;
    pub(super) const TILE_BYTE_COUNTS: u16 = 325;
    pub(super) const EXTRA_SAMPLES: u16 = 338;
    pub(super) const SAMPLE_FORMAT: u16 = 339;
}

/// Where the stored bytes of a chunk lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkBytes {
    /// First byte in the file.
    pub offset: u64,
    /// Number of bytes; 0 for a chunk that is not stored (sparse).
    pub len: u64,
}

/// The samples of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// One bit: GDAL's internal masks.
    Bit,
    /// A type of the usual kind.
    Sample(SampleType),
}

/// Dimensions, encoding and chunk table of a page.
#[derive(Debug)]
pub(crate) struct Image {
    pub(crate) layout: ChunkLayout,
    pub(crate) bands: usize,
    pub(crate) planar: bool,
    pub(crate) tiled: bool,
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
        let width = side(container, page, tag::IMAGE_WIDTH, "width", limits)?;
        let height = side(container, page, tag::IMAGE_LENGTH, "height", limits)?;
        let bands = container
            .integer(page, tag::SAMPLES_PER_PIXEL)?
            .unwrap_or(1);
        if bands == 0 {
            return Err(bad(page, "it has 0 samples per pixel".to_owned()));
        }
        within("the number of bands", bands, limits.bands)?;
        let depth = depth(container, page)?;
        let compression = container.integer(page, tag::COMPRESSION)?.unwrap_or(1);
        let compression =
            Compression::from_tiff(compression).ok_or_else(|| unknown(compression))?;
        let predictor = match container.integer(page, tag::PREDICTOR)? {
            Some(code) if !matches!(compression, Compression::None | Compression::PackBits) => {
                predictor_of(code, depth)?
            }
            _ => Predictor::None,
        };
        let planar = match container
            .integer(page, tag::PLANAR_CONFIGURATION)?
            .unwrap_or(1)
        {
            1 => false,
            2 => bands > 1,
            other => {
                return Err(bad(
                    page,
                    format!("planar configuration {other} is not defined"),
                ));
            }
        };
        let reversed_bits = match container.integer(page, tag::FILL_ORDER)?.unwrap_or(1) {
            1 => false,
            2 => true,
            other => return Err(bad(page, format!("fill order {other} is not defined"))),
        };
        let tiled = container.integer(page, tag::TILE_WIDTH)?.is_some();
        let (chunk_width, chunk_height) = if tiled {
            (
                side(container, page, tag::TILE_WIDTH, "tile width", limits)?,
                side(container, page, tag::TILE_LENGTH, "tile height", limits)?,
            )
        } else {
            let rows = container
                .integer(page, tag::ROWS_PER_STRIP)?
                .unwrap_or(u64::from(u32::MAX));
            if rows == 0 {
                return Err(bad(page, "it has 0 rows per strip".to_owned()));
            }
            (width, (height as u64).min(rows) as usize)
        };
        let mut image = Self {
            layout: ChunkLayout::new(width, height, chunk_width, chunk_height),
            bands: bands as usize,
            planar,
            tiled,
            depth,
            compression,
            predictor,
            reversed_bits,
            alpha_band: alpha_band(container, page, bands)?,
            colours: colours(container, page)?,
            order: container.header.order,
            big: container.header.big,
            file_len: container.len,
            offsets: Vec::new(),
            counts: Vec::new(),
        };
        image.check_chunk_size(limits)?;
        image.read_chunk_table(container, page, limits)?;
        Ok(image)
    }

    fn check_chunk_size(&self, limits: &Limits) -> Result<(), RasterError> {
        let rows = self.layout.chunk_height as u64;
        let bytes = (self.row_bytes() as u64).saturating_mul(rows);
        let what = if self.tiled {
            "the size of a decoded tile in bytes"
        } else {
            "the size of a decoded strip in bytes"
        };
        within(what, bytes, limits.chunk_bytes)
    }

    fn read_chunk_table(
        &mut self,
        container: &mut Container<'_>,
        page: &Page,
        limits: &Limits,
    ) -> Result<(), RasterError> {
        let planes = if self.planar { self.bands as u64 } else { 1 };
        let needed = (self.layout.across as u64)
            .checked_mul(self.layout.down as u64)
            .and_then(|chunks| chunks.checked_mul(planes))
            .unwrap_or(u64::MAX);
        within("the number of chunks", needed, limits.chunks)?;
        let (offsets, counts) = if self.tiled {
            (tag::TILE_OFFSETS, tag::TILE_BYTE_COUNTS)
        } else {
            (tag::STRIP_OFFSETS, tag::STRIP_BYTE_COUNTS)
        };
        let uncompressed = self.compression == Compression::None;
        let mut table = |tag: u16, what: &str| {
            let values = container.integers(page, tag)?.unwrap_or_default();
            let can_be_computed = tag == counts && uncompressed && values.is_empty();
            if (values.len() as u64) < needed && !can_be_computed {
                return Err(bad(
                    page,
                    format!("it has {} {what} for {needed} chunks", values.len()),
                ));
            }
            Ok(values)
        };
        self.offsets = table(offsets, "chunk offsets")?;
        self.counts = table(counts, "chunk byte counts")?;
        // samples without compression have a known size; libtiff takes it where a lone strip has a count of 0
        let lone_strip = !self.tiled && self.counts == [0] && self.offsets != [0];
        if self.compression == Compression::None && (self.counts.is_empty() || lone_strip) {
            self.counts = self.stored_sizes(planes);
        }
        Ok(())
    }

    /// Bytes of each chunk without compression; strips hold no rows beyond the raster.
    fn stored_sizes(&self, planes: u64) -> Vec<u64> {
        let rows = |chunk: usize| {
            if self.tiled {
                self.layout.chunk_height
            } else {
                self.layout.window(chunk).height
            }
        };
        let of_plane =
            || (0..self.layout.count()).map(|chunk| (self.row_bytes() * rows(chunk)) as u64);
        (0..planes).flat_map(|_| of_plane()).collect()
    }

    /// What its chunks are called.
    pub(crate) fn chunk_kind(&self) -> &'static str {
        if self.tiled { "tile" } else { "strip" }
    }

    /// Interleaved samples of a cell in a chunk.
    pub(crate) fn stride(&self) -> usize {
        if self.planar { 1 } else { self.bands }
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
        if self.planar { band } else { 0 }
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
            tiled: self.tiled,
            planar: self.planar,
            reversed_bits: self.reversed_bits,
        }
    }
}

fn bad(page: &Page, problem: String) -> RasterError {
    RasterError::Directory {
        page: page.number,
        problem,
    }
}

fn within(what: &'static str, found: u64, limit: u64) -> Result<(), RasterError> {
    if found <= limit {
        Ok(())
    } else {
        Err(RasterError::Limit { what, found, limit })
    }
}

fn side(
    container: &mut Container<'_>,
    page: &Page,
    tag: u16,
    what: &'static str,
    limits: &Limits,
) -> Result<usize, RasterError> {
    let cells = container
        .integer(page, tag)?
        .ok_or_else(|| bad(page, format!("it has no {what}")))?;
    if cells == 0 {
        return Err(bad(page, format!("its {what} is 0")));
    }
    within(what, cells, limits.side)?;
    Ok(cells as usize)
}

/// The band that an extra sample declares as opacity (TIFF 6.0, ExtraSamples: 1 associated, 2 unassociated alpha).
fn alpha_band(
    container: &mut Container<'_>,
    page: &Page,
    bands: u64,
) -> Result<Option<usize>, RasterError> {
    let extra = container
        .integers(page, tag::EXTRA_SAMPLES)?
        .unwrap_or_default();
    let first = (bands as usize).saturating_sub(extra.len());
    Ok(extra
        .iter()
        .position(|&kind| kind == 1 || kind == 2)
        .map(|index| first + index))
}

/// The colour model of a picture (TIFF 6.0, PhotometricInterpretation); `None` for grey levels, which are plain numbers.
fn colours(
    container: &mut Container<'_>,
    page: &Page,
) -> Result<Option<&'static str>, RasterError> {
    let code = container.integer(page, tag::PHOTOMETRIC_INTERPRETATION)?;
    Ok(match code {
        Some(2) => Some("RGB colours"),
        Some(3) => Some("a colour palette"),
        Some(5) => Some("CMYK colours"),
        Some(6) => Some("YCbCr colours"),
        Some(8..=10) => Some("Lab colours"),
        _ => None,
    })
}

fn depth(container: &mut Container<'_>, page: &Page) -> Result<Depth, RasterError> {
    let bits = container
        .integers(page, tag::BITS_PER_SAMPLE)?
        .unwrap_or_else(|| vec![1]);
    let formats = container
        .integers(page, tag::SAMPLE_FORMAT)?
        .unwrap_or_else(|| vec![1]);
    let same = |values: &[u64]| values.windows(2).all(|pair| pair[0] == pair[1]);
    if !same(&bits) || !same(&formats) {
        return Err(RasterError::Unsupported {
            what: "a mixture of sample types",
            found: format!("(bits {bits:?}, formats {formats:?})"),
        });
    }
    match (
        formats.first().copied().unwrap_or(1),
        bits.first().copied().unwrap_or(1),
    ) {
        (1, 1) => Ok(Depth::Bit),
        (format, bits) => SampleType::from_tiff(format, bits)
            .map(Depth::Sample)
            .ok_or_else(|| unsupported_type(format, bits)),
    }
}

fn predictor_of(code: u64, depth: Depth) -> Result<Predictor, RasterError> {
    let float = matches!(depth, Depth::Sample(sample) if sample.is_float());
    match (Predictor::from_tiff(code), depth) {
        (Some(Predictor::None), _) => Ok(Predictor::None),
        (Some(Predictor::Horizontal), Depth::Sample(_)) => Ok(Predictor::Horizontal),
        (Some(Predictor::FloatingPoint), _) if float => Ok(Predictor::FloatingPoint),
        _ => Err(RasterError::Unsupported {
            what: "predictor",
            found: format!("{code} for this sample type"),
        }),
    }
}

fn unknown(code: u64) -> RasterError {
    let name = match code {
        2..=4 => " (CCITT fax)",
        6 | 7 => " (JPEG)",
        34887 => " (LERC)",
        34925 => " (LZMA)",
        50001 => " (WebP)",
        50002 => " (JPEG XL)",
        _ => "",
    };
    RasterError::Unsupported {
        what: "compression",
        found: format!("{code}{name}"),
    }
}
