//! The tools that read from DHIS2, as processes.

use dhis2_standin::{Fault, FaultRule, Standin, StandinOptions, Version};
use serde_json::{Value, json};

use crate::support::{PASSWORD, Ran, Run, guarded, tool, write_credentials};

const FETCHERS: [(&str, &[&str]); 3] = [
    ("fetch-orgunits", &["--level", "2"]),
    ("fetch-metadata", &["--data-element", "dePopTotal1"]),
    (
        "fetch-values",
        &["--data-set", "dsPopYear01", "--period", "2025"],
    ),
];

/// A server with a district and an element, and a file with the password to it.
struct Site {
    standin: Standin,
    folder: tempfile::TempDir,
}

impl Site {
    fn new(version: Version) -> Self {
        Self::with_district_at(version, [1.25, 2.5])
    }

    fn with_district_at(version: Version, place: [f64; 2]) -> Self {
        let bundle = json!({
            "organisationUnits": [
                {"id": "ouRoot00001", "name": "Land", "shortName": "Land", "openingDate": "2000-01-01"},
                {"id": "ouDistrict1", "name": "West\u{1b}[31m", "shortName": "West", "openingDate": "2000-01-01",
                 "parent": {"id": "ouRoot00001"},
                 "geometry": {"type": "Point", "coordinates": place}}],
            "dataElements": [{"id": "dePopTotal1", "name": "Population", "shortName": "Population",
                "domainType": "AGGREGATE", "valueType": "INTEGER_ZERO_OR_POSITIVE",
                "aggregationType": "AVERAGE_SUM_ORG_UNIT"}],
            "dataSets": [{"id": "dsPopYear01", "name": "Population", "shortName": "Population", "periodType": "Yearly",
                "organisationUnits": [{"id": "ouDistrict1"}],
                "dataSetElements": [{"dataElement": {"id": "dePopTotal1"}}]}],
        });
        let standin = Standin::start(StandinOptions {
            bundles: vec![bundle],
            ..guarded(version)
        })
        .unwrap();
        standin.put_value("2025", "dePopTotal1", "ouDistrict1", None, "930505", None);
        let folder = tempfile::tempdir().unwrap();
        write_credentials(&folder.path().join("me.txt"));
        Self { standin, folder }
    }

    /// A run that knows the server from its environment.
    fn run(&self, name: &str, arguments: &[&str]) -> Run {
        self.tool(name).args(arguments.iter().copied())
    }

    fn tool(&self, name: &str) -> Run {
        tool(name)
            .folder(self.folder.path())
            .env("DHIS2_URL", self.standin.url())
            .env("DHIS2_CREDENTIALS_FILE", "me.txt")
    }

    fn breaks(&self, fault: Fault) {
        self.standin.add_fault(
            FaultRule::first("GET", "", fault)
                .after(1)
                .times(usize::MAX),
        );
    }
}

#[test]
fn they_write_one_json_document_to_stdout_in_every_release() {
    for version in Version::ALL {
        let site = Site::new(version);
        for (name, arguments) in FETCHERS {
            let ran = site.run(name, arguments).run();
            assert_eq!(ran.status, 0, "{}", ran.stderr);
            serde_json::from_slice::<Value>(&ran.stdout).unwrap();
            assert!(ran.stderr.contains(version.text()), "{}", ran.stderr);
        }
    }
}

#[test]
fn a_failure_leaves_stdout_empty_and_has_its_status() {
    let cases = [
        (Fault::Refused(403), 5),
        (Fault::LoginPage, 5),
        (Fault::TooMany { seconds: 3600 }, 6),
        (Fault::Answer("{\"a\"".into()), 3),
    ];
    for (fault, status) in cases {
        for (name, arguments) in FETCHERS {
            let site = Site::new(Version::V41);
            site.breaks(fault.clone());
            let ran = site.run(name, arguments).run();
            assert_eq!(ran.status, status, "{name} {fault:?}: {}", ran.stderr);
            assert!(ran.stdout.is_empty());
            assert!(
                ran.stderr.starts_with(&format!("{name}: ")),
                "{}",
                ran.stderr
            );
        }
    }
    let site = Site::new(Version::V41);
    for (name, arguments) in FETCHERS {
        let unknown = [&[arguments[0], "99"], &arguments[2..]].concat();
        let unknown = site.run(name, &unknown).run();
        assert_eq!(unknown.status, 2, "{}", unknown.stderr);
        let no_folder = site
            .run(name, arguments)
            .args(["-o", "no/such/folder"])
            .run();
        assert_eq!(no_folder.status, 4, "{}", no_folder.stderr);
        let gone = site
            .run(name, arguments)
            .env("DHIS2_URL", "http://127.0.0.1:1")
            .run();
        assert_eq!(gone.status, 6, "{}", gone.stderr);
        let nowhere = site.run(name, arguments).env("DHIS2_URL", "").run();
        assert_eq!(nowhere.status, 2, "{}", nowhere.stderr);
    }
}

#[test]
fn without_a_selection_they_show_what_there_is() {
    let site = Site::new(Version::V43);
    for (name, expected) in [
        ("fetch-orgunits", "point"),
        ("fetch-metadata", "data set"),
        ("fetch-values", "data set"),
    ] {
        let ran = tool(name)
            .folder(site.folder.path())
            .env("DHIS2_URL", site.standin.url())
            .env("DHIS2_CREDENTIALS_FILE", "me.txt")
            .run();
        assert_eq!(ran.status, 2);
        assert!(ran.stdout.is_empty());
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
}

/// Every run looks for the password in what it left behind; here it is known to have been sent.
#[test]
fn the_password_goes_to_the_server_and_nowhere_else() {
    let site = Site::new(Version::V43);
    for (name, arguments) in FETCHERS {
        let arguments = arguments.iter().copied().chain([
            "-v",
            "-o",
            "out.json",
            "--provenance",
            "out.provenance.json",
        ]);
        site.tool(name).args(arguments).run().expect(0);
    }
    let sent = site.standin.requests();
    let basic = |(key, value): &(String, String)| {
        key.eq_ignore_ascii_case("authorization") && value.starts_with("Basic ")
    };
    assert!(sent.iter().all(|request| request.headers.iter().any(basic)));
    assert_eq!(PASSWORD.len(), 19);
}

/// What stays ends each tool with its status, in every release and at every kind of request.
#[test]
fn faults_that_stay_have_their_status_in_every_release() {
    let faults = [
        (Fault::LoginRedirect, 5),
        (Fault::LoginPage, 5),
        (Fault::Refused(403), 5),
        (Fault::Refused(413), 5),
        (Fault::TooMany { seconds: 3600 }, 6),
        (Fault::Empty, 5),
        (Fault::Answer("{\"a\":".into()), 3),
    ];
    in_every_release(|version| {
        for (fault, status) in &faults {
            for (name, arguments) in FETCHERS {
                let site = Site::new(version);
                site.breaks(fault.clone());
                let ran = site.run(name, arguments).run();
                assert_eq!(
                    ran.status, *status,
                    "{version} {name} {fault:?}: {}",
                    ran.stderr
                );
                assert!(ran.stdout.is_empty(), "{version} {name} {fault:?}");
            }
        }
    });
}

/// What passes costs pauses, said with `-v`, and not a byte of the output.
#[test]
fn faults_that_pass_change_nothing_in_any_release() {
    let faults = [
        Fault::Refused(502),
        Fault::CutAnswer,
        Fault::Reset,
        Fault::TooMany { seconds: 0 },
        Fault::Drip { pause: 1 },
        Fault::LostAnswer,
        Fault::Refused(504),
        Fault::Slow { pause: 20 },
        Fault::Late { pause: 20 },
        Fault::Refused(503),
    ];
    in_every_release(|version| {
        for (name, arguments) in FETCHERS {
            let whole = Site::new(version).run(name, arguments).run().expect(0);
            let site = Site::new(version);
            for (number, fault) in faults.iter().enumerate() {
                // Every other request is hit, the first try of the first one too.
                let rule = FaultRule::first("GET", "", fault.clone()).after(2 * number);
                site.standin.add_fault(rule);
            }
            let ran = site.run(name, arguments).args(["-v"]).run().expect(0);
            assert!(lasting(&ran) == lasting(&whole), "{version} {name}");
            assert!(ran.stderr.contains("; retry in "), "{}", ran.stderr);
            let hit = site.standin.requests().len() / 2;
            assert!(hit >= 3, "{version} {name}: {hit} faults");
        }
    });
}

/// What came out, without the server's clock.
fn lasting(ran: &Ran) -> Value {
    let mut document: Value = serde_json::from_slice(&ran.stdout).unwrap();
    if let Some(server) = document.get_mut("server") {
        server["serverDate"] = Value::Null;
    }
    document
}

fn in_every_release(check: impl Fn(Version) + Sync) {
    std::thread::scope(|scope| {
        for version in Version::ALL {
            let check = &check;
            scope.spawn(move || check(version));
        }
    });
}

/// A point has no area that could be redrawn: that it was put elsewhere is said all the same.
#[test]
fn a_point_that_was_put_elsewhere_is_a_change() {
    let site = Site::new(Version::V42);
    let first = site.tool("fetch-orgunits").args(["--all"]).run().expect(0);
    let compared = |site: &Site| {
        std::fs::write(site.folder.path().join("before.geojson"), &first.stdout).unwrap();
        let run = site.tool("fetch-orgunits");
        let run = run.args(["--all", "--compare", "before.geojson"]);
        run.run().expect(0).stderr
    };
    assert!(compared(&site).contains("no unit changed"));
    let elsewhere = Site::with_district_at(Version::V42, [1.25, 2.75]);
    let said = compared(&elsewhere);
    assert!(
        said.contains("displaced") && said.contains("ouDistrict1"),
        "{said}"
    );
    assert!(
        said.contains("[1.25,2.5]") && said.contains("[1.25,2.75]"),
        "{said}"
    );
    assert!(said.contains("1 change since before.geojson"), "{said}");
}
