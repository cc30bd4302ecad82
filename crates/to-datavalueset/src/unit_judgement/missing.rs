//! Units that the metadata know at the level of the sums, and the sums lack.

use std::collections::{BTreeMap, HashSet};

use pop_cli::{Finding, Refusal, counted, shortened_list};
use pop_datavalues::Metadata;
use pop_datavalues::metadata::OrgUnit;
use pop_datavalues::org_unit_ids::missing_units;

use super::UnitJudge;
use crate::consent::{INCOMPLETE_PARENT, MISSING_UNIT};
use crate::unit_tables;

impl UnitJudge<'_> {
    /// Units that the metadata know and the sums lack. Tables from elsewhere have no rows for units without a value; of our
    /// own stream, which has, each parent is judged that would come out too low for want of them.
    pub(super) fn missing_units(
        &mut self,
        base: &[bool],
        unserved: &[bool],
        refusals: &mut Vec<Refusal>,
    ) {
        let Some(metadata) = self.conversion.metadata else {
            return;
        };
        let wanted: Vec<u32> = (0..)
            .zip(base.iter().zip(unserved))
            .filter(|(_, (base, unserved))| **base && !**unserved)
            .map(|(unit, _)| unit)
            .collect();
        let table = self.conversion.table;
        let missing = missing_units(table, &wanted, self.conversion.id_scheme, metadata);
        let findings: Vec<Finding> = missing
            .iter()
            .map(|unit| Finding {
                unit: unit.id.clone(),
                detail: unit.name.clone().unwrap_or_default(),
            })
            .collect();
        if findings.is_empty() {
            return;
        }
        if self.is_subset {
            self.console.note(&format!(
                "{} that the metadata know at this level and the sums lack: {}",
                pop_cli::counted(findings.len(), "unit"),
                unit_tables::list(&findings)
            ));
            return;
        }
        if table.states_status {
            self.console.warn(&format!(
                "{} that the metadata know at this level and the sums lack: {}",
                counted(findings.len(), "unit"),
                unit_tables::list(&findings)
            ));
            let present = wanted
                .iter()
                .flat_map(|&unit| table.units[unit as usize].path_ids());
            let parents = parents_of(&missing, &present.collect(), metadata);
            let (one, several) = (
                "parent would come out too low, as the sums lack units below it",
                "parents would come out too low, as the sums lack units below them",
            );
            self.ask(INCOMPLETE_PARENT, one, several, parents, refusals);
            return;
        }
        let (one, several) = (
            "unit of the metadata is not in the sums, missing-unit",
            "units of the metadata are not in the sums, missing-unit",
        );
        self.ask(MISSING_UNIT, one, several, findings, refusals);
    }
}

/// The units right above some that the sums lack, each with those below it. A unit with none of the sums below it (`present` are
/// the ids on their paths) gets no value at all: sums of one province or of some facilities are whole in themselves.
fn parents_of(missing: &[&OrgUnit], present: &HashSet<&str>, metadata: &Metadata) -> Vec<Finding> {
    let mut by_parent: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for unit in missing {
        let parent = unit.ancestor_ids().next_back().unwrap_or(&unit.id);
        if !present.contains(parent) {
            continue;
        }
        by_parent.entry(parent).or_default().push(unit.label());
    }
    let name = |id: &str| {
        let unit = metadata.org_units.iter().find(|unit| unit.id == id)?;
        Some(format!("{}: ", unit.name.as_ref()?))
    };
    by_parent
        .into_iter()
        .map(|(parent, units)| Finding {
            unit: parent.to_owned(),
            detail: format!(
                "{}without: {}",
                name(parent).unwrap_or_default(),
                shortened_list(&units)
            ),
        })
        .collect()
}
