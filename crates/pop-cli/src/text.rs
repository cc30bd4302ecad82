//! Text for people: names made safe, lists cut short, digits grouped.

use std::borrow::Cow;
use std::fmt::Write as _;

use pop_messages::changes_display;

/// How many of something: `1 unit`, `2 units`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", thousands(count as f64, 0))
}

/// Words for one thing or for several: `unit has`, `units have`.
#[must_use]
pub const fn by_number(count: usize, one: &'static str, several: &'static str) -> &'static str {
    match count {
        1 => one,
        _ => several,
    }
}

/// Makes text from data safe for a terminal.
///
/// Control characters (they move the cursor or change colours) and the Unicode
/// bidirectional marks (they reorder a line, UAX #9) are shown as escapes.
#[must_use]
pub fn display_safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(changes_display) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if changes_display(character) {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// The first five of a list, and how many more there are: `a, b, c, d, e and 12 more`.
#[must_use]
pub fn shortened_list<T: AsRef<str>>(items: &[T]) -> String {
    const SHOWN: usize = 5;
    let mut text = items
        .iter()
        .take(SHOWN)
        .map(|item| display_safe(item.as_ref()))
        .collect::<Vec<_>>()
        .join(", ");
    if items.len() > SHOWN {
        let _ = write!(text, " and {} more", items.len() - SHOWN);
    }
    text
}

/// A sentence for people in lines of at most `columns` characters, those after the first set in by two.
#[must_use]
pub fn paragraph(text: &str, columns: usize) -> String {
    let options = textwrap::Options::new(columns)
        .subsequent_indent("  ")
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(&display_safe(text), options)
}

/// A number with a comma between groups of three digits, and `decimals` decimal places.
///
/// For people only; data streams never carry separators.
#[must_use]
pub fn thousands(value: f64, decimals: usize) -> String {
    let plain = format!("{value:.decimals$}");
    let (sign, digits) = plain
        .strip_prefix('-')
        .map_or(("", plain.as_str()), |d| ("-", d));
    let (whole, fraction) = digits
        .split_once('.')
        .map_or((digits, None), |(w, f)| (w, Some(f)));
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return plain;
    }
    let mut text = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_a_terminal_would_obey() {
        assert_eq!(display_safe("Bo\u{1b}[31m"), "Bo\\u{1b}[31m");
        assert_eq!(display_safe("a\u{202e}b"), "a\\u{202e}b");
        assert!(matches!(
            display_safe("Kono — Côte"),
            Cow::Borrowed("Kono — Côte")
        ));
    }

    #[test]
    fn cuts_long_lists() {
        assert_eq!(shortened_list(&["a", "b"]), "a, b");
        assert_eq!(
            shortened_list(&["a", "b", "c", "d", "e", "f", "g"]),
            "a, b, c, d, e and 2 more"
        );
    }

    #[test]
    fn groups_digits() {
        assert_eq!(thousands(8_731_139.999_3, 1), "8,731,140.0");
        assert_eq!(thousands(-1234.0, 0), "-1,234");
        assert_eq!(thousands(999.0, 0), "999");
        assert_eq!(thousands(f64::NAN, 0), "NaN");
    }
}
