//! The table of periods of a mapping: which years go into which periods of a server with another calendar.

use std::collections::{BTreeMap, BTreeSet};

use super::{ReferencePeriod, ReferencePeriodError, Rules, WithinYear, mix, starting_years};

/// Years that a server with another calendar calls by other names.
pub(super) fn by_table(
    years: &BTreeSet<Option<i32>>,
    rules: &Rules,
    calendar: &str,
    table: &BTreeMap<String, String>,
) -> Result<Vec<ReferencePeriod>, ReferencePeriodError> {
    if table.is_empty() {
        return Err(ReferencePeriodError::Calendar(calendar.to_owned()));
    }
    let known: Vec<i32> = years
        .iter()
        .map(|year| year.ok_or(ReferencePeriodError::NoYear))
        .collect::<Result<_, _>>()?;
    let with_next = Rules {
        within_year: WithinYear::Repeat,
        ..*rules
    };
    starting_years(&known, &with_next)?
        .into_iter()
        .map(|year| {
            let text = table
                .get(&year.to_string())
                .ok_or(ReferencePeriodError::NotInTable(year))?;
            mix(years, Some(year), text.clone(), 0.0, &with_next)
        })
        .collect()
}

/// The table of periods says which years go into which periods, and has one period a year.
pub(super) fn check_beside_table(
    table: &BTreeMap<String, String>,
    rules: &Rules,
) -> Result<(), ReferencePeriodError> {
    if table.is_empty() {
        return Ok(());
    }
    match (rules.within_year, rules.year_rule) {
        (WithinYear::Linear, _) => Err(ReferencePeriodError::BesideTable("--within-year linear")),
        (_, Some(_)) => Err(ReferencePeriodError::BesideTable("--year-rule")),
        _ => Ok(()),
    }
}

/// The Gregorian years of a table of periods with the years that the server calls them, in their order.
pub(super) fn table_years(table: &BTreeMap<String, String>) -> Vec<(i32, i32)> {
    let years = table.iter();
    years
        .filter_map(|(year, theirs)| Some((year.parse().ok()?, theirs.parse().ok()?)))
        .collect()
}

/// Neighbours in a table of periods that are more or fewer years apart than the server's years are: one of them is wrong, and growth between
/// them is judged by the wrong number of years. A year of the moon is shorter, so that one of its years may be skipped.
#[must_use]
pub fn uneven_years(table: &BTreeMap<String, String>) -> Vec<[(i32, i32); 2]> {
    let years = table_years(table);
    let is_uneven = |pair: &&[(i32, i32)]| {
        let (ours, theirs) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        theirs < ours || theirs > ours + 1 + ours / 32
    };
    let pairs = years.windows(2).filter(is_uneven);
    pairs.map(|pair| [pair[0], pair[1]]).collect()
}
