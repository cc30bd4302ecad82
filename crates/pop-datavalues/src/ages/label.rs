//! Labels: `0-4 years`, `<1 year`, `Female, 15+ years`, `de 0 à 4 ans`.
//!
//! A label is read as a whole: one word that says neither ages nor sex (`pregnant`,
//! `hours`, `at risk`) and it is not read at all, since it counts somebody else.

mod words;

use std::collections::BTreeSet;

use pop_sums::Sex;

use super::{AgeUnit, Ages};
use words::{Token, Word};

/// What a label says about whom it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// Sex, where one is named.
    pub sex: Option<Sex>,
    /// Ages, where some are named.
    pub ages: Option<Ages>,
}

/// A part of a label that counts for its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LabelPart {
    Number(u32),
    Unit(AgeUnit),
    /// Between the first and the last age.
    To,
    /// Before an age that is no longer counted.
    Less,
    /// Before the first age of those that go on.
    AtLeast,
    /// Before an age that is counted from the next one on, if it is meant exactly: `plus de 15 ans`, `>5`.
    MoreThan,
    /// After it.
    AndOver,
    AllAges,
    /// Words that count a part of the people, which ages must tell: `of reproductive age`, `target population`.
    NeedsAges,
}

/// Parts of a label, and what its other words say.
#[derive(Debug, Default)]
struct Parts {
    ages: Vec<LabelPart>,
    sexes: Vec<Sex>,
    names_people: bool,
    /// Everybody is meant by a word of its own: `total`, `all ages`.
    names_total: bool,
    needs_ages: bool,
    /// `M` may be women or men.
    has_unclear_m: bool,
}

/// Reads a label. `None` when it holds anything else than one range of ages and one sex.
#[must_use]
pub fn read_label(text: &str) -> Option<Label> {
    label_of(&parts(&words::tokens(text)?).ok()?)
}

/// As [`read_label`], with `more than 15` as most people mean it: 15 and over. For labels whose code says the same.
pub(super) fn read_label_loosely(text: &str) -> Option<Label> {
    let mut parts = parts(&words::tokens(text)?).ok()?;
    for part in &mut parts.ages {
        if *part == LabelPart::MoreThan {
            *part = LabelPart::AtLeast;
        }
    }
    label_of(&parts)
}

fn label_of(parts: &Parts) -> Option<Label> {
    let sex = sex(parts)?;
    let ages = match parts.ages.as_slice() {
        [] if parts.needs_ages && !parts.names_total => return None,
        [] => None,
        ages => Some(range(ages)?),
    };
    Some(Label { sex, ages })
}

/// The sex that a word names: `female`, `f`, `femmes`.
///
/// # Errors
/// A text that names another thing, or ages as well.
pub fn read_sex(text: &str) -> Result<Sex, String> {
    let lower = text.to_lowercase();
    if let Ok(sex) = lower.parse::<Sex>() {
        return Ok(sex);
    }
    read_label(&lower)
        .filter(|label| label.ages.is_none())
        .and_then(|label| label.sex)
        .ok_or_else(|| format!("sex is {text:?}, expected female or male"))
}

/// Whether a readable label names its sex by this letter, in lower case.
#[must_use]
pub fn names_sex_by_letter(text: &str, letter: &str) -> bool {
    let Some(tokens) = words::tokens(text) else {
        return false;
    };
    let is_letter = |token: &Token| matches!(token, Token::Word(word) if word == letter);
    tokens.iter().any(is_letter) && read_label(text).is_some_and(|label| label.sex.is_some())
}

/// Whether a label speaks of the whole population: `GEN - Population`, `Total population`, `Population, all ages`.
#[must_use]
pub fn names_everybody(text: &str) -> bool {
    let parts = words::tokens(text).and_then(|tokens| parts(&tokens).ok());
    parts.is_some_and(|parts| {
        parts.names_people
            && (parts.names_total || !parts.needs_ages)
            && parts.sexes.is_empty()
            && matches!(parts.ages.as_slice(), [] | [LabelPart::AllAges])
    })
}

/// Whether a label speaks of the whole population and of how it is divided: `Population by age and sex`.
/// `also` are words, in lower case, that may say how.
#[must_use]
pub fn names_everybody_divided(text: &str, also: &BTreeSet<String>) -> bool {
    const DIVIDED: [&str; 8] = [
        "by",
        "with",
        "and",
        "per",
        "par",
        "et",
        "disaggregated",
        "disaggregation",
    ];
    let Some(tokens) = words::tokens(text) else {
        return false;
    };
    let words = match tokens.as_slice() {
        [Token::Word(heading), Token::Dash, rest @ ..] if words::meaning(heading).is_none() => rest,
        all => all,
    };
    let is_harmless = |token: &Token| match token {
        Token::Dash => true,
        Token::Word(word) => {
            matches!(
                words::meaning(word),
                Some(Word::People | Word::Total | Word::Filler)
            ) || DIVIDED.contains(&word.as_str())
                || also.contains(word)
        }
        _ => false,
    };
    let is_people = |token: &Token| matches!(token, Token::Word(word) if words::meaning(word) == Some(Word::People));
    words.iter().all(is_harmless) && words.iter().any(is_people)
}

/// The first word of a label that says neither ages nor sex.
#[must_use]
pub fn unknown_word(text: &str) -> Option<String> {
    parts(&words::tokens(text)?).err()
}

/// The one sex named; `None` when there are two.
#[expect(
    clippy::option_option,
    reason = "two kinds of nothing: no sex named, and a contradiction"
)]
fn sex(parts: &Parts) -> Option<Option<Sex>> {
    let first = parts.sexes.first().copied();
    parts
        .sexes
        .iter()
        .all(|&sex| Some(sex) == first)
        .then_some(first)
}

/// The range that the parts make.
fn range(parts: &[LabelPart]) -> Option<Ages> {
    use LabelPart::{AllAges, AndOver, AtLeast, Less, Number, To, Unit};
    const YEARS: AgeUnit = AgeUnit::Years;
    let ages = match *parts {
        [AllAges] => Ages::ALL,
        [Number(a), To, Number(b)] => Ages::between(YEARS, a, b.checked_add(1)?),
        [Number(a), To, Number(b), Unit(unit)] | [Number(a), Unit(unit), To, Number(b)] => {
            Ages::between(unit, a, b.checked_add(1)?)
        }
        [Number(a), Unit(own), To, Number(b), Unit(unit)] if own == unit => {
            Ages::between(unit, a, b.checked_add(1)?)
        }
        [Less, Number(b)] => Ages::between(YEARS, 0, b),
        [Less, Number(b), Unit(unit)] => Ages::between(unit, 0, b),
        [Number(a), AndOver] | [AtLeast, Number(a)] => Ages::from(YEARS, a),
        [Number(a), Unit(unit), AndOver]
        | [Number(a), AndOver, Unit(unit)]
        | [AtLeast, Number(a), Unit(unit)] => Ages::from(unit, a),
        // A single age must say what it is counted in.
        [Number(a), Unit(unit)] => Ages::between(unit, a, a.checked_add(1)?),
        _ => return None,
    };
    ages.to.is_none_or(|to| ages.from < to).then_some(ages)
}

/// The parts of a label, or the first word that is none.
fn parts(tokens: &[Token]) -> Result<Parts, String> {
    let mut parts = Parts {
        has_unclear_m: words::has_unclear_m(tokens),
        ..Parts::default()
    };
    let mut at = 0;
    // `GEN - `: a word in front for the group of a thing.
    if let [Token::Word(heading), Token::Dash, _, ..] = tokens
        && words::meaning(heading).is_none()
    {
        at = 2;
    }
    while let Some(token) = tokens.get(at) {
        let rest = &tokens[at..];
        if let Some((part, length)) = words::phrase(rest) {
            match part {
                LabelPart::NeedsAges => {
                    parts.needs_ages = true;
                    parts.names_people |= words::names_people(&rest[..length]);
                }
                part => parts.ages.push(part),
            }
            at += length;
            continue;
        }
        at += 1;
        match token {
            Token::Number(number) => parts.ages.push(LabelPart::Number(*number)),
            Token::Plus => parts.ages.push(match rest.get(1) {
                Some(Token::Number(_)) => LabelPart::AtLeast,
                _ => LabelPart::AndOver,
            }),
            Token::Less => parts.ages.push(LabelPart::Less),
            Token::Greater => parts.ages.push(LabelPart::MoreThan),
            // Between two numbers a dash makes a range, elsewhere it parts words.
            Token::Dash => {
                let follows = matches!(
                    parts.ages.last(),
                    Some(LabelPart::Number(_) | LabelPart::Unit(_))
                );
                if follows && matches!(rest.get(1), Some(Token::Number(_))) {
                    parts.ages.push(LabelPart::To);
                } else if at == 1 {
                    return Err("-".to_owned());
                }
            }
            Token::Word(word) => parts.word(word)?,
        }
    }
    Ok(parts)
}

impl Parts {
    fn word(&mut self, word: &str) -> Result<(), String> {
        let unknown = || Err(word.to_owned());
        match words::meaning(word) {
            Some(Word::Unit(unit)) => self.ages.push(LabelPart::Unit(unit)),
            Some(Word::Sex(sex)) => self.sexes.push(sex),
            // Behind a number a letter may stand for months as well.
            Some(Word::Letter(_)) if matches!(self.ages.last(), Some(LabelPart::Number(_))) => {
                return unknown();
            }
            Some(Word::Letter(_)) if word == "m" && self.has_unclear_m => return unknown(),
            Some(Word::Letter(sex)) => self.sexes.push(sex),
            Some(Word::People) => self.names_people = true,
            Some(Word::Number(number)) => self.ages.push(LabelPart::Number(number)),
            Some(Word::Total) => self.names_total = true,
            Some(Word::Filler) => {}
            None => return unknown(),
        }
        Ok(())
    }
}
