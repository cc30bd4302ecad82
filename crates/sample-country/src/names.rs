//! Names of units that do not exist.

use std::collections::BTreeSet;

use crate::language::Language;
use crate::random::mix;

const SYLLABLES: [&str; 24] = [
    "ba", "ki", "ru", "mo", "ga", "ne", "sha", "tu", "li", "ke", "nya", "bo", "ri", "zi", "ma",
    "go", "hu", "se", "ta", "vu", "mbe", "ka", "ndo", "wi",
];

const FRENCH_SYLLABLES: [&str; 24] = [
    "dé", "bou", "kar", "mé", "lo", "ngué", "ti", "sar", "baï", "gou", "né", "dou", "ma", "ké",
    "lé", "ouar", "rou", "bé", "ko", "sè", "dja", "ra", "mbou", "fi",
];

const FRENCH_PATTERNS: [(&str, &str); 8] = [
    ("", ""),
    ("N'", ""),
    ("", "-Est"),
    ("Mayo-", ""),
    ("Bahr el ", ""),
    ("", ""),
    ("L'Ouham-", ""),
    ("", "-M'Poko"),
];

/// Names, none of them twice.
pub(crate) struct Names {
    language: Language,
    seed: i64,
    given: BTreeSet<String>,
}

impl Names {
    pub(crate) fn new(language: Language, seed: i64) -> Self {
        Self {
            language,
            seed,
            given: BTreeSet::new(),
        }
    }

    /// The next name.
    pub(crate) fn next(&mut self, index: i64) -> String {
        let mut attempt = 0;
        loop {
            let name = self.name(&[7, self.seed, index, attempt]);
            if self.given.insert(name.clone()) {
                return name;
            }
            attempt += 1;
        }
    }

    fn name(&self, key: &[i64]) -> String {
        let (syllables, (prefix, suffix)) = match self.language {
            Language::English => (SYLLABLES, ("", "")),
            Language::French => (FRENCH_SYLLABLES, pick(&FRENCH_PATTERNS, key, 1)),
        };
        let count = 2 + mix(&[key, &[2]].concat()) % 2;
        let stem: String = (0..count)
            .map(|place| pick(&syllables, key, 3 + place.cast_signed()))
            .collect();
        format!("{prefix}{}{suffix}", capitalised(&stem))
    }
}

fn pick<T: Copy + Default>(list: &[T], key: &[i64], salt: i64) -> T {
    let index = mix(&[key, &[salt]].concat()) % (list.len() as u64).max(1);
    let index = usize::try_from(index).unwrap_or(0);
    list.get(index).copied().unwrap_or_default()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
