//! Ages and sex as people and option codes write them.

mod code;
mod label;
mod matching;
mod notation;

use std::fmt;

use pop_sums::Sex;

pub use code::{CodeReading, code_names_everybody, code_names_everybody_divided, read_code};
pub use label::{
    Label, names_everybody, names_everybody_divided, names_sex_by_letter, read_label, read_sex,
    unknown_word,
};
pub use matching::{UnclearMeaning, match_code_and_label, sex_of};
pub use notation::{group_token, read_group_token};

/// An age. Months and days are not converted into each other: one of the two is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Age {
    /// Whole months.
    pub months: u32,
    /// Days, for the first weeks of life.
    pub days: u32,
}

/// Ages from one, inclusive, to another, exclusive; open when there is no upper one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ages {
    /// First age counted.
    pub from: Age,
    /// First age no longer counted.
    pub to: Option<Age>,
}

/// What ages are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AgeUnit {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months.
    Months,
    /// Years.
    Years,
}

impl AgeUnit {
    /// So many of them, as an age.
    #[must_use]
    pub const fn times(self, count: u32) -> Age {
        match self {
            Self::Days => Age {
                months: 0,
                days: count,
            },
            Self::Weeks => Age {
                months: 0,
                days: count.saturating_mul(7),
            },
            Self::Months => Age {
                months: count,
                days: 0,
            },
            Self::Years => Age {
                months: count.saturating_mul(12),
                days: 0,
            },
        }
    }
}

impl Ages {
    /// Everybody.
    pub const ALL: Self = Self {
        from: Age { months: 0, days: 0 },
        to: None,
    };

    /// From so many to so many of a unit, the upper one excluded.
    #[must_use]
    pub const fn between(unit: AgeUnit, from: u32, to: u32) -> Self {
        Self {
            from: unit.times(from),
            to: Some(unit.times(to)),
        }
    }

    /// So many and over.
    #[must_use]
    pub const fn from(unit: AgeUnit, from: u32) -> Self {
        Self {
            from: unit.times(from),
            to: None,
        }
    }

    /// Bounds in months, `None` when one of them is in days.
    #[must_use]
    pub const fn months(&self) -> Option<(u32, Option<u32>)> {
        match (self.from, self.to) {
            (Age { days: 0, months }, None) => Some((months, None)),
            (
                Age { days: 0, months },
                Some(Age {
                    days: 0,
                    months: to,
                }),
            ) => Some((months, Some(to))),
            _ => None,
        }
    }
}

impl fmt::Display for Ages {
    /// As people write it, the last age included: `0-4 years`, `12-23 months`, `<1 year`, `15+ years`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ALL {
            return f.write_str("all ages");
        }
        let in_days = self.from.days > 0 || self.to.is_some_and(|to| to.days > 0);
        // The second year of life is spoken of in months.
        let is_second_year = self.from.months > 0 && self.to.is_some_and(|to| to.months <= 24);
        let in_years = !is_second_year
            && self.from.months.is_multiple_of(12)
            && self.to.is_none_or(|to| to.months.is_multiple_of(12));
        let (count, unit): (fn(Age) -> u32, &str) = match (in_days, in_years) {
            (true, _) => (|age| age.days, "days"),
            (false, true) => (|age| age.months / 12, "years"),
            (false, false) => (|age| age.months, "months"),
        };
        match (count(self.from), self.to.map(count)) {
            (from, None) => write!(f, "{from}+ {unit}"),
            (0, Some(1)) => write!(f, "<1 {}", unit.trim_end_matches('s')),
            (from, Some(to)) if to == from + 1 => write!(f, "{from} {unit}"),
            (from, Some(to)) => write!(f, "{from}-{} {unit}", to.saturating_sub(1)),
        }
    }
}

/// `women, 15-49 years`, `everybody`.
#[must_use]
pub fn group_words(sex: Option<Sex>, ages: Ages) -> String {
    let people = match sex {
        Some(Sex::Female) => "women",
        Some(Sex::Male) => "men",
        _ => "",
    };
    match people {
        "" if ages == Ages::ALL => "everybody".to_owned(),
        "" => ages.to_string(),
        people => format!("{people}, {ages}"),
    }
}

#[cfg(test)]
mod tests;
