//! Keys by which units and features are matched, and keys that nearly match.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Jaro-Winkler similarity from which a key is offered as a near miss.
const NEAR: f64 = 0.85;

/// Pairs of keys that are compared at most, in search of near misses.
const MOST_PAIRS: usize = 4_000_000;

/// Keys listed in a message at most.
const LISTED: usize = 3;

/// How keys are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum KeyComparison {
    /// Letter by letter, but for blanks around them.
    #[default]
    Exact,
    /// Without case, accents, blanks and punctuation.
    Loose,
}

impl KeyComparison {
    /// The form in which keys are compared.
    pub(crate) fn form(self, key: &str) -> String {
        match self {
            Self::Exact => key.trim().to_owned(),
            Self::Loose => loose(key),
        }
    }
}

/// Letters and digits only, in lower case, without their accents (Unicode Standard Annex 15, form NFKD).
fn loose(key: &str) -> String {
    key.nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

/// Keys that a key may be a misspelling of.
pub(crate) struct NearKeys<'a> {
    by_form: BTreeMap<String, &'a str>,
    is_searched: bool,
}

impl<'a> NearKeys<'a> {
    /// Keys to search for near misses of so many others.
    pub(crate) fn new(keys: impl Iterator<Item = &'a str>, searches: usize) -> Self {
        let by_form: BTreeMap<String, &'a str> = keys.map(|key| (loose(key), key)).collect();
        let is_searched = by_form.len().saturating_mul(searches) <= MOST_PAIRS;
        Self {
            by_form,
            is_searched,
        }
    }

    /// The key that is most like another, if it is like enough.
    pub(crate) fn nearest(&self, key: &str) -> Option<&'a str> {
        let form = loose(key);
        if let Some(same) = self.by_form.get(&form) {
            return Some(same);
        }
        if !self.is_searched {
            return None;
        }
        let scored = self
            .by_form
            .iter()
            .map(|(other, key)| (strsim::jaro_winkler(&form, other), *key));
        let best = scored.filter(|(score, _)| *score >= NEAR);
        best.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, key)| key)
    }
}

/// The first few keys, in quotes.
pub(crate) fn examples<'a>(keys: impl Iterator<Item = &'a str>) -> String {
    let shown: Vec<String> = keys.take(LISTED).map(|key| format!("{key:?}")).collect();
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loose_keys_have_no_case_accents_blanks_or_punctuation() {
        let loose = |key| KeyComparison::Loose.form(key);
        for key in ["N'Djaména", "n djamena", "N’DJAMENA", " Ndjamena "] {
            assert_eq!(loose(key), "ndjamena", "{key}");
        }
        assert_eq!(loose("Côte-d’Or (1)"), "cotedor1");
        assert_eq!(KeyComparison::Exact.form(" Bo "), "Bo");
    }

    #[test]
    fn a_misspelt_key_finds_the_one_that_was_meant() {
        let near = NearKeys::new(["Kenema", "Kailahun", "Bo"].into_iter(), 10);
        assert_eq!(near.nearest("KENEMA "), Some("Kenema"));
        assert_eq!(near.nearest("Kenama"), Some("Kenema"));
        assert_eq!(near.nearest("Pujehun"), None);
    }
}
