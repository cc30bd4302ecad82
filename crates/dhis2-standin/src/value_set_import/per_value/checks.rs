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
