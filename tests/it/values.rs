//! `to-datavalueset` from outside: a country of forty bands, real bands, periods, doubts, and what it prints instead of values.

mod aruba;
mod country;
mod doubts;
mod modes;
mod periods;

use std::collections::BTreeMap;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, Run, tool};

/// A folder with the files of a run.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            std::fs::write(folder.0.path().join(name), text).unwrap();
        }
        folder
    }

    /// A run of the tool in the folder; `args` as on a command line.
    pub(crate) fn run(&self, args: &str) -> Run {
        tool("to-datavalueset")
            .folder(self.0.path())
            .args(args.split_whitespace())
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.path().join(name).exists()
    }

    /// The values of a run that must succeed.
    pub(crate) fn values(&self, args: &str) -> Values {
        Values::of(&self.run(args).run().expect(0))
    }
}

/// Values by element, option combo, period and unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Values(pub(crate) BTreeMap<[String; 4], i64>);

impl Values {
    pub(crate) fn of(ran: &Ran) -> Self {
        Self::read(&ran.text())
    }

    pub(crate) fn read(text: &str) -> Self {
        let set: Value = serde_json::from_str(text).unwrap();
        let mut values = BTreeMap::new();
        for value in set["dataValues"].as_array().unwrap() {
            let member = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
            let key = ["dataElement", "categoryOptionCombo", "period", "orgUnit"].map(member);
            let twice = values.insert(key, member("value").parse().unwrap());
            assert_eq!(twice, None, "{value}");
        }
        Self(values)
    }

    /// The value of an element in a period and a unit.
    #[track_caller]
    pub(crate) fn at(&self, element: &str, combo: &str, period: &str, unit: &str) -> i64 {
        let key = [element, combo, period, unit].map(str::to_owned);
        *self
            .0
            .get(&key)
            .unwrap_or_else(|| panic!("no value for {key:?}"))
    }

    /// Periods and units with their values, of the only element.
    pub(crate) fn by_period(&self) -> Vec<(&str, &str, i64)> {
        let values = self.0.iter();
        values
            .map(|([_, _, period, unit], value)| (period.as_str(), unit.as_str(), *value))
            .collect()
    }
}
