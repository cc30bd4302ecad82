//! Formulas over bands: `f15 + f20`, `f05*1/5 + f10`.

use std::fmt;
use std::str::FromStr;

use pop_sums::Sex;

/// A fraction of whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// Above the line.
    pub over: u32,
    /// Below it; never zero.
    pub under: u32,
}

impl Ratio {
    /// As a number.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.over) / f64::from(self.under)
    }

    /// The same value in the smallest numbers.
    #[must_use]
    pub fn reduced(over: u32, under: u32) -> Self {
        let (mut a, mut b) = (over, under);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let divisor = a.max(1);
        Self {
            over: over / divisor,
            under: under.max(1) / divisor,
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.under == 1 {
            write!(f, "{}", self.over)
        } else {
            write!(f, "{}/{}", self.over, self.under)
        }
    }
}

/// A band times a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Sex of the band; `Total` for both.
    pub sex: Sex,
    /// First age of the band.
    pub from: u32,
    /// How much of it.
    pub weight: Ratio,
}

/// A sum of terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula(pub Vec<Term>);

/// A text that is not a formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is not a formula: {what}; expected bands such as f15, m05, t00 joined by +, each with a weight such as *1/4"
)]
pub struct FormulaError {
    text: String,
    what: String,
}

impl FromStr for Formula {
    type Err = FormulaError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = |what: String| FormulaError {
            text: text.to_owned(),
            what,
        };
        let terms: Vec<Term> = text
            .split('+')
            .map(|part| term(part).map_err(error))
            .collect::<Result<_, _>>()?;
        for (index, term) in terms.iter().enumerate() {
            let same_ages = |other: &&Term| other.from == term.from;
            for other in terms[..index].iter().filter(same_ages) {
                if other.sex == term.sex {
                    return Err(error(format!(
                        "{}{:02} is there twice",
                        term.sex, term.from
                    )));
                }
            }
        }
        let mixes =
            terms.iter().any(|t| t.sex == Sex::Total) && terms.iter().any(|t| t.sex != Sex::Total);
        if mixes {
            return Err(error("t bands hold the people of f and m bands".to_owned()));
        }
        Ok(Self(terms))
    }
}

fn term(part: &str) -> Result<Term, String> {
    let (band, weight) = part
        .split_once('*')
        .map_or((part, "1"), |(band, weight)| (band, weight));
    let (band, weight) = (band.trim(), weight.trim());
    let unknown = || format!("{band:?} is not a band");
    let letter = band.get(..1).ok_or_else(unknown)?;
    let sex: Sex = letter.parse().map_err(|_| unknown())?;
    let digits = &band[1..];
    if digits.is_empty() || digits.len() > 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(unknown());
    }
    let (over, under) = weight.split_once('/').unwrap_or((weight, "1"));
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let weight = number(over)
        .zip(number(under))
        .filter(|&(over, under)| over > 0 && under > 0 && over <= under);
    let (over, under) = weight.ok_or_else(|| {
        format!(
            "{weight:?} is not a weight from above 0 to 1",
            weight = part.trim()
        )
    })?;
    Ok(Term {
        sex,
        from: digits.parse().map_err(|_| unknown())?,
        weight: Ratio::reduced(over, under),
    })
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.0.iter().enumerate() {
            let plus = if index == 0 { "" } else { " + " };
            write!(f, "{plus}{}{:02}", term.sex, term.from)?;
            if term.weight.over != term.weight.under {
                write!(f, "*{}", term.weight)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_come_back_as_text() {
        for (text, shown) in [
            ("f15+f20", "f15 + f20"),
            ("f05*1/5 + f10", "f05*1/5 + f10"),
            ("t01 * 2/8", "t01*1/4"),
            ("m5", "m05"),
        ] {
            assert_eq!(text.parse::<Formula>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "f15 +",
            "x15",
            "f150",
            "f15 f20",
            "f15*0",
            "f15*5/4",
            "f15*1/0",
            "f15 + f15",
            "t00 + f00",
            "f15*-1",
            "é1",
        ] {
            assert!(text.parse::<Formula>().is_err(), "{text}");
        }
    }
}
