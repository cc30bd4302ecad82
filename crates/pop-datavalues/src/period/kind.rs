//! Period types.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};

use super::Period;

/// A DHIS2 period type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeriodType {
    Daily,
    Weekly,
    WeeklyWednesday,
    WeeklyThursday,
    WeeklyFriday,
    WeeklySaturday,
    WeeklySunday,
    BiWeekly,
    Monthly,
    BiMonthly,
    Quarterly,
    QuarterlyNov,
    SixMonthly,
    SixMonthlyApril,
    SixMonthlyNov,
    Yearly,
    FinancialFeb,
    FinancialApril,
    FinancialJuly,
    FinancialAug,
    FinancialSep,
    FinancialOct,
    FinancialNov,
}

/// A text that names no period type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a period type, expected Yearly, FinancialApril, FinancialJuly, Monthly, Quarterly, …"
)]
pub struct UnknownPeriodType(pub String);

/// How a type cuts time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum YearDivision {
    Days,
    /// Weeks beginning on a weekday, so many to a period.
    Weeks(Weekday, u16),
    /// So many months to a period; the first one of year Y starts in this month, of Y or of the year before.
    Months {
        length: i8,
        first: i8,
        of_year_before: bool,
    },
}

impl PeriodType {
    /// Every type, short ones first.
    pub const ALL: [Self; 23] = [
        Self::Daily,
        Self::Weekly,
        Self::WeeklyWednesday,
        Self::WeeklyThursday,
        Self::WeeklyFriday,
        Self::WeeklySaturday,
        Self::WeeklySunday,
        Self::BiWeekly,
        Self::Monthly,
        Self::BiMonthly,
        Self::Quarterly,
        Self::QuarterlyNov,
        Self::SixMonthly,
        Self::SixMonthlyApril,
        Self::SixMonthlyNov,
        Self::Yearly,
        Self::FinancialFeb,
        Self::FinancialApril,
        Self::FinancialJuly,
        Self::FinancialAug,
        Self::FinancialSep,
        Self::FinancialOct,
        Self::FinancialNov,
    ];

    /// Whether a period is a year long.
    #[must_use]
    pub fn is_year(self) -> bool {
        matches!(self.cut(), YearDivision::Months { length: 12, .. })
    }

    /// Whether a period is made of weeks.
    #[must_use]
    pub const fn is_weeks(self) -> bool {
        matches!(self.cut(), YearDivision::Weeks(..))
    }

    pub(super) const fn cut(self) -> YearDivision {
        const fn months(length: i8, first: i8, of_year_before: bool) -> YearDivision {
            YearDivision::Months {
                length,
                first,
                of_year_before,
            }
        }
        match self {
            Self::Daily => YearDivision::Days,
            Self::Weekly => YearDivision::Weeks(Weekday::Monday, 1),
            Self::WeeklyWednesday => YearDivision::Weeks(Weekday::Wednesday, 1),
            Self::WeeklyThursday => YearDivision::Weeks(Weekday::Thursday, 1),
            Self::WeeklyFriday => YearDivision::Weeks(Weekday::Friday, 1),
            Self::WeeklySaturday => YearDivision::Weeks(Weekday::Saturday, 1),
            Self::WeeklySunday => YearDivision::Weeks(Weekday::Sunday, 1),
            Self::BiWeekly => YearDivision::Weeks(Weekday::Monday, 2),
            Self::Monthly => months(1, 1, false),
            Self::BiMonthly => months(2, 1, false),
            Self::Quarterly => months(3, 1, false),
            Self::QuarterlyNov => months(3, 11, true),
            Self::SixMonthly => months(6, 1, false),
            Self::SixMonthlyApril => months(6, 4, false),
            Self::SixMonthlyNov => months(6, 11, true),
            Self::Yearly => months(12, 1, false),
            Self::FinancialFeb => months(12, 2, false),
            Self::FinancialApril => months(12, 4, false),
            Self::FinancialJuly => months(12, 7, false),
            Self::FinancialAug => months(12, 8, false),
            Self::FinancialSep => months(12, 9, false),
            Self::FinancialOct => months(12, 10, false),
            Self::FinancialNov => months(12, 11, true),
        }
    }

    /// The highest number within a year.
    pub(crate) const fn most_per_year(self) -> u16 {
        match self.cut() {
            YearDivision::Days => 366,
            YearDivision::Weeks(_, weeks) => 53_u16.div_ceil(weeks),
            YearDivision::Months { length, .. } => 12 / length.unsigned_abs() as u16,
        }
    }
}

impl fmt::Display for PeriodType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl FromStr for PeriodType {
    type Err = UnknownPeriodType;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.to_string().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownPeriodType(text.to_owned()))
    }
}

impl Period {
    /// The period with a number within a year; `None` when the year has no such number.
    #[must_use]
    pub fn numbered(kind: PeriodType, year: i16, number: u16) -> Option<Self> {
        if number == 0 || number > kind.most_per_year() {
            return None;
        }
        let (start, end) = match kind.cut() {
            YearDivision::Days => {
                let day = Date::new(year, 1, 1)
                    .ok()?
                    .checked_add(jiff::Span::new().days(i64::from(number) - 1))
                    .ok()?;
                (day, day)
            }
            YearDivision::Weeks(weekday, weeks) => {
                let first = first_week(year, weekday)?;
                let days = 7 * i64::from(weeks);
                let start = first
                    .checked_add(jiff::Span::new().days((i64::from(number) - 1) * days))
                    .ok()?;
                // The last week may belong to the next year, the last pair of weeks may reach into it.
                if start >= first_week(year + 1, weekday)? {
                    return None;
                }
                (
                    start,
                    start.checked_add(jiff::Span::new().days(days - 1)).ok()?,
                )
            }
            YearDivision::Months {
                length,
                first,
                of_year_before,
            } => {
                let year = if of_year_before { year - 1 } else { year };
                let first = Date::new(year, first, 1).ok()?;
                let after = |periods: u16| {
                    let months = i64::from(length) * i64::from(periods);
                    first.checked_add(jiff::Span::new().months(months)).ok()
                };
                (after(number - 1)?, after(number)?.yesterday().ok()?)
            }
        };
        (kind != PeriodType::Daily || start.year() == year).then_some(Self {
            kind,
            year,
            number,
            start,
            end,
        })
    }

    pub(super) const fn parts(&self) -> (i16, u16) {
        (self.year, self.number)
    }
}

/// First day of week 1: the week that holds 4 January (ISO 8601, also for weeks that begin on other days).
fn first_week(year: i16, weekday: Weekday) -> Option<Date> {
    let fourth = Date::new(year, 1, 4).ok()?;
    let back = i64::from(fourth.weekday().since(weekday));
    fourth.checked_sub(jiff::Span::new().days(back)).ok()
}
