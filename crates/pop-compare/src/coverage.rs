//! Coverage under the old and the new denominator: people reached over people there are.
//!
//! A numerator comes from facilities, by month; a denominator is of a district, by year. Facilities are added up to the
//! unit above them that has a denominator, months to their year. What is missing is counted, not filled in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pop_datavalues::Period;

use crate::indicators::quotient;
use crate::rates::{groups, known_groups, unit};
use crate::rules::differs;
use crate::side::index_of;
use crate::{CompareError, Comparison, Dimensions, Flag, OrgUnitTree, Rule, Thresholds};

/// People reached by a unit in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct NumeratorRow {
    /// Id of the unit.
    pub org_unit: String,
    /// The period.
    pub period: Period,
    /// People.
    pub value: f64,
}

/// Coverage of a unit by a survey, as a share.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyRow {
    /// Key of the unit.
    pub org_unit: String,
    /// Coverage, 1 for everybody.
    pub coverage: f64,
}

/// What a coverage row has to say beside its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CoverageClass {
    /// Numerator and at least one denominator.
    Covered,
    /// A numerator, and no denominator at the unit or above it.
    NoDenominator,
    /// A denominator, and no numerator.
    NoNumerator,
}

impl CoverageClass {
    /// The word in the output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::NoDenominator => "no-denominator",
            Self::NoNumerator => "no-numerator",
        }
    }
}

/// Coverage of a unit in a year.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverageRow {
    /// Key of the unit.
    pub org_unit: String,
    /// Index of the unit, where it is one of the comparison.
    pub unit: Option<u32>,
    /// Whom the denominator counts, and when.
    pub dimensions: Dimensions,
    /// What is there.
    pub class: CoverageClass,
    /// People reached.
    pub numerator: Option<f64>,
    /// Months without a value of units that have some in the year.
    pub missing_months: u32,
    /// Numerator over the old denominator.
    pub old: Option<f64>,
    /// Numerator over the new denominator.
    pub new: Option<f64>,
    /// Rules that were met.
    pub flags: Vec<Flag>,
}

/// What coverage is made of.
#[derive(Debug, Clone, Copy)]
pub struct CoverageInputs<'a> {
    /// People reached.
    pub numerator: &'a [NumeratorRow],
    /// The tree that leads from facilities to the units with denominators.
    pub tree: Option<&'a OrgUnitTree>,
    /// The group that is the denominator; `None` where there is one only.
    pub denominator: Option<&'a str>,
    /// Coverage by survey, by index of the unit: see [`surveyed`].
    pub survey: &'a BTreeMap<u32, f64>,
}

/// Coverage, and what of the numerator has no part in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// By unit and year; units without a denominator come last.
    pub rows: Vec<CoverageRow>,
    /// Rows of the numerator of years that no figures are of.
    pub unused: usize,
}

/// People reached in a unit and year.
#[derive(Debug, Clone, Default)]
struct Reached {
    people: f64,
    missing_months: u32,
}

/// Months of a year in which a facility has a value, and its people.
#[derive(Debug, Clone, Default)]
struct FacilityYear {
    people: f64,
    periods: Vec<Period>,
    months: BTreeSet<i8>,
}

impl FacilityYear {
    fn add(&mut self, row: &NumeratorRow) {
        self.people += row.value;
        self.periods.push(row.period);
        let (start, end) = (row.period.start(), row.period.end());
        self.months.extend(if row.period.kind().is_year() {
            1..=12
        } else {
            start.month()..=end.month()
        });
    }

    /// Two periods that have a day in common: their people would be counted twice.
    fn overlap(&mut self) -> Option<[Period; 2]> {
        self.periods
            .sort_by_key(|period| (period.start(), period.end()));
        let pairs = self.periods.windows(2);
        pairs
            .map(|pair| [pair[0], pair[1]])
            .find(|[before, after]| after.start() <= before.end())
    }
}

/// Coverage by unit and year.
///
/// # Errors
/// Several groups that could be the denominator, years of the numerator that meet no figures, periods that overlap.
pub fn coverage(
    comparison: &Comparison,
    inputs: &CoverageInputs<'_>,
    thresholds: &Thresholds,
) -> Result<Coverage, CompareError> {
    let denominator = match inputs.denominator {
        Some(group) => group.to_owned(),
        None => only_group(comparison)?,
    };
    let columns = groups(comparison, &denominator)?;
    let (reached, stranded) = reached(comparison, inputs)?;
    let years: BTreeSet<i32> = reached
        .keys()
        .map(|&(_, year)| year)
        .chain(stranded.keys().map(|(_, year)| *year))
        .collect();
    let (mut rows, mut compared) = (Vec::new(), BTreeSet::new());
    for ((year, period), &column) in &columns {
        let year = compared_year(*year, period, &years)?;
        compared.insert(year);
        for row in comparison
            .rows
            .iter()
            .filter(|row| row.dimensions == column)
        {
            let numerator = reached.get(&(row.unit, year));
            rows.push(covered(
                comparison,
                row,
                numerator,
                inputs.survey.get(&row.unit).copied(),
                thresholds,
            ));
        }
    }
    rows.sort_by(|a, b| (&a.org_unit, &a.dimensions).cmp(&(&b.org_unit, &b.dimensions)));
    rows.extend(
        stranded
            .into_iter()
            .map(|((unit, year), people)| CoverageRow {
                org_unit: unit,
                unit: None,
                dimensions: Dimensions {
                    year: Some(year),
                    ..Dimensions::default()
                },
                class: CoverageClass::NoDenominator,
                numerator: Some(people.people),
                missing_months: people.missing_months,
                old: None,
                new: None,
                flags: Vec::new(),
            }),
    );
    let is_compared = |row: &&NumeratorRow| {
        let year = row.period.main_year().map(i32::from);
        year.is_some_and(|year| compared.contains(&year))
    };
    let used = inputs.numerator.iter().filter(is_compared).count();
    if used == 0 && !compared.is_empty() {
        return Err(CompareError::OtherNumeratorYears {
            found: listed(&years),
            expected: listed(&compared),
        });
    }
    Ok(Coverage {
        rows,
        unused: inputs.numerator.len() - used,
    })
}

/// The year that a column of figures is of: its own, that of its period, or the only one of the numerator.
fn compared_year(
    year: Option<i32>,
    period: &str,
    years: &BTreeSet<i32>,
) -> Result<i32, CompareError> {
    let time = year.or_else(|| period.parse::<Period>().ok()?.main_year().map(i32::from));
    match (time, years.len()) {
        (Some(year), _) => Ok(year),
        (None, 1) => Ok(years.first().copied().unwrap_or_default()),
        (None, _) => Err(CompareError::Rows(format!(
            "the numerator is of the years {}, expected one, as two years are compared",
            listed(years)
        ))),
    }
}

fn listed(years: &BTreeSet<i32>) -> String {
    let list: Vec<String> = years.iter().map(ToString::to_string).collect();
    list.join(", ")
}

fn covered(
    comparison: &Comparison,
    row: &crate::Row,
    numerator: Option<&Reached>,
    survey: Option<f64>,
    thresholds: &Thresholds,
) -> CoverageRow {
    let people = numerator.map(|reached| reached.people);
    let (old, new) = (quotient(people, row.old), quotient(people, row.new));
    let over = |coverage: Option<f64>, base| {
        coverage
            .filter(|&share| share > thresholds.coverage)
            .map(|found| Flag {
                rule: Rule::Coverage,
                found,
                base,
                threshold: thresholds.coverage,
            })
    };
    let survey = survey
        .zip(new)
        .and_then(|(survey, new)| differs(survey, new, Rule::Survey, "survey", thresholds.survey));
    let has_denominator = row.old.or(row.new).is_some();
    CoverageRow {
        org_unit: comparison.unit(row).key.to_string(),
        unit: Some(row.unit),
        dimensions: comparison.dimensions(row).clone(),
        class: match (people, has_denominator) {
            (None, _) => CoverageClass::NoNumerator,
            (Some(_), true) => CoverageClass::Covered,
            (Some(_), false) => CoverageClass::NoDenominator,
        },
        numerator: people,
        missing_months: numerator.map_or(0, |reached| reached.missing_months),
        old,
        new,
        flags: [over(old, "old"), over(new, "new"), survey]
            .into_iter()
            .flatten()
            .collect(),
    }
}

fn only_group(comparison: &Comparison) -> Result<String, CompareError> {
    let groups = known_groups(comparison);
    match groups.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(CompareError::SeveralGroups(groups.join(", "))),
    }
}

type ByUnit = BTreeMap<(u32, i32), Reached>;
type Stranded = BTreeMap<(String, i32), Reached>;

/// The numerator by unit with a denominator and year, and what leads to no such unit.
fn reached(
    comparison: &Comparison,
    inputs: &CoverageInputs<'_>,
) -> Result<(ByUnit, Stranded), CompareError> {
    let mut facilities: BTreeMap<(&str, i32), FacilityYear> = BTreeMap::new();
    for row in inputs.numerator {
        let year = row.period.main_year().map(i32::from).ok_or_else(|| {
            CompareError::Rows(format!(
                "the period {} of the numerator is in two years",
                row.period
            ))
        })?;
        facilities
            .entry((&row.org_unit, year))
            .or_default()
            .add(row);
    }
    for ((facility, _), months) in &mut facilities {
        if let Some([before, after]) = months.overlap() {
            return Err(CompareError::Overlap {
                unit: (*facility).to_owned(),
                before,
                after,
            });
        }
    }
    let units = units_by_key(comparison);
    let (mut by_unit, mut stranded) = (ByUnit::new(), Stranded::new());
    for ((facility, year), months) in facilities {
        let sum = match home(facility, &units, inputs.tree) {
            Some(unit) => by_unit.entry((unit, year)).or_default(),
            None => stranded.entry((facility.to_owned(), year)).or_default(),
        };
        sum.people += months.people;
        sum.missing_months +=
            12_u32.saturating_sub(u32::try_from(months.months.len()).unwrap_or(12));
    }
    Ok((by_unit, stranded))
}

fn units_by_key(comparison: &Comparison) -> HashMap<&str, u32> {
    let units = comparison.units.iter().enumerate();
    units
        .map(|(index, unit)| (&*unit.key, index_of(index)))
        .collect()
}

/// Units of the numerator with a unit above them that is in it for the same year as well, and leads to the same denominator: what was
/// recorded at both is added up, and where the upper one is a sum of the lower ones it is counted twice.
#[must_use]
pub fn nested_numerators<'a>(
    comparison: &Comparison,
    numerator: &'a [NumeratorRow],
    tree: &OrgUnitTree,
) -> BTreeSet<&'a str> {
    let units = units_by_key(comparison);
    let years: BTreeSet<(&str, Option<i16>)> = numerator
        .iter()
        .map(|row| (row.org_unit.as_str(), row.period.main_year()))
        .collect();
    let is_below_another = |&&(unit, year): &&(&str, Option<i16>)| {
        let Some(place) = tree.by_id(unit) else {
            return false;
        };
        let mut above = place.path.iter().filter(|id| *id != unit);
        let denominator = home(unit, &units, Some(tree));
        denominator.is_some()
            && above.any(|id| {
                years.contains(&(id.as_str(), year)) && home(id, &units, Some(tree)) == denominator
            })
    };
    years
        .iter()
        .filter(is_below_another)
        .map(|&(unit, _)| unit)
        .collect()
}

/// The unit with a denominator that a facility is, or is below: the nearest.
fn home(facility: &str, units: &HashMap<&str, u32>, tree: Option<&OrgUnitTree>) -> Option<u32> {
    if let Some(&unit) = units.get(facility) {
        return Some(unit);
    }
    let tree = tree?;
    let path = &tree.by_id(facility)?.path;
    path.iter().rev().find_map(|id| {
        let by_code = || {
            let code = tree.by_id(id)?.code.as_deref()?;
            units.get(code).copied()
        };
        units.get(id.as_str()).copied().or_else(by_code)
    })
}

/// Coverage by survey, by index of the unit.
///
/// # Errors
/// Units that are not compared.
pub fn surveyed(
    comparison: &Comparison,
    survey: &[SurveyRow],
) -> Result<BTreeMap<u32, f64>, CompareError> {
    survey
        .iter()
        .map(|row| Ok((unit(comparison, &row.org_unit)?, row.coverage)))
        .collect()
}
