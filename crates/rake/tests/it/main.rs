//! The tool from its arguments to its files.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::BTreeMap;

use clap::Parser as _;
use pop_cli::{Console, ExitStatus, Tool as _, ToolError};
use rake::Rake;
use serde_json::Value;
use tempfile::TempDir;

mod refusals;

const SUMS: &str = "org_unit,code,name,level,path,raster,source,year,sex,age_from,age_to,population,cells,area_cells,inside_share,status,reasons,method,rows";
const TOTALS: &str = "org_unit,year,sex,age_from,age_to,population,source";

/// Sums of units below provinces of a nation; `unit` is `PROVINCE/UNIT`.
struct Sums(Vec<String>);

impl Sums {
    const fn new() -> Self {
        Self(Vec::new())
    }

    /// A row; `people` as `sex,age_from,age_to`, `population` empty for none.
    fn row(mut self, unit: &str, year: i32, people: &str, population: &str) -> Self {
        let id = unit.rsplit('/').next().unwrap();
        let level = unit.split('/').count() + 1;
        let raster = format!("r_{}", people.replace(',', "_"));
        let (status, reasons) = if population.is_empty() {
            ("none", "no-geometry")
        } else {
            ("ok", "")
        };
        self.0.push(format!(
            "{id},c{id},Unit {id},{level},/N/{unit},{raster}_{year},grid,{year},{people},{population},,,1,{status},{reasons},exact"
        ));
        self
    }

    fn text(&self) -> String {
        let rows: Vec<String> = self
            .0
            .iter()
            .map(|row| format!("{row},{}\n", self.0.len()))
            .collect();
        format!("{SUMS}\n{}", rows.concat())
    }
}

/// The provinces of the denominator guidance.
fn guidance() -> Sums {
    Sums::new()
        .row("P1", 2025, "t,,", "10243")
        .row("P2", 2025, "t,,", "20167")
        .row("P3", 2025, "t,,", "29329")
}

/// A folder with sums and totals.
struct Folder(TempDir);

impl Folder {
    fn new(sums: &Sums, totals: &[&str]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("sums.csv", &sums.text());
        folder.write("totals.csv", &format!("{TOTALS}\n{}\n", totals.join("\n")));
        folder
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// Runs the tool on `sums.csv` and `totals.csv`; words that end in `.csv` or `.json` are names in the folder.
    fn run(&self, args: &str) -> Result<Ran, ToolError> {
        self.run_on("sums.csv", "totals.csv", args)
    }

    fn run_on(&self, sums: &str, totals: &str, args: &str) -> Result<Ran, ToolError> {
        let output = self.path("out");
        let _ = std::fs::remove_file(&output);
        let words = args.split_whitespace().map(|word| {
            let is_name = [".csv", ".json"].iter().any(|end| word.ends_with(end));
            if is_name {
                self.path(word)
            } else {
                word.to_owned()
            }
        });
        let fixed = [
            "rake".to_owned(),
            self.path(sums),
            "--totals".into(),
            self.path(totals),
            "-q".into(),
            "-o".into(),
            output.clone(),
        ];
        let tool =
            Rake::try_parse_from(fixed.into_iter().chain(words)).map_err(ToolError::usage)?;
        let mut console = Console::new(Rake::NAME, tool.common())?;
        let status = tool.run(&mut console)?;
        let text = std::fs::read_to_string(&output).unwrap_or_default();
        Ok(Ran { status, text })
    }

    fn rows(&self, args: &str) -> Vec<BTreeMap<String, String>> {
        rows(&self.run(args).unwrap().text)
    }
}

/// What a run left behind.
#[derive(Debug)]
struct Ran {
    status: ExitStatus,
    text: String,
}

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn people(rows: &[BTreeMap<String, String>]) -> Vec<f64> {
    rows.iter()
        .map(|row| row["population"].parse().unwrap())
        .collect()
}

#[track_caller]
fn assert_near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 1e-9 * expected,
            "{found} is not {expected}"
        );
    }
}

#[test]
fn the_order_of_rows_and_lines_changes_no_value() {
    let bands = ["m,0,5", "m,5,", "f,0,5", "f,5,"];
    let mut sums = Sums::new();
    for (unit, seed) in [("A/U1", 10.0), ("A/U2", 20.5), ("B/U3", 40.25)] {
        for (band, share) in bands.iter().zip([1.0, 3.0, 1.5, 2.5]) {
            sums = sums.row(unit, 2025, band, &(seed * share).to_string());
        }
    }
    let totals = [
        "U1,2025,,,,85,census",
        "U2,2025,,,,160,census",
        "U3,2025,,,,320,census",
        "N,2025,m,,,280,census",
        "N,2025,f,0,5,110,census",
        "N,2025,f,5,,175,census",
    ];
    let folder = Folder::new(&sums, &totals);
    let mut first = folder.rows("");
    sums.0.reverse();
    let mut turned = totals;
    turned.reverse();
    let mut second = Folder::new(&sums, &turned).rows("");
    second.reverse();
    assert_eq!(first, second);
    first.retain(|row| row["org_unit"] == "U3");
    assert!((people(&first).iter().sum::<f64>() - 320.0).abs() < 1e-8);
}

#[test]
fn parents_and_rows_of_everybody_become_sums() {
    let sums = Sums::new()
        .row("A", 2025, "t,,", "101")
        .row("A/U1", 2025, "t,,", "50.1")
        .row("A/U1", 2025, "f,,", "30")
        .row("A/U1", 2025, "m,,", "20")
        .row("A/U2", 2025, "t,,", "50")
        .row("A/U2", 2025, "f,,", "20")
        .row("A/U2", 2025, "m,,", "30");
    let folder = Folder::new(&sums, &["N,2025,,,,200,census"]);
    let rows = folder.rows("");
    assert_near(
        &people(&rows),
        &[200.0, 100.0, 60.0, 40.0, 100.0, 40.0, 60.0],
    );
    assert_eq!(rows[0]["unadjusted"], "101");
    assert_eq!(rows[1]["unadjusted"], "50.1");
    assert_eq!(rows[2]["adjustment"], "raked=census*2.0000");
}

#[test]
fn years_between_totals_lie_on_a_line() {
    let mut sums = Sums::new();
    for year in [2014, 2015, 2018, 2020, 2025, 2030] {
        sums = sums.row("P1", year, "t,,", "1000");
    }
    let folder = Folder::new(&sums, &["N,2015,,,,1100,census", "N,2025,,,,950,census"]);
    let rows = folder.rows("--years linear");
    assert_near(
        &people(&rows),
        &[1100.0, 1100.0, 1055.0, 1025.0, 950.0, 950.0],
    );
    assert_eq!(rows[3]["adjustment"], "raked=census*1.0250,years=linear");
    assert_eq!(rows[1]["adjustment"], "raked=census*1.1000");
    let rows = folder.rows("--years nearest");
    assert_near(
        &people(&rows),
        &[1100.0, 1100.0, 1100.0, 1100.0, 950.0, 950.0],
    );
}

#[test]
fn units_without_totals_are_kept_or_follow_their_parent() {
    let sums = Sums::new()
        .row("A/U1", 2025, "t,,", "100")
        .row("A/U2", 2025, "t,,", "50")
        .row("B/U3", 2025, "t,,", "10");
    let folder = Folder::new(&sums, &["U1,2025,,,,120,census"]);
    let rows = folder.rows("--uncontrolled keep");
    assert_near(&people(&rows), &[120.0, 50.0, 10.0]);
    assert_eq!(rows[1]["adjustment"], "");
    let rows = folder.rows("--uncontrolled parent");
    assert_near(&people(&rows), &[120.0, 60.0, 12.0]);
    assert_eq!(
        rows[2]["adjustment"],
        "raked=census*1.2000,uncontrolled=parent"
    );
}

#[test]
fn a_unit_without_a_value_is_filled_where_that_is_wanted() {
    let sums = guidance().row("P4", 2025, "t,,", "");
    let folder = Folder::new(&sums, &["N,2025,,,,60000,census", "P4,2025,,,,261,census"]);
    let rows = folder.rows("--fill official");
    assert_near(&people(&rows)[3..], &[261.0]);
    assert_near(&[people(&rows).iter().sum()], &[60000.0]);
    assert_eq!(rows[3]["status"], "doubtful");
    assert_eq!(rows[3]["reasons"], "no-geometry;filled");
    assert_eq!(rows[3]["adjustment"], "raked=census*filled");
    assert_eq!(rows[3]["unadjusted"], "");
}

#[test]
fn the_master_level_holds_and_others_give_the_structure() {
    let sums = Sums::new()
        .row("A", 2025, "f,,", "40")
        .row("A", 2025, "m,,", "30")
        .row("B", 2025, "f,,", "35")
        .row("B", 2025, "m,,", "50");
    let totals = [
        "A,2025,,,,100,c",
        "B,2025,,,,100,c",
        "N,2025,f,,,101,c",
        "N,2025,m,,,100,c",
    ];
    let folder = Folder::new(&sums, &totals);
    let people = people(&folder.rows("--master 2 --report report.json"));
    assert_near(
        &[people[0] + people[1], people[2] + people[3]],
        &[100.0, 100.0],
    );
    assert_near(&[people[0] + people[2]], &[101.0 * 200.0 / 201.0]);
    let report: Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    let scales: Vec<f64> = report["blocks"][0]["controls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|control| control["scale"].as_f64().unwrap())
        .collect();
    assert_near(&scales, &[200.0 / 201.0, 200.0 / 201.0, 1.0, 1.0]);
}

#[test]
fn factors_out_of_range_pass_by_range_kind_or_exception() {
    let folder = Folder::new(&guidance(), &["N,2025,,,,59739,c", "P1,2025,,,,30729,c"]);
    let error = folder.run("").unwrap_err().to_string();
    assert!(
        error.contains("Unit P1 (P1): 2025 total of line 3"),
        "{error}"
    );
    folder.run("--factors 0.5..3").unwrap();
    folder.run("--allow factor=3").unwrap();
    assert_eq!(
        folder.run("--allow factor=2.9").unwrap_err().status(),
        ExitStatus::Data
    );
    folder.run("--allow factor").unwrap();
    folder.write("exceptions.csv", "unit,kind,reason\nP1,factor,checked\n");
    folder.run("--exceptions exceptions.csv").unwrap();
}

#[test]
fn an_official_zero_is_refused_by_range_and_empties_with_consent() {
    let sums = Sums::new()
        .row("A", 2025, "f,,", "4")
        .row("A", 2025, "m,,", "6")
        .row("B", 2025, "f,,", "3")
        .row("B", 2025, "m,,", "7");
    let totals = [
        "A,2025,,,,0,c",
        "B,2025,,,,10,c",
        "N,2025,f,,,5,c",
        "N,2025,m,,,5,c",
    ];
    let folder = Folder::new(&sums, &totals);
    assert_eq!(folder.run("").unwrap_err().status(), ExitStatus::Data);
    assert_near(&people(&folder.rows("--allow factor"))[2..], &[5.0, 5.0]);
    assert_eq!(people(&folder.rows("--allow factor"))[..2], [0.0, 0.0]);
}

#[test]
fn raked_sums_are_raked_again_only_with_consent() {
    let folder = Folder::new(&guidance(), &["N,2025,,,,56196,nso2022"]);
    let raked = folder.run("").unwrap().text;
    folder.write("raked.csv", &raked);
    folder.write("second.csv", &format!("{TOTALS}\nN,2025,,,,60000,who\n"));
    let error = folder
        .run_on("raked.csv", "second.csv", "")
        .unwrap_err()
        .to_string();
    assert!(error.contains("raked before, to nso2022"), "{error}");
    let ran = folder
        .run_on("raked.csv", "second.csv", "--allow raked-twice")
        .unwrap();
    let rows = rows(&ran.text);
    assert_eq!(rows[0]["unadjusted"], "10243");
    assert_eq!(
        rows[0]["adjustment"],
        "raked=nso2022*0.9407,raked=who*1.0677"
    );
}

#[test]
fn a_check_writes_the_report_only() {
    let folder = Folder::new(&guidance(), &["N,2025,,,,56196,nso2022"]);
    let ran = folder.run("--check").unwrap();
    assert_eq!(ran.status, ExitStatus::Done);
    let report: Value = serde_json::from_str(&ran.text).unwrap();
    assert_eq!(report["format"], "headcount-raking-report");
    let control = &report["blocks"][0]["controls"][0];
    assert_eq!(control["before"], 59739.0);
    assert_eq!(control["flag"], "");
    let folder = Folder::new(
        &guidance(),
        &["N,2025,,,,5619.6,nso2022", "X,2025,,,,5,nso2022"],
    );
    let ran = folder.run("--check --report-format table").unwrap();
    assert_eq!(ran.status, ExitStatus::CheckFound);
    assert!(
        ran.text.contains("totals.csv: line 3: unit \"X\""),
        "{}",
        ran.text
    );
    let ran = folder
        .run("--check --report report.csv --report-format csv")
        .unwrap();
    assert_eq!(
        (ran.status, ran.text.as_str()),
        (ExitStatus::CheckFound, "")
    );
    assert!(
        folder
            .read("report.csv")
            .starts_with("kind,grid_source,year,line,")
    );
}

#[test]
fn the_report_names_people_in_no_unit_whom_a_national_total_gives_back() {
    let folder = Folder::new(&guidance(), &["N,2025,,,,60000,nso2022"]);
    let level = "{\"level\":2,\"in_no_unit\":261.0}";
    let balance = format!(
        "{{\"format\":\"headcount-balance\",\"rasters\":[{{\"raster\":\"r_t___2025\",\"levels\":[{level}]}}]}}"
    );
    folder.write("balance.json", &balance);
    folder
        .run("--balance balance.json --report report.json")
        .unwrap();
    let report: Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    assert_eq!(report["blocks"][0]["in_no_unit"], 261.0);
    assert!((report["blocks"][0]["given_back"].as_f64().unwrap() - 261.0).abs() < 1e-6);
}
