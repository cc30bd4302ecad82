//! Period texts.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use super::{Period, PeriodType};

/// A text that is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a DHIS2 period, expected a text such as 2025, 2025April, 202501, 2025Q1 or 2025W7"
)]
pub struct PeriodError(pub String);

/// What stands between the year and the number, for types that have such a word.
const WORDS: [(PeriodType, &str); 21] = [
    (PeriodType::Weekly, "W"),
    (PeriodType::WeeklyWednesday, "WedW"),
    (PeriodType::WeeklyThursday, "ThuW"),
    (PeriodType::WeeklyFriday, "FriW"),
    (PeriodType::WeeklySaturday, "SatW"),
    (PeriodType::WeeklySunday, "SunW"),
    (PeriodType::BiWeekly, "BiW"),
    (PeriodType::Quarterly, "Q"),
    (PeriodType::QuarterlyNov, "NovQ"),
    (PeriodType::SixMonthly, "S"),
    (PeriodType::SixMonthlyApril, "AprilS"),
    (PeriodType::SixMonthlyNov, "NovS"),
    (PeriodType::Yearly, ""),
    (PeriodType::FinancialFeb, "Feb"),
    (PeriodType::FinancialApril, "April"),
    (PeriodType::FinancialJuly, "July"),
    (PeriodType::FinancialAug, "Aug"),
    (PeriodType::FinancialSep, "Sep"),
    (PeriodType::FinancialOct, "Oct"),
    (PeriodType::FinancialNov, "Nov"),
    (PeriodType::Monthly, ""),
];

fn word(kind: PeriodType) -> &'static str {
    WORDS
        .iter()
        .find(|(k, _)| *k == kind)
        .map_or("", |(_, word)| word)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, number) = self.parts();
        match self.kind() {
            PeriodType::Daily => {
                let day = self.start();
                write!(f, "{:04}{:02}{:02}", day.year(), day.month(), day.day())
            }
            PeriodType::Monthly => write!(f, "{year:04}{number:02}"),
            PeriodType::BiMonthly => write!(f, "{year:04}{number:02}B"),
            kind if kind.is_year() => write!(f, "{year:04}{}", word(kind)),
            kind => write!(f, "{year:04}{}{number}", word(kind)),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    /// Reads a period text. Upper and lower case matter, blanks are not allowed;
    /// `2025-01` and `2025-01-31` are taken for a month and a day, as DHIS2 does.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| PeriodError(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Period> {
    let (year, rest) = text.split_at_checked(4)?;
    let year: i16 = digits(year)?.try_into().ok()?;
    let day = |month: &str, day: &str| {
        let date = Date::new(
            year,
            digits(month)?.try_into().ok()?,
            digits(day)?.try_into().ok()?,
        )
        .ok()?;
        Period::holding(PeriodType::Daily, date)
    };
    let numbered = |kind, number: &str| Period::numbered(kind, year, digits(number)?);
    match (rest.len(), rest.as_bytes()) {
        (0, _) => return Period::numbered(PeriodType::Yearly, year, 1),
        (2, _) if digits(rest).is_some() => return numbered(PeriodType::Monthly, rest),
        (3, [b'-', ..]) => return numbered(PeriodType::Monthly, rest.get(1..)?),
        (3, [.., b'B']) => return numbered(PeriodType::BiMonthly, rest.get(..2)?),
        (4, _) if digits(rest).is_some() => return day(rest.get(..2)?, rest.get(2..)?),
        (6, [b'-', _, _, b'-', ..]) => return day(rest.get(1..3)?, rest.get(4..)?),
        _ => {}
    }
    WORDS
        .iter()
        .filter(|(_, word)| !word.is_empty())
        .find_map(|&(kind, word)| {
            let number = rest.strip_prefix(word)?;
            match number {
                "" if kind.is_year() => Period::numbered(kind, year, 1),
                // No leading zeros, as the server writes none.
                _ if kind.is_year() || number.starts_with('0') => None,
                number => numbered(kind, number),
            }
        })
}

fn digits(text: &str) -> Option<u16> {
    (!text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}
