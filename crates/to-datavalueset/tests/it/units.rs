//! Units: those without a value, doubtful ones, and their ids.

use super::*;

#[test]
fn units_without_a_value_stop_the_run_until_they_are_named() {
    let exceptions = "unit,kind,reason\nouNorthB001,no-geometry,not drawn yet\nouNorth0001,incomplete-parent,waits for it\n";
    let bench = Bench::new(&[("sums.csv", &tree("none")), ("exceptions.csv", exceptions)]);
    let args = format!("{TOTAL} --level 3 --period 2025");
    bench.fails(
        &args,
        ExitStatus::Data,
        "1 unit has no value, no-geometry: ouNorthB001",
    );
    let only = format!("{args} --allow no-geometry");
    bench.fails(
        &only,
        ExitStatus::Data,
        "ouNorth0001 (own polygon 60, children with a value 31, without: ouNorthB001)",
    );
    let error = bench.text(&only).unwrap_err();
    assert!(
        error.hints().iter().any(|hint| hint.contains("--level 2")),
        "{:?}",
        error.hints()
    );
    assert_eq!(
        bench
            .values(&format!("{only} --allow incomplete-parent"))
            .len(),
        3
    );
    assert_eq!(
        bench
            .values(&format!("{args} --exceptions exceptions.csv"))
            .len(),
        3
    );
}

#[test]
fn doubtful_values_must_be_allowed_and_closed_units_stay_out() {
    let args = format!("{TOTAL} --level 3 --period 2025");
    let doubtful = Bench::new(&[("sums.csv", &tree("doubtful"))]);
    doubtful.fails(&args, ExitStatus::Data, "doubtful value, partly-outside");
    assert_eq!(
        doubtful
            .values(&format!("{args} --allow partly-outside"))
            .len(),
        4
    );
    let later = Bench::new(&[("sums.csv", &tree("not-yet-open"))]);
    later.fails(
        &args,
        ExitStatus::Data,
        "1 unit was not yet open, not-yet-open: ouNorthB001",
    );
    later.fails(
        &args,
        ExitStatus::Data,
        "1 parent would come out too low: ouNorth0001",
    );
    assert_eq!(
        later.values(&format!("{args} --allow not-yet-open")).len(),
        4
    );
    let left_out = format!("{args} --allow inactive");
    later.fails(
        &left_out,
        ExitStatus::Data,
        "1 parent would come out too low",
    );
    let both = format!("{left_out} --allow incomplete-parent");
    assert_eq!(later.values(&both).len(), 3);
    let closed = Bench::new(&[("sums.csv", &tree("closed"))]);
    assert_eq!(closed.values(&args).len(), 3);
    assert_eq!(closed.values(&format!("{args} --allow closed")).len(), 4);
}

/// A document that knows units by their codes, and nothing of data sets.
fn units_by_code(units: &[(&str, &str)]) -> String {
    let units: Vec<String> = units
        .iter()
        .map(|(id, code)| format!(r#"{{"id":"{id}","code":"{code}","path":"/ouRoot00001/{id}"}}"#))
        .collect();
    format!(
        r#"{{"format":"headcount-metadata","version":1,"dhis2Version":"2.43.1","dialect":"B","calendar":"iso8601",
        "dataSets":[{{"id":"dsPopYear01","periodType":"Yearly","categoryCombo":"ccDefault01","dataSetElements":[{{"dataElement":"dePopTot001"}}]}}],
        "dataElements":[{{"id":"dePopTot001","name":"Population","valueType":"INTEGER","categoryCombo":"ccDefault01"}}],
        "categoryCombos":[{{"id":"ccDefault01","isDefault":true}}],
        "orgUnits":[{}],"user":{{"authorities":["ALL"]}}}}"#,
        units.join(",")
    )
}

#[test]
fn ids_that_are_no_uids() {
    let known = units_by_code(&[
        ("ouKigali001", "Kigali"),
        ("ouHuye00001", "HY"),
        ("ouTwinA0001", "TW"),
        ("ouTwinB0001", "TW"),
        ("ouCodes0001", "ABCDEFGHIJK"),
    ]);
    let sums = |rows: &str| format!("org_unit,code,year,population\n{rows}");
    let bench = Bench::new(&[
        ("sums.csv", &sums("Kigali,,2025,5\n")),
        ("known.json", &known),
    ]);
    bench.fails(
        TOTAL,
        ExitStatus::Data,
        "1 org unit has an id that is not a DHIS2 id of eleven characters: Kigali",
    );
    // As they are, when they are said to be codes.
    let set = bench.set(&format!("{TOTAL} --org-unit-ids code"));
    assert_eq!(
        (set.schemes.org_unit.as_deref(), &*set.values[0].org_unit),
        (Some("CODE"), "Kigali")
    );
    bench.fails(
        &format!("{TOTAL} --org-unit-ids code --format csv"),
        ExitStatus::Data,
        "cannot be written to CSV",
    );
    // Looked up where the metadata know them: by the id, by the column of codes, by a code in the form of a UID.
    let asked = format!("{TOTAL} --metadata known.json --allow missing-unit");
    for (row, id) in [
        ("Kigali,,2025,5\n", "ouKigali001"),
        ("7,HY,2025,5\n", "ouHuye00001"),
        ("ABCDEFGHIJK,,2025,5\n", "ouCodes0001"),
        ("ouElsewhere,,2025,5\n", "ouElsewhere"),
    ] {
        let bench = Bench::new(&[("sums.csv", &sums(row)), ("known.json", &known)]);
        let set = bench.set(&asked);
        assert_eq!(&*set.values[0].org_unit, id);
        assert_eq!(set.schemes.org_unit, None);
    }
    for (rows, message) in [
        ("Musanze,,2025,5\n", "nor a code in the metadata: Musanze"),
        (
            "TW,,2025,5\n",
            "1 org unit has a code that several units have: TW (ouTwinA0001, ouTwinB0001)",
        ),
        (
            "Kigali,,2025,5\nouKigali001,,2025,5\n",
            "1 org unit is in the sums twice, under two ids: ouKigali001 as \"Kigali\" and \"ouKigali001\"",
        ),
    ] {
        let bench = Bench::new(&[("sums.csv", &sums(rows)), ("known.json", &known)]);
        bench.fails(&asked, ExitStatus::Data, message);
    }
}
