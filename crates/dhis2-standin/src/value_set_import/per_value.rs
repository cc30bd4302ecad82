//! The import engine up to 2.42: each value stands or falls by itself
//! (`DefaultDataValueSetService`, `DataValueSetImportValidator`).

mod checks;
mod time_checks;
mod upsert;

pub(crate) use upsert::WriteFailure;
use upsert::WriteProgress;

use std::rc::Rc;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use crate::approvals::Approvals;
use crate::data_values::DataValues;
use crate::metadata_store::DEFAULT_OPTION_COMBO;
use crate::period::Period;
use crate::value_type::{self};
use crate::version::Version;

use super::body::{ImportRow, ValueSet};
use super::import_options::{ImportOptions, Scheme, Strategy};
use super::import_summary::{ImportConflict, ImportSummary, Status};
use super::metadata_lookup::{DataSet, Element, LookupResult, MetadataLookup};

/// Longest comment taken.
const COMMENT_LIMIT: usize = 50_000;

/// What an import goes by.
pub(crate) struct PerValueImport<'a> {
    pub(crate) version: Version,
    pub(crate) metadata: MetadataLookup<'a>,
    pub(crate) approvals: &'a Approvals,
    pub(crate) options: &'a ImportOptions,
    pub(crate) now: DateTime,
    /// After how many stored values the writing breaks down.
    pub(crate) crash_after: Option<usize>,
}

/// A value whose identifiers are found.
struct ResolvedValue {
    element: Rc<Element>,
    period: Period,
    unit: String,
    combo: Option<String>,
    attribute_combo: Option<String>,
    candidates: Vec<Rc<DataSet>>,
}

impl PerValueImport<'_> {
    fn today(&self) -> Date {
        self.now.date()
    }

    /// Imports a data value set.
    pub(crate) fn import(
        &mut self,
        set: &ValueSet,
        values: &mut DataValues,
    ) -> Result<ImportSummary, WriteFailure> {
        for scheme in [
            "orgUnitIdScheme",
            "dataElementIdScheme",
            "categoryOptionComboIdScheme",
        ] {
            if let Scheme::Attribute(id) = self.options.scheme(scheme)
                && self.version > Version::V38
                && self.metadata.store.get("attributes", &id).is_none()
            {
                return Err(WriteFailure::RolledBack);
            }
        }
        let data_set = match self.outer_set(set) {
            Ok(data_set) => data_set,
            Err(conflict) => {
                let mut summary = ImportSummary::failed("Import process was aborted");
                summary.conflicts.push(*conflict);
                return Ok(summary);
            }
        };
        let mut summary = ImportSummary::new(Status::Success);
        let mut written = WriteProgress::default();
        for (index, row) in set.rows.iter().enumerate() {
            let row = overridden(row, set);
            match self.accept(&row, data_set.as_ref()) {
                Err(conflicts) => {
                    summary.count.ignored += 1;
                    summary.reject(index, conflicts);
                }
                Ok(resolved) => {
                    self.write(index, &row, &resolved, values, &mut summary, &mut written)?
                }
            }
        }
        if !summary.conflicts.is_empty() {
            summary.status = Status::Warning;
        }
        summary.description = Some("Import process completed successfully".to_owned());
        summary.complete = Some("false".to_owned());
        Ok(summary)
    }

    fn outer_set(&mut self, set: &ValueSet) -> Result<Option<Rc<DataSet>>, Box<ImportConflict>> {
        let Some(word) = set.data_set.as_deref() else {
            return Ok(None);
        };
        let scheme = self.options.scheme("dataSetIdScheme");
        let found = self
            .metadata
            .find("dataSets", &scheme, word)
            .any()
            .and_then(|id| self.metadata.set(&id));
        let conflict = |code, message: String| {
            Box::new(ImportConflict {
                object: Some(word.to_owned()),
                objects: vec![("dataSet".to_owned(), word.to_owned())],
                message,
                code,
                property: Some("dataSet"),
                indexes: None,
            })
        };
        match found.filter(|set| set.readable) {
            None => Err(conflict(
                "E7600",
                format!("Data set not found or not accessible: `{word}`"),
            )),
            Some(set) if !set.writable => Err(conflict(
                "E7601",
                format!("User does not have write access for DataSet: `{word}`"),
            )),
            found => Ok(found),
        }
    }

    /// Finds what the identifiers of a value stand for.
    fn resolve(
        &mut self,
        row: &ImportRow,
        set: Option<&Rc<DataSet>>,
    ) -> Result<ResolvedValue, Box<ImportConflict>> {
        let element = self
            .lookup(
                "dataElements",
                "dataElementIdScheme",
                row.element.as_deref(),
            )
            .and_then(|id| self.metadata.element(&id))
            .ok_or_else(|| {
                missing(
                    "E7610",
                    "dataElement",
                    "dataElement",
                    row.element.as_deref(),
                    "Data element not found or not accessible",
                )
            })?;
        let period = row
            .period
            .as_deref()
            .and_then(|id| Period::parse(self.version, id.trim()));
        let period = period.ok_or_else(|| {
            missing(
                "E7611",
                "period",
                "period",
                row.period.as_deref(),
                "Period not valid",
            )
        })?;
        let unit = self
            .lookup("organisationUnits", "orgUnitIdScheme", row.unit.as_deref())
            .ok_or_else(|| {
                missing(
                    "E7612",
                    "organisationUnit",
                    "orgUnit",
                    row.unit.as_deref(),
                    "Organisation unit not found or not accessible",
                )
            })?;
        let combo = self.option_combo(
            row.combo.as_deref(),
            "E7613",
            "categoryOptionCombo",
            "Category",
        )?;
        let attribute_combo = self.option_combo(
            row.attribute_combo.as_deref(),
            "E7615",
            "attributeOptionCombo",
            "Attribute",
        )?;
        let candidates = self.candidate_sets(set, &element.id, &unit, attribute_combo.as_deref());
        Ok(ResolvedValue {
            element,
            period,
            unit,
            combo,
            attribute_combo,
            candidates,
        })
    }

    /// The data set that was named, or those that the value can be meant for.
    fn candidate_sets(
        &mut self,
        set: Option<&Rc<DataSet>>,
        element: &str,
        unit: &str,
        attribute_combo: Option<&str>,
    ) -> Vec<Rc<DataSet>> {
        match set {
            Some(set) => vec![Rc::clone(set)],
            None => {
                let attribute = attribute_combo.and_then(|id| self.metadata.combo(id));
                self.metadata
                    .sets_of(element)
                    .iter()
                    .filter(|set| set.units.contains(unit))
                    .filter(|set| {
                        attribute
                            .as_ref()
                            .is_none_or(|combo| combo.combo == set.attribute_combo)
                    })
                    .cloned()
                    .collect()
            }
        }
    }

    fn lookup(&mut self, plural: &'static str, scheme: &str, word: Option<&str>) -> Option<String> {
        let scheme = self.options.scheme(scheme);
        match self.metadata.find(plural, &scheme, word?.trim()) {
            LookupResult::One(id) | LookupResult::Several(id) => Some(id),
            LookupResult::None => None,
        }
    }

    fn option_combo(
        &mut self,
        word: Option<&str>,
        code: &'static str,
        property: &'static str,
        kind: &str,
    ) -> Result<Option<String>, Box<ImportConflict>> {
        let Some(word) = word else { return Ok(None) };
        let found = self.lookup(
            "categoryOptionCombos",
            "categoryOptionComboIdScheme",
            Some(word),
        );
        let open = found.filter(|id| {
            self.metadata
                .combo(id)
                .is_some_and(|combo| combo.closed_options.is_empty())
        });
        open.map(Some).ok_or_else(|| {
            let text = format!("{kind} option combo not found or not accessible for writing data");
            missing(code, "categoryOptionCombo", property, Some(word), &text)
        })
    }

    /// What the identifiers of a value stand for, if it passes every check.
    fn accept(
        &mut self,
        row: &ImportRow,
        set: Option<&Rc<DataSet>>,
    ) -> Result<ResolvedValue, Vec<ImportConflict>> {
        let one = |conflict: Box<ImportConflict>| vec![*conflict];
        let at = self.resolve(row, set).map_err(one)?;
        self.check_value_itself(row, &at).map_err(one)?;
        self.check_time(row, &at)?;
        Ok(at)
    }

    /// The checks of a single value but those of time, in the order of the validator.
    fn check_value_itself(
        &mut self,
        row: &ImportRow,
        at: &ResolvedValue,
    ) -> Result<(), Box<ImportConflict>> {
        self.check_unit(row, at)?;
        self.check_value(row, at)?;
        self.check_switches(row, at)
    }
}

/// A value with the members that the set's head puts over its own.
fn overridden(row: &ImportRow, set: &ValueSet) -> ImportRow {
    let mut row = row.clone();
    for (own, outer) in [
        (&mut row.period, &set.period),
        (&mut row.unit, &set.unit),
        (&mut row.attribute_combo, &set.attribute_combo),
    ] {
        if outer.is_some() {
            own.clone_from(outer);
        }
    }
    row
}

fn missing(
    code: &'static str,
    object: &str,
    property: &'static str,
    word: Option<&str>,
    text: &str,
) -> Box<ImportConflict> {
    Box::new(ImportConflict {
        object: word.map(str::to_owned),
        objects: word
            .map(|word| (object.to_owned(), word.to_owned()))
            .into_iter()
            .collect(),
        message: format!("{text}: `{}`", word.unwrap_or("null")),
        code,
        property: Some(property),
        indexes: None,
    })
}
