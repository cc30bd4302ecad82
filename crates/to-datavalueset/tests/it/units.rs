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

/// Sums of our own: `rows` of unit, level, path and people, counted.
fn own(rows: &[(&str, &str, &str, &str)]) -> String {
    let head = "org_unit,level,path,raster,year,population,status,rows\n".to_owned();
    let count = rows.len();
    rows.iter().fold(head, |text, (id, level, path, people)| {
        text + &format!("{id},{level},{path},p2025,2025,{people},ok,{count}\n")
    })
}

#[test]
fn a_unit_that_is_missing_from_the_stream_makes_its_parent_too_low() {
    let rows = [
        ("ouParent001", "2", "/ouRoot00001/ouParent001", "100"),
        (
            "ouChildA001",
            "3",
            "/ouRoot00001/ouParent001/ouChildA001",
            "40",
        ),
    ];
    let known = units_by_code(&[("ouChildA001", "A"), ("ouChildB001", "B")])
        .replace("/ouRoot00001/", "/ouRoot00001/ouParent001/");
    let bench = Bench::new(&[("sums.csv", &own(&rows)), ("known.json", &known)]);
    let args = format!("{TOTAL} --level 3 --metadata known.json");
    bench.fails(
        &args,
        ExitStatus::Data,
        "1 parent would come out too low, as the sums lack units below it: ouParent001 (without: ouChildB001)",
    );
    assert_eq!(bench.values(&format!("{args} --subset")).len(), 1);
    let allowed = format!("{args} --allow incomplete-parent");
    assert_eq!(bench.values(&allowed).len(), 1);
    // The row of the parent itself tells the same, without metadata as well.
    let check = format!("{allowed} --check");
    let status = |args: &str| bench.text(args).unwrap_err().status();
    assert_eq!(status(&check), ExitStatus::CheckFound);
}

#[test]
fn a_unit_without_a_level_beside_others_is_not_left_out() {
    let rows = |path| {
        own(&[
            ("ouUnitA0001", "2", "/ouRoot00001/ouUnitA0001", "5"),
            ("ouUnitB0001", "", path, "5"),
        ])
    };
    for args in [TOTAL.to_owned(), format!("{TOTAL} --level 2")] {
        // Its path says that it is of level 2.
        let bench = Bench::new(&[("sums.csv", &rows("/ouRoot00001/ouUnitB0001"))]);
        assert_eq!(bench.values(&args).len(), 2, "{args}");
        Bench::new(&[("sums.csv", &rows(""))]).fails(
            &args,
            ExitStatus::Data,
            "1 unit has no level, though others have one: ouUnitB0001",
        );
    }
}

#[test]
fn units_of_which_one_holds_the_other_are_not_counted_twice() {
    let message =
        "org unit ouUnitB0001 lies below ouUnitA0001, and both would get a value of their own";
    // Without levels the paths tell them; stated ones are held against the paths.
    for (level, message) in [
        ("", "the sums hold the levels 2, 3"),
        ("3", "ouUnitA0001: level 3, but 2 org units in its path"),
    ] {
        let above = ("ouUnitA0001", level, "/ouRoot00001/ouUnitA0001", "5");
        let path = "/ouRoot00001/ouUnitA0001/ouUnitB0001";
        let below = ("ouUnitB0001", level, path, "5");
        Bench::new(&[("sums.csv", &own(&[above, below]))]).fails(TOTAL, ExitStatus::Data, message);
    }
    let known = units_by_code(&[("ouUnitA0001", "A"), ("ouUnitB0001", "B")]).replace(
        "/ouRoot00001/ouUnitB0001",
        "/ouRoot00001/ouUnitA0001/ouUnitB0001",
    );
    // A table from elsewhere has no paths: the metadata have.
    for columns in ["org_unit,population", "org_unit,level,population"] {
        let level = if columns.contains("level") { "3," } else { "" };
        let sums = format!("{columns}\nouUnitA0001,{level}5\nouUnitB0001,{level}5\n");
        let bench = Bench::new(&[("sums.csv", &sums), ("known.json", &known)]);
        let args = format!("{TOTAL} --metadata known.json --period 2025");
        bench.fails(&args, ExitStatus::Data, message);
    }
}

#[test]
fn a_unit_without_a_row_in_one_year_is_named() {
    let rows = "ouUnitA0001,a,2025,5\nouUnitB0001,a,2025,5\nouUnitA0001,b,2026,5\n";
    let sums = format!("org_unit,raster,year,population\n{rows}");
    let bench = Bench::new(&[("sums.csv", &sums)]);
    bench.fails(
        TOTAL,
        ExitStatus::Data,
        "1 unit has no value, no-value: ouUnitB0001",
    );
    let allowed = bench.values(&format!("{TOTAL} --allow no-value"));
    assert_eq!(allowed.len(), 3);
}
