//! Value texts that both import dialects take.

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

#[cfg(test)]
mod tests {
    use super::*;

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
