//! A small instance used by the tests of this crate, and look-ups in it.

use super::*;

/// Two elements (total; by sex and two ages), one yearly data set, three units.
pub(crate) fn instance(dialect: ImportDialect) -> Metadata {
    let letter = if dialect == ImportDialect::PerValue {
        "A"
    } else {
        "B"
    };
    let version = if dialect == ImportDialect::PerValue {
        "2.42.5.2"
    } else {
        "2.43.1"
    };
    let text = format!(
        r#"{{"format":"headcount-metadata","version":1,"dhis2Version":"{version}","dialect":"{letter}","calendar":"iso8601",
        "dataSets":[{{"id":"dsPopYear01","code":"WP_POP","name":"WorldPop population","periodType":"Yearly","openFuturePeriods":1,
          "categoryCombo":"ccDefault01","access":{{"read":true,"write":true}},
          "dataSetElements":[{{"dataElement":"dePopTot001"}},{{"dataElement":"dePopAgeSex"}}],
          "organisationUnits":["ouDist00001","ouDist00002"]}}],
        "dataElements":[
          {{"id":"dePopTot001","code":"WP_POP_TOTAL","name":"WorldPop - Population","valueType":"INTEGER_ZERO_OR_POSITIVE",
            "aggregationType":"AVERAGE_SUM_ORG_UNIT","zeroIsSignificant":true,"categoryCombo":"ccDefault01"}},
          {{"id":"dePopAgeSex","code":"WP_POP_AGESEX","name":"WorldPop - Population by age and sex","valueType":"INTEGER_ZERO_OR_POSITIVE",
            "aggregationType":"AVERAGE_SUM_ORG_UNIT","zeroIsSignificant":true,"categoryCombo":"ccSexAge001"}}],
        "categoryCombos":[
          {{"id":"ccDefault01","name":"default","isDefault":true,"categories":[{{"id":"caDefault01","name":"default","categoryOptions":["coDefault01"]}}],
            "categoryOptionCombos":[{{"id":"cocDefault1","code":"default","name":"default","categoryOptions":["coDefault01"]}}]}},
          {{"id":"ccSexAge001","name":"Sex x age","categories":[
              {{"id":"caSex000001","name":"Sex","categoryOptions":["coSexF00001","coSexM00001"]}},
              {{"id":"caAge000001","name":"Age","categoryOptions":["coAge000001","coAge010001"]}}],
            "categoryOptionCombos":[
              {{"id":"cocF0000000","name":"Female, <1","categoryOptions":["coAge000001","coSexF00001"]}},
              {{"id":"cocF0000001","name":"Female, 1-4","categoryOptions":["coSexF00001","coAge010001"]}},
              {{"id":"cocM0000000","name":"<1, Male","categoryOptions":["coSexM00001","coAge000001"]}},
              {{"id":"cocM0000001","name":"1-4, Male","categoryOptions":["coSexM00001","coAge010001"]}}]}}],
        "categoryOptions":[
          {{"id":"coDefault01","name":"default","access":{{"read":true,"write":true}}}},
          {{"id":"coSexF00001","code":"F","name":"Female","access":{{"read":true,"write":true}}}},
          {{"id":"coSexM00001","code":"MALE","name":"Male","access":{{"read":true,"write":true}}}},
          {{"id":"coAge000001","code":"P0Y--P1Y","name":"<1 year","access":{{"read":true,"write":true}}}},
          {{"id":"coAge010001","code":"P1Y--P4Y","name":"1-4 years","access":{{"read":true,"write":true}}}}],
        "orgUnits":[
          {{"id":"ouDist00001","code":"D1","name":"One","path":"/ouRoot00001/ouDist00001","openingDate":"1970-01-01"}},
          {{"id":"ouDist00002","code":"D2","name":"Two","path":"/ouRoot00001/ouDist00002","openingDate":"1970-01-01"}}],
        "user":{{"id":"usAdmin0001","authorities":["F_DATAVALUE_ADD"],
          "organisationUnits":[{{"id":"ouRoot00001","path":"/ouRoot00001"}}]}},
        "server":{{"systemId":"s","serverDate":"2026-03-01T10:00:00.000"}}}}"#
    );
    Metadata::read(text.as_bytes()).unwrap()
}

#[test]
fn a_document_comes_back_as_it_was_written() {
    let document = instance(ImportDialect::Grouped);
    let mut text = Vec::new();
    document.write(&mut text).unwrap();
    assert_eq!(Metadata::read(&text).unwrap(), document);
}

#[test]
fn other_documents_are_refused() {
    let text = |version: u32, format: &str| {
        format!(
            r#"{{"format":"{format}","version":{version},"dhis2Version":"","dialect":"A","calendar":"","user":{{}}}}"#
        )
    };
    assert!(Metadata::read(text(1, FORMAT).as_bytes()).is_ok());
    assert!(matches!(
        Metadata::read(text(2, FORMAT).as_bytes()),
        Err(MetadataError::Version(2))
    ));
    assert!(matches!(
        Metadata::read(text(1, "x").as_bytes()),
        Err(MetadataError::Format(_))
    ));
    assert!(matches!(
        Metadata::read(b"{\"format\":\"headcount"),
        Err(MetadataError::Json(_))
    ));
}

#[test]
fn things_are_found_by_id_code_and_name() {
    let document = instance(ImportDialect::PerValue);
    for key in ["dePopTot001", "WP_POP_TOTAL", "WorldPop - Population"] {
        assert_eq!(document.data_element(key).unwrap().id, "dePopTot001");
    }
    assert!(matches!(
        document.data_element("WorldPop"),
        Err(LookupError::None { .. })
    ));
    let mut twice = document;
    twice.data_elements[1].name = "WorldPop - Population".into();
    assert!(matches!(
        twice.data_element("WorldPop - Population"),
        Err(LookupError::Several { .. })
    ));
}

#[test]
fn option_combos_are_found_by_their_options_in_any_order() {
    let mut document = instance(ImportDialect::PerValue);
    let combo = document.category_combo("ccSexAge001").unwrap();
    for options in [
        ["coSexM00001", "coAge010001"],
        ["coAge010001", "coSexM00001"],
    ] {
        assert_eq!(combo.option_combo(&options).unwrap().id, "cocM0000001");
    }
    assert!(matches!(
        combo.option_combo(&["coSexM00001"]),
        Err(OptionComboError::None { .. })
    ));
    document.category_combos[1].category_option_combos[0].category_options =
        vec!["coSexM00001".into(), "coAge010001".into()];
    let combo = document.category_combo("ccSexAge001").unwrap();
    assert!(matches!(
        combo.option_combo(&["coSexM00001", "coAge010001"]),
        Err(OptionComboError::Several { .. })
    ));
}
