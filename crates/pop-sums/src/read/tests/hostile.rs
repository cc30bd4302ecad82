//! Numbers and texts that no stream should hold.

use super::*;

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
#[expect(clippy::disallowed_methods, reason = "test data")]
fn hostile_tables_end_as_their_manifest_says() {
    let data = testdata::dir();
    let folder = data.join("hostile/csv");
    let mut seen = 0;
    // Ids are judged where they are used.
    let ids = ["csv-formula-id", "csv-uid-bad"];
    let manifest = std::fs::read(data.join("hostile/manifest.json")).unwrap();
    let manifest: Vec<serde_json::Value> = serde_json::from_slice(&manifest).unwrap();
    for case in manifest.iter().filter(|case| case["group"] == "csv-sums") {
        let id = case["id"].as_str().unwrap();
        let answer = foreign(&std::fs::read(folder.join(format!("{id}.csv"))).unwrap());
        let refused = case["expect"]["class"] == "error" || id == "csv-cut";
        assert_eq!(
            answer.is_err(),
            refused && !ids.contains(&id),
            "{id}: {answer:?}"
        );
        seen += 1;
    }
    assert_eq!(seen, 25);
}

#[test]
fn hostile_values_are_named_with_their_line() {
    for value in [
        "-1",
        "NaN",
        "n/a",
        "1e309",
        "9999999999999999999",
        "1 234",
        "inf",
        "-Infinity",
        "0x10",
    ] {
        let text = format!("id,name,sum\nOu6dcd4ce23,A,{value}\n");
        let error = foreign(text.as_bytes()).unwrap_err();
        assert!(
            matches!(
                error,
                SumsError::Record {
                    position: crate::RowPosition::Line(2),
                    ..
                }
            ),
            "{value}: {error}"
        );
    }
    assert_eq!(
        foreign(b"id,sum\nA,1.5e3\n").unwrap().sums[0].population(),
        Some(1500.0)
    );
}

#[test]
fn more_people_than_the_limit_are_refused() {
    let read = |people: &str| foreign(format!("id,sum\nA,{people}\n").as_bytes());
    assert!(read("1000000000000").is_ok());
    let error = read("1000000000001").unwrap_err();
    assert!(
        error.to_string().contains("more than there can be"),
        "{error}"
    );
}
