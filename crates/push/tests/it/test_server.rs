//! A small country on a stand-in server, and runs of the tool on it.

use std::path::{Path, PathBuf};

use clap::Parser as _;
use dhis2_standin::{FaultRule, Standin, StandinOptions, Version};
use pop_cli::{Console, Tool as _};
use push::Push;
use serde_json::{Value, json};

/// Element, data set and option combos of the country.
pub(crate) const TOTAL: &str = "dePopTot001";
pub(crate) const BY_SEX: &str = "dePopSex001";
pub(crate) const SET: &str = "dsPopYear01";
pub(crate) const ROOT: &str = "ouRoot00001";

pub(crate) struct TestServer {
    pub(crate) standin: Standin,
    folder: tempfile::TempDir,
}

/// The id of district `number`.
pub(crate) fn district(number: usize) -> String {
    format!("ouDist{number:05}")
}

/// A metadata package with `districts` districts below one root, and a facility below the first.
pub(crate) fn package(districts: usize) -> Value {
    let unit = |id: &str, parent: Option<&str>| {
        let mut unit = json!({"id": id, "name": format!("Unit {id}"), "shortName": id, "openingDate": "2000-01-01"});
        if let Some(parent) = parent {
            unit["parent"] = json!({"id": parent});
        }
        unit
    };
    let mut units = vec![unit(ROOT, None)];
    units.extend((1..=districts).map(|number| unit(&district(number), Some(ROOT))));
    units.push(unit("ouFacil0001", Some(&district(1))));
    let assigned: Vec<Value> = units.iter().map(|unit| json!({"id": unit["id"]})).collect();
    let element = |id: &str, combo: Option<&str>| {
        let mut element = json!({"id": id, "code": format!("C_{id}"), "name": id, "shortName": id, "domainType": "AGGREGATE",
            "valueType": "INTEGER_ZERO_OR_POSITIVE", "aggregationType": "AVERAGE_SUM_ORG_UNIT", "zeroIsSignificant": true});
        if let Some(combo) = combo {
            element["categoryCombo"] = json!({"id": combo});
        }
        element
    };
    json!({
        "organisationUnits": units,
        "categoryOptions": [
            {"id": "coSexF00001", "code": "F", "name": "Female", "shortName": "Female"},
            {"id": "coSexM00001", "code": "M", "name": "Male", "shortName": "Male"}],
        "categories": [{"id": "caSex000001", "name": "Sex", "shortName": "Sex", "dataDimensionType": "DISAGGREGATION",
            "categoryOptions": [{"id": "coSexF00001"}, {"id": "coSexM00001"}]}],
        "categoryCombos": [{"id": "ccSex000001", "name": "Sex", "dataDimensionType": "DISAGGREGATION", "categories": [{"id": "caSex000001"}]}],
        "categoryOptionCombos": [
            {"id": "cocSexF0001", "code": "F", "name": "Female", "categoryCombo": {"id": "ccSex000001"}, "categoryOptions": [{"id": "coSexF00001"}]},
            {"id": "cocSexM0001", "code": "M", "name": "Male", "categoryCombo": {"id": "ccSex000001"}, "categoryOptions": [{"id": "coSexM00001"}]}],
        "dataElements": [element(TOTAL, None), element(BY_SEX, Some("ccSex000001"))],
        "dataSets": [{"id": SET, "code": "POP", "name": "Population", "shortName": "Population", "periodType": "Yearly",
            "openFuturePeriods": 5, "expiryDays": 0,
            "dataSetElements": [{"dataSet": {"id": SET}, "dataElement": {"id": TOTAL}}, {"dataSet": {"id": SET}, "dataElement": {"id": BY_SEX}}],
            "organisationUnits": assigned}],
    })
}

/// The comment of a value that these tools made.
pub(crate) const OURS: &str =
    "headcount source=worldpop-global2;R2025A;CN;1km;UA;v1 method=fraction reference=2025-01-01";

/// A data value set of totals for 2025, one a district, with values from `first` on.
pub(crate) fn totals(districts: usize, first: usize) -> Value {
    let values: Vec<Value> = (1..=districts)
        .map(|number| json!({"dataElement": TOTAL, "period": "2025", "orgUnit": district(number), "value": (first + number).to_string(), "comment": OURS}))
        .collect();
    json!({"dataSet": SET, "dataValues": values})
}

impl TestServer {
    pub(crate) fn new(version: Version, districts: usize) -> Self {
        Self::with_faults(version, districts, Vec::new())
    }

    pub(crate) fn with_faults(version: Version, districts: usize, faults: Vec<FaultRule>) -> Self {
        let standin = Standin::start(StandinOptions {
            bundles: vec![package(districts)],
            faults,
            ..StandinOptions::new(version)
        })
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("credentials"), "admin:district").unwrap();
        Self { standin, folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, document: &Value) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, document.to_string()).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.path(name)).unwrap()).unwrap()
    }

    /// Runs the tool; names of files in `args` that begin with `@` are in the server's folder.
    pub(crate) fn push(&self, args: &[&str]) -> u8 {
        self.push_at(&self.standin.url(), args)
    }

    /// The same at another address of the server.
    pub(crate) fn push_at(&self, url: &str, args: &[&str]) -> u8 {
        let in_folder = |arg: &&str| match arg.strip_prefix('@') {
            Some(name) => self.path(name).display().to_string(),
            None => (*arg).to_owned(),
        };
        let credentials = self.path("credentials").display().to_string();
        let mut line: Vec<String> = [
            "push",
            "--url",
            url,
            "--credentials-file",
            &credentials,
            "-q",
        ]
        .map(str::to_owned)
        .to_vec();
        if !args.contains(&"--patience") {
            line.extend(["--patience".to_owned(), "0".to_owned()]);
        }
        if !args.contains(&"-o") {
            line.extend([
                "-o".to_owned(),
                self.path("plan.json").display().to_string(),
            ]);
        }
        line.extend(args.iter().map(in_folder));
        let tool = Push::try_parse_from(line).unwrap();
        let mut console = Console::new(Push::NAME, tool.common()).unwrap();
        match tool.run(&mut console) {
            Ok(status) => status.code(),
            Err(error) => {
                eprintln!("push: {error} {:?}", error.hints());
                error.status().code()
            }
        }
    }

    /// The metadata document of the data set.
    pub(crate) fn metadata(&self) -> Value {
        let base = pop_http::BaseUrl::parse(&self.standin.url()).unwrap();
        let credentials = pop_dhis2::parse_credentials("admin:district").unwrap();
        let client = pop_http::Client::new(pop_dhis2::client_options(base, credentials)).unwrap();
        let server = pop_dhis2::Server::connect(client).unwrap();
        let wanted = pop_dhis2::metadata::MetadataSelection {
            data_sets: vec![SET.into()],
            ..Default::default()
        };
        serde_json::to_value(pop_dhis2::metadata::fetch(&server, &wanted).unwrap()).unwrap()
    }

    /// Writes `document` and commits it with the receipt `r.json`.
    pub(crate) fn commit(&self, document: &Value) -> u8 {
        self.write("values.json", document);
        self.push(&["--commit", "--receipt", "@r.json", "@values.json"])
    }

    /// The totals stored for 2025, by district.
    pub(crate) fn stored(&self, districts: usize) -> Vec<Option<String>> {
        (1..=districts)
            .map(|number| self.standin.value("2025", TOTAL, &district(number)))
            .collect()
    }
}

/// The values that [`totals`] sends.
pub(crate) fn expected(districts: usize, first: usize) -> Vec<Option<String>> {
    (1..=districts)
        .map(|number| Some((first + number).to_string()))
        .collect()
}

pub(crate) fn exists(path: &Path) -> bool {
    path.try_exists().unwrap()
}
