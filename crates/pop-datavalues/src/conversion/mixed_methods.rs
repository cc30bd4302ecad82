//! Coverage rules and rakings that differ within one period: its values would be made of both, and their comments would tell one.

use std::collections::{BTreeMap, BTreeSet};

use pop_sums::{Reason, SumsTable, UnitSum};

use super::PreparedPeriod;
use super::raked::RakedRow;

/// What differs between the years, or within one, of which periods are made: `2025 exact and 2026 centre`, or
/// `2025 raked to INS and 2026 not raked`; each once.
#[must_use]
pub fn mixed_methods(table: &SumsTable, periods: &[PreparedPeriod]) -> Vec<String> {
    let mut found = BTreeSet::new();
    for period in periods {
        found.extend(mixed_rules(table, period));
    }
    if table.is_adjusted() {
        let pairs: BTreeSet<(Option<i32>, Option<i32>)> = periods
            .iter()
            .filter_map(|period| match period.period.parts.as_slice() {
                [(first, _), (next, _)] => Some((*first, *next)),
                _ => None,
            })
            .collect();
        let raked = if pairs.is_empty() {
            RakedSources::new()
        } else {
            raked_sources(table)
        };
        for (first, next) in pairs {
            found.extend(mixed_rakings(&raked, first, next));
        }
    }
    found.into_iter().collect()
}

/// The coverage rules of a period, where there are several.
fn mixed_rules(table: &SumsTable, period: &PreparedPeriod) -> Option<String> {
    let rules = |layers: &[u32]| -> BTreeSet<&str> {
        let layers = layers.iter().map(|&layer| &table.layers[layer as usize]);
        layers.map(|layer| layer.method.as_str()).collect()
    };
    let by_year: Vec<BTreeSet<&str>> = period.years.iter().map(|(all, _)| rules(all)).collect();
    let all: BTreeSet<&str> = by_year.iter().flatten().copied().collect();
    if all.len() < 2 {
        return None;
    }
    let years = period.period.parts.iter().zip(&by_year);
    let texts = years.map(|((year, _), rules)| {
        let rules: Vec<&str> = rules
            .iter()
            .map(|rule| if rule.is_empty() { "unknown" } else { rule })
            .collect();
        of_year(*year, &rules.join("+"))
    });
    Some(texts.collect::<Vec<_>>().join(" and "))
}

/// Sources of the totals that the sums of each unit and year were raked to, where the unit has people in all layers of the year.
type RakedSources = BTreeMap<(u32, Option<i32>), BTreeSet<String>>;

fn raked_sources(table: &SumsTable) -> RakedSources {
    let mut sources = RakedSources::new();
    // A unit without a value, or not open yet, is not raked, and makes no value of a mixture.
    let has_people = |sum: &&UnitSum| {
        sum.population().is_some() && !table.reasons(sum).iter().any(Reason::is_inactive)
    };
    for sum in table.sums.iter().filter(has_people) {
        let year = table.layers[sum.layer as usize].year;
        let Ok(adjustment) = table.adjustment(sum).parse();
        let mut row = RakedRow::default();
        row.add(&adjustment);
        sources
            .entry((sum.unit, year))
            .or_default()
            .extend(row.sources);
    }
    sources
}

/// The rakings of two years, where those of a unit differ.
fn mixed_rakings(raked: &RakedSources, first: Option<i32>, next: Option<i32>) -> BTreeSet<String> {
    let text = |year: Option<i32>, sources: &BTreeSet<String>| {
        let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
        let what = if sources.is_empty() {
            "not raked".to_owned()
        } else {
            format!("raked to {}", sources.join("+"))
        };
        of_year(year, &what)
    };
    raked
        .iter()
        .filter(|((_, year), _)| *year == first)
        .filter_map(|((unit, _), before)| {
            let after = raked.get(&(*unit, next))?;
            (before != after).then(|| format!("{} and {}", text(first, before), text(next, after)))
        })
        .collect()
}

fn of_year(year: Option<i32>, what: &str) -> String {
    match year {
        Some(year) => format!("{year} {what}"),
        None => what.to_owned(),
    }
}
