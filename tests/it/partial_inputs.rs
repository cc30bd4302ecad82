//! Inputs that hold less than they seem to: a page of a collection, and units that a choice of a level passes over.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Ran, Run, tool};
use crate::tiff::Tiff;

/// A feature with a square of one degree at `west`.
fn unit(id: &str, level: u32, path: &str, west: f64) -> Value {
    let (east, north) = (west + 1.0, 1.0);
    json!({
        "type": "Feature",
        "id": id,
        "properties": {"level": level, "path": path},
        "geometry": {"type": "Polygon", "coordinates": [[[west, 0.0], [east, 0.0], [east, north], [west, north], [west, 0.0]]]},
    })
}

fn facility(id: &str, path: &str, longitude: f64) -> Value {
    json!({
        "type": "Feature",
        "id": id,
        "properties": {"level": 3, "path": path},
        "geometry": {"type": "Point", "coordinates": [longitude, 0.5]},
    })
}

/// Every tool that reads polygons as its main input, on `units.geojson` of a folder.
fn readers(folder: &Path, units: &Value) -> Vec<Run> {
    let raster = Tiff::new(4, 1, [10.0, 1.0], 1.0, 2.0).bytes();
    std::fs::write(folder.join("pop.tif"), raster).unwrap();
    std::fs::write(folder.join("units.geojson"), units.to_string()).unwrap();
    let whole = json!({"type": "FeatureCollection", "features": [unit("A", 2, "/R/A", 10.0)]});
    std::fs::write(folder.join("whole.geojson"), whole.to_string()).unwrap();
    let tools: [&[&str]; 5] = [
        &["zonal-sum", "-r", "pop.tif", "units.geojson"],
        &["clip-raster", "-r", "pop.tif", "units.geojson"],
        &["cross-orgunits", "units.geojson", "whole.geojson"],
        &["cross-orgunits", "whole.geojson", "units.geojson"],
        &["catchments", "units.geojson", "--within", "units.geojson"],
    ];
    let run = |words: &&[&str]| {
        tool(words[0])
            .folder(folder)
            .args(words[1..].iter().copied())
    };
    tools.iter().map(run).collect()
}

#[track_caller]
fn assert_refused(run: Run, words: &[&str]) -> Ran {
    let ran = run.run().expect_nothing(3);
    words.iter().fold(ran, |ran, word| ran.says(word))
}

#[test]
fn a_page_of_a_collection_is_refused_by_every_reader() {
    let folder = tempfile::tempdir().unwrap();
    let features = json!([unit("A", 2, "/R/A", 10.0), facility("F", "/R/A/F", 10.5)]);
    for (members, problem) in [
        (
            json!({"exceededTransferLimit": true}),
            "units.geojson: the server sent 2 features and has more (exceededTransferLimit)",
        ),
        (
            json!({"properties": {"exceededTransferLimit": true}}),
            "2 features and has more (exceededTransferLimit)",
        ),
        (
            json!({"numberMatched": 1322, "numberReturned": 2, "links": [{"rel": "next", "href": "x"}]}),
            "the file has 2 of the 1,322 features that its member numberMatched names",
        ),
        (
            json!({"totalFeatures": 1322}),
            "that its member totalFeatures names",
        ),
        (json!({"links": [{"rel": "next"}]}), "has more (links)"),
    ] {
        let mut units = json!({"type": "FeatureCollection", "features": features});
        units
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        for run in readers(folder.path(), &units) {
            assert_refused(run, &[problem, "hint: fetch the other pages"]);
        }
    }
}

#[test]
fn a_unit_whose_level_is_not_that_of_its_path_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let units = json!({"type": "FeatureCollection", "features": [
        unit("A", 2, "/R/A", 10.0), unit("B", 3, "/R/B", 11.0), facility("F", "/R/A/F", 10.5)]});
    let problem = "units.geojson: B: level 3, but 2 org units in its path";
    for run in readers(folder.path(), &units) {
        assert_refused(
            run,
            &[problem, "hint: correct the property `level` or `path`"],
        );
    }
}

#[test]
fn sums_of_a_unit_whose_level_is_not_that_of_its_path_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "sums.csv",
        "org_unit,name,level,path,raster,source,year,sex,population\n\
         A,North,2,/R/A,r,grid,2025,t,100\nB,South,3,/R/B,r,grid,2025,t,200\n",
    );
    write("totals.csv", "org_unit,population,source\nR,300,ins\n");
    let tools: [&[&str]; 3] = [
        &[
            "to-datavalueset",
            "sums.csv",
            "--data-element",
            "dePopTot001",
            "--level",
            "2",
        ],
        &["rake", "sums.csv", "--totals", "totals.csv", "--level", "2"],
        &["to-table", "sums.csv", "--layout", "wide", "--level", "2"],
    ];
    for words in tools {
        let run = tool(words[0])
            .folder(folder.path())
            .args(words[1..].iter().copied());
        let problem = "sums.csv: South (B): level 3, but 2 org units in its path";
        assert_refused(run, &[problem, "hint: correct the level or the path"]);
    }
}
