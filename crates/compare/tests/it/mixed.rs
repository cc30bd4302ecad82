//! Sums on one side, data values on the other, and a mapping that says what goes where.

use pop_cli::ExitStatus;

use super::{Folder, HEADER};

const MAPPING: &str = r#"
version = 1

[[value]]
data_element = "dePopTot001"
"#;

/// Two units of whole people, one of them with decimals that round up.
fn sums() -> String {
    format!(
        "{HEADER}\nouDistA0001,CA,A,2,/ouRoot00001/ouDistA0001,r,grid,2025,t,,,100\n\
         ouDistB0001,CB,B,2,/ouRoot00001/ouDistB0001,r,grid,2025,t,,,49.6\n\
         ouDistC0001,CC,C,2,/ouRoot00001/ouDistC0001,r,grid,2025,t,,,\n"
    )
}

fn stored(values: &[(&str, &str)]) -> String {
    let rows: Vec<String> = values
        .iter()
        .map(|(unit, value)| {
            format!(
                "{{\"dataElement\":\"dePopTot001\",\"period\":\"2025\",\"orgUnit\":\"{unit}\",\"categoryOptionCombo\":\"HllvX50cXC0\",\"attributeOptionCombo\":\"HllvX50cXC0\",\"value\":\"{value}\"}}"
            )
        })
        .collect();
    format!("{{\"dataValues\":[{}]}}", rows.join(","))
}

fn classes(folder: &Folder) -> Vec<(String, String, String)> {
    let ran = folder.run("--mapping map.toml").unwrap();
    let mut reader = csv::Reader::from_reader(ran.text.as_bytes());
    reader
        .deserialize::<std::collections::BTreeMap<String, String>>()
        .map(Result::unwrap)
        .filter(|row| row["measure"] == "figure")
        .map(|row| {
            (
                row["org_unit"].clone(),
                row["class"].clone(),
                row["name"].clone(),
            )
        })
        .collect()
}

#[test]
fn what_the_mapping_makes_is_held_against_what_is_stored() {
    let folder = Folder::new(
        &stored(&[
            ("ouDistA0001", "90"),
            ("ouDistB0001", "50"),
            ("ouDistC0001", "7"),
        ]),
        &sums(),
    );
    folder.write("map.toml", MAPPING);
    let row =
        |unit: &str, class: &str, name: &str| (unit.to_owned(), class.to_owned(), name.to_owned());
    assert_eq!(
        classes(&folder),
        [
            row("ouDistA0001", "changed", "A"),
            row("ouDistB0001", "same", "B"),
            row("ouDistC0001", "lost", "C"),
        ]
    );
    let text = folder.run("--mapping map.toml").unwrap().text;
    assert!(
        text.contains("other-source +11.1111 % of old, threshold 10 %"),
        "{text}"
    );
}

#[test]
fn what_was_pushed_unchanged_is_the_same() {
    let folder = Folder::new(
        &sums(),
        &stored(&[("ouDistA0001", "100"), ("ouDistB0001", "50")]),
    );
    folder.write("map.toml", MAPPING);
    let found = classes(&folder);
    assert_eq!(found[0].1, "same");
    assert_eq!(found[1].1, "same");
    assert_eq!(found[2].1, "only-old");
    let all = Folder::new(&sums().replace(",49.6", ",50"), &sums());
    all.write("map.toml", MAPPING);
    let error = all.run("--mapping map.toml").unwrap_err();
    assert_eq!(error.status(), ExitStatus::Usage, "{error}");
}

#[test]
fn nothing_stored_is_compared_as_an_empty_side() {
    let folder = Folder::new(&stored(&[]), &sums());
    folder.write("map.toml", MAPPING);
    assert!(classes(&folder).iter().all(|row| row.1 == "only-new"));
}

#[test]
fn a_unit_without_a_level_beside_others_is_not_dropped() {
    let folder = Folder::new(
        &stored(&[("ouDistA0001", "100")]),
        &sums().replace("CB,B,2,/ouRoot00001/ouDistB0001,", "CB,B,,,"),
    );
    folder.write("map.toml", MAPPING);
    let error = folder.run("--mapping map.toml").unwrap_err();
    assert_eq!(error.status(), ExitStatus::Data);
    assert!(
        error
            .to_string()
            .contains("without a level, though others have one: B (ouDistB0001)"),
        "{error}"
    );
}

#[test]
fn a_mapping_that_leads_nowhere_is_refused() {
    let folder = Folder::new(&stored(&[("ouDistA0001", "90")]), &sums());
    folder.write("map.toml", &MAPPING.replace("dePopTot001", "Population"));
    let error = folder.run("--mapping map.toml").unwrap_err();
    assert_eq!(error.status(), ExitStatus::Data);
    assert!(error.hints()[0].contains("--metadata"), "{error}");
}

#[test]
fn values_get_names_levels_and_codes_from_the_org_units() {
    let old = stored(&[("ouDistA0001", "100"), ("ouDistB0001", "50")]);
    let new = stored(&[("ouDistA0001", "101"), ("ouDistB0001", "53")])
        .replace(
            "{\"dataValues\"",
            "{\"orgUnitIdScheme\":\"CODE\",\"dataValues\"",
        )
        .replace("ouDistA0001", "CA")
        .replace("ouDistB0001", "CB");
    let folder = Folder::new(&old, &new);
    let unit = |id: &str, code: &str| {
        format!(
            "{{\"type\":\"Feature\",\"id\":\"{id}\",\"geometry\":null,\"properties\":{{\"code\":\"{code}\",\"name\":\"Unit {code}\",\"level\":2,\"path\":\"/ouRoot00001/{id}\"}}}}"
        )
    };
    folder.write(
        "tree.geojson",
        &format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[{},{}]}}",
            unit("ouDistA0001", "CA"),
            unit("ouDistB0001", "CB")
        ),
    );
    let text = folder
        .run("--org-units tree.geojson --by code")
        .unwrap()
        .text;
    assert!(text.contains("figure,CA,CA,Unit CA,2,"), "{text}");
    assert!(text.contains("level,,,,2,"), "{text}");
    let by_id = folder.run("--orgunits tree.geojson").unwrap().text;
    assert!(
        by_id.contains("figure,ouDistA0001,CA,Unit CA,2,"),
        "{by_id}"
    );
    let error = folder.run("").unwrap_err();
    assert!(
        error.to_string().contains("by id on one side and by code"),
        "{error}"
    );
}
