//! DHIS2 periods: their types, their texts, the days they span.
//!
//! Texts are those of `Period.Input.of` (2.43) and `DateUnitType` before it, in
//! the Gregorian calendar. Servers with another calendar use other texts.

mod kind;
mod text;

use jiff::civil::Date;

use kind::YearDivision;
pub use kind::{PeriodType, UnknownPeriodType};
pub use text::PeriodError;

/// A period of a type, with the year and the number within the year that its text carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    kind: PeriodType,
    year: i16,
    number: u16,
    start: Date,
    end: Date,
}

impl Period {
    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> PeriodType {
        self.kind
    }

    /// First day.
    #[must_use]
    pub const fn start(&self) -> Date {
        self.start
    }

    /// Last day.
    #[must_use]
    pub const fn end(&self) -> Date {
        self.end
    }

    /// The period of a type that holds a day; `None` beyond year 9999.
    #[must_use]
    pub fn holding(kind: PeriodType, day: Date) -> Option<Self> {
        let near = |year: i16| {
            (1..=kind.most_per_year()).filter_map(move |n| Self::numbered(kind, year, n))
        };
        [day.year(), day.year() - 1, day.year() + 1]
            .into_iter()
            .flat_map(near)
            .find(|period| period.start <= day && day <= period.end)
    }

    /// The period after this one.
    #[must_use]
    pub fn next(&self) -> Option<Self> {
        Self::holding(self.kind, self.end.tomorrow().ok()?)
    }

    /// The period before this one.
    #[must_use]
    pub fn previous(&self) -> Option<Self> {
        Self::holding(self.kind, self.start.yesterday().ok()?)
    }

    /// The calendar year most of its days lie in; `None` when two years share them evenly by months.
    #[must_use]
    pub fn main_year(&self) -> Option<i16> {
        let (first, last) = (self.start.year(), self.end.year());
        if first == last {
            return Some(first);
        }
        if let YearDivision::Weeks(..) = self.kind.cut() {
            let days_before = self.start.days_in_year() - self.start.day_of_year() + 1;
            let is_last = self.end.day_of_year() > days_before;
            return Some(if is_last { last } else { first });
        }
        let months_after = i32::from(self.end.month());
        let months_before = 13 - i32::from(self.start.month());
        match months_before.cmp(&months_after) {
            std::cmp::Ordering::Greater => Some(first),
            std::cmp::Ordering::Less => Some(last),
            std::cmp::Ordering::Equal => None,
        }
    }
}

#[cfg(test)]
mod tests;
