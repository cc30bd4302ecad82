//! The reader against GDAL: small files of every encoding, with valid cells, sums and
//! hashes as GDAL reads them (recorded by scripts/record-raster-fixtures).

use std::path::Path;

use pop_raster::{Limits, RasterFile, Samples, Scratch};
use serde_json::Value;

/// All cells of a band, north-up, and the number of valid ones.
fn cells(raster: &RasterFile<Vec<u8>>, band: usize, scratch: &mut Scratch) -> (Vec<f64>, u64) {
    let (width, height) = (raster.grid().width, raster.grid().height);
    let mut out = vec![-1.0; width * height];
    let mut valid = 0;
    for index in 0..raster.layout().count() {
        let chunk = raster.read_chunk(band, index, scratch).unwrap();
        valid += chunk.counts.valid;
        let w = chunk.window;
        for i in 0..w.cells() {
            let at = (w.row + i / w.width) * width + w.col + i % w.width;
            out[at] = match chunk.samples {
                Samples::F32(cells) => f64::from(cells[i]),
                Samples::F64(cells) => cells[i],
            };
        }
    }
    (out, valid)
}

/// FNV-1a of the cells as little-endian doubles, one bit pattern for NaN.
fn hash(cells: &[f64]) -> String {
    let bits = cells.iter().map(|v| {
        if v.is_nan() {
            0x7ff8_0000_0000_0000
        } else {
            v.to_bits()
        }
    });
    let hash = bits
        .flat_map(u64::to_le_bytes)
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}

#[test]
fn every_encoding_reads_as_gdal_reads_it() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(dir.join("manifest.json")).unwrap()).unwrap();
    let fixtures = manifest["fixtures"].as_array().unwrap();
    assert!(fixtures.len() > 100);
    let mut wrong = Vec::new();
    let mut scratch = Scratch::new();
    for fixture in fixtures {
        let name = fixture["file"].as_str().unwrap();
        let raster =
            match RasterFile::open(std::fs::read(dir.join(name)).unwrap(), &Limits::default()) {
                Ok(raster) => raster,
                Err(error) => {
                    wrong.push(format!("{name}: {error}"));
                    continue;
                }
            };
        let bands = fixture["bands"].as_array().unwrap();
        assert_eq!(raster.bands(), bands.len(), "{name}");
        for (band, expected) in bands.iter().enumerate() {
            let (cells, valid) = cells(&raster, band, &mut scratch);
            let sum: f64 = cells.iter().filter(|v| !v.is_nan()).sum();
            let expected_sum = expected["sum"].as_f64().unwrap();
            let same = valid == expected["valid"].as_u64().unwrap()
                && (sum - expected_sum).abs() <= 1e-12 * expected_sum.abs()
                && hash(&cells) == expected["hash"].as_str().unwrap();
            if !same {
                wrong.push(format!(
                    "{name}, band {band}: {valid} cells, sum {sum}; expected {expected}"
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
