//! What a mapping fills, with every name resolved: the targets of a run.

mod options;

use std::collections::BTreeMap;

use pop_sums::Sex;
use pop_worldpop::BandScheme;

use crate::ages::{Ages, read_label};
use crate::formula::Formula;
use crate::mapping::{Entry, Mapping, Rate, Split};
use crate::metadata::{CategoryCombo, DataElement, DataSet, Metadata};
use crate::{Text, is_uid};

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
    /// What a person should know: ages that no option covers.
    pub notes: Vec<String>,
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
    scheme: BandScheme,
) -> Result<Recipe, RecipeError> {
    let mut recipe = Recipe {
        targets: Vec::new(),
        attribute_option_combo: None,
        notes: Vec::new(),
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
        let targets = resolver.targets(&mut recipe.notes).map_err(error)?;
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

struct Resolver<'a> {
    mapping: &'a Mapping,
    metadata: Option<&'a Metadata>,
    scheme: BandScheme,
    entry: &'a Entry,
    index: usize,
}

impl Resolver<'_> {
    fn targets(&self, notes: &mut Vec<String>) -> Result<Vec<Target>, String> {
        let Some(metadata) = self.metadata else {
            return Ok(vec![self.without_metadata()?]);
        };
        let element = metadata
            .data_element(&self.entry.data_element)
            .map_err(|e| e.to_string())?;
        let set = self.data_set(metadata, element)?;
        let combo = metadata.effective_combo(element, set).ok_or_else(|| {
            format!(
                "the metadata lack the combination {:?}",
                element.category_combo
            )
        })?;
        let base = Target {
            entry: self.index,
            data_element: element.id.as_str().into(),
            element: format!(
                "{} ({}{})",
                element.name,
                element
                    .code
                    .iter()
                    .map(|c| format!("{c}, "))
                    .collect::<String>(),
                element.id
            ),
            value_type: Some(element.value_type.clone()),
            data_set: set.map(|set| set.id.as_str().into()),
            option_combo: None,
            option_combo_name: String::new(),
            who: Who::Group {
                sex: None,
                ages: Ages::ALL,
            },
            split: self.entry.split.or(self.mapping.split),
            rate: self.entry.rate.clone(),
        };
        if self.entry.by.is_some() {
            return options::targets(self.entry, &base, combo, metadata, self.scheme, notes);
        }
        let (option_combo, option_combo_name) = self.option_combo(metadata, combo)?;
        Ok(vec![Target {
            who: self.who()?,
            option_combo,
            option_combo_name,
            ..base
        }])
    }

    fn without_metadata(&self) -> Result<Target, String> {
        if self.entry.by.is_some() || !self.entry.options.is_empty() {
            return Err("options are looked up in a metadata document: --metadata FILE".to_owned());
        }
        let element = uid("data_element", &self.entry.data_element)?;
        let set = self
            .entry
            .data_set
            .as_ref()
            .or(self.mapping.data_set.as_ref());
        let combo = self.entry.category_option_combo.as_ref();
        Ok(Target {
            entry: self.index,
            element: element.to_string(),
            data_element: element,
            value_type: None,
            data_set: set.map(|key| uid("data_set", key)).transpose()?,
            option_combo: combo
                .map(|key| uid("category_option_combo", key))
                .transpose()?,
            option_combo_name: combo.cloned().unwrap_or_default(),
            who: self.who()?,
            split: self.entry.split.or(self.mapping.split),
            rate: self.entry.rate.clone(),
        })
    }

    /// The data set named, or the only one that holds the element.
    fn data_set<'a>(
        &self,
        metadata: &'a Metadata,
        element: &'a DataElement,
    ) -> Result<Option<&'a DataSet>, String> {
        if let Some(key) = self
            .entry
            .data_set
            .as_ref()
            .or(self.mapping.data_set.as_ref())
        {
            let set = metadata.data_set(key).map_err(|e| e.to_string())?;
            if !set.holds(&element.id) {
                return Err(format!(
                    "data set {:?} ({}) does not hold {:?} ({})",
                    set.name, set.id, element.name, element.id
                ));
            }
            return Ok(Some(set));
        }
        let sets: Vec<&DataSet> = metadata.data_sets_of(&element.id).collect();
        match sets.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|set| format!("{} ({})", set.name, set.id))
                    .collect();
                Err(format!(
                    "several data sets hold {:?}: {}; name one with data_set",
                    element.name,
                    names.join(", ")
                ))
            }
        }
    }

    fn option_combo(
        &self,
        metadata: &Metadata,
        combo: &CategoryCombo,
    ) -> Result<(Option<Text>, String), String> {
        let entry = self.entry;
        let names_one = entry.category_option_combo.is_some() || !entry.options.is_empty();
        if combo.is_default {
            return match names_one {
                true => Err(
                    "the element has no disaggregation, so there is no option combo to name"
                        .to_owned(),
                ),
                false => Ok((None, String::new())),
            };
        }
        let found = if let Some(key) = &entry.category_option_combo {
            let by_id = combo
                .category_option_combos
                .iter()
                .filter(|c| c.id == *key || c.code.as_ref() == Some(key));
            let hits: Vec<_> = by_id.collect();
            match hits.as_slice() {
                [one] => *one,
                [] => {
                    return Err(format!(
                        "combination {:?} has no option combo with the id or code {key:?}",
                        combo.name
                    ));
                }
                _ => {
                    return Err(format!(
                        "several option combos of {:?} have the code {key:?}",
                        combo.name
                    ));
                }
            }
        } else if entry.options.is_empty() {
            return Err(format!(
                "the element is split by {:?}: name an option combo (options, category_option_combo), or fill all with by = \"options\"",
                combo.name
            ));
        } else {
            let ids: Vec<&str> = entry
                .options
                .iter()
                .map(|key| options::option_of(combo, metadata, key))
                .collect::<Result<_, _>>()?;
            combo.option_combo(&ids).map_err(|e| e.to_string())?
        };
        Ok((Some(found.id.as_str().into()), found.name.clone()))
    }

    fn who(&self) -> Result<Who, String> {
        let entry = self.entry;
        if let Some(formula) = &entry.formula {
            return formula
                .parse()
                .map(Who::Formula)
                .map_err(|e: crate::formula::FormulaError| e.to_string());
        }
        let sex = entry.sex.as_deref().map(sex).transpose()?;
        let Some(text) = &entry.ages else {
            return Ok(Who::Group {
                sex,
                ages: Ages::ALL,
            });
        };
        let label = read_label(text).ok_or_else(|| format!("ages {text:?} cannot be read, expected e.g. 15-49 years, <5 years, 12-23 months, 65+ years"))?;
        let ages = label
            .ages
            .ok_or_else(|| format!("ages {text:?} names no ages"))?;
        match (sex, label.sex) {
            (Some(own), Some(other)) if own != other => {
                Err(format!("ages {text:?} and sex name different sexes"))
            }
            (own, other) => Ok(Who::Group {
                sex: own.or(other),
                ages,
            }),
        }
    }
}

fn sex(text: &str) -> Result<Sex, String> {
    let lower = text.to_lowercase();
    if let Ok(sex) = lower.parse::<Sex>() {
        return Ok(sex);
    }
    read_label(&lower)
        .filter(|label| label.ages.is_none())
        .and_then(|label| label.sex)
        .ok_or_else(|| format!("sex is {text:?}, expected female or male"))
}

#[cfg(test)]
mod tests;
