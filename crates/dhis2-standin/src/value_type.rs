//! Which texts are values of which type (`ValidationUtils`, `MathUtils`).

/// Why a text is not a value of a type, as a key of the message.
pub(crate) fn problem(value_type: &str, value: &str) -> Option<&'static str> {
    // A single blank passes in every release.
    if value == " " {
        return None;
    }
    if value.chars().count() > 50_000 {
        return Some("value_length_greater_than_max_length");
    }
    match value_type {
        "NUMBER" => (!is_number(value)).then_some("value_not_numeric"),
        "INTEGER" => (integer(value).is_none()).then_some("value_not_integer"),
        "INTEGER_POSITIVE" => (integer(value).is_none_or(|number| number <= 0))
            .then_some("value_not_positive_integer"),
        "INTEGER_NEGATIVE" => (integer(value).is_none_or(|number| number >= 0))
            .then_some("value_not_negative_integer"),
        "INTEGER_ZERO_OR_POSITIVE" => (integer(value).is_none_or(|number| number < 0))
            .then_some("value_not_zero_or_positive_integer"),
        "UNIT_INTERVAL" => (!is_between(value, 1.0)).then_some("value_not_unit_interval"),
        "PERCENTAGE" => (!is_between(value, 100.0)).then_some("value_not_percentage"),
        "BOOLEAN" => (!matches!(value, "true" | "false")).then_some("value_not_bool"),
        "TRUE_ONLY" => (value != "true").then_some("value_not_true_only"),
        _ => None,
    }
}

/// `^(-?0|-?[1-9]\d*)(\.\d+)?$` in fewer than 250 characters.
fn is_number(value: &str) -> bool {
    let unsigned = value.strip_prefix('-').unwrap_or(value);
    let (whole, decimals) = match unsigned.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (unsigned, None),
    };
    value.len() < 250 && is_whole(whole) && decimals.is_none_or(is_digits)
}

/// `^(0|-?[1-9]\d*)$` in the range of a 32-bit integer.
fn integer(value: &str) -> Option<i32> {
    let unsigned = value.strip_prefix('-').unwrap_or(value);
    (is_whole(unsigned) && value != "-0")
        .then(|| value.parse().ok())
        .flatten()
}

fn is_whole(digits: &str) -> bool {
    is_digits(digits) && (digits == "0" || !digits.starts_with('0'))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_between(value: &str, most: f64) -> bool {
    is_number(value)
        && value
            .parse()
            .is_ok_and(|number: f64| (0.0..=most).contains(&number))
}

/// Whether a value is a zero that a data element need not keep
/// (`ValidationUtils.dataValueIsZeroAndInsignificant`).
pub(crate) fn is_zero(value: &str) -> bool {
    value.strip_prefix('0').is_some_and(|rest| {
        rest.is_empty()
            || rest
                .strip_prefix('.')
                .is_some_and(|rest| rest.bytes().all(|byte| byte == b'0'))
    })
}

/// Whether values of the type are numbers.
pub(crate) fn is_numeric(value_type: &str) -> bool {
    value_type.starts_with("INTEGER")
        || matches!(value_type, "NUMBER" | "UNIT_INTERVAL" | "PERCENTAGE")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        for good in [
            "0",
            "0.0",
            "-0",
            "10.50",
            "12345.678901234567",
            "99999999999",
        ] {
            assert_eq!(problem("NUMBER", good), None, "{good}");
        }
        for bad in ["1e3", ".5", "5.", "007", "+5", "1,000", "1 ", "NaN", ""] {
            assert!(problem("NUMBER", bad).is_some(), "{bad}");
        }
        assert!(problem("NUMBER", &"9".repeat(249)).is_none());
        assert!(problem("NUMBER", &"9".repeat(250)).is_some());
        assert_eq!(problem("INTEGER", "2147483648"), Some("value_not_integer"));
        assert_eq!(problem("INTEGER", "-0"), Some("value_not_integer"));
        assert_eq!(
            problem("INTEGER_ZERO_OR_POSITIVE", "12.0"),
            Some("value_not_zero_or_positive_integer")
        );
        assert_eq!(problem("PERCENTAGE", "100"), None);
        assert_eq!(problem("PERCENTAGE", "100.1"), Some("value_not_percentage"));
        assert!(is_zero("0.00") && is_zero("0") && !is_zero("00") && !is_zero("-0"));
    }
}
