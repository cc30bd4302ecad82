//! From cells to the stored bytes of one tile.

use crate::error::RasterError;
use crate::predictor::{self, Row};
use crate::sample::{ByteOrder, Compression, Predictor, SampleType};

/// Level of libdeflate: about zlib's 6, twice as fast.
const DEFLATE_LEVEL: i32 = 6;
/// Level of zstd: GDAL's default.
const ZSTD_LEVEL: i32 = 9;

/// One thread's encoder with its buffers.
pub(super) struct Encoder {
    compression: Compression,
    predictor: Predictor,
    row: Row,
    bytes: Vec<u8>,
    line: Vec<u8>,
    deflate: Option<libdeflater::Compressor>,
}

impl Encoder {
    /// For tiles `width` cells wide, one band each.
    pub(super) fn new(
        compression: Compression,
        predictor: Predictor,
        sample: SampleType,
        width: usize,
    ) -> Self {
        Self {
            compression,
            predictor,
            row: Row {
                samples: width,
                stride: 1,
                bytes: sample.bytes(),
                order: ByteOrder::Little,
            },
            bytes: Vec::new(),
            line: Vec::new(),
            deflate: None,
        }
    }

    /// Packs a whole tile of cells; NaN is stored as `nodata`.
    pub(super) fn pack(
        &mut self,
        cells: &[f64],
        sample: SampleType,
        nodata: Option<f64>,
    ) -> Result<Vec<u8>, RasterError> {
        self.bytes.clear();
        store(cells, sample, nodata.unwrap_or(f64::NAN), &mut self.bytes);
        predictor::apply(self.predictor, &mut self.bytes, self.row, &mut self.line);
        let failed = |problem: String| RasterError::Write { problem };
        match self.compression {
            Compression::None => Ok(self.bytes.clone()),
            Compression::Deflate => {
                let encoder = self.deflate.get_or_insert_with(|| {
                    libdeflater::Compressor::new(
                        libdeflater::CompressionLvl::new(DEFLATE_LEVEL).unwrap_or_default(),
                    )
                });
                let mut out = vec![0; encoder.zlib_compress_bound(self.bytes.len())];
                let len = encoder
                    .zlib_compress(&self.bytes, &mut out)
                    .map_err(|error| failed(format!("{error:?}")))?;
                out.truncate(len);
                Ok(out)
            }
            Compression::Lzw => {
                weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
                    .encode(&self.bytes)
                    .map_err(|error| failed(error.to_string()))
            }
            Compression::Zstd => zstd::bulk::compress(&self.bytes, ZSTD_LEVEL)
                .map_err(|error| failed(error.to_string())),
            Compression::PackBits => Err(failed("PackBits is read but not written".to_owned())),
        }
    }
}

/// Appends the little-endian samples of `cells`.
fn store(cells: &[f64], sample: SampleType, nodata: f64, out: &mut Vec<u8>) {
    fn each<const N: usize>(
        cells: &[f64],
        nodata: f64,
        out: &mut Vec<u8>,
        bytes: impl Fn(f64) -> [u8; N],
    ) {
        out.extend(
            cells
                .iter()
                .flat_map(|&v| bytes(if v.is_nan() { nodata } else { v })),
        );
    }
    // `as` saturates: a value that the type cannot hold becomes its nearest.
    match sample {
        SampleType::U8 => each(cells, nodata, out, |v| [v as u8]),
        SampleType::I8 => each(cells, nodata, out, |v| [(v as i8).cast_unsigned()]),
        SampleType::U16 => each(cells, nodata, out, |v| (v as u16).to_le_bytes()),
        SampleType::I16 => each(cells, nodata, out, |v| (v as i16).to_le_bytes()),
        SampleType::U32 => each(cells, nodata, out, |v| (v as u32).to_le_bytes()),
        SampleType::I32 => each(cells, nodata, out, |v| (v as i32).to_le_bytes()),
        SampleType::U64 => each(cells, nodata, out, |v| (v as u64).to_le_bytes()),
        SampleType::I64 => each(cells, nodata, out, |v| (v as i64).to_le_bytes()),
        SampleType::F16 | SampleType::F32 => each(cells, nodata, out, |v| (v as f32).to_le_bytes()),
        SampleType::F64 => each(cells, nodata, out, f64::to_le_bytes),
    }
}
