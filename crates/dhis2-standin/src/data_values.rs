//! The data values.

use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;
use std::sync::Arc;

use jiff::civil::DateTime;

/// A text of which there is one copy.
pub type Identifier = Arc<str>;

/// What identifies a data value: identifiers of objects, and of the period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataValueKey {
    /// Period identifier.
    pub period: Identifier,
    /// Data element.
    pub element: Identifier,
    /// Organisation unit.
    pub unit: Identifier,
    /// Category option combination.
    pub combo: Identifier,
    /// Attribute option combination.
    pub attribute_combo: Identifier,
}

/// A stored data value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataValue {
    /// The value as text; `None` where only a comment is stored.
    pub value: Option<Box<str>>,
    /// The comment.
    pub comment: Option<Box<str>>,
    /// Who stored it, or who the import said stored it.
    pub stored_by: Identifier,
    /// Whether it is marked for follow-up.
    pub follow_up: bool,
    /// Whether it is deleted: the row stays.
    pub deleted: bool,
    pub(crate) created: DateTime,
    pub(crate) updated: DateTime,
}

/// All data values by their keys.
#[derive(Debug, Default)]
pub(crate) struct DataValues {
    rows: BTreeMap<DataValueKey, DataValue>,
    names: HashSet<Identifier>,
}

impl DataValues {
    /// The one copy of a text.
    pub(crate) fn name(&mut self, text: &str) -> Identifier {
        if let Some(name) = self.names.get(text) {
            return Arc::clone(name);
        }
        let name: Identifier = text.into();
        self.names.insert(Arc::clone(&name));
        name
    }

    pub(crate) fn get(&self, key: &DataValueKey) -> Option<&DataValue> {
        self.rows.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &DataValueKey) -> Option<&mut DataValue> {
        self.rows.get_mut(key)
    }

    pub(crate) fn put(&mut self, key: DataValueKey, value: DataValue) {
        self.rows.insert(key, value);
    }

    /// All rows, deleted ones too, by period, element and unit.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&DataValueKey, &DataValue)> {
        self.rows.iter()
    }

    /// The periods of which there are rows.
    pub(crate) fn periods(&self) -> Vec<Identifier> {
        let mut periods: Vec<Identifier> = Vec::new();
        let mut next = self.rows.keys().next();
        while let Some(key) = next {
            let period = Arc::clone(&key.period);
            // No identifier sorts behind this: letters and digits are all there is in one.
            let beyond = DataValueKey {
                period: format!("{period}\u{1}").into(),
                ..empty()
            };
            next = self.rows.range(beyond..).next().map(|(key, _)| key);
            periods.push(period);
        }
        periods
    }

    /// The rows of a period, and where it is given, of a data element.
    pub(crate) fn of<'a>(
        &'a self,
        period: &str,
        element: Option<&str>,
    ) -> impl Iterator<Item = (&'a DataValueKey, &'a DataValue)> {
        let first = DataValueKey {
            period: period.into(),
            element: element.unwrap_or_default().into(),
            ..empty()
        };
        let beyond = match element {
            Some(element) => DataValueKey {
                period: period.into(),
                element: format!("{element}\u{1}").into(),
                ..empty()
            },
            None => DataValueKey {
                period: format!("{period}\u{1}").into(),
                ..empty()
            },
        };
        self.rows
            .range((Bound::Included(first), Bound::Excluded(beyond)))
    }

    /// The rows of a period, a data element and a unit.
    pub(crate) fn of_unit<'a>(
        &'a self,
        period: &str,
        element: &str,
        unit: &str,
    ) -> impl Iterator<Item = (&'a DataValueKey, &'a DataValue)> {
        let key = |unit: String| DataValueKey {
            period: period.into(),
            element: element.into(),
            unit: unit.into(),
            ..empty()
        };
        let beyond = key(format!("{unit}\u{1}"));
        self.rows.range((
            Bound::Included(key(unit.to_owned())),
            Bound::Excluded(beyond),
        ))
    }

    /// Takes away every row of a data element or unit.
    pub(crate) fn prune(&mut self, id: &str) {
        self.rows
            .retain(|key, _| *key.element != *id && *key.unit != *id);
    }

    /// Whether a data element, unit or combination is used by a row.
    pub(crate) fn mention(&self, id: &str) -> bool {
        self.rows.keys().any(|key| {
            [&key.element, &key.unit, &key.combo, &key.attribute_combo]
                .into_iter()
                .any(|name| name.as_ref() == id)
        })
    }
}

fn empty() -> DataValueKey {
    let nothing: Identifier = "".into();
    DataValueKey {
        period: Arc::clone(&nothing),
        element: Arc::clone(&nothing),
        unit: Arc::clone(&nothing),
        combo: Arc::clone(&nothing),
        attribute_combo: nothing,
    }
}
