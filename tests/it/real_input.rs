//! The whole way on real rasters and boundaries.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dhis2_standin::{Standin, Version};
use serde_json::Value;

use crate::sample::stored;
use crate::support::{guarded, root, tool, write_credentials};

/// Sums of an independent engine (exactextract): raster, boundary file and unit to people.
fn expected(data: &Path, raster: &str, boundary: &str) -> BTreeMap<String, f64> {
    let mut reader = csv::Reader::from_path(data.join("worldpop/expected_zonal_sums.csv")).unwrap();
    reader
        .deserialize::<BTreeMap<String, String>>()
        .map(Result::unwrap)
        .filter(|row| row["raster"] == raster && row["boundary"] == boundary)
        .map(|row| (row["unit"].clone(), row["exact_sum"].parse().unwrap()))
        .collect()
}

fn populations(sums: &[u8]) -> BTreeMap<String, f64> {
    csv::Reader::from_reader(sums)
        .deserialize::<BTreeMap<String, String>>()
        .map(Result::unwrap)
        .map(|row| (row["org_unit"].clone(), row["population"].parse().unwrap()))
        .collect()
}

#[track_caller]
fn assert_close(found: &BTreeMap<String, f64>, expected: &BTreeMap<String, f64>) {
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (unit, &people) in expected {
        let off = (found[unit] - people).abs() / people;
        assert!(off < 1e-6, "{unit}: {} against {people}", found[unit]);
    }
}

/// The only level of the only raster of a balance, checked to close.
#[track_caller]
fn balance(path: &Path) -> (f64, Value) {
    let balance: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let raster = &balance["rasters"][0];
    let level = raster["levels"][0].clone();
    let number = |value: &Value| value.as_f64().unwrap();
    let total = number(&raster["total"]);
    let sum = number(&level["in_units"]) - number(&level["more_than_once"])
        + number(&level["in_no_unit"]);
    assert!((sum - total).abs() <= 1e-12 * total, "{sum} of {total}");
    let parts = number(&level["inside_incomplete_parents"])
        + number(&level["inside_complete_parents"])
        + number(&level["outside_every_unit"]);
    assert!((parts - number(&level["in_no_unit"])).abs() <= 1e-12 * total);
    (total, level)
}

fn text(path: PathBuf) -> String {
    path.into_os_string().into_string().unwrap()
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn sierra_leone_from_raster_to_stored_values() {
    let data = testdata::dir();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| text(folder.path().join(name));
    let name = "sle_pop_2025_CN_1km_R2025A_UA_v1.tif";
    let raster = text(data.join("worldpop").join(name));
    let units = text(data.join("orgunits/sierra-leone-districts.geojson"));

    tool("clip-raster")
        .args(["-r", &raster, &units, "-o", &at("clip.tif")])
        .args(["--provenance", &at("clip.json")])
        .run()
        .expect_nothing(0);
    tool("zonal-sum")
        .arg("-r")
        .arg(format!(
            "sle_pop_2025_CN_1km_R2025A_UA_v1={}",
            at("clip.tif")
        ))
        .args([
            &units,
            "-o",
            &at("sums.csv"),
            "--balance",
            &at("balance.json"),
        ])
        .args(["--provenance", &at("sums.json")])
        .run()
        .expect_nothing(0);

    let sums = std::fs::read(at("sums.csv")).unwrap();
    let found = populations(&sums);
    assert_close(
        &found,
        &expected(&data, name, "sierra-leone-districts.geojson"),
    );
    let total: f64 = found.values().sum();
    assert!((total - 8_640_353.3).abs() < 0.05, "{total}");
    let partly = String::from_utf8(sums.clone()).unwrap();
    assert_eq!(partly.matches(",ok,partly-outside,").count(), 2);
    a_clip_changes_no_byte(&sums, &raster, &units);
    let (people, level) = balance(Path::new(&at("balance.json")));
    let outside_clip = people_outside_clip(Path::new(&at("balance.json")));
    assert!((people + outside_clip - 8_731_140.0).abs() < 0.05);
    let nowhere = level["in_no_unit"].as_f64().unwrap() + outside_clip;
    assert!((nowhere - 90_786.7).abs() < 0.05, "{nowhere}");
    the_hashes_chain(&at("clip.json"), &at("sums.json"));

    let server = server_with(&data);
    write_credentials(Path::new(&at("credentials")));
    tool("to-datavalueset")
        .args([&at("sums.csv"), "-o", &at("values.json")])
        .args(["--data-element", "dePopTot001", "--data-set", "dsPopYear01"])
        .run()
        .expect_nothing(0);
    tool("push")
        .args([
            "--url",
            &server.url(),
            "--credentials-file",
            &at("credentials"),
        ])
        .args([
            &at("values.json"),
            "--commit",
            "--receipt",
            &at("receipt.json"),
        ])
        .args(["-o", &at("result.json")])
        .run()
        .expect_nothing(0);
    let stored = stored(&server);
    assert_eq!(stored.len(), 13);
    let mut whole = 0;
    for (unit, value) in stored {
        let value: i64 = value.parse().unwrap();
        assert!((value as f64 - found[&unit]).abs() < 1.0, "{unit}: {value}");
        whole += value;
    }
    assert_eq!(whole, 8_640_353);
}

/// The rows of the units clipped to are those of the whole raster, byte for byte.
fn a_clip_changes_no_byte(clipped: &[u8], raster: &str, units: &str) {
    let whole = tool("zonal-sum")
        .args(["-r", raster, units])
        .run()
        .expect(0);
    assert_eq!(
        String::from_utf8_lossy(clipped),
        String::from_utf8_lossy(&whole.stdout)
    );
}

fn people_outside_clip(balance: &Path) -> f64 {
    let balance: Value = serde_json::from_slice(&std::fs::read(balance).unwrap()).unwrap();
    balance["rasters"][0]["outside_clip"].as_f64().unwrap()
}

/// What one tool wrote is found by its hash among what the next one read.
fn the_hashes_chain(first: &str, second: &str) {
    let read =
        |path: &str| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let (first, second) = (read(first), read(second));
    let written = first["outputs"][0]["sha256"].as_str().unwrap();
    let inputs = second["inputs"].as_array().unwrap();
    assert!(
        inputs.iter().any(|input| input["sha256"] == written),
        "{written} is not among {inputs:?}"
    );
}

/// A stand-in with the Sierra Leone districts and a yearly data set that is assigned to them.
fn server_with(data: &Path) -> Standin {
    let bundle = |name: &str| -> Value {
        let path = data.join("dhis2-recordings/setup").join(name);
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    let mut options = guarded(Version::V42);
    options.bundles = vec![
        bundle("1-orgunits.json"),
        bundle("2-population-package.json"),
    ];
    Standin::start(options).unwrap()
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn sri_lanka_up_to_the_balance() {
    let data = testdata::dir();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| text(folder.path().join(name));
    let units = text(data.join("orgunits/sri-lanka-provinces.geojson"));
    for (year, total) in [(2022, 22_759_124.959_997), (2023, 22_898_819.658_439)] {
        let name = format!("lka_pop_{year}_CN_1km_R2025A_UA_v1.tif");
        let raster = text(data.join("worldpop").join(&name));
        let sums = tool("zonal-sum")
            .args(["-r", &raster, &units, "--id-property", "shapeISO"])
            .args(["--balance", &at(&format!("{year}.json"))])
            .run()
            .expect(0)
            .stdout;
        assert_close(
            &populations(&sums),
            &expected(&data, &name, "sri-lanka-provinces.geojson"),
        );
        let (people, _) = balance(Path::new(&at(&format!("{year}.json"))));
        assert!((people - total).abs() < 1e-6 * total);
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn the_example_of_sierra_leone_is_made_again_to_the_byte() {
    let data = testdata::dir();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| text(folder.path().join(name));
    tool("zonal-sum")
        .arg("-r")
        .arg(data.join("worldpop/sle_pop_2025_CN_1km_R2025A_UA_v1.tif"))
        .arg(data.join("orgunits/sierra-leone-districts.geojson"))
        .args(["-o", &at("sums.csv"), "--balance", &at("balance.json")])
        .run()
        .expect_nothing(0);
    tool("to-datavalueset")
        .args([&at("sums.csv"), "-o", &at("datavalues.json")])
        .args(["--data-element", "dePopTot001", "--data-set", "dsPopYear01"])
        .run()
        .expect_nothing(0);
    for name in ["sums.csv", "balance.json", "datavalues.json"] {
        let shown = root().join("examples/sierra-leone").join(name);
        assert_eq!(
            std::fs::read_to_string(at(name)).unwrap(),
            std::fs::read_to_string(&shown).unwrap(),
            "{}",
            shown.display()
        );
    }
}
