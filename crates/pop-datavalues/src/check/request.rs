//! What concerns the whole request, or the set as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::{Checker, Rule};
use crate::metadata::{DataElement, DataSet, ImportDialect};
use crate::{Key, Text, calendar};

impl<'a> Checker<'a> {
    pub(super) fn request(&mut self) {
        let user = &self.metadata.user;
        if !user.has("F_DATAVALUE_ADD") {
            let message = "this user lacks the authority F_DATAVALUE_ADD".to_owned();
            self.report(Rule::Authority, "", None, || message);
        }
        self.calendar();
        match (self.set.data_set.as_deref(), self.data_set) {
            (Some(key), None) => {
                self.report(Rule::UnknownDataSet, key, None, || {
                    format!("data set {key:?} is not in the metadata")
                });
            }
            (Some(key), Some(set)) if !set.access.write => {
                let message = format!("the user may not write data of data set {:?}", set.name);
                self.report(Rule::DataSetAccess, key, None, || message);
            }
            (None, _) => self.no_data_set(),
            _ => {}
        }
        if let Some(set) = self.data_set
            && set.workflow.is_some()
        {
            let message = format!(
                "data set {:?} is approved in steps: units already approved take no values",
                set.name
            );
            self.report(Rule::Approval, &set.id, None, || message);
        }
        self.analytics();
    }

    /// Periods that look like Gregorian years on a server with another calendar.
    fn calendar(&mut self) {
        let calendar = self.metadata.calendar.as_str();
        if self.is_gregorian() {
            return;
        }
        let Some(today) = self.today.map(|today| i32::from(today.year())) else {
            return;
        };
        if calendar::year_in(calendar, today).is_none() {
            let message = format!(
                "the server's calendar is {calendar:?}, which is not known here: are the periods its own?"
            );
            self.report(Rule::Calendar, "", None, || message);
        }
        let set = self.set;
        for (index, value) in set.values.iter().enumerate() {
            let year = value.period.get(..4).and_then(|year| year.parse().ok());
            let Some(year) = year else { continue };
            let Some(own) = calendar::mistaken_year(calendar, year, today) else {
                continue;
            };
            let message = || {
                format!(
                    "the server's calendar is {calendar:?}, and {year} looks like a Gregorian year: it is about {own} there"
                )
            };
            let hint = format!(
                "give the period in the server's calendar: {year} = \"{own}\" under [periods] in the mapping"
            );
            let subject = year.to_string();
            self.report_with(Rule::Calendar, &subject, Some(index), message, Some(hint));
        }
    }

    /// Without a data set, the grouped import wants exactly one that holds all elements.
    fn no_data_set(&mut self) {
        let mut candidates: Option<BTreeSet<&str>> = None;
        let keys: BTreeSet<&str> = self
            .set
            .values
            .iter()
            .map(|value| &*value.data_element)
            .collect();
        for element in keys.iter().filter_map(|key| self.index.element(key)) {
            let sets: BTreeSet<&str> = self
                .metadata
                .data_sets_of(&element.id)
                .map(|set| set.id.as_str())
                .collect();
            candidates = Some(match candidates {
                None => sets,
                Some(known) => known.intersection(&sets).copied().collect(),
            });
        }
        let Some(candidates) = candidates else { return };
        if candidates.len() != 1 && !self.metadata.server.data_entry_auto_group {
            let named = |id: &str| match self.metadata.data_set(id) {
                Ok(set) => format!("{} ({id})", set.name),
                Err(_) => id.to_owned(),
            };
            let list = candidates
                .into_iter()
                .map(named)
                .collect::<Vec<_>>()
                .join(", ");
            self.report(Rule::NoDataSet, "", None, || {
                if list.is_empty() {
                    "no data set is named, and none holds all elements".to_owned()
                } else {
                    format!("no data set is named, and several hold all elements: {list}")
                }
            });
        }
    }

    /// Settings under which values are stored and then shown nowhere, or stop the analytics of the whole server.
    fn analytics(&mut self) {
        let server = &self.metadata.server;
        if let (Some(offset @ 0..), Some(today)) =
            (server.analytics_period_years_offset, self.today)
        {
            let last = i32::from(today.year()) + offset;
            let beyond: BTreeSet<i16> = self
                .index
                .periods
                .values()
                .flatten()
                .map(|period| period.end().year())
                .filter(|year| i32::from(*year) > last)
                .collect();
            for year in beyond {
                self.report(Rule::Analytics, &year.to_string(), None, || {
                    format!("analytics tables end with {last} (keyAnalyticsPeriodYearsOffset): data of {year} make their rebuild fail")
                });
            }
        }
        if let Some(types) = &server.data_output_period_types {
            let missing: BTreeSet<String> = self
                .index
                .periods
                .values()
                .flatten()
                .map(|period| period.kind().to_string())
                .filter(|kind| !types.contains(kind))
                .collect();
            for kind in missing {
                self.report(Rule::Analytics, &kind, None, || {
                    format!("analytics leave out {kind} periods (dataOutputPeriodTypes): the values show nowhere")
                });
            }
        }
    }

    /// The same value twice; a default option combo counts as none.
    pub(super) fn duplicates(&mut self) {
        // Keys of a million values take more room than the values: they are compared where their hashes are equal.
        let mut hashed: Vec<(u64, usize)> = (0..self.set.values.len())
            .map(|index| (hash(&self.key(index)), index))
            .collect();
        hashed.sort_unstable();
        let mut twice: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for group in hashed.chunk_by(|a, b| a.0 == b.0) {
            let indexes = group.iter().map(|(_, index)| *index);
            for (place, index) in indexes.clone().enumerate().skip(1) {
                let key = self.key(index);
                let first = indexes.clone().take(place).find(|&i| self.key(i) == key);
                if let Some(first) = first {
                    twice
                        .entry(first)
                        .or_insert_with(|| vec![first])
                        .push(index);
                }
            }
        }
        for indexes in twice.into_values() {
            let value = &self.set.values[indexes[0]];
            let subject = format!("{} {} {}", value.data_element, value.period, value.org_unit);
            for &index in &indexes {
                self.report(Rule::Duplicate, &subject, Some(index), || {
                    format!("the value of {subject} is there {} times", indexes.len())
                });
            }
        }
    }

    /// The key of a value; a default option combo counts as none.
    fn key(&self, index: usize) -> Key<'a> {
        let value = &self.set.values[index];
        let mut key = value.key();
        key.3 = self.unless_default(&value.category_option_combo);
        key.4 = key.4.filter(|combo| {
            !self
                .index
                .attribute_combo(combo)
                .is_some_and(|(c, _)| c.is_default)
        });
        key
    }

    fn unless_default(&self, combo: &'a Option<Text>) -> Option<&'a str> {
        combo.as_deref().filter(|combo| {
            !self
                .index
                .option_combo(combo)
                .is_some_and(|(c, _)| c.is_default)
        })
    }

    /// Data sets whose rules hold for an element: the one named, else all that hold it.
    pub(super) fn sets_for(&self, element: &'a DataElement) -> Vec<&'a DataSet> {
        match self.data_set {
            Some(set) => vec![set],
            None => self.metadata.data_sets_of(&element.id).collect(),
        }
    }

    pub(super) fn is_grouped(&self) -> bool {
        self.dialect == ImportDialect::Grouped
    }
}

fn hash(key: &Key<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
