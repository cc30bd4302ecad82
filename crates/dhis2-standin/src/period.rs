//! Periods: identifiers such as `2025`, `202501`, `2025Q1`, and the days they span.

mod types;

use types::SCHEMAS;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::version::Version;

/// How long the periods of a type are, and where they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Day,
    /// Weeks that begin on a day of the week; their first has its fourth day in the year.
    Weeks {
        count: i64,
        first: Weekday,
    },
    /// Months; the first period of a year begins in that month, of the year before where
    /// `early` is 1.
    Months {
        count: i32,
        first: i32,
        early: i32,
    },
}

/// A type of period.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PeriodType {
    /// Name as in `periodType` of a data set.
    pub(crate) name: &'static str,
    /// How identifiers look.
    pub(crate) format: &'static str,
    /// Duration as `GET /api/periodTypes` tells it.
    pub(crate) duration: &'static str,
    /// Days in the usual period.
    pub(crate) frequency: u32,
    /// What stands between the year and the number.
    mark: &'static str,
    length: Length,
    since: Version,
}

impl PeriodType {
    /// The type of that name.
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        SCHEMAS.iter().find(|kind| kind.name == name)
    }

    /// The types that a release knows.
    pub(crate) fn known(version: Version) -> impl Iterator<Item = &'static Self> {
        SCHEMAS.iter().filter(move |kind| kind.since <= version)
    }

    /// The name that people see.
    pub(crate) fn display_name(&self) -> String {
        let known = [
            ("Bi", "Bi-"),
            ("SixMonthly", "Six-monthly"),
            ("April", " April"),
            ("Nov", " November"),
            ("July", " July"),
            ("Oct", " October"),
            ("Feb", " February"),
            ("Aug", " August"),
            ("Wednesday", " Wednesday"),
            ("Thursday", " Thursday"),
            ("Saturday", " Saturday"),
            ("Sunday", " Sunday"),
            ("Bi-Monthly", "Bi-monthly"),
            ("Bi-Weekly", "Bi-weekly"),
        ];
        known
            .iter()
            .fold(self.name.to_owned(), |name, (word, shown)| {
                name.replace(word, shown)
            })
    }

    /// How many periods of the type begin in a year, where that is a fixed number of them.
    fn per_year(&self) -> i32 {
        match self.length {
            Length::Months { count, .. } => 12 / count,
            _ => 0,
        }
    }

    /// The first day of a numbered period of a year.
    fn start(&self, year: i32, number: i32) -> Option<Date> {
        match self.length {
            Length::Day => None,
            Length::Months {
                count,
                first,
                early,
            } => {
                let month = first - 1 + (number - 1) * count;
                let year = i16::try_from(year - early + month / 12).ok()?;
                Date::new(year, i8::try_from(month % 12 + 1).ok()?, 1).ok()
            }
            Length::Weeks { count, first } => {
                let january = Date::new(i16::try_from(year).ok()?, 1, 4).ok()?;
                let back = (7 + january.weekday().to_monday_zero_offset()
                    - first.to_monday_zero_offset())
                    % 7;
                let weeks = i64::from(number - 1) * count;
                january
                    .checked_sub(back.days())
                    .ok()?
                    .checked_add(weeks.weeks())
                    .ok()
            }
        }
    }

    fn end(&self, start: Date) -> Option<Date> {
        match self.length {
            Length::Day => Some(start),
            Length::Weeks { count, .. } => start.checked_add((7 * count - 1).days()).ok(),
            Length::Months { count, .. } => Some(
                start
                    .checked_add((count - 1).months())
                    .ok()?
                    .last_of_month(),
            ),
        }
    }

    /// The period that a day is in.
    pub(crate) fn containing(&'static self, day: Date) -> Option<Period> {
        let period = |start: Date| {
            Some(Period {
                kind: self,
                start,
                end: self.end(start)?,
            })
        };
        match self.length {
            Length::Day => period(day),
            Length::Months { count, first, .. } => {
                let months = i32::from(day.year()) * 12 + i32::from(day.month()) - 1;
                let begin = months - (months - (first - 1)).rem_euclid(count);
                let year = i16::try_from(begin.div_euclid(12)).ok()?;
                period(Date::new(year, i8::try_from(begin.rem_euclid(12) + 1).ok()?, 1).ok()?)
            }
            Length::Weeks { .. } => {
                let year = i32::from(day.year());
                let starts = (year - 1..=year + 1)
                    .flat_map(|year| (1..=53).filter_map(move |week| self.start(year, week)));
                period(starts.filter(|start| *start <= day).max()?)
            }
        }
    }
}

/// A period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) kind: &'static PeriodType,
    pub(crate) start: Date,
    pub(crate) end: Date,
}

impl Period {
    /// The period of that identifier, in any spelling that DHIS2 reads.
    pub(crate) fn parse(version: Version, id: &str) -> Option<Self> {
        if !id.is_ascii() || id.len() < 4 {
            return None;
        }
        let (year, rest) = id.split_at(4);
        if !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let year: i32 = year.parse().ok()?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let plain = rest
            .strip_prefix('-')
            .map_or(rest.to_owned(), |rest| rest.replacen('-', "", 1));
        if plain.len() == 4 && digits(&plain) && matches!(rest.len(), 4 | 6) {
            let month = plain[..2].parse().ok()?;
            let start =
                Date::new(i16::try_from(year).ok()?, month, plain[2..].parse().ok()?).ok()?;
            return PeriodType::find("Daily")?.containing(start);
        }
        if plain.len() == 2 && digits(&plain) && matches!(rest.len(), 2 | 3) {
            return Self::numbered(PeriodType::find("Monthly")?, year, &plain);
        }
        if let Some(number) = rest.strip_suffix('B').filter(|number| number.len() == 2) {
            return Self::numbered(PeriodType::find("BiMonthly")?, year, number);
        }
        let number = rest.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        let mark = &rest[..rest.len() - number.len()];
        let kind = PeriodType::known(version).find(|kind| {
            kind.mark == mark && (number.is_empty() == (kind.per_year() == 1)) && kind.mark != "MM"
        })?;
        Self::numbered(kind, year, if number.is_empty() { "1" } else { number })
    }

    fn numbered(kind: &'static PeriodType, year: i32, number: &str) -> Option<Self> {
        if number.len() > 2 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number: i32 = number.parse().ok()?;
        let most = match kind.length {
            Length::Weeks { count: 2, .. } => 27,
            Length::Weeks { .. } => 53,
            _ => kind.per_year(),
        };
        if !(1..=most).contains(&number) {
            return None;
        }
        let start = kind.start(year, number)?;
        Some(Self {
            kind,
            start,
            end: kind.end(start)?,
        })
    }

    /// The identifier in its usual spelling.
    pub(crate) fn id(&self) -> String {
        let (year, month) = (i32::from(self.start.year()), i32::from(self.start.month()));
        match self.kind.length {
            Length::Day => format!("{year:04}{month:02}{:02}", self.start.day()),
            Length::Weeks { .. } => {
                let found = (year - 1..=year + 1)
                    .rev()
                    .flat_map(|year| (1..=53).map(move |week| (year, week)))
                    .find(|(year, week)| self.kind.start(*year, *week) == Some(self.start));
                let (year, week) = found.unwrap_or((year, 1));
                format!("{year:04}{}{week}", self.kind.mark)
            }
            Length::Months {
                count,
                first,
                early,
            } => {
                let number = (month - first).rem_euclid(12) / count + 1;
                let begun = if month < first { year - 1 } else { year };
                let year = begun + early;
                match self.kind.name {
                    "Monthly" => format!("{year:04}{number:02}"),
                    "BiMonthly" => format!("{year:04}{number:02}B"),
                    _ if self.kind.per_year() == 1 => format!("{year:04}{}", self.kind.mark),
                    _ => format!("{year:04}{}{number}", self.kind.mark),
                }
            }
        }
    }

    /// The period that many periods later.
    pub(crate) fn shifted(&self, by: i64) -> Option<Self> {
        let start = match self.kind.length {
            Length::Day => self.start.checked_add(by.days()),
            Length::Weeks { count, .. } => self.start.checked_add((by * count).weeks()),
            Length::Months { count, .. } => {
                self.start.checked_add((by * i64::from(count)).months())
            }
        }
        .ok()?;
        Some(Self {
            kind: self.kind,
            start,
            end: self.kind.end(start)?,
        })
    }

    /// The last period that is open with that many open future periods
    /// (`PeriodType.getFuturePeriod`).
    pub(crate) fn last_open(kind: &'static PeriodType, today: Date, future: i64) -> Option<Self> {
        kind.containing(today)?.shifted(future - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(id: &str) -> Option<(String, String, String)> {
        Period::parse(Version::V43, id).map(|p| (p.id(), p.start.to_string(), p.end.to_string()))
    }

    #[test]
    fn identifiers_span_their_days() {
        let known = [
            ("2025", "2025", "2025-01-01", "2025-12-31"),
            ("2025-01", "202501", "2025-01-01", "2025-01-31"),
            ("20250315", "20250315", "2025-03-15", "2025-03-15"),
            ("2025-03-15", "20250315", "2025-03-15", "2025-03-15"),
            ("202502B", "202502B", "2025-03-01", "2025-04-30"),
            ("2025Q4", "2025Q4", "2025-10-01", "2025-12-31"),
            ("2025S1", "2025S1", "2025-01-01", "2025-06-30"),
            ("2025AprilS1", "2025AprilS1", "2025-04-01", "2025-09-30"),
            ("2025NovS1", "2025NovS1", "2024-11-01", "2025-04-30"),
            ("2025April", "2025April", "2025-04-01", "2026-03-31"),
            ("2025Nov", "2025Nov", "2024-11-01", "2025-10-31"),
            ("2025W1", "2025W1", "2024-12-30", "2025-01-05"),
            ("2025BiW3", "2025BiW3", "2025-01-27", "2025-02-09"),
        ];
        for (id, same, start, end) in known {
            assert_eq!(
                span(id),
                Some((same.into(), start.into(), end.into())),
                "{id}"
            );
        }
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for id in [
            "",
            "abc",
            "25",
            "20251",
            "202513",
            "2025Q5",
            "2025q1",
            "2025 ",
            "2025-13-01",
            "2025July1",
            "2025W60",
        ] {
            assert_eq!(span(id), None, "{id}");
        }
        assert!(Period::parse(Version::V41, "2025Sep").is_none());
    }

    #[test]
    fn open_future_periods_are_counted_from_the_last_closed_one() {
        let yearly = PeriodType::find("Yearly").unwrap();
        let today = Date::constant(2026, 11, 22);
        assert_eq!(Period::last_open(yearly, today, 0).unwrap().id(), "2025");
        assert_eq!(Period::last_open(yearly, today, 5).unwrap().id(), "2030");
        let monthly = PeriodType::find("Monthly").unwrap();
        assert_eq!(Period::last_open(monthly, today, 0).unwrap().id(), "202610");
    }
}
