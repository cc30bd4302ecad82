//! Which texts a value type takes (`ValidationUtils`, `MathUtils`).

use crate::metadata::ImportDialect;
use crate::number::{self, is_plain};

/// Checks a text against a value type; types that are not numbers are not judged.
pub(super) fn check(
    value_type: &str,
    text: &str,
    dialect: ImportDialect,
) -> Result<(), &'static str> {
    // the grouped import takes one trailing ".0" off before it looks.
    let integer = match dialect {
        ImportDialect::Grouped => text.strip_suffix(".0").unwrap_or(text),
        ImportDialect::PerValue => text,
    };
    let (is_good, expected) = match value_type {
        "NUMBER" => (is_number(text), "a plain decimal number"),
        "UNIT_INTERVAL" => (within(text, 1.0), "a number from 0 to 1"),
        "PERCENTAGE" => (within(text, 100.0), "a number from 0 to 100"),
        "INTEGER" => (is_integer(integer), "a whole number"),
        "INTEGER_ZERO_OR_POSITIVE" => (
            is_integer(integer) && !integer.starts_with('-'),
            "a whole number from 0",
        ),
        "INTEGER_POSITIVE" => (
            is_integer(integer) && !integer.starts_with('-') && integer != "0",
            "a whole number from 1",
        ),
        "INTEGER_NEGATIVE" => (
            is_integer(integer) && integer.starts_with('-'),
            "a whole number below 0",
        ),
        _ => (true, ""),
    };
    if is_good { Ok(()) } else { Err(expected) }
}

pub(super) fn is_numeric(value_type: &str) -> bool {
    value_type.starts_with("INTEGER")
        || matches!(value_type, "NUMBER" | "UNIT_INTERVAL" | "PERCENTAGE")
}

/// `^0(\.0*)?$`
pub(super) fn is_zero(text: &str) -> bool {
    match text.split_once('.') {
        Some((whole, rest)) => whole == "0" && rest.bytes().all(|b| b == b'0'),
        None => text == "0",
    }
}

/// A number, below 250 characters.
fn is_number(text: &str) -> bool {
    text.len() < 250 && number::is_number(text)
}

/// `^(0|-?[1-9]\d*)$` within 32 bits.
fn is_integer(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    is_plain(unsigned)
        && text != "-0"
        && text
            .parse::<i64>()
            .is_ok_and(|v| v.abs() <= crate::number::MAX_INTEGER)
}

fn within(text: &str, most: f64) -> bool {
    is_number(text) && text.parse::<f64>().is_ok_and(|v| (0.0..=most).contains(&v))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_judged_as_dhis2_does() {
        let good = |kind: &str, dialect, texts: &[&str]| {
            for text in texts {
                assert!(check(kind, text, dialect).is_ok(), "{kind} {text}");
            }
        };
        let bad = |kind: &str, dialect, texts: &[&str]| {
            for text in texts {
                assert!(check(kind, text, dialect).is_err(), "{kind} {text}");
            }
        };
        for dialect in [ImportDialect::PerValue, ImportDialect::Grouped] {
            good(
                "NUMBER",
                dialect,
                &[
                    "0",
                    "0.0",
                    "-0",
                    "10.50",
                    "12345.678901234567",
                    "99999999999",
                ],
            );
            bad(
                "NUMBER",
                dialect,
                &[
                    "1e3", "1E3", ".5", "5.", "007", "+5", "1,000", " 5", "NaN", "Infinity", "１",
                ],
            );
            good("INTEGER", dialect, &["0", "-5", "2147483647"]);
            bad("INTEGER", dialect, &["-0", "2147483648", "12.00", "true"]);
            good("INTEGER_ZERO_OR_POSITIVE", dialect, &["0", "12"]);
            bad(
                "INTEGER_ZERO_OR_POSITIVE",
                dialect,
                &["-1", "701020.08", "2147483648"],
            );
            bad("INTEGER_POSITIVE", dialect, &["0"]);
            good("PERCENTAGE", dialect, &["99.5"]);
            bad("UNIT_INTERVAL", dialect, &["1.01"]);
            good("TEXT", dialect, &["anything"]);
        }
        bad(
            "INTEGER_ZERO_OR_POSITIVE",
            ImportDialect::PerValue,
            &["12.0"],
        );
        good(
            "INTEGER_ZERO_OR_POSITIVE",
            ImportDialect::Grouped,
            &["12.0", "0.0"],
        );
        assert!(
            is_zero("0") && is_zero("0.") && is_zero("0.00") && !is_zero("00") && !is_zero("0.01")
        );
    }
}
