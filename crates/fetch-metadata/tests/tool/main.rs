//! The tool as a user runs it, against servers of every release and of none.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use clap::Parser as _;
use dhis2_standin::{Fault, FaultRule, Standin, StandinOptions, Version};
use fetch_metadata::FetchMetadata;
use pop_cli::{Console, ExitStatus, Tool as _, ToolError};
use pop_datavalues::Metadata;
use serde_json::Value;
use tempfile::TempDir;

struct Run {
    folder: TempDir,
    url: String,
}

impl Run {
    fn against(url: &str) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("me.txt"), "admin:district").unwrap();
        Self {
            folder,
            url: url.to_owned(),
        }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn tool(&self, arguments: &[&str]) -> Result<ExitStatus, ToolError> {
        let (credentials, output) = (self.path("me.txt"), self.path("out.json"));
        let mut line = vec!["fetch-metadata", "--url", &self.url, "-q", "-o", &output];
        line.extend(["--credentials-file", &credentials]);
        line.extend(arguments);
        let tool = FetchMetadata::try_parse_from(line)
            .map_err(|error| ToolError::usage(error.to_string()))?;
        let mut console = Console::new(FetchMetadata::NAME, tool.common())?;
        tool.run(&mut console)
    }

    fn document(&self, arguments: &[&str]) -> Metadata {
        assert_eq!(self.tool(arguments).unwrap(), ExitStatus::Done);
        let bytes = std::fs::read(self.path("out.json")).unwrap();
        Metadata::read(&bytes).unwrap()
    }

    fn failure(&self, arguments: &[&str]) -> ToolError {
        let error = self.tool(arguments).unwrap_err();
        assert!(std::fs::metadata(self.path("out.json")).is_err(), "{error}");
        let said = format!("{error} {:?}", error.hints());
        assert!(!said.contains("district"), "{said}");
        error
    }
}

/// The packages of the recorded servers.
fn bundles() -> Vec<Value> {
    let folder = testdata::dir().join("dhis2-recordings/setup");
    let names = [
        "1-orgunits.json",
        "2-population-package.json",
        "3-other-metadata.json",
    ];
    let read = |name| serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap();
    names.into_iter().map(read).collect()
}

fn start(version: Version, bundles: &[Value]) -> Standin {
    Standin::start(StandinOptions {
        bundles: bundles.to_vec(),
        context_path: "/dhis".to_owned(),
        ..StandinOptions::new(version)
    })
    .unwrap()
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn every_release_gives_a_document() {
    let bundles = bundles();
    for version in Version::ALL {
        let standin = start(version, &bundles);
        let run = Run::against(&standin.url());
        let document = run.document(&["--data-set", "WP_POP", "--data-element", "dePopTot001"]);
        assert_eq!(document.data_sets.len(), 1, "{}", version.text());
        assert_eq!(document.data_elements.len(), 2);
        assert_eq!(document.dhis2_version, version.text());
    }
}

#[test]
fn without_a_selection_the_data_sets_are_shown() {
    let standin = start(Version::V43, &[]);
    let error = Run::against(&standin.url()).failure(&[]);
    assert_eq!(error.status(), ExitStatus::Usage);
    assert!(error.hints()[0].contains("--data-set"));
}

#[test]
fn each_end_has_its_status() {
    let standin = start(Version::V42, &[]);
    let run = Run::against(&standin.url());
    let unknown = run.failure(&["--data-set", "nothing"]);
    assert_eq!(unknown.status(), ExitStatus::Usage, "{unknown}");
    let gone = Run::against("http://127.0.0.1:1").failure(&["--data-set", "x"]);
    assert_eq!(gone.status(), ExitStatus::Unreachable);
    std::fs::write(run.path("me.txt"), "admin:wrong-district").unwrap();
    assert_eq!(
        run.failure(&["--data-set", "x"]).status(),
        ExitStatus::Refused
    );
    std::fs::write(run.path("me.txt"), "two\nlines of district").unwrap();
    assert_eq!(
        run.failure(&["--data-set", "x"]).status(),
        ExitStatus::Usage
    );
    std::fs::remove_file(run.path("me.txt")).unwrap();
    assert_eq!(run.failure(&["--data-set", "x"]).status(), ExitStatus::Io);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn every_fault_ends_as_it_should() {
    let bundles = bundles();
    let faults = [
        (Fault::LoginRedirect, ExitStatus::Refused),
        (Fault::LoginPage, ExitStatus::Refused),
        (Fault::Refused(403), ExitStatus::Refused),
        (Fault::TooMany { seconds: 3600 }, ExitStatus::Unreachable),
        (Fault::Empty, ExitStatus::Refused),
        (Fault::Answer("[1".into()), ExitStatus::Data),
        (Fault::Answer("{}".into()), ExitStatus::Data),
    ];
    for version in [Version::V38, Version::V41, Version::V43] {
        for path in [
            "dataSets.json",
            "categoryCombos.json",
            "organisationUnits.json",
        ] {
            for (fault, status) in &faults {
                let standin = start(version, &bundles);
                standin.add_fault(FaultRule::first("GET", path, fault.clone()).times(usize::MAX));
                let error = Run::against(&standin.url()).failure(&["--data-set", "WP_POP"]);
                assert_eq!(error.status(), *status, "{path} {fault:?}: {error}");
            }
        }
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn replies_made_to_hurt_end_the_tool_and_nothing_else() {
    let (dir, bundles) = (testdata::dir(), bundles());
    for entry in std::fs::read_dir(dir.join("hostile/http")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        // Those that ask to come again are met in the transport's own tests, without the wait.
        if name.starts_with("retry-after-")
            || name.starts_with("status-50")
            || name.contains("cut")
            || name == "length-huge"
        {
            continue;
        }
        let reply = std::fs::read(&path).unwrap();
        for asked in [
            "system/info",
            "me",
            "dataSets",
            "categoryCombos",
            "organisationUnits",
        ] {
            // A server may call itself by any version.
            if name.starts_with("version-") && asked == "system/info" {
                continue;
            }
            let standin = start(Version::V42, &bundles);
            let rule = FaultRule::first("GET", asked, Fault::Raw(reply.clone()));
            standin.add_fault(rule.times(usize::MAX));
            let run = Run::against(&standin.url());
            let Err(error) = run.tool(&["--data-set", "WP_POP"]) else {
                panic!("{name} at {asked}: taken for an answer");
            };
            assert!(
                matches!(
                    error.status(),
                    ExitStatus::Refused | ExitStatus::Unreachable | ExitStatus::Data
                ),
                "{name} at {asked}: {error}"
            );
        }
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn everything_is_there_with_the_units_of_a_level() {
    let bundles = bundles();
    for version in Version::ALL {
        let standin = start(version, &bundles);
        let run = Run::against(&standin.url());
        let document = run.document(&["--all", "--level", "2"]);
        assert!(document.complete);
        assert!(document.data_sets.len() > 3, "{version:?}");
        let set = document.data_set("WP_POP").unwrap();
        assert!(!set.data_set_elements.is_empty());
        assert!(document.data_element("WP_POP_TOT").is_ok());
        assert!(document.category_option("coSexF00001").is_some());
        let level_2 = |path: &&str| path.matches('/').count() == 2;
        let paths = document.org_units.iter().map(|unit| unit.path.as_str());
        assert_eq!(paths.filter(level_2).count(), 13);
    }
}
