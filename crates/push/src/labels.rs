//! Names for people, where a plan has ids.

use std::collections::HashMap;

use pop_datavalues::Metadata;
use pop_dhis2::import::names::{Names, Sym};
use pop_dhis2::import::values::Key;

/// Names of what a plan is about, by id.
#[derive(Debug)]
pub(crate) struct Labels<'a>(HashMap<&'a str, &'a str>);

impl<'a> Labels<'a> {
    /// The names that the metadata have.
    #[must_use]
    pub(crate) fn new(metadata: &'a Metadata) -> Self {
        let units = metadata
            .org_units
            .iter()
            .filter_map(|unit| Some((unit.id.as_str(), unit.name.as_deref()?)));
        let elements = metadata
            .data_elements
            .iter()
            .map(|element| (element.id.as_str(), element.name.as_str()));
        let combos = metadata
            .category_combos
            .iter()
            .flat_map(|combo| &combo.category_option_combos);
        let combos = combos.map(|combo| (combo.id.as_str(), combo.name.as_str()));
        Self(
            units
                .chain(elements)
                .chain(combos)
                .filter(|(_, name)| !name.is_empty())
                .collect(),
        )
    }

    /// No names: ids stand for themselves.
    #[must_use]
    pub(crate) fn none() -> Self {
        Self(HashMap::new())
    }

    /// The name of an id, else the id.
    #[must_use]
    pub(crate) fn of(&self, id: &'a str) -> &'a str {
        self.0.get(id).copied().unwrap_or(id)
    }

    /// Unit, element, combo and period of a key, by name.
    #[must_use]
    pub(crate) fn of_key(&self, key: &Key, names: &Names) -> String {
        let name = |sym: Sym| {
            let id = names.text(sym);
            self.0.get(id).copied().unwrap_or(id)
        };
        format!(
            "{} {} {} {}",
            name(key.unit),
            name(key.element),
            name(key.combo),
            names.text(key.period)
        )
    }
}
