//! What a mapping fills, with every name resolved: the targets of a run.

mod entry;
mod options;

use std::collections::BTreeMap;
use std::fmt;

use pop_sums::Sex;
use pop_worldpop::AgeBandScheme;

use crate::ages::Ages;
use crate::formula::Formula;
use crate::mapping::{Mapping, Rate, Split};
use crate::metadata::Metadata;
use crate::{Text, is_uid};
use entry::EntryResolver;

/// A cell to fill: a data element, or one of its option combos.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Number of the mapping's entry, from 0.
    pub entry: usize,
    /// UID of the data element.
    pub data_element: Text,
    /// Name of the element, with its code and UID.
    pub element: String,
    /// Value type, where the metadata tell.
    pub value_type: Option<String>,
    /// UID of the data set.
    pub data_set: Option<Text>,
    /// UID of the option combo; none for elements without disaggregation.
    pub option_combo: Option<Text>,
    /// Name of the option combo.
    pub option_combo_name: String,
    /// Who is counted.
    pub group: CountedGroup,
    /// How to cut bands.
    pub split: Option<Split>,
    /// Multiplies the people.
    pub rate: Option<Rate>,
}

/// Who is counted.
#[derive(Debug, Clone, PartialEq)]
pub enum CountedGroup {
    /// By sex and ages; both sexes when there is none.
    Group {
        /// Sex.
        sex: Option<Sex>,
        /// Ages.
        ages: Ages,
    },
    /// By bands and weights.
    Formula(Formula),
}

/// The targets of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedMapping {
    /// Targets, in the order of the mapping.
    pub targets: Vec<Target>,
    /// UID of the attribute option combo of all values.
    pub attribute_option_combo: Option<Text>,
    /// Ages that no option counts.
    pub uncovered: Vec<UncoveredAges>,
}

/// Ages between birth and the end that no option of a category counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UncoveredAges {
    /// Name of the category.
    pub category: String,
    /// The ages.
    pub ages: Vec<Ages>,
}

impl fmt::Display for UncoveredAges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ages: Vec<String> = self.ages.iter().map(ToString::to_string).collect();
        write!(
            f,
            "category {:?} has no option for {}",
            self.category,
            ages.join(", ")
        )
    }
}

/// Why a mapping cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// Something is wrong with an entry.
    #[error("value {number} ({element}): {what}")]
    MappingEntry {
        /// Number of the entry, from 1.
        number: usize,
        /// Its data element.
        element: String,
        /// What is wrong.
        what: String,
    },
    /// Something is wrong with the mapping as a whole.
    #[error("{0}")]
    Whole(String),
}

/// Resolves a mapping. Without metadata every name must be a UID, and nothing can be found through options.
///
/// # Errors
/// [`ResolveError`], with the entry.
pub fn resolve(
    mapping: &Mapping,
    metadata: Option<&Metadata>,
    scheme: AgeBandScheme,
) -> Result<ResolvedMapping, ResolveError> {
    let mut resolved = ResolvedMapping {
        targets: Vec::new(),
        attribute_option_combo: None,
        uncovered: Vec::new(),
    };
    let mut taken: BTreeMap<(Text, Option<Text>), usize> = BTreeMap::new();
    for (index, entry) in mapping.value.iter().enumerate() {
        let error = |what: String| ResolveError::MappingEntry {
            number: index + 1,
            element: entry.data_element.clone(),
            what,
        };
        let resolver = EntryResolver {
            mapping,
            metadata,
            scheme,
            entry,
            index,
        };
        let targets = resolver.targets(&mut resolved.uncovered).map_err(error)?;
        for target in &targets {
            let key = (
                Text::clone(&target.data_element),
                target.option_combo.clone(),
            );
            if let Some(first) = taken.insert(key, index) {
                let cell = &target.option_combo_name;
                let cell = if cell.is_empty() {
                    String::new()
                } else {
                    format!(", {cell}")
                };
                return Err(error(format!(
                    "{}{cell} is filled already by value {}",
                    target.element,
                    first + 1
                )));
            }
        }
        resolved.targets.extend(targets);
    }
    resolved.attribute_option_combo = attribute_option_combo(mapping, metadata, &resolved.targets)?;
    Ok(resolved)
}

fn uid(what: &str, key: &str) -> Result<Text, String> {
    if is_uid(key) {
        Ok(key.into())
    } else {
        Err(format!(
            "{what} {key:?} is not a DHIS2 id, and codes and names need a metadata document"
        ))
    }
}

/// The attribute option combo, which must be one of every data set's combination.
fn attribute_option_combo(
    mapping: &Mapping,
    metadata: Option<&Metadata>,
    targets: &[Target],
) -> Result<Option<Text>, ResolveError> {
    let Some(key) = &mapping.attribute_option_combo else {
        return Ok(None);
    };
    let Some(metadata) = metadata else {
        return uid("attribute_option_combo", key)
            .map(Some)
            .map_err(ResolveError::Whole);
    };
    let mut found: Option<Text> = None;
    for set in targets
        .iter()
        .filter_map(|target| target.data_set.as_deref())
    {
        let combo = metadata
            .data_set(set)
            .ok()
            .and_then(|set| metadata.category_combo(&set.category_combo));
        let list = combo
            .map(|combo| combo.category_option_combos.as_slice())
            .unwrap_or_default();
        let hit = crate::metadata::find(list, key).map_err(|e| {
            ResolveError::Whole(format!(
                "attribute_option_combo: {e}, in the combination of data set {set}"
            ))
        })?;
        found = Some(hit.id.as_str().into());
    }
    found.map(Some).ok_or_else(|| {
        ResolveError::Whole(
            "attribute_option_combo needs a data set: it is one of its combination's".to_owned(),
        )
    })
}

#[cfg(test)]
mod tests;
