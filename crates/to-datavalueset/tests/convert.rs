//! The tool from its arguments to its files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use std::collections::BTreeMap;
use std::fs;

use clap::Parser as _;
use pop_cli::{Console, ExitStatus, Tool as _, ToolError};
use pop_datavalues::{Comment, DataValueSet};
use tempfile::TempDir;
use to_datavalueset::ToDataValueSet;

/// A folder with inputs, and runs of the tool in it.
struct Bench(TempDir);

impl Bench {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// Runs with `sums.csv`; words with a dot are names in the folder. Gives what was written.
    fn text(&self, args: &str) -> Result<String, ToolError> {
        let output = self.path("out");
        let _ = fs::remove_file(&output);
        let words = args.split_whitespace().map(|word| {
            let is_file = self.0.path().join(word).is_file();
            if is_file {
                self.path(word)
            } else {
                word.to_owned()
            }
        });
        let words = [
            "to-datavalueset".to_owned(),
            self.path("sums.csv"),
            "-q".into(),
            "-o".into(),
            output.clone(),
        ]
        .into_iter()
        .chain(words);
        let tool = ToDataValueSet::try_parse_from(words).map_err(ToolError::usage)?;
        let mut console = Console::new("to-datavalueset", tool.common())?;
        match tool.run(&mut console) {
            Ok(ExitStatus::Done) => Ok(fs::read_to_string(&output).unwrap()),
            Ok(status) => {
                assert!(!fs::exists(&output).unwrap());
                Err(ToolError::new(status, "ended"))
            }
            Err(error) => {
                assert!(!fs::exists(&output).unwrap(), "{error}");
                Err(error)
            }
        }
    }

    fn set(&self, args: &str) -> DataValueSet {
        DataValueSet::read(self.text(args).unwrap().as_bytes()).unwrap()
    }

    fn values(&self, args: &str) -> Vec<(String, String)> {
        self.set(args)
            .values
            .iter()
            .map(|v| (v.org_unit.to_string(), v.value.to_string()))
            .collect()
    }

    #[track_caller]
    fn fails(&self, args: &str, status: ExitStatus, message: &str) {
        let error = self.text(args).unwrap_err();
        assert_eq!(error.status(), status, "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }
}

const TOTAL: &str = "--data-element dePopTot001 --data-set dsPopYear01";

/// Two provinces with two districts each; a total raster of two years.
fn tree(status: &str) -> String {
    let mut rows = Vec::new();
    for (id, level, path, people) in [
        ("ouRoot00001", 1, "/ouRoot00001", "100.4"),
        ("ouNorth0001", 2, "/ouRoot00001/ouNorth0001", "60.2"),
        ("ouSouth0001", 2, "/ouRoot00001/ouSouth0001", "40.2"),
        (
            "ouNorthA001",
            3,
            "/ouRoot00001/ouNorth0001/ouNorthA001",
            "30.6",
        ),
        (
            "ouNorthB001",
            3,
            "/ouRoot00001/ouNorth0001/ouNorthB001",
            "29.6",
        ),
        (
            "ouSouthA001",
            3,
            "/ouRoot00001/ouSouth0001/ouSouthA001",
            "20.1",
        ),
        (
            "ouSouthB001",
            3,
            "/ouRoot00001/ouSouth0001/ouSouthB001",
            "20.1",
        ),
    ] {
        let (people, state) = match (id, status) {
            ("ouNorthB001", "none") => ("", "none,no-geometry"),
            ("ouNorthB001", "doubtful") => (people, "doubtful,partly-outside"),
            ("ouNorthB001", "closed") => (people, "doubtful,closed"),
            _ => (people, "ok,"),
        };
        for (year, factor) in [(2025, 1.0), (2026, 1.02)] {
            let people = people
                .parse::<f64>()
                .map(|p| format!("{}", p * factor))
                .unwrap_or_default();
            rows.push(format!("{id},{level},{path},p{year},worldpop-global2;R2025A;CN;1km;UA;v1,{year},t,{people},{state},exact"));
        }
    }
    let count = rows.len();
    let mut text =
        "org_unit,level,path,raster,source,year,sex,population,status,reasons,method,rows\n"
            .to_owned();
    for row in rows {
        text.push_str(&format!("{row},{count}\n"));
    }
    text
}

#[test]
fn a_total_of_one_level_adds_up() {
    let bench = Bench::new(&[("sums.csv", &tree("ok"))]);
    let values = bench.values(&format!("{TOTAL} --level 3 --period 2025"));
    let people: Vec<i64> = values.iter().map(|(_, v)| v.parse().unwrap()).collect();
    assert_eq!(people.iter().sum::<i64>(), 100);
    assert_eq!(people[0] + people[1], 60);
    let set = bench.set(&format!("{TOTAL} --level 3"));
    assert_eq!(set.values.len(), 8);
    let comment: Comment = set.values[0].comment.as_ref().unwrap().parse().unwrap();
    assert_eq!(
        (
            comment.source.as_str(),
            comment.method.as_str(),
            comment.reference.as_str()
        ),
        (
            "worldpop-global2;R2025A;CN;1km;UA;v1",
            "exact",
            "2025-01-01"
        )
    );
    bench.fails(TOTAL, ExitStatus::Data, "the sums hold the levels 1, 2, 3");
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let text = tree("ok");
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    let turned = Bench::new(&[("sums.csv", &format!("{}\n", lines.join("\n")))]);
    let straight = Bench::new(&[("sums.csv", &text)]);
    let args = format!("{TOTAL} --level 3 --period 2025");
    let sorted = |bench: &Bench| bench.values(&args).into_iter().collect::<BTreeMap<_, _>>();
    assert_eq!(sorted(&turned), sorted(&straight));
}

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
    let closed = Bench::new(&[("sums.csv", &tree("closed"))]);
    assert_eq!(closed.values(&args).len(), 3);
    assert_eq!(closed.values(&format!("{args} --allow closed")).len(), 4);
}

#[test]
fn mid_year_is_the_mean_and_needs_both_years() {
    let bench = Bench::new(&[("sums.csv", &tree("ok"))]);
    let set = bench.set(&format!("{TOTAL} --level 1 --reference mid-year"));
    assert_eq!(set.values.len(), 1);
    // 100.4 and 102.408.
    assert_eq!(
        (&*set.values[0].period, &*set.values[0].value),
        ("2025", "101")
    );
    assert!(
        set.values[0]
            .comment
            .as_ref()
            .unwrap()
            .ends_with("method=exact+mid-year reference=2025-07-01")
    );
    bench.fails(
        &format!("{TOTAL} --level 1 --reference mid-year --period 2026"),
        ExitStatus::Data,
        "2027",
    );
}

#[test]
fn periods_of_other_types() {
    let bench = Bench::new(&[("sums.csv", &tree("ok"))]);
    let periods = |args: &str| -> Vec<String> {
        bench
            .set(&format!("{TOTAL} --level 1 {args}"))
            .values
            .iter()
            .map(|v| v.period.to_string())
            .collect()
    };
    assert_eq!(periods("--period 2025July --year-rule end"), ["2025July"]);
    assert_eq!(
        periods("--period-type FinancialApril --year-rule start"),
        ["2025April", "2026April"]
    );
    assert_eq!(periods("--period-type Monthly").len(), 24);
    assert_eq!(
        periods("--period-type Quarterly --within-year linear").len(),
        4
    );
    bench.fails(
        &format!("{TOTAL} --level 1 --period 2025July"),
        ExitStatus::Data,
        "lies in two years",
    );
}

/// Two units, both sexes, three bands: under one, one to four, five and over.
fn bands() -> String {
    let mut text = "org_unit,raster,year,sex,age_from,age_to,population,method\n".to_owned();
    for (unit, shift) in [("ouDist00001", 0.5), ("ouDist00002", 0.25)] {
        for sex in ["f", "m"] {
            for (from, to, people) in [
                ("0", "1", 2.0),
                ("1", "5", 8.0),
                ("5", "10", 9.0),
                ("10", "15", 8.5),
                ("15", "20", 8.0),
                ("20", "", 40.0),
            ] {
                text.push_str(&format!(
                    "{unit},{sex}{from},2025,{sex},{from},{to},{},exact\n",
                    people + shift
                ));
            }
        }
    }
    text
}

#[test]
fn a_mapping_fills_groups_that_add_up() {
    let mapping = r#"
        data_set = "dsPopYear01"
        split = "uniform"
        [[value]]
        data_element = "deTotal0001"
        [[value]]
        data_element = "deUnder0001"
        ages = "<1 year"
        [[value]]
        data_element = "deSecond001"
        ages = "12-23 months"
        [[value]]
        data_element = "deThird0001"
        ages = "24-59 months"
        [[value]]
        data_element = "deRest00001"
        ages = "5+ years"
        [[value]]
        data_element = "dePregnant1"
        rate = { value = 0.041, source = "census", year = 2013, level = "national" }
    "#;
    let bench = Bench::new(&[("sums.csv", &bands()), ("map.toml", mapping)]);
    let set = bench.set("--mapping map.toml");
    let of = |unit: &str, element: &str| -> i64 {
        set.values
            .iter()
            .find(|v| &*v.org_unit == unit && &*v.data_element == element)
            .unwrap()
            .value
            .parse()
            .unwrap()
    };
    for unit in ["ouDist00001", "ouDist00002"] {
        let parts =
            ["deUnder0001", "deSecond001", "deThird0001", "deRest00001"].map(|e| of(unit, e));
        assert_eq!(parts.iter().sum::<i64>(), of(unit, "deTotal0001"));
    }
    // 157 and 154 people: 6.437 and 6.314 expected.
    assert_eq!(
        of("ouDist00001", "dePregnant1") + of("ouDist00002", "dePregnant1"),
        13
    );
    let comment = |element: &str| {
        set.values
            .iter()
            .find(|v| &*v.data_element == element)
            .unwrap()
            .comment
            .clone()
            .unwrap()
    };
    assert!(comment("deSecond001").contains("method=exact+uniform"));
    assert!(comment("dePregnant1").contains("method=exact+rate"));
    let explained = bench.text("--mapping map.toml --explain").unwrap();
    assert!(explained.contains("1/4 f01 + 1/4 m01"), "{explained}");
    assert!(
        explained.contains("rate 0.041 (census, 2013, national)"),
        "{explained}"
    );
}

#[test]
fn each_and_csv() {
    let bench = Bench::new(&[(
        "sums.csv",
        "org_unit,year,population\nouDist00001,2025,0.5\nouDist00002,2025,0.5\n",
    )]);
    let values = |args: &str| {
        bench
            .values(&format!("{TOTAL} {args}"))
            .into_iter()
            .map(|v| v.1)
            .collect::<Vec<_>>()
    };
    assert_eq!(values("--round each"), ["1", "1"]);
    assert_eq!(values("--round hierarchy"), ["1", "0"]);
    bench.fails(
        &format!("{TOTAL} --round none"),
        ExitStatus::Data,
        "expected NUMBER",
    );
    let csv = bench.text(&format!("{TOTAL} --format csv")).unwrap();
    assert_eq!(
        csv,
        "dataElement,period,orgUnit,categoryOptionCombo,attributeOptionCombo,value\n\
         dePopTot001,2025,ouDist00001,,,1\ndePopTot001,2025,ouDist00002,,,0\n"
    );
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
        "1 org unit has an id that is no DHIS2 id of eleven characters: Kigali",
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
        "cannot stand in CSV",
    );
    // Looked up where the metadata know them: by the id, by the column of codes, by a code in the form of a UID.
    let asked = format!("{TOTAL} --metadata known.json");
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
        ("Musanze,,2025,5\n", "no code in the metadata: Musanze"),
        ("TW,,2025,5\n", "no code in the metadata: TW"),
        (
            "Kigali,,2025,5\nouKigali001,,2025,5\n",
            "are the same one on the server, ouKigali001",
        ),
    ] {
        let bench = Bench::new(&[("sums.csv", &sums(rows)), ("known.json", &known)]);
        bench.fails(&asked, ExitStatus::Data, message);
    }
}

#[test]
fn several_data_sets_need_a_folder() {
    let mapping = "[[value]]\ndata_element = \"deTotal0001\"\ndata_set = \"dsFirst0001\"\n\
        [[value]]\ndata_element = \"deUnder0001\"\nages = \"<1 year\"\ndata_set = \"dsSecond001\"\n";
    let bench = Bench::new(&[("sums.csv", &bands()), ("map.toml", mapping)]);
    bench.fails(
        "--mapping map.toml",
        ExitStatus::Usage,
        "several data sets (dsFirst0001, dsSecond001)",
    );
    assert_eq!(
        bench
            .set("--mapping map.toml --data-set dsSecond001")
            .values
            .len(),
        2
    );
    let folder = bench.path("sets");
    fs::create_dir(&folder).unwrap();
    let words = [
        "to-datavalueset",
        &bench.path("sums.csv"),
        "-q",
        "--mapping",
        &bench.path("map.toml"),
        "-o",
        &folder,
    ];
    let tool = ToDataValueSet::try_parse_from(words).unwrap();
    let mut console = Console::new("to-datavalueset", tool.common()).unwrap();
    assert_eq!(tool.run(&mut console).unwrap(), ExitStatus::Done);
    let mut names: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["dsFirst0001.json", "dsSecond001.json"]);
}

#[test]
fn hostile_tables_end_as_their_manifest_says() {
    let Some(data) = testdata::dir() else { return };
    let manifest = fs::read(data.join("hostile/manifest.json")).unwrap();
    let manifest: Vec<serde_json::Value> = serde_json::from_slice(&manifest).unwrap();
    let mut seen = 0;
    for case in manifest.iter().filter(|case| case["group"] == "csv-sums") {
        let id = case["id"].as_str().unwrap();
        let bench = Bench::new(&[]);
        fs::copy(
            data.join(format!("hostile/csv/{id}.csv")),
            bench.path("sums.csv"),
        )
        .unwrap();
        let answer = bench.text(&format!(
            "{TOTAL} --columns org_unit=id,population=sum --period 2025"
        ));
        let refused = case["expect"]["class"] == "error" || id == "csv-cut";
        assert_eq!(answer.is_err(), refused, "{id}: {answer:?}");
        if let Err(error) = &answer {
            assert_eq!(error.status(), ExitStatus::Data, "{id}");
            assert!(error.to_string().contains("sums.csv"), "{id}: {error}");
        }
        let values: Vec<String> = answer
            .map(|text| {
                DataValueSet::read(text.as_bytes())
                    .unwrap()
                    .values
                    .iter()
                    .map(|v| v.value.to_string())
                    .collect()
            })
            .unwrap_or_default();
        match id {
            "csv-val-blank" => assert_eq!(values, ["7"]),
            "csv-val-exp" => assert_eq!(values, ["1500", "7"]),
            "csv-plain" => assert_eq!(values, ["100", "1"]),
            "csv-total" => assert_eq!(
                values
                    .iter()
                    .map(|v| v.parse::<i64>().unwrap())
                    .sum::<i64>(),
                100
            ),
            _ => {}
        }
        seen += 1;
    }
    assert_eq!(seen, 25);
}
