//! Texts from data, safe to be shown on a page.

use std::fmt::Write as _;

use pop_messages::changes_display;

/// Letters of a text that are shown.
const SHOWN: usize = 200;

/// A text from data as a page shows it: control characters, marks that reorder a line (UAX #9) and code points that HTML excludes are
/// written as escapes, and a text of more than 200 letters is cut. Escaping for markup is the template's.
#[must_use]
pub fn page_text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (place, character) in text.chars().enumerate() {
        if place == SHOWN {
            safe.push('…');
            break;
        }
        if is_unsafe(character) {
            let _ = write!(safe, "{}", character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe
}

fn is_unsafe(character: char) -> bool {
    let code = u32::from(character);
    let is_noncharacter = code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code);
    is_noncharacter || changes_display(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_a_page_is_escaped() {
        assert_eq!(
            page_text("Bo\u{0}\u{202e}oB\u{85}\u{ffff}"),
            "Bo\\u{0}\\u{202e}oB\\u{85}\\u{ffff}"
        );
        assert_eq!(page_text("Côte d’Ivoire — ኢትዮጵያ"), "Côte d’Ivoire — ኢትዮጵያ");
        assert_eq!(page_text(&"x".repeat(10_000)).chars().count(), 201);
    }
}
