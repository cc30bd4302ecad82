use super::*;

fn parse(text: &str, strictness: Strictness) -> Result<(SetHeader, Names, ValueTable), String> {
    let mut names = Names::default();
    let mut values = ValueTable::default();
    read_into(text.as_bytes(), strictness, &mut names, &mut values)
        .map(|header| (header, names, values))
        .map_err(|error| error.to_string())
}

#[test]
fn an_answer_of_either_dialect_gives_the_same_rows() {
    // What 2.42 and 2.43 answer to the same question.
    let a = r#"{"dataValues":[{"dataElement":"dePopTot001","period":"2025","orgUnit":"ouDist00001","categoryOptionCombo":"HllvX50cXC0","attributeOptionCombo":"HllvX50cXC0","value":"100","storedBy":"admin","comment":null,"followup":false},
        {"dataElement":"dePopTot001","period":"2025","orgUnit":"ouDist00002","value":null,"deleted":true,"comment":null}]}"#;
    let b = r#"{"period":"2025","dataValues":[{"dataElement":"dePopTot001","orgUnit":"ouDist00001","categoryOptionCombo":"HllvX50cXC0","attributeOptionCombo":"HllvX50cXC0","value":"100"}]}"#;
    for text in [a, b] {
        let (header, names, mut values) = parse(text, Strictness::Answer).unwrap();
        values
            .rows_mut()
            .iter_mut()
            .for_each(|row| header.complete(row));
        assert_eq!(values.len(), 1);
        let row = &values.rows()[0];
        assert_eq!(names.text(row.key.period), "2025");
        assert_eq!(names.text(row.key.unit), "ouDist00001");
        assert_eq!(values.text(row), "100");
        assert!(row.comment.is_none() && !row.follow_up);
    }
}

#[test]
fn a_payload_is_read_strictly() {
    for (text, why) in [
        (
            r#"{"dataValues":[{"value":12}]}"#,
            "value 1: `value`: invalid type: integer `12`, expected a JSON string",
        ),
        (
            r#"{"dataValues":[{"valeu":"12"}]}"#,
            "value 1: `valeu` is not a key",
        ),
        (
            r#"{"dataValues":[{"value":"1","value":"2"}]}"#,
            "`value` occurs twice",
        ),
        (
            r#"{"dataValues":[{"value":"1","deleted":true}]}"#,
            "would remove a value",
        ),
        (
            r#"{"completeDate":"2025-01-01","dataValues":[]}"#,
            "`completeDate` does more",
        ),
        (r#"{"dataValues":[],"dataValues":[]}"#, "occurs twice"),
        (r#"{"dataSet":"x"}"#, "missing field `dataValues`"),
        (
            r#"{"dataValues":[{"value":"1"}]"#,
            "EOF while parsing an object at line 1",
        ),
        (r#"{"dataValues":[]} x"#, "trailing characters"),
        (r#"[]"#, "invalid type: sequence"),
        ("", "is empty"),
        (" \n", "is empty"),
        ("\u{feff}", "is empty"),
        ("null", "invalid type: null"),
    ] {
        let error = parse(text, Strictness::Payload).expect_err(text);
        assert!(error.contains(why), "{text}: {error}");
    }
    let (header, _, values) = parse("\u{feff}{\"orgUnitIdScheme\":\"CODE\",\"idScheme\":\"uid\",\"dataValues\":[{\"value\":\"\"}]}", Strictness::Payload).unwrap();
    assert_eq!(
        header.schemes,
        [("orgUnitIdScheme".to_owned(), "CODE".to_owned())]
    );
    assert_eq!(values.len(), 1);
}

#[test]
fn utf_16_is_named() {
    let bytes: Vec<u8> = "{\"dataValues\":[]}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let error = read_into(
        bytes.as_slice(),
        Strictness::Payload,
        &mut Names::default(),
        &mut ValueTable::default(),
    );
    assert!(matches!(error, Err(ReadError::Utf16)));
}

#[test]
fn depth_is_bounded() {
    let deep = format!("{{\"x\":{}", "[".repeat(100_000));
    assert!(parse(&deep, Strictness::Answer).is_err());
}
