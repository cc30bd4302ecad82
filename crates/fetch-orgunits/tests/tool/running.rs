//! Runs the tool in this process, and servers for it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener};
use std::path::Path;

use clap::Parser as _;
use dhis2_standin::{Standin, StandinOptions, Version};
use fetch_orgunits::FetchOrgunits;
use pop_cli::{Console, ExitStatus, Tool as _, ToolError};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The password of every run: it must show nowhere.
pub(crate) const MARKER: &str = "district";

/// A folder of a run, with credentials in it.
pub(crate) struct Run {
    pub(crate) folder: TempDir,
    url: String,
}

impl Run {
    pub(crate) fn against(url: &str) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("me.txt"), "admin:district\n").unwrap();
        Self {
            folder,
            url: url.to_owned(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    /// Ends as the tool would.
    pub(crate) fn tool(&self, arguments: &[&str]) -> Result<ExitStatus, ToolError> {
        let (credentials, output) = (self.path("me.txt"), self.path("out.geojson"));
        let mut line = vec!["fetch-orgunits", "--url", &self.url, "-q"];
        if !arguments.contains(&"-o") {
            line.extend(["-o", &output]);
        }
        line.extend(["--credentials-file", &credentials, "--timeout", "5"]);
        line.extend(arguments);
        let tool = FetchOrgunits::try_parse_from(line)
            .map_err(|error| ToolError::usage(error.to_string()))?;
        let mut console = Console::new(FetchOrgunits::NAME, tool.common())?;
        tool.run(&mut console)
    }

    /// What came out, as text; `None` where there is no file.
    pub(crate) fn output(&self) -> Option<String> {
        read(&self.folder.path().join("out.geojson"))
    }

    /// Runs and gives the features.
    pub(crate) fn features(&self, arguments: &[&str]) -> Vec<Value> {
        assert_eq!(self.tool(arguments).unwrap(), ExitStatus::Done);
        let text = self.output().unwrap();
        assert!(!text.contains(MARKER));
        let collection: Value = serde_json::from_str(&text).unwrap();
        collection["features"].as_array().unwrap().clone()
    }

    /// Runs, fails, and leaves nothing behind.
    pub(crate) fn failure(&self, arguments: &[&str]) -> ToolError {
        let error = self.tool(arguments).unwrap_err();
        assert_eq!(self.output(), None, "{error}");
        let left: Vec<_> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .filter(|name| name.to_string_lossy().contains("out."))
            .collect();
        assert!(left.is_empty(), "{left:?}");
        let said = format!("{error} {:?}", error.hints());
        assert!(!said.contains(MARKER), "{said}");
        error
    }
}

pub(crate) fn read(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// A root, two districts with squares, three facilities: a point with a catchment, one with a
/// broken catchment and one with nothing.
pub(crate) fn country() -> Value {
    let square = |west: f64| {
        json!({"type": "Polygon", "coordinates":
            [[[west, 0.0], [west + 1.0, 0.0], [west + 1.0, 1.0], [west, 1.0], [west, 0.0]]]})
    };
    json!({
        "attributes": [{"id": "atCatchm001", "name": "Catchment area", "code": "CATCH",
            "shortName": "Catchment", "valueType": "GEOJSON", "organisationUnitAttribute": true}],
        "organisationUnitLevels": [
            {"id": "olLevel0001", "name": "National", "level": 1},
            {"id": "olLevel0002", "name": "District", "level": 2}],
        "organisationUnits": [
            {"id": "ouRoot00001", "name": "Land", "shortName": "Land", "code": "L", "openingDate": "2000-01-01"},
            {"id": "ouDistrict1", "name": "West", "shortName": "West", "code": "D1", "openingDate": "2000-01-01",
             "parent": {"id": "ouRoot00001"}, "geometry": square(10.123_456_789_012)},
            {"id": "ouDistrict2", "name": "East", "shortName": "East", "code": "D2", "openingDate": "2000-01-01",
             "closedDate": "2020-12-31", "parent": {"id": "ouRoot00001"}, "geometry": square(11.0)},
            {"id": "ouFacility1", "name": "Clinic 1", "shortName": "Clinic 1", "code": "F1", "openingDate": "2010-01-01",
             "parent": {"id": "ouDistrict1"}, "geometry": {"type": "Point", "coordinates": [10.5, 0.5]},
             "attributeValues": [{"attribute": {"id": "atCatchm001"}, "value": square(10.25).to_string()}]},
            {"id": "ouFacility2", "name": "Clinic 2", "shortName": "Clinic 2", "code": "F2", "openingDate": "2010-01-01",
             "parent": {"id": "ouDistrict1"}, "geometry": {"type": "Point", "coordinates": [10.6, 0.5]}},
            {"id": "ouFacility3", "name": "Clinic 3", "shortName": "Clinic 3", "openingDate": "2010-01-01",
             "parent": {"id": "ouDistrict2"}}],
        "organisationUnitGroups": [{"id": "ogUrban0001", "name": "Urban", "code": "URBAN", "shortName": "Urban",
            "organisationUnits": [{"id": "ouFacility1"}, {"id": "ouFacility3"}]}]
    })
}

pub(crate) fn start(version: Version) -> Standin {
    Standin::start(StandinOptions {
        bundles: vec![country()],
        context_path: "/dhis".to_owned(),
        ..StandinOptions::new(version)
    })
    .unwrap()
}

/// A server that gives the same bytes to every request. Its thread ends with the process.
pub(crate) fn parrot(reply: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|count| count > 2) {
                line.clear();
            }
            let _ = stream.write_all(&reply);
            let _ = stream.shutdown(Shutdown::Write);
            let _ = stream.read(&mut [0; 64]);
        }
    });
    url
}
