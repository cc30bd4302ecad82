//! The people of a sums stream by unit, year and band.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use pop_datavalues::BandSet;
use pop_datavalues::ages::Ages;
use pop_sums::nesting::{nested_pair, units_without_level};
use pop_sums::{Layer, Reason, Sex, Status, SumsTable, Unit};

use crate::TableError;

/// What identifies a unit in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitLabel {
    /// Its id.
    Id,
    /// Its code.
    Code,
    /// Its name.
    Name,
}

impl UnitLabel {
    /// The label of a unit; `None` where it has no code or name.
    #[must_use]
    pub fn of(self, unit: &Unit) -> Option<&str> {
        match self {
            Self::Id => Some(&*unit.id),
            Self::Code => unit.code.as_deref(),
            Self::Name => unit.name.as_deref(),
        }
        .filter(|text| !text.is_empty())
    }
}

/// Sums of one source and one level, addressable by unit and layer.
#[derive(Debug)]
pub struct People<'a> {
    table: &'a SumsTable,
    /// Indices of the units, in the order of their paths and ids.
    pub units: Vec<u32>,
    sums: HashMap<(u32, u32), usize>,
}

impl<'a> People<'a> {
    /// The sums of a level; of the only one there is where none is named.
    ///
    /// # Errors
    /// [`TableError`] for no rows, several levels and several sources.
    pub fn of_level(table: &'a SumsTable, level: Option<u32>) -> Result<Self, TableError> {
        check_levels(table)?;
        let levels = table.levels();
        if level.is_none() && levels.len() > 1 {
            let list: Vec<String> = levels.iter().map(u32::to_string).collect();
            return Err(TableError::Levels(list.join(", ")));
        }
        let people = Self::of_units(table, |unit| level.is_none() || unit.depth() == level)?;
        if people.units.is_empty() {
            return Err(TableError::Empty(level));
        }
        if let Some((above, below)) = nested_pair(table, &people.units) {
            return Err(TableError::Nested {
                above: people.unit(above).label(),
                below: people.unit(below).label(),
            });
        }
        Ok(people)
    }

    /// The sums of the units that have no other unit below them.
    ///
    /// # Errors
    /// [`TableError`] for no rows and several sources.
    pub fn of_lowest_units(table: &'a SumsTable) -> Result<Self, TableError> {
        check_levels(table)?;
        let ancestors: HashSet<&str> = table
            .units
            .iter()
            .flat_map(|unit| unit.path_ids().filter(|id| **id != *unit.id))
            .collect();
        let people = Self::of_units(table, |unit| !ancestors.contains(&*unit.id))?;
        if people.units.is_empty() {
            return Err(TableError::Empty(None));
        }
        Ok(people)
    }

    fn of_units(
        table: &'a SumsTable,
        is_wanted: impl Fn(&Unit) -> bool,
    ) -> Result<Self, TableError> {
        let sources: BTreeSet<&str> = table.layers.iter().map(|l| l.source.as_str()).collect();
        if sources.len() > 1 {
            let list: Vec<&str> = sources.into_iter().collect();
            return Err(TableError::Sources(list.join(", ")));
        }
        let mut units: Vec<u32> = (0..table.units.len() as u32)
            .filter(|&unit| is_wanted(&table.units[unit as usize]))
            .collect();
        units.sort_by_key(|&unit| {
            let unit = &table.units[unit as usize];
            (unit.path.clone(), unit.id.clone())
        });
        let sums = table
            .sums
            .iter()
            .enumerate()
            .map(|(index, sum)| ((sum.unit, sum.layer), index))
            .collect();
        Ok(Self { table, units, sums })
    }

    /// A unit.
    #[must_use]
    pub fn unit(&self, unit: u32) -> &'a Unit {
        &self.table.units[unit as usize]
    }

    /// A layer.
    #[must_use]
    pub fn layer(&self, layer: u32) -> &'a Layer {
        &self.table.layers[layer as usize]
    }

    /// People of a unit in a layer; `None` without a value.
    #[must_use]
    pub fn at(&self, unit: u32, layer: u32) -> Option<f64> {
        let index = self.sums.get(&(unit, layer))?;
        self.table.sums[*index].population()
    }

    /// The reasons of a unit in all its layers.
    #[must_use]
    pub fn reasons(&self, unit: u32) -> BTreeSet<&'a str> {
        let layers = 0..self.table.layers.len() as u32;
        layers
            .filter_map(|layer| self.sums.get(&(unit, layer)))
            .flat_map(|&index| self.table.reasons(&self.table.sums[index]))
            .map(Reason::word)
            .collect()
    }

    /// The units of which a value is doubtful, with their reasons: for layouts that have no place for them.
    #[must_use]
    pub fn doubtful(&self) -> Vec<(String, String)> {
        let is_doubtful = |unit: u32| {
            (0..self.table.layers.len() as u32)
                .filter_map(|layer| self.sums.get(&(unit, layer)))
                .any(|&index| self.table.sums[index].status == Status::Doubtful)
        };
        let units = self.units.iter().filter(|&&unit| is_doubtful(unit));
        units
            .map(|&unit| {
                let reasons: Vec<&str> = self.reasons(unit).into_iter().collect();
                (self.unit(unit).label(), reasons.join(", "))
            })
            .collect()
    }

    /// The layers of each year, by whom they count.
    #[must_use]
    pub fn years(&self) -> BTreeMap<Option<i32>, Vec<u32>> {
        let mut years: BTreeMap<Option<i32>, Vec<u32>> = BTreeMap::new();
        for layer in 0..self.table.layers.len() as u32 {
            years.entry(self.layer(layer).year).or_default().push(layer);
        }
        for layers in years.values_mut() {
            layers.sort_by_key(|&layer| {
                let layer = self.layer(layer);
                (layer.band().is_some(), layer.sex, layer.band())
            });
        }
        years
    }

    /// The bands of a year's layers.
    ///
    /// # Errors
    /// [`TableError::Bands`] where people are in two layers.
    pub fn bands(&self, layers: &[u32]) -> Result<BandSet, TableError> {
        let layers: Vec<&Layer> = layers.iter().map(|&layer| self.layer(layer)).collect();
        Ok(BandSet::new(&layers)?)
    }

    /// Everybody in a unit, of the layers of a year: their total, or all their bands.
    ///
    /// # Errors
    /// [`TableError`] where the layers do not tell.
    pub fn everybody(&self, unit: u32, layers: &[u32]) -> Result<Option<f64>, TableError> {
        let set = self.bands(layers)?;
        if let Some(column) = set.everybody(Sex::Total) {
            return Ok(self.at(unit, layers[column]));
        }
        let slices = set
            .slices(None, Ages::ALL)
            .map_err(|_| TableError::NoTotal)?;
        Ok(slices
            .iter()
            .map(|slice| self.at(unit, layers[slice.column]))
            .sum())
    }
}

/// Units without a level, where others have one, would be in no table of a level.
fn check_levels(table: &SumsTable) -> Result<(), TableError> {
    let without: Vec<String> = units_without_level(table)
        .into_iter()
        .map(|unit| table.units[unit as usize].label())
        .collect();
    if without.is_empty() {
        Ok(())
    } else {
        Err(TableError::NoLevel(without))
    }
}
