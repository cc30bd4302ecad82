//! What comes out.

use dhis2_standin::Version;
use pop_cli::ExitStatus;
use serde_json::{Value, json};

use crate::running::{Run, start};

fn ids(features: &[Value]) -> Vec<&str> {
    features
        .iter()
        .map(|feature| feature["id"].as_str().unwrap())
        .collect()
}

#[test]
fn every_release_gives_the_same_collection() {
    let mut texts = Vec::new();
    for version in Version::ALL {
        let standin = start(version);
        let run = Run::against(&standin.url());
        let features = run.features(&["--level", "3"]);
        assert_eq!(
            ids(&features),
            [
                "ouRoot00001",
                "ouDistrict1",
                "ouFacility1",
                "ouFacility2",
                "ouDistrict2",
                "ouFacility3"
            ]
        );
        texts.push(run.output().unwrap());
    }
    assert!(texts.iter().all(|text| text == &texts[0]));
}

#[test]
fn a_feature_has_all_that_is_known_of_its_unit() {
    let standin = start(Version::V42);
    let features = Run::against(&standin.url()).features(&["--parent", "ouDistrict2"]);
    assert_eq!(
        ids(&features),
        ["ouRoot00001", "ouDistrict2", "ouFacility3"]
    );
    assert_eq!(features[0]["properties"]["context"], true);
    assert_eq!(features[0]["geometry"], Value::Null);
    assert_eq!(
        features[1]["properties"],
        json!({"code": "D2", "name": "East", "level": "2", "parent": "ouRoot00001",
            "parentGraph": "ouRoot00001", "groups": [], "path": "/ouRoot00001/ouDistrict2",
            "openingDate": "2000-01-01", "closedDate": "2020-12-31", "geometry_source": "own"})
    );
    assert_eq!(
        features[2]["properties"],
        json!({"code": null, "name": "Clinic 3", "level": "3", "parent": "ouDistrict2",
            "parentGraph": "ouRoot00001/ouDistrict2", "groups": ["ogUrban0001"],
            "path": "/ouRoot00001/ouDistrict2/ouFacility3", "openingDate": "2010-01-01"})
    );
}

#[test]
fn geometry_keeps_every_digit() {
    let standin = start(Version::V41);
    let run = Run::against(&standin.url());
    run.features(&["--id", "ouDistrict1"]);
    // The list as GeoJSON would have cut it at eight decimals.
    assert!(run.output().unwrap().contains("10.123456789012,"));
}

#[test]
fn ids_come_from_a_file_too() {
    let standin = start(Version::V43);
    let run = Run::against(&standin.url());
    let list = run.path("ids.txt");
    std::fs::write(&list, "\u{feff}ouFacility1\r\n\r\nouFacility3\r\n").unwrap();
    let features = run.features(&["--id-file", &list]);
    let asked = features
        .iter()
        .filter(|feature| feature["properties"]["context"].is_null());
    assert_eq!(asked.count(), 2);
}

#[test]
fn a_group_and_a_level_by_name_narrow_each_other() {
    let standin = start(Version::V38);
    let run = Run::against(&standin.url());
    let features = run.features(&["--group", "Urban", "--parent", "D1"]);
    assert_eq!(
        ids(&features),
        ["ouRoot00001", "ouDistrict1", "ouFacility1"]
    );
    let features = run.features(&["--level", "district"]);
    assert_eq!(
        ids(&features),
        ["ouRoot00001", "ouDistrict1", "ouDistrict2"]
    );
}

#[test]
fn without_a_selection_there_is_a_survey_and_nothing_else() {
    for version in Version::ALL {
        let standin = start(version);
        let error = Run::against(&standin.url()).failure(&[]);
        assert_eq!(error.status(), ExitStatus::Usage);
        assert!(error.hints()[0].contains("--level"));
    }
}

#[test]
fn units_can_be_read_back_by_the_reader_of_the_next_tool() {
    let standin = start(Version::V40);
    let run = Run::against(&standin.url());
    run.features(&["--all"]);
    let text = run.output().unwrap();
    let set = pop_geo::read_orgunits(text.as_bytes(), &pop_geo::ReadOptions::default()).unwrap();
    assert_eq!(set.units.len(), 6);
    assert_eq!(
        set.units[1].path.as_deref(),
        Some("/ouRoot00001/ouDistrict1")
    );
    assert_eq!(set.units[1].geometry_source.as_deref(), Some("own"));
}
