//! The texts of one language.

use std::fmt;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::{FluentNumber, FluentNumberOptions};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::Language;
use crate::number::{self, NumberFormat};

/// The texts and numbers of one language.
pub struct Messages {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    numbers: NumberFormat,
    is_plain: bool,
    /// English, once a message is missing.
    fallback: OnceLock<Box<Self>>,
}

/// What a message is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg<'a> {
    /// A text, as it is.
    Text(&'a str),
    /// How many: chooses the plural, and is written with groups of digits.
    Count(usize),
    /// A number with so many decimals.
    Number(f64, usize),
}

impl Messages {
    /// The messages of a language, with the signs of good typography.
    #[must_use]
    pub fn new(language: &Language) -> Self {
        let locale: LanguageIdentifier = language.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // The marks would be shown in plain text; HTML has an element for it.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(number::formatter));
        // What is wrong with a file is found by the tests, or when it is read.
        let (Ok(resource) | Err((resource, _))) =
            FluentResource::try_new(language.file().to_owned());
        bundle.add_resource_overriding(resource);
        Self {
            language: language.clone(),
            numbers: NumberFormat::of(&bundle),
            bundle,
            is_plain: false,
            fallback: OnceLock::new(),
        }
    }

    /// The same for terminals and text files, whose readers search and copy: with the hyphen as minus, and plain spaces.
    #[must_use]
    pub fn plain(language: &Language) -> Self {
        Self {
            is_plain: true,
            ..Self::new(language)
        }
    }

    fn finished(&self, text: String) -> String {
        let text = self.numbers.with_signs(text);
        if self.is_plain {
            text.replace('\u{2212}', "-").replace('\u{a0}', " ")
        } else {
            text
        }
    }

    /// Their language.
    #[must_use]
    pub fn language(&self) -> &Language {
        &self.language
    }

    /// The text of a message without arguments; the key where there is none, which a test excludes.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.text_of(key, &[])
    }

    /// The text of a message about some arguments, by name.
    #[must_use]
    pub fn text_of(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.find_of(key, args).unwrap_or_else(|| key.to_owned())
    }

    /// The text of a message without arguments, where there is one.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<String> {
        self.find_of(key, &[])
    }

    /// The text of a message where there is one, in English where the language lacks it.
    #[must_use]
    pub fn find_of(&self, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        let message = self.bundle.get_message(key);
        let Some(pattern) = message.and_then(|message| message.value()) else {
            return self.english()?.find_of(key, args);
        };
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            values.set(*name, arg.value());
        }
        let text = self
            .bundle
            .format_pattern(pattern, Some(&values), &mut Vec::new());
        Some(self.finished(text.into_owned()))
    }

    fn english(&self) -> Option<&Self> {
        let english = Language::default();
        (self.language != english).then(|| {
            let messages = Self {
                is_plain: self.is_plain,
                ..Self::new(&english)
            };
            &**self.fallback.get_or_init(|| Box::new(messages))
        })
    }

    /// How many there are of something: `12 units` of the key `units`.
    #[must_use]
    pub fn counted(&self, key: &str, count: usize) -> String {
        self.text_of(key, &[("count", Arg::Count(count))])
    }

    /// Clauses of one line, with the sign between them that the language has: `12 rows; 3 doubtful`.
    #[must_use]
    pub fn clauses(&self, clauses: &[String]) -> String {
        clauses.join(&self.text("between-clauses"))
    }

    /// A number with a fixed count of decimals: `8,640,353.3`.
    #[must_use]
    pub fn number(&self, value: f64, decimals: usize) -> String {
        self.finished(self.numbers.format(value, decimals))
    }

    /// A number with its sign: `+1,204`, `−3`; zero without one.
    #[must_use]
    pub fn signed(&self, value: f64, decimals: usize) -> String {
        let text = self.number(value, decimals);
        let is_positive = value > 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        if is_positive {
            format!("+{text}")
        } else {
            text
        }
    }

    /// A share as a signed percentage: `+3.1 %`.
    #[must_use]
    pub fn signed_percent(&self, share: f64, decimals: usize) -> String {
        let number = self.signed(100.0 * share, decimals);
        self.text_of("percent", &[("number", Arg::Text(&number))])
    }

    /// A share as a percentage: `3.1 %`.
    #[must_use]
    pub fn percent(&self, share: f64, decimals: usize) -> String {
        let number = self.number(100.0 * share, decimals);
        self.text_of("percent", &[("number", Arg::Text(&number))])
    }
}

impl Arg<'_> {
    fn value(&self) -> FluentValue<'_> {
        let number = |value: f64, decimals: usize| {
            FluentValue::Number(FluentNumber::new(
                value,
                FluentNumberOptions {
                    minimum_fraction_digits: Some(decimals),
                    maximum_fraction_digits: Some(decimals),
                    ..FluentNumberOptions::default()
                },
            ))
        };
        match *self {
            Self::Text(text) => FluentValue::from(text),
            // As a number in a message file: a variant [0] matches it.
            Self::Count(count) => FluentValue::from(count as f64),
            Self::Number(value, decimals) => number(value, decimals),
        }
    }
}

impl Default for Messages {
    fn default() -> Self {
        Self::plain(&Language::default())
    }
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages")
            .field("language", &self.language.code())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(code: &str) -> Messages {
        Messages::new(&code.parse().unwrap())
    }

    #[test]
    fn numbers_are_written_as_the_language_does() {
        let (en, fr) = (messages("en"), messages("fr"));
        assert_eq!(en.number(8_640_353.28, 1), "8,640,353.3");
        assert_eq!(fr.number(8_640_353.28, 1), "8\u{202f}640\u{202f}353,3");
        assert_eq!(en.number(-1204.0, 0), "\u{2212}1,204");
        assert_eq!(fr.signed(-1204.5, 1), "\u{2212}1\u{202f}204,5");
        assert_eq!(en.signed(66.0, 0), "+66");
        assert_eq!(en.signed(0.04, 1), "0.0");
        assert_eq!(en.signed(-0.04, 1), "0.0");
        assert_eq!(en.number(999.0, 0), "999");
        assert_eq!(en.number(f64::NAN, 1), "NaN");
        assert_eq!(fr.signed_percent(0.031_25, 1), "+3,1\u{202f}%");
        assert_eq!(en.percent(0.031_25, 1), "3.1\u{a0}%");
    }

    #[test]
    fn plain_texts_have_the_signs_of_the_keyboard() {
        let plain = |code: &str| Messages::plain(&code.parse().unwrap());
        assert_eq!(plain("en").signed_percent(-0.12, 1), "-12.0 %");
        assert_eq!(plain("fr").number(-1204.5, 1), "-1\u{202f}204,5");
    }

    #[test]
    fn a_file_of_ones_own_may_be_incomplete() {
        let file = "number-group = .\nnumber-decimal = ,\nrows = { $count } linhas\n";
        let pt = Messages::new(&Language::of_file("pt", file.into()).unwrap());
        let rows = [("count", Arg::Count(1200))];
        assert_eq!(pt.text_of("rows", &rows), "1.200 linhas");
        assert_eq!(pt.text_of("units", &rows), "1,200 units");
        assert_eq!(pt.find("no-such-message"), None);
    }

    #[test]
    fn plurals_follow_the_language() {
        let (en, fr) = (messages("en"), messages("fr"));
        let units =
            |messages: &Messages, count| messages.text_of("units", &[("count", Arg::Count(count))]);
        assert_eq!(units(&en, 0), "0 units");
        assert_eq!(units(&en, 1), "1 unit");
        assert_eq!(units(&en, 12_000), "12,000 units");
        // French counts zero with the singular.
        assert_eq!(units(&fr, 0), "0 unité");
        assert_eq!(units(&fr, 1), "1 unité");
        assert_eq!(units(&fr, 12_000), "12\u{202f}000 unités");
    }
}
