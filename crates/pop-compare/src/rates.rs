//! Rates that two figures imply, against the same rates from elsewhere: births over everybody is a birth rate, which a
//! survey or the United Nations estimate too.

use std::collections::BTreeMap;

use pop_datavalues::Text;

use crate::indicators::{IndicatorRow, quotient};
use crate::row::Row;
use crate::rules::differs;
use crate::side::index_of;
use crate::{CompareError, Comparison, Dimensions, Rule};

/// A rate from elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceRate {
    /// What it is called.
    pub name: String,
    /// Key of the unit it is of; `None` for all.
    pub org_unit: Option<String>,
    /// Group counted above: `t 0`, or a data element.
    pub numerator: String,
    /// Group counted below.
    pub denominator: String,
    /// What it is per: 1000 for a birth rate.
    pub per: f64,
    /// The rate.
    pub value: f64,
}

/// The implied rates of each unit, flagged where they differ from the reference by the threshold.
///
/// # Errors
/// A group that no figure counts, a unit that is not there.
pub fn implied_rates(
    comparison: &Comparison,
    references: &[ReferenceRate],
    threshold: f64,
) -> Result<Vec<IndicatorRow>, CompareError> {
    let mut found = Vec::new();
    for reference in references {
        let above = groups(comparison, &reference.numerator)?;
        let below = groups(comparison, &reference.denominator)?;
        let wanted = match &reference.org_unit {
            None => None,
            Some(key) => Some(unit(comparison, key)?),
        };
        for rows in comparison.rows.chunk_by(|a, b| a.unit == b.unit) {
            let unit = rows[0].unit;
            if wanted.is_some_and(|wanted| wanted != unit) {
                continue;
            }
            for (time, column) in &above {
                let Some(base) = below.get(time) else {
                    continue;
                };
                let rate = |value: fn(&Row) -> Option<f64>| {
                    let at = |column: &u32| {
                        let at = rows
                            .binary_search_by_key(column, |row| row.dimensions)
                            .ok()?;
                        value(&rows[at])
                    };
                    quotient(at(column), at(base)).map(|share| share * reference.per)
                };
                let (old, new) = (rate(|row| row.old), rate(|row| row.new));
                if old.is_none() && new.is_none() {
                    continue;
                }
                let flag = new.and_then(|new| {
                    differs(
                        reference.value,
                        new,
                        Rule::ImpliedRate,
                        "reference",
                        threshold,
                    )
                });
                found.push(IndicatorRow {
                    unit,
                    dimensions: Dimensions {
                        year: time.0,
                        period: Text::clone(&time.1),
                        ..Dimensions::default()
                    },
                    name: reference.name.clone(),
                    old,
                    new,
                    flags: flag.into_iter().collect(),
                });
            }
        }
    }
    found.sort_by(|a, b| (a.unit, &a.dimensions, &a.name).cmp(&(b.unit, &b.dimensions, &b.name)));
    Ok(found)
}

/// The columns of a group, by year and period.
///
/// # Errors
/// A group that no figure counts.
pub(crate) fn groups(
    comparison: &Comparison,
    wanted: &str,
) -> Result<BTreeMap<(Option<i32>, Text), u32>, CompareError> {
    let columns: BTreeMap<(Option<i32>, Text), u32> = comparison
        .dimensions
        .iter()
        .enumerate()
        .filter(|(_, dimensions)| dimensions.is_group(wanted))
        .map(|(index, dimensions)| {
            let time = (dimensions.year, Text::clone(&dimensions.period));
            (time, index_of(index))
        })
        .collect();
    if columns.is_empty() {
        return Err(CompareError::UnknownGroup {
            wanted: wanted.to_owned(),
            known: known_groups(comparison).join(", "),
        });
    }
    Ok(columns)
}

/// The groups of people that the figures count, in order.
pub(crate) fn known_groups(comparison: &Comparison) -> Vec<String> {
    let groups: std::collections::BTreeSet<String> = comparison
        .dimensions
        .iter()
        .map(Dimensions::group)
        .collect();
    groups.into_iter().collect()
}

/// The index of a unit.
///
/// # Errors
/// A unit that is not there.
pub(crate) fn unit(comparison: &Comparison, key: &str) -> Result<u32, CompareError> {
    comparison
        .units
        .binary_search_by(|unit| (*unit.key).cmp(key))
        .map(index_of)
        .map_err(|_| CompareError::Rows(format!("org unit {key} is on neither side")))
}
