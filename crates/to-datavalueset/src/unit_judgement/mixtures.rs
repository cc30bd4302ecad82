//! Sums that do not belong into one set: of several products or releases, or made in several ways.

use std::collections::BTreeSet;

use pop_cli::{Finding, Refusal};
use pop_datavalues::conversion::mixed_methods;

use super::UnitJudge;
use crate::consent::{MIXED_METHODS, MIXED_RELEASES};

/// Asks for consent to mixtures.
pub(super) fn refusals(judge: &mut UnitJudge<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let releases = findings(releases(judge));
    judge.ask(
        MIXED_RELEASES,
        "mixture of products or releases",
        "mixtures of products or releases",
        releases,
        &mut refusals,
    );
    let methods = findings(mixed_methods(judge.conversion.table, judge.periods));
    judge.ask(
        MIXED_METHODS,
        "mixture of coverage rules or rakings",
        "mixtures of coverage rules or rakings",
        methods,
        &mut refusals,
    );
    refusals
}

/// Products and releases of each period that has several, or else of all periods, each list once.
fn releases(judge: &UnitJudge<'_>) -> Vec<String> {
    let list = |sources: &mut dyn Iterator<Item = &String>| {
        let named = sources.map(|source| match source.as_str() {
            "" => "unknown",
            source => source,
        });
        named.collect::<Vec<_>>().join(" and ")
    };
    let several = judge.periods.iter().filter(|p| p.sources.len() > 1);
    let mut mixtures: Vec<String> = several.map(|p| list(&mut p.sources.iter())).collect();
    mixtures.dedup();
    let all: BTreeSet<&String> = judge.periods.iter().flat_map(|p| &p.sources).collect();
    if mixtures.is_empty() && all.len() > 1 {
        mixtures.push(list(&mut all.into_iter()));
    }
    mixtures
}

fn findings(mixtures: Vec<String>) -> Vec<Finding> {
    let finding = |unit| Finding {
        unit,
        detail: String::new(),
    };
    mixtures.into_iter().map(finding).collect()
}
