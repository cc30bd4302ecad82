//! Cases rebuilt from public bug reports, with their right answers.

use std::path::PathBuf;

use dhis2_standin::{Standin, StandinOptions, Version};
use serde_json::Value;

use crate::support::{Ran, tool};

const UNITS: [&str; 4] = ["kBUZkKpJ1HA", "JvLJvStm1We", "xmqaNvyeyZF", "KtQxlmrapKN"];
const TOTAL: &str = "dePopTot001";

fn case(path: &str) -> PathBuf {
    testdata::dir().join("reported/dhis2").join(path)
}

/// A stand-in on 1 March 2026 with a package, and a folder to run `push` in.
struct Server {
    standin: Standin,
    folder: tempfile::TempDir,
}

impl Server {
    fn new(version: Version, package: &str) -> Self {
        let bundle: Value = serde_json::from_slice(&std::fs::read(case(package)).unwrap()).unwrap();
        let standin = Standin::start(StandinOptions {
            bundles: vec![bundle],
            today: "2026-03-01".parse().unwrap(),
            ..StandinOptions::new(version)
        })
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self { standin, folder }
    }

    fn push(&self, credentials: &str, args: &[&str], set: &str) -> Ran {
        std::fs::write(self.folder.path().join("me.txt"), credentials).unwrap();
        tool("push")
            .folder(self.folder.path())
            .env("DHIS2_URL", self.standin.url())
            .env("DHIS2_CREDENTIALS_FILE", "me.txt")
            .args(["--patience", "0"])
            .args(args.iter().copied())
            .arg(case(set).display().to_string())
            .run()
    }

    fn stored(&self) -> Vec<Option<String>> {
        UNITS
            .iter()
            .map(|unit| self.standin.value("2025", TOTAL, unit))
            .collect()
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn values_left_out_by_consent_are_counted_as_left_out() {
    for version in [Version::V42, Version::V43] {
        let server = Server::new(version, "C26/q.json");
        let allow = ["--allow", "outside-capture"];
        let plan = server
            .push("one:Secret-123", &allow, "C26/v.json")
            .expect(0);
        let json: Value = serde_json::from_slice(&plan.stdout).unwrap();
        assert_eq!(json["counts"]["new"], 1, "{version:?}: {}", plan.stderr);
        assert_eq!(json["counts"]["left-out"], 3, "{version:?}");
        assert_eq!(json["leftOut"][0]["consent"], "left-out");
        let plan = plan.says("1 new, 3 left out");
        assert!(
            plan.stderr.contains(": 4,000 sent, 8,000 left out"),
            "{}",
            plan.stderr
        );
        let commit = [&allow[..], &["--commit", "--receipt", "r.json"]].concat();
        server
            .push("one:Secret-123", &commit, "C26/v.json")
            .expect(0);
        assert_eq!(server.stored().iter().flatten().count(), 1, "{version:?}");
        // A later plan says the same three of them.
        server
            .push("one:Secret-123", &allow, "C26/v.json")
            .expect(0)
            .says("1 same, 3 left out");
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn values_kept_as_someone_elses_are_not_counted_as_sent() {
    let server = Server::new(Version::V43, "C16/package.json");
    for unit in &UNITS[..2] {
        server
            .standin
            .put_value("2025", TOTAL, unit, None, "3500", Some("census"));
    }
    let plan = server.push("admin:district", &[], "C16/v.json").expect(0);
    // The totals are wrapped to the width of the table.
    let said: Vec<&str> = plan.stderr.split_whitespace().collect();
    let said = said.join(" ");
    for words in [
        ": 4,000 sent, 8,000 not sent, to keep someone else's values",
        "--replace-others",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_set_without_a_data_set_gets_the_names_of_those_that_hold_it() {
    for (version, args) in [
        (Version::V43, &[][..]),
        (Version::V42, &[]),
        (Version::V42, &["--no-data-set"]),
    ] {
        let server = Server::new(version, "C19/package.json");
        let ran = server.push("admin:district", args, "C19/ocs.json");
        if args.is_empty() {
            let ran = ran.expect_nothing(3);
            for words in [
                "2 hold all its data elements",
                "Population (",
                "Population second (",
                "--data-set",
            ] {
                assert!(
                    ran.stderr.contains(words),
                    "{version:?} {words}: {}",
                    ran.stderr
                );
            }
        } else {
            assert!(!ran.stderr.contains("is in no data set"), "{}", ran.stderr);
        }
    }
}

fn check(args: &[String]) -> Ran {
    tool("to-datavalueset")
        .args(args.iter().cloned())
        .arg("--check")
        .run()
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn another_calendar_passes_once_its_periods_are_given() {
    for (calendar, year) in [("ethiopian", "2017"), ("nepali", "2081")] {
        let folder = tempfile::tempdir().unwrap();
        let text = std::fs::read_to_string(case("C12/map.toml")).unwrap();
        let map = |name: &str, year: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text.replace("2017", year)).unwrap();
            path.display().to_string()
        };
        let run = |map: String| {
            let metadata = case(&format!("C12/m-{calendar}-Yearly.json"));
            check(&[
                case("C12/s25.csv").display().to_string(),
                "--mapping".into(),
                map,
                "--metadata".into(),
                metadata.display().to_string(),
            ])
        };
        run(map("right.toml", year)).expect(0);
        let wrong = run(map("wrong.toml", "2025"));
        assert_eq!(wrong.status, 1, "{}", wrong.stderr);
        let hint = format!("2025 = \"{year}\"");
        assert!(wrong.stderr.contains(&hint), "{calendar}: {}", wrong.stderr);
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_check_gives_the_hints_that_push_gives() {
    let ran = check(&[
        case("C13/s2026.csv").display().to_string(),
        "--data-element".into(),
        "POP_TOT".into(),
        "--metadata".into(),
        case("C13/meta.json").display().to_string(),
    ]);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("data input periods, or widen its dates (Maintenance app, Data sets)"),
        "{}",
        ran.stderr
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn option_combos_that_are_double_or_missing_get_their_own_hints() {
    for (metadata, hint) in [
        ("C07/m-dup.json", "category_option_combo = "),
        ("C07/m-part.json", "maintenance of category option combos"),
    ] {
        let ran = check(&[
            case("C01/sums.csv").display().to_string(),
            "--mapping".into(),
            case("C07/map.toml").display().to_string(),
            "--metadata".into(),
            case(metadata).display().to_string(),
        ]);
        assert_ne!(ran.status, 0, "{metadata}");
        assert!(ran.stderr.contains(hint), "{metadata}: {}", ran.stderr);
    }
}
