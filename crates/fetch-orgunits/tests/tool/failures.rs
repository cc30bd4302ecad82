//! How the tool ends when it cannot do its work.

use std::time::Duration;

use dhis2_standin::{Fault, FaultRule, Version};
use pop_cli::ExitStatus;

use crate::running::{Run, parrot, start};

#[test]
fn usage_errors_end_with_2() {
    let standin = start(Version::V43);
    let run = Run::against(&standin.url());
    for arguments in [
        &["--level", "9"][..],
        &["--level", "Ward"],
        &["--parent", "noSuchUnit1", "--level", "2"],
        &["--group", "Rural"],
        &["--group", "Urban", "--level", "2"],
        &["--parent", "ouDistrict1", "--level", "1"],
        &["--id", "noSuchUnit1"],
        &["--id", "ouFacility1", "--level", "2"],
        &["--all", "--geometry", "mine"],
        &["--all", "--report", &run.path("out.geojson")],
    ] {
        let error = run.failure(arguments);
        assert_eq!(error.status(), ExitStatus::Usage, "{arguments:?}: {error}");
    }
    let plain = Run::against("http://192.0.2.1/dhis").failure(&["--all"]);
    assert_eq!(plain.status(), ExitStatus::Usage);
    assert!(plain.hints()[0].contains("--send-password-unencrypted"));
    let secret = Run::against("https://admin:district@dhis2.example").failure(&["--all"]);
    assert_eq!(secret.status(), ExitStatus::Usage);
}

#[test]
fn local_trouble_ends_with_4() {
    let standin = start(Version::V43);
    let run = Run::against(&standin.url());
    let missing = run.path("nowhere/out.geojson");
    let error = run.failure(&["--all", "-o", &missing]);
    assert_eq!(error.status(), ExitStatus::Io, "{error}");
    std::fs::remove_file(run.path("me.txt")).unwrap();
    assert_eq!(run.failure(&["--all"]).status(), ExitStatus::Io);
}

#[test]
fn a_server_that_refuses_ends_with_5() {
    for version in Version::ALL {
        let standin = start(version);
        let run = Run::against(&standin.url());
        std::fs::write(run.path("me.txt"), "admin:wrong-district").unwrap();
        let error = run.failure(&["--all"]);
        assert_eq!(error.status(), ExitStatus::Refused, "{error}");
        assert_eq!(standin.requests().len(), 1, "accounts lock");
    }
    let standin = start(Version::V43);
    let wrong_path = standin.url().replace("/dhis", "/hmis");
    let error = Run::against(&wrong_path).failure(&["--all"]);
    assert_eq!(error.status(), ExitStatus::Refused, "{error}");
}

#[test]
fn a_server_out_of_reach_ends_with_6() {
    let error = Run::against("http://127.0.0.1:1").failure(&["--all"]);
    assert_eq!(error.status(), ExitStatus::Unreachable);
    assert!(
        error.to_string().starts_with("http://127.0.0.1:1: "),
        "{error}"
    );
}

/// Every fault of a proxy or network, at the first, the second and the last kind of request.
#[test]
fn every_fault_in_every_release_ends_as_it_should() {
    let faults = [
        (Fault::LoginRedirect, ExitStatus::Refused),
        (Fault::LoginPage, ExitStatus::Refused),
        (Fault::Refused(403), ExitStatus::Refused),
        (Fault::Refused(413), ExitStatus::Refused),
        (Fault::TooMany { seconds: 3600 }, ExitStatus::Unreachable),
        (Fault::Empty, ExitStatus::Refused),
        (Fault::Answer("{\"a\":".into()), ExitStatus::Data),
    ];
    for version in Version::ALL {
        for path in [
            "system/info",
            "filledOrganisationUnitLevels",
            "organisationUnits.json",
        ] {
            for (fault, status) in &faults {
                let standin = start(version);
                standin.add_fault(FaultRule::first("GET", path, fault.clone()).times(usize::MAX));
                let error = Run::against(&standin.url()).failure(&["--level", "3"]);
                let expected = match (path, fault) {
                    // What does not begin like DHIS2 is none.
                    ("system/info", Fault::Answer(_)) => ExitStatus::Refused,
                    _ => *status,
                };
                assert_eq!(
                    error.status(),
                    expected,
                    "{} {path} {fault:?}: {error}",
                    version.text()
                );
            }
        }
    }
}

/// What passes by itself costs a pause and nothing else.
#[test]
fn faults_that_pass_are_outlived() {
    let faults = [
        Fault::Refused(502),
        Fault::Refused(504),
        Fault::TooMany { seconds: 0 },
        Fault::CutAnswer,
        Fault::Reset,
        Fault::LostAnswer,
        Fault::Drip { pause: 0 },
        Fault::Late { pause: 1 },
    ];
    let whole = {
        let standin = start(Version::V43);
        let run = Run::against(&standin.url());
        run.features(&["--level", "3"]);
        run.output()
    };
    // One server, all faults one after the other: each run meets one.
    let standin = start(Version::V43);
    for fault in faults {
        standin.add_fault(FaultRule::first("GET", "organisationUnits.json", fault));
        let run = Run::against(&standin.url());
        run.features(&["--level", "3"]);
        assert_eq!(run.output(), whole);
    }
    standin.advance(Duration::from_secs(1));
}

/// A file of geometries that matches nothing much.
const SHAPES: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"CODE":"D1"}}]}"#;

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn replies_made_to_hurt_end_the_tool_and_nothing_else() {
    let dir = testdata::dir();
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
        let url = parrot(reply.clone());
        let mut ends = vec![(name.clone(), Run::against(&url).failure(&["--all"]))];
        // The same in the middle of the work: in the lists, and in the walk.
        for (query, after) in [
            ("paging=false", 0),
            ("pageSize=1", 0),
            ("id:in", 0),
            ("id:in", 1),
        ] {
            let standin = start(Version::V42);
            let mut rule = FaultRule::first("GET", "organisationUnits", Fault::Raw(reply.clone()));
            rule.query = query.into();
            standin.add_fault(rule.after(after).times(usize::MAX));
            let run = Run::against(&standin.url());
            // A second geometry needs a second walk.
            let file = run.path("shapes.geojson");
            std::fs::write(&file, SHAPES).unwrap();
            let geometry = format!("file:{file},match=code:CODE");
            let error = run.failure(&["--all", "--geometry", &geometry]);
            ends.push((format!("{name} at {query}, {after}"), error));
        }
        for (name, error) in ends {
            assert!(
                matches!(
                    error.status(),
                    ExitStatus::Refused | ExitStatus::Unreachable | ExitStatus::Data
                ),
                "{name}: {error}"
            );
        }
    }
}
