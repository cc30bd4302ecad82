//! The tool from its arguments to its files.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::BTreeMap;

use clap::Parser as _;
use compare::Compare;
use pop_cli::{Console, ExitStatus, Tool as _, ToolError};
use tempfile::TempDir;

mod boundaries;
mod coverage;
mod indicators;
mod mixed;
mod refusals;

const HEADER: &str =
    "org_unit,code,name,level,path,raster,source,year,sex,age_from,age_to,population";

/// Sums of districts of one year: `unit,people` or `unit,people,sex,age_from,age_to`.
fn sums(year: i32, source: &str, rows: &[&str]) -> String {
    let mut text = format!("{HEADER}\n");
    for row in rows {
        let fields: Vec<&str> = row.split(',').collect();
        let field = |at: usize| fields.get(at).copied().unwrap_or_default();
        let sex = if field(2).is_empty() { "t" } else { field(2) };
        text.push_str(&format!(
            "{0},c{0},Unit {0},2,/N/{0},r_{sex}_{1}_{2},{source},{year},{sex},{1},{2},{3}\n",
            field(0),
            field(3),
            field(4),
            field(1)
        ));
    }
    text
}

fn grid(year: i32, rows: &[&str]) -> String {
    sums(year, "grid", rows)
}

struct Folder(TempDir);

impl Folder {
    fn new(old: &str, new: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("old.csv", old);
        folder.write("new.csv", new);
        folder
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// Runs the tool on `old.csv` and `new.csv`; names of files are those in the folder.
    fn run(&self, args: &str) -> Result<Ran, ToolError> {
        let is_file = |word: &str| {
            let kinds = [".toml", ".csv", ".geojson"];
            kinds.iter().any(|kind| word.ends_with(kind))
        };
        let words = args.split_whitespace().map(|word| {
            if is_file(word) {
                self.path(word)
            } else {
                word.to_owned()
            }
        });
        self.run_words(&words.collect::<Vec<_>>())
    }

    fn run_words(&self, words: &[String]) -> Result<Ran, ToolError> {
        let output = self.path("out");
        let _ = std::fs::remove_file(&output);
        let fixed = [
            "compare".to_owned(),
            self.path("old.csv"),
            self.path("new.csv"),
            "-q".into(),
            "-o".into(),
            output.clone(),
        ];
        let tool = Compare::try_parse_from(fixed.into_iter().chain(words.iter().cloned()))
            .map_err(ToolError::usage)?;
        let mut console = Console::new(Compare::NAME, tool.common())?;
        let status = tool.run(&mut console)?;
        let text = std::fs::read_to_string(&output).unwrap_or_default();
        Ok(Ran { status, text })
    }

    /// The figures of a run, by unit and people.
    fn figures(&self, args: &str) -> BTreeMap<String, BTreeMap<String, String>> {
        let ran = self.run(args).unwrap();
        let mut reader = csv::Reader::from_reader(ran.text.as_bytes());
        reader
            .deserialize()
            .map(Result::unwrap)
            .filter(|row: &BTreeMap<String, String>| row["measure"] == "figure")
            .map(|row| {
                let key = [
                    &row["org_unit"],
                    &row["sex"],
                    &row["age_from"],
                    &row["age_to"],
                ];
                (key.map(String::as_str).join(" ").trim_end().to_owned(), row)
            })
            .collect()
    }
}

#[derive(Debug)]
struct Ran {
    status: ExitStatus,
    text: String,
}

#[test]
fn every_class_has_its_example() {
    let old = grid(
        2025,
        &[
            "A,10", "B,10", "C,10", "D,0", "E,7", "F,", "G,5", "H,3", "J,0",
        ],
    );
    let new = grid(
        2025,
        &[
            "A,10", "B,11", "C,11.5", "D,4", "E,0", "F,2", "G,", "I,3", "J,",
        ],
    );
    let figures = Folder::new(&old, &new).figures("");
    let classes: Vec<(&str, &str, &str)> = figures
        .iter()
        .map(|(key, row)| (key.as_str(), row["class"].as_str(), row["percent"].as_str()))
        .collect();
    assert_eq!(
        classes,
        [
            ("A t", "same", "0.0"),
            ("B t", "rounding", "10.0"),
            ("C t", "changed", "15.0"),
            ("D t", "from-zero", ""),
            ("E t", "to-zero", "-100.0"),
            ("F t", "gained", ""),
            ("G t", "lost", ""),
            ("H t", "only-old", ""),
            ("I t", "only-new", ""),
            ("J t", "lost", ""),
        ]
    );
}

#[test]
fn growth_is_flagged_at_ten_per_cent_of_the_first_year_and_decline_is_noted() {
    let old = grid(2025, &["A,100", "B,1000", "C,110", "D,30", "E,0"]);
    let new = grid(2026, &["A,110", "B,1099", "C,100", "D,33", "E,50"]);
    let folder = Folder::new(&old, &new);
    let flags: Vec<String> = folder
        .figures("")
        .into_values()
        .map(|row| row["flags"].clone())
        .collect();
    assert_eq!(
        flags,
        [
            "growth +10.0000 % of year 1, threshold 10 %",
            "",
            "decline -9.0909 % of year 1, threshold 0 %",
            "growth +10.0000 % of year 1, threshold 10 %",
            "",
        ]
    );
    assert_eq!(
        folder.run("--fail-on flags").unwrap().status,
        ExitStatus::CheckFound
    );
    folder.write("limits.toml", "growth = 0.2\n");
    let ran = folder
        .run("--fail-on flags --thresholds limits.toml")
        .unwrap();
    assert_eq!(ran.status, ExitStatus::Done);
    assert_eq!(folder.run("").unwrap().status, ExitStatus::CheckFound);
}

#[test]
fn growth_is_that_of_one_source_and_of_one_year() {
    let old = grid(2024, &["A,100", "B,100"]);
    let new = grid(2026, &["A,121", "B,120"]);
    let figures = Folder::new(&old, &new).figures("");
    assert_eq!(
        figures["A t"]["flags"],
        "growth +10.0000 % of year 1, a year, threshold 10 %"
    );
    assert_eq!(figures["B t"]["flags"], "");
    let other = Folder::new(&old, &sums(2026, "census", &["A,121", "B,120"]));
    assert_eq!(other.figures("")["A t"]["flags"], "");
    assert_ne!(other.figures("--allow other-source")["A t"]["flags"], "");
}

#[test]
fn another_source_of_the_same_year_is_flagged_either_way() {
    let old = grid(2025, &["A,100", "B,100", "C,100"]);
    let new = sums(2025, "census", &["A,110", "B,90", "C,109"]);
    let figures = Folder::new(&old, &new).figures("");
    assert_eq!(
        figures["A t"]["flags"],
        "other-source +10.0000 % of old, threshold 10 %"
    );
    assert_eq!(
        figures["B t"]["flags"],
        "other-source -10.0000 % of old, threshold 10 %"
    );
    assert_eq!(figures["C t"]["flags"], "");
}

#[test]
fn a_file_against_itself_is_the_same_in_any_order() {
    let rows = ["A,100", "B,50.5", "C,"];
    let turned = ["C,", "B,50.5", "A,100"];
    let folder = Folder::new(&grid(2025, &rows), &grid(2025, &turned));
    assert_eq!(folder.run("").unwrap().status, ExitStatus::Done);
    assert!(
        folder
            .figures("")
            .values()
            .all(|row| row["class"] == "same")
    );
}

#[test]
fn bands_that_differ_are_merged_to_those_in_common() {
    let old = grid(2025, &["A,10,f,0,80", "A,4,f,80,", "A,1,m,0,"]);
    let new = grid(
        2025,
        &["A,10,f,0,80", "A,2,f,80,90", "A,2,f,90,", "A,1,m,0,"],
    );
    let folder = Folder::new(&old, &new);
    let figures = folder.figures("");
    assert_eq!(figures["A f 80"]["class"], "same");
    assert_eq!(figures.len(), 3);
    let json: serde_json::Value =
        serde_json::from_str(&folder.run("--format json").unwrap().text).unwrap();
    assert_eq!(json["merged_bands"], serde_json::json!(["f 80+"]));
}

#[test]
fn sums_of_a_level_grow_only_where_the_units_are_the_same() {
    let group = |new: &str| {
        let folder = Folder::new(&grid(2025, &["A,100", "B,100"]), new);
        let json: serde_json::Value =
            serde_json::from_str(&folder.run("--format json").unwrap().text).unwrap();
        json["sums"][0].clone()
    };
    let same = group(&grid(2026, &["A,101", "B,103"]));
    assert_eq!(
        (same["old"].as_f64(), same["new"].as_f64()),
        (Some(200.0), Some(204.0))
    );
    assert!((same["percent"].as_f64().unwrap() - 2.0).abs() < 1e-9);
    let other = group(&grid(2026, &["A,101", "C,103"]));
    assert!(other["percent"].is_null());
    assert_eq!(other["class"], "other-units");
}

#[test]
fn a_parent_that_is_not_the_sum_of_its_units_is_flagged() {
    let rows = |parent: &str| {
        format!(
            "{}N,,Nation,1,/N,r_t__,grid,2025,t,,,{parent}\n",
            grid(2025, &["A,100", "B,100"])
        )
    };
    let folder = Folder::new(&rows("200"), &rows("200"));
    assert_eq!(
        folder.run("--fail-on flags").unwrap().status,
        ExitStatus::Done
    );
    let folder = Folder::new(&rows("200"), &rows("201"));
    let ran = folder.run("--fail-on flags").unwrap();
    assert_eq!(ran.status, ExitStatus::CheckFound);
    assert!(ran.text.contains("parent-sum +1 people"), "{}", ran.text);
}

#[test]
fn a_change_of_raked_sums_is_split_into_grid_and_adjustment() {
    let head = format!("{HEADER},rows,adjustment,unadjusted\n");
    let row = |people: &str, factor: &str, before: &str| {
        format!("{head}A,,,2,/N/A,r,grid,2025,t,,,{people},1,raked=c*{factor},{before}\n")
    };
    let folder = Folder::new(&row("110", "1.1000", "100"), &row("126", "1.2000", "105"));
    let figures = folder.figures("");
    assert_eq!(figures["A t"]["grid_difference"], "5.0");
    assert_eq!(figures["A t"]["adjustment_difference"], "11.0");
}

#[test]
fn data_values_are_matched_by_their_whole_key() {
    let set = |first: &str, second: &str| {
        let value = |unit: &str, combo: &str, value: &str| {
            format!(
                "{{\"dataElement\":\"de\",\"period\":\"2025\",\"orgUnit\":\"{unit}\",\"categoryOptionCombo\":\"{combo}\",\"value\":\"{value}\"}}"
            )
        };
        format!(
            "{{\"dataValues\":[{},{}]}}",
            value("A", "x", first),
            value("A", "y", second)
        )
    };
    let folder = Folder::new(&set("100", "5"), &set("112", "5"));
    let ran = folder.run("").unwrap();
    assert_eq!(ran.status, ExitStatus::CheckFound);
    assert!(
        ran.text.contains("other-source +12.0000 % of old"),
        "{}",
        ran.text
    );
    assert_eq!(ran.text.matches(",same,").count(), 1);
}

#[test]
fn names_with_escapes_are_safe_in_a_table() {
    let old = grid(2025, &["A,100"]).replace("Unit A", "Unit \u{1b}[31mA");
    let folder = Folder::new(&old, &old.replace(",100", ",120"));
    let text = folder.run("--format table").unwrap().text;
    assert!(text.contains("+20.0000"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_table_shows_the_largest_of_many_differences() {
    let rows = |factor: u32| -> Vec<String> {
        (1..=2000_u32)
            .map(|unit| format!("u{unit:05},{}", unit * 100 + factor * unit))
            .collect()
    };
    let (old, new) = (rows(0), rows(5));
    let text = |rows: &[String]| grid(2025, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let folder = Folder::new(&text(&old), &text(&new));
    let table = folder.run("--format table").unwrap().text;
    assert!(
        table.contains("and 1,900 figures with smaller changes: 1,900 changed on level 2"),
        "{table}"
    );
    assert!(table.lines().count() < 120);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn real_growth_is_that_of_the_reference() {
    let file = std::fs::read(testdata::dir().join("rake/compare-growth.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(file.as_slice());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    for (country, percent) in [("sle", 2.032453704896109), ("lka", 0.616842193409628)] {
        let of: Vec<_> = rows
            .iter()
            .filter(|row| row["country"] == country)
            .collect();
        let side = |year: &str, people: &str| {
            let lines: Vec<String> = of
                .iter()
                .map(|row| format!("{},{}", row["unit"], row[people]))
                .collect();
            grid(
                of[0][year].parse().unwrap(),
                &lines.iter().map(String::as_str).collect::<Vec<_>>(),
            )
        };
        let folder = Folder::new(&side("old_year", "old"), &side("new_year", "new"));
        let figures = folder.figures("");
        for row in &of {
            let found: f64 = figures[&format!("{} t", row["unit"])]["percent"]
                .parse()
                .unwrap();
            let expected: f64 = row["of_year_1_percent"].parse().unwrap();
            assert!((found - expected).abs() < 1e-6, "{}: {found}", row["name"]);
        }
        assert!(figures.values().all(|row| row["flags"].is_empty()));
        let json: serde_json::Value =
            serde_json::from_str(&folder.run("--format json").unwrap().text).unwrap();
        assert!((json["sums"][0]["percent"].as_f64().unwrap() - percent).abs() < 1e-6);
        assert_eq!(
            folder.run("--fail-on flags").unwrap().status,
            ExitStatus::Done
        );
    }
}
