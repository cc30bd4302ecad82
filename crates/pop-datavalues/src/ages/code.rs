//! Codes of options and option combos: `P0Y--P5Y`, `12_23_M`, `F_15_49`, `WP_M_05`.

use std::collections::BTreeSet;

use pop_sums::Sex;

use super::{AgeUnit, Ages, Label, read_label};

/// What a code may say. Where its upper bound can be meant inclusively or
/// exclusively, both are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeReading {
    /// Sex, where the code has one.
    pub sex: Option<Sex>,
    /// Possible ages; empty when the code names a sex alone.
    pub ages: Vec<Ages>,
    /// First age of a WorldPop band, when the code is that of a band (`M_05`).
    pub band: Option<u32>,
}

/// Reads a code as a whole: never a letter and digits found inside a longer one.
#[must_use]
pub fn read_code(code: &str) -> Option<CodeReading> {
    let code = code.trim().to_ascii_uppercase();
    duration(&code)
        .or_else(|| open_duration(&code))
        .or_else(|| short(&code))
        .or_else(|| own_style(&code))
        .or_else(|| ends_above(&code))
        .or_else(|| sex_and_duration(&code))
        .or_else(|| with_sex(&code))
        .or_else(|| as_label(&code))
}

/// Whether a code speaks of the whole population: `GEN_POP_NUM`, `WP_POP_TOTAL`, `TOTAL_POPULATION`.
#[must_use]
pub fn code_names_everybody(code: &str) -> bool {
    const FILLERS: [&str; 6] = ["TOTAL", "TOT", "NUM", "ALL", "AGES", "T"];
    names(code, |word| FILLERS.contains(&word))
}

/// Whether a code speaks of the whole population and of how it is divided: `WP_POP_AGESEX`, `MAL_POP_TOTAL`.
/// `also` are words, in lower case, that may say how.
#[must_use]
pub fn code_names_everybody_divided(code: &str, also: &BTreeSet<String>) -> bool {
    const FILLERS: [&str; 12] = [
        "TOTAL", "TOT", "NUM", "ALL", "AGES", "T", "AGE", "SEX", "AGESEX", "SEXAGE", "BY", "DISAGG",
    ];
    names(code, |word| {
        FILLERS.contains(&word) || also.contains(&word.to_lowercase())
    })
}

/// Whether all words of a code, but for the first, are of people or among some others.
fn names(code: &str, is_filler: impl Fn(&str) -> bool) -> bool {
    const PEOPLE: [&str; 6] = [
        "POP",
        "POPULATION",
        "TOTPOP",
        "POPTOT",
        "TOTALPOP",
        "POPTOTAL",
    ];
    let code = code.trim().to_ascii_uppercase();
    let words: Vec<&str> = code.split(['_', '-', ' ', '.']).collect();
    let is_known = |word: &&str| PEOPLE.contains(word) || is_filler(word);
    // The first word may stand for the group of a thing.
    let rest = match words.as_slice() {
        [first, rest @ ..] if !is_known(first) => rest,
        all => all,
    };
    rest.iter().all(is_known) && rest.iter().any(|word| PEOPLE.contains(word))
}

fn ages_only(ages: Vec<Ages>) -> Option<CodeReading> {
    (!ages.is_empty()).then_some(CodeReading {
        sex: None,
        ages,
        band: None,
    })
}

/// All that two bounds can mean. All nines stand for an open end.
fn readings(from: (u32, AgeUnit), to: (u32, AgeUnit)) -> Vec<Ages> {
    let mut ages = Vec::new();
    let lower = from.1.times(from.0);
    for upper in [to.0, to.0.saturating_add(1)] {
        let upper = to.1.times(upper);
        if lower < upper && (lower.days == 0 || upper.months == 0) {
            ages.push(Ages {
                from: lower,
                to: Some(upper),
            });
        }
    }
    if to.0 >= 99 && to.0.to_string().bytes().all(|b| b == b'9') {
        ages.push(Ages {
            from: lower,
            to: None,
        });
    }
    ages
}

/// `P0Y--P5Y`, `P50Y-P999Y`, `P00Y_P01Y`, `P0Y--60Y`.
fn duration(code: &str) -> Option<CodeReading> {
    let (first, second) = ["--", "-", "_"]
        .iter()
        .find_map(|separator| code.split_once(separator))?;
    let bound = |text: &str, needs_p: bool| {
        let digits = text.strip_prefix('P').or((!needs_p).then_some(text))?;
        let (digits, unit) = digits.split_at_checked(digits.len().checked_sub(1)?)?;
        Some((number(digits)?, unit_letter(unit)?))
    };
    ages_only(readings(bound(first, true)?, bound(second, false)?))
}

/// `P90Y`: from that age on, or the one year.
fn open_duration(code: &str) -> Option<CodeReading> {
    let digits = code.strip_prefix('P')?;
    let (digits, letter) = digits.split_at_checked(digits.len().checked_sub(1)?)?;
    let (from, unit) = (number(digits)?, unit_letter(letter)?);
    ages_only(vec![
        Ages::from(unit, from),
        Ages::between(unit, from, from + 1),
    ])
}

/// `0-4Y`, `5-14Y`.
fn short(code: &str) -> Option<CodeReading> {
    let (first, second) = code.split_once('-')?;
    let (second, unit) = second.split_at_checked(second.len().checked_sub(1)?)?;
    let unit = unit_letter(unit)?;
    ages_only(readings((number(first)?, unit), (number(second)?, unit)))
}

/// `12_23_M`, `14_29_Y`.
fn own_style(code: &str) -> Option<CodeReading> {
    let [first, second, unit] = code.split('_').collect::<Vec<_>>().try_into().ok()?;
    let unit = unit_letter(unit)?;
    ages_only(readings((number(first)?, unit), (number(second)?, unit)))
}

/// `F_P15Y--P50Y`, `M_P65Y`.
fn sex_and_duration(code: &str) -> Option<CodeReading> {
    let (sex, rest) = code.split_once('_')?;
    let sex = matches!(sex, "F" | "M").then(|| sex.parse().ok()).flatten();
    let reading = duration(rest).or_else(|| open_duration(rest))?;
    sex.map(|sex| CodeReading {
        sex: Some(sex),
        ..reading
    })
}

/// A sex letter and one or two numbers, at the end or the beginning of words
/// joined by `_`: a band (`WP_M_05`) or a range (`GEN_F_15-19`, `F_15_49`).
fn with_sex(code: &str) -> Option<CodeReading> {
    let words: Vec<&str> = code.split('_').collect();
    let at = words.iter().position(|word| matches!(*word, "F" | "M"))?;
    let rest = &words[at + 1..];
    // Numbers elsewhere, or a second sex, leave it open what is meant.
    if words[..at].iter().any(|word| number(word).is_some())
        || rest.iter().any(|word| matches!(*word, "F" | "M"))
    {
        return None;
    }
    let sex = words[at].parse().ok();
    let years = |text: &str| number(text).filter(|_| text.len() <= 2);
    let numbers: Vec<&str> = rest
        .iter()
        .copied()
        .take_while(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    if rest[numbers.len()..]
        .iter()
        .any(|word| word.contains(|c: char| c.is_ascii_digit()))
    {
        return None;
    }
    let span = |first: &str, second: &str| {
        let ages = readings(
            (years(first)?, AgeUnit::Years),
            (years(second)?, AgeUnit::Years),
        );
        Some(CodeReading {
            sex,
            ages,
            band: None,
        })
    };
    match numbers.as_slice() {
        [first, second] => span(first, second),
        [one] if one.contains('-') => span(one.split_once('-')?.0, one.split_once('-')?.1),
        [one] => Some(CodeReading {
            sex,
            ages: Vec::new(),
            band: Some(years(one)?),
        }),
        _ => None,
    }
}

/// `0-4`, `15_49`: years, as in labels.
fn ends_above(code: &str) -> Option<CodeReading> {
    let (first, second) = code.split_once(['-', '_'])?;
    let years = |text: &str| Some((number(text)?, AgeUnit::Years));
    ages_only(readings(years(first)?, years(second)?))
}

/// A code that is written like a label: `FEMALE`, `65+`, `F15-49`, `UNDER 5`.
fn as_label(code: &str) -> Option<CodeReading> {
    let Label { sex, ages } = read_label(code)?;
    (sex.is_some() || ages.is_some()).then(|| CodeReading {
        sex,
        ages: ages.into_iter().collect(),
        band: None,
    })
}

fn number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn unit_letter(text: &str) -> Option<AgeUnit> {
    match text {
        "D" => Some(AgeUnit::Days),
        "W" => Some(AgeUnit::Weeks),
        "M" => Some(AgeUnit::Months),
        "Y" => Some(AgeUnit::Years),
        _ => None,
    }
}
