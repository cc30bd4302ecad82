//! Which years' people go into which periods.
//!
//! Population is a stock: a count at a day. A yearly figure serves its year's
//! months as it is, or moves in a straight line to the next year's; it is never
//! divided by twelve.

mod error;
mod period_table;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{Period, PeriodType};
pub use error::ReferencePeriodError;
pub use period_table::uneven_years;
use period_table::{by_table, check_beside_table, table_years};

/// So many years are people carried forward at most: a growth of this year says nothing of the next century.
const MOST_YEARS: i32 = 50;

/// The day the people of a period are counted at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// The day the product names for its year.
    AsPublished,
    /// The middle of the year: the mean of a year and the next.
    MidYear,
}

/// Which year serves a period that lies in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YearRule {
    /// The one it starts in.
    Start,
    /// The one it ends in.
    End,
    /// The one most of its months lie in.
    Majority,
}

/// How a year serves shorter periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithinYear {
    /// As it is.
    Repeat,
    /// In a straight line to the next year, by the first day of the period.
    Linear,
}

/// How years become periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Type of the periods.
    pub kind: PeriodType,
    /// The day counted at.
    pub reference: Reference,
    /// For periods that lie in two years.
    pub year_rule: Option<YearRule>,
    /// For months and quarters.
    pub within_year: WithinYear,
}

/// A period and the years that go into it, with their weights.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferencePeriod {
    /// The period, in the server's text.
    pub period: String,
    /// Years and weights, which add up to 1; a single `None` where the sums name no year.
    pub parts: Vec<(Option<i32>, f64)>,
    /// How far into the first year the people are counted, as a share of it: 0 for its first day.
    pub into_year: f64,
    /// The word for comments, when years were mixed.
    pub method: Option<&'static str>,
    /// Where the people of the only part are carried forward to.
    pub carried: Option<CarriedForward>,
}

/// How far the people of a year are carried forward.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CarriedForward {
    /// The year they are counted in.
    pub from: i32,
    /// The year of the period.
    pub to: i32,
    /// Years between the two days that people are counted at.
    pub years: f64,
}

impl CarriedForward {
    /// People of the period over those of the year they are from, at a growth in one year given as a share.
    #[must_use]
    pub fn factor(&self, growth: f64) -> f64 {
        (1.0 + growth).powf(self.years)
    }
}

/// The reference periods of a run: of one period, or of every year there is.
///
/// # Errors
/// See [`ReferencePeriodError`].
pub fn reference_periods(
    years: &BTreeSet<Option<i32>>,
    asked: Option<Period>,
    rules: &Rules,
    calendar: &str,
    table: &BTreeMap<String, String>,
) -> Result<Vec<ReferencePeriod>, ReferencePeriodError> {
    if rules.reference == Reference::MidYear && rules.within_year == WithinYear::Linear {
        return Err(ReferencePeriodError::MidYearMoves);
    }
    let is_gregorian = matches!(calendar, "iso8601" | "gregorian");
    if !is_gregorian || !table.is_empty() {
        check_beside_table(table, rules)?;
        return match asked {
            Some(period) => Err(ReferencePeriodError::AskedBesideTable(period.to_string())),
            None => by_table(years, rules, calendar, table),
        };
    }
    if let Some(period) = asked {
        return Ok(vec![of_period(years, period, rules)?]);
    }
    if rules.kind == PeriodType::Daily {
        return Err(ReferencePeriodError::Kind(rules.kind));
    }
    let known: Vec<i32> = years
        .iter()
        .map(|year| year.ok_or(ReferencePeriodError::NoYear))
        .collect::<Result<_, _>>()?;
    let mut reference_periods = Vec::new();
    for year in starting_years(&known, rules)? {
        for period in periods_of(year, rules)? {
            reference_periods.push(mix(
                years,
                Some(year),
                period.to_string(),
                share_of_year(&period, Some(year)),
                rules,
            )?);
        }
    }
    Ok(reference_periods)
}

/// Years that make periods. Where a year needs the next one, the last year is only the end of the one before.
fn starting_years(known: &[i32], rules: &Rules) -> Result<Vec<i32>, ReferencePeriodError> {
    let needs_next =
        rules.reference == Reference::MidYear || rules.within_year == WithinYear::Linear;
    match known {
        [.., _] if !needs_next => Ok(known.to_vec()),
        [year] => Err(ReferencePeriodError::NextYear {
            year: *year,
            missing: year + 1,
            purpose: purpose(rules),
        }),
        [first @ .., _] => Ok(first.to_vec()),
        [] => Err(ReferencePeriodError::NoYear),
    }
}

const fn purpose(rules: &Rules) -> &'static str {
    match rules.reference {
        Reference::MidYear => "the mid-year mean",
        Reference::AsPublished => "the line through the months",
    }
}

/// The year that serves a period under the rules. Without one a week takes the year of most of its days, another period of less than a
/// year the one it starts in.
fn year_of(period: &Period, rule: Option<YearRule>) -> Result<i32, ReferencePeriodError> {
    let (start, end) = (period.start().year(), period.end().year());
    if start == end {
        return Ok(start.into());
    }
    let of_length = match period.kind() {
        kind if kind.is_year() => None,
        // A week is numbered in the year that most of its days lie in.
        kind if kind.is_weeks() => Some(YearRule::Majority),
        _ => Some(YearRule::Start),
    };
    let rule = rule.or(of_length);
    Ok(
        match rule.ok_or_else(|| ReferencePeriodError::NoRule(period.to_string()))? {
            YearRule::Start => start.into(),
            YearRule::End => end.into(),
            YearRule::Majority => period
                .main_year()
                .ok_or_else(|| ReferencePeriodError::Tie(period.to_string()))?
                .into(),
        },
    )
}

fn periods_of(year: i32, rules: &Rules) -> Result<Vec<Period>, ReferencePeriodError> {
    let Ok(short) = i16::try_from(year) else {
        return Err(ReferencePeriodError::NoYear);
    };
    let near = (short - 1..=short + 1).flat_map(|y| {
        (1..=rules.kind.most_per_year()).filter_map(move |n| Period::numbered(rules.kind, y, n))
    });
    let mut periods = Vec::new();
    for period in near {
        if year_of(&period, rules.year_rule)? == year {
            periods.push(period);
        }
    }
    Ok(periods)
}

fn of_period(
    years: &BTreeSet<Option<i32>>,
    period: Period,
    rules: &Rules,
) -> Result<ReferencePeriod, ReferencePeriodError> {
    let span = i32::from(period.start().year())..=i32::from(period.end().year());
    let inside: Vec<i32> = years
        .iter()
        .flatten()
        .copied()
        .filter(|year| span.contains(year))
        .collect();
    let year = match year_of(&period, rules.year_rule) {
        _ if years.len() == 1 && years.contains(&None) => None,
        Ok(year) => Some(year),
        // Without a rule a single year inside the period is the one meant.
        Err(ReferencePeriodError::NoRule(_)) if inside.len() == 1 => Some(inside[0]),
        Err(error) => return Err(error),
    };
    if !years.contains(&year) {
        let list: Vec<String> = years.iter().flatten().map(i32::to_string).collect();
        return Err(ReferencePeriodError::NoSums {
            period: period.to_string(),
            needed: year.map_or_else(String::new, |year| year.to_string()),
            found: if list.is_empty() {
                "none".to_owned()
            } else {
                list.join(", ")
            },
        });
    }
    mix(
        years,
        year,
        period.to_string(),
        share_of_year(&period, year),
        rules,
    )
}

/// How far into its year a period of less than a year starts; one that starts in the year before counts from the first day.
fn share_of_year(period: &Period, year: Option<i32>) -> f64 {
    let start = period.start();
    let is_before = year.is_some_and(|year| i32::from(start.year()) < year);
    if period.kind().is_year() || is_before {
        return 0.0;
    }
    let days = Date::new(start.year(), 1, 1).map_or(365, |first| first.days_in_year());
    f64::from(start.day_of_year() - 1) / f64::from(days)
}

fn mix(
    years: &BTreeSet<Option<i32>>,
    year: Option<i32>,
    period: String,
    share: f64,
    rules: &Rules,
) -> Result<ReferencePeriod, ReferencePeriodError> {
    let (weight, method) = match (rules.reference, rules.within_year) {
        (Reference::MidYear, _) => (0.5, Some("mid-year")),
        (_, WithinYear::Linear) if share > 0.0 => (share, Some("linear")),
        _ => {
            return Ok(ReferencePeriod {
                period,
                parts: vec![(year, 1.0)],
                into_year: 0.0,
                method: None,
                carried: None,
            });
        }
    };
    let year = year.ok_or(ReferencePeriodError::NoYear)?;
    if !years.contains(&Some(year + 1)) {
        return Err(ReferencePeriodError::NextYear {
            year,
            missing: year + 1,
            purpose: purpose(rules),
        });
    }
    let parts = vec![(Some(year), 1.0 - weight), (Some(year + 1), weight)];
    Ok(ReferencePeriod {
        period,
        parts,
        into_year: weight,
        method,
        carried: None,
    })
}

/// A period that the last year at hand is carried forward to.
///
/// # Errors
/// Sums that say no year or reach the period's; a period that no year serves.
pub fn projected_period(
    years: &BTreeSet<Option<i32>>,
    period: Period,
    rules: &Rules,
    calendar: &str,
    table: &BTreeMap<String, String>,
) -> Result<ReferencePeriod, ReferencePeriodError> {
    if rules.reference == Reference::MidYear && rules.within_year == WithinYear::Linear {
        return Err(ReferencePeriodError::MidYearMoves);
    }
    let needed = if table.is_empty() && matches!(calendar, "iso8601" | "gregorian") {
        year_of(&period, rules.year_rule)?
    } else {
        check_beside_table(table, rules)?;
        let text = period.to_string();
        let year = table.iter().find(|(_, theirs)| **theirs == text);
        year.and_then(|(year, _)| year.parse().ok())
            .ok_or_else(|| ReferencePeriodError::NotOfTable {
                year: table_years(table)
                    .last()
                    .zip(text.parse::<i32>().ok())
                    .map(|((year, theirs), asked)| year + asked - theirs),
                period: text,
            })?
    };
    let last = years.iter().max().copied().flatten();
    let last = last.ok_or(ReferencePeriodError::NoYear)?;
    if needed - last > MOST_YEARS {
        return Err(ReferencePeriodError::TooFar {
            period: period.to_string(),
            last,
        });
    }
    if last >= needed {
        return Err(ReferencePeriodError::NothingToProject {
            period: period.to_string(),
            last,
            needed,
        });
    }
    let (into_year, method) = match (rules.reference, rules.within_year) {
        (Reference::MidYear, _) => (0.5, Some("mid-year")),
        (_, WithinYear::Linear) => (share_of_year(&period, Some(needed)), None),
        _ => (0.0, None),
    };
    Ok(ReferencePeriod {
        period: period.to_string(),
        parts: vec![(Some(last), 1.0)],
        into_year,
        method,
        carried: Some(CarriedForward {
            from: last,
            to: needed,
            years: f64::from(needed - last) + into_year,
        }),
    })
}

impl ReferencePeriod {
    /// The year that its people are counted in, or that they are moved on from.
    #[must_use]
    pub fn year(&self) -> Option<i32> {
        self.parts.first()?.0
    }

    /// The day the people are counted at, for sources that state theirs; see [`states_first_of_january`].
    #[must_use]
    pub fn day(&self) -> Option<String> {
        let year = match self.carried {
            Some(carried) => carried.to,
            None => self.parts.first()?.0?,
        };
        let year = i16::try_from(year).ok()?;
        let first = Date::new(year, 1, 1).ok()?;
        if self.method == Some("mid-year") {
            return Some(Date::new(year, 7, 1).ok()?.to_string());
        }
        let days = (self.into_year * f64::from(first.days_in_year())).round() as i64;
        Some(
            first
                .checked_add(jiff::Span::new().days(days))
                .ok()?
                .to_string(),
        )
    }
}

/// Whether all sources, joined by `+`, count people at 1 January of its year. WorldPop's release
/// R2025A does: its national totals equal the end-of-year figures of the World
/// Population Prospects 2024. Of other products the day is not known.
#[must_use]
pub fn states_first_of_january(source: &str) -> bool {
    source
        .split('+')
        .all(|source| source.starts_with("worldpop-global2;R2025A;"))
}

#[cfg(test)]
mod tests;
