//! The data set that new elements are in, and the sets of others that reused ones stay in.

use std::collections::BTreeSet;

use pop_datavalues::metadata;

use super::ImportBuilder;
use super::disaggregation::action;
use super::elements::PlacedGroup;
use crate::conflict::Conflict;
use crate::objects::{DataSet, DataSetElement, Reference, Sharing};
use crate::uid::ObjectType;

const KIND: ObjectType = ObjectType::DataSet;

impl<'m> ImportBuilder<'m> {
    /// Puts the data set into the document; its UID, and how many units it is assigned to.
    pub(super) fn place_data_set(
        &mut self,
        placed: &[PlacedGroup],
    ) -> Result<(String, usize), Conflict> {
        let (options, metadata) = (self.options, self.metadata);
        let id = self.uid(KIND, &options.data_set_code);
        let known = metadata.data_sets.iter().find(|set| set.id == id);
        self.check_set(&id, known)?;
        let mut units = self.units()?;
        let members = self.members(&id, placed, known);
        if members.is_empty() {
            return Ok((id, units.len()));
        }
        if let Some(known) = known {
            units.extend(known.organisation_units.iter().map(String::as_str));
        }
        let name = known
            .map_or(&options.data_set_name, |known| &known.name)
            .clone();
        let count = units.len();
        self.document.data_sets.push(DataSet {
            id: id.clone(),
            code: options.data_set_code.clone(),
            short_name: name.chars().take(50).collect(),
            description: "Population by target group, written by headcount from WorldPop grids. Not a form to be completed.".to_owned(),
            name: name.clone(),
            period_type: options.period_type.clone(),
            open_future_periods: known.map_or(0, |set| set.open_future_periods).max(options.open_future_periods),
            expiry_days: known.map_or(0.0, |set| set.expiry_days),
            sharing: Sharing::with_data_for(&options.user_groups),
            data_set_elements: members.into_iter().collect(),
            organisation_units: units.into_iter().map(Reference::to).collect(),
        });
        self.decide(
            action(known.is_some()),
            KIND,
            &id,
            Some(&options.data_set_code),
            &name,
            format!("{}, {count} org units", options.period_type),
        );
        Ok((id, count))
    }

    fn check_set(&self, id: &str, known: Option<&metadata::DataSet>) -> Result<(), Conflict> {
        let options = self.options;
        if let Some(known) = known.filter(|known| known.period_type != options.period_type) {
            return Err(Conflict::Changed {
                kind: KIND,
                name: known.name.clone(),
                id: id.to_owned(),
                what: format!("periods: {}", known.period_type),
            });
        }
        let has_code = |set: &&metadata::DataSet| {
            set.id != id && set.code.as_ref() == Some(&options.data_set_code)
        };
        match self.metadata.data_sets.iter().find(has_code) {
            Some(other) => Err(Conflict::CodeTaken {
                kind: KIND,
                code: options.data_set_code.clone(),
                other: format!("{:?} ({})", other.name, other.id),
                why: "this tool did not make and does not change".to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// Elements of the set: those that are in no other one, and those that are in it already.
    fn members(
        &self,
        id: &str,
        placed: &[PlacedGroup],
        known: Option<&metadata::DataSet>,
    ) -> BTreeSet<DataSetElement> {
        let member = |element: &str, combo: Option<&String>| DataSetElement {
            data_set: Reference::to(id),
            data_element: Reference::to(element),
            category_combo: combo.map(|combo| Reference::to(combo)),
        };
        let old = known.into_iter().flat_map(|set| &set.data_set_elements);
        let mut members: BTreeSet<DataSetElement> = old
            .map(|old| member(&old.data_element, old.category_combo.as_ref()))
            .collect();
        let stays = |group: &&PlacedGroup| group.data_set.as_deref().is_none_or(|set| set == id);
        for group in placed.iter().filter(stays) {
            let is_there = known.is_some_and(|set| set.holds(&group.id));
            if !is_there {
                members.insert(member(&group.id, None));
            }
        }
        members
    }

    /// UIDs of the units of the levels asked for.
    fn units(&self) -> Result<BTreeSet<&str>, Conflict> {
        let mut units = BTreeSet::new();
        for level in &self.options.levels {
            let before = units.len();
            let of_level = |unit: &&metadata::OrgUnit| unit.depth() == Some(*level);
            let found = self.metadata.org_units.iter().filter(of_level);
            units.extend(found.map(|unit| unit.id.as_str()));
            if units.len() == before {
                return Err(Conflict::NoUnits(*level));
            }
        }
        Ok(units)
    }

    /// The set that holds an element of somebody else with the periods asked for: of several, the one with most of
    /// the units.
    pub(super) fn data_set_of(
        &self,
        element: &'m metadata::DataElement,
    ) -> Option<&'m metadata::DataSet> {
        let own = self.uid(KIND, &self.options.data_set_code);
        let units = self.units().unwrap_or_default();
        self.metadata
            .data_sets_of(&element.id)
            .filter(|set| set.period_type == self.options.period_type)
            .max_by_key(|set| {
                (
                    set.id == own,
                    assigned(set, &units),
                    std::cmp::Reverse(&set.id),
                )
            })
    }

    /// What to know about a set that an element stays in.
    pub(super) fn note_on_set(&self, set: &metadata::DataSet) -> String {
        let units = self.units().unwrap_or_default();
        let mut note = format!("it stays in the data set {:?} ({})", set.name, set.id);
        let missing = units.len() - assigned(set, &units);
        if missing > 0 {
            note.push_str(&format!(
                ", which is not assigned to {missing} of the {} org units: assign them in the Maintenance app",
                units.len()
            ));
        }
        if set.open_future_periods < self.options.open_future_periods {
            note.push_str(&format!(
                ", whose open future periods are {}, not {}",
                set.open_future_periods, self.options.open_future_periods
            ));
        }
        note
    }
}

/// How many of some units a set is assigned to.
fn assigned(set: &metadata::DataSet, units: &BTreeSet<&str>) -> usize {
    let has = |unit: &&String| units.contains(unit.as_str());
    set.organisation_units.iter().filter(has).count()
}
