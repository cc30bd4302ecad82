//! The checks of a single value, in the order of the validator.

use super::*;

impl PerValueImport<'_> {
    pub(super) fn check_unit(
        &self,
        row: &ImportRow,
        at: &ResolvedValue,
    ) -> Result<(), Box<ImportConflict>> {
        let caller = self.metadata.caller;
        if self
            .metadata
            .store
            .is_within(&at.unit, caller.units.iter().map(String::as_str))
        {
            return Ok(());
        }
        let unit = row.unit.clone().unwrap_or_default();
        Err(Box::new(ImportConflict {
            object: Some(unit.clone()),
            message: format!(
                "Organisation unit: `{unit}` not in hierarchy of current user: `{}`",
                caller.id
            ),
            objects: vec![
                ("organisationUnit".to_owned(), unit),
                ("user".to_owned(), caller.id.clone()),
            ],
            code: "E7617",
            property: Some("orgUnit"),
            indexes: None,
        }))
    }

    pub(super) fn check_value(
        &self,
        row: &ImportRow,
        at: &ResolvedValue,
    ) -> Result<(), Box<ImportConflict>> {
        let element = row.element.clone().unwrap_or_default();
        let value = row.value.as_deref().filter(|value| !value.is_empty());
        let conflict = |code, message: String| {
            Box::new(ImportConflict {
                object: Some(element.clone()),
                objects: vec![("dataElement".to_owned(), element.clone())],
                message,
                code,
                property: Some("value"),
                indexes: None,
            })
        };
        let deletes = self.options.strategy == Strategy::Delete || row.deleted == Some(true);
        if value.is_none() && row.comment.is_none() && !deletes {
            return Err(conflict(
                "E7618",
                format!("Data value or comment not specified for data element: `{element}`"),
            ));
        }
        let problem = value.and_then(|value| value_type::problem(&at.element.value_type, value));
        if let Some(problem) = problem {
            let text = type_text(problem);
            let message = if self.version > Version::V38 {
                format!("Value must match value type of data element `{element}`: `{text}`")
            } else {
                format!("Value must match data element's `{element}` type constraints: {text}")
            };
            let mut conflict = conflict("E7619", message);
            conflict
                .objects
                .push(("value".to_owned(), problem.to_owned()));
            return Err(conflict);
        }
        if row
            .comment
            .as_ref()
            .is_some_and(|comment| comment.chars().count() > COMMENT_LIMIT)
        {
            let key = "comment_length_greater_than_max_length";
            return Err(Box::new(ImportConflict {
                object: Some(key.to_owned()),
                objects: vec![("comment".to_owned(), key.to_owned())],
                message: "Invalid comment: Comment is greater than max length".to_owned(),
                code: "E7620",
                property: Some("comment"),
                indexes: None,
            }));
        }
        match (&at.element.options, value) {
            (Some(options), Some(value)) if !options.contains(value) => Err(conflict(
                "E7621",
                format!(
                    "Data value is not a valid option of the data element option set: `{element}`"
                ),
            )),
            _ => Ok(()),
        }
    }

    pub(super) fn check_switches(
        &mut self,
        row: &ImportRow,
        at: &ResolvedValue,
    ) -> Result<(), Box<ImportConflict>> {
        let on = |name: &str| self.options.is_on(name);
        let element = row.element.clone().unwrap_or_default();
        let about = ("dataElement".to_owned(), element.clone());
        if on("requireCategoryOptionCombo") && at.combo.is_none() {
            return Err(bare(
                "E7630",
                "categoryOptionCombo",
                "Category option combo is required but is not specified",
            ));
        }
        if on("requireAttributeOptionCombo") && at.attribute_combo.is_none() {
            return Err(bare(
                "E7631",
                "attributeOptionCombo",
                "Attribute option combo is required but is not specified",
            ));
        }
        let sets = self.metadata.sets_of(&at.element.id);
        if on("strictPeriods")
            && !sets
                .iter()
                .any(|set| set.period_type == Some(at.period.kind))
        {
            let period = at.period.id();
            return Err(Box::new(ImportConflict {
                object: Some(period.clone()),
                message: format!(
                    "Period type of period: `{period}` not valid for data element: `{element}`"
                ),
                objects: vec![("period".to_owned(), period), about],
                code: "E7632",
                ..ImportConflict::default()
            }));
        }
        if on("strictDataElements")
            && let Some(set) = at
                .candidates
                .iter()
                .find(|set| !set.elements.contains(&at.element.id))
        {
            let colon = if self.version == Version::V38 {
                "dataset"
            } else {
                "dataset(s)"
            };
            return Err(Box::new(ImportConflict {
                object: Some(element.clone()),
                message: format!(
                    "Data element: `{element}` is not part of {colon}: `{}`",
                    set.id
                ),
                objects: vec![about, ("dataSet".to_owned(), set.id.clone())],
                code: "E7633",
                property: Some("dataElement"),
                indexes: None,
            }));
        }
        self.check_strict_combo_and_unit(row, at, &sets)
    }

    fn check_strict_combo_and_unit(
        &mut self,
        row: &ImportRow,
        at: &ResolvedValue,
        sets: &[Rc<DataSet>],
    ) -> Result<(), Box<ImportConflict>> {
        let on = |name: &str| self.options.is_on(name);
        let element = row.element.clone().unwrap_or_default();
        let about = ("dataElement".to_owned(), element.clone());
        if on("strictCategoryOptionCombos") {
            let id = at.combo.as_deref().unwrap_or(DEFAULT_OPTION_COMBO);
            let combo = self
                .metadata
                .combo(id)
                .map(|combo| combo.combo.clone())
                .unwrap_or_default();
            let mut allowed = vec![at.element.combo.as_str()];
            allowed.extend(sets.iter().map(|set| set.combo_of(&at.element)));
            if !allowed.contains(&combo.as_str()) {
                let shown = row.combo.clone().unwrap_or_else(|| "null".to_owned());
                let object = row.combo.clone();
                let mut objects: Vec<_> = object
                    .iter()
                    .map(|id| ("categoryOptionCombo".to_owned(), id.clone()))
                    .collect();
                objects.push(about);
                return Err(Box::new(ImportConflict {
                    object,
                    objects,
                    message: format!(
                        "Category option combo: `{shown}` must be part of category combo of data element: `{element}`"
                    ),
                    code: "E7634",
                    property: Some("categoryOptionCombo"),
                    indexes: None,
                }));
            }
        }
        if on("strictOrganisationUnits") && !sets.iter().any(|set| set.units.contains(&at.unit)) {
            let unit = row.unit.clone().unwrap_or_default();
            return Err(Box::new(ImportConflict {
                object: Some(unit.clone()),
                message: format!(
                    "Data element: `{element}` must be assigned through data sets to organisation unit: `{unit}`"
                ),
                objects: vec![("organisationUnit".to_owned(), unit), about],
                code: "E7636",
                property: Some("orgUnit"),
                indexes: None,
            }));
        }
        Ok(())
    }

    /// What speaks against the period and the moment, in the data sets that the value is meant for.
    pub(super) fn check_time(
        &mut self,
        row: &ImportRow,
        at: &ResolvedValue,
    ) -> Result<(), Vec<ImportConflict>> {
        if self.forced() {
            return Ok(());
        }
        let today = self.today();
        let period = row.period.clone().unwrap_or_default();
        let about = |set: &DataSet| {
            vec![
                ("period".to_owned(), period.clone()),
                ("dataSet".to_owned(), set.id.clone()),
            ]
        };
        if !self.metadata.caller.may("F_EDIT_EXPIRED") {
            self.in_sets(at, "strictDataSetLocking", |set| {
                is_expired(set, &at.period, today).then(|| {
                    let text = format!(
                        "Current date is past expiry days for period: `{period}`  and data set: `{}`",
                        set.id
                    );
                    period_conflict("E7640", about(set), text)
                })
            })?;
        }
        self.check_future(row, at)?;
        self.in_sets(at, "strictDataSetApproval", |set| {
            self.approved(at, &period, set)
        })?;
        self.in_sets(at, "strictDataSetInputPeriods", |set| {
            (!set.takes(&at.period.id(), today)).then(|| {
                let text = format!(
                    "Period: `{period}` is not open for this data set at this time: `{}`",
                    set.id
                );
                period_conflict("E7643", about(set), text)
            })
        })?;
        let sets = self.metadata.sets_of(&at.element.id);
        if sets.is_empty() || sets.iter().any(|set| set.takes(&at.period.id(), today)) {
            return Ok(());
        }
        let text = format!(
            "Period: `{period}` does not conform to the open periods of associated data sets"
        );
        let objects = vec![("period".to_owned(), period.clone())];
        Err(vec![*period_conflict("E7644", objects, text)])
    }

    /// The conflicts in the data sets of a value. One without is enough, unless a switch of the
    /// import demands all; 2.38 demands all.
    fn in_sets(
        &self,
        at: &ResolvedValue,
        switch: &str,
        conflict: impl Fn(&DataSet) -> Option<Box<ImportConflict>>,
    ) -> Result<(), Vec<ImportConflict>> {
        let all = self.version == Version::V38 || self.options.is_on(switch);
        let found: Vec<ImportConflict> = at
            .candidates
            .iter()
            .filter_map(|set| conflict(set))
            .map(|conflict| *conflict)
            .collect();
        if found.is_empty() || !all && found.len() < at.candidates.len() {
            return Ok(());
        }
        Err(found)
    }

    fn check_future(
        &mut self,
        row: &ImportRow,
        at: &ResolvedValue,
    ) -> Result<(), Vec<ImportConflict>> {
        let (period, element) = (
            row.period.clone().unwrap_or_default(),
            row.element.clone().unwrap_or_default(),
        );
        let today = self.today();
        let about = vec![
            ("period".to_owned(), period.clone()),
            ("dataElement".to_owned(), element.clone()),
        ];
        // The last open period of a data set, where the value's lies beyond it.
        let beyond = |set: &DataSet| {
            let last = Period::last_open(set.period_type?, today, set.open_future)?;
            (at.period.start > last.start).then(|| last.id())
        };
        let said = |last: &str| {
            format!(
                "Period: `{period}` is after latest open future period: `{last}` for data element: `{element}`"
            )
        };
        if self.version == Version::V38 {
            let sets = self.metadata.sets_of(&at.element.id);
            let widest = sets.iter().max_by_key(|set| set.open_future);
            return match widest.and_then(|set| beyond(set)) {
                Some(last) => Err(vec![*period_conflict("E7641", about, said(&last))]),
                None => Ok(()),
            };
        }
        let conflicts: Vec<ImportConflict> = at
            .candidates
            .iter()
            .filter_map(|set| {
                let last = beyond(set)?;
                let mut objects = about.clone();
                objects.push(("dataSet".to_owned(), set.id.clone()));
                let text = format!("{} and data set: `{}`", said(&last), set.id);
                Some(*period_conflict("E7641", objects, text))
            })
            .collect();
        if conflicts.is_empty() {
            Ok(())
        } else {
            Err(conflicts)
        }
    }

    fn approved(
        &self,
        at: &ResolvedValue,
        period: &str,
        set: &DataSet,
    ) -> Option<Box<ImportConflict>> {
        let attribute = at
            .attribute_combo
            .as_deref()
            .unwrap_or(DEFAULT_OPTION_COMBO);
        let covered = self.approvals.covers(
            self.metadata.store,
            set.workflow.as_deref()?,
            &at.period.id(),
            &at.unit,
            attribute,
        );
        if !covered {
            return None;
        }
        let named = at.attribute_combo.as_deref();
        let mut objects = vec![
            ("organisationUnit".to_owned(), at.unit.clone()),
            ("period".to_owned(), period.to_owned()),
            ("dataSet".to_owned(), set.id.clone()),
        ];
        objects.extend(named.map(|id| ("categoryOptionCombo".to_owned(), id.to_owned())));
        let (already, unit) = if self.version > Version::V38 {
            ("Data already approved", "org unit")
        } else {
            ("Data is already approved", "organisation unit")
        };
        Some(Box::new(ImportConflict {
            object: Some(at.unit.clone()),
            objects,
            message: format!(
                "{already} for data set: `{}` period: `{period}` {unit}: `{}` attribute option combo: `{}`",
                set.id,
                at.unit,
                named.unwrap_or("null")
            ),
            code: "E7642",
            ..ImportConflict::default()
        }))
    }
}

pub(super) fn is_expired(set: &DataSet, period: &Period, today: Date) -> bool {
    #[expect(clippy::cast_possible_truncation, reason = "a number of days")]
    let days = set.expiry_days as i64;
    days > 0
        && period
            .end
            .checked_add(days.days())
            .is_ok_and(|last| last < today)
}

pub(super) fn bare(
    code: &'static str,
    property: &'static str,
    message: &str,
) -> Box<ImportConflict> {
    Box::new(ImportConflict {
        message: message.to_owned(),
        code,
        property: Some(property),
        ..ImportConflict::default()
    })
}

pub(super) fn period_conflict(
    code: &'static str,
    objects: Vec<(String, String)>,
    message: String,
) -> Box<ImportConflict> {
    Box::new(ImportConflict {
        object: objects.first().map(|(_, id)| id.clone()),
        objects,
        message,
        code,
        property: Some("period"),
        indexes: None,
    })
}

/// The English text of a type problem; one of them has none.
pub(super) fn type_text(problem: &'static str) -> &'static str {
    match problem {
        "value_not_numeric" => "Data value is not numeric",
        "value_not_integer" => "Data value is not an integer",
        "value_not_positive_integer" => "Data value is not a positive integer",
        "value_not_negative_integer" => "Data value is not a negative integer",
        "value_not_unit_interval" => "Data value is not a unit interval",
        "value_not_percentage" => "Data value is not a percentage",
        "value_length_greater_than_max_length" => "Data value is too long",
        other => other,
    }
}
