//! `push` as users run it: statuses, last lines, and being killed at any moment.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use dhis2_standin::{Fault, FaultRule, Standin, StandinOptions, Version};
use serde_json::{Value, json};

use crate::support::{Run, binary, guarded, tool, write_credentials};

mod at_once;
mod kills;
#[cfg(target_os = "linux")]
mod large;
mod replies;
mod reported;

const SET: &str = "dsPopYear01";
const TOTAL: &str = "dePopTot001";
const DISTRICTS: usize = 12;

/// Districts below one root, and a yearly data set for them, on a server.
struct Country {
    server: Standin,
    folder: tempfile::TempDir,
}

fn district(number: usize) -> String {
    format!("ouDist{number:05}")
}

fn package() -> Value {
    let unit = |id: &str| json!({"id": id, "name": id, "shortName": id, "openingDate": "2000-01-01", "parent": {"id": "ouRoot00001"}});
    let mut units = vec![
        json!({"id": "ouRoot00001", "name": "Country", "shortName": "Country", "openingDate": "2000-01-01"}),
    ];
    units.extend((1..=DISTRICTS).map(|number| unit(&district(number))));
    let assigned: Vec<Value> = (1..=DISTRICTS)
        .map(|number| json!({"id": district(number)}))
        .collect();
    json!({
        "organisationUnits": units,
        "dataElements": [{"id": TOTAL, "name": "Population", "shortName": "Population", "domainType": "AGGREGATE",
            "valueType": "INTEGER_ZERO_OR_POSITIVE", "aggregationType": "AVERAGE_SUM_ORG_UNIT", "zeroIsSignificant": true}],
        "dataSets": [{"id": SET, "name": "Population", "shortName": "Population", "periodType": "Yearly", "openFuturePeriods": 5, "expiryDays": 0,
            "dataSetElements": [{"dataSet": {"id": SET}, "dataElement": {"id": TOTAL}}], "organisationUnits": assigned}],
    })
}

fn values(first: usize) -> Value {
    let comment = "headcount source=worldpop-global2;R2025A;CN;1km;UA;v1 method=fraction reference=2025-01-01";
    let values: Vec<Value> = (1..=DISTRICTS)
        .map(|number| json!({"dataElement": TOTAL, "period": "2025", "orgUnit": district(number), "value": (first + number).to_string(), "comment": comment}))
        .collect();
    json!({"dataSet": SET, "dataValues": values})
}

impl Country {
    fn new(version: Version, faults: Vec<FaultRule>) -> Self {
        let server = Standin::start(StandinOptions {
            bundles: vec![package()],
            faults,
            ..guarded(version)
        })
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let country = Self { server, folder };
        write_credentials(&country.path("credentials"));
        std::fs::write(country.path("values.json"), values(100).to_string()).unwrap();
        country
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn push(&self) -> Run {
        tool("push")
            .folder(self.folder.path())
            .env("DHIS2_URL", self.server.url())
            .env("DHIS2_CREDENTIALS_FILE", "credentials")
            .args(["--patience", "0"])
    }

    /// The command that writes `values.json` in parts of two.
    fn commit(&self) -> Run {
        self.push().args([
            "--batch-size",
            "2",
            "--commit",
            "--receipt",
            "r.json",
            "values.json",
        ])
    }

    fn stored(&self) -> Vec<Option<String>> {
        (1..=DISTRICTS)
            .map(|number| self.server.value("2025", TOTAL, &district(number)))
            .collect()
    }

    fn receipt(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.path("r.json")).unwrap()).unwrap()
    }
}

fn expected() -> Vec<Option<String>> {
    (1..=DISTRICTS)
        .map(|number| Some((100 + number).to_string()))
        .collect()
}

fn last_line(stderr: &str) -> &str {
    stderr.trim_end().lines().last().unwrap_or("")
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn thirteen_real_districts_go_there_and_back_in_every_version() {
    let data = testdata::dir();
    let setup = |name: &str| -> Value {
        serde_json::from_slice(
            &std::fs::read(data.join("dhis2-recordings/setup").join(name)).unwrap(),
        )
        .unwrap()
    };
    let units = std::fs::read(data.join("orgunits/sierra-leone-districts.geojson")).unwrap();
    let units: Value = serde_json::from_slice(&units).unwrap();
    let ids: Vec<&str> = units["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| feature["id"].as_str().unwrap())
        .collect();
    let values: Vec<Value> = ids
        .iter()
        .map(|id| json!({"dataElement": TOTAL, "period": "2025", "orgUnit": id, "value": "600000"}))
        .collect();
    for version in Version::ALL {
        let server = Standin::start(StandinOptions {
            bundles: vec![setup("1-orgunits.json"), setup("2-population-package.json")],
            ..guarded(version)
        })
        .unwrap();
        let country = Country {
            server,
            folder: tempfile::tempdir().unwrap(),
        };
        write_credentials(&country.path("credentials"));
        let set = json!({"dataSet": SET, "dataValues": values}).to_string();
        // From stdin, as at the end of the pipeline.
        let ran = country.push().stdin(set.clone()).run().expect(0);
        let plan: Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert_eq!(plan["counts"]["new"], 13);
        assert!(
            last_line(&ran.stderr).ends_with("nothing was written"),
            "{}",
            ran.stderr
        );
        let ran = country
            .push()
            .args(["--commit", "--receipt", "r.json"])
            .stdin(set)
            .run()
            .expect(0);
        assert!(ran.stdout.is_empty());
        assert_eq!(
            last_line(&ran.stderr),
            "push: written: 13 stored and read back; receipt r.json"
        );
        assert_eq!(country.server.values().len(), 13, "{version}");
        country.push().args(["--verify", "r.json"]).run().expect(0);
        country
            .push()
            .args(["--undo", "r.json", "--commit", "--receipt", "u.json"])
            .run()
            .expect(0);
        assert!(country.server.values().is_empty(), "{version}");
        assert_eq!(country.server.most_imports_at_once(), 1);
    }
}

#[test]
fn each_exit_status_means_what_it_says() {
    let country = Country::new(Version::V43, Vec::new());
    // 1: a plan with a refusal.
    let mut wrong = values(100);
    wrong["dataValues"][3]["orgUnit"] = json!("ouNoSuch001");
    let ran = country.push().stdin(wrong.to_string()).run().expect(1);
    assert!(
        ran.stderr.contains("unassigned-unit") && ran.stderr.contains("hint:"),
        "{}",
        ran.stderr
    );
    // The refused values can be left out by name, and the others go.
    let left = country
        .push()
        .args(["--allow", "unassigned-unit"])
        .stdin(wrong.to_string())
        .run();
    left.expect(0);
    // 2: usage.
    country
        .push()
        .args(["--commit", "values.json"])
        .run()
        .expect_nothing(2);
    country
        .push()
        .args(["--allow", "everything", "values.json"])
        .run()
        .expect_nothing(2);
    // 3: no data value set.
    country
        .push()
        .stdin("{\"dataValues\":[")
        .run()
        .expect_nothing(3);
    country.push().stdin("").run().expect_nothing(3);
    // 4: nowhere to put the receipt.
    country
        .push()
        .args([
            "--commit",
            "--receipt",
            "no/such/folder/r.json",
            "values.json",
        ])
        .run()
        .expect_nothing(4);
    // 5: refused as a whole.
    country
        .server
        .add_fault(FaultRule::import(Fault::Refused(403)));
    let ran = country.commit().run().expect_nothing(5);
    assert!(
        last_line(&ran.stderr).starts_with("push: nothing: 0 stored"),
        "{}",
        ran.stderr
    );
    assert_eq!(country.receipt()["outcome"], "nothing");
    // 7: some of it is there.
    country
        .server
        .add_fault(FaultRule::import(Fault::Refused(403)).after(2));
    let ran = country.commit().run().expect_nothing(7);
    assert!(
        last_line(&ran.stderr).starts_with("push: partly: 4 stored"),
        "{}",
        ran.stderr
    );
    // Another payload does not touch the open run.
    std::fs::write(country.path("other.json"), values(500).to_string()).unwrap();
    country
        .push()
        .args(["--commit", "--receipt", "r.json", "other.json"])
        .run()
        .expect_nothing(2);
    // 0: the same command goes on.
    let ran = country.commit().run().expect_nothing(0);
    assert!(
        last_line(&ran.stderr).starts_with("push: written: 12 stored"),
        "{}",
        ran.stderr
    );
    assert_eq!(country.stored(), expected());
    // 6: nobody there.
    let url = country.server.url();
    let folder = country.folder;
    drop(country.server);
    tool("push")
        .folder(folder.path())
        .env("DHIS2_URL", url)
        .env("DHIS2_CREDENTIALS_FILE", "credentials")
        .args(["--patience", "0", "values.json"])
        .run()
        .expect_nothing(6);
}

/// Runs the command again until it is done, and looks whether all is as if it had not been disturbed.
fn resume(country: &Country, what: &str) {
    for _ in 0..3 {
        if country.commit().run().status == 0 {
            assert_eq!(country.stored(), expected(), "{what}");
            assert_eq!(country.receipt()["outcome"], "written", "{what}");
            assert_eq!(country.server.most_imports_at_once(), 1, "{what}");
            assert!(!country.path("r.json.journal").exists(), "{what}");
            // Whatever was written before the kill is known as ours: it can be taken back.
            country
                .push()
                .args(["--undo", "r.json", "--commit", "--receipt", "u.json"])
                .run()
                .expect(0);
            assert_eq!(country.stored(), vec![None; DISTRICTS], "{what}: undone");
            return;
        }
    }
    panic!("{what}: not done after three runs");
}

fn disturbed(command: &mut Command, country: &Country) -> std::process::Child {
    command
        .current_dir(country.folder.path())
        .env("DHIS2_URL", country.server.url())
        .env("DHIS2_CREDENTIALS_FILE", "credentials")
        .args([
            "--patience",
            "0",
            "--batch-size",
            "2",
            "--commit",
            "--receipt",
            "r.json",
            "values.json",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
#[cfg(unix)]
fn a_stop_asked_for_is_heeded_between_two_requests() {
    let country = Country::new(
        Version::V42,
        vec![FaultRule::import(Fault::Late { pause: 300 }).times(100)],
    );
    let mut child = disturbed(&mut Command::new(binary("push")), &country);
    while country.stored().iter().flatten().count() < 4 {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(
        Command::new("kill")
            .arg("-INT")
            .arg(child.id().to_string())
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(7));
    assert_eq!(country.receipt()["outcome"], "partly");
    assert!(country.stored().iter().any(Option::is_none));
    resume(&country, "after SIGINT");
}

/// The receipt of a run that was killed before it could finish it.
const OPEN_RECEIPT: &str = "{\"receipt\":1,\"outcome\":\"open\"}";

#[test]
fn a_stopped_run_is_taken_back_from_its_journal() {
    let country = Country::new(Version::V43, Vec::new());
    country
        .server
        .add_fault(FaultRule::import(Fault::CrashAfter(0)).after(2));
    let ran = country
        .push()
        .args([
            "--batch-size",
            "2",
            "--commit",
            "--receipt",
            "r.json",
            "values.json",
        ])
        .run()
        .expect(7);
    assert!(
        ran.stderr.contains("run the same command again"),
        "{}",
        ran.stderr
    );
    country.server.revive();
    let written = country.stored().iter().flatten().count();
    assert!((1..DISTRICTS).contains(&written), "{written}");
    // A value that someone else wrote meanwhile is kept.
    let touched = country.stored().iter().position(Option::is_some).unwrap() + 1;
    country
        .server
        .put_value("2025", TOTAL, &district(touched), None, "7777", None);
    let undo = || {
        country
            .push()
            .args(["--undo", "r.json", "--commit", "--receipt", "u.json"])
            .run()
    };
    // As a kill leaves them: the receipt as it was begun, the journal without its closing line.
    std::fs::write(country.path("r.json"), OPEN_RECEIPT).unwrap();
    let journal = country.path("r.json.journal");
    let text = std::fs::read_to_string(&journal).unwrap();
    let (open, close) = text.trim_end().rsplit_once('\n').unwrap();
    assert!(close.contains("close"), "{close}");
    std::fs::write(&journal, format!("{open}\n")).unwrap();
    undo().expect(0).says("stopped before its end");
    let mut left = vec![None; DISTRICTS];
    left[touched - 1] = Some("7777".to_owned());
    assert_eq!(country.stored(), left);
    undo().expect(0).says("nothing is left to do");
    // Nor does the command of the stopped run write again.
    assert!(!journal.exists());
    country
        .push()
        .args([
            "--batch-size",
            "2",
            "--commit",
            "--receipt",
            "r.json",
            "values.json",
        ])
        .run()
        .expect_nothing(2)
        .says("stopped, and then undone");
    assert_eq!(country.stored(), left);
    // Where nothing was sent there is nothing to take back.
    std::fs::write(country.path("stub.json"), OPEN_RECEIPT).unwrap();
    country
        .push()
        .args(["--undo", "stub.json"])
        .run()
        .expect_nothing(2)
        .says("wrote nothing");
    assert!(!country.path("stub.json.journal").exists());
}
