//! The stream of units: read as written, in every form that is accepted.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use pop_geo::{
    FeatureRecord, FeatureWriter, GeometryProblem, Limits, OrgUnitSet, ReadError, ReadOptions,
    Shape, read_orgunits,
};

fn read(text: &str) -> Result<OrgUnitSet, ReadError> {
    read_orgunits(text.as_bytes(), &ReadOptions::default())
}

/// What DHIS2 2.42 answers for one district (`GET /api/organisationUnits.geojson?level=2`).
const DHIS2: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","id":"ouDist00001","geometry":{"type":"Polygon","coordinates":[[[-11.5,8.1],[-11.4,8.1],[-11.4,8.2],[-11.5,8.1]]]},"properties":{"code":"D01","name":"District One","level":"2","parent":"ouCntry0001","parentGraph":"ouCntry0001","groups":["ogUrban0001"]}}]}"#;

#[test]
fn dhis2_features_are_read_whole() {
    let set = read(DHIS2).unwrap();
    let unit = &set.units[0];
    assert_eq!(unit.id, "ouDist00001");
    assert_eq!(unit.uid, None);
    assert_eq!(unit.code.as_deref(), Some("D01"));
    assert_eq!(unit.name.as_deref(), Some("District One"));
    assert_eq!(unit.level, Some(2));
    assert_eq!(unit.parent.as_deref(), Some("ouCntry0001"));
    assert_eq!(unit.path.as_deref(), Some("/ouCntry0001/ouDist00001"));
    assert_eq!(unit.groups, ["ogUrban0001"]);
    assert!((unit.area().unwrap().size() - 0.005).abs() < 1e-12);
}

#[test]
fn features_one_by_one_give_the_same() {
    let feature = DHIS2.split_once('[').unwrap().1.strip_suffix("]}").unwrap();
    let expected = read(DHIS2).unwrap();
    for text in [
        format!("{feature}\n"),
        format!("\u{1e}{feature}\n"),
        format!("\u{feff}{DHIS2}"),
        format!(
            r#"{{"bbox":[-12,8,-11,9],"provenance":{{"features":[1]}},"features":[{feature}],"type":"FeatureCollection"}}"#
        ),
    ] {
        assert_eq!(read(&text).unwrap(), expected, "{text}");
    }
    let second = feature.replace("ouDist00001", "ouDist00002");
    for text in [
        format!("{feature}\n{second}\n"),
        format!("\u{1e}{feature}\n\u{1e}{second}\n"),
    ] {
        assert_eq!(read(&text).unwrap().units.len(), 2, "{text}");
    }
}

#[test]
fn a_cut_is_noticed_wherever_it_is() {
    for end in 0..DHIS2.len() {
        assert!(read(&DHIS2[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn ids_from_a_property_keep_their_digits() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","id":"ouDist00001","properties":{"pcode":0012,"parentGraph":"x"},"geometry":null}]}"#;
    assert!(read(text).is_err(), "0012 is no JSON");
    let text = text.replace("0012", "12345678901234567890");
    let options = ReadOptions {
        id_property: Some("pcode".to_owned()),
        ..ReadOptions::default()
    };
    let set = read_orgunits(text.as_bytes(), &options).unwrap();
    assert_eq!(set.units[0].id, "12345678901234567890");
    assert_eq!(set.units[0].tree_id(), "ouDist00001");
    assert_eq!(set.units[0].path.as_deref(), Some("/x/ouDist00001"));
    let error = read_orgunits(DHIS2.as_bytes(), &options).unwrap_err();
    assert!(
        error.hint().contains("code, groups, level, name"),
        "{error}"
    );
}

#[test]
fn errors_name_feature_and_id() {
    let feature = DHIS2.split_once('[').unwrap().1.strip_suffix("]}").unwrap();
    let second = feature.replace("ouDist00001", "ouDist00002");
    let collection = |second: &str| {
        format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{feature},\n{second}]}}")
    };
    let error = read(&collection(&second.replace("8.2]", "8.2}"))).unwrap_err();
    assert_eq!(error.feature(), Some(2));
    assert_eq!(error.position().unwrap().line, 3);
    let error = read(&collection(&second.replace("8.2]", "08.2]"))).unwrap_err();
    assert_eq!(error.feature(), Some(2));
    assert_eq!(error.id(), Some("ouDist00002"));
    let position = error.position().unwrap();
    assert_eq!((position.line, position.column), (3, 115));
    let set = read(&collection(&second.replace("\"2\"", "\"x\""))).unwrap();
    let Shape::Bad(problem) = &set.units[1].shape else {
        panic!("not refused");
    };
    assert_eq!(
        problem.to_string(),
        "level: found \"x\", expected a whole number (line 3, column 191)"
    );
    let twice = read(&collection(feature)).unwrap_err();
    assert!(
        twice.to_string().contains("is the id of feature 1, too"),
        "{twice}"
    );
}

#[test]
fn a_geometry_that_is_none_leaves_the_other_units_alone() {
    let geometry = |geometry: &str| {
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[
{{"type":"Feature","id":"a","geometry":{geometry},"properties":{{}}}},
{{"type":"Feature","id":"b","geometry":{{"type":"Point","coordinates":[1,2]}},"properties":{{}}}}]}}"#
        );
        let mut set = read(&text).unwrap();
        assert!(matches!(set.units[1].shape, Shape::Point(_)), "{geometry}");
        set.units.swap_remove(0).shape
    };
    let message = |text: &str| match geometry(text) {
        Shape::Bad(
            GeometryProblem::Malformed { message, .. }
            | GeometryProblem::MissingPosition { message, .. },
        ) => message,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(
        message(r#"{"type":"Polygon","coordinates":[[[1,2],[3,"4"],[5,6],[1,2]]]}"#),
        "coordinates: found the text \"4\", expected a number (line 2, column 82)"
    );
    for (text, expected) in [
        (
            r#"{"type":"Polygon","coordinates":[[[1,2],[NaN,NaN],[5,6],[1,2]]]}"#,
            "found NaN",
        ),
        (
            r#"{"type":"Polygon","coordinates":[[[1,2],[null,3],[5,6],[1,2]]]}"#,
            "found null",
        ),
        (
            r#"{"type":"Polygon","coordinates":[[[1,2],[[3,4]],[5,6],[1,2]]]}"#,
            "found an array",
        ),
        (
            r#"{"type":"MultiPolygon","coordinates":[[[1,2],[3,4],[5,6],[1,2]]]}"#,
            "dimensions: 2",
        ),
        (
            r#"{"type":"Polygon","coordinates":[[1,2],[3,4],[5,6],[1,2]]}"#,
            "dimensions: 1",
        ),
        (
            r#"{"type":"MultiPolygon","coordinates":[[[[[1,2],[3,4],[5,6],[1,2]]]]]}"#,
            "nesting",
        ),
        (
            r#"{"type":"Polygon","coordinates":[[[1,2],[],[5,6],[1,2]]]}"#,
            "coordinates",
        ),
        (r#"{"type":"Point","coordinates":[1]}"#, "one number"),
        (r#"{"type":"Point","coordinates":[1e999,2]}"#, "too large"),
        (r#"{"type":"Circle","coordinates":[1,2]}"#, "Circle"),
        (
            r#"{"type":"Polygon","type":"Polygon","coordinates":[[[1,2],[3,4],[5,6]]]}"#,
            "duplicate",
        ),
        (r#""POLYGON ((1 2, 3 4))""#, "Geometry object"),
    ] {
        let message = message(text);
        assert!(message.contains(expected), "{text}: {message}");
        assert!(message.contains("(line 2, column"), "{text}: {message}");
    }
    for text in [
        "null",
        "{}",
        r#"{"type":"Point","coordinates":[]}"#,
        r#"{"type":"Point","coordinates":null}"#,
        r#"{"type":"Point","coordinates":[null,null]}"#,
        r#"{"type":"Point","coordinates":[NaN,NaN]}"#,
        r#"{"type":"Polygon","coordinates":[[]]}"#,
        r#"{"type":"Polygon","coordinates":[[[null]]]}"#,
        r#"{"type":"Polygon"}"#,
        r#"{"type":"GeometryCollection","geometries":[]}"#,
        r#"{"type":"GeometryCollection","geometries":null}"#,
    ] {
        assert_eq!(geometry(text), Shape::None, "{text}");
    }
}

#[test]
fn dhis2s_broken_collection_is_named() {
    // As 2.38 to 2.44 write it: 200, and no JSON.
    let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","id":"ouDist00001","geometry":{"type":"GeometryCollection","coordinates":[-11.7,7.9]},{"type":"Polygon","coordinates":[]}]},"properties":{}}]}"#;
    let error = read(text).unwrap_err();
    assert_eq!(error.id(), Some("ouDist00001"));
    assert!(error.hint().contains("fetch-orgunits"), "{error}");
}

#[test]
fn messages_stay_short() {
    let long = "x".repeat(100_000);
    for text in [
        format!(r#"{{"type":"{long}"}}"#),
        format!(r#"{{"type":"Feature","id":"{long}"}}"#),
        format!(r#"{{"type":"Feature","geometry":{{"type":"{long}"}}}}"#),
        format!(r#"{{"type":"Feature","properties":{{"{long}":1}}}}"#),
        format!(r#"{{"type":"Feature","crs":{{"type":"name","properties":{{"name":"{long}"}}}}}}"#),
        format!(r#"{{"type":"Feature","properties":{{"openingDate":"{long}"}}}}"#),
        format!(r#"{{"httpStatus":"Conflict","message":"{long}"}}"#),
    ] {
        let error = read(&text).unwrap_err();
        let length = error.to_string().len() + error.hint().len();
        assert!(length < 500, "{length}");
    }
}

#[test]
fn dates_lose_their_time_and_must_be_dates() {
    let dated = |date: &str| {
        read(&DHIS2.replace(
            "\"code\":\"D01\"",
            &format!("\"openingDate\":{date},\"closedDate\":null"),
        ))
    };
    let set = dated("\"2010-01-31T00:00:00.000\"").unwrap();
    assert_eq!(set.units[0].opening_date.as_deref(), Some("2010-01-31"));
    assert_eq!(set.units[0].closed_date, None);
    for wrong in ["\"31/01/2010\"", "\"2010-13-01\"", "2010"] {
        assert!(dated(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn limits_are_kept() {
    let limited = |limits| {
        let options = ReadOptions {
            limits,
            ..ReadOptions::default()
        };
        read_orgunits(DHIS2.as_bytes(), &options)
            .unwrap_err()
            .to_string()
    };
    assert!(
        limited(Limits {
            bytes: 10,
            ..Limits::default()
        })
        .contains("more than 10 bytes")
    );
    assert!(
        limited(Limits {
            features: 0,
            ..Limits::default()
        })
        .contains("more than 0 features")
    );
    assert!(
        limited(Limits {
            vertices: 3,
            ..Limits::default()
        })
        .contains("more than 3 points")
    );
}

#[test]
fn what_is_written_is_dhis2s_and_reads_back() {
    let geometry = r#"{"type":"Point","coordinates":[ -11.70, 7.900000000000000355 ]}"#;
    let geometry = geometry.parse().unwrap();
    let groups = ["ogUrban0001".to_owned()];
    let mut writer = FeatureWriter::new(Vec::new()).unwrap();
    let record = FeatureRecord {
        id: "ouDist00001",
        geometry: Some(geometry),
        name: Some("Dis\"trict"),
        level: Some(2),
        parent: Some("ouCntry0001"),
        parent_graph: "ouCntry0001",
        groups: &groups,
        path: Some("/ouCntry0001/ouDist00001"),
        opening_date: Some("2010-01-01"),
        ..FeatureRecord::default()
    };
    writer.write(record).unwrap();
    writer
        .write(FeatureRecord {
            id: "ouCntry0001",
            context: true,
            ..FeatureRecord::default()
        })
        .unwrap();
    assert_eq!(writer.written(), 2);
    let text = String::from_utf8(writer.finish().unwrap()).unwrap();
    let expected = concat!(
        r#"{"type":"FeatureCollection","features":["#,
        "\n",
        r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[-11.7,7.9]},"id":"ouDist00001","#,
        r#""properties":{"code":null,"groups":["ogUrban0001"],"level":"2","name":"Dis\"trict","#,
        r#""openingDate":"2010-01-01","parent":"ouCntry0001","parentGraph":"ouCntry0001","path":"/ouCntry0001/ouDist00001"}},"#,
        "\n",
        r#"{"type":"Feature","geometry":null,"id":"ouCntry0001","properties":{"code":null,"context":true,"groups":[],"name":null,"parentGraph":""}}"#,
        "\n]}\n"
    );
    assert_eq!(text, expected);
    let set = read(&text).unwrap();
    assert_eq!(set.units[0].name.as_deref(), Some("Dis\"trict"));
    assert!(matches!(set.units[0].shape, Shape::Point(_)));
    assert!(set.units[1].context);
    assert_eq!(set.levels().into_iter().collect::<Vec<_>>(), [2]);
}

#[test]
fn an_empty_collection_is_written_and_refused() {
    let text = FeatureWriter::new(Vec::new()).unwrap().finish().unwrap();
    assert_eq!(
        text,
        b"{\"type\":\"FeatureCollection\",\"features\":[\n]}\n"
    );
    assert!(read_orgunits(&text, &ReadOptions::default()).is_err());
}
