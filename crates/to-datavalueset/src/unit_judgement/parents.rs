//! Parents that would come out too low, and where the units to choose are.

use std::collections::BTreeMap;

use pop_cli::Refusal;
use pop_datavalues::incomplete_parents::{
    IncompleteParent, branches_without_base, deepest_complete_level, incomplete_parents,
    populations,
};

use super::{JudgedUnits, UnitJudge};
use crate::consent::INCOMPLETE_PARENT;
use crate::unit_tables;

impl UnitJudge<'_> {
    /// Parents below which the units would add up to less than their people.
    pub(super) fn incomplete_parents(
        &mut self,
        base: &[bool],
        layers: &[Vec<u32>],
        units: &mut [JudgedUnits],
        refusals: &mut Vec<Refusal>,
        hints: &mut Vec<String>,
    ) {
        let table = self.conversion.table;
        let mut all: BTreeMap<String, (IncompleteParent, Vec<&str>)> = BTreeMap::new();
        for ((period, layers), judged) in self.periods.iter().zip(layers).zip(units.iter_mut()) {
            if judged.valued.is_empty() {
                continue;
            }
            let branches = branches_without_base(table, base, layers);
            judged.unvalued.extend(&branches);
            judged.uncounted.extend(&branches);
            if judged.uncounted.is_empty() {
                continue;
            }
            let people = populations(table, &period.years, &period.bands);
            let parents = incomplete_parents(table, &judged.valued, &judged.uncounted, |unit| {
                people[unit as usize]
            });
            for parent in parents {
                let known = all.entry(parent.id.clone());
                let (_, periods) = known.or_insert_with(|| (self.named(parent), Vec::new()));
                periods.push(&period.period.period);
            }
        }
        let parents: Vec<(IncompleteParent, Vec<&str>)> = all.into_values().collect();
        if parents.is_empty() {
            return;
        }
        let shown = unit_tables::parents(&parents, &self.console.messages());
        self.console.show_table(&shown);
        let findings = parents
            .iter()
            .map(|(parent, _)| unit_tables::parent_finding(parent))
            .collect();
        let before = refusals.len();
        let (one, several) = (
            "parent would come out too low",
            "parents would come out too low",
        );
        let refused = self.consent.judge(INCOMPLETE_PARENT, findings).refused;
        if !refused.is_empty() {
            let what = if refused.len() == 1 { one } else { several };
            refusals.push(Refusal {
                kind: INCOMPLETE_PARENT.to_owned(),
                what: what.to_owned(),
                findings: refused,
            });
        }
        if refusals.len() > before {
            let first = layers.first().map(Vec::as_slice).unwrap_or_default();
            hints.push(match deepest_complete_level(table, first) {
                Some(level) => format!(
                    "the deepest level at which every unit has a value is {level}: --level {level}"
                ),
                None => "there is no level at which every unit has a value".to_owned(),
            });
        }
    }

    /// A parent with the name that the metadata have, where the sums have none.
    fn named(&self, parent: IncompleteParent) -> IncompleteParent {
        let of_metadata = || {
            let mut units = self.conversion.metadata?.org_units.iter();
            units.find(|unit| unit.id == parent.id)?.name.clone()
        };
        IncompleteParent {
            name: parent.name.clone().or_else(of_metadata),
            ..parent
        }
    }
}
