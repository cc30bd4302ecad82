//! System settings.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::version::Version;

/// Settings by name.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    values: BTreeMap<String, Value>,
}

impl Settings {
    /// What a new server has.
    pub(crate) fn new(version: Version) -> Self {
        let mut values: BTreeMap<String, Value> = BTreeMap::new();
        let mut set = |name: &str, value: Value| values.insert(name.to_owned(), value);
        set("keyAnalyticsPeriodYearsOffset", (-1).into());
        set("keyLockMultipleFailedLogins", false.into());
        set("keyCalendar", "iso8601".into());
        set("keyDateFormat", "yyyy-MM-dd".into());
        set("keyDataImportStrictPeriods", false.into());
        set("keyDataImportStrictDataElements", false.into());
        set("keyDataImportStrictCategoryOptionCombos", false.into());
        set("keyDataImportStrictAttributeOptionCombos", false.into());
        set("keyDataImportStrictOrganisationUnits", false.into());
        set("keyDataImportRequireCategoryOptionCombo", false.into());
        set("keyDataImportRequireAttributeOptionCombo", false.into());
        set("applicationTitle", "DHIS 2".into());
        if version.has_grouped_import() {
            set("dataEntryAutoGroup", false.into());
        }
        Self { values }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Sets a known setting; whether it is one.
    pub(crate) fn set(&mut self, name: &str, word: &str) -> bool {
        let Some(value) = self.values.get_mut(name) else {
            return false;
        };
        *value = match value {
            Value::Bool(_) => (word == "true").into(),
            Value::Number(_) => word.parse::<i64>().map_or(Value::Null, Value::from),
            _ => word.into(),
        };
        true
    }

    pub(crate) fn all(&self) -> &BTreeMap<String, Value> {
        &self.values
    }
}
