//! Numbers as the stream writes and reads them.

use crate::limits::MAX_PEOPLE;

/// Shortest decimal that reads back as the same number, without an exponent.
pub(crate) fn text(value: f64) -> String {
    format!("{}", value + 0.0)
}

/// Writes what [`text`] gives.
pub(crate) fn write(into: &mut Vec<u8>, value: f64) -> std::io::Result<()> {
    use std::io::Write as _;
    write!(into, "{}", value + 0.0)
}

/// Reads a number that is zero or more.
///
/// # Errors
/// Says what is wrong with the text: a word, a separator, a sign, an infinity.
pub(crate) fn read(field: &str) -> Result<f64, String> {
    let field = field.trim_matches([' ', '\t']);
    if field.contains(',') {
        return Err(format!(
            "{field:?} has a comma, expected a point before decimals and no separator of thousands"
        ));
    }
    if !field
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'))
    {
        return Err(format!("{field:?} is not a number"));
    }
    let value: f64 = field
        .parse()
        .map_err(|_| format!("{field:?} is not a number"))?;
    if !value.is_finite() {
        return Err(format!("{field:?} is too large for a number"));
    }
    if value < 0.0 {
        return Err(format!("{field:?} is negative"));
    }
    Ok(value + 0.0)
}

/// Reads a number of people.
pub(crate) fn people(field: &str) -> Result<f64, String> {
    let value = read(field)?;
    if value > MAX_PEOPLE {
        return Err(format!("{field} people are more than there can be"));
    }
    Ok(value)
}
