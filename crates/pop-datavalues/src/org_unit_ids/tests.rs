//! Ids that agree, ids that contradict each other, and ids that are no ids.

use pop_sums::{ReadOptions, read};

use super::*;

fn metadata(units: &[(&str, &str)]) -> Metadata {
    let units: Vec<serde_json::Value> = units
        .iter()
        .map(|(id, code)| {
            serde_json::json!({
                "id": id, "code": code, "name": format!("Unit {code}"), "path": format!("/ouRoot00001/{id}"),
            })
        })
        .collect();
    let document = serde_json::json!({
        "format": "headcount-metadata", "version": 1, "dhis2Version": "2.43.1", "dialect": "B",
        "calendar": "iso8601", "dataSets": [], "dataElements": [], "categoryCombos": [],
        "orgUnits": units, "user": { "authorities": ["ALL"] },
    });
    Metadata::read(document.to_string().as_bytes()).unwrap()
}

fn ids(
    rows: &str,
    scheme: OrgUnitIdScheme,
    metadata: Option<&Metadata>,
) -> Result<(Vec<String>, bool), OrgUnitIdError> {
    let text = format!("org_unit,code,path,population\n{rows}");
    let table = read(text.as_bytes(), &ReadOptions::default()).unwrap();
    let units: Vec<u32> = (0..table.units.len() as u32).collect();
    let found = OrgUnitIds::new(&table, &units, scheme, metadata)?;
    let list = units.iter().map(|unit| found.by_unit[unit].to_string());
    Ok((list.collect(), found.are_row_numbers))
}

fn known() -> Metadata {
    metadata(&[
        ("ouWest00001", "1"),
        ("ouEast00001", "2"),
        ("ouLake00001", "007"),
        ("ouTwinA0001", "TW"),
        ("ouTwinB0001", "TW"),
    ])
}

use OrgUnitIdScheme::{Code, Uid};

#[test]
fn a_row_number_never_takes_the_place_of_a_unit_that_the_path_names() {
    // geopandas wrote the numbers of its rows as ids; the units' own ids are in the path.
    let rows = "1,,/ouRoot00001/ouEast00001,5\n2,,/ouRoot00001/ouWest00001,6\n";
    let error = ids(rows, Uid, Some(&known())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "2 org units have ids of two units each: 1 (id \"1\" is Unit 1 (ouWest00001), path is Unit 2 (ouEast00001)), \
         2 (id \"2\" is Unit 2 (ouEast00001), path is Unit 1 (ouWest00001))"
    );
    // Numbers that are no codes here are passed over, and the path is taken.
    let rows = "8,,/ouRoot00001/ouEast00001,5\n9,,/ouRoot00001/ouWest00001,6\n";
    let (found, _) = ids(rows, Uid, Some(&known())).unwrap();
    assert_eq!(found, ["ouEast00001", "ouWest00001"]);
}

#[test]
fn an_id_is_looked_up_as_a_code_when_asked_for_or_for_want_of_anything_else() {
    let (found, rows) = ids("1,,,5\n2,,,6\n", Uid, Some(&known())).unwrap();
    assert_eq!(found, ["ouWest00001", "ouEast00001"]);
    assert!(rows, "the ids are the numbers from 1");
    let (found, rows) = ids("007,,,5\n", Code, Some(&known())).unwrap();
    assert_eq!((found, rows), (vec!["ouLake00001".to_owned()], false));
    // Said to be codes, and the path names another unit.
    let error = ids("1,,/ouRoot00001/ouEast00001,5\n", Code, Some(&known())).unwrap_err();
    assert!(
        error
            .problems
            .contains_key(&OrgUnitIdProblem::Contradiction)
    );
}

#[test]
fn id_path_and_code_must_name_one_unit() {
    for (rows, is_fine) in [
        ("ouWest00001,1,/ouRoot00001/ouWest00001,5\n", true),
        ("ouWest00001,new,/ouRoot00001/ouWest00001,5\n", true),
        ("ouWest00001,2,/ouRoot00001/ouWest00001,5\n", false),
        ("ouWest00001,,/ouRoot00001/ouEast00001,5\n", false),
        ("x,1,/ouRoot00001/ouEast00001,5\n", false),
        ("x,1,/ouRoot00001/ouWest00001,5\n", true),
    ] {
        assert_eq!(ids(rows, Uid, Some(&known())).is_ok(), is_fine, "{rows}");
    }
}

#[test]
fn unknown_ambiguous_and_damaged_codes_are_told_apart() {
    let error = ids("7,,,5\nTW,,,6\nXX,,,7\n", Code, Some(&known())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 org unit has an id that looks like a code changed by a spreadsheet: \"7\" for \"007\"; \
         1 org unit has a code that several units have: TW (Unit TW (ouTwinA0001), Unit TW (ouTwinB0001)); \
         1 org unit has an id that is neither a DHIS2 id of eleven characters nor a code in the metadata: XX"
    );
    let error = ids("ouWest00001,,,5\n", Code, Some(&known())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 org unit has a DHIS2 id that is not a code in the metadata: ouWest00001"
    );
    let exponent = metadata(&[("ouWest00001", "1E05"), ("ouEast00001", "TL 04 ")]);
    let error = ids("1.00E+05,,,5\nTL 04,,,6\n", Code, Some(&exponent)).unwrap_err();
    assert_eq!(error.problems[&OrgUnitIdProblem::Damaged].len(), 2);
}

#[test]
fn without_metadata_a_uid_is_needed_and_a_path_has_one() {
    let error = ids("Kigali,,,5\n", Uid, None).unwrap_err();
    assert!(error.problems.contains_key(&OrgUnitIdProblem::NotAUid));
    let (found, _) = ids("3,,/ouRoot00001/ouWest00001,5\n", Uid, None).unwrap();
    assert_eq!(found, ["ouWest00001"]);
    let (found, rows) = ids("1,,,5\n2,,,5\n", Code, None).unwrap();
    assert_eq!((found, rows), (vec!["1".to_owned(), "2".to_owned()], true));
}
