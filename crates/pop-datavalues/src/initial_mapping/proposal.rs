//! What a data element is proposed to hold.

use std::collections::BTreeSet;

use pop_worldpop::AgeBandScheme;

use crate::ages::{Ages, code_names_everybody_divided, names_everybody_divided};
use crate::composition::{Composition, CompositionError};
use crate::element_reading::{element_label, has_unclear_sex};
use crate::mapping::{By, MappingEntry, TotalFrom};
use crate::metadata::{CategoryCombo, DataElement, DataSet, Metadata};
use crate::resolved_mapping::resolve;
use crate::{BandSet, Mapping};

/// What proposals are made from.
pub(super) struct EntryProposer<'a> {
    pub(super) metadata: &'a Metadata,
    pub(super) bands: BandSet,
}

/// Things to know about a proposal, or the doubt that it stands in.
type ProposalResult = Result<Vec<String>, String>;

impl EntryProposer<'_> {
    /// The text of an entry, and whether it can be proposed.
    pub(super) fn entry(
        &self,
        element: &DataElement,
        set: Option<&DataSet>,
    ) -> (String, ProposalResult) {
        let mut text = format!("[[value]]\ndata_element = {:?}\n", element.id);
        let mut entry = MappingEntry {
            data_element: element.id.clone(),
            ..MappingEntry::default()
        };
        if let Some(set) = set {
            text.push_str(&format!("data_set = {:?}\n", set.id));
            entry.data_set = Some(set.id.clone());
        }
        let combo = self.metadata.effective_combo(element, set);
        if let Some(combo) = combo.filter(|combo| !combo.is_default) {
            text.push_str("by = \"options\"\n");
            entry.by = Some(By::Options);
            if let Err(doubt) = counts_everybody(element, combo) {
                return (text, Err(doubt));
            }
        } else {
            let label = match element_label(element, self.scheme())
                .map_err(|unclear| unclear.to_string())
            {
                Ok(label) => label,
                Err(doubt) => return (text, Err(doubt)),
            };
            if has_unclear_sex(element, self.metadata) {
                let doubt = format!(
                    "label {:?}: M may be women, as other elements have H for men",
                    element.name
                );
                return (text, Err(doubt));
            }
            match label.sex {
                Some(pop_sums::Sex::Female) => entry.sex = Some("female".to_owned()),
                Some(pop_sums::Sex::Male) => entry.sex = Some("male".to_owned()),
                _ => {}
            }
            entry.ages = label
                .ages
                .filter(|ages| *ages != Ages::ALL)
                .map(|ages| ages.to_string());
            for (key, value) in [("sex", &entry.sex), ("ages", &entry.ages)] {
                if let Some(value) = value {
                    text.push_str(&format!("{key} = {value:?}\n"));
                }
            }
        }
        let found = self.try_out(entry);
        (text, found)
    }

    fn scheme(&self) -> AgeBandScheme {
        self.bands.scheme().unwrap_or(AgeBandScheme::Open90)
    }

    /// Resolves the entry and lays it out over the bands, as a run would.
    fn try_out(&self, entry: MappingEntry) -> ProposalResult {
        let mapping = Mapping {
            value: vec![entry],
            ..Mapping::default()
        };
        let resolved =
            resolve(&mapping, Some(self.metadata), self.scheme()).map_err(|e| e.to_string())?;
        Composition::new(&resolved.targets, &self.bands, TotalFrom::Bands, None).map_err(
            |error| match error {
                CompositionError::NoSplit { .. } => {
                    format!("{error}: add split = \"uniform\" or \"sprague\" to cut it")
                }
                error => error.to_string(),
            },
        )?;
        Ok(resolved.uncovered.iter().map(ToString::to_string).collect())
    }
}

/// Options tell how people are divided, not who they are: cases, births and target groups are divided by
/// age and sex as well. An element's own code and name must speak of the population.
fn counts_everybody(element: &DataElement, combo: &CategoryCombo) -> Result<(), String> {
    let names = combo.categories.iter().map(|category| &category.name);
    let words: BTreeSet<String> = std::iter::once(&combo.name)
        .chain(names)
        .flat_map(|name| name.split(|c: char| !c.is_alphabetic()))
        .map(str::to_lowercase)
        .collect();
    let code = element.code.as_deref();
    if names_everybody_divided(&element.name, &words)
        && code.is_none_or(|code| code_names_everybody_divided(code, &words))
    {
        return Ok(());
    }
    Err(format!(
        "code {} and label {:?} do not both speak of the whole population",
        code.map_or("none".to_owned(), |code| format!("{code:?}")),
        element.name
    ))
}
