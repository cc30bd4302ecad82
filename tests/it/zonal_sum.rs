//! `zonal-sum` as its users meet it.

use std::collections::HashMap;
use std::path::PathBuf;

use pop_raster::{
    CellWindow, Compression, Limits, NewRaster, Predictor, RasterError, RasterFile, Samples,
    Scratch, WriteOptions, write_geotiff,
};
use serde_json::{Value, json};

use crate::support::{Run, tool};

const RASTER: &str = "worldpop/sle_pop_2025_CN_1km_R2025A_UA_v1.tif";
const NEXT_YEAR: &str = "worldpop/sle_pop_2026_CN_1km_R2025A_UA_v1.tif";
const BAND: &str = "worldpop/abw_m_00_2020_CN_1km_R2025A_UA_v1.tif";
const UNITS: &str = "orgunits/sierra-leone-districts.geojson";

fn data(file: &str) -> PathBuf {
    testdata::dir().join(file)
}

fn zonal_sum(rasters: &[&str]) -> Run {
    let mut run = tool("zonal-sum");
    for raster in rasters {
        let (name, file) = raster
            .split_once('=')
            .map_or((None, *raster), |(n, f)| (Some(n), f));
        let path = data(file).display().to_string();
        run = run
            .arg("-r")
            .arg(name.map_or(path.clone(), |name| format!("{name}={path}")));
    }
    run
}

/// Rows by unit and raster, each by column.
fn rows(csv: &[u8]) -> Vec<HashMap<String, String>> {
    csv::Reader::from_reader(csv)
        .deserialize()
        .map(Result::unwrap)
        .collect()
}

fn people(row: &HashMap<String, String>) -> f64 {
    row["population"].parse().unwrap()
}

#[test]
fn a_unit_without_a_level_is_named_where_levels_are_chosen() {
    let folder = tempfile::tempdir().unwrap();
    tool("sample-country")
        .folder(folder.path())
        .args(["--out", "sample"])
        .run()
        .expect(0);
    let text = std::fs::read(folder.path().join("sample/orgunits.geojson")).unwrap();
    let mut units: Value = serde_json::from_slice(&text).unwrap();
    for feature in units["features"].as_array_mut().unwrap() {
        if feature["properties"]["name"] == "Amberin" {
            feature["properties"]["level"] = Value::Null;
        }
    }
    std::fs::write(folder.path().join("path.geojson"), units.to_string()).unwrap();
    let levels = |file: &str| {
        let ran = tool("zonal-sum")
            .folder(folder.path())
            .args(["-r", "sample/xsc_pop_2025_CN_100m_R2025A_v1.tif"])
            .args(["--level", "2", file])
            .run()
            .expect(0);
        let rows = rows(&ran.stdout);
        rows.iter()
            .map(|row| row["level"].clone())
            .collect::<Vec<_>>()
    };
    // the path says that it is of level 2
    assert_eq!(levels("path.geojson"), levels("sample/orgunits.geojson"));
    for feature in units["features"].as_array_mut().unwrap() {
        if feature["properties"]["name"] == "Amberin" {
            let properties = feature["properties"].as_object_mut().unwrap();
            properties.remove("path");
            properties.remove("parentGraph");
        }
    }
    std::fs::write(folder.path().join("units.geojson"), units.to_string()).unwrap();
    for name in ["zonal-sum", "clip-raster"] {
        tool(name)
            .folder(folder.path())
            .args(["-r", "sample/xsc_pop_2025_CN_100m_R2025A_v1.tif"])
            .args(["--level", "2", "units.geojson", "-o", "out"])
            .run()
            .expect(0)
            .says("1 unit without a level is left out by --level: Amberin (");
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn the_districts_of_sierra_leone() {
    let run = zonal_sum(&[RASTER]);
    let folder = tempfile::tempdir().unwrap();
    let balance = folder.path().join("balance.json");
    let ran = run
        .arg(data(UNITS))
        .arg("--balance")
        .arg(&balance)
        .run()
        .expect(0)
        .says("90,786.7 of 8,731,140.0 people in no unit");
    let rows = rows(&ran.stdout);
    assert_eq!(rows.len(), 13);
    assert!((rows.iter().map(people).sum::<f64>() - 8_640_353.3).abs() < 0.05);
    let outside: Vec<_> = rows
        .iter()
        .filter(|row| row["reasons"] == "partly-outside")
        .collect();
    assert_eq!(outside.len(), 2);
    assert!(
        rows.iter()
            .all(|row| row["status"] == "ok" && row["rows"] == "13" && row["year"] == "2025")
    );
    let balance: Value = serde_json::from_slice(&std::fs::read(balance).unwrap()).unwrap();
    let level = &balance["rasters"][0]["levels"][0];
    let number = |key: &str| level[key].as_f64().unwrap();
    let total = balance["rasters"][0]["total"].as_f64().unwrap();
    let books = number("in_units") - number("more_than_once") + number("in_no_unit");
    assert!((total - books).abs() <= 1e-12 * total);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn threads_and_companions_change_no_byte() {
    let run = zonal_sum(&[RASTER]);
    let alone = run
        .arg(data(UNITS))
        .arg("--threads=1")
        .run()
        .expect(0)
        .stdout;
    for threads in ["2", "3", "8"] {
        let run = zonal_sum(&[RASTER]).arg(data(UNITS));
        assert_eq!(
            run.args(["--threads", threads]).run().expect(0).stdout,
            alone
        );
    }
    let both = zonal_sum(&[NEXT_YEAR, RASTER])
        .arg(data(UNITS))
        .run()
        .expect(0)
        .stdout;
    let of_year = |csv: &[u8]| -> Vec<(String, String)> {
        let rows = rows(csv).into_iter().filter(|row| row["year"] == "2025");
        rows.map(|row| (row["org_unit"].clone(), row["population"].clone()))
            .collect()
    };
    assert_eq!(of_year(&both), of_year(&alone));
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn forms_of_the_sums() {
    let run = |format: &str| {
        zonal_sum(&[RASTER])
            .arg(data(UNITS))
            .args(["--format", format])
    };
    assert!(run("table").run().expect(0).text().contains("Western Area"));
    let json: Value = serde_json::from_slice(&run("json").run().expect(0).stdout).unwrap();
    assert_eq!(json["rows"].as_array().unwrap().len(), 13);
    let path = data(RASTER);
    let bytes = path.metadata().unwrap().len();
    let list = json!([{ "path": path.display().to_string(), "bytes": bytes }]).to_string();
    let listed = tool("zonal-sum")
        .args(["--raster-list", "-"])
        .arg(data(UNITS))
        .stdin(list);
    assert_eq!(rows(&listed.run().expect(0).stdout).len(), 13);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn what_makes_no_sense_is_usage() {
    let run = zonal_sum(&[RASTER, RASTER]);
    run.arg(data(UNITS))
        .run()
        .expect_nothing(2)
        .says("two rasters are called");
    tool("zonal-sum")
        .arg(data(UNITS))
        .run()
        .expect_nothing(2)
        .says("no raster given");
    let band = format!("{}#2", data(RASTER).display());
    let run = tool("zonal-sum").args(["-r", &band]).arg(data(UNITS));
    run.run().expect_nothing(2).says("band 2 of a file with 1");
    let run = zonal_sum(&[RASTER]).arg(data(UNITS));
    run.arg("--label=Other:year=2020")
        .run()
        .expect_nothing(2)
        .says("no raster is called");
    let run = zonal_sum(&[RASTER]).arg(data(UNITS));
    run.arg("--allow=point")
        .run()
        .expect_nothing(2)
        .says("there is no kind");
    let run = zonal_sum(&[RASTER]).arg(data(UNITS));
    run.arg("--level=9").run().expect_nothing(3).says("level");
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn mixtures_are_refused() {
    let run = zonal_sum(&[RASTER, "t=worldpop/sle_pop_2026_CN_1km_R2025A_UA_v1.tif"]);
    let run = run
        .arg(data(UNITS))
        .arg("--label=t:source=worldpop-global2;R2024B");
    run.run().expect_nothing(3).says("mixed-releases");
    let both = [
        "m=worldpop/abw_m_01_2020_CN_1km_R2025A_UA_v1.tif",
        &format!("t={BAND}"),
    ];
    let run = || {
        let run = zonal_sum(&both).arg(data("orgunits/abw.geo.json"));
        run.args(["--id-property=cca2", "--label=t:sex=t"])
    };
    run().run().expect_nothing(3).says("mixed-sexes");
    assert_eq!(
        rows(&run().arg("--allow=mixed-sexes").run().expect(0).stdout).len(),
        2
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_limit_on_the_unallocated() {
    let run = zonal_sum(&[RASTER]);
    let run = run.arg(data(UNITS));
    run.arg("--max-unallocated=0.02").run().expect(0);
    let run = zonal_sum(&[RASTER]).arg(data(UNITS));
    run.arg("--max-unallocated=0.01")
        .run()
        .expect_nothing(3)
        .says("--max-unallocated");
}

/// Districts as they are, one turned into each kind of unit that has no plain value.
fn odd_units() -> (Vec<u8>, Vec<String>) {
    let mut units: Value = serde_json::from_slice(&std::fs::read(data(UNITS)).unwrap()).unwrap();
    let features = units["features"].as_array_mut().unwrap();
    features[0]["geometry"] = Value::Null;
    features[1]["geometry"] = json!({ "type": "Point", "coordinates": [-12.0, 8.5] });
    features[2]["properties"]["closedDate"] = json!("2020-01-01T00:00:00.000");
    features[3]["properties"]["openingDate"] = json!("2025-07-01T00:00:00.000");
    let square = |x: f64, y: f64| {
        json!([[
            [x, y],
            [x + 0.1, y],
            [x + 0.1, y + 0.1],
            [x, y + 0.1],
            [x, y]
        ]])
    };
    features[4]["geometry"] = json!({ "type": "Polygon", "coordinates": square(20.0, 50.0) });
    features[5]["geometry"] = json!({ "type": "Polygon", "coordinates": square(-13.2, 7.0) });
    features[6]["properties"]["geometry_source"] = json!("fallback:own");
    let ids = features
        .iter()
        .map(|feature| feature["id"].as_str().unwrap().to_owned())
        .collect();
    (units.to_string().into_bytes(), ids)
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn every_unit_comes_out_with_a_value_or_a_reason() {
    let (units, ids) = odd_units();
    let ran = zonal_sum(&[RASTER, NEXT_YEAR]).stdin(units).run().expect(0);
    let rows = rows(&ran.stdout);
    assert_eq!(rows.len(), 26);
    let of = |unit: usize, year: &str| {
        let row = rows
            .iter()
            .find(|row| row["org_unit"] == ids[unit] && row["year"] == year)
            .unwrap();
        (
            row["status"].as_str(),
            row["reasons"].as_str(),
            row["population"].as_str(),
        )
    };
    assert_eq!(of(0, "2025"), ("none", "no-geometry", ""));
    assert_eq!(of(1, "2025"), ("none", "point", ""));
    assert_eq!((of(2, "2025").0, of(2, "2025").1), ("doubtful", "closed"));
    assert!(of(3, "2025").1.contains("not-yet-open"));
    assert!(!of(3, "2026").1.contains("not-yet-open"));
    assert_eq!(of(4, "2025"), ("none", "outside", ""));
    assert_eq!(of(5, "2025"), ("doubtful", "no-valid-cell", "0"));
    assert_eq!(
        (of(6, "2025").0, of(6, "2025").1),
        ("doubtful", "partly-outside;fallback-geometry")
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn units_that_do_not_stand_are_outside_the_books() {
    let (units, _) = odd_units();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("balance.json");
    let run = zonal_sum(&[RASTER, NEXT_YEAR]).stdin(units);
    run.arg("--balance").arg(&file).run().expect(0);
    let balance: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let level = |raster: usize| &balance["rasters"][raster]["levels"][0];
    assert_eq!(level(0)["units"], 13);
    assert_eq!(level(0)["closed"]["units"].as_array().unwrap().len(), 1);
    assert_eq!(
        level(0)["not_yet_open"]["units"].as_array().unwrap().len(),
        1
    );
    assert_eq!(
        level(1)["not_yet_open"]["units"].as_array().unwrap().len(),
        0
    );
    let counted = |raster: usize| level(raster)["units_counted"].as_u64().unwrap();
    assert_eq!(counted(1), counted(0) + 1);
    for raster in 0..2 {
        let number = |key: &str| level(raster)[key].as_f64().unwrap();
        let total = balance["rasters"][raster]["total"].as_f64().unwrap();
        let books = number("in_units") - number("more_than_once") + number("in_no_unit");
        assert!((total - books).abs() <= 1e-12 * total);
    }
}

/// The cells of a raster again, in other chunks and another compression.
fn rewritten(file: &str, compression: Compression, predictor: Predictor, tile: usize) -> Vec<u8> {
    let bytes = std::fs::read(data(file)).unwrap();
    let source = RasterFile::open(bytes.as_slice(), &Limits::default()).unwrap();
    let grid = source.grid();
    let mut cells = vec![f64::NAN; grid.width * grid.height];
    let mut scratch = Scratch::new();
    for number in 0..source.layout().count() {
        let chunk = source.read_chunk(0, number, &mut scratch).unwrap();
        let window = chunk.window;
        let Samples::F32(values) = chunk.samples else {
            panic!("not f32")
        };
        for (index, &value) in values.iter().enumerate() {
            let (row, col) = (
                window.row + index / window.width,
                window.col + index % window.width,
            );
            cells[row * grid.width + col] = f64::from(value);
        }
    }
    let fill = |_: usize, window: &CellWindow, out: &mut [f64]| -> Result<(), RasterError> {
        for (row, line) in out.chunks_mut(window.width).enumerate() {
            let from = (window.row + row) * grid.width + window.col;
            line.copy_from_slice(&cells[from..from + window.width]);
        }
        Ok(())
    };
    let options = WriteOptions {
        compression,
        predictor: Some(predictor),
        tile,
        ..WriteOptions::default()
    };
    let mut written = Vec::new();
    let mut raster = NewRaster::new(grid.clone());
    raster.nodata = Some("-99999".into());
    write_geotiff(
        &mut written,
        &raster,
        &fill,
        &options,
        &mut std::io::Cursor::new(Vec::new()),
    )
    .unwrap();
    written
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn tiles_and_compression_change_no_byte() {
    let path = data(RASTER);
    let label = "--label=year=2025,sex=t,source=x";
    let of = |raster: String| {
        let run = tool("zonal-sum")
            .arg("-r")
            .arg(format!("pop={raster}"))
            .arg(label);
        run.arg(data(UNITS)).run().expect(0).stdout
    };
    let expected = of(path.display().to_string());
    let folder = tempfile::tempdir().unwrap();
    for (compression, predictor, tile) in [
        (Compression::Deflate, Predictor::FloatingPoint, 128),
        (Compression::Lzw, Predictor::None, 256),
        (Compression::None, Predictor::None, 16),
    ] {
        let copy = folder.path().join(format!("{tile}.tif"));
        std::fs::write(&copy, rewritten(RASTER, compression, predictor, tile)).unwrap();
        assert_eq!(of(copy.display().to_string()), expected, "{tile}");
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_clip_gives_the_same_bytes_and_knows_who_is_missing() {
    let path = data(RASTER);
    let mut units: Value = serde_json::from_slice(&std::fs::read(data(UNITS)).unwrap()).unwrap();
    units["features"].as_array_mut().unwrap().truncate(2);
    let units = units.to_string();
    let of = |raster: &str| {
        tool("zonal-sum")
            .arg("-r")
            .arg(format!("pop={raster}"))
            .stdin(units.clone())
            .run()
            .expect(0)
    };
    let whole = of(&path.display().to_string()).stdout;
    let folder = tempfile::tempdir().unwrap();
    for mask in [None, Some("--mask")] {
        let clip = folder.path().join("clip.tif");
        let run = tool("clip-raster")
            .arg("-r")
            .arg(&path)
            .arg("-o")
            .arg(&clip)
            .args(mask);
        run.stdin(units.clone()).run().expect(0);
        let clipped = of(&clip.display().to_string());
        assert_eq!(clipped.stdout, whole, "{mask:?}");
        assert!(
            clipped.stderr.contains("people outside the clip"),
            "{}",
            clipped.stderr
        );
    }
}
