//! `--explain`: every line of what goes where.

use std::sync::Arc;

use pop_cli::{Arg, Column, Messages, Table};
use pop_datavalues::Metadata;
use pop_datavalues::composition::{BandTerms, Composition};
use pop_datavalues::conversion::Conversion;
use pop_datavalues::element_reading::counted_words;
use pop_datavalues::resolved_mapping::Target;

/// How a target is made, in a word or two.
pub(crate) fn kind(target: &Target, source: &BandTerms, messages: &Messages) -> String {
    let made = match source {
        BandTerms::Slices(_) if source.is_split() => {
            let split = target.split.map_or("uniform", |split| split.word());
            messages.text_of("made-split", &[("split", Arg::Text(split))])
        }
        BandTerms::Weighted(_) if source.is_split() => messages.text("made-weights"),
        _ => messages.text("made-exact"),
    };
    match &target.rate {
        Some(rate) => {
            let facts = format!("{}, {}, {}", rate.source, rate.year, rate.level);
            let args = [
                ("made", Arg::Text(&made)),
                ("rate", Arg::Text(&rate.value.to_string())),
                ("facts", Arg::Text(&facts)),
            ];
            messages.text_of("made-with-rate", &args)
        }
        None => made,
    }
}

/// `f15 + f20 + f25` as `f15..f25`: runs of three bands or more.
fn folded(formula: &str) -> String {
    /// Sex and number of the band.
    type Place = Option<(String, usize)>;
    const STARTS: [u32; 20] = [
        0, 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90,
    ];
    let place = |term: &str| {
        let (sex, from) = term.split_at_checked(1)?;
        let from: u32 = from.parse().ok()?;
        let at = STARTS.iter().position(|start| *start == from)?;
        matches!(sex, "f" | "m" | "t").then(|| (sex.to_owned(), at))
    };
    let mut runs: Vec<(Vec<&str>, Place)> = Vec::new();
    for term in formula.split(" + ") {
        let here = place(term);
        let follows = |last: &Place| {
            let (Some((sex, at)), Some((own, here))) = (last, &here) else {
                return false;
            };
            sex == own && at + 1 == *here
        };
        match runs.last_mut().filter(|(_, last)| follows(last)) {
            Some((terms, last)) => {
                terms.push(term);
                *last = here;
            }
            None => runs.push((vec![term], here)),
        }
    }
    let shown = runs.iter().map(|(terms, _)| match terms.as_slice() {
        [first, _, .., last] => format!("{first}..{last}"),
        few => few.join(" + "),
    });
    shown.collect::<Vec<_>>().join(" + ")
}

/// What an element is called, and where its values go.
fn heading(target: &Target, metadata: Option<&Metadata>, messages: &Messages) -> String {
    let Some(id) = target.data_set.as_deref() else {
        return target.element.clone();
    };
    let name = metadata.and_then(|metadata| metadata.data_set(id).ok());
    let set = name.map_or_else(|| id.to_owned(), |set| format!("{} ({})", set.name, set.id));
    let args = [
        ("element", Arg::Text(&target.element)),
        ("set", Arg::Text(&set)),
    ];
    messages.text_of("element-of-data-set", &args)
}

/// The table of all targets.
pub(crate) fn table(
    conversion: &Conversion<'_>,
    composition: &Composition,
    messages: &Arc<Messages>,
) -> Table {
    let mut table = Table::new(
        messages,
        &[
            Column::heading(),
            Column::text("option-combo"),
            Column::text("people"),
            Column::text("formula"),
            Column::text("how"),
        ],
    );
    let targets = &conversion.resolved.targets;
    for (target, source) in targets.iter().zip(&composition.terms) {
        let combo = target.option_combo.as_deref().map_or(String::new(), |id| {
            format!("{} ({id})", target.option_combo_name)
        });
        table.row(&[
            heading(target, conversion.metadata, messages).as_str(),
            &combo,
            &counted_words(&target.group),
            &folded(&source.formula(target.split)),
            &kind(target, source, messages),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn runs_of_bands_are_folded() {
        for (formula, expected) in [
            ("f15 + f20 + f25 + f30", "f15..f30"),
            ("f00 + f01 + m00 + m01", "f00 + f01 + m00 + m01"),
            ("f00 + f01 + f05 + m10", "f00..f05 + m10"),
            ("1/4 f01 + f05 + f10 + f15", "1/4 f01 + f05..f15"),
            ("t of all ages", "t of all ages"),
        ] {
            assert_eq!(folded(formula), expected);
        }
    }
}
