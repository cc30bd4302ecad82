//! One entry of a mapping, resolved to its targets.

use pop_worldpop::AgeBandScheme;

use super::{CountedGroup, Target, UncoveredAges, options, uid};
use crate::Text;
use crate::ages::{Ages, read_label, read_sex};
use crate::mapping::{Mapping, MappingEntry};
use crate::metadata::{CategoryCombo, DataElement, DataSet, Metadata};

/// An entry, and what it is resolved with.
pub(super) struct EntryResolver<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) metadata: Option<&'a Metadata>,
    pub(super) scheme: AgeBandScheme,
    pub(super) entry: &'a MappingEntry,
    /// Its number, from 0.
    pub(super) index: usize,
}

impl EntryResolver<'_> {
    /// Its targets; ages that the options leave out are added to `uncovered`.
    pub(super) fn targets(
        &self,
        uncovered: &mut Vec<UncoveredAges>,
    ) -> Result<Vec<Target>, String> {
        let Some(metadata) = self.metadata else {
            return Ok(vec![self.without_metadata()?]);
        };
        let element = metadata
            .data_element(&self.entry.data_element)
            .map_err(|e| e.to_string())?;
        check_type(element)?;
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
            group: CountedGroup::Group {
                sex: None,
                ages: Ages::ALL,
            },
            split: self.entry.split.or(self.mapping.split),
            rate: self.entry.rate.clone(),
        };
        if self.entry.by.is_some() {
            return options::targets(self.entry, &base, combo, metadata, self.scheme, uncovered);
        }
        let (option_combo, option_combo_name) = self.option_combo(metadata, combo)?;
        Ok(vec![Target {
            group: self.group()?,
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
            group: self.group()?,
            split: self.entry.split.or(self.mapping.split),
            rate: self.entry.rate.clone(),
        })
    }

    /// The data set named, or the only one that holds the element, or everything that the mapping fills.
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
        let mut sets: Vec<&DataSet> = metadata.data_sets_of(&element.id).collect();
        // Of several, one alone may hold everything that the mapping fills.
        let holds_all: Vec<&DataSet> = sets
            .iter()
            .copied()
            .filter(|set| {
                self.mapping.value.iter().all(|entry| {
                    let element = metadata.data_element(&entry.data_element);
                    element.is_ok_and(|element| set.holds(&element.id))
                })
            })
            .collect();
        if let [one] = holds_all.as_slice() {
            sets = vec![*one];
        }
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

    fn group(&self) -> Result<CountedGroup, String> {
        let entry = self.entry;
        if let Some(formula) = &entry.formula {
            return formula
                .parse()
                .map(CountedGroup::Formula)
                .map_err(|e: crate::formula::FormulaError| e.to_string());
        }
        let sex = entry.sex.as_deref().map(read_sex).transpose()?;
        let Some(text) = &entry.ages else {
            return Ok(CountedGroup::Group {
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
            (own, other) => Ok(CountedGroup::Group {
                sex: own.or(other),
                ages,
            }),
        }
    }
}

/// Types that can hold a number of people; only some are whole.
fn check_type(element: &DataElement) -> Result<(), String> {
    const TYPES: [&str; 4] = [
        "INTEGER_ZERO_OR_POSITIVE",
        "INTEGER_POSITIVE",
        "INTEGER",
        "NUMBER",
    ];
    if element.value_type.is_empty() || TYPES.contains(&element.value_type.as_str()) {
        return Ok(());
    }
    Err(format!(
        "the type of {:?} is {}, which holds no number of people; expected {}",
        element.name,
        element.value_type,
        TYPES.join(", ")
    ))
}
