//! The import engine from 2.43 on: a group of values of one data set stands or falls as a whole
//! (`DataEntryPipeline`, `DefaultDataEntryService`).

mod checks;
mod decode;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::rc::Rc;

use jiff::ToSpan;
use jiff::civil::DateTime;
use serde_json::Value;

use crate::approvals::Approvals;
use crate::data_values::{DataValue, DataValueKey, DataValues};
use crate::metadata_store::DEFAULT_OPTION_COMBO;
use crate::period::Period;
use crate::uid::is_uid;
use crate::value_type;
use crate::version::Version;

use super::body::{ImportRow, ValueSet};
use super::import_options::{ImportOptions, Scheme, Strategy};
use super::import_summary::{ImportConflict, ImportCount, ImportSummary, Status};
use super::metadata_lookup::{DataSet, LookupResult, MetadataLookup};

/// Longest comment taken.
const COMMENT_LIMIT: usize = 5_000;

/// What an import goes by.
pub(crate) struct GroupedImport<'a> {
    pub(crate) version: Version,
    pub(crate) metadata: MetadataLookup<'a>,
    pub(crate) approvals: &'a Approvals,
    pub(crate) options: &'a ImportOptions,
    pub(crate) now: DateTime,
    /// Whether values of several data sets are split by set.
    pub(crate) splits: bool,
}

/// A value whose identifiers are decoded.
#[derive(Debug, Clone)]
pub(super) struct DecodedValue {
    pub(super) index: usize,
    pub(super) element: String,
    pub(super) period: Period,
    pub(super) unit: String,
    pub(super) combo: Option<String>,
    pub(super) attribute_combo: Option<String>,
    value: Option<String>,
    comment: Option<String>,
    follow_up: bool,
    deleted: bool,
}

/// The engine falls over what it finds in the request: a server error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NullGroup;

/// A request that cannot be decoded.
enum DecodeFailure {
    ImportConflict(Box<ImportConflict>),
    NullGroup,
}

impl GroupedImport<'_> {
    /// Imports a data value set.
    pub(crate) fn import(
        &mut self,
        set: &ValueSet,
        values: &mut DataValues,
    ) -> Result<ImportSummary, NullGroup> {
        let decoded = self.data_set(set).and_then(|data_set| {
            let entries = set
                .rows
                .iter()
                .enumerate()
                .map(|(index, row)| self.decode(index, row, set));
            Ok((data_set, entries.collect::<Result<Vec<_>, _>>()?))
        });
        let (data_set, entries) = match decoded {
            Ok(decoded) => decoded,
            Err(DecodeFailure::NullGroup) => return Err(NullGroup),
            Err(DecodeFailure::ImportConflict(conflict)) => {
                let mut summary = ImportSummary::new(Status::Error);
                summary.conflicts.push(*conflict);
                return Ok(summary);
            }
        };
        let mut summary = ImportSummary::new(Status::Success);
        summary.complete = Some("false".to_owned());
        if entries.is_empty() && set.deletion.is_none() {
            return Ok(summary);
        }
        let groups = match self.group(data_set, entries) {
            Ok(groups) => groups,
            Err((conflict, entries)) => {
                refuse(&mut summary, *conflict, &entries);
                return Ok(summary);
            }
        };
        for (data_set, entries) in groups {
            let count = entries.len();
            summary.steps.push(format!(
                "Decoding group ds={data_set} [de= ou= pe= aoc=]({count} values)"
            ));
            let deletion = set.deletion.as_ref();
            self.enter(&data_set, entries, deletion, values, &mut summary);
        }
        Ok(summary)
    }

    /// Puts the values to the data sets they belong to.
    #[expect(clippy::type_complexity, reason = "an error gives the values back")]
    fn group(
        &mut self,
        data_set: Option<String>,
        entries: Vec<DecodedValue>,
    ) -> Result<Vec<(String, Vec<DecodedValue>)>, (Box<ImportConflict>, Vec<DecodedValue>)> {
        if let Some(data_set) = data_set {
            return Ok(vec![(data_set, entries)]);
        }
        let mut elements: Vec<&str> = entries.iter().map(|entry| entry.element.as_str()).collect();
        elements.sort_unstable();
        elements.dedup();
        let sets: Vec<(String, Vec<String>)> = elements
            .iter()
            .map(|element| {
                let sets = self
                    .metadata
                    .sets_of(element)
                    .iter()
                    .map(|set| set.id.clone())
                    .collect();
                ((*element).to_owned(), sets)
            })
            .collect();
        let orphans: Vec<&str> = sets
            .iter()
            .filter(|(_, sets)| sets.is_empty())
            .map(|(element, _)| element.as_str())
            .collect();
        if !orphans.is_empty() {
            let list = bracketed(&orphans);
            let message =
                format!("Data set detection failed, found no set for data element(s): `{list}`");
            return Err((group_conflict("E8003", list, message), entries));
        }
        let mut all: Vec<&str> = sets
            .iter()
            .flat_map(|(_, sets)| sets)
            .map(String::as_str)
            .collect();
        all.sort_unstable();
        all.dedup();
        if let [only] = all[..] {
            return Ok(vec![(only.to_owned(), entries)]);
        }
        if !self.splits || sets.iter().any(|(_, sets)| sets.len() > 1) {
            let list = bracketed(&all);
            let message = format!("Data set detection failed, found multiple sets: `{list}`");
            return Err((group_conflict("E8002", list, message), entries));
        }
        let set_of: HashMap<String, String> = sets
            .into_iter()
            .filter_map(|(element, sets)| Some((element, sets.into_iter().next()?)))
            .collect();
        let mut groups: BTreeMap<String, Vec<DecodedValue>> = BTreeMap::new();
        for entry in entries {
            let set = set_of.get(&entry.element).cloned().unwrap_or_default();
            groups.entry(set).or_default().push(entry);
        }
        Ok(groups.into_iter().collect())
    }

    /// Checks a group and stores it.
    fn enter(
        &mut self,
        data_set: &str,
        entries: Vec<DecodedValue>,
        deletion: Option<&Value>,
        values: &mut DataValues,
        summary: &mut ImportSummary,
    ) {
        let total = entries.len();
        summary
            .steps
            .push(format!("Validating group ds={data_set} ({total} values)"));
        if let Err(conflict) = self.check_group(data_set, &entries) {
            refuse(summary, *conflict, &entries);
            return;
        }
        let (mut good, mut first) = (Vec::new(), None);
        let mut problems = Vec::new();
        for entry in entries {
            match self.check_value(&entry) {
                Ok(value) => good.push((entry, value)),
                Err(conflict) => {
                    first.get_or_insert_with(|| conflict.message.clone());
                    problems.push((entry, conflict));
                }
            }
        }
        if let Some(first) = first.filter(|_| self.options.is_on("atomic")) {
            let count = good.len();
            let message = format!(
                "Atomic mode requires all values to be valid but only {count}/{total} were. First issue: {first}"
            );
            let conflict = group_conflict("E8000", format!("{count}-{total}-{first}"), message);
            let mut entries: Vec<DecodedValue> = good.into_iter().map(|(entry, _)| entry).collect();
            entries.extend(problems.into_iter().map(|(entry, _)| entry));
            entries.sort_by_key(|entry| entry.index);
            refuse(summary, *conflict, &entries);
            summary.complete = None;
            return;
        }
        for (entry, conflict) in problems {
            summary.count.ignored += 1;
            summary.reject(entry.index, vec![*conflict]);
            summary.status = Status::Warning;
        }
        if good.is_empty() && total > 0 {
            summary.status = Status::Error;
            return;
        }
        summary.steps.push(format!(
            "Upserting group ds={data_set} ({} values)",
            good.len()
        ));
        self.store(data_set, good, deletion, values, &mut summary.count);
    }

    /// Writes the values of a group in one transaction.
    fn store(
        &self,
        data_set: &str,
        entries: Vec<(DecodedValue, Option<String>)>,
        deletion: Option<&Value>,
        values: &mut DataValues,
        count: &mut ImportCount,
    ) {
        let dry = self.options.is_on("dryRun");
        let deletes = self.options.strategy == Strategy::Delete;
        let mut rows = Vec::with_capacity(entries.len());
        let mut keys = HashSet::new();
        let mut collides = false;
        for (entry, value) in entries {
            let key = DataValueKey {
                period: values.name(&entry.period.id()),
                element: values.name(&entry.element),
                unit: values.name(&entry.unit),
                combo: values.name(entry.combo.as_deref().unwrap_or(DEFAULT_OPTION_COMBO)),
                attribute_combo: values.name(
                    entry
                        .attribute_combo
                        .as_deref()
                        .unwrap_or(DEFAULT_OPTION_COMBO),
                ),
            };
            collides |= !keys.insert(key.clone());
            rows.push((key, entry, value));
        }
        if collides && !dry {
            // One statement cannot touch a row twice: PostgreSQL refuses it, and the engine
            // counts the refusal as values that had nothing to change.
            count.ignored += rows.len();
            return;
        }
        if let Some(deletion) = deletion {
            count.deleted += self.delete_scope(data_set, deletion, values, dry);
        }
        if deletes {
            count.deleted += rows.len();
        } else {
            count.updated += rows.len();
        }
        if dry {
            return;
        }
        for (key, entry, value) in rows {
            let created = values.get(&key).map_or(self.now, |stored| stored.created);
            let stored_by = values.name(&self.metadata.caller.username);
            let row = DataValue {
                value: value.map(Into::into),
                comment: entry.comment.map(Into::into),
                stored_by,
                follow_up: entry.follow_up,
                deleted: deletes || entry.deleted,
                created,
                updated: self.now,
            };
            values.put(key, row);
        }
    }

    /// Deletes what a `deletion` names: units x periods x elements.
    fn delete_scope(
        &self,
        _data_set: &str,
        deletion: &Value,
        values: &mut DataValues,
        dry: bool,
    ) -> usize {
        let list = |key: &str| {
            deletion
                .get(key)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        let (units, elements) = (list("orgUnits"), list("elements"));
        let mut doomed = Vec::new();
        for period in list("periods").iter().filter_map(Value::as_str) {
            for element in &elements {
                let is = |key: &str, id: &str| {
                    element
                        .get(key)
                        .is_none_or(|wanted| wanted.as_str() == Some(id))
                };
                let id = element
                    .get("dataElement")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                doomed.extend(
                    values
                        .of(period, Some(id))
                        .filter(|(key, row)| {
                            !row.deleted
                                && units.iter().any(|unit| unit.as_str() == Some(&key.unit))
                                && is("categoryOptionCombo", &key.combo)
                                && is("attributeOptionCombo", &key.attribute_combo)
                        })
                        .map(|(key, _)| key.clone()),
                );
            }
        }
        for key in doomed.iter().filter(|_| !dry) {
            if let Some(row) = values.get_mut(key) {
                row.deleted = true;
                row.updated = self.now;
            }
        }
        doomed.len()
    }
}

/// Refuses all values of a group for one reason.
fn refuse(summary: &mut ImportSummary, conflict: ImportConflict, entries: &[DecodedValue]) {
    summary.status = Status::Error;
    summary
        .rejected
        .extend(entries.iter().map(|entry| entry.index));
    let indexes = entries
        .iter()
        .map(|entry| i64::try_from(entry.index).unwrap_or(i64::MAX));
    summary.conflicts.push(ImportConflict {
        indexes: Some(indexes.collect()),
        ..conflict
    });
}

fn group_conflict(code: &'static str, args: String, message: String) -> Box<ImportConflict> {
    value_conflict(code, args, message)
}

fn value_conflict(code: &'static str, args: String, message: String) -> Box<ImportConflict> {
    Box::new(ImportConflict {
        objects: vec![("args".to_owned(), args)],
        message,
        code,
        ..ImportConflict::default()
    })
}

fn bracketed(ids: &[&str]) -> String {
    format!("[{}]", ids.join(", "))
}

/// Each text once, in the order of its first appearance.
fn distinct<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    ids.filter(|id| seen.insert(*id)).collect()
}
