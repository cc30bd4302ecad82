//! The catalogue's real answers, and answers that only look like them.
#![allow(clippy::disallowed_methods, reason = "tests read their data")]

use super::*;
use crate::{Area, Product, RasterName};

fn real(name: &str) -> Vec<u8> {
    let dir = testdata::dir();
    std::fs::read(dir.join("catalogue").join(name)).unwrap()
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn real_records_give_one_file_a_year() {
    for (code, file_code) in [("afg", "afg"), ("kos", "xkx")] {
        let bytes = real(&format!("pop-g2-cn-pop-r25a-100m-iso3-{code}.json"));
        let records = parse_records(&bytes).unwrap();
        assert_eq!(records.len(), 16);
        for (record, year) in records.iter().zip(2015..) {
            let area: Area = record.iso3.as_deref().unwrap().parse().unwrap();
            assert_eq!(area.file_code(), file_code);
            let [url] = record.files.as_slice() else {
                panic!("{:?}", record.files)
            };
            let name = RasterName::parse(url).unwrap();
            assert_eq!(name.area(), file_code);
            assert_eq!((name.year(), record.year), (Some(year), Some(year)));
            assert_eq!(record.doi.as_deref(), name.doi());
            assert_eq!(record.licence.as_deref(), Some(crate::LICENCE_URL));
            assert!(record.citation.as_deref().unwrap().contains("R2025A"));
        }
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn real_archives_are_named_as_the_grammar_says() {
    let bytes = real("age-structures-g2-cn-age-r25a-3a-z-iso3-afg.json");
    for record in parse_records(&bytes).unwrap() {
        let file = record.files[0].rsplit('/').next().unwrap();
        let name = RasterName::parse(file).unwrap();
        assert_eq!(name.to_string(), file);
        assert_eq!(record.doi.as_deref(), name.doi());
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn the_real_root_lists_the_projects() {
    let bytes = real("data.json");
    let projects = parse_entries(&bytes).unwrap();
    assert_eq!(projects.len(), 16);
    for project in Product::PROJECTS {
        assert!(projects.iter().any(|entry| entry.alias == project));
    }
}

#[test]
fn numbers_nulls_and_blanks_are_normalised() {
    let read = parse_records(
        br#"{"data":[{"id":7,"popyear":2020,"iso3":null,"files":null,"data_file":"GIS/a.tif"},
            {"id":"8","popyear":null,"iso3":" KOS ","files":[]},
            {"id":"9","popyear":"2015-2030","files":"https://x/b.tif"}]}"#,
    )
    .unwrap();
    assert_eq!(read[0].id, "7");
    assert_eq!((read[0].year, read[0].iso3.as_deref()), (Some(2020), None));
    assert_eq!(read[0].files, ["GIS/a.tif"]);
    assert_eq!((read[1].year, read[1].iso3.as_deref()), (None, Some("KOS")));
    assert!(read[1].files.is_empty());
    assert_eq!((read[2].year, read[2].files.len()), (None, 1));
    let products = parse_entries(br#"{"data":[{"alias":" a","name":null},{"alias":""}]}"#).unwrap();
    assert_eq!(products[0].alias, " a");
    assert_eq!(products[1].alias, "");
}

#[test]
fn hostile_documents_are_errors_that_name_the_row() {
    let message = |text: &str| parse_records(text.as_bytes()).unwrap_err().to_string();
    assert!(message("").starts_with("not JSON"));
    assert!(message("<html>").starts_with("not JSON"));
    assert!(message(&"[".repeat(100_000)).starts_with("not JSON"));
    assert!(message("[]").ends_with("found an array"));
    assert!(message(r#"{"data":{}}"#).ends_with("found an object"));
    assert_eq!(
        message(r#"{"data":[{"id":"1"},{"id":"2","files":[3]}]}"#),
        "row 2: files is an array, expected an array of at most 10,000 texts"
    );
    assert_eq!(
        message(r#"{"data":[{"id":{}}]}"#),
        "row 1: id is an object, expected a text"
    );
    assert_eq!(
        message(r#"{"data":[{}]}"#),
        "row 1: id is absent, expected a number"
    );
    assert_eq!(
        message(r#"{"data":[1]}"#),
        "row 1: the row is a number, expected an object"
    );
    let many = format!(r#"{{"data":[{}0]}}"#, "0,".repeat(MAX_ROWS));
    assert!(message(&many).ends_with("at most 200000 are read"));
}

mod properties {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[ -~é\u{1b}]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_type_of_any_member_is_parsed_or_refused(
            id in any_json(), iso3 in any_json(), popyear in any_json(), files in any_json(),
            data_file in any_json(), citation in any_json(),
        ) {
            let row = json!({"id": id, "iso3": iso3, "popyear": popyear, "files": files,
                "data_file": data_file, "citation": citation, "alias": iso3, "name": citation});
            let text = json!({"data": [row]}).to_string();
            let _ = parse_records(text.as_bytes());
            let _ = parse_entries(text.as_bytes());
        }

        #[test]
        fn any_bytes_are_parsed_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0..40_usize) {
            let mut text = br#"{"data":[{"id":"1","iso3":"SLE","popyear":"2025","files":["GIS/a.tif"]}]}"#.to_vec();
            text.splice(at..at, bytes);
            let _ = parse_records(&text);
        }
    }
}
