//! Labels: `0-4 years`, `<1 year`, `Female, 15+ years`, `de 0 à 4 ans`.

use pop_sums::Sex;

use super::{AgeUnit, Ages};

/// What a label says about whom it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// Sex, where one is named.
    pub sex: Option<Sex>,
    /// Ages, where some are named.
    pub ages: Option<Ages>,
}

/// A word of a label, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Number(u32),
    Dash,
    Less,
    Plus,
    Word(String),
}

/// Reads a label. `None` when it holds numbers that are no single range of ages, or both sexes.
#[must_use]
pub fn read_label(text: &str) -> Option<Label> {
    let tokens = tokens(text)?;
    let numbers = tokens
        .iter()
        .filter(|token| matches!(token, Token::Number(_)))
        .count();
    let ages = match numbers {
        0 => all_ages(&tokens).then_some(Ages::ALL),
        _ => Some(range(&tokens, numbers)?),
    };
    Some(Label {
        sex: sex(&tokens)?,
        ages,
    })
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().flat_map(char::to_lowercase).peekable();
    while let Some(c) = chars.next() {
        match c {
            '0'..='9' => {
                let mut digits = String::from(c);
                while let Some(d) = chars.next_if(char::is_ascii_digit) {
                    digits.push(d);
                }
                tokens.push(Token::Number(digits.parse().ok()?));
            }
            '-' | '–' | '—' => tokens.push(Token::Dash),
            '<' => tokens.push(Token::Less),
            '+' | '≥' => tokens.push(Token::Plus),
            c if c.is_alphabetic() => {
                let mut word = String::from(c);
                while let Some(w) = chars.next_if(|c| c.is_alphabetic()) {
                    word.push(w);
                }
                tokens.push(Token::Word(word));
            }
            _ => {}
        }
    }
    Some(tokens)
}

fn unit(token: Option<&Token>) -> Option<AgeUnit> {
    let Some(Token::Word(word)) = token else {
        return None;
    };
    Some(match word.as_str() {
        "year" | "years" | "yr" | "yrs" | "y" | "an" | "ans" | "année" | "années" | "año"
        | "años" | "anos" => AgeUnit::Years,
        "month" | "months" | "mois" | "mth" | "mths" | "meses" | "mes" => AgeUnit::Months,
        "week" | "weeks" | "semaine" | "semaines" => AgeUnit::Weeks,
        "day" | "days" | "jour" | "jours" => AgeUnit::Days,
        _ => return None,
    })
}

fn is_word(token: Option<&Token>, words: &[&str]) -> bool {
    matches!(token, Some(Token::Word(word)) if words.contains(&word.as_str()))
}

/// The one range the label's numbers make.
fn range(tokens: &[Token], numbers: usize) -> Option<Ages> {
    let at = tokens
        .iter()
        .position(|token| matches!(token, Token::Number(_)))?;
    let Token::Number(first) = tokens[at] else {
        return None;
    };
    let before = at.checked_sub(1).and_then(|i| tokens.get(i));
    let is_below = before == Some(&Token::Less)
        || is_word(before, &["under", "below"])
        || (is_word(before, &["than", "de"])
            && is_word(
                at.checked_sub(2).and_then(|i| tokens.get(i)),
                &["less", "moins"],
            ));
    let mut next = at + 1;
    let own_unit = unit(tokens.get(next));
    next += usize::from(own_unit.is_some());
    if is_below {
        return (numbers == 1)
            .then(|| Ages::between(own_unit.unwrap_or(AgeUnit::Years), 0, first))
            .filter(is_range);
    }
    let is_span =
        tokens.get(next) == Some(&Token::Dash) || is_word(tokens.get(next), &["to", "à", "a"]);
    if is_span && let Some(Token::Number(last)) = tokens.get(next + 1) {
        let unit = unit(tokens.get(next + 2))
            .or(own_unit)
            .unwrap_or(AgeUnit::Years);
        let mixed = own_unit.is_some_and(|own| own != unit);
        return (numbers == 2 && !mixed)
            .then(|| Ages::between(unit, first, last.checked_add(1).unwrap_or(first)))
            .filter(is_range);
    }
    if numbers != 1 {
        return None;
    }
    let is_open = before == Some(&Token::Plus)
        || tokens.get(next) == Some(&Token::Plus)
        || (is_word(tokens.get(next), &["and", "or", "et", "ou"])
            && is_word(
                tokens.get(next + 1),
                &["over", "above", "older", "more", "plus", "up"],
            ))
        || is_word(before, &["over", "above"]);
    if is_open {
        let unit = own_unit
            .or_else(|| unit(tokens.get(next + 1)))
            .unwrap_or(AgeUnit::Years);
        return Some(Ages::from(unit, first));
    }
    // A single age must say what it is counted in.
    own_unit.map(|unit| Ages::between(unit, first, first.saturating_add(1)))
}

fn is_range(ages: &Ages) -> bool {
    ages.to.is_none_or(|to| ages.from < to)
}

fn all_ages(tokens: &[Token]) -> bool {
    tokens.windows(2).any(|pair| {
        is_word(Some(&pair[0]), &["all", "tous", "toutes"])
            && is_word(Some(&pair[1]), &["ages", "age", "âges"])
    })
}

/// The sex a label names; `None` when it names both.
#[expect(
    clippy::option_option,
    reason = "two kinds of nothing: no sex named, and a contradiction"
)]
fn sex(tokens: &[Token]) -> Option<Option<Sex>> {
    let named = |words: &[&str]| tokens.iter().any(|token| is_word(Some(token), words));
    let female = named(&[
        "female", "females", "women", "woman", "girl", "girls", "femme", "femmes", "fille",
        "filles", "féminin",
    ]);
    let male = named(&[
        "male", "males", "men", "man", "boy", "boys", "homme", "hommes", "garçon", "garçons",
        "masculin",
    ]);
    match (female, male) {
        (true, true) => None,
        (true, false) => Some(Some(Sex::Female)),
        (false, true) => Some(Some(Sex::Male)),
        (false, false) => Some(None),
    }
}
