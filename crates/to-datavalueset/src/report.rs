//! `--report`: what rounding did, and what looks odd.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pop_cli::{Console, first_of};
use pop_datavalues::mapping::TotalFrom;
use pop_datavalues::plausibility::{FigureColumns, Oddity, PeriodPeople, Remark, remarks};
use pop_datavalues::selection::{self, people_of_units};
use serde::Serialize;

use crate::convert::{Converted, Run};
use crate::explain;
use crate::wording::count;

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
    out_of_time: Vec<String>,
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
pub(crate) fn draw_up(run: &Run<'_>, all: &[Converted], remarks: &[Remark]) -> Report {
    Report {
        format: "headcount-values-report",
        version: 1,
        periods: all.iter().map(|converted| period(run, converted)).collect(),
        plausibility: remarks
            .iter()
            .map(|remark| RemarkReport {
                what: remark.oddity.to_string(),
                period: remark.period.clone(),
                org_unit: run.table.units[remark.unit as usize].id.to_string(),
                found: remark.found,
            })
            .collect(),
    }
}

fn period(run: &Run<'_>, converted: &Converted) -> PeriodReport {
    let ids = |units: &[u32]| {
        units
            .iter()
            .map(|&unit| run.table.units[unit as usize].id.to_string())
            .collect()
    };
    PeriodReport {
        period: converted.moment.period.clone(),
        source: converted.source.clone(),
        reference: converted.reference.clone(),
        units: converted.people.units.len(),
        left_out: ids(&converted.judged.unvalued),
        out_of_time: ids(&converted.judged.out_of_time),
        targets: targets(run, converted),
        parents: parents(run, converted),
        gaps: gaps(run, converted),
    }
}

fn targets(run: &Run<'_>, converted: &Converted) -> Vec<TargetReport> {
    let each = run
        .recipe
        .targets
        .iter()
        .zip(&converted.layout.sources)
        .enumerate();
    each.map(|(index, (target, source))| {
        let (exact, whole) = converted.filled.sums(index);
        let rounded = (!converted.filled.whole.is_empty()).then_some(whole);
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

fn parents(run: &Run<'_>, converted: &Converted) -> Vec<ParentReport> {
    let columns = FigureColumns::new(&converted.bands);
    let mut below: BTreeMap<&str, f64> = BTreeMap::new();
    for (row, &unit) in converted.people.units.iter().enumerate() {
        let figures = columns.of(&converted.people, row);
        let people = figures.everybody().unwrap_or_default();
        let unit = &run.table.units[unit as usize];
        for id in unit.path_ids().filter(|id| **id != *unit.id) {
            *below.entry(id).or_default() += people;
        }
    }
    let own = people_of_units(run.table, &converted.years, &converted.bands);
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
fn gaps(run: &Run<'_>, converted: &Converted) -> Vec<GapReport> {
    if run.mapping.total != TotalFrom::Raster {
        return Vec::new();
    }
    let columns = FigureColumns::new(&converted.bands);
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
pub(crate) fn say_gaps(run: &Run<'_>, all: &[Converted], console: &Console) {
    for converted in all {
        let list: Vec<String> = gaps(run, converted)
            .iter()
            .map(|gap| format!("{} {:+.1}", gap.org_unit, gap.raster - gap.bands))
            .collect();
        if !list.is_empty() {
            console.warn(&format!(
                "{}: the total raster and the bands differ in {}: {} (--report lists all)",
                converted.moment.period,
                count(list.len(), "unit"),
                first_of(&list)
            ));
        }
    }
}

/// What looks odd in the numbers, said on stderr in one line a kind.
pub(crate) fn plausibility(run: &Run<'_>, all: &[Converted], console: &Console) -> Vec<Remark> {
    // Months and quarters repeat their year, or lie on a line: one look is enough.
    let mut years = BTreeSet::new();
    let periods: Vec<PeriodPeople<'_>> = all
        .iter()
        .filter(|converted| converted.moment.method != Some("linear"))
        .filter(|converted| years.insert(converted.moment.year()))
        .map(|converted| PeriodPeople {
            period: &converted.moment.period,
            year: converted.moment.year(),
            source: &converted.source,
            people: &converted.people,
            bands: &converted.bands,
        })
        .collect();
    let found = remarks(&periods, &run.mapping.limits);
    let mut kinds: BTreeMap<(Oddity, &str), Vec<String>> = BTreeMap::new();
    for remark in &found {
        let name = selection::name(&run.table.units[remark.unit as usize]);
        let shown = match remark.oddity {
            Oddity::NoPeople => name,
            Oddity::SexRatio => format!("{name} {:.2}", remark.found),
            Oddity::UnderFive => format!("{name} {:.1} %", 100.0 * remark.found),
            _ => format!("{name} {:+.1} %", 100.0 * remark.found),
        };
        kinds
            .entry((remark.oddity, &remark.period))
            .or_default()
            .push(shown);
    }
    for ((oddity, period), units) in kinds {
        console.warn(&format!(
            "{period}: {oddity} in {}: {}",
            count(units.len(), "unit"),
            first_of(&units)
        ));
    }
    found
}
