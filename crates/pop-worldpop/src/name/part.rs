//! Words of names and descriptions that say that the cells hold a part of the people, or something else.

/// A word, or a few that belong together, and what it says of the cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WordFinding {
    /// A part of the people.
    Part(String),
    /// Households, buildings, bounds of an estimate, thousands of people.
    Other(String),
}

const FEMALE: &[&str] = &[
    "women", "woman", "female", "females", "femmes", "girls", "mujeres", "mulheres",
];
const MALE: &[&str] = &["male", "males", "men", "hommes", "boys"];
const URBAN: &[&str] = &["urban", "urbain", "urbaine"];
const RURAL: &[&str] = &["rural", "rurale"];

// `u1`, `u8`, `u16` are types of samples
const PART: &[&str] = &[
    "u5",
    "u15",
    "u18",
    "under1",
    "under2",
    "under5",
    "under15",
    "under18",
    "wra",
    "wocba",
    "children",
    "child",
    "enfants",
    "infant",
    "infants",
    "newborns",
    "kids",
    "elderly",
    "youth",
    "adolescent",
    "adolescents",
    "adult",
    "adults",
    "agesex",
    "pregnant",
    "enceintes",
    "displaced",
    "idp",
    "idps",
    "refugees",
];

const OTHER: &[&str] = &[
    "hh",
    "hhs",
    "household",
    "households",
    "menages",
    "ménages",
    "hogares",
    "building",
    "buildings",
    "bldg",
    "bldgs",
    "built",
    "dwelling",
    "dwellings",
    "footprint",
    "footprints",
    "minus",
    "share",
    "shares",
    "proportion",
    "fraction",
    "thousand",
    "thousands",
    "1000s",
    "x100",
    "x1000",
    "stderror",
    "uci",
    "lci",
];
/// Behind everything else only: elsewhere `sd` is Sudan, and Upper West a region.
const LAST: &[&str] = &["sd", "upper", "lower", "diff"];

/// The first thing that words say against a count of all people.
pub(super) fn word_finding(words: &[&str]) -> Option<WordFinding> {
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    // women and men together are everybody
    let halves = [(FEMALE, MALE), (URBAN, RURAL)];
    let part = words.iter().find(|word| {
        PART.contains(word)
            || is_age_word(word)
            || halves.iter().any(|(one, other)| {
                (one.contains(word) && !has(other)) || (other.contains(word) && !has(one))
            })
    });
    if let Some(word) = part {
        return Some(WordFinding::Part((*word).to_owned()));
    }
    let other = words
        .iter()
        .find(|word| OTHER.contains(word))
        .or_else(|| words.last().filter(|word| LAST.contains(word)));
    if let Some(word) = other {
        return Some(WordFinding::Other((*word).to_owned()));
    }
    for (at, pair) in words.windows(2).enumerate() {
        let before = at.checked_sub(1).map(|at| words[at]);
        let after = words.get(at + 2).copied();
        if says_ages(pair[0], pair[1], before, after) {
            return Some(WordFinding::Part(pair.join(" ")));
        }
        if matches!(pair[0], "diff" | "upper" | "lower") && is_quantity_end(pair[1]) {
            return Some(WordFinding::Other(pair.join(" ")));
        }
        if is_interval(pair[0], pair[1]) || is_interval(pair[1], pair[0]) {
            return Some(WordFinding::Other(pair.join(" ")));
        }
    }
    None
}

/// `ci_95`, `ci_width`: alone, `ci` is Côte d'Ivoire.
fn is_interval(word: &str, beside: &str) -> bool {
    word == "ci" && matches!(beside, "95" | "lower" | "upper" | "width")
}

/// `upper_bound`, `diff_2020`.
fn is_quantity_end(word: &str) -> bool {
    matches!(word, "bound" | "limit" | "ci" | "95") || is_year(word)
}

/// Whether two words give ages, or a sex beside a year.
fn says_ages(first: &str, second: &str, before: Option<&str>, after: Option<&str>) -> bool {
    let after_number = before.is_some_and(is_number);
    match (first, second) {
        ("f" | "m" | "under" | "age" | "ages", age) if is_age(age) => true,
        // `100 m` is a length
        ("f" | "m", digits) => !after_number && (is_span(digits) || is_year(digits)),
        (year, "f" | "m") => is_year(year) && after.is_none(),
        (age, "plus" | "years" | "yrs" | "ans") => is_age(age),
        (from, to) => {
            // a date, a version or a tile has such numbers, too
            let is_other = before.is_some_and(|before| {
                is_number(before)
                    || is_version(before)
                    || matches!(before, "v" | "tile" | "row" | "col" | "x" | "y")
            });
            let goes_on = after.is_some_and(is_age);
            is_age(from) && is_age(to) && number(from) < number(to) && !is_other && !goes_on
        }
    }
}

/// `A0004`, `a15`, `15to49`, `60plus`: as older products and other makers write ages.
fn is_age_word(word: &str) -> bool {
    let coded = word
        .strip_prefix('a')
        .is_some_and(|digits| (2..=4).contains(&digits.len()) && is_number(digits));
    let spelled = word
        .split_once("to")
        .is_some_and(|(from, to)| is_age(from) && is_age(to));
    coded || spelled || word.strip_suffix("plus").is_some_and(is_age)
}

/// Two ages without a separator: `1519`.
fn is_span(word: &str) -> bool {
    word.len() == 4
        && is_number(word)
        && word
            .split_at_checked(2)
            .is_some_and(|(from, to)| number(from) < number(to))
}

pub(super) fn is_year(word: &str) -> bool {
    word.len() == 4 && number(word).is_some_and(|year| (1900..=2100).contains(&year))
}

pub(super) fn is_age(word: &str) -> bool {
    word.len() <= 2 && is_number(word)
}

pub(super) fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(is_number)
}

fn number(word: &str) -> Option<u32> {
    word.parse().ok()
}
