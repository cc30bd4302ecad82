//! Numbers as a language writes them.

use std::borrow::Cow;

use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentBundle, FluentResource, FluentValue};
use intl_memoizer::Memoizable;
use unic_langid::LanguageIdentifier;

use crate::Language;

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
    pub(crate) fn of(language: Language) -> Self {
        let (Ok(resource) | Err((resource, _))) =
            FluentResource::try_new(language.file().to_owned());
        let mut bundle = FluentBundle::new(Vec::new());
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
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

impl Memoizable for NumberFormat {
    type Args = ();
    type Error = crate::UnknownLanguage;

    fn construct(lang: LanguageIdentifier, (): ()) -> Result<Self, Self::Error> {
        lang.language.as_str().parse().map(Self::of)
    }
}

/// Writes the numbers in a message as its language does.
pub(crate) fn formatter(
    value: &FluentValue<'_>,
    memoizer: &intl_memoizer::concurrent::IntlLangMemoizer,
) -> Option<String> {
    let FluentValue::Number(FluentNumber { value, options }) = value else {
        return None;
    };
    let decimals = options.minimum_fraction_digits.unwrap_or(0);
    memoizer
        .with_try_get::<NumberFormat, _, _>((), |format| format.format(*value, decimals))
        .ok()
}
