//! Words of messages.

/// So many of a thing: `1 unit`, `2 units`.
pub(crate) fn count(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}

/// A word for one or for several: `unit has`, `units have`.
pub(crate) const fn by_number(
    number: usize,
    one: &'static str,
    several: &'static str,
) -> &'static str {
    match number {
        1 => one,
        _ => several,
    }
}

/// Periods that a line is about: `2025`, `2025 and 2026`, or `2025 to 2030, 6 periods`.
pub(crate) fn period_words(periods: &[&str]) -> String {
    match periods {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [one, other] => format!("{one} and {other}"),
        [first, .., last] => format!("{first} to {last}, {} periods", periods.len()),
    }
}
