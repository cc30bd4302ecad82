//! One side of a comparison: its figures, sorted by unit and by what they count.

use std::collections::{BTreeSet, HashMap};

use pop_datavalues::Text;

use crate::{CompareError, Dimensions, Unit};

/// What a side is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideKind {
    /// A sums stream.
    Sums,
    /// A data value set, or sums that a mapping turned into values.
    Values,
}

impl SideKind {
    /// The word in the output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sums => "sums",
            Self::Values => "values",
        }
    }
}

/// One figure of a side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// Index of its unit.
    pub unit: u32,
    /// Index of what it counts.
    pub dimensions: u32,
    /// People; `None` when unknown.
    pub value: Option<f64>,
    /// People before raking.
    pub unadjusted: Option<f64>,
}

/// What is to be said of a side as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideSummary {
    /// What it is made of.
    pub kind: SideKind,
    /// What the rasters are; empty when unknown.
    pub source: String,
    /// Years of sums, periods of values.
    pub years: BTreeSet<String>,
    /// Levels, where they are known.
    pub levels: BTreeSet<u32>,
}

/// One side. Units are sorted by key, dimensions by themselves, figures by both; each figure is there once.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// The side as a whole.
    pub summary: SideSummary,
    /// Its units.
    pub units: Vec<Unit>,
    /// What its figures count.
    pub dimensions: Vec<Dimensions>,
    /// Its figures.
    pub figures: Vec<Figure>,
}

/// A side that is being put together, in any order.
#[derive(Debug)]
pub(crate) struct SideBuilder {
    pub(crate) summary: SideSummary,
    units: Vec<Unit>,
    unit_index: HashMap<Text, u32>,
    dimensions: Vec<Dimensions>,
    dimension_index: HashMap<Dimensions, u32>,
    figures: Vec<Figure>,
}

impl SideBuilder {
    pub(crate) fn new(kind: SideKind) -> Self {
        Self {
            summary: SideSummary {
                kind,
                source: String::new(),
                years: BTreeSet::new(),
                levels: BTreeSet::new(),
            },
            units: Vec::new(),
            unit_index: HashMap::new(),
            dimensions: Vec::new(),
            dimension_index: HashMap::new(),
            figures: Vec::new(),
        }
    }

    /// The index of a unit, which is added where it is new.
    pub(crate) fn unit(&mut self, unit: Unit) -> u32 {
        if let Some(&index) = self.unit_index.get(&unit.key) {
            return index;
        }
        let index = index_of(self.units.len());
        self.summary.levels.extend(unit.level);
        self.unit_index.insert(Text::clone(&unit.key), index);
        self.units.push(unit);
        index
    }

    /// The index of what a figure counts, which is added where it is new.
    pub(crate) fn dimensions(&mut self, dimensions: Dimensions) -> u32 {
        if let Some(&index) = self.dimension_index.get(&dimensions) {
            return index;
        }
        let index = index_of(self.dimensions.len());
        let time = dimensions.time();
        if !time.is_empty() {
            self.summary.years.insert(time);
        }
        self.dimension_index.insert(dimensions.clone(), index);
        self.dimensions.push(dimensions);
        index
    }

    pub(crate) fn figure(&mut self, figure: Figure) {
        self.figures.push(figure);
    }

    /// Sorts everything.
    ///
    /// # Errors
    /// A key that is there twice.
    pub(crate) fn finish(self) -> Result<Side, CompareError> {
        let mut side = Side {
            summary: self.summary,
            units: self.units,
            dimensions: self.dimensions,
            figures: self.figures,
        };
        side.sort();
        let twice = side
            .figures
            .windows(2)
            .find(|pair| place(&pair[0]) == place(&pair[1]));
        match twice {
            None => Ok(side),
            Some(pair) => Err(CompareError::Twice(side.described(&pair[0]))),
        }
    }
}

/// Where a figure is in the order.
pub(crate) fn place(figure: &Figure) -> (u32, u32) {
    (figure.unit, figure.dimensions)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "streams hold fewer than 2^32 units and layers"
)]
pub(crate) fn index_of(position: usize) -> u32 {
    position as u32
}

/// The new index of each old one, once the items are sorted.
fn sorted<T: Ord>(items: &mut [T]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..index_of(items.len())).collect();
    order.sort_unstable_by(|&a, &b| items[a as usize].cmp(&items[b as usize]));
    let mut ranks = vec![0; items.len()];
    for (rank, &index) in order.iter().enumerate() {
        ranks[index as usize] = index_of(rank);
    }
    items.sort_unstable();
    ranks
}

impl Side {
    /// Whether it has no figure.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.figures.is_empty()
    }

    /// Brings units, dimensions and figures into order.
    pub(crate) fn sort(&mut self) {
        let mut keys: Vec<Text> = self
            .units
            .iter()
            .map(|unit| Text::clone(&unit.key))
            .collect();
        let unit_ranks = sorted(&mut keys);
        self.units.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        let dimension_ranks = sorted(&mut self.dimensions);
        for figure in &mut self.figures {
            figure.unit = unit_ranks[figure.unit as usize];
            figure.dimensions = dimension_ranks[figure.dimensions as usize];
        }
        if !self.figures.is_sorted_by_key(place) {
            self.figures.sort_unstable_by_key(place);
        }
    }

    /// A figure's key in messages.
    pub(crate) fn described(&self, figure: &Figure) -> String {
        format!(
            "{} {}",
            self.units[figure.unit as usize].key, self.dimensions[figure.dimensions as usize]
        )
    }

    /// Takes year or period out of the keys of a side that has one.
    pub(crate) fn without_year(&mut self) {
        for dimensions in &mut self.dimensions {
            dimensions.year = None;
            dimensions.period = Text::default();
        }
        self.sort();
    }
}

impl Side {
    /// Takes out what no figure counts any more.
    pub(crate) fn drop_unused_dimensions(&mut self) {
        let mut is_used = vec![false; self.dimensions.len()];
        for figure in &self.figures {
            is_used[figure.dimensions as usize] = true;
        }
        let mut places = vec![0; is_used.len()];
        let mut kept = Vec::new();
        for (index, dimensions) in std::mem::take(&mut self.dimensions).into_iter().enumerate() {
            places[index] = index_of(kept.len());
            if is_used[index] {
                kept.push(dimensions);
            }
        }
        self.dimensions = kept;
        for figure in &mut self.figures {
            figure.dimensions = places[figure.dimensions as usize];
        }
    }
}
