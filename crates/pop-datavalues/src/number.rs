//! Value texts that both import dialects take, and what they count as.

/// The largest integer DHIS2 stores.
pub const MAX_INTEGER: i64 = 2_147_483_647;

/// A whole number: digits, no sign for zero, no point.
#[must_use]
pub fn whole(value: i64) -> Box<str> {
    value.to_string().into_boxed_str()
}

/// A number with at most `decimals` decimal places: no exponent, no trailing zeros, no `-0`.
#[must_use]
pub fn fixed(value: f64, decimals: usize) -> Box<str> {
    let text = format!("{value:.decimals$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    if text == "-0" {
        "0".into()
    } else {
        text.into()
    }
}

/// Whether DHIS2 takes a text as a number (`MathUtils.NUMERIC_REGEXP`): `^(-?0|-?[1-9]\d*)(\.\d+)?$`.
#[must_use]
pub fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned
        .split_once('.')
        .map_or((unsigned, None), |(w, f)| (w, Some(f)));
    is_plain(whole) && fraction.is_none_or(is_digits)
}

/// The number that a value's text is, by [`is_number`]; none where it is too large for an f64.
#[must_use]
pub fn number_of(text: &str) -> Option<f64> {
    let number = is_number(text).then(|| text.parse().ok()).flatten();
    number.filter(|number: &f64| number.is_finite())
}

pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// `0` or digits that do not begin with 0.
pub(crate) fn is_plain(text: &str) -> bool {
    is_digits(text) && (text == "0" || !text.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dhis2_takes_as_a_number_is_one() {
        for (text, number) in [
            ("12", Some(12.0)),
            ("-0.5", Some(-0.5)),
            ("0", Some(0.0)),
            ("1e3", None),
            ("+5", None),
            ("05", None),
            (".5", None),
            ("inf", None),
            ("NaN", None),
            (" 1", None),
            ("", None),
        ] {
            assert_eq!(number_of(text), number, "{text:?}");
        }
        assert_eq!(number_of(&"9".repeat(400)), None);
    }

    #[test]
    fn texts_are_plain() {
        for (value, decimals, text) in [
            (12_345.678_9, 2, "12345.68"),
            (10.5, 4, "10.5"),
            (10.0, 3, "10"),
            (100.0, 0, "100"),
            (1e-9, 3, "0"),
            (-1e-9, 3, "0"),
            (0.1 + 0.2, 6, "0.3"),
            (1e15, 1, "1000000000000000"),
        ] {
            assert_eq!(&*fixed(value, decimals), text);
        }
        assert_eq!(&*whole(0), "0");
        assert_eq!(&*whole(MAX_INTEGER), "2147483647");
    }
}
