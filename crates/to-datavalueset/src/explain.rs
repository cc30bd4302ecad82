//! `--explain`: every line of what goes where.

use pop_cli::{Align, Table};
use pop_datavalues::layout::{Layout, Source};
use pop_datavalues::recipe::{Recipe, Target, Who};

/// How a target is made, in a word or two.
pub(crate) fn kind(target: &Target, source: &Source) -> String {
    let made = match source {
        Source::Pieces(_) if source.is_split() => format!(
            "split, {}",
            target.split.map_or("uniform", |split| split.word())
        ),
        Source::Weighted(_) if source.is_split() => "split, weights".to_owned(),
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

/// Who is counted, as people say it.
pub(crate) fn who(target: &Target) -> String {
    match &target.who {
        Who::Formula(formula) => formula.to_string(),
        Who::Group { sex, ages } => {
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
pub(crate) fn table(recipe: &Recipe, layout: &Layout) -> Table {
    let mut table = Table::new(&[
        ("data element", Align::Left),
        ("option combo", Align::Left),
        ("people", Align::Left),
        ("formula", Align::Left),
        ("how", Align::Left),
        ("data set", Align::Left),
    ]);
    for (target, source) in recipe.targets.iter().zip(&layout.sources) {
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
