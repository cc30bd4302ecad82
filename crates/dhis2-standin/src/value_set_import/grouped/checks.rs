//! The checks of a group, in their order.

use super::*;

impl GroupedImport<'_> {
    /// The checks of a group, in their order; the first that fails ends it.
    pub(super) fn check_group(
        &mut self,
        data_set: &str,
        entries: &[DecodedValue],
    ) -> Result<(), Box<ImportConflict>> {
        let set = self.metadata.set(data_set);
        let superuser = self.metadata.caller.is_superuser();
        if set.as_ref().is_some_and(|set| !set.writable) {
            return Err(group_conflict(
                "E8010",
                data_set.to_owned(),
                format!("Current user cannot enter data for data set: `{data_set}`"),
            ));
        }
        if !superuser {
            self.check_access(entries)?;
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

    /// What a user who is not a superuser may write to.
    fn check_access(&mut self, entries: &[DecodedValue]) -> Result<(), Box<ImportConflict>> {
        let caller = self.metadata.caller;
        let outside = distinct(
            entries
                .iter()
                .filter(|entry| {
                    self.metadata
                        .store
                        .get("organisationUnits", &entry.unit)
                        .is_some()
                        && !self
                            .metadata
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
            .filter_map(|id| self.metadata.combo(id))
            .flat_map(|combo| combo.closed_options.clone())
            .collect();
        let closed = distinct(closed.iter().map(String::as_str));
        refuse_if(
            &closed,
            "E8012",
            "Current user cannot enter data for category option(s)",
        )?;
        Ok(())
    }

    pub(super) fn check_combos(
        &mut self,
        set: &Rc<DataSet>,
        entries: &[DecodedValue],
    ) -> Result<(), Box<ImportConflict>> {
        let used = distinct(entries.iter().map(|entry| {
            entry
                .attribute_combo
                .as_deref()
                .unwrap_or(DEFAULT_OPTION_COMBO)
        }));
        let mut wrong = Vec::new();
        for id in used {
            if self
                .metadata
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
            let Some(element) = self.metadata.element(id) else {
                continue;
            };
            let wanted = set.combo_of(&element).to_owned();
            let mut wrong = Vec::new();
            for combo in distinct(combos.into_iter()) {
                if self
                    .metadata
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
    pub(super) fn check_openings(
        &self,
        entries: &[DecodedValue],
    ) -> Result<(), Box<ImportConflict>> {
        let mut by_unit: BTreeMap<&str, Vec<&DecodedValue>> = BTreeMap::new();
        for entry in entries {
            by_unit.entry(&entry.unit).or_default().push(entry);
        }
        for (unit, entries) in by_unit {
            let (opens, closes) = self.metadata.unit_span(unit);
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

    pub(super) fn check_time(
        &self,
        set: &DataSet,
        entries: &[DecodedValue],
    ) -> Result<(), Box<ImportConflict>> {
        if self.options.is_forced_by(self.metadata.caller) {
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
                self.metadata.store,
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

    pub(super) fn is_timely(&self, set: &DataSet, period: &Period) -> bool {
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
        if self.metadata.caller.may("F_EDIT_EXPIRED") {
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

    pub(super) fn check_value(
        &mut self,
        entry: &DecodedValue,
    ) -> Result<Option<String>, Box<ImportConflict>> {
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
        let element = self.metadata.element(&entry.element);
        let value_type = element
            .as_ref()
            .map_or("TEXT", |element| element.value_type.as_str());
        let value = match value.strip_suffix(".0") {
            Some(whole) if value_type.starts_with("INTEGER") => whole,
            _ => value,
        };
        if deletes {
            // What is taken away need not fit.
            return Ok(Some(value.to_owned()));
        }
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
}

pub(super) fn check_duplicates(entries: &[DecodedValue]) -> Result<(), Box<ImportConflict>> {
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

pub(super) fn refuse_if(
    ids: &[&str],
    code: &'static str,
    text: &str,
) -> Result<(), Box<ImportConflict>> {
    if ids.is_empty() {
        return Ok(());
    }
    let list = bracketed(ids);
    let message = format!("{text}: `{list}`");
    Err(group_conflict(code, list, message))
}

pub(super) fn unusable(
    set: &str,
    ids: &[&str],
    code: &'static str,
    what: &str,
) -> Result<(), Box<ImportConflict>> {
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
