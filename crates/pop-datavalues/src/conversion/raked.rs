//! Values of raked sums: what their comments say of the raking.

use std::collections::BTreeSet;

use pop_sums::{Adjustment, Raking, RakingFactor, SumsTable};

use super::ConversionError;
use crate::composition::Composition;
use crate::{BandSet, PopulationTable, RoundingHierarchy, TargetValues};

/// What raking did to the values of a reference period, by rows of its people.
#[derive(Debug, Clone)]
pub(super) struct RakedValues {
    unadjusted: TargetValues,
    rows: Vec<RakedRow>,
}

/// What the adjustments of a unit say.
#[derive(Debug, Default, Clone)]
pub(super) struct RakedRow {
    /// Sources of the official totals.
    pub(super) sources: BTreeSet<String>,
    /// What else was done: `years=linear`.
    marks: BTreeSet<String>,
}

impl RakedRow {
    pub(super) fn add(&mut self, adjustment: &Adjustment) {
        let sources = adjustment.rakings().flat_map(|raking| &raking.sources);
        self.sources.extend(sources.cloned());
        self.marks.extend(adjustment.marks().map(str::to_owned));
    }
}

impl RakedValues {
    /// The values as they were before raking; none for sums that were not raked.
    pub(super) fn new(
        table: &SumsTable,
        years: &[(Vec<u32>, f64)],
        hierarchy: &RoundingHierarchy,
        bands: &BandSet,
        composition: &Composition,
        projected: Option<&[f64]>,
    ) -> Result<Option<Self>, ConversionError> {
        if !table.is_adjusted() {
            return Ok(None);
        }
        let mut people = PopulationTable::unadjusted(table, &hierarchy.units, years)?;
        if let Some(factors) = projected {
            people.multiply_rows(factors);
        }
        let unadjusted = TargetValues::new(hierarchy, &people, bands, composition, None)?;
        let mut places = vec![None; table.units.len()];
        for (row, &unit) in people.units.iter().enumerate() {
            places[unit as usize] = Some(row);
        }
        let mut is_used = vec![false; table.layers.len()];
        for &layer in years.iter().flat_map(|(layers, _)| layers) {
            is_used[layer as usize] = true;
        }
        let mut rows = vec![RakedRow::default(); people.units.len()];
        for sum in &table.sums {
            if let (Some(row), true) = (places[sum.unit as usize], is_used[sum.layer as usize]) {
                let Ok(adjustment) = table.adjustment(sum).parse();
                rows[row].add(&adjustment);
            }
        }
        Ok(Some(Self { unadjusted, rows }))
    }

    /// `SOURCE*FACTOR` of the value that some rows add up to: people over unadjusted people, or `filled`.
    pub(super) fn token(
        &self,
        values: &TargetValues,
        target: usize,
        rows: &[usize],
    ) -> Option<String> {
        let mut all = RakedRow::default();
        for &row in rows {
            all.sources.extend(self.rows[row].sources.iter().cloned());
            all.marks.extend(self.rows[row].marks.iter().cloned());
        }
        if all.sources.is_empty() {
            return None;
        }
        let of = |values: &TargetValues| -> f64 {
            let at = |row: &usize| values.exact[row * values.targets + target];
            rows.iter().map(at).sum()
        };
        let (after, before) = (of(values), of(&self.unadjusted));
        let raking = Raking {
            sources: all.sources.into_iter().collect(),
            factor: RakingFactor::of_people(before, after),
        };
        let words: Vec<String> = [raking.to_string()].into_iter().chain(all.marks).collect();
        Some(words.join(","))
    }
}
