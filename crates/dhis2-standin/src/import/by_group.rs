//! The import engine from 2.43 on: a group of values of one data set stands or falls as a whole
//! (`DataEntryPipeline`, `DefaultDataEntryService`).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::rc::Rc;

use jiff::ToSpan;
use jiff::civil::DateTime;
use serde_json::Value;

use crate::approval::Approvals;
use crate::period::Period;
use crate::store::DEFAULT_OPTION_COMBO;
use crate::uid::is_uid;
use crate::value_type;
use crate::values::{DataValue, Key, Values};
use crate::version::Version;

use super::catalogue::{Catalogue, DataSet, Found};
use super::options::{ImportOptions, Scheme, Strategy};
use super::summary::{Conflict, Count, Status, Summary};
use super::value_set::{Row, ValueSet};

/// Longest comment taken.
const COMMENT_LIMIT: usize = 5_000;

/// What an import goes by.
pub(crate) struct Engine<'a> {
    pub(crate) version: Version,
    pub(crate) catalogue: Catalogue<'a>,
    pub(crate) approvals: &'a Approvals,
    pub(crate) options: &'a ImportOptions,
    pub(crate) now: DateTime,
    /// Whether values of several data sets are split by set.
    pub(crate) splits: bool,
}

/// A value whose identifiers are decoded.
#[derive(Debug, Clone)]
pub(super) struct Entry {
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
enum Undecoded {
    Conflict(Box<Conflict>),
    NullGroup,
}

impl Engine<'_> {
    fn forced(&self) -> bool {
        self.options.is_on("force") && self.catalogue.caller.is_superuser()
    }

    /// Imports a data value set.
    pub(crate) fn import(
        &mut self,
        set: &ValueSet,
        values: &mut Values,
    ) -> Result<Summary, NullGroup> {
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
            Err(Undecoded::NullGroup) => return Err(NullGroup),
            Err(Undecoded::Conflict(conflict)) => {
                let mut summary = Summary::new(Status::Error);
                summary.conflicts.push(*conflict);
                return Ok(summary);
            }
        };
        let mut summary = Summary::new(Status::Success);
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

    /// The data set of the request, decoded but not yet looked up.
    fn data_set(&mut self, set: &ValueSet) -> Result<Option<String>, Undecoded> {
        let Some(word) = set.data_set.as_deref().or(self.options.data_set.as_deref()) else {
            return Ok(None);
        };
        let scheme = self.options.scheme("dataSetIdScheme");
        if scheme == Scheme::Uid {
            return if is_uid(word) {
                Ok(Some(word.to_owned()))
            } else {
                Err(undecoded(
                    "E8004",
                    word.to_owned(),
                    format!("Data set UID not valid: `{word}`"),
                ))
            };
        }
        match self.catalogue.find("dataSets", &scheme, word) {
            Found::One(id) => Ok(Some(id)),
            Found::Several(_) => Err(Undecoded::NullGroup),
            Found::None => Err(undecoded(
                "E8005",
                word.to_owned(),
                format!("Data set not found: `{word}`"),
            )),
        }
    }

    fn decode(&mut self, index: usize, row: &Row, set: &ValueSet) -> Result<Entry, Undecoded> {
        let input = || describe(row);
        let absent = |code, what: &str| {
            let input = input();
            undecoded(
                code,
                format!("{index}-{input}"),
                format!("Value #{index} {what} not defined in group or value: `{input}`"),
            )
        };
        let period = row
            .period
            .as_deref()
            .or(set.period.as_deref())
            .filter(|id| !id.is_empty());
        let period = period.ok_or_else(|| absent("E8100", "period"))?;
        let period = Period::parse(self.version, period).ok_or(Undecoded::NullGroup)?;
        let element = row
            .element
            .as_deref()
            .ok_or_else(|| absent("E8102", "data element"))?;
        let element = self.decode_id(
            index,
            "dataElements",
            "dataElementIdScheme",
            element,
            ("E8104", "data element UID not valid"),
            ("E8103", "data element not found"),
        )?;
        let unit = row
            .unit
            .as_deref()
            .or(set.unit.as_deref())
            .ok_or_else(|| absent("E8105", "org unit"))?;
        let unit = self.decode_id(
            index,
            "organisationUnits",
            "orgUnitIdScheme",
            unit,
            ("E8106", "org unit UID is not valid"),
            ("E8107", "org unit not found"),
        )?;
        let combo = match (row.combo.as_deref(), &row.options) {
            (Some(word), _) => Some(self.decode_id(
                index,
                "categoryOptionCombos",
                "categoryOptionComboIdScheme",
                word,
                ("E8109", "category option combo UID is not valid"),
                ("E8108", "category option combo not found"),
            )?),
            (None, Some(options)) => Some(self.decode_options(index, &element, options)?),
            (None, None) => None,
        };
        let attribute = row
            .attribute_combo
            .as_deref()
            .or(set.attribute_combo.as_deref());
        let attribute_combo = match (attribute, &set.attribute_options) {
            (Some(word), _) => Some(self.decode_id(
                index,
                "categoryOptionCombos",
                "attributeOptionComboIdScheme",
                word,
                ("E8111", "attribute option combo UID is not valid"),
                ("E8110", "attribute option combo not found"),
            )?),
            (None, Some(options)) => {
                let set = set
                    .data_set
                    .as_deref()
                    .and_then(|id| self.catalogue.set(id));
                let combo = set
                    .map(|set| set.attribute_combo.clone())
                    .unwrap_or_default();
                let chosen: Vec<String> =
                    options.iter().map(|(_, option)| option.clone()).collect();
                self.catalogue.combo_with(&combo, &chosen)
            }
            (None, None) => None,
        };
        Ok(Entry {
            index,
            element,
            period,
            unit,
            combo,
            attribute_combo,
            value: row.value.clone(),
            comment: row.comment.clone(),
            follow_up: row.follow_up.unwrap_or(false),
            deleted: row.deleted.unwrap_or(false),
        })
    }

    fn decode_id(
        &mut self,
        index: usize,
        plural: &'static str,
        scheme: &str,
        word: &str,
        malformed: (&'static str, &str),
        unknown: (&'static str, &str),
    ) -> Result<String, Undecoded> {
        let scheme = self.options.scheme(scheme);
        if scheme == Scheme::Uid {
            return if is_uid(word) {
                Ok(word.to_owned())
            } else {
                let (code, text) = malformed;
                Err(undecoded(
                    code,
                    format!("{index}-{word}"),
                    format!("Value #{index} {text}: `{word}`"),
                ))
            };
        }
        match self.catalogue.find(plural, &scheme, word) {
            Found::One(id) => Ok(id),
            Found::Several(_) => Err(Undecoded::NullGroup),
            Found::None => {
                let (code, text) = unknown;
                Err(undecoded(
                    code,
                    format!("{index}-{word}"),
                    format!("Value #{index} {text}: `{word}`"),
                ))
            }
        }
    }

    fn decode_options(
        &mut self,
        index: usize,
        element: &str,
        options: &[(String, String)],
    ) -> Result<String, Undecoded> {
        let combo = self
            .catalogue
            .element(element)
            .map(|element| element.combo.clone())
            .unwrap_or_default();
        let chosen: Vec<String> = options.iter().map(|(_, option)| option.clone()).collect();
        self.catalogue.combo_with(&combo, &chosen).ok_or_else(|| {
            let map = describe_options(options);
            undecoded(
                "E8108",
                format!("{index}-{map}"),
                format!("Value #{index} category option combo not found: `{map}`"),
            )
        })
    }

    /// Puts the values to the data sets they belong to.
    #[expect(clippy::type_complexity, reason = "an error gives the values back")]
    fn group(
        &mut self,
        data_set: Option<String>,
        entries: Vec<Entry>,
    ) -> Result<Vec<(String, Vec<Entry>)>, (Box<Conflict>, Vec<Entry>)> {
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
                    .catalogue
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
        let mut groups: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
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
        entries: Vec<Entry>,
        deletion: Option<&Value>,
        values: &mut Values,
        summary: &mut Summary,
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
            let mut entries: Vec<Entry> = good.into_iter().map(|(entry, _)| entry).collect();
            entries.extend(problems.into_iter().map(|(entry, _)| entry));
            entries.sort_by_key(|entry| entry.index);
            refuse(summary, *conflict, &entries);
            summary.complete = None;
            return;
        }
        for (entry, conflict) in problems {
            summary.count.ignored += 1;
            summary.reject(entry.index, *conflict);
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

    fn check_value(&mut self, entry: &Entry) -> Result<Option<String>, Box<Conflict>> {
        let index = entry.index;
        let problem =
            |code, args: String, message: String| Err(value_conflict(code, args, message));
        let deletes = self.options.strategy == Strategy::Delete || entry.deleted;
        let Some(value) = entry.value.as_deref().filter(|value| !value.is_empty()) else {
            return if deletes {
                Ok(None)
            } else {
                problem(
                    "E8120",
                    index.to_string(),
                    format!("Value #{index} value is required"),
                )
            };
        };
        if entry
            .comment
            .as_ref()
            .is_some_and(|comment| comment.chars().count() > COMMENT_LIMIT)
        {
            return problem(
                "E8125",
                format!("{index}-{COMMENT_LIMIT}"),
                format!("Value #{index} comment too long (max 5,000 characters)`"),
            );
        }
        let element = self.catalogue.element(&entry.element);
        let value_type = element
            .as_ref()
            .map_or("TEXT", |element| element.value_type.as_str());
        let value = match value.strip_suffix(".0") {
            Some(whole) if value_type.starts_with("INTEGER") => whole,
            _ => value,
        };
        if let Some(key) = value_type::problem(value_type, value) {
            return problem(
                "E8122",
                format!("{index}-{value}-{value_type}-{key}"),
                format!("Value #{index} value `{value}` is no valid {value_type}: {key}"),
            );
        }
        let options = element
            .as_ref()
            .and_then(|element| element.options.as_ref());
        if options.is_some_and(|options| !options.contains(value)) {
            return problem(
                "E8123",
                format!("{index}-{value}"),
                format!("Value #{index} value `{value}` is not a valid option"),
            );
        }
        Ok(Some(value.to_owned()))
    }

    /// Writes the values of a group in one transaction.
    fn store(
        &self,
        data_set: &str,
        entries: Vec<(Entry, Option<String>)>,
        deletion: Option<&Value>,
        values: &mut Values,
        count: &mut Count,
    ) {
        let dry = self.options.is_on("dryRun");
        let deletes = self.options.strategy == Strategy::Delete;
        let mut rows = Vec::with_capacity(entries.len());
        let mut keys = HashSet::new();
        let mut collides = false;
        for (entry, value) in entries {
            let key = Key {
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
            let stored_by = values.name(&self.catalogue.caller.username);
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
        values: &mut Values,
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

    /// The checks of a group, in their order; the first that fails ends it.
    fn check_group(&mut self, data_set: &str, entries: &[Entry]) -> Result<(), Box<Conflict>> {
        let set = self.catalogue.set(data_set);
        let superuser = self.catalogue.caller.is_superuser();
        if set.as_ref().is_some_and(|set| !set.writable) {
            return Err(group_conflict(
                "E8010",
                data_set.to_owned(),
                format!("Current user cannot enter data for data set: `{data_set}`"),
            ));
        }
        if !superuser {
            let caller = self.catalogue.caller;
            let outside = distinct(
                entries
                    .iter()
                    .filter(|entry| {
                        self.catalogue
                            .store
                            .get("organisationUnits", &entry.unit)
                            .is_some()
                            && !self
                                .catalogue
                                .store
                                .is_within(&entry.unit, caller.units.iter().map(String::as_str))
                    })
                    .map(|entry| entry.unit.as_str()),
            );
            refuse_if(
                &outside,
                "E8011",
                "Current user cannot enter data for org unit(s)",
            )?;
            let combos = distinct(
                entries
                    .iter()
                    .flat_map(|entry| [&entry.combo, &entry.attribute_combo])
                    .flatten()
                    .map(String::as_str),
            );
            let closed: Vec<String> = combos
                .iter()
                .filter_map(|id| self.catalogue.combo(id))
                .flat_map(|combo| combo.closed_options.clone())
                .collect();
            let closed = distinct(closed.iter().map(String::as_str));
            refuse_if(
                &closed,
                "E8012",
                "Current user cannot enter data for category option(s)",
            )?;
        }
        let in_set = |element: &str| {
            set.as_ref()
                .is_some_and(|set| set.elements.contains(element))
        };
        let foreign = distinct(
            entries
                .iter()
                .map(|entry| entry.element.as_str())
                .filter(|id| !in_set(id)),
        );
        unusable(data_set, &foreign, "E8020", "data element(s)")?;
        let Some(set) = set else { return Ok(()) };
        let unassigned = distinct(
            entries
                .iter()
                .map(|entry| entry.unit.as_str())
                .filter(|id| !set.units.contains(*id)),
        );
        unusable(data_set, &unassigned, "E8022", "org unit(s)")?;
        let periods: Vec<String> = entries
            .iter()
            .filter(|entry| set.period_type != Some(entry.period.kind))
            .map(|entry| entry.period.id())
            .collect();
        unusable(
            data_set,
            &distinct(periods.iter().map(String::as_str)),
            "E8021",
            "period(s)",
        )?;
        self.check_combos(&set, entries)?;
        self.check_openings(entries)?;
        self.check_time(&set, entries)?;
        check_duplicates(entries)
    }

    fn check_combos(&mut self, set: &Rc<DataSet>, entries: &[Entry]) -> Result<(), Box<Conflict>> {
        let used = distinct(entries.iter().map(|entry| {
            entry
                .attribute_combo
                .as_deref()
                .unwrap_or(DEFAULT_OPTION_COMBO)
        }));
        let mut wrong = Vec::new();
        for id in used {
            if self
                .catalogue
                .combo(id)
                .is_none_or(|combo| combo.combo != set.attribute_combo)
            {
                wrong.push(id);
            }
        }
        unusable(&set.id, &wrong, "E8023", "attribute option combo(s)")?;
        let mut by_element: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for entry in entries {
            let combos = by_element.entry(&entry.element).or_default();
            combos.extend(entry.combo.as_deref());
        }
        for (id, combos) in by_element {
            let Some(element) = self.catalogue.element(id) else {
                continue;
            };
            let wanted = set.combo_of(&element).to_owned();
            let mut wrong = Vec::new();
            for combo in distinct(combos.into_iter()) {
                if self
                    .catalogue
                    .combo(combo)
                    .is_none_or(|found| found.combo != wanted)
                {
                    wrong.push(combo);
                }
            }
            if !wrong.is_empty() {
                let list = bracketed(&wrong);
                return Err(group_conflict(
                    "E8024",
                    format!("{}-{id}-{list}", set.id),
                    format!(
                        "Data set {} + data element {id} not usable with category option combo(s): `{list}`",
                        set.id
                    ),
                ));
            }
        }
        Ok(())
    }

    /// A period must begin while its unit is open.
    fn check_openings(&self, entries: &[Entry]) -> Result<(), Box<Conflict>> {
        let mut by_unit: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            by_unit.entry(&entry.unit).or_default().push(entry);
        }
        for (unit, entries) in by_unit {
            let (opens, closes) = self.catalogue.unit_span(unit);
            let outside: Vec<String> = entries
                .iter()
                .filter(|entry| {
                    let start = entry.period.start;
                    opens.is_some_and(|opens| start < opens)
                        || closes.is_some_and(|closes| start > closes)
                })
                .map(|entry| entry.period.id())
                .collect();
            let outside = distinct(outside.iter().map(String::as_str));
            if !outside.is_empty() {
                let list = bracketed(&outside);
                return Err(group_conflict(
                    "E8031",
                    format!("{unit}-{list}"),
                    format!("Untimely data entry for org unit {unit} and period(s): `{list}`"),
                ));
            }
        }
        Ok(())
    }

    fn check_time(&self, set: &DataSet, entries: &[Entry]) -> Result<(), Box<Conflict>> {
        if self.forced() {
            return Ok(());
        }
        let late: Vec<String> = entries
            .iter()
            .map(|entry| entry.period)
            .filter(|period| !self.is_timely(set, period))
            .map(|period| period.id())
            .collect();
        let late = distinct(late.iter().map(String::as_str));
        if !late.is_empty() {
            let list = bracketed(&late);
            return Err(group_conflict(
                "E8030",
                format!("{}-{list}", set.id),
                format!(
                    "Untimely data entry for data set {} and period(s): `{list}`",
                    set.id
                ),
            ));
        }
        let Some(workflow) = set.workflow.as_deref() else {
            return Ok(());
        };
        for entry in entries {
            // Only values that name their attribute combination are looked up.
            let attribute = match entry.attribute_combo.as_deref() {
                Some(attribute) => attribute,
                None => continue,
            };
            let period = entry.period.id();
            if self.approvals.covers(
                self.catalogue.store,
                workflow,
                &period,
                &entry.unit,
                attribute,
            ) {
                let unit = &entry.unit;
                return Err(group_conflict(
                    "E8033",
                    format!("{attribute}-{unit}-[{period}]"),
                    format!(
                        "Untimely data entry (already approved) for attribute option combo {attribute}, org unit {unit} and periods: `[{period}]`"
                    ),
                ));
            }
        }
        Ok(())
    }

    fn is_timely(&self, set: &DataSet, period: &Period) -> bool {
        let today = self.now.date();
        if !set.input_periods.is_empty() {
            let entry = set
                .input_periods
                .iter()
                .find(|entry| entry.period == period.id());
            // 2.43.0 and 2.43.1 have the test the wrong way round.
            return match entry {
                Some(entry) => entry.is_open(today) != (self.version == Version::V43),
                None => false,
            };
        }
        if self.catalogue.caller.may("F_EDIT_EXPIRED") {
            return true;
        }
        let open = set
            .period_type
            .and_then(|kind| Period::last_open(kind, today, set.open_future))
            .is_none_or(|last| period.start <= last.start);
        #[expect(clippy::cast_possible_truncation, reason = "a number of days")]
        let days = set.expiry_days as i64;
        let expired = days > 0
            && period
                .end
                .checked_add(days.days())
                .is_ok_and(|last| last < today);
        open && !expired
    }
}

fn check_duplicates(entries: &[Entry]) -> Result<(), Box<Conflict>> {
    let mut seen: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for entry in entries {
        let null = || "null".to_owned();
        let key = format!(
            "DataValueKey[dataElement={}, orgUnit={}, categoryOptionCombo={}, attributeOptionCombo={}, period={}]",
            entry.element,
            entry.unit,
            entry.combo.clone().unwrap_or_else(null),
            entry.attribute_combo.clone().unwrap_or_else(null),
            entry.period.id()
        );
        seen.entry(key).or_default().push(entry.index);
    }
    match seen
        .into_iter()
        .filter(|(_, indexes)| indexes.len() > 1)
        .min_by_key(|(_, indexes)| indexes[0])
    {
        None => Ok(()),
        Some((key, indexes)) => Err(group_conflict(
            "E8128",
            format!("{indexes:?}-{key}"),
            format!("Value #{indexes:?} all affect the same data value: `{key}`"),
        )),
    }
}

/// Refuses all values of a group for one reason.
fn refuse(summary: &mut Summary, conflict: Conflict, entries: &[Entry]) {
    summary.status = Status::Error;
    summary
        .rejected
        .extend(entries.iter().map(|entry| entry.index));
    let indexes = entries
        .iter()
        .map(|entry| i64::try_from(entry.index).unwrap_or(i64::MAX));
    summary.conflicts.push(Conflict {
        indexes: Some(indexes.collect()),
        ..conflict
    });
}

fn refuse_if(ids: &[&str], code: &'static str, text: &str) -> Result<(), Box<Conflict>> {
    if ids.is_empty() {
        return Ok(());
    }
    let list = bracketed(ids);
    let message = format!("{text}: `{list}`");
    Err(group_conflict(code, list, message))
}

fn unusable(set: &str, ids: &[&str], code: &'static str, what: &str) -> Result<(), Box<Conflict>> {
    if ids.is_empty() {
        return Ok(());
    }
    let list = bracketed(ids);
    Err(group_conflict(
        code,
        format!("{set}-{list}"),
        format!("Data set {set} not usable with {what}: `{list}`"),
    ))
}

fn group_conflict(code: &'static str, args: String, message: String) -> Box<Conflict> {
    value_conflict(code, args, message)
}

fn value_conflict(code: &'static str, args: String, message: String) -> Box<Conflict> {
    Box::new(Conflict {
        objects: vec![("args".to_owned(), args)],
        message,
        code,
        ..Conflict::default()
    })
}

fn undecoded(code: &'static str, args: String, message: String) -> Undecoded {
    Undecoded::Conflict(Box::new(Conflict {
        indexes: Some(vec![-1]),
        ..*value_conflict(code, args, message)
    }))
}

fn bracketed(ids: &[&str]) -> String {
    format!("[{}]", ids.join(", "))
}

/// Each text once, in the order of its first appearance.
fn distinct<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    ids.filter(|id| seen.insert(*id)).collect()
}

/// A value as Java prints the record it was read into.
fn describe(row: &Row) -> String {
    let mut text = String::from("Input[");
    let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".to_owned());
    let truth =
        |value: Option<bool>| value.map_or_else(|| "null".to_owned(), |value| value.to_string());
    let options = row
        .options
        .as_deref()
        .map_or_else(|| "null".to_owned(), describe_options);
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "dataElement={}, orgUnit={}, categoryOptionCombo={}, categoryOptions={options}, attributeOptionCombo={}, \
         attributeCombo=null, attributeOptions=null, period={}, value={}, comment={}, followUp={}, deleted={}]",
        show(&row.element),
        show(&row.unit),
        show(&row.combo),
        show(&row.attribute_combo),
        show(&row.period),
        show(&row.value),
        show(&row.comment),
        truth(row.follow_up),
        truth(row.deleted)
    );
    text
}

/// A map of options as Java prints it.
fn describe_options(options: &[(String, String)]) -> String {
    let pairs: Vec<String> = options
        .iter()
        .rev()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}
