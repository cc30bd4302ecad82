//! The raked values put back into the stream.

use std::collections::{BTreeMap, HashMap};

use pop_sums::nesting::{self, ParentGap};
use pop_sums::{
    Adjusted, Adjustment, AdjustmentStep, AdjustmentText, Raking, RakingFactor, Reason, SumsTable,
    TableEditor,
};

use crate::cells::{Block, Cells, LARGEST_GAP, NO_ROW, NodeLookup};
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
    for block in cells.blocks.iter().filter(|block| !block.sums.is_empty()) {
        let columns = block.columns.len();
        let roles = layer_roles(table, block);
        for sum in &table.sums {
            let (LayerRole::Sum(of), Some(position), Some(total)) = (
                roles[sum.layer as usize],
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

/// Units above the level whose own row is another sum than that of their cells, which it becomes; each once.
#[must_use]
pub fn parent_gaps(table: &SumsTable, cells: &Cells) -> Vec<ParentGap> {
    let mut by_unit: BTreeMap<u32, ParentGap> = BTreeMap::new();
    for block in &cells.blocks {
        let mut found = vec![(0.0, 0_usize); table.units.len()];
        let roles = layer_roles(table, block);
        for sum in &table.sums {
            if let (LayerRole::Column(_), Some(people)) =
                (roles[sum.layer as usize], sum.population())
            {
                let (all, columns) = &mut found[sum.unit as usize];
                (*all, *columns) = (*all + people, *columns + 1);
            }
        }
        let people: Vec<Option<f64>> = found
            .into_iter()
            .map(|(all, columns)| (columns == block.columns.len()).then_some(all))
            .collect();
        let unit_of = |cell: &usize| cells.units[cell / block.columns.len()];
        let aside = block.missing.iter().chain(&block.apart);
        let aside: Vec<u32> = aside.map(unit_of).collect();
        for gap in nesting::parent_gaps(table, &people, &cells.units, &aside) {
            by_unit.entry(gap.unit).or_insert(gap);
        }
    }
    by_unit.into_values().collect()
}

/// What a layer of the stream is in a block.
#[derive(Clone, Copy)]
enum LayerRole<'a> {
    /// Of another block.
    None,
    /// A column.
    Column(usize),
    /// The sum of columns.
    Sum(&'a [usize]),
}

/// The role of each layer of the stream.
fn layer_roles<'a>(table: &SumsTable, block: &'a Block) -> Vec<LayerRole<'a>> {
    let mut roles = vec![LayerRole::None; table.layers.len()];
    for (at, column) in block.columns.iter().enumerate() {
        roles[column.layer as usize] = LayerRole::Column(at);
    }
    for sum in &block.sums {
        roles[sum.layer as usize] = LayerRole::Sum(&sum.columns);
    }
    roles
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
            last: None,
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
    texts: HashMap<Change, AdjustmentText>,
    /// The change of the row before, which many rows share with the next.
    last: Option<(Change, AdjustmentText)>,
}

/// What was done to a sum, as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Change {
    sources: SourceSet,
    origin: Origin,
    factor: RakingFactor,
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
        self.write_sums(editor, positions);
    }

    /// The rows that are sums of cells: of columns, and of the units above.
    fn write_sums(&mut self, editor: &mut TableEditor, positions: &[Option<usize>]) {
        let roles = layer_roles(editor.table(), self.block);
        let columns = self.block.columns.len();
        for row in 0..editor.table().sums.len() {
            let table = editor.table();
            let sum = &table.sums[row];
            let single;
            let (of, is_column) = match roles[sum.layer as usize] {
                LayerRole::None => continue,
                LayerRole::Column(at) => {
                    single = [at];
                    (single.as_slice(), true)
                }
                LayerRole::Sum(of) => (of, false),
            };
            let unit = table.unit(sum);
            let units = match positions[sum.unit as usize] {
                // A column of a unit of the level is a cell, written already.
                Some(_) if is_column => continue,
                Some(position) => position..position + 1,
                None if unit.depth() >= self.cells.level => continue,
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
        let earlier = editor.table().adjustment(&editor.table().sums[row]);
        let (adjustment, unadjusted) = if earlier.is_empty() {
            (
                self.adjustment(editor, &total, origin, unadjusted),
                unadjusted,
            )
        } else {
            // Raked twice: both are told, and what the grid said stays.
            let earlier = earlier.to_owned();
            let first = editor.table().sums[row].unadjusted();
            let words = self.words(self.change(&total, origin, unadjusted));
            let texts: Vec<&str> = [earlier.as_str(), &words]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect();
            (editor.text(&texts.join(",")), first.or(unadjusted))
        };
        editor.adjust(
            row,
            &Adjusted {
                population: total.after,
                unadjusted,
                adjustment,
            },
        );
        if is_filled {
            editor.doubt(row, Reason::Filled);
        }
    }

    fn adjustment(
        &mut self,
        editor: &mut TableEditor,
        total: &Total,
        origin: Origin,
        unadjusted: Option<f64>,
    ) -> AdjustmentText {
        let change = self.change(total, origin, unadjusted);
        if let Some((last, text)) = self.last
            && last == change
        {
            return text;
        }
        let text = match self.texts.get(&change) {
            Some(&text) => text,
            None => {
                let text = editor.text(&self.words(change));
                self.texts.insert(change, text);
                text
            }
        };
        self.last = Some((change, text));
        text
    }

    fn change(&self, total: &Total, origin: Origin, unadjusted: Option<f64>) -> Change {
        let before = unadjusted.unwrap_or(total.before);
        let factor = match origin {
            Origin::Filled if unadjusted.is_none() => RakingFactor::Filled,
            _ if before > 0.0 => RakingFactor::new(total.after / before),
            // Nobody before and after: there is no factor, and nothing was changed.
            _ => RakingFactor::new(1.0),
        };
        Change {
            sources: total.sources,
            origin,
            factor,
        }
    }

    fn words(&self, change: Change) -> String {
        if change.sources == 0 {
            return String::new();
        }
        let of = self.sources.iter().enumerate();
        let sources: Vec<String> = of
            .filter(|(bit, _)| change.sources & (1 << bit) != 0)
            .map(|(_, name)| name.clone())
            .collect();
        let mark = match change.origin {
            Origin::Linear => Some("years=linear"),
            Origin::Nearest => Some("years=nearest"),
            Origin::Parent => Some("uncontrolled=parent"),
            _ => None,
        };
        let raking = Raking {
            sources,
            factor: change.factor,
        };
        let raked = AdjustmentStep::Raked(raking);
        let marks = mark.map(|mark| AdjustmentStep::Mark(mark.to_owned()));
        let steps = [raked].into_iter().chain(marks).collect();
        Adjustment { steps }.to_string()
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
