//! What an instance lacks for some target groups, as a document for `POST /api/metadata`.
//!
//! Objects that somebody else made are used by their code and never changed. Objects that this tool made have
//! derived UIDs, by which the next run knows them: it writes them again, with what was added on the server since.

mod data_set;
mod disaggregation;
mod elements;

use std::collections::{BTreeMap, BTreeSet};

use pop_datavalues::metadata::Metadata;

use crate::conflict::Conflict;
use crate::mapping_text::{self, MappedGroup, MappingText};
use crate::objects::{Action, Decision, ImportDocument};
use crate::programme::{Programme, TargetGroup};
use crate::uid::{ObjectType, derived_uid};

/// What the user chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataImportOptions {
    /// What UIDs are derived from, beside type and code.
    pub namespace: String,
    /// Code of the data set.
    pub data_set_code: String,
    /// Name of the data set.
    pub data_set_name: String,
    /// `Yearly`, `FinancialJuly`, …
    pub period_type: String,
    /// Periods open beyond the last complete one: 5 opens four years ahead.
    pub open_future_periods: i32,
    /// Levels whose units the data set is assigned to. Several set the aggregation levels of the elements.
    pub levels: Vec<u32>,
    /// UIDs of user groups that may read and write the data.
    pub user_groups: Vec<String>,
}

/// The document, the mapping that fits it, and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct MetadataImport {
    /// For `POST /api/metadata`.
    pub document: ImportDocument,
    /// For `to-datavalueset --mapping`.
    pub mapping: MappingText,
    /// One for each object that was looked at.
    pub decisions: Vec<Decision>,
    /// Units that the data set is assigned to.
    pub units: usize,
}

/// Works out what an instance lacks for target groups.
///
/// # Errors
/// [`Conflict`]: what on the instance stands in the way.
pub fn metadata_import(
    metadata: &Metadata,
    groups: &[(&Programme, &TargetGroup)],
    options: &MetadataImportOptions,
) -> Result<MetadataImport, Conflict> {
    if !metadata.complete {
        return Err(Conflict::NotComplete);
    }
    let mut builder = ImportBuilder {
        metadata,
        options,
        document: ImportDocument::default(),
        decisions: Vec::new(),
        options_by_code: BTreeMap::new(),
        combos_by_key: BTreeMap::new(),
    };
    let placed = builder.place_elements(groups)?;
    let (data_set, units) = builder.place_data_set(&placed)?;
    builder.check_ids()?;
    let mapped: Vec<MappedGroup<'_>> = groups
        .iter()
        .zip(&placed)
        .map(|((programme, group), placed)| MappedGroup {
            programme,
            group,
            place: Ok(placed.element_place(&data_set)),
        })
        .collect();
    let ImportBuilder {
        document,
        mut decisions,
        ..
    } = builder;
    decisions.sort_by(|a, b| (a.action, a.kind, &a.code).cmp(&(b.action, b.kind, &b.code)));
    Ok(MetadataImport {
        document,
        mapping: mapping_text::mapping_text(Some(&data_set), &mapped),
        decisions,
        units,
    })
}

/// The document while it grows.
struct ImportBuilder<'a> {
    metadata: &'a Metadata,
    options: &'a MetadataImportOptions,
    document: ImportDocument,
    decisions: Vec<Decision>,
    /// UIDs of the options in use, by the code that they would have.
    options_by_code: BTreeMap<String, String>,
    /// Combinations in use, by the words of `by`.
    combos_by_key: BTreeMap<String, disaggregation::UsedCombo>,
}

impl ImportBuilder<'_> {
    fn uid(&self, kind: ObjectType, code: &str) -> String {
        derived_uid(&self.options.namespace, kind, code)
    }

    fn decide(
        &mut self,
        action: Action,
        kind: ObjectType,
        id: &str,
        code: Option<&str>,
        name: &str,
        note: impl Into<String>,
    ) {
        self.decisions.push(Decision {
            action,
            kind: kind.words(),
            id: id.to_owned(),
            code: code.map(str::to_owned),
            name: name.to_owned(),
            note: note.into(),
        });
    }

    /// UIDs are unique on a server within a type; two of one document that are equal would overwrite each other.
    fn check_ids(&self) -> Result<(), Conflict> {
        let mut seen = BTreeSet::new();
        match self.document.ids().find(|id| !seen.insert(*id)) {
            Some((_, id)) => Err(Conflict::SameUid(id.to_owned())),
            None => Ok(()),
        }
    }
}
