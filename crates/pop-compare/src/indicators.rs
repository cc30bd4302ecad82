//! Ratios of age bands, old and new: what a demographer looks at first.
//!
//! Sex ratio, dependency ratio, share of children under five, child-woman ratio (United Nations, Demographic Yearbook,
//! technical notes). Their limits are this tool's, not the guidance's: they are noted, not flagged.

use std::collections::BTreeMap;

use pop_sums::Sex;

use crate::dimensions::OPEN;
use crate::row::Row;
use crate::side::index_of;
use crate::{Comparison, Dimensions, Flag, Rule, Thresholds};

type Band = (u32, u32);

/// Women of these ages, of the child-woman ratio.
const CHILDBEARING: Band = (15, 50);

/// A ratio of two figures of a unit, on both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorRow {
    /// Index of the unit.
    pub unit: u32,
    /// Year or period; whom the parts count is left out.
    pub dimensions: Dimensions,
    /// What it is: `sex-ratio`, or the name of a rate.
    pub name: String,
    /// On the old side.
    pub old: Option<f64>,
    /// On the new side.
    pub new: Option<f64>,
    /// Rules that were met.
    pub flags: Vec<Flag>,
}

/// The rows that are added up for one part of a ratio.
#[derive(Debug, Clone, Default)]
struct Terms(Vec<u32>);

struct Ratio {
    name: &'static str,
    above: Terms,
    below: Terms,
    limits: [f64; 2],
}

/// The figures of a year or period.
struct Bands<'a> {
    /// Index of each sex and band; `None` for all ages.
    columns: BTreeMap<(Sex, Option<Band>), u32>,
    everything: &'a Dimensions,
}

/// The ratios of each unit, as far as the bands make them, by unit and time.
#[must_use]
pub fn indicators(comparison: &Comparison, thresholds: &Thresholds) -> Vec<IndicatorRow> {
    let mut times: BTreeMap<Dimensions, Vec<u32>> = BTreeMap::new();
    for (index, dimensions) in comparison.dimensions.iter().enumerate() {
        if dimensions.data_element.is_empty() {
            let time = dimensions.of_everybody();
            times.entry(time).or_default().push(index_of(index));
        }
    }
    let mut found = Vec::new();
    for (time, columns) in &times {
        let columns = columns.iter().map(|&index| {
            let dimensions = &comparison.dimensions[index as usize];
            let sex = dimensions.sex.unwrap_or(Sex::Total);
            ((sex, dimensions.band()), index)
        });
        let bands = Bands {
            columns: columns.collect(),
            everything: time,
        };
        let ratios = bands.ratios(thresholds);
        if ratios.is_empty() {
            continue;
        }
        for rows in comparison.rows.chunk_by(|a, b| a.unit == b.unit) {
            found.extend(
                ratios
                    .iter()
                    .filter_map(|ratio| ratio.of(rows, bands.everything)),
            );
        }
    }
    found.sort_by(|a, b| (a.unit, &a.dimensions).cmp(&(b.unit, &b.dimensions)));
    found
}

impl Bands<'_> {
    fn ratios(&self, thresholds: &Thresholds) -> Vec<Ratio> {
        let all = (0, OPEN);
        let men = self.terms(Sex::Male, all);
        let women = self.terms(Sex::Female, all);
        let young = self.both((0, 15));
        let old = self.both((65, OPEN));
        let under_five = self.both((0, 5));
        let ratio = |name, above: Option<Terms>, below: Option<Terms>, limits| {
            Some(Ratio {
                name,
                above: above?,
                below: below?,
                limits,
            })
        };
        let dependent = young.zip(old).map(|(young, old)| young.and(old));
        [
            ratio("sex-ratio", men, women, thresholds.sex_ratio),
            ratio(
                "dependency-ratio",
                dependent,
                self.both((15, 65)),
                thresholds.dependency_ratio,
            ),
            ratio(
                "under-five-share",
                under_five.clone(),
                self.both(all),
                thresholds.under_five,
            ),
            ratio(
                "child-woman-ratio",
                under_five,
                self.terms(Sex::Female, CHILDBEARING),
                thresholds.child_woman_ratio,
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Both sexes of some ages: as they are counted together, else women and men.
    fn both(&self, ages: Band) -> Option<Terms> {
        self.terms(Sex::Total, ages).or_else(|| {
            let women = self.terms(Sex::Female, ages)?;
            Some(women.and(self.terms(Sex::Male, ages)?))
        })
    }

    /// Bands that fill some ages without gap or overlap; the fewest first.
    fn terms(&self, sex: Sex, (from, to): Band) -> Option<Terms> {
        if (from, to) == (0, OPEN)
            && let Some(&all) = self.columns.get(&(sex, None))
        {
            return Some(Terms(vec![all]));
        }
        let mut terms = Terms::default();
        let mut at = from;
        while at < to {
            let widest = self
                .columns
                .iter()
                .filter_map(|(&(of, band), &column)| Some((of, band?, column)))
                .filter(|&(of, band, _)| of == sex && band.0 == at && band.1 <= to)
                .max_by_key(|&(_, band, _)| band.1)?;
            terms.0.push(widest.2);
            at = widest.1.1;
        }
        Some(terms)
    }
}

impl Terms {
    fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The sum of a unit's rows; `None` where one has no value.
    fn of(&self, rows: &[Row], value: impl Fn(&Row) -> Option<f64>) -> Option<f64> {
        let found = self.0.iter().map(|column| {
            let at = rows
                .binary_search_by_key(column, |row| row.dimensions)
                .ok()?;
            value(&rows[at])
        });
        found.sum()
    }
}

impl Ratio {
    fn of(&self, rows: &[Row], time: &Dimensions) -> Option<IndicatorRow> {
        let side = |value: fn(&Row) -> Option<f64>| {
            quotient(self.above.of(rows, value), self.below.of(rows, value))
        };
        let (old, new) = (side(|row| row.old), side(|row| row.new));
        old.or(new)?;
        let [lowest, highest] = self.limits;
        let flag = new.and_then(|found| {
            let (base, threshold) = if found < lowest {
                ("below the limit", lowest)
            } else if found > highest {
                ("above the limit", highest)
            } else {
                return None;
            };
            Some(Flag {
                rule: Rule::Limit,
                found,
                base,
                threshold,
            })
        });
        Some(IndicatorRow {
            unit: rows.first()?.unit,
            dimensions: time.clone(),
            name: self.name.to_owned(),
            old,
            new,
            flags: flag.into_iter().collect(),
        })
    }
}

/// A quotient; none by zero.
pub(crate) fn quotient(above: Option<f64>, below: Option<f64>) -> Option<f64> {
    let below = below.filter(|&below| below > 0.0)?;
    Some(above? / below)
}
