//! Sets that come back as they went, and sets DHIS2 would not read as they look.

use proptest::prelude::*;

use super::*;

fn value(org_unit: &str, combo: Option<&str>, value: &str) -> DataValue {
    DataValue {
        data_element: "dePopTot001".into(),
        period: "2025".into(),
        org_unit: org_unit.into(),
        category_option_combo: combo.map(Into::into),
        attribute_option_combo: None,
        value: value.into(),
        comment: Some("a comment".into()),
        deleted: false,
    }
}

fn json(set: &DataValueSet) -> String {
    let mut out = Vec::new();
    set.write_json(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_json_is_dhis2s_own() {
    let mut set = DataValueSet {
        data_set: Some("dsPopYear01".into()),
        ..DataValueSet::default()
    };
    set.values = vec![value("ouDist00001", None, "12")];
    assert_eq!(
        json(&set),
        "{\"dataSet\":\"dsPopYear01\",\"dataValues\":[\n{\"dataElement\":\"dePopTot001\",\"period\":\"2025\",\
         \"orgUnit\":\"ouDist00001\",\"value\":\"12\",\"comment\":\"a comment\"}\n]}\n"
    );
    set.schemes.org_unit = Some("CODE".into());
    assert!(
        json(&set).starts_with(
            "{\"dataSet\":\"dsPopYear01\",\"orgUnitIdScheme\":\"CODE\",\"dataValues\""
        )
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_written_is_read(
        texts in prop::collection::vec(("\\PC{1,9}", prop::option::of("[a-z]{1,3}"), "[0-9]{1,5}"), 0..20),
        set in prop::option::of("\\PC{1,9}"),
    ) {
        let values = texts.iter().map(|(unit, combo, v)| value(unit, combo.as_deref(), v)).collect();
        let set = DataValueSet { data_set: set.map(Into::into), values, ..DataValueSet::default() };
        let text = json(&set);
        prop_assert_eq!(DataValueSet::read(text.as_bytes()).unwrap(), set);
        for cut in 0..text.len() - 1 {
            prop_assert!(DataValueSet::read(&text.as_bytes()[..cut]).is_err());
        }
    }
}

#[test]
fn what_the_top_says_goes_into_the_values() {
    let text = r#"{"period":"2025","orgUnit":"u","attributeOptionCombo":"a","dataValues":[{"dataElement":"e","value":"1"}]}"#;
    let set = DataValueSet::read(text.as_bytes()).unwrap();
    assert_eq!(set.values[0].key(), ("e", "2025", "u", None, Some("a")));
}

#[test]
fn export_columns_are_passed_over() {
    let text = r#"{"dataValues":[{"dataElement":"e","period":"2025","orgUnit":"u","value":"1","storedBy":"x","created":"d","lastUpdated":"d","followup":false}]}"#;
    assert_eq!(DataValueSet::read(text.as_bytes()).unwrap().values.len(), 1);
}

#[test]
fn traps_are_refused() {
    let inside = |member: &str| {
        format!(
            r#"{{"dataValues":[{{"dataElement":"e","period":"2025","orgUnit":"u",{member}}}]}}"#
        )
    };
    let top = |member: &str| {
        format!(
            r#"{{{member},"dataValues":[{{"dataElement":"e","period":"2025","orgUnit":"u","value":"1"}}]}}"#
        )
    };
    for text in [
        inside(r#""value":12"#),
        inside(r#""value":true"#),
        inside(r#""value":null"#),
        inside(r#""value":"""#),
        inside(r#""value":"1","value":"2""#),
        inside(r#""value":"1","categoryOptionCombo":{"a":"b"}"#),
        inside(r#""comment":"only""#),
        inside(r#""value":"1","vaule":"2""#),
        top(r#""period":"2026""#),
        top(r#""dataSet":"a","dataSet":"b""#),
        top(r#""dryRun":true"#),
        top(r#""completeDate":"2025-01-01""#),
        top(r#""period":2025"#),
        "[]".into(),
        "null".into(),
        "{}".into(),
        r#"{"dataValues":[]} {}"#.into(),
        r#"{"dataValues":[{"dataElement":"e","value":"1","period":"2025"}]}"#.into(),
    ] {
        assert!(
            matches!(
                DataValueSet::read(text.as_bytes()),
                Err(ReadError::Shape(_) | ReadError::Value { .. })
            ),
            "{text}"
        );
    }
    assert!(matches!(DataValueSet::read(b" \n"), Err(ReadError::Empty)));
    assert!(matches!(
        DataValueSet::read(b"{\"dataValues\":["),
        Err(ReadError::Truncated(_))
    ));
}

#[test]
fn csv_has_six_columns_and_nothing_to_quote() {
    let values = vec![value("u", Some("c"), "12"), value("v", None, "0")];
    let mut set = DataValueSet {
        values,
        ..DataValueSet::default()
    };
    let mut out = Vec::new();
    write_csv(&set, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(
        text,
        "dataElement,period,orgUnit,categoryOptionCombo,attributeOptionCombo,value\n\
         dePopTot001,2025,u,c,,12\ndePopTot001,2025,v,,,0\n"
    );
    set.values[0].org_unit = "a,b".into();
    assert!(write_csv(&set, Vec::new()).is_err());
}
