//! The sample country on a stand-in server, ready for a pipeline.

use std::path::{Path, PathBuf};
use std::process::Command;

use dhis2_standin::{FaultRule, Standin, Version};
use tempfile::TempDir;

use crate::support::{Run, guarded, tool, write_credentials};

/// A server with the sample country's units and metadata, and a folder with its rasters.
pub(crate) struct Sample {
    server: Standin,
    folder: TempDir,
    raster: String,
}

impl Sample {
    /// On a server of release 2.42.
    pub(crate) fn ready() -> Self {
        Self::on(Version::V42)
    }

    /// On a server of this release.
    pub(crate) fn on(version: Version) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for file in sample_country::files().unwrap() {
            std::fs::write(folder.path().join(&file.name), &file.bytes).unwrap();
        }
        let bundle = std::fs::read(folder.path().join("metadata.json")).unwrap();
        let mut options = guarded(version);
        options.bundles = vec![serde_json::from_slice(&bundle).unwrap()];
        let server = Standin::start(options).unwrap();
        write_credentials(&folder.path().join("credentials"));
        std::fs::write(
            folder.path().join("exceptions.csv"),
            "unit,kind,reason\nhmtvPmQzZig,no-geometry,not drawn yet\nua0XKdzB41j,incomplete-parent,Esenga is not drawn yet\n",
        )
        .unwrap();
        let raster = path_text(&folder.path().join("xsc_pop_2025_CN_100m_R2025A_v1.tif"));
        Self {
            server,
            folder,
            raster,
        }
    }

    /// Loads a metadata package into the server.
    pub(crate) fn load(&self, bundle: &serde_json::Value) {
        self.server.load(bundle).unwrap();
    }

    /// Makes the server fail once, as the rule says.
    pub(crate) fn add_fault(&self, rule: FaultRule) {
        self.server.add_fault(rule);
    }

    /// Closes a unit on a day, or opens it again.
    pub(crate) fn close_unit(&self, id: &str, day: Option<&str>) {
        let text = std::fs::read(self.folder.path().join("metadata.json")).unwrap();
        let metadata: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let units = metadata["organisationUnits"].as_array().unwrap();
        let mut unit = units.iter().find(|unit| unit["id"] == id).unwrap().clone();
        if let Some(day) = day {
            unit["closedDate"] = day.into();
        }
        self.load(&serde_json::json!({ "organisationUnits": [unit] }));
    }

    pub(crate) fn raster(&self) -> &str {
        &self.raster
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The path of a file in the sample's folder.
    pub(crate) fn file(&self, name: &str) -> String {
        path_text(&self.folder.path().join(name))
    }

    /// The districts, as fetched from the server.
    pub(crate) fn org_units(&self) -> Vec<u8> {
        let run = self.with_server(tool("fetch-orgunits"));
        run.args(["--level", "2"]).run().expect(0).stdout
    }

    /// The people in these units.
    pub(crate) fn sums(&self, org_units: &[u8]) -> Vec<u8> {
        let run = tool("zonal-sum").args(["-r", self.raster()]);
        run.stdin(org_units).run().expect(0).stdout
    }

    /// The flags that turn sums into this server's values.
    pub(crate) fn mapping(&self) -> Vec<&str> {
        let exceptions: &'static str = Box::leak(self.file("exceptions.csv").into_boxed_str());
        vec![
            "--data-element",
            "dePopTot001",
            "--data-set",
            "dsPopYear01",
            "--exceptions",
            exceptions,
        ]
    }

    pub(crate) fn value_set(&self, sums: &[u8]) -> Vec<u8> {
        let run = tool("to-datavalueset").args(self.mapping());
        run.stdin(sums).run().expect(0).stdout
    }

    /// A run of `push` against this server.
    pub(crate) fn push(&self) -> Run {
        self.with_server(tool("push"))
    }

    pub(crate) fn with_server(&self, run: Run) -> Run {
        run.env("DHIS2_URL", self.server.url())
            .env("DHIS2_CREDENTIALS_FILE", self.file("credentials"))
    }

    pub(crate) fn set_server(&self, command: &mut Command) {
        command
            .env("DHIS2_URL", self.server.url())
            .env("DHIS2_CREDENTIALS_FILE", self.file("credentials"));
    }

    /// Unit and value of everything the server has stored.
    pub(crate) fn stored(&self) -> Vec<(String, String)> {
        stored(&self.server)
    }
}

/// Unit and value of everything a server has stored.
pub(crate) fn stored(server: &Standin) -> Vec<(String, String)> {
    let mut stored: Vec<(String, String)> = server
        .values()
        .into_iter()
        .map(|(key, value)| {
            (
                key.unit.to_string(),
                value.value.as_deref().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    stored.sort();
    stored
}

fn path_text(path: &Path) -> String {
    PathBuf::from(path).into_os_string().into_string().unwrap()
}
