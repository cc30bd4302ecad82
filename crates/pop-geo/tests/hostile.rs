//! Odd and broken files: each must end as its record says, as far as reading decides it.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads files and looks at the clock, and fails where it cannot go on"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use pop_geo::{OrgUnitSet, ReadError, ReadOptions, Shape, read_orgunits};

/// One case of the manifest.
struct Case {
    id: String,
    class: String,
    bytes: Vec<u8>,
    units: Option<Vec<String>>,
}

fn cases(dir: &Path, group: &str) -> Vec<Case> {
    let dir = dir.join("hostile");
    let manifest = std::fs::read(dir.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let cases: Vec<Case> = manifest
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| case["group"] == group)
        .map(|case| Case {
            id: case["id"].as_str().unwrap().to_owned(),
            class: case["expect"]["class"].as_str().unwrap().to_owned(),
            bytes: std::fs::read(dir.join(case["files"][0].as_str().unwrap())).unwrap(),
            units: case["expect"]["sums"]
                .as_object()
                .map(|sums| sums.keys().cloned().collect()),
        })
        .collect();
    assert!(!cases.is_empty(), "no cases of {group}");
    cases
}

fn read(case: &Case) -> Result<OrgUnitSet, ReadError> {
    let start = Instant::now();
    let result = read_orgunits(&case.bytes, &ReadOptions::default());
    let taken = start.elapsed();
    assert!(taken < Duration::from_secs(5), "{}: {taken:?}", case.id);
    if let Err(error) = &result {
        let message = error.to_string();
        assert!(!message.contains('\n'), "{}: {message}", case.id);
        assert!(message.len() < 400, "{}: {message}", case.id);
    }
    result
}

fn is_refused(result: &Result<OrgUnitSet, ReadError>) -> bool {
    match result {
        Ok(set) => set
            .units
            .iter()
            .any(|unit| matches!(unit.shape, Shape::Bad(_))),
        Err(_) => true,
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn geometry_and_text_end_as_the_manifest_says() {
    let dir = testdata::dir();
    let cases = cases(&dir, "geojson-geometry")
        .into_iter()
        .chain(cases(&dir, "geojson-text"));
    for case in cases {
        let result = read(&case);
        match case.class.as_str() {
            "error" => assert!(is_refused(&result), "{}: {result:?}", case.id),
            "sum" | "warn_sum" => assert!(!is_refused(&result), "{}: {result:?}", case.id),
            _ => {}
        }
        if let (Ok(set), Some(units)) = (&result, &case.units) {
            for id in units {
                assert!(
                    set.units.iter().any(|unit| unit.id == *id),
                    "{}: {id} got lost",
                    case.id
                );
            }
        }
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn files_from_elsewhere_are_read_or_refused() {
    let dir = testdata::dir();
    for case in cases(&dir, "geojson-outside") {
        let _ = read(&case);
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn json_that_is_none_is_refused_with_its_place() {
    let dir = testdata::dir();
    for case in cases(&dir, "json-outside") {
        let error = read(&case).expect_err(&case.id);
        let message = error.to_string();
        let valid = serde_json::from_slice::<serde_json::Value>(&case.bytes).is_ok();
        let about = if valid { "GeoJSON" } else { "JSON" };
        assert!(message.contains(about), "{}: {message}", case.id);
        assert!(
            error.position().is_some() || message.contains("UTF-"),
            "{}: {message}",
            case.id
        );
    }
}
