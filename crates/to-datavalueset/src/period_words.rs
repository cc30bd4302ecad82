//! Periods in messages.

/// Periods that a line is about: `2025`, `2025 and 2026`, or `2025 to 2030, 6 periods`.
pub(crate) fn period_words(periods: &[&str]) -> String {
    match periods {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [one, other] => format!("{one} and {other}"),
        [first, .., last] => format!("{first} to {last}, {} periods", periods.len()),
    }
}
