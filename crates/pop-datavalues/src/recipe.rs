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
use crate::split::share;
use crate::{BandSet, People, Text, is_uid};
use entry::Resolver;

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
    pub who: Who,
    /// How to cut bands.
    pub split: Option<Split>,
    /// Multiplies the people.
    pub rate: Option<Rate>,
}

/// Who is counted.
#[derive(Debug, Clone, PartialEq)]
pub enum Who {
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
pub struct Recipe {
    /// Targets, in the order of the mapping.
    pub targets: Vec<Target>,
    /// UID of the attribute option combo of all values.
    pub attribute_option_combo: Option<Text>,
    /// Ages that no option counts.
    pub uncovered: Vec<Uncovered>,
}

/// Ages between birth and the end that no option of a category counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncovered {
    /// Name of the category.
    pub category: String,
    /// The ages.
    pub ages: Vec<Ages>,
}

impl fmt::Display for Uncovered {
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

impl Uncovered {
    /// The people of those ages in all units, bands cut evenly; `None` where the bands do not tell.
    #[must_use]
    pub fn people(&self, people: &People, bands: &BandSet) -> Option<f64> {
        let mut sum = 0.0;
        for ages in &self.ages {
            for piece in bands.pieces(None, *ages).ok()? {
                for row in 0..people.units.len() {
                    let at = |column| people.at(row, column);
                    sum += at(piece.column) * share(&piece, Split::Uniform, bands, at);
                }
            }
        }
        Some(sum)
    }
}

/// Why a mapping cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecipeError {
    /// Something is wrong with an entry.
    #[error("value {number} ({element}): {what}")]
    Entry {
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
/// [`RecipeError`], with the entry.
pub fn resolve(
    mapping: &Mapping,
    metadata: Option<&Metadata>,
    scheme: AgeBandScheme,
) -> Result<Recipe, RecipeError> {
    let mut recipe = Recipe {
        targets: Vec::new(),
        attribute_option_combo: None,
        uncovered: Vec::new(),
    };
    let mut taken: BTreeMap<(Text, Option<Text>), usize> = BTreeMap::new();
    for (index, entry) in mapping.value.iter().enumerate() {
        let error = |what: String| RecipeError::Entry {
            number: index + 1,
            element: entry.data_element.clone(),
            what,
        };
        let resolver = Resolver {
            mapping,
            metadata,
            scheme,
            entry,
            index,
        };
        let targets = resolver.targets(&mut recipe.uncovered).map_err(error)?;
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
        recipe.targets.extend(targets);
    }
    recipe.attribute_option_combo = attribute_option_combo(mapping, metadata, &recipe.targets)?;
    Ok(recipe)
}

fn uid(what: &str, key: &str) -> Result<Text, String> {
    if is_uid(key) {
        Ok(key.into())
    } else {
        Err(format!(
            "{what} {key:?} is no DHIS2 id, and codes and names need a metadata document"
        ))
    }
}

/// The attribute option combo, which must be one of every data set's combination.
fn attribute_option_combo(
    mapping: &Mapping,
    metadata: Option<&Metadata>,
    targets: &[Target],
) -> Result<Option<Text>, RecipeError> {
    let Some(key) = &mapping.attribute_option_combo else {
        return Ok(None);
    };
    let Some(metadata) = metadata else {
        return uid("attribute_option_combo", key)
            .map(Some)
            .map_err(RecipeError::Whole);
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
            RecipeError::Whole(format!(
                "attribute_option_combo: {e}, in the combination of data set {set}"
            ))
        })?;
        found = Some(hit.id.as_str().into());
    }
    found.map(Some).ok_or_else(|| {
        RecipeError::Whole(
            "attribute_option_combo needs a data set: it is one of its combination's".to_owned(),
        )
    })
}

#[cfg(test)]
mod tests;
