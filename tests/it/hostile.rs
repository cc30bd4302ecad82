//! Hostile and odd inputs: every case ends as its manifest says.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use crate::support::{Ran, tool_within};

/// Address space, in mebibytes, that no case needs more of.
const MEBIBYTES: u32 = 512;
/// Seconds of processor time; the tools are not optimised here.
const SECONDS: u32 = 20;

/// Cases of these groups that do not end as they should.
fn failures(groups: &[&str]) -> Vec<String> {
    let dir = testdata::dir();
    let dir = dir.join("hostile");
    let manifest = std::fs::read(dir.join("manifest.json")).unwrap();
    let manifest: Vec<Value> = serde_json::from_slice(&manifest).unwrap();
    let cases: Vec<&Value> = manifest
        .iter()
        .filter(|case| groups.contains(&case["group"].as_str().unwrap()))
        .collect();
    assert!(!cases.is_empty(), "{groups:?}");
    let tell = |case: &Value, problem: &str, ran: &Ran| {
        let (id, odd) = (&case["id"], &case["odd"]);
        format!("{id}: {problem}\n  ({odd})\n  {}", ran.stderr.trim())
    };
    let judge = |case: &&Value| {
        let ran = run("zonal-sum", &dir, case, &[]);
        if let Some(problem) = problem(case, &ran) {
            return Some(tell(case, &problem, &ran));
        }
        let raster = case["group"].as_str().unwrap().starts_with("tiff");
        let clips = [&[][..], &["--mask"], &["--like-input"], &["--info"]];
        let clips = if raster { &clips[..] } else { &clips[..1] };
        clips.iter().find_map(|options| {
            let ran = run("clip-raster", &dir, case, options);
            ill_ended(&ran, options == &["--info"])
                .map(|problem| tell(case, &format!("clip-raster {options:?}: {problem}"), &ran))
        })
    };
    cases.iter().filter_map(judge).collect()
}

fn run(tool: &str, dir: &Path, case: &Value, options: &[&str]) -> Ran {
    let file = |key: &str, base: &str| dir.join(case[key].as_str().unwrap_or(base));
    tool_within(tool, MEBIBYTES, SECONDS)
        .args(["--threads", "2"])
        .args(options.iter().copied())
        .arg("-r")
        .arg(file("raster", "base/base.tif"))
        .arg(file("zones", "base/zones.geojson"))
        .run()
}

/// Whether a run ended in a way that no input may bring about.
fn ill_ended(ran: &Ran, is_check: bool) -> Option<String> {
    match ran.status {
        0 | 2..=4 => (),
        1 if is_check => return None,
        status => return Some(format!("status {status}")),
    }
    (ran.status != 0 && (!ran.stdout.is_empty() || ran.stderr.is_empty()))
        .then(|| "a failure must say why, and write nothing".to_owned())
}

/// What is wrong with how a case ended.
fn problem(case: &Value, ran: &Ran) -> Option<String> {
    let expect = &case["expect"];
    if let Some(problem) = ill_ended(ran, false) {
        return Some(problem);
    }
    let sums = || {
        if ran.status == 0 {
            wrong_sum(expect, ran)
        } else {
            Some(format!("status {}", ran.status))
        }
    };
    match expect["class"].as_str().unwrap() {
        "sum" => sums(),
        "warn_sum" => sums().or_else(|| {
            let warned = ran.stderr.lines().any(|line| !line.contains(" ok, "));
            (!warned).then(|| "no warning".to_owned())
        }),
        "sum_or_error" if ran.status == 0 => sums(),
        "error" if ran.status == 0 => Some("no error".to_owned()),
        _ => None,
    }
}

/// The first unit whose sum is not the one the case gives.
fn wrong_sum(expect: &Value, ran: &Ran) -> Option<String> {
    let mut reader = csv::Reader::from_reader(ran.stdout.as_slice());
    let place = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "population")
        .unwrap();
    let found: HashMap<String, Option<f64>> = reader
        .records()
        .map(Result::unwrap)
        .map(|record| (record[0].to_owned(), record[place].parse().ok()))
        .collect();
    let relative = expect["rel"].as_f64().unwrap_or(1e-6);
    for (unit, sums) in expect["sums"].as_object().into_iter().flatten() {
        let wanted = sums["fraction"].as_f64().unwrap_or(0.0);
        match found.get(unit) {
            None => return Some(format!("no row for {unit}")),
            Some(None) if wanted == 0.0 => {}
            Some(Some(sum)) if (sum - wanted).abs() <= relative * wanted.abs() => {}
            // an edge on a cell's border may lie a rounding beyond it
            Some(Some(sum)) if wanted == 0.0 && *sum < 1e-9 => {}
            Some(sum) => return Some(format!("{unit}: {sum:?} instead of {wanted}")),
        }
    }
    None
}

fn check(groups: &[&str]) {
    let failures = failures(groups);
    assert!(
        failures.is_empty(),
        "{} cases:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn geojson_geometry() {
    check(&["geojson-geometry"]);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn geojson_text() {
    check(&["geojson-text"]);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn geojson_from_elsewhere() {
    check(&["geojson-outside"]);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn tiff_values_and_georeference() {
    check(&["tiff-values", "tiff-georef"]);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn tiff_encodings() {
    check(&["tiff-encoding", "tiff-broken", "tiff-worldpop"]);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn tiff_from_elsewhere() {
    check(&["tiff-outside"]);
}
