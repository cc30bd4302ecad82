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

mod groups;
mod projection;
mod reported;
mod totals;
mod units;

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
            ("ouNorthB001", "not-yet-open") => (people, "doubtful,not-yet-open"),
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
