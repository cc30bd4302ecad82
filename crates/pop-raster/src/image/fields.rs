//! What the fields of a page say of its samples and chunks. Source: TIFF 6.0 and, for BigTIFF and codes after 1992,
//! libtiff's `tiff.h`.

use crate::container::{Container, Page};
use crate::error::{RasterError, unsupported_type};
use crate::limits::Limits;
use crate::sample::{Compression, Depth, PlanarConfiguration, Predictor, SampleType};
use crate::tag;

/// The fields of one page, each with its default and its limit.
pub(super) struct Fields<'c, 'f> {
    pub(super) container: &'c mut Container<'f>,
    pub(super) page: &'c Page,
    pub(super) limits: &'c Limits,
}

impl Fields<'_, '_> {
    /// Columns and rows.
    pub(super) fn size(&mut self) -> Result<(usize, usize), RasterError> {
        let width = self.side(tag::IMAGE_WIDTH, "width")?;
        let height = self.side(tag::IMAGE_LENGTH, "height")?;
        Ok((width, height))
    }

    pub(super) fn bands(&mut self) -> Result<usize, RasterError> {
        let bands = self.integer_or(tag::SAMPLES_PER_PIXEL, 1)?;
        if bands == 0 {
            return Err(self.wrong("it has 0 samples per pixel".to_owned()));
        }
        within("the number of bands", bands, self.limits.bands)?;
        Ok(bands as usize)
    }

    pub(super) fn depth(&mut self) -> Result<Depth, RasterError> {
        let bits = self.integers(tag::BITS_PER_SAMPLE)?;
        let formats = self.integers(tag::SAMPLE_FORMAT)?;
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

    pub(super) fn compression(&mut self) -> Result<Compression, RasterError> {
        let code = self.integer_or(tag::COMPRESSION, 1)?;
        Compression::from_tiff(code).ok_or_else(|| unsupported_compression(code))
    }

    /// Samples that are stored as they are, or packed by bytes, have no predictor whatever the field says.
    pub(super) fn predictor(
        &mut self,
        compression: Compression,
        depth: Depth,
    ) -> Result<Predictor, RasterError> {
        if matches!(compression, Compression::None | Compression::PackBits) {
            return Ok(Predictor::None);
        }
        let code = self.integer_or(tag::PREDICTOR, 1)?;
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

    /// Where the samples of the bands are; a file of one band has one plane either way.
    pub(super) fn planar(&mut self, bands: usize) -> Result<PlanarConfiguration, RasterError> {
        match self.integer_or(tag::PLANAR_CONFIGURATION, 1)? {
            2 if bands > 1 => Ok(PlanarConfiguration::Separate),
            1 | 2 => Ok(PlanarConfiguration::Interleaved),
            other => Err(self.wrong(format!("planar configuration {other} is not defined"))),
        }
    }

    /// Whether the first bit of each byte is its lowest.
    pub(super) fn reversed_bits(&mut self) -> Result<bool, RasterError> {
        match self.integer_or(tag::FILL_ORDER, 1)? {
            1 => Ok(false),
            2 => Ok(true),
            other => Err(self.wrong(format!("fill order {other} is not defined"))),
        }
    }

    /// Columns and rows of a tile; `None` for a raster in strips.
    pub(super) fn tile(&mut self) -> Result<Option<(usize, usize)>, RasterError> {
        if self.integer(tag::TILE_WIDTH)?.is_none() {
            return Ok(None);
        }
        let width = self.side(tag::TILE_WIDTH, "tile width")?;
        let height = self.side(tag::TILE_LENGTH, "tile height")?;
        Ok(Some((width, height)))
    }

    pub(super) fn rows_per_strip(&mut self) -> Result<usize, RasterError> {
        let rows = self.integer_or(tag::ROWS_PER_STRIP, u64::from(u32::MAX))?;
        if rows == 0 {
            return Err(self.wrong("it has 0 rows per strip".to_owned()));
        }
        Ok(usize::try_from(rows).unwrap_or(usize::MAX))
    }

    /// First byte and number of bytes of each tile.
    pub(super) fn tile_bytes(&mut self) -> Result<(Vec<u64>, Vec<u64>), RasterError> {
        let offsets = self.integers(tag::TILE_OFFSETS)?;
        Ok((offsets, self.integers(tag::TILE_BYTE_COUNTS)?))
    }

    /// First byte and number of bytes of each strip.
    pub(super) fn strip_bytes(&mut self) -> Result<(Vec<u64>, Vec<u64>), RasterError> {
        let offsets = self.integers(tag::STRIP_OFFSETS)?;
        Ok((offsets, self.integers(tag::STRIP_BYTE_COUNTS)?))
    }

    /// The band that an extra sample declares as opacity (ExtraSamples: 1 associated, 2 unassociated alpha), from 0.
    pub(super) fn alpha_band(&mut self, bands: usize) -> Result<Option<usize>, RasterError> {
        let extra = self.integers(tag::EXTRA_SAMPLES)?;
        let first = bands.saturating_sub(extra.len());
        Ok(extra
            .iter()
            .position(|&kind| kind == 1 || kind == 2)
            .map(|index| first + index))
    }

    /// The colour model of a picture (PhotometricInterpretation); `None` for grey levels, which are plain numbers.
    pub(super) fn colours(&mut self) -> Result<Option<&'static str>, RasterError> {
        Ok(match self.integer(tag::PHOTOMETRIC_INTERPRETATION)? {
            Some(2) => Some("RGB colours"),
            Some(3) => Some("a colour palette"),
            Some(5) => Some("CMYK colours"),
            Some(6) => Some("YCbCr colours"),
            Some(8..=10) => Some("Lab colours"),
            _ => None,
        })
    }

    /// The error of a page whose fields contradict the format.
    pub(super) fn wrong(&self, problem: String) -> RasterError {
        RasterError::Directory {
            page: self.page.number,
            problem,
        }
    }

    fn side(&mut self, tag: u16, what: &'static str) -> Result<usize, RasterError> {
        let cells = self
            .integer(tag)?
            .ok_or_else(|| self.wrong(format!("it has no {what}")))?;
        if cells == 0 {
            return Err(self.wrong(format!("its {what} is 0")));
        }
        within(what, cells, self.limits.side)?;
        Ok(cells as usize)
    }

    fn integer(&mut self, tag: u16) -> Result<Option<u64>, RasterError> {
        self.container.integer(self.page, tag)
    }

    fn integer_or(&mut self, tag: u16, default: u64) -> Result<u64, RasterError> {
        Ok(self.integer(tag)?.unwrap_or(default))
    }

    /// The numbers of a field; none where the page does not have it.
    fn integers(&mut self, tag: u16) -> Result<Vec<u64>, RasterError> {
        Ok(self.container.integers(self.page, tag)?.unwrap_or_default())
    }
}

/// Refuses a number above its limit.
pub(super) fn within(what: &'static str, found: u64, limit: u64) -> Result<(), RasterError> {
    if found <= limit {
        Ok(())
    } else {
        Err(RasterError::Limit { what, found, limit })
    }
}

fn unsupported_compression(code: u64) -> RasterError {
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
