//! Geometries from elsewhere.

use dhis2_standin::Version;
use pop_cli::ExitStatus;
use serde_json::{Value, json};

use crate::running::{Run, start};

fn source<'f>(features: &'f [Value], id: &str) -> Option<&'f str> {
    let feature = features.iter().find(|feature| feature["id"] == id).unwrap();
    let source = feature["properties"]["geometry_source"].as_str();
    assert_eq!(source.is_none(), feature["geometry"].is_null(), "{id}");
    source
}

#[test]
fn a_catchment_replaces_the_point() {
    for version in Version::ALL {
        let standin = start(version);
        let run = Run::against(&standin.url());
        for name in ["CATCH", "atCatchm001", "Catchment area"] {
            let choice = format!("attribute:{name}");
            let features = run.features(&["--level", "3", "--geometry", &choice]);
            assert_eq!(source(&features, "ouFacility1"), Some("attribute:CATCH"));
            assert_eq!(features[2]["geometry"]["type"], "Polygon");
            assert_eq!(source(&features, "ouFacility2"), None);
            assert_eq!(
                source(&features, "ouDistrict1"),
                Some("own"),
                "context keeps its own"
            );
        }
        let features = run.features(&[
            "--level",
            "3",
            "--geometry",
            "attribute:CATCH",
            "--fallback",
            "own",
        ]);
        assert_eq!(source(&features, "ouFacility2"), Some("fallback:own"));
        assert_eq!(source(&features, "ouFacility3"), None);
    }
}

#[test]
fn an_unknown_attribute_is_an_error_that_names_those_there_are() {
    let standin = start(Version::V42);
    let error = Run::against(&standin.url()).failure(&["--all", "--geometry", "attribute:X"]);
    assert_eq!(error.status(), ExitStatus::Usage);
    assert!(error.to_string().contains("CATCH"), "{error}");
}

fn feature(code: &str, geometry: Value) -> Value {
    json!({"type": "Feature", "properties": {"PCODE": code, "n": 1}, "geometry": geometry})
}

fn office(run: &Run, features: &[Value]) -> String {
    let path = run.path("office.geojson");
    let collection = json!({"type": "FeatureCollection", "features": features});
    std::fs::write(&path, collection.to_string()).unwrap();
    format!("file:{path},match=code:PCODE")
}

#[test]
fn a_file_is_matched_and_both_sides_of_the_rest_are_listed() {
    let standin = start(Version::V43);
    let run = Run::against(&standin.url());
    let point = json!({"type": "Point", "coordinates": [1.10, 2.0]});
    let choice = office(
        &run,
        &[
            feature("F1", point.clone()),
            feature("F2", point.clone()),
            feature("F2", point.clone()),
            feature("F9", point.clone()),
            json!({"type": "Feature", "properties": null, "geometry": point}),
        ],
    );
    let report = run.path("report.csv");
    let arguments = ["--level", "3", "--geometry", &choice, "--report", &report];
    let features = run.features(&arguments);
    assert_eq!(
        source(&features, "ouFacility1"),
        Some("file:office.geojson")
    );
    assert_eq!(source(&features, "ouFacility2"), None);
    let report = std::fs::read_to_string(report).unwrap();
    assert_eq!(
        report,
        "side,problem,id,code,name,geometry,near\n\
         unit,doubled-feature,ouFacility2,F2,Clinic 2,none,\n\
         unit,without-key,ouFacility3,,Clinic 3,none,\n\
         feature,unmatched,F9,,,unused,\n\
         feature,doubled-feature,F2,,,unused,\n\
         feature,without-key,,,,unused,\n"
    );
}

#[test]
fn a_file_that_cannot_be_matched_is_refused() {
    let standin = start(Version::V43);
    let run = Run::against(&standin.url());
    let good = office(&run, &[feature("F1", Value::Null)]);
    let wrong_key = good.replace("PCODE", "ADM3");
    let error = run.failure(&["--level", "3", "--geometry", &wrong_key]);
    assert_eq!(error.status(), ExitStatus::Data);
    assert!(error.to_string().contains("PCODE"), "{error}");
    let path = run.path("office.geojson");
    for (text, expected) in [
        ("", "empty"),
        ("{", "not JSON"),
        (r#"{"type":"Feature"}"#, "PCODE"),
        (
            r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32629"}},"features":[]}"#,
            "32629",
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = run.failure(&["--level", "3", "--geometry", &good]);
        assert_eq!(error.status(), ExitStatus::Data, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn a_file_of_which_nothing_matches_is_refused_and_offers_what_nearly_does() {
    let standin = start(Version::V43);
    let run = Run::against(&standin.url());
    let point = json!({"type": "Point", "coordinates": [1.10, 2.0]});
    let by_name = |names: &[&str]| {
        let features: Vec<Value> = names
            .iter()
            .map(|name| feature(name, point.clone()))
            .collect();
        office(&run, &features).replace("match=code", "match=name")
    };
    let choice = by_name(&["CLINIC-1", "clínic 2", "Other"]);
    let error = run.failure(&["--level", "3", "--geometry", &choice]);
    assert_eq!(error.status(), ExitStatus::Data);
    assert!(error.to_string().contains("\"Clinic 1\""), "{error}");
    assert!(error.to_string().contains("\"CLINIC-1\""), "{error}");
    assert!(
        error.hints()[0].contains("--loose-match"),
        "{:?}",
        error.hints()
    );
    let error = run.failure(&["--level", "3", "--geometry", &choice, "--fallback", "own"]);
    assert_eq!(error.status(), ExitStatus::Data);
    let report = run.path("report.csv");
    let arguments = [
        "--level",
        "3",
        "--geometry",
        &choice,
        "--loose-match",
        "--report",
        &report,
    ];
    let features = run.features(&arguments);
    for id in ["ouFacility1", "ouFacility2"] {
        assert_eq!(source(&features, id), Some("file:office.geojson"), "{id}");
    }
    // What is left over is offered where it is like a name.
    let choice = by_name(&["Clinic 1", "Clinik 2", "Elsewhere"]);
    run.features(&["--level", "3", "--geometry", &choice, "--report", &report]);
    let report = std::fs::read_to_string(report).unwrap();
    assert!(
        report.contains("unit,unmatched,ouFacility2,F2,Clinic 2,none,Clinik 2\n"),
        "{report}"
    );
    let error = Run::against(&standin.url()).failure(&["--all", "--loose-match"]);
    assert_eq!(error.status(), ExitStatus::Usage);
}

#[test]
fn one_feature_that_is_none_leaves_the_others_to_be_used() {
    let standin = start(Version::V43);
    let run = Run::against(&standin.url());
    let point = json!({"type": "Point", "coordinates": [1.10, 2.0]});
    let broken = json!({"type": "Polygon", "coordinates": [[[1, "x"]]]});
    let choice = office(&run, &[feature("F1", point), feature("F2", broken)]);
    let report = run.path("report.csv");
    let features = run.features(&["--level", "3", "--geometry", &choice, "--report", &report]);
    assert_eq!(
        source(&features, "ouFacility1"),
        Some("file:office.geojson")
    );
    assert_eq!(source(&features, "ouFacility2"), None);
    let report = std::fs::read_to_string(report).unwrap();
    assert!(
        report.contains("unit,unreadable,ouFacility2,F2,Clinic 2,none,\n"),
        "{report}"
    );
}
