//! Numbers as the stream writes and reads them.

use crate::limits::MAX_PEOPLE;

/// Shortest decimal that reads back as the same number, without an exponent.
pub(crate) fn text(value: f64) -> String {
    let mut text = Vec::with_capacity(24);
    write(&mut text, value);
    String::from_utf8(text).unwrap_or_default()
}

/// Writes what [`text`] gives.
pub(crate) fn write(into: &mut Vec<u8>, value: f64) {
    let value = value + 0.0;
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format(value);
    if text.contains('e') {
        into.extend_from_slice(value.to_string().as_bytes());
    } else {
        into.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
    }
}

/// Reads a number that is zero or more.
///
/// # Errors
/// Says what is wrong with the text: a word, a separator, a sign, an infinity.
pub(crate) fn read(field: &str) -> Result<f64, String> {
    // What begins with a digit is neither negative nor a word.
    if field.as_bytes().first().is_some_and(u8::is_ascii_digit)
        && let Ok(value) = field.parse::<f64>()
        && value.is_finite()
    {
        return Ok(value);
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_reads_back_and_none_shorter_does(value in any::<f64>(), people in 0.0..1e9) {
            // Of two texts as short and as near the standard library may choose the other.
            for value in [value, value.abs(), people, people.round(), people / 1e9] {
                let text = text(value);
                prop_assert_eq!(text.len(), (value + 0.0).to_string().len());
                prop_assert!(value.is_nan() || text.parse() == Ok(value));
            }
        }
    }

    #[test]
    fn a_number_has_no_exponent_and_no_point_without_decimals() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (7.0, "7"),
            (0.1, "0.1"),
            (1e-7, "0.0000001"),
            (1e21, "1000000000000000000000"),
            (9_007_199_254_740_993.0, "9007199254740992"),
            (8_640_353.283_9, "8640353.2839"),
        ] {
            assert_eq!(text(value), expected);
        }
    }
}
