//! The cells that are raked: the rows of one level, sorted by place in the hierarchy and by sex and age.
//!
//! Of the layers of a source and year those that hold no other are columns; a layer that holds columns (everybody
//! beside age bands) is their sum. Units are sorted by their paths, so that those below any unit are a range:
//! neither the order of the rows nor that of the rasters is seen by the fit.

mod columns;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use pop_hierarchy::unit_label;
use pop_sums::{Reason, SumsTable, Unit};

pub use columns::Column;
use columns::{SumLayer, divide};

use crate::totals::People;

/// Two layers of the same people may differ by this share.
pub(crate) const LARGEST_GAP: f64 = 0.005;

/// No row of the stream.
pub(crate) const NO_ROW: u32 = u32::MAX;

/// A unit on some path: itself a unit of the level, or above one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The units of the level below it, by position in [`Cells::units`].
    pub units: Range<usize>,
    /// Its level: position on the path, 1 for the root.
    pub level: u32,
}

/// The cells of one source in one year: units by columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// What the rasters are.
    pub source: String,
    /// Their year.
    pub year: Option<i32>,
    /// Columns, by sex and age.
    pub columns: Vec<Column>,
    /// Layers that are sums of columns.
    pub sums: Vec<SumLayer>,
    /// People by unit and column; 0 where there is no value.
    pub seed: Vec<f64>,
    /// The row of the stream behind each cell, and whether it has a value.
    pub(crate) rows: Vec<u32>,
    /// Cells without a value.
    pub missing: Vec<usize>,
    /// Of these, the cells of facilities without a catchment of their own, whose people other rows count.
    pub counted_elsewhere: Vec<usize>,
    /// Cells of units that did not exist at the date.
    pub apart: Vec<usize>,
}

/// All cells of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells {
    /// The level they are of; `None` where the stream has no levels.
    pub level: Option<u32>,
    /// Indices of the units, by path.
    pub units: Vec<u32>,
    /// Blocks by source and year.
    pub blocks: Vec<Block>,
    ids: Vec<String>,
    /// Names of units that the stream has, by id.
    names: HashMap<String, String>,
    nodes: HashMap<String, Node>,
    codes: HashMap<String, Vec<String>>,
}

/// Why a stream cannot be raked as it is.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CellsError {
    /// No row of the level.
    #[error("no unit of level {0} has a value")]
    NoLevel(u32),
    /// No values at all.
    #[error("no row has a value")]
    NoValues,
    /// A unit without a level and a path beside others that have one: its people would be in no cell.
    #[error("{0} has neither a level nor a path, though others have one")]
    Unplaced(String),
    /// A unit above the level whose people are in no cell.
    #[error(
        "{unit}, of level {level}, has a value, and no unit below it has one at level {cells}: its people would be in no cell"
    )]
    Shallow {
        /// Its name and id.
        unit: String,
        /// Its level.
        level: u32,
        /// The level of the cells.
        cells: u32,
    },
    /// A unit of the level below another one of it, or an id at two places.
    #[error("{0} is at two places of the hierarchy")]
    TwoPlaces(String),
    /// Two rasters of the same people.
    #[error("{people} of {year} are in two rasters of one source: {first} and {second}")]
    SameLayer {
        /// Whom they count.
        people: People,
        /// Their year.
        year: String,
        /// One raster.
        first: String,
        /// The other.
        second: String,
    },
    /// Layers that share people without one holding the other.
    #[error(
        "rasters {first} ({first_people}) and {second} ({second_people}) share people, and neither holds the other"
    )]
    Crossing {
        /// One raster.
        first: String,
        /// Whom it counts.
        first_people: People,
        /// The other.
        second: String,
        /// Whom that counts.
        second_people: People,
    },
}

impl CellsError {
    /// What the user can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NoLevel(_) => {
                "name a level that the sums have, or leave --level out for the deepest"
            }
            Self::Unplaced(_) => {
                "give every unit its level (fetch-orgunits writes it), or none of them"
            }
            Self::NoValues => "sum the units first: zonal-sum",
            Self::Shallow { .. } => "name a level at which every unit has a value: --level",
            Self::TwoPlaces(_) => "fetch the org units again, so that all paths are of one day",
            Self::SameLayer { .. } | Self::Crossing { .. } => {
                "keep one raster of each sex and age range, or give the rasters different sources"
            }
        }
    }
}

impl Cells {
    /// The cells of a stream, at the deepest level with values or at the one named. Rows for which `stands_apart`
    /// are left out: their units did not exist at the date.
    ///
    /// # Errors
    /// [`CellsError`] where people would be in no cell or in two.
    pub fn new(
        table: &SumsTable,
        level: Option<u32>,
        stands_apart: impl Fn(usize) -> bool,
    ) -> Result<Self, CellsError> {
        let valued = valued_units(table, &stands_apart);
        let found = (table.units.iter().zip(&valued))
            .filter(|(_, has_value)| **has_value)
            .map(|(unit, _)| unit.depth());
        let deepest = found.clone().max().ok_or(CellsError::NoValues)?;
        let level = level.or(deepest);
        if let Some(wanted) = level
            && !found.clone().any(|own| own == level)
        {
            return Err(CellsError::NoLevel(wanted));
        }
        let unplaced = (table.units.iter().zip(&valued))
            .find(|(unit, has_value)| **has_value && unit.depth().is_none());
        if let (Some(_), Some((unit, _))) = (level, unplaced) {
            return Err(CellsError::Unplaced(unit.label()));
        }
        let mut units: Vec<u32> = (0_u32..)
            .zip(&table.units)
            .filter(|(_, unit)| unit.depth() == level)
            .map(|(index, _)| index)
            .collect();
        units.sort_by_cached_key(|&index| path_of(&table.units[index as usize]));
        let nodes = nodes(table, &units)?;
        let id = |&unit: &u32| table.units[unit as usize].id.to_string();
        let mut cells = Self {
            level,
            ids: units.iter().map(id).collect(),
            names: names(table),
            codes: codes(table, &nodes),
            nodes,
            units,
            blocks: Vec::new(),
        };
        cells.check_shallow(table, &valued)?;
        cells.blocks = cells.read_blocks(table, &stands_apart)?;
        Ok(cells)
    }

    /// The unit of a UID or code, on some path.
    #[must_use]
    pub fn node(&self, key: &str) -> NodeLookup<'_> {
        if let Some((id, node)) = self.nodes.get_key_value(key) {
            return NodeLookup::Found(id, node);
        }
        match self.codes.get(key).map(Vec::as_slice) {
            Some([id]) => match self.nodes.get_key_value(id) {
                Some((id, node)) => NodeLookup::Found(id, node),
                None => NodeLookup::Unknown,
            },
            Some(ids) => NodeLookup::Several(ids),
            None => NodeLookup::Unknown,
        }
    }

    /// Id of the unit at a position.
    #[must_use]
    pub fn id(&self, position: usize) -> &str {
        &self.ids[position]
    }

    /// The name of a unit, where the stream has it.
    #[must_use]
    pub fn name(&self, id: &str) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }

    /// A unit in messages: its name, where the stream has it, and its id.
    #[must_use]
    pub fn label(&self, id: &str) -> String {
        unit_label(id, self.name(id))
    }

    /// The nodes around a position, the smallest first.
    pub(crate) fn nodes_above(&self, position: usize) -> Vec<&Node> {
        let mut nodes: Vec<&Node> = self
            .nodes
            .values()
            .filter(|node| node.units.contains(&position))
            .collect();
        nodes.sort_by_key(|node| u32::MAX - node.level);
        nodes
    }

    /// Every unit above a value of the level has cells below it.
    fn check_shallow(&self, table: &SumsTable, valued: &[bool]) -> Result<(), CellsError> {
        let Some(cells) = self.level else {
            return Ok(());
        };
        let shallow = table.units.iter().zip(valued).find(|(unit, has_value)| {
            **has_value
                && unit.depth().is_some_and(|own| own < cells)
                && !self.nodes.contains_key(&*unit.id)
        });
        match shallow {
            Some((unit, _)) => Err(CellsError::Shallow {
                unit: self.label(&unit.id),
                level: unit.depth().unwrap_or_default(),
                cells,
            }),
            None => Ok(()),
        }
    }

    fn read_blocks(
        &self,
        table: &SumsTable,
        stands_apart: impl Fn(usize) -> bool,
    ) -> Result<Vec<Block>, CellsError> {
        let mut layers: BTreeMap<(&str, Option<i32>), Vec<u32>> = BTreeMap::new();
        for (index, layer) in (0_u32..).zip(&table.layers) {
            layers
                .entry((&layer.source, layer.year))
                .or_default()
                .push(index);
        }
        let mut blocks = Vec::with_capacity(layers.len());
        // Where the rows of a layer go: block and column.
        let mut places: Vec<Option<(usize, usize)>> = vec![None; table.layers.len()];
        for ((source, year), layers) in layers {
            let (columns, sums) = divide(table, &layers)?;
            for (at, column) in columns.iter().enumerate() {
                places[column.layer as usize] = Some((blocks.len(), at));
            }
            let size = self.units.len() * columns.len();
            blocks.push(Block {
                source: source.to_owned(),
                year,
                columns,
                sums,
                seed: vec![0.0; size],
                rows: vec![NO_ROW; size],
                missing: Vec::new(),
                counted_elsewhere: Vec::new(),
                apart: Vec::new(),
            });
        }
        let mut positions = vec![usize::MAX; table.units.len()];
        for (position, &unit) in self.units.iter().enumerate() {
            positions[unit as usize] = position;
        }
        let mut has_value: Vec<Vec<bool>> = blocks
            .iter()
            .map(|block| vec![false; block.seed.len()])
            .collect();
        for (row, sum) in (0_u32..).zip(&table.sums) {
            let position = positions[sum.unit as usize];
            let (Some((block, column)), true) =
                (places[sum.layer as usize], position != usize::MAX)
            else {
                continue;
            };
            let cell = position * blocks[block].columns.len() + column;
            if stands_apart(row as usize) {
                blocks[block].apart.push(cell);
                has_value[block][cell] = true;
                continue;
            }
            blocks[block].rows[cell] = row;
            if let Some(people) = sum.population() {
                blocks[block].seed[cell] = people;
                has_value[block][cell] = true;
            } else if table.reasons(sum).iter().any(Reason::is_counted_elsewhere) {
                blocks[block].counted_elsewhere.push(cell);
            }
        }
        for (block, has_value) in blocks.iter_mut().zip(has_value) {
            let cells = has_value.iter().enumerate();
            block.missing = cells
                .filter(|(_, has)| !**has)
                .map(|(cell, _)| cell)
                .collect();
        }
        // A source with no row at this level is not raked here.
        blocks.retain(|block| block.missing.len() < block.seed.len());
        Ok(blocks)
    }
}

/// What a key of the totals is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeLookup<'a> {
    /// One unit: its id and place.
    Found(&'a str, &'a Node),
    /// A code of several units.
    Several(&'a [String]),
    /// Neither an id nor a code.
    Unknown,
}

/// Whether some row of each unit has a value.
fn valued_units(table: &SumsTable, stands_apart: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut valued = vec![false; table.units.len()];
    for (row, sum) in table.sums.iter().enumerate() {
        valued[sum.unit as usize] |= sum.population().is_some() && !stands_apart(row);
    }
    valued
}

/// Ids from the root to the unit itself, also where the path is not stated.
fn path_of(unit: &Unit) -> Vec<&str> {
    let mut path: Vec<&str> = unit.path_ids().collect();
    if path.last() != Some(&&*unit.id) {
        path.push(&unit.id);
    }
    path
}

fn nodes(table: &SumsTable, units: &[u32]) -> Result<HashMap<String, Node>, CellsError> {
    let mut nodes: HashMap<String, Node> = HashMap::new();
    for (position, &unit) in units.iter().enumerate() {
        for (level, id) in (1_u32..).zip(path_of(&table.units[unit as usize])) {
            match nodes.get_mut(id) {
                None => {
                    let units = position..position + 1;
                    nodes.insert(id.to_owned(), Node { units, level });
                }
                Some(node) if node.units.end == position && node.level == level => {
                    node.units.end = position + 1;
                }
                Some(_) => {
                    let is_it = |unit: &&Unit| *unit.id == *id;
                    let name = table.units.iter().find(is_it).and_then(name_of);
                    return Err(CellsError::TwoPlaces(unit_label(id, name)));
                }
            }
        }
    }
    Ok(nodes)
}

/// The name of a unit that says more than its id.
fn name_of(unit: &Unit) -> Option<&str> {
    let name = unit.name.as_deref()?.trim();
    (!name.is_empty() && *name != *unit.id).then_some(name)
}

fn names(table: &SumsTable) -> HashMap<String, String> {
    let named = |unit: &Unit| Some((unit.id.to_string(), name_of(unit)?.to_owned()));
    table.units.iter().filter_map(named).collect()
}

/// Codes of the units that are on some path, with their ids.
fn codes(table: &SumsTable, nodes: &HashMap<String, Node>) -> HashMap<String, Vec<String>> {
    let mut codes: HashMap<String, Vec<String>> = HashMap::new();
    for unit in table
        .units
        .iter()
        .filter(|unit| nodes.contains_key(&*unit.id))
    {
        if let Some(code) = &unit.code {
            codes
                .entry(code.clone())
                .or_default()
                .push(unit.id.to_string());
        }
    }
    codes
}
