//! Streams that must come back as they went, and streams that must not be read.

mod blocks;
mod columns;
mod hostile;

use proptest::prelude::*;

use super::*;
use crate::{Reason, Sex, Status, SumsRow, write_csv, write_json};

fn row(org_unit: &str, raster: &str, population: Option<f64>) -> SumsRow {
    SumsRow {
        org_unit: org_unit.to_owned(),
        code: None,
        name: None,
        level: Some(2),
        path: None,
        raster: raster.to_owned(),
        source: String::new(),
        year: Some(2025),
        sex: Some(Sex::Total),
        age_from: None,
        age_to: None,
        population,
        cells: None,
        area_cells: None,
        inside_share: None,
        status: if population.is_some() {
            Status::Ok
        } else {
            Status::None
        },
        reasons: Vec::new(),
        method: "fraction".to_owned(),
        adjustment: None,
        unadjusted: None,
    }
}

fn csv(rows: &[SumsRow]) -> Vec<u8> {
    let mut out = Vec::new();
    write_csv(rows, &mut out).unwrap();
    out
}

fn read_text(text: &str) -> Result<SumsTable, SumsError> {
    read(text.as_bytes(), &ReadOptions::default())
}

fn foreign(text: &[u8]) -> Result<SumsTable, SumsError> {
    let columns = [("org_unit", "id"), ("population", "sum")];
    let columns = columns.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
    read(
        text,
        &ReadOptions {
            columns,
            ..ReadOptions::default()
        },
    )
}

fn populations() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        Just(None),
        Just(Some(0.0)),
        (0.0..1e9).prop_map(Some),
        (1e-30..1e-3).prop_map(Some)
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read(values in prop::collection::vec(populations(), 1..30), name in "[\\PC,\"]{0,12}") {
        let rows: Vec<SumsRow> = values
            .into_iter()
            .enumerate()
            .map(|(i, value)| {
                let mut row = row(&format!("unit{}", i / 3), &format!("r{}", i % 3), value);
                row.name = (!name.trim().is_empty()).then(|| name.clone());
                row.path = Some(format!("/root/unit{}", i / 3));
                row.cells = value;
                if value.is_none() {
                    row.reasons = vec![Reason::NoGeometry, Reason::Closed];
                }
                row
            })
            .collect();
        let mut json = Vec::new();
        write_json(&rows, &mut json).unwrap();
        for bytes in [csv(&rows), json] {
            let table = read(&bytes, &ReadOptions::default()).unwrap();
            prop_assert!(table.states_status);
            prop_assert_eq!(table.rows().collect::<Vec<_>>(), rows.clone());
        }
    }

    #[test]
    fn a_cut_stream_is_never_read(values in prop::collection::vec(0.0..1e6, 2..8), share in 0.0..1.0) {
        let rows: Vec<SumsRow> =
            values.iter().enumerate().map(|(i, v)| row(&format!("u{i}"), "r", Some(*v))).collect();
        let mut json = Vec::new();
        write_json(&rows, &mut json).unwrap();
        json.pop();
        for bytes in [csv(&rows), json] {
            let cut = ((bytes.len() - 1) as f64 * share) as usize;
            prop_assert!(read(&bytes[..cut], &ReadOptions::default()).is_err());
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, &ReadOptions::default());
    }
}

#[test]
fn a_whole_line_missing_is_noticed_unless_asked_for() {
    let text = csv(&[row("a", "r", Some(1.0)), row("b", "r", Some(2.0))]);
    let short: Vec<u8> = text
        .split_inclusive(|&b| b == b'\n')
        .take(2)
        .flatten()
        .copied()
        .collect();
    let error = read(&short, &ReadOptions::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the stream is truncated: its rows say there are 2 of them, found 1"
    );
    let subset = ReadOptions {
        completeness: Completeness::Subset,
        ..ReadOptions::default()
    };
    assert_eq!(read(&short, &subset).unwrap().sums.len(), 1);
}

#[test]
fn status_follows_from_the_number_where_it_is_not_stated() {
    let table = read_text("org_unit,population\na,1\nb,\n").unwrap();
    assert!(!table.states_status);
    assert_eq!(
        table.sums.iter().map(|c| c.status).collect::<Vec<_>>(),
        [Status::Ok, Status::None]
    );
}

#[test]
fn an_unknown_reason_makes_a_row_doubtful() {
    let table =
        read_text("org_unit,population,status,reasons\na,1,ok,from-the-future\nb,1,ok,repaired\n")
            .unwrap();
    assert_eq!(
        table.sums.iter().map(|c| c.status).collect::<Vec<_>>(),
        [Status::Doubtful, Status::Ok]
    );
}

#[test]
fn contradictions_are_refused() {
    for (text, message) in [
        (
            "org_unit,population,status\na,1,none\n",
            "line 2: status is none, but the population is 1",
        ),
        (
            "org_unit,population,status\na,,ok\n",
            "line 2: status is ok, but there is no population",
        ),
        (
            "org_unit,population,status\na,1,fine\n",
            "line 2: status is \"fine\", expected ok, doubtful or none",
        ),
        (
            "org_unit,population,age_to\na,1,5\n",
            "line 2: age_to is 5 and age_from is empty",
        ),
        (
            "org_unit,population,sex\na,1,x\n",
            "line 2: sex is \"x\", expected f, m or t",
        ),
        ("org_unit,population\n,1\n", "line 2: org_unit is empty"),
        (
            "org_unit,level,raster,population\na,1,r,1\na,2,s,1\n",
            "line 3: unit \"a\" has level 2, but 1 in an earlier row",
        ),
        (
            "org_unit,population,population\na,1,1\n",
            "the header has the column \"population\" twice",
        ),
        (
            "org_unit;population\na;1,5\n",
            "the columns are separated by semicolons, expected commas",
        ),
        (
            "org_unit,population\na,\"1,5\"\n",
            "line 2: population: \"1,5\" has a comma, expected a point before decimals and no separator of thousands",
        ),
        ("org_unit,population\n", "the stream is empty"),
        ("[]", "the stream is empty"),
    ] {
        assert_eq!(read_text(text).unwrap_err().to_string(), message);
    }
}

#[test]
fn what_spreadsheets_do_to_a_table_is_named() {
    for (text, message) in [
        ("id;sum\nA;1,5\n", "separated by semicolons"),
        ("unit\tpeople\nA\t1\n", "separated by tabs"),
        ("org_unit\npopulation\n", "no column \"population\""),
        (
            "org_unit,population\na,1,5\n",
            "line 2: 3 columns, expected 2 as in the header; is a comma in a number",
        ),
        (
            "org_unit,population\na,1\nb,2",
            "line 3, the last one, has no line end",
        ),
        (
            "org_unit,population\na,1\nb",
            "line 3, the last one, has no line end",
        ),
        (
            "org_unit,population\na,\"1\n",
            "a quote is opened and never closed",
        ),
    ] {
        let error = read_text(text).unwrap_err().to_string();
        assert!(error.contains(message), "{text:?}: {error}");
    }
    // Whole numbers with a point, and a last line without end that the number of rows proves whole.
    let text = "org_unit,level,year,age_from,age_to,population,rows\na,3.0,2025.0,5.0,10.00,1,2\nb,3,2025,5,10,2,2";
    let table = read_text(text).unwrap();
    assert_eq!(
        table.units.iter().map(|u| u.level).collect::<Vec<_>>(),
        [Some(3); 2]
    );
    assert_eq!(
        (table.layers[0].year, table.layers[0].age_to),
        (Some(2025), Some(10))
    );
    assert!(read_text(&text[..text.len() - 1]).is_err());
    for level in ["3.5", "3.", ".0", "1e1"] {
        assert!(read_text(&format!("org_unit,level,population\na,{level},1\n")).is_err());
    }
}

#[test]
fn rows_that_come_twice_are_named_in_any_order() {
    let text = "org_unit,raster,population\na,x,1\nb,x,1\na,y,1\nb,y,1\nb,x,2\na,x,2\n";
    assert_eq!(
        read_text(text).unwrap_err().to_string(),
        "line 6: unit \"b\" and raster \"x\" are already in line 3"
    );
}

#[test]
fn json_rows_are_read_in_both_shapes() {
    for text in [
        r#"[{"org_unit":"a","population":1500.0,"reasons":["repaired"]}]"#,
        r#"{"rows":[{"population":"1.5e3","ORG_UNIT":"a","other":{"x":[1]}}]}"#,
    ] {
        let table = read_text(text).unwrap();
        assert_eq!(table.sums[0].population(), Some(1500.0));
        assert!(!table.states_status);
    }
    for text in [
        r#"{"rows":[{"org_unit":"a","org_unit":"b","population":1}]}"#,
        r#"{"rows":[{"org_unit":"a"}]}"#,
        r#"{"format":"other","rows":[{"org_unit":"a","population":1}]}"#,
        r#"{"rows":[{"org_unit":"a","population":true}]}"#,
        r#"{"rows":[{"org_unit":"a","population":1e999}]}"#,
        r#"{"rows":[{"org_unit":"a","population":-1}]}"#,
        r#"{"rows":[{"org_unit":"a","population":1}]} x"#,
        r#"{"rows":[{"org_unit":"a","population":1},{"org_unit":"a","population":2}]}"#,
        "{}",
    ] {
        assert!(read_text(text).is_err(), "{text}");
    }
}

#[test]
fn a_long_json_stream_is_read_as_a_short_one() {
    let rows = [row("a", "r", Some(1.5)), row("b", "r", None)];
    let mut bytes = Vec::new();
    write_json(&rows, &mut bytes).unwrap();
    let table = json_rows::read_from(bytes.as_slice(), &COLUMNS).unwrap();
    assert_eq!(table, read(&bytes, &ReadOptions::default()).unwrap());
    for cut in [bytes.len() / 2, bytes.len() - 3] {
        assert!(matches!(
            json_rows::read_from(&bytes[..cut], &COLUMNS),
            Err(SumsError::Truncated(_))
        ));
    }
    let twice = br#"[{"org_unit":"a","population":1},{"org_unit":"a","population":2}]"#;
    assert!(matches!(
        json_rows::read_from(twice.as_slice(), &COLUMNS),
        Err(SumsError::DuplicateRow { .. })
    ));
}
