//! The balance as a document.

use std::collections::BTreeMap;

use pop_cli::ToolError;
use pop_geo::OrgUnit;
use pop_sums::{Reason, Status};
use pop_zonal::{LevelBalance, ReadScope};
use serde::Serialize;

use crate::ZonalSum;
use crate::grids::Results;
use crate::rasters::Raster;
use crate::rows::UnitRow;

/// Refuses more people in no unit than `--max-unallocated` lets pass.
///
/// # Errors
/// Data: the raster, the level and how many.
pub(crate) fn check_unallocated(
    balance: &[RasterBalance],
    most: Option<f64>,
) -> Result<(), ToolError> {
    let Some(most) = most else {
        return Ok(());
    };
    for raster in balance {
        for level in &raster.levels {
            let lost = level.inside_complete_parents + level.outside_every_unit;
            let share = if raster.total > 0.0 {
                lost / raster.total
            } else {
                0.0
            };
            if share > most {
                let level = level
                    .level
                    .map_or_else(|| "no level".to_owned(), |l| format!("level {l}"));
                return Err(ToolError::data(format!(
                    "{level}: {lost:.1} of {:.1} people ({share:.4}) are in no unit, more than the {most} of --max-unallocated",
                    raster.total
                ))
                .in_file(&raster.raster)
                .hint("write the balance without the limit (--balance FILE): a unit may be missing, or outlines may miss the coast"));
            }
        }
    }
    Ok(())
}

/// The document that `--balance` writes.
#[derive(Debug, Serialize)]
pub(crate) struct BalanceDocument<'a> {
    format: &'static str,
    version: u32,
    /// `exact` or `centre`.
    method: &'static str,
    rasters: &'a [RasterBalance],
}

/// The people of one raster, in units and outside.
#[derive(Debug, Serialize)]
pub(crate) struct RasterBalance {
    pub(crate) raster: String,
    source: String,
    year: Option<i32>,
    sex: Option<char>,
    age_from: Option<u32>,
    age_to: Option<u32>,
    /// `whole`, or `window` where only chunks that some unit touches were read.
    reach: &'static str,
    /// Everybody in what was read.
    pub(crate) total: f64,
    /// Of a clip: people of its source that it leaves out; null where they were not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outside_clip: Option<Option<f64>>,
    cells: CellsEntry,
    pub(crate) levels: Vec<LevelEntry>,
}

/// Cells of one raster, by what they hold.
#[derive(Debug, Serialize)]
struct CellsEntry {
    valid: f64,
    nodata: u64,
    nan: u64,
    masked: u64,
    negative: u64,
    infinite: u64,
    implausible: u64,
}

/// The balance of one level.
#[derive(Debug, Serialize)]
pub(crate) struct LevelEntry {
    pub(crate) level: Option<u32>,
    /// Units with a row, and those of them that have a polygon and are active on the date.
    units: usize,
    units_counted: usize,
    /// total = in_units - more_than_once + in_no_unit
    in_units: f64,
    pub(crate) more_than_once: f64,
    pub(crate) in_no_unit: f64,
    inside_incomplete_parents: f64,
    pub(crate) inside_complete_parents: f64,
    pub(crate) outside_every_unit: f64,
    /// What rounding leaves over of that equation.
    difference: f64,
    /// Sums of units outside the equation.
    closed: ExcludedUnits,
    not_yet_open: ExcludedUnits,
    overlapping_pairs: usize,
    /// Those with the most people in common; in border cells the most there can be.
    pub(crate) overlaps: Vec<OverlapEntry>,
    without_value: Vec<UnitWithoutValue>,
}

impl LevelEntry {
    /// The lines of the balance, by the keys of their messages, in the order in which they add up to the total.
    pub(crate) fn lines(&self) -> [(&'static str, f64); 5] {
        [
            ("balance-line-in-units", self.in_units),
            ("balance-line-more-than-once", 0.0 - self.more_than_once),
            (
                "balance-line-inside-incomplete-parents",
                self.inside_incomplete_parents,
            ),
            (
                "balance-line-inside-complete-parents",
                self.inside_complete_parents,
            ),
            ("balance-line-outside-every-unit", self.outside_every_unit),
        ]
    }
}

/// Units that are not active on the date.
#[derive(Debug, Default, Serialize)]
struct ExcludedUnits {
    units: Vec<String>,
    people: f64,
}

/// Two units that overlap.
#[derive(Debug, Serialize)]
pub(crate) struct OverlapEntry {
    pub(crate) units: [String; 2],
    pub(crate) people: f64,
}

/// A unit without a value, and why.
#[derive(Debug, Serialize)]
struct UnitWithoutValue {
    unit: String,
    reasons: Vec<String>,
}

/// The balance of every raster and level.
pub(crate) fn balances(
    units: &[OrgUnit],
    rows: &[UnitRow],
    rasters: &[Raster],
    results: &Results,
) -> Vec<RasterBalance> {
    let mut by_level: BTreeMap<(usize, Option<u32>), Vec<&UnitRow>> = BTreeMap::new();
    for row in rows {
        by_level
            .entry((row.raster, units[row.unit].depth()))
            .or_default()
            .push(row);
    }
    rasters
        .iter()
        .zip(&results.rasters)
        .enumerate()
        .map(|(number, (raster, (sums, _)))| {
            let levels = results
                .layers
                .all()
                .iter()
                .enumerate()
                .filter(|(_, layer)| layer.active_set == results.active_sets[number])
                .map(|(place, layer)| {
                    let found = LevelBalance::new(&results.layers, place, sums);
                    let rows = by_level
                        .get(&(number, layer.level))
                        .map_or(&[][..], Vec::as_slice);
                    level(found, units, rows)
                })
                .collect();
            of_raster(raster, sums, results.reach, levels)
        })
        .collect()
}

fn of_raster(
    raster: &Raster,
    sums: &pop_zonal::RasterSums,
    reach: ReadScope,
    levels: Vec<LevelEntry>,
) -> RasterBalance {
    let label = &raster.label;
    let counts = sums.counts;
    let total = sums.total.people();
    RasterBalance {
        raster: raster.name.clone(),
        source: label.source.clone(),
        year: label.year,
        sex: label.sex.map(pop_sums::Sex::letter),
        age_from: label.age_from,
        age_to: label.age_to,
        reach: match reach {
            ReadScope::WholeRaster => "whole",
            ReadScope::TouchedChunks => "window",
        },
        total,
        outside_clip: raster
            .source_total()
            .map(|source| source.map(|source| source - total)),
        cells: CellsEntry {
            valid: sums.total.cells(),
            nodata: counts.nodata,
            nan: counts.nan,
            masked: counts.masked,
            negative: counts.negative,
            infinite: counts.infinite,
            implausible: counts.implausible,
        },
        levels,
    }
}

fn level(found: LevelBalance, units: &[OrgUnit], rows: &[&UnitRow]) -> LevelEntry {
    let id = |unit: u32| units[unit as usize].id.clone();
    let excluded = |reason: &Reason| {
        let those: Vec<&&UnitRow> = rows
            .iter()
            .filter(|row| row.sums.reasons.contains(reason))
            .collect();
        ExcludedUnits {
            units: those.iter().map(|row| row.sums.org_unit.clone()).collect(),
            // an empty sum of doubles is -0.0
            people: those
                .iter()
                .filter_map(|row| row.sums.population)
                .fold(0.0, |a, b| a + b),
        }
    };
    LevelEntry {
        level: found.level,
        units: rows.len(),
        units_counted: found.units,
        in_units: found.in_units,
        more_than_once: found.more_than_once,
        in_no_unit: found.in_no_unit,
        inside_incomplete_parents: found.inside_incomplete,
        inside_complete_parents: found.inside_complete,
        outside_every_unit: found.outside,
        difference: found.difference,
        closed: excluded(&Reason::Closed),
        not_yet_open: excluded(&Reason::NotYetOpen),
        overlapping_pairs: found.overlapping_pairs,
        overlaps: found
            .overlaps
            .iter()
            .map(|overlap| OverlapEntry {
                units: [id(overlap.units.0), id(overlap.units.1)],
                people: overlap.people,
            })
            .collect(),
        without_value: rows
            .iter()
            .filter(|row| row.sums.status == Status::None)
            .map(|row| UnitWithoutValue {
                unit: row.sums.org_unit.clone(),
                reasons: row
                    .sums
                    .reasons
                    .iter()
                    .map(|reason| reason.word().to_owned())
                    .collect(),
            })
            .collect(),
    }
}

impl<'a> BalanceDocument<'a> {
    pub(crate) fn new(args: &ZonalSum, rasters: &'a [RasterBalance]) -> Self {
        Self {
            format: "headcount-balance",
            version: 1,
            method: pop_zonal::CoverageMethod::from(args.method).word(),
            rasters,
        }
    }
}
