//! The words that labels are made of, in English, French, Spanish and Portuguese.

use pop_sums::Sex;

use super::LabelPart;
use crate::ages::AgeUnit;

/// A word or sign of a label, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Number(u32),
    Dash,
    Less,
    Greater,
    Plus,
    Word(String),
}

/// What a single word can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Unit(AgeUnit),
    Sex(Sex),
    /// `f`, `m`.
    Letter(Sex),
    /// People as a whole.
    People,
    /// A small number in words.
    Number(u32),
    /// Everybody: `total`.
    Total,
    /// Nothing that would change whom a label counts.
    Filler,
}

const YEARS: &[&str] = &[
    "year", "years", "yr", "yrs", "y", "an", "ans", "année", "années", "año", "años", "ano",
    "anos", "yo",
];
const MONTHS: &[&str] = &[
    "month", "months", "mth", "mths", "mois", "mes", "meses", "mês",
];
const WEEKS: &[&str] = &["week", "weeks", "semaine", "semaines", "semana", "semanas"];
const DAYS: &[&str] = &["day", "days", "jour", "jours", "día", "días", "dia", "dias"];
const FEMALE: &[&str] = &[
    "female", "females", "women", "woman", "girl", "girls", "femme", "femmes", "fille", "filles",
    "féminin", "mujer", "mujeres", "femenino", "niña", "niñas", "mulher", "mulheres", "feminino",
    "menina", "meninas",
];
const MALE: &[&str] = &[
    "male",
    "males",
    "men",
    "man",
    "boy",
    "boys",
    "homme",
    "hommes",
    "garçon",
    "garçons",
    "masculin",
    "hombre",
    "hombres",
    "masculino",
    "homem",
    "homens",
    "menino",
    "meninos",
];
const PEOPLE: &[&str] = &[
    "population",
    "pop",
    "people",
    "persons",
    "inhabitants",
    "residents",
    "habitants",
    "personnes",
    "población",
    "personas",
    "habitantes",
    "população",
    "pessoas",
];
const FILLERS: &[&str] = &[
    "age",
    "aged",
    "ages",
    "old",
    "of",
    "the",
    "s",
    "all",
    "both",
    "sex",
    "sexes",
    "group",
    "worldpop",
    "wp",
    "estimated",
    "projected",
    "children",
    "child",
    "infants",
    "infant",
    "adolescents",
    "adolescent",
    "adults",
    "adult",
    "âge",
    "âgé",
    "âgée",
    "âgés",
    "âgées",
    "de",
    "des",
    "la",
    "le",
    "les",
    "tous",
    "toutes",
    "enfants",
    "enfant",
    "nourrissons",
    "adolescentes",
    "adultes",
    "sexe",
    "groupe",
    "tranche",
    "edad",
    "el",
    "del",
    "los",
    "las",
    "idade",
    "da",
    "do",
    "crianças",
    "adultos",
];

const TOTALS: &[&str] = &["total", "totale", "totaux", "totales"];
const NUMBERS: &[(&[&str], u32)] = &[
    (&["one", "un", "une", "uno", "um"], 1),
    (&["two", "deux", "dos", "dois"], 2),
    (&["five", "cinq", "cinco"], 5),
    (&["ten", "dix", "diez", "dez"], 10),
    (&["fifteen", "quinze", "quince"], 15),
];

pub(super) fn meaning(word: &str) -> Option<Word> {
    let is = |list: &[&str]| list.contains(&word);
    Some(match word {
        "f" => Word::Letter(Sex::Female),
        "m" => Word::Letter(Sex::Male),
        // hombres, homens, hommes
        "h" => Word::Letter(Sex::Male),
        _ if is(YEARS) => Word::Unit(AgeUnit::Years),
        _ if is(MONTHS) => Word::Unit(AgeUnit::Months),
        _ if is(WEEKS) => Word::Unit(AgeUnit::Weeks),
        _ if is(DAYS) => Word::Unit(AgeUnit::Days),
        _ if is(FEMALE) => Word::Sex(Sex::Female),
        _ if is(MALE) => Word::Sex(Sex::Male),
        _ if is(PEOPLE) => Word::People,
        _ if is(TOTALS) => Word::Total,
        _ if is(FILLERS) => Word::Filler,
        _ => {
            let (_, number) = NUMBERS.iter().find(|(words, _)| is(words))?;
            Word::Number(*number)
        }
    })
}

/// Words of Spanish and Portuguese alone, of which `M` may be women (mujeres, mulheres) or men (masculino).
const WOMEN_BY_M: &[&str] = &[
    "año",
    "años",
    "ano",
    "anos",
    "mes",
    "meses",
    "mês",
    "semana",
    "semanas",
    "día",
    "días",
    "dia",
    "dias",
    "población",
    "personas",
    "habitantes",
    "população",
    "pessoas",
    "edad",
    "edades",
    "el",
    "del",
    "los",
    "las",
    "idade",
    "idades",
    "da",
    "do",
    "crianças",
    "niños",
    "niñas",
    "adultos",
    "más",
    "menos",
    "menores",
    "sexo",
];

/// Whether the letter `M` may be women or men in a label: it is Spanish or Portuguese, or has an `H` for men.
pub(super) fn has_unclear_m(tokens: &[Token]) -> bool {
    let is_word = |token: &Token| match token {
        Token::Word(word) => word == "h" || WOMEN_BY_M.contains(&word.as_str()),
        _ => false,
    };
    tokens.iter().any(is_word)
}

/// Phrases, the longest of each meaning first.
const PHRASES: &[(&[&str], LabelPart)] = &[
    (&["all", "ages"], LabelPart::AllAges),
    (&["all", "age", "groups"], LabelPart::AllAges),
    (&["tous", "âges"], LabelPart::AllAges),
    (&["tous", "les", "âges"], LabelPart::AllAges),
    (&["toutes", "les", "âges"], LabelPart::AllAges),
    (&["tous", "ages"], LabelPart::AllAges),
    (&["todas", "las", "edades"], LabelPart::AllAges),
    (&["todas", "as", "idades"], LabelPart::AllAges),
    (&["under"], LabelPart::Less),
    (&["below"], LabelPart::Less),
    (&["less", "than"], LabelPart::Less),
    (&["younger", "than"], LabelPart::Less),
    (&["moins", "de"], LabelPart::Less),
    // `moins d'un an`: the article before a vowel is no word of its own.
    (&["moins"], LabelPart::Less),
    (&["menos", "de"], LabelPart::Less),
    (&["menores", "de"], LabelPart::Less),
    (&["en", "âge", "de", "procréer"], LabelPart::NeedsAges),
    (&["en", "age", "de", "procreer"], LabelPart::NeedsAges),
    (&["of", "reproductive", "age"], LabelPart::NeedsAges),
    (&["of", "childbearing", "age"], LabelPart::NeedsAges),
    (&["of", "child", "bearing", "age"], LabelPart::NeedsAges),
    (&["en", "edad", "fértil"], LabelPart::NeedsAges),
    (&["em", "idade", "fértil"], LabelPart::NeedsAges),
    (&["target", "population"], LabelPart::NeedsAges),
    (&["population", "cible"], LabelPart::NeedsAges),
    (&["población", "objetivo"], LabelPart::NeedsAges),
    (&["população", "alvo"], LabelPart::NeedsAges),
    (&["plus", "de"], LabelPart::MoreThan),
    (&["más", "de"], LabelPart::MoreThan),
    (&["mais", "de"], LabelPart::MoreThan),
    (&["over"], LabelPart::AtLeast),
    (&["above"], LabelPart::AtLeast),
    (&["at", "least"], LabelPart::AtLeast),
    (&["and", "over"], LabelPart::AndOver),
    (&["and", "above"], LabelPart::AndOver),
    (&["and", "older"], LabelPart::AndOver),
    (&["and", "more"], LabelPart::AndOver),
    (&["and", "up"], LabelPart::AndOver),
    (&["or", "over"], LabelPart::AndOver),
    (&["or", "above"], LabelPart::AndOver),
    (&["or", "older"], LabelPart::AndOver),
    (&["or", "more"], LabelPart::AndOver),
    (&["plus"], LabelPart::AndOver),
    (&["et", "plus"], LabelPart::AndOver),
    (&["ou", "plus"], LabelPart::AndOver),
    (&["et", "au", "delà"], LabelPart::AndOver),
    (&["y", "más"], LabelPart::AndOver),
    (&["o", "más"], LabelPart::AndOver),
    (&["e", "mais"], LabelPart::AndOver),
    (&["ou", "mais"], LabelPart::AndOver),
];

/// Whether a phrase speaks of people.
pub(super) fn names_people(phrase: &[Token]) -> bool {
    let is_people =
        |token: &Token| matches!(token, Token::Word(word) if meaning(word) == Some(Word::People));
    phrase.iter().any(is_people)
}

/// Words between the ends of a range.
const BETWEEN: &[&str] = &["to", "à", "a"];

/// A phrase at the beginning of the tokens, and how many of them it takes.
pub(super) fn phrase(tokens: &[Token]) -> Option<(LabelPart, usize)> {
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word(word)) => Some(word.as_str()),
        _ => None,
    };
    if word(0).is_some_and(|word| BETWEEN.contains(&word))
        && matches!(tokens.get(1), Some(Token::Number(_)))
    {
        return Some((LabelPart::To, 1));
    }
    let (words, part) = PHRASES
        .iter()
        .find(|(words, _)| words.iter().enumerate().all(|(at, w)| word(at) == Some(w)))?;
    Some((*part, words.len()))
}

/// Words and signs; `None` for a sign that may turn the meaning, or a number without end.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
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
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {
                if tokens.last() != Some(&Token::Dash) {
                    tokens.push(Token::Dash);
                }
            }
            // `<=` counts the age itself too, which `<` does not.
            '<' if chars.peek() != Some(&'=') => tokens.push(Token::Less),
            '>' if chars.next_if_eq(&'=').is_some() => tokens.push(Token::Plus),
            '>' => tokens.push(Token::Greater),
            '+' | '≥' => tokens.push(Token::Plus),
            '&' => tokens.push(Token::Word("and".to_owned())),
            c if c.is_alphabetic() => {
                let mut word = String::from(c);
                while let Some(w) = chars.next_if(|c| c.is_alphabetic()) {
                    word.push(w);
                }
                // `d'âge`: an article, whose letter alone would be a unit.
                if chars.next_if(|c| matches!(c, '\'' | '’')).is_none() {
                    tokens.push(Token::Word(word));
                }
            }
            ',' | '.' | ';' | ':' | '(' | ')' | '[' | ']' | '\'' | '’' | '"' | '/' | '_' => {}
            c if c.is_whitespace() => {}
            _ => return None,
        }
    }
    Some(tokens)
}
