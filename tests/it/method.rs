//! The Makefile as method section: a run folder in steps, resumable, closed by its receipt.

use std::path::PathBuf;
use std::process::{Command, Output};

use crate::sample::Sample;
use crate::support::{binary, root};

struct Run<'a> {
    sample: &'a Sample,
    runs: PathBuf,
}

impl Run<'_> {
    fn make(&self, goal: &str, more: &[&str]) -> Output {
        let mut command = Command::new("make");
        self.sample.set_server(&mut command);
        command
            .current_dir(root())
            .args(["--no-print-directory", "-j2", goal])
            .args(["COUNTRY=XSC", "YEAR=2025"])
            .arg(format!("RASTER={}", self.sample.raster()))
            .arg(format!("RUNS={}", self.runs.display()))
            .arg(format!(
                "BIN={}",
                binary("push").parent().unwrap().display()
            ))
            .args(more)
            .env_remove("MAKEFLAGS")
            .env_remove("MAKELEVEL")
            .output()
            .unwrap()
    }

    #[track_caller]
    fn made(&self, goal: &str) -> String {
        let output = self.make(goal, &[]);
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "make {goal}:\n{said}");
        said
    }

    fn has(&self, name: &str) -> bool {
        self.runs.join("XSC-2025-R2025A").join(name).exists()
    }
}

#[test]
fn a_run_is_made_in_steps_and_closed_by_its_receipt() {
    let sample = Sample::ready();
    let run = Run {
        sample: &sample,
        runs: sample.path().join("runs"),
    };

    let said = run.made("sums");
    assert!(
        said.contains("clip-raster") && said.contains("zonal-sum"),
        "{said}"
    );
    for file in [
        "sums.csv",
        "balance.json",
        "raster.tif",
        "sums.provenance.json",
    ] {
        assert!(run.has(file), "{file}");
    }
    let said = run.made("sums");
    assert!(!said.contains("zonal-sum -r"), "made again: {said}");

    let refused = run.make("datavalues", &["EXCEPTIONS="]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(!run.has("datavalues.json"));

    run.made("plan");
    assert!(run.has("plan.json") && run.has("plan.csv"));
    assert!(sample.stored().is_empty(), "a plan writes nothing");

    run.made("push");
    assert!(run.has("receipt.json"));
    assert_eq!(sample.stored().len(), 6);

    let closed = run.make("sums", &[]);
    assert_eq!(closed.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&closed.stderr).contains("holds a receipt and is closed"));
    run.made("push");
    assert_eq!(sample.stored().len(), 6);
}

#[test]
fn a_plan_with_refusals_is_kept_for_reading_and_made_again() {
    let sample = Sample::ready();
    let run = Run {
        sample: &sample,
        runs: sample.path().join("runs"),
    };
    run.made("datavalues");
    sample.close_unit("sRE4DiyLDfD", Some("2020-01-01"));
    for _ in 0..2 {
        let refused = run.make("plan", &[]);
        assert_eq!(refused.status.code(), Some(2));
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(
            said.contains("Error 1") && said.contains("closed"),
            "{said}"
        );
        assert!(!run.has("plan.json"), "it could be pushed");
        assert!(run.has("refused-plan.json") && run.has("plan.csv"));
    }
    sample.close_unit("sRE4DiyLDfD", None);
    run.made("plan");
    assert!(run.has("plan.json") && !run.has("refused-plan.json"));
}

#[test]
fn org_units_are_fetched_again_only_on_request() {
    let sample = Sample::ready();
    let run = Run {
        sample: &sample,
        runs: sample.path().join("runs"),
    };
    run.made("orgunits");
    let said = run.made("orgunits");
    assert!(!said.contains("fetch-orgunits"), "{said}");
    let said = run.made("refresh-orgunits");
    assert!(said.contains("no unit changed"), "{said}");

    // An older file in which a district was elsewhere, had another name, or was not there yet.
    let units = run.runs.join("XSC/orgunits.geojson");
    let text = std::fs::read_to_string(&units).unwrap();
    let mut older: serde_json::Value = serde_json::from_str(&text).unwrap();
    let features = older["features"].as_array_mut().unwrap();
    let last = features.len() - 1;
    features[last]["id"] = "AbCdEfGhIjK".into();
    features[last]["properties"]["path"] = "/ua0XKdzB41j/AbCdEfGhIjK".into();
    features[last - 1]["geometry"] = serde_json::Value::Null;
    std::fs::write(&units, older.to_string()).unwrap();
    let said = run.made("refresh-orgunits");
    for word in ["new", "gone", "redrawn"] {
        assert!(said.contains(word), "no {word} in {said}");
    }
    assert_eq!(std::fs::read_to_string(&units).unwrap(), text);
}
