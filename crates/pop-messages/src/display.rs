//! Characters that change how the text around them is shown.

/// Whether a character of data changes how a terminal or a page shows other text: a control character (it moves the cursor
/// or changes colours), or a mark that reorders, hides or breaks a line (UAX #9).
#[must_use]
pub fn changes_display(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
