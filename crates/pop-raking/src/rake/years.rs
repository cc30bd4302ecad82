//! Years without totals: factors from the years around.

use super::refusal::name_of;
use super::{Origin, RakedBlock, RakingRun, Refusal, Years};

/// Gives blocks without totals, good or bad, the factors of other years of their source.
pub(super) fn fill(
    context: &RakingRun<'_>,
    has_lines: &[bool],
    blocks: &mut [RakedBlock],
    refusals: &mut Vec<Refusal>,
) {
    for at in (0..blocks.len()).filter(|&at| !has_lines[at]) {
        let block = &context.cells.blocks[blocks[at].block];
        let mut known: Vec<(i32, usize)> = (0..blocks.len())
            .filter(|&other| !blocks[other].controls.is_empty())
            .filter_map(|other| {
                let candidate = &context.cells.blocks[blocks[other].block];
                let year = candidate
                    .year
                    .filter(|_| candidate.source == block.source)?;
                Some((year, other))
            })
            .collect();
        known.sort_unstable();
        let refuse = |hint: &str| {
            let years: Vec<String> = known.iter().map(|(year, _)| year.to_string()).collect();
            let found = if years.is_empty() {
                "no year of this source has".to_owned()
            } else {
                format!("those of {} have", years.join(", "))
            };
            Refusal {
                lines: Vec::new(),
                block: Some(name_of(block)),
                what: format!("no totals for this year; {found}"),
                hint: hint.to_owned(),
            }
        };
        let Some(year) = block.year.filter(|_| !known.is_empty()) else {
            refusals.push(refuse("give totals for a year of the sums"));
            continue;
        };
        if context.options.years == Years::Refuse {
            refusals.push(refuse(
                "give totals for it, or pass --years linear or --years nearest to use factors of other years",
            ));
            continue;
        }
        let weights = weights(year, &known, context.options.years);
        interpolate(context, blocks, at, &weights);
    }
}

/// Blocks whose factors are mixed, with their weights.
fn weights(year: i32, known: &[(i32, usize)], how: Years) -> Vec<(usize, f64)> {
    let before = known.iter().rev().find(|(other, _)| *other < year);
    let after = known.iter().find(|(other, _)| *other > year);
    match (before, after) {
        (Some(&(first, one)), Some(&(last, other))) if how == Years::Linear => {
            let share = f64::from(year - first) / f64::from(last - first);
            vec![(one, 1.0 - share), (other, share)]
        }
        (Some(&(first, one)), Some(&(last, other))) => {
            let is_nearer = last - year < year - first;
            vec![(if is_nearer { other } else { one }, 1.0)]
        }
        (Some(&(_, only)), None) | (None, Some(&(_, only))) => vec![(only, 1.0)],
        (None, None) => Vec::new(),
    }
}

fn interpolate(
    context: &RakingRun<'_>,
    blocks: &mut [RakedBlock],
    at: usize,
    weights: &[(usize, f64)],
) {
    let block = &context.cells.blocks[blocks[at].block];
    let columns = block.columns.len();
    let origin = match context.options.years {
        Years::Linear => Origin::Linear,
        _ => Origin::Nearest,
    };
    // Where each column is in the other years; one that is not there gets the unit's factor.
    let places: Vec<Vec<Option<usize>>> = weights
        .iter()
        .map(|&(other, _)| {
            let theirs = &context.cells.blocks[blocks[other].block].columns;
            block
                .columns
                .iter()
                .map(|column| theirs.iter().position(|c| c.people == column.people))
                .collect()
        })
        .collect();
    let mut factors = vec![1.0; block.seed.len()];
    let mut sources = vec![0; block.seed.len()];
    for unit in 0..context.cells.units.len() {
        for column in 0..columns {
            let cell = unit * columns + column;
            let mut factor = 0.0;
            for (&(other, weight), places) in weights.iter().zip(&places) {
                let (theirs, set) = factor_of(context, &blocks[other], unit, places[column]);
                factor += weight * theirs;
                sources[cell] |= set;
            }
            factors[cell] = factor;
        }
    }
    let raked = &mut blocks[at];
    for cell in 0..block.seed.len() {
        if raked.origins[cell] == Origin::Kept && sources[cell] != 0 {
            raked.values[cell] = block.seed[cell] * factors[cell];
            raked.factors[cell] = factors[cell];
            raked.sources[cell] = sources[cell];
            raked.origins[cell] = origin;
        }
    }
}

/// The factor of a unit in another year: of the same column, else of all its people.
fn factor_of(
    context: &RakingRun<'_>,
    other: &RakedBlock,
    unit: usize,
    column: Option<usize>,
) -> (f64, u64) {
    let block = &context.cells.blocks[other.block];
    let columns = block.columns.len();
    if let Some(column) = column {
        let cell = unit * columns + column;
        let is_filled = matches!(
            other.origins[cell],
            Origin::Filled | Origin::Missing | Origin::Apart
        );
        if !is_filled {
            return (other.factors[cell], other.sources[cell]);
        }
    }
    let cells = unit * columns..(unit + 1) * columns;
    let before: f64 = block.seed[cells.clone()].iter().sum();
    let after: f64 = other.values[cells.clone()].iter().sum();
    let sources = other.sources[cells].iter().fold(0, |all, set| all | set);
    if before > 0.0 {
        (after / before, sources)
    } else {
        (1.0, sources)
    }
}
