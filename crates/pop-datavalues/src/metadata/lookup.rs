//! Finding things in the document.

use std::collections::HashMap;

use super::{CategoryCombo, CategoryOption, CategoryOptionCombo, DataElement, DataSet, Metadata};

/// A key that fits nothing, or too much.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// Nothing has it as UID, code or name.
    #[error("no {what} has the id, code or name {key:?} in the metadata document{near}")]
    None {
        /// What was looked for.
        what: &'static str,
        /// The key.
        key: String,
        /// The one that the key is nearest to, where there is one: `; did you mean …?`.
        near: String,
    },
    /// Several have it.
    #[error("{key:?} is the code or name of several {what}s: {found}; name one by its UID")]
    Several {
        /// What was looked for.
        what: &'static str,
        /// The key.
        key: String,
        /// UIDs of those that have it.
        found: String,
    },
}

/// A set of options that does not lead to one option combo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionComboError {
    /// No option combo has exactly these options.
    #[error(
        "combination {combo:?} has no option combo for the options {options}: run the maintenance of category option combos on the server, then fetch the metadata again"
    )]
    None {
        /// Name of the combination.
        combo: String,
        /// UIDs of the options.
        options: String,
    },
    /// Several have: the metadata are broken.
    #[error(
        "combination {combo:?} has several option combos for the options {options}: {found}; keep one of them on the server, or fill each by an entry of its own that names it: category_option_combo = \"{first}\""
    )]
    Several {
        /// Name of the combination.
        combo: String,
        /// UIDs of the options.
        options: String,
        /// UIDs of the option combos.
        found: String,
        /// UID of the first of them.
        first: String,
    },
}

/// Something with a UID, a code and a name.
pub(crate) trait Named {
    const WHAT: &'static str;
    fn id(&self) -> &str;
    fn code(&self) -> Option<&str>;
    fn name(&self) -> &str;
}

macro_rules! named {
    ($type:ty, $what:literal) => {
        impl Named for $type {
            const WHAT: &'static str = $what;
            fn id(&self) -> &str {
                &self.id
            }
            fn code(&self) -> Option<&str> {
                self.code.as_deref()
            }
            fn name(&self) -> &str {
                &self.name
            }
        }
    };
}

named!(DataSet, "data set");
named!(DataElement, "data element");
named!(CategoryCombo, "category combination");
named!(CategoryOption, "category option");
named!(CategoryOptionCombo, "category option combo");

/// The one thing whose code or name differs from a key only by case, blanks or accents.
fn nearest<'a, T: Named + 'a>(list: impl Iterator<Item = &'a T>, key: &str) -> Option<&'a T> {
    let wanted = folded(key);
    let mut hits = list.filter(|item| {
        folded(item.name()) == wanted || item.code().is_some_and(|code| folded(code) == wanted)
    });
    let first = hits.next()?;
    hits.next().is_none().then_some(first)
}

/// Letters and digits in lower case, without accents, numbers in words as digits.
fn folded(text: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let word: String = word
                .chars()
                .flat_map(char::to_lowercase)
                .map(plain)
                .collect();
            match word.as_str() {
                "one" | "un" | "une" => "1".to_owned(),
                "five" | "cinq" => "5".to_owned(),
                "years" | "year" | "yrs" | "ans" | "an" => String::new(),
                _ => word,
            }
        })
        .collect();
    words.concat()
}

/// A letter without its accent, for those of French, Spanish and Portuguese.
const fn plain(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        other => other,
    }
}

/// Finds by UID, else by code, else by name. A code beats a name, as codes are
/// unique on a server and names of some types are not.
pub(crate) fn find<'a, T: Named>(
    list: impl IntoIterator<Item = &'a T> + Clone,
    key: &str,
) -> Result<&'a T, LookupError> {
    let by = |matches: fn(&T, &str) -> bool| -> Vec<&'a T> {
        list.clone()
            .into_iter()
            .filter(|item| matches(item, key))
            .collect()
    };
    for matches in [
        (|item: &T, key: &str| item.id() == key) as fn(&T, &str) -> bool,
        |item, key| item.code() == Some(key),
        |item, key| item.name() == key,
    ] {
        match by(matches).as_slice() {
            [] => {}
            [one] => return Ok(one),
            several => {
                let found = several
                    .iter()
                    .map(|item| item.id())
                    .collect::<Vec<_>>()
                    .join(", ");
                return Err(LookupError::Several {
                    what: T::WHAT,
                    key: key.to_owned(),
                    found,
                });
            }
        }
    }
    let near = nearest(list.into_iter(), key).map_or_else(String::new, |item| {
        format!("; did you mean {:?} ({})?", item.name(), item.id())
    });
    Err(LookupError::None {
        what: T::WHAT,
        key: key.to_owned(),
        near,
    })
}

impl Metadata {
    /// The names that the document has for units, elements, data sets and option combos, by UID.
    #[must_use]
    pub fn names(&self) -> HashMap<&str, &str> {
        let units = self.org_units.iter();
        let units = units.filter_map(|unit| Some((&*unit.id, unit.name.as_deref()?)));
        let elements = self.data_elements.iter();
        let elements = elements.map(|element| (&*element.id, &*element.name));
        let sets = self.data_sets.iter().map(|set| (&*set.id, &*set.name));
        let combos = self.category_combos.iter();
        let combos = combos.flat_map(|combo| &combo.category_option_combos);
        let combos = combos.map(|combo| (&*combo.id, &*combo.name));
        let all = units.chain(elements).chain(sets).chain(combos);
        all.filter(|(_, name)| !name.is_empty()).collect()
    }

    /// The data set with that UID, code or name.
    ///
    /// # Errors
    /// [`LookupError`].
    pub fn data_set(&self, key: &str) -> Result<&DataSet, LookupError> {
        find(&self.data_sets, key)
    }

    /// The data element with that UID, code or name.
    ///
    /// # Errors
    /// [`LookupError`].
    pub fn data_element(&self, key: &str) -> Result<&DataElement, LookupError> {
        find(&self.data_elements, key)
    }

    /// The combination with that UID.
    #[must_use]
    pub fn category_combo(&self, id: &str) -> Option<&CategoryCombo> {
        self.category_combos.iter().find(|combo| combo.id == id)
    }

    /// The option with that UID.
    #[must_use]
    pub fn category_option(&self, id: &str) -> Option<&CategoryOption> {
        self.category_options.iter().find(|option| option.id == id)
    }

    /// The combination that holds for an element in a data set: the set's own, else the element's.
    #[must_use]
    pub fn effective_combo(
        &self,
        element: &DataElement,
        set: Option<&DataSet>,
    ) -> Option<&CategoryCombo> {
        let id = set
            .and_then(|set| {
                set.data_set_elements
                    .iter()
                    .find(|e| e.data_element == element.id)
            })
            .and_then(|e| e.category_combo.as_deref())
            .unwrap_or(&element.category_combo);
        self.category_combo(id)
    }

    /// Data sets that hold an element.
    pub fn data_sets_of<'a>(&'a self, element: &'a str) -> impl Iterator<Item = &'a DataSet> {
        self.data_sets.iter().filter(move |set| set.holds(element))
    }
}

impl DataSet {
    /// Whether the set holds the element with that UID.
    #[must_use]
    pub fn holds(&self, element: &str) -> bool {
        self.data_set_elements
            .iter()
            .any(|e| e.data_element == element)
    }
}

impl CategoryCombo {
    /// The option combo whose options are exactly these, in any order.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn option_combo(&self, options: &[&str]) -> Result<&CategoryOptionCombo, OptionComboError> {
        let mut wanted = options.to_vec();
        wanted.sort_unstable();
        let hits: Vec<_> = self
            .category_option_combos
            .iter()
            .filter(|combo| {
                let mut has: Vec<&str> =
                    combo.category_options.iter().map(String::as_str).collect();
                has.sort_unstable();
                has == wanted
            })
            .collect();
        let combo = || {
            if self.name.is_empty() {
                self.id.clone()
            } else {
                self.name.clone()
            }
        };
        match hits.as_slice() {
            [one] => Ok(one),
            [] => Err(OptionComboError::None {
                combo: combo(),
                options: wanted.join(", "),
            }),
            several => Err(OptionComboError::Several {
                combo: combo(),
                options: wanted.join(", "),
                first: several[0].id.clone(),
                found: several
                    .iter()
                    .map(|c| c.id.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
        }
    }
}

impl DataElement {
    /// Whether DHIS2 adds values up over org units and not over years (`AggregationType`), as a population wants it: the mean, the last or
    /// the last value of the period over time. A type that is not known here (an empty one) is not held against the element.
    #[must_use]
    pub fn adds_up_population(&self) -> bool {
        matches!(
            self.aggregation_type.as_str(),
            "AVERAGE_SUM_ORG_UNIT" | "LAST" | "LAST_IN_PERIOD" | "DEFAULT" | ""
        )
    }
}
