//! The tool as a user runs it, against servers of every release.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::collections::BTreeSet;

use clap::Parser as _;
use dhis2_standin::{Fault, FaultRule, Standin, StandinOptions, Version};
use fetch_values::FetchValues;
use pop_cli::{Console, ExitStatus, Tool as _, ToolError};
use pop_datavalues::DataValueSet;
use serde_json::{Value, json};
use tempfile::TempDir;

mod recorded;

struct Run {
    folder: TempDir,
    url: String,
}

impl Run {
    fn against(standin: &Standin, user: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let password = if user == "admin" {
            "district"
        } else {
            PASSWORD
        };
        std::fs::write(folder.path().join("me.txt"), format!("{user}:{password}")).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let own = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(folder.path().join("me.txt"), own).unwrap();
        }
        Self {
            folder,
            url: standin.url(),
        }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn tool(&self, arguments: &str) -> Result<ExitStatus, ToolError> {
        let (credentials, output) = (self.path("me.txt"), self.path("out.json"));
        let mut line = vec!["fetch-values", "--url", &self.url, "-q", "-o", &output];
        line.extend(["--credentials-file", &credentials]);
        line.extend(arguments.split_whitespace());
        let tool = FetchValues::try_parse_from(line)
            .map_err(|error| ToolError::usage(error.to_string()))?;
        let mut console = Console::new(FetchValues::NAME, tool.common())?;
        tool.run(&mut console)
    }

    fn set(&self, arguments: &str) -> DataValueSet {
        let _ = std::fs::remove_file(self.path("out.json"));
        assert_eq!(self.tool(arguments).unwrap(), ExitStatus::Done);
        let bytes = std::fs::read(self.path("out.json")).unwrap();
        DataValueSet::read(&bytes).unwrap()
    }

    /// Element, period, unit, combo and value of each value, in the order of the output.
    fn lines(&self, arguments: &str) -> Vec<String> {
        let set = self.set(arguments);
        set.values
            .iter()
            .map(|value| {
                let combo = value.category_option_combo.as_deref().unwrap_or("none");
                let combo = if combo == DEFAULT { "default" } else { combo };
                assert_eq!(value.attribute_option_combo.as_deref(), Some(DEFAULT));
                format!(
                    "{} {} {} {combo} {}",
                    value.data_element, value.period, value.org_unit, value.value
                )
            })
            .collect()
    }

    fn failure(&self, arguments: &str) -> ToolError {
        let error = self.tool(arguments).unwrap_err();
        assert!(std::fs::metadata(self.path("out.json")).is_err(), "{error}");
        error
    }
}

const PASSWORD: &str = "Reader-2025";
const DEFAULT: &str = "HllvX50cXC0";

/// A country of two districts, with a facility in one of them.
fn country() -> Value {
    let unit = |id: &str, parent: Option<&str>| {
        let mut unit = json!({"id": id, "name": id, "shortName": id, "code": format!("code {id}"), "openingDate": "2000-01-01"});
        if let Some(parent) = parent {
            unit["parent"] = json!({"id": parent});
        }
        unit
    };
    let element = |id: &str| {
        json!({"id": id, "code": format!("C_{id}"), "name": format!("Name of {id}"), "shortName": id,
            "domainType": "AGGREGATE", "valueType": "INTEGER_ZERO_OR_POSITIVE", "aggregationType": "SUM"})
    };
    let units = ["ouRoot00001", "ouWest00001", "ouEast00001", "ouClinic001"];
    let set = |id: &str, elements: &[&str]| {
        json!({"id": id, "code": id, "name": id, "shortName": id, "periodType": "Yearly", "openFuturePeriods": 10,
            "sharing": {"public": "rwrw----"},
            "organisationUnits": units.map(|id| json!({"id": id})),
            "dataSetElements": elements.iter().map(|id| json!({"dataElement": {"id": id}})).collect::<Vec<_>>()})
    };
    json!({
        "organisationUnits": [unit(units[0], None), unit(units[1], Some(units[0])),
            unit(units[2], Some(units[0])), unit(units[3], Some(units[1]))],
        "dataElements": [element("deTotal0001"), element("deUnder0001"), element("deAlone0001")],
        "dataSets": [set("dsYearly001", &["deTotal0001", "deUnder0001"]), set("dsOther0001", &["deTotal0001"])],
        "users": [{"id": "usReader001", "username": "reader", "password": PASSWORD, "firstName": "R", "surname": "R",
            "userRoles": [{"id": "urReader001"}],
            "organisationUnits": [], "dataViewOrganisationUnits": [{"id": "ouWest00001"}]}],
        "userRoles": [{"id": "urReader001", "name": "reader", "authorities": ["F_VIEW_EVENT_ANALYTICS"]}],
    })
}

fn start(version: Version) -> Standin {
    let standin = Standin::start(StandinOptions {
        bundles: vec![country()],
        context_path: "/dhis".to_owned(),
        ..StandinOptions::new(version)
    })
    .unwrap();
    for (element, period, unit, value) in [
        ("deUnder0001", "2025", "ouWest00001", "20"),
        ("deTotal0001", "2025", "ouWest00001", "100"),
        ("deTotal0001", "2025", "ouEast00001", "300"),
        ("deTotal0001", "2024", "ouEast00001", "290"),
        ("deTotal0001", "2025", "ouClinic001", "0"),
    ] {
        standin.put_value(period, element, unit, None, value, None);
    }
    standin
}

#[test]
fn every_release_gives_the_same_values() {
    for version in Version::ALL {
        let standin = start(version);
        let run = Run::against(&standin, "admin");
        let lines = run.lines("--data-set dsYearly001 --period 2025");
        assert_eq!(
            lines,
            [
                "deTotal0001 2025 ouClinic001 default 0",
                "deTotal0001 2025 ouEast00001 default 300",
                "deTotal0001 2025 ouWest00001 default 100",
                "deUnder0001 2025 ouWest00001 default 20",
            ],
            "{}",
            version.text()
        );
        let element =
            run.lines("--data-element C_deTotal0001 --period 2025,2024 --parent ouEast00001");
        assert_eq!(
            element,
            [
                "deTotal0001 2024 ouEast00001 default 290",
                "deTotal0001 2025 ouEast00001 default 300"
            ],
            "{}",
            version.text()
        );
    }
}

#[test]
fn an_element_of_two_sets_comes_once() {
    for version in [Version::V38, Version::V42, Version::V43] {
        let standin = start(version);
        let run = Run::against(&standin, "admin");
        let both = run.lines("--data-set dsYearly001 --data-set dsOther0001 --period 2025");
        assert_eq!(both.len(), 4);
        assert_eq!(
            run.set("--data-set dsYearly001 --data-set dsOther0001 --period 2025")
                .data_set,
            None
        );
        let one = run.set("--data-set dsOther0001 --period 2025");
        assert_eq!(one.data_set.as_deref(), Some("dsOther0001"));
    }
}

#[test]
fn nothing_stored_is_an_empty_set() {
    for version in Version::ALL {
        let standin = start(version);
        let run = Run::against(&standin, "admin");
        assert!(
            run.set("--data-set dsYearly001 --period 2001")
                .values
                .is_empty()
        );
    }
}

#[test]
fn without_a_parent_it_reads_the_units_that_the_user_may_read_and_needs_no_right_to_write() {
    for version in Version::ALL {
        let standin = start(version);
        let run = Run::against(&standin, "reader");
        let units: BTreeSet<String> = run
            .set("--data-set dsYearly001 --period 2025")
            .values
            .iter()
            .map(|value| value.org_unit.to_string())
            .collect();
        let expected = ["ouClinic001".to_owned(), "ouWest00001".to_owned()];
        assert_eq!(units, BTreeSet::from(expected), "{}", version.text());
        let error = {
            std::fs::remove_file(run.path("out.json")).unwrap();
            run.failure("--data-set dsYearly001 --period 2025 --parent ouEast00001")
        };
        assert_eq!(
            error.status(),
            ExitStatus::Refused,
            "{}: {error}",
            version.text()
        );
        assert!(!error.hints().is_empty(), "{error}");
    }
}

#[test]
fn only_requests_that_read_are_sent() {
    let standin = start(Version::V42);
    Run::against(&standin, "admin").lines("--data-set dsYearly001 --period 2025");
    let requests = standin.requests();
    assert!(!requests.is_empty());
    assert!(requests.iter().all(|request| request.method == "GET"));
}

#[test]
fn an_element_without_a_set_cannot_be_read_on_2_38() {
    let arguments = "--data-element deAlone0001 --period 2025";
    let old = start(Version::V38);
    let error = Run::against(&old, "admin").failure(arguments);
    assert!(
        error.to_string().contains("reads values by data set only"),
        "{error}"
    );
    let next = start(Version::V40);
    assert!(
        Run::against(&next, "admin")
            .set(arguments)
            .values
            .is_empty()
    );
}

#[test]
fn each_end_has_its_status() {
    let standin = start(Version::V42);
    let run = Run::against(&standin, "admin");
    for (arguments, text) in [
        ("--data-set dsYearly001", "no period"),
        (
            "--data-set dsYearly001 --period 202513",
            "not a DHIS2 period",
        ),
        (
            "--data-set nothing --period 2025",
            "no data set \"nothing\"",
        ),
        (
            "--data-set dsYearly001 --period 2025 --parent nowhere",
            "no org unit \"nowhere\"",
        ),
        ("--period 2025", "nothing selected"),
    ] {
        let error = run.failure(arguments);
        assert_eq!(error.status(), ExitStatus::Usage, "{error}");
        assert!(error.to_string().contains(text), "{error}");
    }
    for (fault, status) in [
        (Fault::Refused(403), ExitStatus::Refused),
        (Fault::Refused(503), ExitStatus::Unreachable),
        (Fault::LoginPage, ExitStatus::Refused),
        (
            Fault::Answer("{\"dataValues\":[".into()),
            ExitStatus::Unreachable,
        ),
        (Fault::Answer("{\"other\":[]}".into()), ExitStatus::Data),
    ] {
        let standin = start(Version::V42);
        standin
            .add_fault(FaultRule::first("GET", "dataValueSets", fault.clone()).times(usize::MAX));
        let error = Run::against(&standin, "admin").failure("--data-set dsYearly001 --period 2025");
        assert_eq!(error.status(), status, "{fault:?}: {error}");
    }
}
