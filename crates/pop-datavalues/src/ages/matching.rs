//! Code and label together: only what both say is taken.

use pop_sums::Sex;

use pop_worldpop::AgeBandScheme;

use super::label::read_label_loosely;
use super::{
    AgeUnit, Ages, CodeReading, Label, code_names_everybody, names_everybody, read_code,
    read_label, unknown_word,
};

/// Why a code and a label are not taken, with both readings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("code {code}, label {label}")]
pub struct UnclearMeaning {
    /// The code, and how it reads.
    pub code: String,
    /// The label, and how it reads.
    pub label: String,
}

/// Whom a code and a label count, when they agree.
///
/// A label must be readable where there is one; a code, where there is one, must
/// be readable in a way that equals the label, or be the label's first age as a number. A code alone counts when it is
/// the name of a WorldPop band.
///
/// # Errors
/// [`UnclearMeaning`], with both readings.
pub fn match_code_and_label(
    code: Option<&str>,
    label: Option<&str>,
    scheme: AgeBandScheme,
) -> Result<Label, UnclearMeaning> {
    let read_as_code = code.map(|code| (code, read_code(code)));
    let read_as_label = label.map(|label| (label, read_label(label)));
    let doubt = || UnclearMeaning {
        code: show_code(read_as_code.as_ref(), scheme),
        label: show_label(read_as_label.as_ref()),
    };
    let says_something = |label: &Label| label.sex.is_some() || label.ages.is_some();
    match (&read_as_code, &read_as_label) {
        (None, Some((_, Some(label)))) if says_something(label) => Ok(*label),
        (Some((_, Some(reading))), None) => band(reading, scheme).ok_or_else(doubt),
        (Some((_, Some(reading))), Some((_, Some(label)))) if says_something(label) => {
            agreed(reading, label, scheme).ok_or_else(doubt)
        }
        (Some((code, None)), Some((_, Some(label)))) if is_first_age(code, label) => Ok(*label),
        (Some((_, Some(reading))), Some((text, None))) => read_label_loosely(text)
            .and_then(|label| agreed(reading, &label, scheme))
            .ok_or_else(doubt),
        _ => Err(doubt()),
    }
}

/// The sex a code and a label agree on.
///
/// # Errors
/// [`UnclearMeaning`] when they do not name one, or different ones, or ages as well.
pub fn sex_of(
    code: Option<&str>,
    label: &str,
    scheme: AgeBandScheme,
) -> Result<Sex, UnclearMeaning> {
    let found = match_code_and_label(code, Some(label), scheme)?;
    match found {
        Label {
            sex: Some(sex),
            ages: None,
        } => Ok(sex),
        _ => Err(UnclearMeaning {
            code: code.unwrap_or("none").to_owned(),
            label: format!("{label:?}, which does not name a sex alone"),
        }),
    }
}

/// Whether a code is a number, and the label's ages start at so many years: `15` beside `15-19 years`. Option sets that
/// were made from the bands of a product are numbered so.
fn is_first_age(code: &str, label: &Label) -> bool {
    let code = code.trim();
    let is_number = (1..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    let years = code.parse().ok().filter(|_| is_number);
    years
        .zip(label.ages)
        .is_some_and(|(years, ages)| ages.from == AgeUnit::Years.times(years))
}

fn band(reading: &CodeReading, scheme: AgeBandScheme) -> Option<Label> {
    let band = scheme.band(reading.band?)?;
    let ages = match band.to {
        Some(to) => Ages::between(AgeUnit::Years, band.from, to),
        None => Ages::from(AgeUnit::Years, band.from),
    };
    Some(Label {
        sex: reading.sex,
        ages: Some(ages),
    })
}

/// The label, when a reading of the code equals it.
fn agreed(reading: &CodeReading, label: &Label, scheme: AgeBandScheme) -> Option<Label> {
    let own_band = band(reading, scheme).and_then(|label| label.ages);
    let ages_agree = match label.ages {
        None => reading.ages.is_empty() && reading.band.is_none(),
        Some(ages) => reading.ages.contains(&ages) || own_band == Some(ages),
    };
    // A code that leaves the sex out says nothing against the label's.
    let sex_agrees = reading.sex.is_none() || reading.sex == label.sex;
    (ages_agree && sex_agrees).then_some(*label)
}

fn show_code(code: Option<&(&str, Option<CodeReading>)>, scheme: AgeBandScheme) -> String {
    let Some((text, reading)) = code else {
        return "none".to_owned();
    };
    if code_names_everybody(text) {
        return format!("{text:?} reads the whole population");
    }
    let Some(reading) = reading else {
        return format!("{text:?} cannot be read");
    };
    let mut ages: Vec<String> = reading.ages.iter().map(ToString::to_string).collect();
    ages.extend(
        band(reading, scheme)
            .and_then(|label| label.ages)
            .map(|ages| ages.to_string()),
    );
    let sex = reading.sex.map(|sex| format!("{sex} ")).unwrap_or_default();
    format!("{text:?} reads {sex}{}", ages.join(" or "))
}

fn show_label(label: Option<&(&str, Option<Label>)>) -> String {
    let Some((text, reading)) = label else {
        return "none".to_owned();
    };
    if names_everybody(text) {
        return format!("{text:?} reads the whole population");
    }
    let Some(reading) = reading else {
        let why = unknown_word(text)
            .map(|word| format!(" ({word:?} is not a word for ages or sex)"))
            .unwrap_or_default();
        return format!("{text:?} cannot be read{why}");
    };
    let sex = reading.sex.map(|sex| format!("{sex} ")).unwrap_or_default();
    let ages = reading
        .ages
        .map_or("no ages".to_owned(), |ages| ages.to_string());
    format!("{text:?} reads {sex}{ages}")
}
