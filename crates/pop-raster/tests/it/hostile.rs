//! Damaged, odd and malicious files: each ends as its manifest says, without a panic,
//! in bounded time. (Sums of zones are held by zonal-sum's tests.)
use std::path::Path;
use std::time::{Duration, Instant};

use pop_raster::{Limits, RasterError, RasterFile, Samples, Scratch};
use serde_json::Value;

/// Valid cells and sum of band 0, all chunks.
fn sum(bytes: &[u8]) -> Result<(u64, f64), RasterError> {
    let raster = RasterFile::open(bytes, &Limits::default())?;
    let mut scratch = Scratch::new();
    let (mut valid, mut sum) = (0, 0.0);
    for chunk in 0..raster.layout().count() {
        let chunk = raster.read_chunk(0, chunk, &mut scratch)?;
        valid += chunk.counts.valid;
        sum += match chunk.samples {
            Samples::F32(cells) => cells
                .iter()
                .filter(|v| !v.is_nan())
                .map(|&v| f64::from(v))
                .sum(),
            Samples::F64(cells) => cells.iter().filter(|v| !v.is_nan()).sum::<f64>(),
        };
    }
    Ok((valid, sum))
}

/// The raster that a case names, and what is wanted of it.
struct Case {
    id: String,
    bytes: Vec<u8>,
    expect: Value,
}

fn cases(dir: &Path, wanted: impl Fn(&str) -> bool) -> Vec<Case> {
    let dir = dir.join("hostile");
    let manifest = std::fs::read(dir.join("manifest.json")).unwrap();
    let manifest: Vec<Value> = serde_json::from_slice(&manifest).unwrap();
    manifest
        .into_iter()
        .filter(|case| case["group"].as_str().is_some_and(&wanted))
        .map(|case| {
            let raster = case["raster"].as_str().unwrap_or("base/base.tif");
            let bytes = std::fs::read(dir.join(raster)).unwrap();
            Case {
                id: case["id"].as_str().unwrap().to_owned(),
                bytes,
                expect: case["expect"].clone(),
            }
        })
        .collect()
}

/// What a case came to: a line of complaint, or nothing.
fn judge(case: &Case) -> Option<String> {
    let start = Instant::now();
    let found = sum(&case.bytes);
    let took = start.elapsed();
    let id = &case.id;
    // The bound is 2 s of a release build; this one may be a debug build.
    if took > Duration::from_secs(10) {
        return Some(format!("{id}: took {took:?}"));
    }
    let class = case.expect["class"].as_str().unwrap();
    // `Whole` covers the raster in most cases: where all cells count, so does this sum.
    let whole = case.expect["sums"].as_object().and_then(|sums| {
        sums.values()
            .find(|zone| zone["name"] == "Whole")
            .map(|zone| {
                (
                    zone["valid_pixels"].as_u64().unwrap(),
                    zone["centre"].as_f64().unwrap(),
                )
            })
    });
    let outside = case.expect.get("whole").map(|whole| {
        (
            whole["valid"].as_u64().unwrap(),
            whole["sum"].as_f64().unwrap_or(f64::NAN),
        )
    });
    match (class, found, whole.or(outside)) {
        ("sum" | "warn_sum", Err(error), _) => Some(format!("{id}: refused: {error}")),
        ("error", Ok((valid, sum)), _) => Some(format!("{id}: not refused: {valid} cells, {sum}")),
        ("sum" | "warn_sum" | "sum_or_error", Ok((valid, sum)), Some((cells, expected)))
            if valid != cells || (sum - expected).abs() > 1e-6 * expected.abs() =>
        {
            Some(format!(
                "{id}: {valid} cells, {sum}; expected {cells}, {expected}"
            ))
        }
        _ => None,
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn hostile_rasters_end_as_the_manifest_says() {
    let dir = testdata::dir();
    // Here the zones decide and not the raster: the raster itself is sound, or larger
    // than the zone called Whole.
    let by_zone = [
        "bomb-honest",
        "acc-float32",
        "shape-1x1",
        "shape-1xN",
        "shape-Nx1",
    ];
    let cases = cases(&dir, |group| group.starts_with("tiff-"));
    assert!(cases.len() > 500, "{} cases", cases.len());
    let complaints: Vec<_> = cases
        .iter()
        .filter(|case| !by_zone.contains(&case.id.as_str()))
        .filter_map(judge)
        .collect();
    assert!(
        complaints.is_empty(),
        "{} cases:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}
