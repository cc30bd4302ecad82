//! `--explain`: every line of what goes where.

use pop_cli::{Align, Table};
use pop_datavalues::composition::{BandTerms, Composition};
use pop_datavalues::resolved_mapping::{CountedGroup, ResolvedMapping, Target};

/// How a target is made, in a word or two.
pub(crate) fn kind(target: &Target, source: &BandTerms) -> String {
    let made = match source {
        BandTerms::Slices(_) if source.is_split() => format!(
            "split, {}",
            target.split.map_or("uniform", |split| split.word())
        ),
        BandTerms::Weighted(_) if source.is_split() => "split, weights".to_owned(),
        _ => "exact".to_owned(),
    };
    match &target.rate {
        Some(rate) => format!(
            "{made}; rate {} ({}, {}, {})",
            rate.value, rate.source, rate.year, rate.level
        ),
        None => made,
    }
}

/// CountedGroup is counted, as people say it.
pub(crate) fn who(target: &Target) -> String {
    match &target.who {
        CountedGroup::Formula(formula) => formula.to_string(),
        CountedGroup::Group { sex, ages } => {
            let sex = match sex {
                Some(pop_sums::Sex::Female) => "women, ",
                Some(pop_sums::Sex::Male) => "men, ",
                _ => "",
            };
            format!("{sex}{ages}")
        }
    }
}

/// The table of all targets.
pub(crate) fn table(resolved: &ResolvedMapping, composition: &Composition) -> Table {
    let mut table = Table::new(&[
        ("data element", Align::Left),
        ("option combo", Align::Left),
        ("people", Align::Left),
        ("formula", Align::Left),
        ("how", Align::Left),
        ("data set", Align::Left),
    ]);
    for (target, source) in resolved.targets.iter().zip(&composition.terms) {
        let combo = target.option_combo.as_deref().map_or(String::new(), |id| {
            format!("{} ({id})", target.option_combo_name)
        });
        table.row(&[
            target.element.as_str(),
            &combo,
            &who(target),
            &source.formula(target.split),
            &kind(target, source),
            target.data_set.as_deref().unwrap_or_default(),
        ]);
    }
    table
}
