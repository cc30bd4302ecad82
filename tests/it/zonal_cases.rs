//! `zonal-sum` and `clip-raster` on small rasters that GDAL wrote, against sums by exact rational arithmetic
//! (`scripts/record-zonal-cases` makes both).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{root, tool};

fn folder() -> PathBuf {
    root().join("tests/it/zonal_cases")
}

fn expected() -> Value {
    serde_json::from_slice(&std::fs::read(folder().join("expected.json")).unwrap()).unwrap()
}

type Row = BTreeMap<String, String>;

fn rows(csv: &[u8]) -> BTreeMap<String, Row> {
    csv::Reader::from_reader(csv)
        .deserialize::<Row>()
        .map(Result::unwrap)
        .map(|row| (row["org_unit"].clone(), row))
        .collect()
}

/// The sums of a raster over the units, and the balance.
fn sum(raster: &Path, flags: &[&str]) -> (Vec<u8>, Value) {
    let temporary = tempfile::tempdir().unwrap();
    let balance = temporary.path().join("balance.json");
    let ran = tool("zonal-sum")
        .arg("-r")
        .arg(format!("pop={}", raster.display()))
        .arg(folder().join("units.geojson"))
        .arg("--balance")
        .arg(&balance)
        .args(flags.iter().copied())
        .run()
        .expect(0);
    let balance = serde_json::from_slice(&std::fs::read(balance).unwrap()).unwrap();
    (ran.stdout, balance)
}

/// Doubles hold the corner, the cell size and every vertex; what is left is the rounding of products.
fn is_close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-12 * expected.abs() + 1e-15
}

#[test]
fn sums_equal_exact_rational_arithmetic_in_every_encoding() {
    for (name, case) in expected().as_object().unwrap() {
        let (csv, balance) = sum(&folder().join(format!("{name}.tif")), &[]);
        let rows = rows(&csv);
        for (unit, answer) in case["units"].as_object().unwrap() {
            let row = &rows[unit];
            let number = |column: &str| row[column].parse().unwrap_or(0.0);
            for (column, member) in [("population", "people"), ("cells", "cells")] {
                let answer = answer[member].as_f64().unwrap();
                assert!(
                    is_close(number(column), answer),
                    "{name} {unit}: {column} {} instead of {answer}",
                    row[column]
                );
            }
        }
        let raster = &balance["rasters"][0];
        let total = raster["total"].as_f64().unwrap();
        assert!(
            is_close(total, case["total"].as_f64().unwrap()),
            "{name}: total {total}"
        );
        assert_eq!(
            raster["cells"]["valid"].as_f64(),
            case["valid"].as_f64(),
            "{name}"
        );
        let level = &raster["levels"][0];
        let number = |key: &str| level[key].as_f64().unwrap();
        let sum = number("in_units") - number("more_than_once") + number("in_no_unit");
        assert!((sum - total).abs() <= 1e-12 * total, "{name}: {level}");
    }
}

#[test]
fn threads_change_no_byte() {
    let raster = folder().join("float32-lzw-tiles.tif");
    let alone = sum(&raster, &["--threads=1"]);
    for threads in ["--threads=2", "--threads=7"] {
        assert_eq!(sum(&raster, &[threads]), alone);
    }
}

#[test]
fn a_clip_of_any_encoding_has_the_same_sums() {
    let temporary = tempfile::tempdir().unwrap();
    let clip = temporary.path().join("clip.tif");
    for name in expected().as_object().unwrap().keys() {
        let raster = folder().join(format!("{name}.tif"));
        let (whole, _) = sum(&raster, &[]);
        for flags in [
            &[][..],
            &["--mask"],
            &["--compression", "zstd"],
            &["--margin", "3", "--overviews"],
        ] {
            tool("clip-raster")
                .arg("-r")
                .arg(&raster)
                .arg(folder().join("units.geojson"))
                .arg("-o")
                .arg(&clip)
                .args(flags.iter().copied())
                .run()
                .expect(0);
            let (clipped, balance) = sum(&clip, &[]);
            // units beyond the clip are as far beyond the raster
            assert_eq!(rows(&clipped), rows(&whole), "{name} {flags:?}");
            let outside = balance["rasters"][0]["outside_clip"].as_f64();
            assert!(outside.is_some(), "{name} {flags:?}");
        }
    }
}

#[test]
fn the_sums_by_unit_are_those_of_the_stream() {
    let raster = folder().join("float32-lzw-tiles.tif");
    let (stream, _) = sum(&raster, &[]);
    let stream = rows(&stream);
    let (wide, _) = sum(&raster, &["--format=wide"]);
    let (geojson, _) = sum(&raster, &["--format=geojson"]);
    let wide = rows(&wide);
    assert_eq!(wide.len(), stream.len());
    let collection: Value = serde_json::from_slice(&geojson).unwrap();
    let features = collection["features"].as_array().unwrap();
    assert_eq!(features.len(), stream.len());
    for feature in features {
        let unit = feature["id"].as_str().unwrap();
        let row = &stream[unit];
        assert_eq!(wide[unit]["pop"], row["population"], "{unit}");
        assert_eq!(wide[unit]["status"], row["status"], "{unit}");
        assert_eq!(
            feature["properties"]["pop"].as_f64(),
            row["population"].parse().ok(),
            "{unit}"
        );
        assert_eq!(feature["geometry"]["type"], "MultiPolygon");
    }
}
