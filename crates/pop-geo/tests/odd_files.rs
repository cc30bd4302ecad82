//! Odd and broken files, generated here: which are read, which are refused, and with what words.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use pop_geo::{
    Limits, OrgUnit, OrgUnitSet, ReadError, ReadOptions, Shape, read_keyed_features, read_orgunits,
};

const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]]]}"#;

fn read(bytes: &[u8]) -> Result<OrgUnitSet, ReadError> {
    read_orgunits(bytes, &ReadOptions::default())
}

/// A collection of one unit, with members put before its features and properties of the unit.
fn collection(members: &str, id: &str, properties: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection",{members}"features":[{{"type":"Feature",{id}"geometry":{SQUARE},"properties":{properties}}}]}}"#
    )
}

fn with_properties(properties: &str) -> String {
    collection("", r#""id":"a","#, properties)
}

fn only_unit(text: &str) -> OrgUnit {
    let mut set = read(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(set.units.len(), 1, "{text}");
    set.units.remove(0)
}

#[test]
fn a_page_is_refused_by_both_readers_with_its_place() {
    let text = collection(r#""numberMatched":1322,"#, r#""id":"a","#, "{}");
    let error = read(text.as_bytes()).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the file has 1 of the 1,322 features that its member numberMatched names (line 1, column "),
        "{error}"
    );
    assert!(
        error.hint().contains("fetch the other pages"),
        "{}",
        error.hint()
    );
    let keyed = read_keyed_features(text.as_bytes(), None, &Limits::default());
    assert_eq!(keyed.unwrap_err(), error);
    only_unit(&collection(
        r#""numberMatched":1,"links":[],"#,
        r#""id":"a","#,
        "{}",
    ));
}

#[test]
fn odd_files_that_are_read() {
    let deep = format!("{{\"x\":{}1{}}}", "[".repeat(60), "]".repeat(60));
    let blank = " ".repeat(100_000);
    for text in [
        with_properties("null"),
        with_properties("{}"),
        with_properties(&deep),
        with_properties(r#"{"name":"=1+1\n\u00e9 \ud83d\ude00"}"#),
        with_properties(r#"{"density":NaN,"low":-Infinity,"high":Infinity,"note":"NaN"}"#),
        with_properties(r#"{"coordinates":[1,"a",null],"geometry":{"coordinates":7}}"#),
        collection(r#""bbox":[0,0,4,4],"#, r#""id":"a","#, "{}"),
        collection(r#""provenance":{"features":[1,{}]},"#, r#""id":"a","#, "{}"),
        collection(r#""crs":null,"#, r#""id":"a","#, "{}"),
        collection("", "", r#"{"id":"a"}"#),
        collection(&blank, r#""id":"a","#, "{}"),
    ] {
        let unit = only_unit(&text);
        assert_eq!(unit.id, "a", "{text}");
        assert!((unit.area().unwrap().size() - 16.0).abs() < 1e-12, "{text}");
    }
    let bom = format!("\u{feff}{}", with_properties("{}"));
    assert_eq!(only_unit(&bom).id, "a");
    let escaped = with_properties("{}").replace("coordinates", "coor\\u0064inates");
    assert!((only_unit(&escaped).area().unwrap().size() - 16.0).abs() < 1e-12);
}

#[test]
fn members_may_come_in_any_order() {
    let text = r#"{"features":[{"properties":{"level":2},"geometry":{"coordinates":[[[0,0],[4,0],[4,4],[0,0]]],"type":"Polygon"},"id":"a","type":"Feature"}],"type":"FeatureCollection"}"#;
    let unit = only_unit(text);
    assert_eq!((unit.id.as_str(), unit.level), ("a", Some(2)));
    assert!((unit.area().unwrap().size() - 8.0).abs() < 1e-12);
}

#[test]
fn ids_keep_their_digits() {
    for id in [
        "42",
        "12345678901234567890",
        "123456789012345678901234567890",
        "1.10",
        "-0",
        "1e3",
    ] {
        let unit = only_unit(&collection("", &format!(r#""id":{id},"#), "{}"));
        assert_eq!(unit.id, id);
        let text = collection("", "", &format!(r#"{{"pcode":{id},"code":{id}}}"#));
        let options = ReadOptions {
            id_property: Some("pcode".to_owned()),
            ..ReadOptions::default()
        };
        let set = read_orgunits(text.as_bytes(), &options).unwrap();
        assert_eq!(set.units[0].id, id);
        assert_eq!(set.units[0].code.as_deref(), Some(id));
    }
}

#[test]
fn odd_files_that_are_refused_say_what_they_are() {
    let good = with_properties("{}");
    let mut wrong = Vec::new();
    for (text, expected) in [
        (String::new(), "empty input"),
        (" \n\t".to_owned(), "empty input"),
        ("null".to_owned(), "null, expected a GeoJSON"),
        ("[]".to_owned(), "an array"),
        ("{}".to_owned(), "without a member \"type\""),
        (SQUARE.to_owned(), "a bare Polygon"),
        (r#"{"type":"Topology","objects":{}}"#.to_owned(), "TopoJSON"),
        (good.replace('"', "'"), "not JSON"),
        (format!("{good} 1"), "characters after the end"),
        (format!("// units\n{good}"), "not JSON"),
        (good.replace("]}", "],}"), "not JSON"),
        (good.replace("}}]}", "}},]}"), "comma before"),
        (good.replace("[0,4]", "[0,+4]"), "not JSON"),
        (good.replace("[0,4]", "[0,0x4]"), "not JSON"),
        (
            good.replace(r#""features":["#, r#""features":[1,"#),
            "found the number 1",
        ),
        (
            good.replace(r#""features":["#, r#""features":null,"x":["#),
            "invalid type: null",
        ),
        (
            good.replace(r#""features":["#, r#""features":[],"features":["#),
            "duplicate field",
        ),
        (
            good.replace(r#""id":"a""#, r#""id":"a","id":"b""#),
            "duplicate field",
        ),
        (good.replace(r#""id":"a","#, ""), "no org unit id"),
        (
            good.replace(r#""id":"a""#, r#""id":null"#),
            "no org unit id",
        ),
        (
            good.replace(r#""id":"a""#, r#""id":true"#),
            "'id' must be a string or a number",
        ),
        (good.replace(r#""id":"a""#, r#""id":"""#), "no org unit id"),
        (
            good.replace(r#""id":"a""#, r#""id":"a\u0000""#),
            "id: found",
        ),
        (
            good.replace(r#"{"type":"Feature","#, "{"),
            "missing field `type`",
        ),
        (
            good.replace(r#""Feature","#, r#""Point","#),
            "unknown variant `Point`",
        ),
        (good.replace("}}]}", "}"), "not JSON"),
    ] {
        let shown: String = text.chars().take(200).collect();
        let error = read(text.as_bytes()).expect_err(&shown);
        let message = error.to_string();
        if !message.contains(expected) {
            wrong.push(format!("{shown}: {message}, expected {expected}"));
        }
        assert!(!error.hint().is_empty(), "{shown}");
        assert!(message.len() < 400 && !message.contains('\n'), "{message}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn other_encodings_are_named() {
    let text = with_properties("{}");
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xff, 0xfe][..], &utf16].concat();
    for (bytes, expected) in [
        (utf16, "UTF-16"),
        (marked, "UTF-16"),
        (b"\x1f\x8b\x08\x00".to_vec(), "gzip"),
        (
            text.replace("{}", "{\"name\":\"\u{1}\"}")
                .replace('\u{1}', "\u{e9}")
                .into_bytes()
                .iter()
                .map(|&byte| if byte == 0xc3 { 0xe9 } else { byte })
                .collect(),
            "not UTF-8",
        ),
    ] {
        let error = read(&bytes).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| {
        let open = r#"{"type":"GeometryCollection","geometries":["#.repeat(depth);
        let close = "]}".repeat(depth);
        with_properties("{}").replace(SQUARE, &format!("{open}{SQUARE}{close}"))
    };
    assert!(only_unit(&nested(3)).area().is_some());
    for text in [
        nested(100_000),
        with_properties("{}").replace("[[[0,0]", &format!("{}[[[0,0]", "[".repeat(100_000))),
        with_properties(&format!(
            "{}1{}",
            r#"{"x":"#.repeat(100_000),
            "}".repeat(100_000)
        )),
    ] {
        let result = read(text.as_bytes());
        let is_refused = match &result {
            Ok(set) => matches!(set.units[0].shape, Shape::Bad(_)),
            Err(_) => true,
        };
        assert!(is_refused);
    }
}

#[test]
fn heights_may_be_missing_and_numbers_beyond_json_are_named() {
    let heights = with_properties("{}").replace("[0,0]", "[0,0,NaN]");
    assert!((only_unit(&heights).area().unwrap().size() - 16.0).abs() < 1e-12);
    for word in ["Infinity", "-Infinity"] {
        let infinite = with_properties("{}").replace("[4,0]", &format!("[{word},0]"));
        let Shape::Bad(problem) = only_unit(&infinite).shape else {
            panic!("{word} was read");
        };
        let message = problem.to_string();
        assert!(
            message.contains(&format!("found {word}, expected a number")),
            "{message}"
        );
    }
}

#[test]
fn ids_that_number_the_features_are_told_in_every_form() {
    for ids in [
        ["0", "1"],
        ["1", "2"],
        ["1.0", "2.0"],
        ["\"1\"", "\"2\""],
        ["\"0.0\"", "\"1.0\""],
    ] {
        let features: Vec<String> = ids
            .iter()
            .map(|id| {
                format!(r#"{{"type":"Feature","id":{id},"geometry":{SQUARE},"properties":{{}}}}"#)
            })
            .collect();
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[{}]}}"#,
            features.join(",")
        );
        assert!(read(text.as_bytes()).unwrap().has_row_numbers(), "{ids:?}");
    }
    let codes = r#"{"type":"FeatureCollection","features":[{"type":"Feature","id":"1","geometry":null},{"type":"Feature","id":"3","geometry":null}]}"#;
    assert!(!read(codes.as_bytes()).unwrap().has_row_numbers());
}

#[test]
fn another_reference_system_is_refused_wherever_it_is_named() {
    let minna = r#"{"type":"name","properties":{"name":"EPSG:4263"}}"#;
    let wgs = r#"{"type":"name","properties":{"name":"EPSG:4326"}}"#;
    let utm = r#""http://www.opengis.net/def/crs/EPSG/0/32632""#;
    let esri = r#"{"wkid":102100,"latestWkid":3857}"#;
    for (member, other, same) in [
        ("crs", minna, wgs),
        ("coordRefSys", utm, "null"),
        ("spatialReference", esri, r#"{"wkid":4326}"#),
    ] {
        let places = |value: &str| {
            let member = format!(r#""{member}":{value},"#);
            let in_geometry = SQUARE.replacen('{', &format!("{{{member}"), 1);
            let nested = format!(r#"{{"type":"GeometryCollection","geometries":[{in_geometry}]}}"#);
            let plain = collection("", r#""id":"a","#, "{}");
            [
                collection(&member, r#""id":"a","#, "{}"),
                collection("", &format!(r#"{member}"id":"a","#), "{}"),
                plain.replace(SQUARE, &in_geometry),
                plain.replace(SQUARE, &nested),
            ]
        };
        for text in places(same) {
            assert!(only_unit(&text).area().is_some(), "{text}");
        }
        for text in places(other) {
            let error = read(text.as_bytes()).unwrap_err();
            assert!(error.to_string().contains("reference system"), "{error}");
            assert!(error.hint().contains("ogr2ogr"), "{}", error.hint());
            if !text.contains("GeometryCollection") {
                let at = error.position().unwrap().column - 1;
                assert!(text[at..].starts_with(other), "{error}");
            }
            let keyed = read_keyed_features(text.as_bytes(), None, &Limits::default());
            assert_eq!(keyed.unwrap_err().to_string(), error.to_string());
        }
    }
}
