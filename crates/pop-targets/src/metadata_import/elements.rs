//! The data element of each group: the instance's, or our own.

use pop_datavalues::metadata;
use pop_sums::Sex;

use super::ImportBuilder;
use super::disaggregation::{action, check_free};
use crate::conflict::Conflict;
use crate::element_match::match_element;
use crate::mapping_text::{ElementPlace, sex_options};
use crate::objects::{Action, DataElement, Reference};
use crate::programme::{GroupKind, Programme, TargetGroup};
use crate::uid::ObjectType;

/// The credit that WorldPop's licence asks for.
const CREDIT: &str = "Filled by headcount from WorldPop population grids (worldpop.org, CC BY 4.0); each value's comment names release and method.";

/// A group, and the element that holds it.
pub(super) struct PlacedGroup {
    pub(super) id: String,
    pub(super) code: Option<String>,
    pub(super) name: String,
    /// The data set of somebody else that it stays in.
    pub(super) data_set: Option<String>,
    /// The options of sex of a group that has ages of its own.
    sex_options: Vec<(Sex, String)>,
}

impl PlacedGroup {
    /// The element, for the mapping.
    pub(super) fn element_place(&self, data_set: &str) -> ElementPlace {
        let other = self.data_set.as_ref().filter(|set| *set != data_set);
        ElementPlace {
            id: self.id.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            data_set: other.cloned(),
            sex_options: self.sex_options.clone(),
        }
    }
}

impl<'m> ImportBuilder<'m> {
    pub(super) fn place_elements(
        &mut self,
        groups: &[(&Programme, &TargetGroup)],
    ) -> Result<Vec<PlacedGroup>, Conflict> {
        groups
            .iter()
            .map(|(programme, group)| self.place_element(programme, group))
            .collect()
    }

    fn place_element(
        &mut self,
        programme: &Programme,
        group: &TargetGroup,
    ) -> Result<PlacedGroup, Conflict> {
        let kind = ObjectType::DataElement;
        let own = self.uid(kind, &group.code);
        let metadata = self.metadata;
        let found = match_element(metadata, programme, group, &self.options.namespace);
        for (element, reason) in &found.left {
            if element.id == own {
                return Err(Conflict::Changed {
                    kind,
                    name: element.name.clone(),
                    id: own,
                    what: format!("contents: {reason}"),
                });
            }
            if element.code.as_ref() == Some(&group.code) {
                return Err(Conflict::CodeTaken {
                    kind,
                    code: group.code.clone(),
                    other: format!("{:?} ({})", element.name, element.id),
                    why: format!("cannot hold the group: {reason}"),
                });
            }
            let code = element.code.as_deref();
            self.decide(
                Action::Leave,
                kind,
                &element.id,
                code,
                &element.name,
                reason.as_str(),
            );
        }
        match found.element {
            Some(element) if element.id != own => Ok(self.reused(group, element)),
            known => self.own_element(programme, group, own, known),
        }
    }

    /// An element of somebody else. It is not changed; what to know about it is noted.
    fn reused(&mut self, group: &TargetGroup, element: &'m metadata::DataElement) -> PlacedGroup {
        let mut notes = Vec::new();
        let how = element.aggregation_type.as_str();
        if !element.adds_up_population() {
            notes.push(format!(
                "its aggregation type is {how}: for a population AVERAGE_SUM_ORG_UNIT is right"
            ));
        }
        let set = self.data_set_of(element);
        let own = self.uid(ObjectType::DataSet, &self.options.data_set_code);
        if let Some(set) = set.filter(|set| set.id != own) {
            notes.push(self.note_on_set(set));
        }
        let (kind, code) = (ObjectType::DataElement, element.code.as_deref());
        self.decide(
            Action::Reuse,
            kind,
            &element.id,
            code,
            &element.name,
            notes.join("; "),
        );
        PlacedGroup {
            id: element.id.clone(),
            code: element.code.clone(),
            name: element.name.clone(),
            data_set: set.map(|set| set.id.clone()),
            sex_options: match group.ages {
                Some(_) if !group.by.is_empty() => sex_options(self.metadata, element),
                _ => Vec::new(),
            },
        }
    }

    fn own_element(
        &mut self,
        programme: &Programme,
        group: &TargetGroup,
        id: String,
        known: Option<&metadata::DataElement>,
    ) -> Result<PlacedGroup, Conflict> {
        let kind = ObjectType::DataElement;
        let combo = match group.by.as_slice() {
            [] => None,
            _ => Some(self.combo(programme, group)?),
        };
        let name = known.map_or(&group.name, |known| &known.name).clone();
        for other in &self.metadata.data_elements {
            check_free(
                kind,
                (&id, &group.code, &name),
                (&other.id, other.code.as_deref(), &other.name),
            )?;
        }
        let levels = match self.options.levels.as_slice() {
            several @ [_, _, ..] => several.to_vec(),
            _ => known.map_or_else(Vec::new, |known| known.aggregation_levels.clone()),
        };
        let made = match group.kind {
            GroupKind::Exact => "whole age bands",
            GroupKind::Split => "parts of age bands",
            GroupKind::Rate => "people times a rate, which each value's mapping names",
        };
        self.document.data_elements.push(DataElement {
            id: id.clone(),
            code: group.code.clone(),
            name: name.clone(),
            short_name: group.short_name.clone(),
            description: format!("{} Made of {made}. {CREDIT}", group.meaning),
            domain_type: "AGGREGATE",
            value_type: "INTEGER_ZERO_OR_POSITIVE",
            aggregation_type: "AVERAGE_SUM_ORG_UNIT",
            zero_is_significant: true,
            aggregation_levels: levels,
            category_combo: combo.as_ref().map(|combo| Reference::to(&combo.id)),
        });
        let note = if group.is_complete() {
            String::new()
        } else {
            "the mapping needs its rate".to_owned()
        };
        self.decide(
            action(known.is_some()),
            kind,
            &id,
            Some(&group.code),
            &name,
            note,
        );
        Ok(PlacedGroup {
            id,
            code: Some(group.code.clone()),
            name,
            data_set: None,
            sex_options: match (&group.ages, combo) {
                (Some(_), Some(combo)) => combo.sex_options,
                _ => Vec::new(),
            },
        })
    }
}
