//! Which cells the controls cover, and what becomes of the others.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::cells::{NO_ROW, Node};

use super::refusal::{listed, name_of};
use super::{Fill, Origin, RakedBlock, RakingRun, Refusal, Uncontrolled};

/// Marks the cells that controls cover, with the controls' sources; gives the seed, in which cells without a value
/// are filled where that is wanted and one total controls them alone.
pub(super) fn prepare(
    context: &RakingRun<'_>,
    raked: &mut RakedBlock,
    sources: &[String],
    refusals: &mut Vec<Refusal>,
) -> Vec<f64> {
    let block = &context.cells.blocks[raked.block];
    let columns = block.columns.len();
    let mut alone: Vec<Option<usize>> = vec![None; block.seed.len()];
    for (at, control) in raked.controls.iter().enumerate() {
        let source = &context.totals[control.control.total].source;
        let bit = sources.binary_search(source).unwrap_or_default();
        let cells = &control.control.cells;
        for cell in cells.cells(columns) {
            raked.sources[cell] |= 1 << bit;
            if raked.origins[cell] == Origin::Kept {
                raked.origins[cell] = Origin::Fitted;
            }
        }
        if cells.units.len() == 1 && cells.columns.len() == 1 {
            alone[cells.units.start * columns + cells.columns[0] as usize] = Some(at);
        }
    }
    let elsewhere: HashSet<usize> = block.counted_elsewhere.iter().copied().collect();
    let mut seed = block.seed.clone();
    let (mut unfilled, mut fillable) = (Vec::new(), Vec::new());
    for &cell in block
        .missing
        .iter()
        .filter(|&&cell| raked.sources[cell] != 0)
    {
        // The total of a unit above counts these people in other cells; one of the unit alone cannot be met.
        if alone[cell].is_none() && elsewhere.contains(&cell) {
            continue;
        }
        let name = context.cell_name(raked.block, cell);
        match (alone[cell], context.options.fill) {
            // Without a row there is no place for the value.
            (Some(control), Fill::Official) if block.rows[cell] != NO_ROW => {
                seed[cell] = raked.controls[control].control.cells.target;
                raked.origins[cell] = Origin::Filled;
            }
            (Some(_), Fill::Refuse) => fillable.push(name),
            _ => unfilled.push(name),
        }
    }
    for (names, hint) in [
        (
            unfilled,
            "sum the unit with a polygon, or give it totals of its own and pass --fill official",
        ),
        (
            fillable,
            "--fill official gives these cells their own totals",
        ),
    ] {
        if !names.is_empty() {
            refusals.push(Refusal {
                lines: Vec::new(),
                block: Some(name_of(block)),
                what: format!(
                    "{} below a total {} no value: their people would go to the units beside them: {}",
                    counted(names.len()),
                    if names.len() == 1 { "has" } else { "have" },
                    listed(&names)
                ),
                hint: hint.to_owned(),
            });
        }
    }
    seed
}

fn counted(cells: usize) -> String {
    match cells {
        1 => "1 cell".to_owned(),
        _ => format!("{cells} cells"),
    }
}

/// Treats the cells that no control covers as the options say.
pub(super) fn uncontrolled(
    context: &RakingRun<'_>,
    raked: &mut RakedBlock,
    refusals: &mut Vec<Refusal>,
) {
    let block = &context.cells.blocks[raked.block];
    let kept: Vec<usize> = (0..raked.origins.len())
        .filter(|&cell| raked.origins[cell] == Origin::Kept)
        .collect();
    if kept.is_empty() || context.options.uncontrolled == Uncontrolled::Keep {
        return;
    }
    let mut left = kept;
    if context.options.uncontrolled == Uncontrolled::Parent {
        let columns = block.columns.len();
        let mut found = Vec::new();
        let mut around = Around {
            context,
            raked,
            sums: HashMap::new(),
        };
        // Cells are sorted by unit: the nodes above are looked up once for each.
        let mut nodes = (usize::MAX, Vec::new());
        left.retain(|&cell| {
            let unit = cell / columns;
            if nodes.0 != unit {
                nodes = (unit, context.cells.nodes_above(unit));
            }
            match around.factor(&nodes.1, cell % columns) {
                Some((factor, sources)) => {
                    found.push((cell, factor, sources));
                    false
                }
                None => true,
            }
        });
        for (cell, factor, sources) in found {
            raked.values[cell] = block.seed[cell] * factor;
            raked.factors[cell] = factor;
            raked.origins[cell] = Origin::Parent;
            raked.sources[cell] = sources;
        }
        if left.is_empty() {
            return;
        }
    }
    let names: Vec<String> = left
        .iter()
        .map(|&cell| context.cell_name(raked.block, cell))
        .collect();
    refusals.push(Refusal {
        lines: Vec::new(),
        block: Some(name_of(block)),
        what: format!(
            "{} {} below no total: {}",
            counted(names.len()),
            if names.len() == 1 { "is" } else { "are" },
            listed(&names)
        ),
        hint: "give totals that cover them, or pass --uncontrolled keep (as they are) or --uncontrolled parent (with the factor of the units around)".to_owned(),
    });
}

/// Factors of fitted cells below nodes, each added up once.
struct Around<'a> {
    context: &'a RakingRun<'a>,
    raked: &'a RakedBlock,
    /// By the units of a node: before, after and sources of each column.
    sums: HashMap<Range<usize>, Vec<(f64, f64, u64)>>,
}

impl Around<'_> {
    /// The factor of the fitted cells of the same column below the nearest node that has some, else of all columns.
    fn factor(&mut self, nodes: &[&Node], column: usize) -> Option<(f64, u64)> {
        for node in nodes {
            let sums = self.sums(&node.units);
            let all = sums.iter().fold((0.0, 0.0, 0), |all, of| {
                (all.0 + of.0, all.1 + of.1, all.2 | of.2)
            });
            for (before, after, sources) in [sums[column], all] {
                if before > 0.0 {
                    return Some((after / before, sources));
                }
            }
        }
        None
    }

    fn sums(&mut self, units: &Range<usize>) -> &[(f64, f64, u64)] {
        let (raked, block) = (self.raked, &self.context.cells.blocks[self.raked.block]);
        let columns = block.columns.len();
        self.sums.entry(units.clone()).or_insert_with(|| {
            let mut sums = vec![(0.0, 0.0, 0); columns];
            for cell in units.start * columns..units.end * columns {
                if raked.origins[cell] == Origin::Fitted {
                    let sum = &mut sums[cell % columns];
                    sum.0 += block.seed[cell];
                    sum.1 += raked.values[cell];
                    sum.2 |= raked.sources[cell];
                }
            }
            sums
        })
    }
}
