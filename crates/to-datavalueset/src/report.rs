//! `--report`: what rounding did, and what looks odd.

use std::collections::{BTreeMap, BTreeSet};

use pop_cli::{Console, Messages, counted, shortened_list, thousands};
use pop_datavalues::conversion::{Conversion, PeriodValues};
use pop_datavalues::element_reading::counted_words;
use pop_datavalues::incomplete_parents::populations;
use pop_datavalues::mapping::TotalFrom;
use pop_datavalues::plausibility::{
    KeyFigureColumns, PeriodPopulation, PlausibilityCheck, PlausibilityFinding,
    plausibility_findings,
};
use serde::Serialize;

use crate::explain;
use crate::period_words::period_words;
use crate::unit_judgement::JudgedUnits;

/// The document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    format: &'static str,
    version: u32,
    periods: Vec<PeriodReport>,
    plausibility: Vec<RemarkReport>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PeriodReport {
    period: String,
    source: String,
    reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    projected: Option<ProjectedReport>,
    units: usize,
    left_out: Vec<String>,
    inactive: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unserved: Vec<String>,
    targets: Vec<TargetReport>,
    parents: Vec<ParentReport>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<GapReport>,
}

/// From which year the people were carried forward, and by what.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProjectedReport {
    from: i32,
    to: i32,
    years: f64,
    growth: Vec<GrowthReport>,
}

/// The growth in a year of some units, with its source.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GrowthReport {
    rate: f64,
    source: String,
    units: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TargetReport {
    data_element: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    category_option_combo: Option<String>,
    people: String,
    formula: String,
    how: String,
    exact: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    rounded: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unserved_exact: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unserved_rounded: Option<i64>,
}

/// A unit above: what its units add up to, beside its own raster sum.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ParentReport {
    org_unit: String,
    units_below: f64,
    own_polygon: Option<f64>,
}

/// Where the raster of everybody and the bands differ in one unit.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GapReport {
    org_unit: String,
    raster: f64,
    bands: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RemarkReport {
    what: String,
    period: String,
    org_unit: String,
    found: f64,
}

/// Draws up the report.
pub(crate) fn draw_up(
    conversion: &Conversion<'_>,
    all: &[(PeriodValues, JudgedUnits)],
    plausibility_findings: &[PlausibilityFinding],
) -> Report {
    Report {
        format: "headcount-values-report",
        version: 1,
        periods: all
            .iter()
            .map(|(values, judged)| period(conversion, values, judged))
            .collect(),
        plausibility: plausibility_findings
            .iter()
            .map(|finding| RemarkReport {
                what: finding.check.to_string(),
                period: finding.period.clone(),
                org_unit: conversion.table.units[finding.unit as usize].id.to_string(),
                found: finding.found,
            })
            .collect(),
    }
}

fn period(
    conversion: &Conversion<'_>,
    values: &PeriodValues,
    judged: &JudgedUnits,
) -> PeriodReport {
    let ids = |units: &[u32]| {
        units
            .iter()
            .map(|&unit| conversion.table.units[unit as usize].id.to_string())
            .collect()
    };
    let unserved: Vec<u32> = values.unserved_units().collect();
    PeriodReport {
        period: values.prepared.period.period.clone(),
        source: values.source.clone(),
        reference: values.reference.clone(),
        projected: projected(values),
        units: values.people.units.len() - unserved.len(),
        left_out: ids(&judged.unvalued),
        inactive: ids(&judged.inactive),
        unserved: ids(&unserved),
        targets: targets(conversion, values),
        parents: parents(conversion, values),
        gaps: gaps(conversion, values),
    }
}

fn projected(values: &PeriodValues) -> Option<ProjectedReport> {
    let carried = values.prepared.period.carried?;
    let growth = values.growth_used()?.into_iter();
    let growth = growth.map(|(growth, units)| GrowthReport {
        rate: growth.rate,
        source: growth.source,
        units,
    });
    Some(ProjectedReport {
        from: carried.from,
        to: carried.to,
        years: carried.years,
        growth: growth.collect(),
    })
}

fn targets(conversion: &Conversion<'_>, values: &PeriodValues) -> Vec<TargetReport> {
    // A report is the same for every reader.
    let english = Messages::default();
    let each = conversion
        .resolved
        .targets
        .iter()
        .zip(&values.prepared.composition.terms)
        .enumerate();
    each.map(|(index, (target, source))| {
        let is_rounded = !values.target_values.whole.is_empty();
        let (exact, whole) = values.sums(index);
        let rounded = is_rounded.then_some(whole);
        let unserved = (values.unserved_units().next()).map(|_| values.unserved_sums(index));
        TargetReport {
            data_element: target.data_element.to_string(),
            category_option_combo: target.option_combo.as_deref().map(str::to_owned),
            people: counted_words(&target.group),
            formula: source.formula(target.split),
            how: explain::kind(target, source, &english),
            exact,
            rounded,
            difference: rounded.map(|rounded| rounded as f64 - exact),
            unserved_exact: unserved.map(|(exact, _)| exact),
            unserved_rounded: unserved.filter(|_| is_rounded).map(|(_, whole)| whole),
        }
    })
    .collect()
}

fn parents(conversion: &Conversion<'_>, values: &PeriodValues) -> Vec<ParentReport> {
    let columns = KeyFigureColumns::new(&values.prepared.bands);
    let mut below: BTreeMap<&str, f64> = BTreeMap::new();
    for (row, &unit) in values.people.units.iter().enumerate() {
        let figures = columns.of(&values.people, row);
        let people = figures.everybody().unwrap_or_default();
        let unit = &conversion.table.units[unit as usize];
        for id in unit.path_ids().filter(|id| **id != *unit.id) {
            *below.entry(id).or_default() += people;
        }
    }
    let own = populations(
        conversion.table,
        &values.prepared.years,
        &values.prepared.bands,
    );
    let units = conversion.table.unit_index();
    // The people of a polygon are those of the year at hand: they are carried forward as the units are.
    let factor = |unit: usize| match (values.prepared.period.carried, conversion.projection) {
        (Some(carried), Some(projection)) => projection
            .of(&conversion.table.units[unit])
            .map(|growth| carried.factor(growth.rate)),
        _ => Some(1.0),
    };
    below
        .into_iter()
        .map(|(id, people)| ParentReport {
            org_unit: id.to_owned(),
            units_below: people,
            own_polygon: units
                .get(id)
                .map(|&unit| unit as usize)
                .and_then(|unit| Some(own[unit]? * factor(unit)?)),
        })
        .collect()
}

/// Where the total was taken from the raster beside the bands, the units in which the bands say something else.
fn gaps(conversion: &Conversion<'_>, values: &PeriodValues) -> Vec<GapReport> {
    if conversion.mapping.total != TotalFrom::Raster {
        return Vec::new();
    }
    let columns = KeyFigureColumns::new(&values.prepared.bands);
    let units = values.people.units.iter().enumerate();
    units
        .filter_map(|(row, &unit)| {
            let figures = columns.of(&values.people, row);
            let (raster, bands) = figures.raster.zip(figures.bands)?;
            let org_unit = conversion.table.units[unit as usize].id.to_string();
            (raster.round() != bands.round()).then_some(GapReport {
                org_unit,
                raster,
                bands,
            })
        })
        .collect()
}

/// Says which ages no option counts, with the people in them.
pub(crate) fn report_uncovered(
    conversion: &Conversion<'_>,
    all: &[(PeriodValues, JudgedUnits)],
    console: &Console,
) {
    for uncovered in &conversion.resolved.uncovered {
        let lines = all.iter().map(|(values, _)| {
            let people = values.people.uncovered(uncovered, &values.prepared.bands);
            let people = people.map_or("an unknown number of".to_owned(), |n| thousands(n, 0));
            (period_of(values), format!("{uncovered}: {people} people"))
        });
        warn_once(lines, console);
    }
}

fn period_of(values: &PeriodValues) -> &str {
    &values.prepared.period.period
}

/// Warns in one line about periods that follow each other and of which the same is to be said.
fn warn_once<'a>(lines: impl Iterator<Item = (&'a str, String)>, console: &Console) {
    let mut folded: Vec<(String, Vec<&str>)> = Vec::new();
    for (period, text) in lines {
        match folded.last_mut().filter(|(last, _)| *last == text) {
            Some((_, periods)) => periods.push(period),
            None => folded.push((text, vec![period])),
        }
    }
    for (text, periods) in folded {
        console.warn(&format!("{}: {text}", period_words(&periods)));
    }
}

/// Says on stderr that totals and bands do not add up, where no report lists the units.
pub(crate) fn report_gaps(
    conversion: &Conversion<'_>,
    all: &[(PeriodValues, JudgedUnits)],
    console: &Console,
) {
    let lines = all.iter().filter_map(|(values, _)| {
        let list: Vec<String> = gaps(conversion, values)
            .iter()
            .map(|gap| format!("{} {:+.1}", gap.org_unit, gap.raster - gap.bands))
            .collect();
        let text = format!(
            "the total raster and the bands differ in {}: {} (--report lists all)",
            counted(list.len(), "unit"),
            shortened_list(&list)
        );
        (!list.is_empty()).then(|| (period_of(values), text))
    });
    warn_once(lines, console);
}

/// What looks odd in the numbers, said on stderr in one line a kind.
pub(crate) fn report_plausibility(
    conversion: &Conversion<'_>,
    all: &[(PeriodValues, JudgedUnits)],
    console: &Console,
) -> Vec<PlausibilityFinding> {
    // Months and quarters repeat their year, or lie on a line: one look is enough.
    let mut years = BTreeSet::new();
    let growth: Vec<Option<Vec<f64>>> = all
        .iter()
        .map(|(values, _)| values.projected_growth())
        .collect();
    let periods: Vec<PeriodPopulation<'_>> = all
        .iter()
        .zip(&growth)
        .map(|((values, _), growth)| (values, growth))
        .filter(|(values, _)| values.prepared.period.method != Some("linear"))
        .filter(|(values, _)| years.insert(values.prepared.period.year()))
        .map(|(values, growth)| PeriodPopulation {
            period: &values.prepared.period.period,
            year: values.prepared.period.year(),
            source: &values.source,
            people: &values.people,
            bands: &values.prepared.bands,
            projected: growth.as_deref(),
        })
        .collect();
    let unserved: BTreeSet<u32> = (all.iter())
        .flat_map(|(values, _)| values.unserved_units())
        .collect();
    let mut found = plausibility_findings(&periods, &conversion.mapping.limits);
    found.retain(|finding| !unserved.contains(&finding.unit));
    let mut kinds: BTreeMap<(PlausibilityCheck, &str), Vec<(u32, String)>> = BTreeMap::new();
    for finding in &found {
        let name = conversion.table.units[finding.unit as usize].label();
        let shown = match finding.check {
            PlausibilityCheck::NoPeople => name,
            PlausibilityCheck::SexRatio => format!("{name} {:.2}", finding.found),
            PlausibilityCheck::UnderFive => format!("{name} {:.1} %", 100.0 * finding.found),
            _ => format!("{name} {:+.1} %", 100.0 * finding.found),
        };
        kinds
            .entry((finding.check, &finding.period))
            .or_default()
            .push((finding.unit, shown));
    }
    report_findings(kinds, console);
    found
}

/// One line for a kind of finding and the periods in which it is about the same units, with the figures of the first.
fn report_findings(
    kinds: BTreeMap<(PlausibilityCheck, &str), Vec<(u32, String)>>,
    console: &Console,
) {
    struct Line<'a> {
        check: PlausibilityCheck,
        periods: Vec<&'a str>,
        units: Vec<(u32, String)>,
        /// Whether the figures are the same in all periods.
        is_constant: bool,
    }
    let mut lines: Vec<Line<'_>> = Vec::new();
    for ((check, period), units) in kinds {
        let is_same = |line: &&mut Line<'_>| {
            let ids = |units: &[(u32, String)]| units.iter().map(|u| u.0).collect::<Vec<_>>();
            line.check == check && ids(&line.units) == ids(&units)
        };
        match lines.last_mut().filter(is_same) {
            Some(line) => {
                line.periods.push(period);
                line.is_constant &= line.units == units;
            }
            None => lines.push(Line {
                check,
                periods: vec![period],
                units,
                is_constant: true,
            }),
        }
    }
    for Line {
        check,
        periods,
        units,
        is_constant,
    } in lines
    {
        let shown: Vec<&str> = units.iter().map(|(_, shown)| shown.as_str()).collect();
        let figures = match periods.first() {
            Some(first) if !is_constant => format!(" (figures of {first})"),
            _ => String::new(),
        };
        console.warn(&format!(
            "{}: {check} in {}: {}{figures}",
            period_words(&periods),
            counted(units.len(), "unit"),
            shortened_list(&shown)
        ));
    }
}
