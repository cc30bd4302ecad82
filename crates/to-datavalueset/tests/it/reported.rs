//! Inputs rebuilt from reported problems, each with its right answer.

use std::path::PathBuf;

use super::*;

/// The folder of a reported problem.
fn folder(name: &str) -> PathBuf {
    testdata::dir().join("reported").join(name)
}

/// Runs the tool in a folder; words that are files there are named with it.
fn run(name: &str, args: &str) -> Result<DataValueSet, ToolError> {
    let folder = folder(name);
    let output = tempfile::tempdir().unwrap();
    let output = output.path().join("values.json");
    let words = args.split_whitespace().map(|word| {
        let path = folder.join(word);
        if path.is_file() {
            path.to_str().unwrap().to_owned()
        } else {
            word.to_owned()
        }
    });
    let words = [
        "to-datavalueset".to_owned(),
        "-q".to_owned(),
        "-o".to_owned(),
    ]
    .into_iter()
    .chain([output.to_str().unwrap().to_owned()])
    .chain(words);
    let tool = ToDataValueSet::try_parse_from(words).map_err(ToolError::usage)?;
    let mut console = Console::new("to-datavalueset", tool.common())?;
    match tool.run(&mut console)? {
        ExitStatus::Done if args.contains("--explain") => Ok(DataValueSet::default()),
        ExitStatus::Done => Ok(DataValueSet::read(&fs::read(&output).unwrap()).unwrap()),
        status => {
            assert!(!output.exists());
            Err(ToolError::new(status, "ended"))
        }
    }
}

/// The sum of all values, and how many there are.
fn total(name: &str, args: &str) -> (i64, usize) {
    let set = run(name, args).unwrap();
    let values = set
        .values
        .iter()
        .map(|value| value.value.parse::<i64>().unwrap());
    (values.sum(), set.values.len())
}

/// A run that is refused with these words in its message or its hints.
#[track_caller]
fn refused(name: &str, args: &str, words: &[&str]) {
    let error = run(name, args).unwrap_err();
    assert_eq!(error.status(), ExitStatus::Data, "{error}");
    let text = format!("{error}\n{}", error.hints().join("\n"));
    for word in words {
        assert!(text.contains(word), "{word}: {text}");
    }
}

/// A check that finds something; the same run with a kind allowed finds nothing.
#[track_caller]
fn found(name: &str, args: &str, kind: &str) {
    let error = run(name, args).unwrap_err();
    assert_eq!(error.status(), ExitStatus::CheckFound, "{error}");
    run(name, &format!("{args} --allow {kind}")).unwrap();
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn row_numbers_never_become_codes() {
    refused(
        "raster/10-ids/pipeline",
        "sums.csv --mapping map.toml --metadata md.json",
        &["ids of two units", "path is", "--id-property id"],
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_unit_that_opens_later_stops_the_run_with_its_parent() {
    let args = "n.csv --data-element POP_TOT --metadata n.json";
    refused(
        "dhis2/C09",
        args,
        &[
            "1 unit was not yet open, not-yet-open: iawOdqWMbWR (North A)",
            "1 parent would come out too low: kBUZkKpJ1HA",
            "--allow inactive",
        ],
    );
    let put_in = format!("{args} --allow not-yet-open");
    assert_eq!(total("dhis2/C09", &put_in), (16_000, 16));
    let left_out = format!("{args} --allow inactive --allow incomplete-parent");
    assert_eq!(total("dhis2/C09", &left_out), (15_000, 15));
    refused(
        "dhis2/C09",
        "g.csv --data-element POP_TOT --metadata g.json",
        &["4 units were not yet open", "--as-of"],
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn an_element_that_says_whom_it_counts_is_believed() {
    let sums = folder("dhis2/C17/sums.csv").to_str().unwrap().to_owned();
    let metadata = folder("dhis2/C17/m.json").to_str().unwrap().to_owned();
    let files = format!("{sums} --metadata {metadata} --check");
    found(
        "dhis2/C42",
        &format!("{files} --data-element POP_U5"),
        "other-group",
    );
    found(
        "dhis2/C42",
        &format!("{files} --mapping j.toml"),
        "other-group",
    );
    found(
        "dhis2/C42",
        &format!("{files} --mapping i.toml"),
        "other-group",
    );
    run("dhis2/C42", &format!("{files} --data-element POP_TOT")).unwrap();
    let slip = |mapping: &str, words: &[&str]| {
        refused("dhis2/C42", &format!("{files} --mapping {mapping}"), words);
    };
    slip("b.toml", &["unknown field `age`", "`ages`"]);
    slip(
        "c.toml",
        &["did you mean \"Population under 5 years\" (dePopU5U500)?"],
    );
    slip(
        "d.toml",
        &["did you mean \"Population under 5 years\" (dePopU5U500)?"],
    );
    slip(
        "e.toml",
        &["rate = { value = 0.041, source = \"census\", year = 2013, level = \"national\" }"],
    );
    slip("f.toml", &["the text \"4.1%\"", "value = 0.041"]);
    slip("g.toml", &["missing field `source`", "expected rate = {"]);
    slip("h.toml", &["straight quotation marks"]);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_rate_above_one_is_found() {
    let args = "sums.csv --mapping rw2.toml --metadata m.json";
    found("dhis2/C17", &format!("{args} --check"), "high-rate");
    run("dhis2/C17", args).unwrap();
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn units_of_two_levels_of_which_none_is_below_another() {
    let args = "sums.csv --data-element POP_TOT --metadata metadata.json --level 3,4";
    assert_eq!(total("dhis2/C23", args), (4_000, 5));
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn the_hint_speaks_of_the_calendar_of_the_server() {
    for (calendar, year) in [("ethiopian", "2017"), ("nepali", "2081")] {
        refused(
            "dhis2/C12",
            &format!("s25.csv --data-element POP_TOT --metadata m-{calendar}-Yearly.json"),
            &[&format!("[periods] 2025 = \"{year}\"")],
        );
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn tables_from_elsewhere_have_every_unit_with_its_own_id() {
    let args = |file: &str| {
        format!(
            "{file}.csv --columns org_unit=code,population=pop --org-unit-ids code --period 2025 --data-element POP_TOT --metadata metadata.json"
        )
    };
    let case = |file: &str, words: &[&str]| refused("dhis2/C10", &args(file), words);
    case("blank", &["1 unit has no value, no-value: 007"]);
    case(
        "missing",
        &["1 unit of the metadata is not in the sums, missing-unit: JvLJvStm1We (East District)"],
    );
    case("dupid", &["line 3: unit \"NA\" is already in line 2"]);
    case(
        "excel",
        &[
            "3 org units have ids that look like codes changed by a spreadsheet",
            "\"7\" for \"007\"",
            "\"1.00E+05\" for \"1E05\"",
        ],
    );
    assert_eq!(total("dhis2/C10", &args("year")), (116, 4));
    let subset = format!("{} --subset", args("missing"));
    assert_eq!(total("dhis2/C10", &subset).1, 3);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn option_combos_that_are_twice_or_missing_have_their_own_hints() {
    let sums = folder("dhis2/C01/sums.csv").to_str().unwrap().to_owned();
    let args = |metadata: &str| format!("{sums} --mapping map.toml --metadata {metadata}");
    refused(
        "dhis2/C07",
        &args("m-dup.json"),
        &["several option combos", "category_option_combo = \""],
    );
    refused(
        "dhis2/C07",
        &args("m-part.json"),
        &["expected 4", "maintenance"],
    );
    let shared = format!("{sums} --mapping map2.toml --metadata m.json --explain");
    run("dhis2/C08", &shared).unwrap();
    refused(
        "dhis2/C02",
        &format!("{sums} --mapping try.toml --metadata metadata.json --explain"),
        &["share people", "reads", "meaning = {", "overlapping = true"],
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn exceptions_name_units_by_their_ids() {
    let args = "sCN.csv --data-element POP_TOT --metadata m.json";
    let by_id = format!("{args} --exceptions ex.csv");
    assert_eq!(total("dhis2/C40", &by_id), (12_000, 4));
    refused(
        "dhis2/C40",
        &format!("{args} --exceptions ex2.csv"),
        &["semicolons", "with commas"],
    );
    refused(
        "dhis2/C40",
        &format!("{args} --exceptions ex3.csv"),
        &["no-valid-cell: KtQxlmrapKN (Lake and National Park)"],
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_period_without_sums_has_an_honest_way() {
    refused(
        "dhis2/C21",
        "s25.csv --data-element POP_TOT --metadata m.json --period 2026",
        &[
            "found 2025",
            "[periods] 2025 = \"2026\"",
            "sum the raster of 2026",
        ],
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn hints_fit_their_refusals() {
    let error = run(
        "dhis2/C11",
        "s.csv --data-element POP_PCT --metadata m.json",
    )
    .unwrap_err();
    assert!(error.to_string().contains("PERCENTAGE"), "{error}");
    assert!(
        !error
            .hints()
            .iter()
            .any(|hint| hint.contains("--metadata FILE")),
        "{:?}",
        error.hints()
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_hint_does_not_end_in_another_refusal() {
    // 24,000 people in each of four units: in two age groups, and as a total
    let args = "t.csv --mapping map2.toml --metadata m.json";
    assert_eq!(total("dhis2/C30", args), (2 * 96_000, 12));
    let folder = tempfile::tempdir().unwrap();
    let by_sex = folder.path().join("by-sex.toml");
    let text = "version = 1\n[[value]]\ndata_element = \"POP_AGESEX\"\nby = \"options\"\n";
    std::fs::write(&by_sex, text).unwrap();
    refused(
        "dhis2/C30",
        &format!("t.csv --mapping {} --metadata m.json", by_sex.display()),
        &[
            "no raster of women: 0-4 years: the bands of the sums hold both sexes together",
            "_f_ and _m_ rasters in place of the _t_ rasters",
        ],
    );
}
