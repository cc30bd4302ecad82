//! The raked values put back into the stream.

use std::collections::HashMap;

use pop_sums::{Adjusted, Reason, SumsTable, TableEditor};

use crate::cells::{Block, Cells, LARGEST_GAP, NO_ROW, NodeLookup, level_of};
use crate::rake::{Origin, Raked, RakedBlock, SourceSet};

/// A row of everybody that differs from the bands beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// Its unit.
    pub unit: String,
    /// Its raster.
    pub raster: String,
    /// What it says.
    pub total: f64,
    /// What the bands add up to.
    pub bands: f64,
}

impl Gap {
    /// Whether it is larger than rasters of the same people can differ.
    #[must_use]
    pub fn is_large(&self) -> bool {
        (self.total - self.bands).abs() > LARGEST_GAP * self.bands
    }
}

/// Rows whose totals are not what their bands add up to, by more than a tenth of a person.
#[must_use]
pub fn gaps(table: &SumsTable, cells: &Cells) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let positions = positions(table, cells);
    for block in &cells.blocks {
        let columns = block.columns.len();
        let layers = columns_of_sums(block);
        for sum in &table.sums {
            let (Some(of), Some(position), Some(total)) = (
                layers.get(&sum.layer),
                positions[sum.unit as usize],
                sum.population(),
            ) else {
                continue;
            };
            let bands = of
                .iter()
                .map(|&column| block.seed[position * columns + column])
                .sum();
            let gap = Gap {
                unit: table.unit(sum).id.to_string(),
                raster: table.layer(sum).raster.clone(),
                total,
                bands,
            };
            if (total - bands).abs() > 0.1 || gap.is_large() {
                gaps.push(gap);
            }
        }
    }
    gaps
}

fn columns_of_sums(block: &Block) -> HashMap<u32, &[usize]> {
    block
        .sums
        .iter()
        .map(|sum| (sum.layer, sum.columns.as_slice()))
        .collect()
}

/// The position of each unit of the level.
fn positions(table: &SumsTable, cells: &Cells) -> Vec<Option<usize>> {
    let mut positions = vec![None; table.units.len()];
    for (position, &unit) in cells.units.iter().enumerate() {
        positions[unit as usize] = Some(position);
    }
    positions
}

/// The stream with the raked values: cells, the sums of columns beside them, and the units above, which become the
/// sum of their cells. Rows below the level, and units that stand apart, stay as they are.
#[must_use]
pub fn apply(table: SumsTable, cells: &Cells, raked: &Raked) -> SumsTable {
    let positions = positions(&table, cells);
    let mut editor = TableEditor::new(table);
    for block in &raked.blocks {
        BlockWriter {
            cells,
            block: &cells.blocks[block.block],
            raked: block,
            sources: &raked.sources,
            texts: HashMap::new(),
        }
        .write(&mut editor, &positions);
    }
    editor.finish()
}

/// A block on its way back.
struct BlockWriter<'a> {
    cells: &'a Cells,
    block: &'a Block,
    raked: &'a RakedBlock,
    sources: &'a [String],
    texts: HashMap<SourceSet, String>,
}

/// Cells added up.
#[derive(Default, Clone, Copy)]
struct Total {
    before: f64,
    after: f64,
    sources: SourceSet,
    origin: Option<Origin>,
    misses: bool,
    has_value: bool,
}

impl BlockWriter<'_> {
    fn write(&mut self, editor: &mut TableEditor, positions: &[Option<usize>]) {
        for cell in 0..self.block.rows.len() {
            if self.block.rows[cell] != NO_ROW {
                let total = self.add([cell].into_iter());
                let is_filled = total.origin == Some(Origin::Filled);
                let unadjusted = (!is_filled).then_some(total.before);
                self.put(editor, self.block.rows[cell] as usize, total, unadjusted);
            }
        }
        // The columns that each layer of the block is the sum of.
        let mut layers: HashMap<u32, Vec<usize>> = columns_of_sums(self.block)
            .into_iter()
            .map(|(layer, columns)| (layer, columns.to_vec()))
            .collect();
        for (at, column) in self.block.columns.iter().enumerate() {
            layers.insert(column.layer, vec![at]);
        }
        let columns = self.block.columns.len();
        for row in 0..editor.table().sums.len() {
            let table = editor.table();
            let sum = &table.sums[row];
            let Some(of) = layers.get(&sum.layer) else {
                continue;
            };
            let unit = table.unit(sum);
            let units = match positions[sum.unit as usize] {
                // A column of a unit of the level is a cell, written already.
                Some(_) if of.len() == 1 && self.is_column(sum.layer) => continue,
                Some(position) => position..position + 1,
                None if level_of(unit) >= self.cells.level => continue,
                None => match self.cells.node(&unit.id) {
                    NodeLookup::Found(id, node) if *id == *unit.id => node.units.clone(),
                    _ => continue,
                },
            };
            let cells = units.flat_map(|unit| of.iter().map(move |column| unit * columns + column));
            let total = self.add(cells);
            let before = sum.population();
            if total.has_value {
                self.put(editor, row, total, before);
                if total.misses {
                    editor.doubt(row, Reason::IncompleteParent);
                }
            }
        }
    }

    fn is_column(&self, layer: u32) -> bool {
        self.block
            .columns
            .iter()
            .any(|column| column.layer == layer)
    }

    fn add(&self, cells: impl Iterator<Item = usize>) -> Total {
        let mut total = Total::default();
        for cell in cells {
            let origin = self.raked.origins[cell];
            total.misses |= origin == Origin::Missing;
            if matches!(origin, Origin::Missing | Origin::Apart) {
                continue;
            }
            total.has_value = true;
            total.before += self.block.seed[cell];
            total.after += self.raked.values[cell];
            total.sources |= self.raked.sources[cell];
            total.origin = Some(match (total.origin, origin) {
                (None, origin) => origin,
                (Some(one), other) => stronger(one, other),
            });
        }
        total
    }

    fn put(&mut self, editor: &mut TableEditor, row: usize, total: Total, unadjusted: Option<f64>) {
        let Some(origin) = total.origin else {
            return;
        };
        let is_filled = origin == Origin::Filled && unadjusted.is_none();
        let adjustment = self.adjustment(&total, origin, unadjusted);
        let earlier = editor.table().adjustment(&editor.table().sums[row]);
        let (adjustment, unadjusted) = if earlier.is_empty() {
            (adjustment, unadjusted)
        } else {
            // Raked twice: both are told, and what the grid said stays.
            let first = editor.table().sums[row].unadjusted();
            let both = [earlier, &adjustment];
            let texts: Vec<&str> = both.into_iter().filter(|text| !text.is_empty()).collect();
            (texts.join(","), first.or(unadjusted))
        };
        editor.adjust(
            row,
            &Adjusted {
                population: total.after,
                unadjusted,
                adjustment: &adjustment,
            },
        );
        if is_filled {
            editor.doubt(row, Reason::Filled);
        }
    }

    fn adjustment(&mut self, total: &Total, origin: Origin, unadjusted: Option<f64>) -> String {
        use std::fmt::Write as _;

        if total.sources == 0 {
            return String::new();
        }
        let all = self.sources;
        let sources = self.texts.entry(total.sources).or_insert_with(|| {
            let of = all.iter().enumerate();
            let names: Vec<&str> = of
                .filter(|(bit, _)| total.sources & (1 << bit) != 0)
                .map(|(_, name)| name.as_str())
                .collect();
            names.join("+")
        });
        let mut text = format!("raked={sources}*");
        // Nobody before and after: there is no factor, and nothing was changed.
        let before = unadjusted.unwrap_or(total.before);
        let written = match origin {
            Origin::Filled if unadjusted.is_none() => write!(text, "filled"),
            _ if before > 0.0 => write!(text, "{:.4}", total.after / before),
            _ => write!(text, "{:.4}", 1.0),
        };
        debug_assert!(written.is_ok());
        text.push_str(match origin {
            Origin::Linear => ",years=linear",
            Origin::Nearest => ",years=nearest",
            Origin::Parent => ",uncontrolled=parent",
            _ => "",
        });
        text
    }
}

/// Of the origins of two cells the one that their sum is marked with.
const fn stronger(one: Origin, other: Origin) -> Origin {
    match (one, other) {
        (Origin::Kept, origin) | (origin, Origin::Kept) => origin,
        (Origin::Linear, _) | (_, Origin::Linear) => Origin::Linear,
        (Origin::Nearest, _) | (_, Origin::Nearest) => Origin::Nearest,
        (Origin::Fitted, _) | (_, Origin::Fitted) => Origin::Fitted,
        (Origin::Parent, _) | (_, Origin::Parent) => Origin::Parent,
        (one, _) => one,
    }
}
