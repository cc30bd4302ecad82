//! What is asked, and what a reader has to know first.

use pop_messages::{Arg, Messages};

use super::measure_name;
use crate::figures::Figures;
use crate::page_text;
use crate::review::{Review, SubjectKind};

pub(super) fn title(review: &Review, m: &Messages) -> String {
    let short: String = review.hashes.plan.chars().take(12).collect();
    let key = match review.subject.kind {
        SubjectKind::Plan => "title-plan",
        SubjectKind::Undo => "title-undo",
        SubjectKind::Comparison => "title-comparison",
    };
    m.text_of(key, &[("hash", Arg::Text(&short))])
}

/// What is asked, in one sentence.
pub(super) fn asked(review: &Review, figures: &Figures<'_>) -> String {
    let m = figures.messages;
    let subject = &review.subject;
    let total = review.measures.first().map_or_else(
        || m.text("asked-nothing"),
        |measure| {
            let row = figures.row(&measure.total, "");
            let name = measure_name(review, 0);
            let key = match (measure.total.before, measure.total.difference) {
                (None, _) => "asked-total-new",
                (Some(_), None) => "asked-total-other-values",
                (Some(_), Some(_)) => "asked-total-changed",
            };
            m.text_of(
                key,
                &[
                    ("name", Arg::Text(&name)),
                    ("before", Arg::Text(&row.before)),
                    ("after", Arg::Text(&row.after)),
                    ("difference", Arg::Text(&row.difference)),
                    ("change", Arg::Text(&row.change)),
                ],
            )
        },
    );
    let server = [&subject.server_version, &subject.system_id]
        .map(|text| text.as_deref().map_or_else(|| "?".to_owned(), page_text));
    let units = review.units.iter().filter(|row| row.measure == 0).count();
    let set = subject
        .data_set
        .as_deref()
        .map_or_else(|| m.text("no-data-set"), page_text);
    let key = match subject.kind {
        SubjectKind::Plan => "asked-plan",
        SubjectKind::Undo => "asked-undo",
        SubjectKind::Comparison => "asked-comparison",
    };
    m.text_of(
        key,
        &[
            ("values", Arg::Count(subject.written)),
            ("units", Arg::Count(units)),
            ("set", Arg::Text(&set)),
            ("version", Arg::Text(&server[0])),
            ("system", Arg::Text(&server[1])),
            ("total", Arg::Text(&total)),
        ],
    )
}

/// Values by class.
pub(super) fn counts(review: &Review, m: &Messages) -> Vec<(String, String)> {
    let is_comparison = review.subject.kind == SubjectKind::Comparison;
    let word = |word: &str| {
        Some(format!("compared-{word}"))
            .filter(|_| is_comparison)
            .and_then(|key| m.find(&key))
            .or_else(|| m.find(&format!("class-{word}")))
            .unwrap_or_else(|| page_text(word))
    };
    let counts = review.subject.counts.iter().filter(|(_, count)| *count > 0);
    counts
        .map(|(class, count)| (word(class), m.number(*count as f64, 0)))
        .collect()
}

/// What a reader has to know besides.
pub(super) fn facts(review: &Review, flagged: usize, m: &Messages) -> Vec<String> {
    let mut facts = Vec::new();
    if !review.subject.sources.is_empty() {
        let sources = page_text(&review.subject.sources.join(", "));
        facts.push(m.text_of("values-from", &[("sources", Arg::Text(&sources))]));
    }
    facts.push(m.text_of("flagged-count", &[("count", Arg::Count(flagged))]));
    if let Some(missing) = &review.missing {
        facts.push(m.text_of("missing-count", &[("count", Arg::Count(missing.len()))]));
    }
    if let Some(exceptions) = &review.exceptions {
        facts.push(m.text_of(
            "exception-count",
            &[("count", Arg::Count(exceptions.len()))],
        ));
    }
    let refused: usize = review
        .refused
        .iter()
        .filter(|refused| !refused.is_allowed)
        .map(|refused| refused.values)
        .sum();
    if refused > 0 {
        facts.push(m.text_of("refused-count", &[("count", Arg::Count(refused))]));
    }
    if review.not_in_set > 0 {
        facts.push(m.text_of(
            "not-in-set-count",
            &[("count", Arg::Count(review.not_in_set))],
        ));
    }
    facts
}
