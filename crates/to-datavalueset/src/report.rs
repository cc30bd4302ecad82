//! `--report`: what rounding did, and what looks odd.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pop_cli::{Console, shortened_list};
use pop_datavalues::mapping::TotalFrom;
use pop_datavalues::plausibility::{
    KeyFigureColumns, PeriodPopulation, PlausibilityCheck, PlausibilityFinding,
    plausibility_findings,
};
use pop_datavalues::unit_status::{self, populations};
use serde::Serialize;

use crate::convert::{Conversion, ConvertedPeriod};
use crate::count_words::count;
use crate::explain;

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
    units: usize,
    left_out: Vec<String>,
    inactive: Vec<String>,
    targets: Vec<TargetReport>,
    parents: Vec<ParentReport>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<GapReport>,
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
    run: &Conversion<'_>,
    all: &[ConvertedPeriod],
    plausibility_findings: &[PlausibilityFinding],
) -> Report {
    Report {
        format: "headcount-values-report",
        version: 1,
        periods: all.iter().map(|converted| period(run, converted)).collect(),
        plausibility: plausibility_findings
            .iter()
            .map(|oddity_finding| RemarkReport {
                what: oddity_finding.check.to_string(),
                period: oddity_finding.period.clone(),
                org_unit: run.table.units[oddity_finding.unit as usize].id.to_string(),
                found: oddity_finding.found,
            })
            .collect(),
    }
}

fn period(run: &Conversion<'_>, converted: &ConvertedPeriod) -> PeriodReport {
    let ids = |units: &[u32]| {
        units
            .iter()
            .map(|&unit| run.table.units[unit as usize].id.to_string())
            .collect()
    };
    PeriodReport {
        period: converted.ref_period.period.clone(),
        source: converted.source.clone(),
        reference: converted.reference.clone(),
        units: converted.people.units.len(),
        left_out: ids(&converted.judged.unvalued),
        inactive: ids(&converted.judged.inactive),
        targets: targets(run, converted),
        parents: parents(run, converted),
        gaps: gaps(run, converted),
    }
}

fn targets(run: &Conversion<'_>, converted: &ConvertedPeriod) -> Vec<TargetReport> {
    let each = run
        .resolved
        .targets
        .iter()
        .zip(&converted.composition.terms)
        .enumerate();
    each.map(|(index, (target, source))| {
        let (exact, whole) = converted.target_values.sums(index);
        let rounded = (!converted.target_values.whole.is_empty()).then_some(whole);
        TargetReport {
            data_element: target.data_element.to_string(),
            category_option_combo: target.option_combo.as_deref().map(str::to_owned),
            people: explain::who(target),
            formula: source.formula(target.split),
            how: explain::kind(target, source),
            exact,
            rounded,
            difference: rounded.map(|rounded| rounded as f64 - exact),
        }
    })
    .collect()
}

fn parents(run: &Conversion<'_>, converted: &ConvertedPeriod) -> Vec<ParentReport> {
    let columns = KeyFigureColumns::new(&converted.bands);
    let mut below: BTreeMap<&str, f64> = BTreeMap::new();
    for (row, &unit) in converted.people.units.iter().enumerate() {
        let figures = columns.of(&converted.people, row);
        let people = figures.everybody().unwrap_or_default();
        let unit = &run.table.units[unit as usize];
        for id in unit.path_ids().filter(|id| **id != *unit.id) {
            *below.entry(id).or_default() += people;
        }
    }
    let own = populations(run.table, &converted.years, &converted.bands);
    let units: HashMap<&str, usize> = (run.table.units.iter().enumerate())
        .map(|(index, unit)| (&*unit.id, index))
        .collect();
    below
        .into_iter()
        .map(|(id, people)| ParentReport {
            org_unit: id.to_owned(),
            units_below: people,
            own_polygon: units.get(id).and_then(|&unit| own[unit]),
        })
        .collect()
}

/// Where the total was taken from the raster beside the bands, the units in which the bands say something else.
fn gaps(run: &Conversion<'_>, converted: &ConvertedPeriod) -> Vec<GapReport> {
    if run.mapping.total != TotalFrom::Raster {
        return Vec::new();
    }
    let columns = KeyFigureColumns::new(&converted.bands);
    let units = converted.people.units.iter().enumerate();
    units
        .filter_map(|(row, &unit)| {
            let figures = columns.of(&converted.people, row);
            let (raster, bands) = figures.raster.zip(figures.bands)?;
            let org_unit = run.table.units[unit as usize].id.to_string();
            (raster.round() != bands.round()).then_some(GapReport {
                org_unit,
                raster,
                bands,
            })
        })
        .collect()
}

/// Says on stderr that totals and bands do not add up, where no report lists the units.
pub(crate) fn report_gaps(run: &Conversion<'_>, all: &[ConvertedPeriod], console: &Console) {
    for converted in all {
        let list: Vec<String> = gaps(run, converted)
            .iter()
            .map(|gap| format!("{} {:+.1}", gap.org_unit, gap.raster - gap.bands))
            .collect();
        if !list.is_empty() {
            console.warn(&format!(
                "{}: the total raster and the bands differ in {}: {} (--report lists all)",
                converted.ref_period.period,
                count(list.len(), "unit"),
                shortened_list(&list)
            ));
        }
    }
}

/// What looks odd in the numbers, said on stderr in one line a kind.
pub(crate) fn plausibility(
    run: &Conversion<'_>,
    all: &[ConvertedPeriod],
    console: &Console,
) -> Vec<PlausibilityFinding> {
    // Months and quarters repeat their year, or lie on a line: one look is enough.
    let mut years = BTreeSet::new();
    let periods: Vec<PeriodPopulation<'_>> = all
        .iter()
        .filter(|converted| converted.ref_period.method != Some("linear"))
        .filter(|converted| years.insert(converted.ref_period.year()))
        .map(|converted| PeriodPopulation {
            period: &converted.ref_period.period,
            year: converted.ref_period.year(),
            source: &converted.source,
            people: &converted.people,
            bands: &converted.bands,
        })
        .collect();
    let found = plausibility_findings(&periods, &run.mapping.limits);
    let mut kinds: BTreeMap<(PlausibilityCheck, &str), Vec<String>> = BTreeMap::new();
    for oddity_finding in &found {
        let name = unit_status::name(&run.table.units[oddity_finding.unit as usize]);
        let shown = match oddity_finding.check {
            PlausibilityCheck::NoPeople => name,
            PlausibilityCheck::SexRatio => format!("{name} {:.2}", oddity_finding.found),
            PlausibilityCheck::UnderFive => format!("{name} {:.1} %", 100.0 * oddity_finding.found),
            _ => format!("{name} {:+.1} %", 100.0 * oddity_finding.found),
        };
        kinds
            .entry((oddity_finding.check, &oddity_finding.period))
            .or_default()
            .push(shown);
    }
    for ((check, period), units) in kinds {
        console.warn(&format!(
            "{period}: {check} in {}: {}",
            count(units.len(), "unit"),
            shortened_list(&units)
        ));
    }
    found
}
