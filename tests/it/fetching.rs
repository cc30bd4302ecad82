//! The two tools that read from DHIS2, as processes.

use dhis2_standin::{Fault, Options, Rule, Standin, Version};
use serde_json::{Value, json};

use crate::support::{Run, tool};

const FETCHERS: [(&str, [&str; 2]); 2] = [
    ("fetch-orgunits", ["--level", "2"]),
    ("fetch-metadata", ["--data-element", "dePopTotal1"]),
];

/// A server with a district and an element, and a file with the password to it.
struct Site {
    standin: Standin,
    folder: tempfile::TempDir,
}

impl Site {
    fn new(version: Version) -> Self {
        let bundle = json!({
            "organisationUnits": [
                {"id": "ouRoot00001", "name": "Land", "shortName": "Land", "openingDate": "2000-01-01"},
                {"id": "ouDistrict1", "name": "West\u{1b}[31m", "shortName": "West", "openingDate": "2000-01-01",
                 "parent": {"id": "ouRoot00001"},
                 "geometry": {"type": "Point", "coordinates": [1.25, 2.5]}}],
            "dataElements": [{"id": "dePopTotal1", "name": "Population", "shortName": "Population",
                "domainType": "AGGREGATE", "valueType": "INTEGER_ZERO_OR_POSITIVE",
                "aggregationType": "AVERAGE_SUM_ORG_UNIT"}],
        });
        let standin = Standin::start(Options {
            bundles: vec![bundle],
            ..Options::new(version)
        })
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("me.txt"), "admin:district\n").unwrap();
        Self { standin, folder }
    }

    /// A run that knows the server from its environment.
    fn run(&self, name: &str, arguments: [&str; 2]) -> Run {
        tool(name)
            .args(arguments)
            .folder(self.folder.path())
            .env("DHIS2_URL", self.standin.url())
            .env("DHIS2_CREDENTIALS_FILE", "me.txt")
    }

    fn breaks(&self, fault: Fault) {
        self.standin
            .add_fault(Rule::first("GET", "", fault).after(1).times(usize::MAX));
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
            assert!(!ran.stderr.contains("district\n"), "{}", ran.stderr);
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
        let unknown = site.run(name, [arguments[0], "99"]).run();
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
    for (name, expected) in [("fetch-orgunits", "point"), ("fetch-metadata", "data set")] {
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

#[test]
fn the_password_stands_in_no_file_they_write() {
    let site = Site::new(Version::V43);
    for (name, arguments) in FETCHERS {
        let ran = site
            .run(name, arguments)
            .args([
                "-v",
                "-o",
                "out.json",
                "--provenance",
                "out.provenance.json",
            ])
            .run();
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        for file in ["out.json", "out.provenance.json"] {
            let text = std::fs::read_to_string(site.folder.path().join(file)).unwrap();
            assert!(
                !text.contains("district\"") && !text.contains("admin:"),
                "{text}"
            );
        }
        assert!(!ran.stderr.contains("admin:"), "{}", ran.stderr);
    }
}
