//! Coverage under the old and the new denominator.

use std::collections::BTreeMap;

use pop_cli::ExitStatus;

use super::{Folder, grid};

fn tree() -> String {
    let unit = |id: &str, path: &str, level: u32| {
        format!(
            "{{\"type\":\"Feature\",\"id\":\"{id}\",\"geometry\":null,\"properties\":{{\"level\":{level},\"path\":\"{path}\"}}}}"
        )
    };
    let units = [
        unit("A", "/N/A", 2),
        unit("B", "/N/B", 2),
        unit("F1", "/N/A/F1", 3),
        unit("F2", "/N/A/F2", 3),
        unit("F3", "/N/Z/F3", 3),
    ];
    format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
        units.join(",")
    )
}

/// Two districts of 1000 and 400 people, 800 and 400 after.
fn folder() -> Folder {
    let folder = Folder::new(
        &grid(2025, &["A,1000", "B,400"]),
        &grid(2025, &["A,800", "B,400"]),
    );
    folder.write("tree.geojson", &tree());
    folder
}

fn rows(folder: &Folder, args: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let ran = folder.run(args).unwrap();
    csv::Reader::from_reader(ran.text.as_bytes())
        .deserialize::<BTreeMap<String, String>>()
        .map(Result::unwrap)
        .filter(|row| row["measure"] == "coverage")
        .map(|row| (row["org_unit"].clone(), row))
        .collect()
}

const ARGS: &str = "--numerator reached.csv --org-units tree.geojson";

#[test]
fn facilities_are_added_up_to_their_district_and_months_to_the_year() {
    let folder = folder();
    // F1 reports all months but one, F2 a single one; F3 is below a district without figures.
    let mut text = "org_unit,period,value\n".to_owned();
    for month in 1..=11 {
        text.push_str(&format!("F1,2025{month:02},80\n"));
    }
    text.push_str("F2,202503,20\nF3,202503,5\n");
    folder.write("reached.csv", &text);
    let found = rows(&folder, ARGS);
    let of = |unit: &str, member: &str| found[unit][member].clone();
    assert_eq!(of("A", "numerator"), "900.0");
    assert_eq!(of("A", "missing_months"), "12");
    assert_eq!(
        (of("A", "old"), of("A", "new")),
        ("90.0".into(), "112.5".into())
    );
    assert_eq!(
        of("A", "flags"),
        "coverage 112.5000 % of new, threshold 100 %"
    );
    assert_eq!(of("B", "class"), "no-numerator");
    assert_eq!(
        (of("B", "old"), of("B", "new")),
        (String::new(), String::new())
    );
    assert_eq!(of("F3", "class"), "no-denominator");
    assert_eq!(of("F3", "numerator"), "5.0");
    let ran = folder.run(&format!("{ARGS} --fail-on flags")).unwrap();
    assert_eq!(ran.status, ExitStatus::CheckFound);
}

#[test]
fn all_of_them_are_no_more_than_all() {
    let folder = folder();
    folder.write("reached.csv", "org_unit,period,value\nA,2025,800\n");
    let found = rows(&folder, ARGS);
    assert_eq!(found["A"]["new"], "100.0");
    assert_eq!(found["A"]["flags"], "");
    assert_eq!(found["A"]["missing_months"], "0");
}

/// 10 per cent and more of the survey's coverage, either way: 88 against 80 is flagged, 87.9 is not.
#[test]
fn routine_coverage_is_held_against_a_survey() {
    let folder = folder();
    folder.write("survey.csv", "org_unit,value\nA,80\n");
    for (reached, flags) in [
        ("704", "survey +10.0000 % of survey, threshold 10 %"),
        ("703.2", ""),
        ("576", "survey -10.0000 % of survey, threshold 10 %"),
    ] {
        folder.write(
            "reached.csv",
            &format!("org_unit,period,value\nA,2025,{reached}\n"),
        );
        let found = rows(&folder, &format!("{ARGS} --survey survey.csv"));
        assert_eq!(found["A"]["flags"], flags, "{reached}");
    }
}

#[test]
fn a_numerator_can_be_a_data_value_set() {
    let folder = folder();
    let value = |unit: &str, combo: &str, value: u32| {
        format!(
            "{{\"dataElement\":\"dePenta0003\",\"period\":\"202501\",\"orgUnit\":\"{unit}\",\"categoryOptionCombo\":\"{combo}\",\"value\":\"{value}\"}}"
        )
    };
    folder.write(
        "reached.csv",
        &format!(
            "{{\"dataValues\":[{},{}]}}",
            value("F1", "coMale00001", 30),
            value("F1", "coFemal0001", 50)
        ),
    );
    let found = rows(&folder, ARGS);
    assert_eq!(found["A"]["numerator"], "80.0");
    assert_eq!(found["A"]["missing_months"], "11");
}

#[test]
fn of_two_years_the_numerator_has_one() {
    let folder = Folder::new(&grid(2025, &["A,1000"]), &grid(2026, &["A,1050"]));
    folder.write("tree.geojson", &tree());
    folder.write("reached.csv", "org_unit,period,value\nA,2025,800\n");
    assert_eq!(rows(&folder, ARGS)["A"]["old"], "80.0");
    folder.write(
        "reached.csv",
        "org_unit,period,value\nA,2025,800\nA,2026,810\n",
    );
    let error = folder.run(ARGS).unwrap_err();
    assert!(
        error.to_string().contains("years 2025, 2026, expected one"),
        "{error}"
    );
}

#[test]
fn what_a_survey_is_of_is_not_passed_over() {
    let folder = folder();
    folder.write("reached.csv", "org_unit,period,value\nA,2025,800\n");
    folder.write("survey.csv", "org_unit,year,value\nA,2010,80\n");
    let error = folder
        .run(&format!("{ARGS} --survey survey.csv"))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("survey.csv: the header has the column \"year\", which is not read"),
        "{error}"
    );
    assert!(error.hints()[0].contains("call it note"), "{error}");
}

#[test]
fn one_group_is_the_denominator() {
    let year = grid(2025, &["A,1000", "A,40,t,0,1"]);
    let folder = Folder::new(&year, &year);
    folder.write("tree.geojson", &tree());
    folder.write("reached.csv", "org_unit,period,value\nA,2025,30\n");
    let error = folder.run(ARGS).unwrap_err();
    assert!(
        error.to_string().contains("several groups: t, t <1"),
        "{error}"
    );
    let named = [
        "--numerator",
        &folder.path("reached.csv"),
        "--denominator",
        "t 0",
    ]
    .map(str::to_owned);
    let ran = folder.run_words(&named).unwrap();
    assert!(ran.text.contains(",75.0,75.0,"), "{}", ran.text);
}

#[test]
fn numerators_that_cannot_be_used_are_refused() {
    let folder = folder();
    for (text, problem) in [
        ("org_unit,value\nA,1\n", "no column period"),
        (
            "org_unit,period,value\nA,202513,1\n",
            "line 2: \"202513\" is not a DHIS2 period",
        ),
        ("org_unit,period,value\nA,2025,-1\n", "line 2: -1 people"),
        (
            "org_unit,period,value\nA,2025,1\nA,2025,2\n",
            "line 3: A 2025 is on line 2 already",
        ),
        ("org_unit,period,value\n", "no rows"),
        (
            "org_unit,period,sex,age,value\nA,2025,f,<1,1\n",
            "the header has the column \"sex\", which is not read",
        ),
        (
            "org_unit,period,data_element,value\nA,2025,penta3,1\nB,2025,bcg,1\n",
            "the header has the column \"data_element\", which is not read",
        ),
        (
            "org_unit,period,value\nA,2024,1\nF1,202312,1\n",
            "the numerator is of 2023, 2024, the figures compared are of 2025",
        ),
        (
            "{\"dataValues\":[]}",
            "values of 0 data elements, expected one",
        ),
    ] {
        folder.write("reached.csv", text);
        let error = folder.run(ARGS).unwrap_err();
        assert_eq!(error.status(), ExitStatus::Data, "{error}");
        let said = error.to_string();
        assert!(
            said.contains("reached.csv: ") && said.contains(problem),
            "{said}"
        );
    }
}
