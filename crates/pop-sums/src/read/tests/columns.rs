//! What is written below which column, and read back from it.

use super::*;

/// A row in which no two columns hold the same text.
fn row_of_distinct_fields() -> SumsRow {
    SumsRow {
        org_unit: "unit".to_owned(),
        code: Some("code".to_owned()),
        name: Some("name".to_owned()),
        level: Some(3),
        path: Some("/root/unit".to_owned()),
        raster: "raster".to_owned(),
        source: "source".to_owned(),
        year: Some(2025),
        sex: Some(Sex::Female),
        age_from: Some(15),
        age_to: Some(20),
        population: Some(12.5),
        cells: Some(7.0),
        area_cells: Some(8.0),
        inside_share: Some(0.5),
        status: Status::Doubtful,
        reasons: vec![Reason::Repaired, Reason::PartlyOutside],
        method: "fraction".to_owned(),
        adjustment: Some("raked=census*1.25".to_owned()),
        unadjusted: Some(10.0),
    }
}

const DISTINCT_FIELDS: [(&str, &str); COLUMNS.len()] = [
    ("org_unit", "unit"),
    ("code", "code"),
    ("name", "name"),
    ("level", "3"),
    ("path", "/root/unit"),
    ("raster", "raster"),
    ("source", "source"),
    ("year", "2025"),
    ("sex", "f"),
    ("age_from", "15"),
    ("age_to", "20"),
    ("population", "12.5"),
    ("cells", "7"),
    ("area_cells", "8"),
    ("inside_share", "0.5"),
    ("status", "doubtful"),
    ("reasons", "repaired;partly-outside"),
    ("method", "fraction"),
    ("rows", "1"),
    ("adjustment", "raked=census*1.25"),
    ("unadjusted", "10"),
];

#[test]
fn every_field_is_written_below_its_own_column() {
    let text = String::from_utf8(csv(&[row_of_distinct_fields()])).unwrap();
    let (columns, fields): (Vec<&str>, Vec<&str>) = DISTINCT_FIELDS.into_iter().unzip();
    let expected = format!("{}\n{}\n", columns.join(","), fields.join(","));
    assert_eq!(text, expected);
}

#[test]
fn every_member_of_a_json_row_has_the_name_of_its_column() {
    let mut bytes = Vec::new();
    write_json(&[row_of_distinct_fields()], &mut bytes).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let row = document["rows"][0].as_object().unwrap();
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(words) => {
            let words: Vec<&str> = words.iter().filter_map(|word| word.as_str()).collect();
            words.join(";")
        }
        number => number.as_f64().unwrap().to_string(),
    };
    // The number of rows is a property of the CSV form: a JSON document has an end of its own.
    for (column, field) in DISTINCT_FIELDS
        .iter()
        .filter(|(column, _)| *column != "rows")
    {
        assert_eq!(text(&row[*column]), *field, "{column}");
    }
    assert_eq!(row.len(), COLUMNS.len() - 1);
}

#[test]
fn a_column_number_is_that_of_its_name() {
    use crate::sums_row::column::*;
    for (number, name) in [
        (ORG_UNIT, "org_unit"),
        (LEVEL, "level"),
        (RASTER, "raster"),
        (SOURCE, "source"),
        (YEAR, "year"),
        (SEX, "sex"),
        (AGE_FROM, "age_from"),
        (AGE_TO, "age_to"),
        (POPULATION, "population"),
        (CELLS, "cells"),
        (AREA_CELLS, "area_cells"),
        (INSIDE_SHARE, "inside_share"),
        (STATUS, "status"),
        (REASONS, "reasons"),
        (METHOD, "method"),
        (ROWS, "rows"),
        (ADJUSTMENT, "adjustment"),
        (UNADJUSTED, "unadjusted"),
    ] {
        assert_eq!(COLUMNS[number], name);
    }
}

#[test]
fn a_table_writes_itself_as_its_rows_are_written() {
    let mut plain = row("A", "pop", Some(1234.5));
    plain.name = Some("Bo, \"new\"".to_owned());
    let plain = [plain, row("B", "pop", None)];
    let adjusted = [row_of_distinct_fields(), row("B", "pop", None)];
    for rows in [plain, adjusted] {
        let bytes = csv(&rows);
        let table = read(&bytes, &ReadOptions::default()).unwrap();
        let mut again = Vec::new();
        table.write_csv(&mut again).unwrap();
        assert_eq!(
            String::from_utf8(again).unwrap(),
            String::from_utf8(bytes).unwrap()
        );
        assert_eq!(table.rows().collect::<Vec<_>>(), rows);
    }
}

#[test]
fn an_adjusted_row_keeps_what_it_was() {
    let table = read(
        &csv(&[row("A", "pop", Some(10.0)), row("B", "pop", None)]),
        &ReadOptions::default(),
    )
    .unwrap();
    let mut editor = crate::TableEditor::new(table);
    let raked = editor.text("raked=census*1.2500");
    let filled = editor.text("raked=census*filled");
    editor.adjust(
        0,
        &crate::Adjusted {
            population: 12.5,
            unadjusted: Some(10.0),
            adjustment: raked,
        },
    );
    editor.adjust(
        1,
        &crate::Adjusted {
            population: 3.0,
            unadjusted: None,
            adjustment: filled,
        },
    );
    editor.doubt(1, Reason::Filled);
    let rows: Vec<SumsRow> = editor.finish().rows().collect();
    assert_eq!(
        (rows[0].population, rows[0].unadjusted),
        (Some(12.5), Some(10.0))
    );
    assert_eq!(rows[0].status, Status::Ok);
    assert_eq!((rows[1].population, rows[1].unadjusted), (Some(3.0), None));
    assert_eq!(
        (rows[1].status, &rows[1].reasons),
        (Status::Doubtful, &vec![Reason::Filled])
    );
}

#[test]
fn a_year_with_a_digit_too_many_or_too_few_is_refused() {
    for year in ["20250", "25", "0", "-5"] {
        let text = format!("org_unit,year,population\na,{year},1\n");
        let error = read(text.as_bytes(), &ReadOptions::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("line 2: year is \"{year}\", expected 1800 to 2200")
        );
    }
}

#[test]
fn a_column_of_the_sex_by_another_name_is_not_passed_over() {
    let text = "org_unit,gender,population\na,f,1\n";
    let error = read(text.as_bytes(), &ReadOptions::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the header has the column \"gender\", which is not read, and none \"sex\""
    );
    let other = "org_unit,name,note,population\na,North,f,1\n";
    assert!(read(other.as_bytes(), &ReadOptions::default()).is_ok());
}
