//! Reading the cells of a chunk.

use super::{OnBadValue, RasterFile};
use crate::cell_counts::CellCounts;
use crate::cell_window::CellWindow;
use crate::cells::{ChunkCells, Findings};
use crate::codec::Codecs;
use crate::error::{BadValue, RasterError};
use crate::mask::MaskScratch;
use crate::source::ReadAt;

/// The cells of one chunk and band.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    /// Which cells of the raster.
    pub window: CellWindow,
    /// Their values.
    pub samples: Samples<'a>,
    /// How they fell under the rules.
    pub counts: CellCounts,
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
    unpacked: Option<UnpackedChunk>,
    singles: Vec<f32>,
    doubles: Vec<f64>,
    mask: MaskScratch,
}

/// What `Scratch::bytes` holds: of which file, plane and chunk; no range where it is sparse.
struct UnpackedChunk {
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
            unpacked: None,
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
        let range = self.unpack_chunk(band, chunk, scratch)?;
        let cells = window.cells();
        let Some(range) = range else {
            return Ok(self.unstored(band, window, scratch));
        };
        let mask = match &self.mask {
            Some(mask) => Some(mask.read(&self.source, band, &window, &mut scratch.mask)?),
            None => None,
        };
        let cut = ChunkCells {
            data: &scratch.bytes[range],
            row: self.image.row(self.sample),
            sample: self.sample,
            band: self.image.band_in_chunk(band),
            width: window.width,
            row_order: self.image.layout.row_order,
            nodata: self.nodata.value(),
            nodata_match: self.nodata.matching(),
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
        self.apply_rules(&findings, &window)?;
        Ok(Chunk {
            window,
            samples,
            counts: findings.counts,
        })
    }

    /// Makes `scratch` hold the unpacked rows of a chunk, unless it does already.
    fn unpack_chunk(
        &self,
        band: usize,
        chunk: usize,
        scratch: &mut Scratch,
    ) -> Result<Option<std::ops::Range<usize>>, RasterError> {
        let plane = self.image.plane(band);
        let key = (self.id, plane, chunk);
        if let Some(unpacked) = scratch
            .unpacked
            .as_ref()
            .filter(|unpacked| unpacked.key == key)
        {
            return Ok(unpacked.range.clone());
        }
        scratch.unpacked = None;
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
        scratch.unpacked = Some(UnpackedChunk {
            key,
            range: range.clone(),
        });
        Ok(range)
    }

    /// A chunk that is not stored: nodata where that is declared, else zero.
    fn unstored<'a>(&self, band: usize, window: CellWindow, scratch: &'a mut Scratch) -> Chunk<'a> {
        let cells = window.cells();
        let declared = self.nodata.value().is_some();
        let mut counts = CellCounts::default();
        *if declared {
            &mut counts.nodata
        } else {
            &mut counts.valid
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
            counts,
        }
    }

    fn apply_rules(&self, findings: &Findings, window: &CellWindow) -> Result<(), RasterError> {
        let Some(bad) = findings.bad else {
            return Ok(());
        };
        let counts = &findings.counts;
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
                BadValue::Negative => counts.negative,
                BadValue::Infinite => counts.infinite,
                BadValue::Implausible => counts.implausible,
            },
            col: window.col + bad.index % window.width,
            row: window.row + bad.index / window.width,
            value: bad.value,
            nodata: self.nodata.text().map(str::to_owned),
        })
    }
}

fn fit<T: Clone + Default>(buffer: &mut Vec<T>, len: usize) -> &mut [T] {
    if buffer.len() < len {
        buffer.resize(len, T::default());
    }
    &mut buffer[..len]
}
