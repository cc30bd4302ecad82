//! Numbers as a language writes them.

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentResource, FluentValue};

/// The signs that a language writes numbers with, from its message file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NumberFormat {
    /// Between groups of three digits.
    group: String,
    /// Before the decimals.
    decimal: String,
    /// Before a number below zero.
    minus: String,
}

/// The messages that hold the signs.
const SIGNS: [&str; 3] = ["number-group", "number-decimal", "number-minus"];

impl NumberFormat {
    pub(crate) fn of(bundle: &FluentBundle<FluentResource>) -> Self {
        let sign = |key: &str| {
            let pattern = bundle.get_message(key).and_then(|message| message.value());
            let text = pattern.map(|pattern| bundle.format_pattern(pattern, None, &mut Vec::new()));
            text.map(Cow::into_owned).unwrap_or_default()
        };
        let [group, decimal, minus] = SIGNS.map(sign);
        Self {
            group,
            decimal,
            minus,
        }
    }

    /// The text of a message with the signs of the language.
    pub(crate) fn with_signs(&self, text: String) -> String {
        if !text.contains(['\u{e000}', '\u{e001}', '\u{e002}']) {
            return text;
        }
        let signs = [&self.group, &self.decimal, &self.minus];
        let pairs = MARKS.into_iter().zip(signs);
        pairs.fold(text, |text, (mark, sign)| text.replace(mark, sign))
    }

    /// A number with a fixed count of decimals; a zero has no sign.
    pub(crate) fn format(&self, value: f64, decimals: usize) -> String {
        let plain = format!("{:.decimals$}", value.abs());
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let is_zero = plain.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        let mut text = String::new();
        if value < 0.0 && !is_zero {
            text.push_str(&self.minus);
        }
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) && value.is_finite() {
                text.push_str(&self.group);
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push_str(&self.decimal);
            text.push_str(fraction);
        }
        text
    }
}

/// Stand for the signs in a text until its language is known: a formatter of the bundle holds no state.
const MARKS: [&str; 3] = ["\u{e000}", "\u{e001}", "\u{e002}"];

/// Writes the numbers in a message, with marks in place of the signs.
pub(crate) fn formatter(
    value: &FluentValue<'_>,
    _: &intl_memoizer::concurrent::IntlLangMemoizer,
) -> Option<String> {
    let FluentValue::Number(FluentNumber { value, options }) = value else {
        return None;
    };
    let [group, decimal, minus] = MARKS.map(str::to_owned);
    let marks = NumberFormat {
        group,
        decimal,
        minus,
    };
    Some(marks.format(*value, options.minimum_fraction_digits.unwrap_or(0)))
}
