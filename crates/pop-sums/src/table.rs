//! A stream that has been read: units, layers, and one sum for each row.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use pop_hierarchy::{depth, path_ids, unit_label};
use pop_worldpop::{AgeBand, AgeBandScheme};

use crate::{Reason, Sex, Status, SumsRow};

/// An org unit of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// UID, or the chosen id.
    pub id: Arc<str>,
    /// Code.
    pub code: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Level as it is stated, 1 for the root; see [`Unit::depth`].
    pub level: Option<u32>,
    /// Ids from the root to the unit.
    pub path: Option<String>,
}

impl Unit {
    /// Ids of the ancestors and of the unit itself, root first; empty without a path.
    pub fn path_ids(&self) -> impl DoubleEndedIterator<Item = &str> {
        path_ids(self.path.as_deref().unwrap_or_default())
    }

    /// How deep the unit is in the tree, 1 for the root: its level, else as deep as its path is long.
    #[must_use]
    pub fn depth(&self) -> Option<u32> {
        self.level.or_else(|| depth(self.path.as_deref()?))
    }

    /// `Name (id)`, or the id alone: the unit in messages.
    #[must_use]
    pub fn label(&self) -> String {
        unit_label(&self.id, self.name.as_deref())
    }

    /// Id of the unit above this one, where the path tells.
    #[must_use]
    pub fn parent(&self) -> Option<&str> {
        self.path_ids().rev().nth(1)
    }
}

/// A raster of the stream, with whom it counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Layer {
    /// Stem of the raster's file, or the name it was given.
    pub raster: String,
    /// What the raster is.
    pub source: String,
    /// Year.
    pub year: Option<i32>,
    /// Sex.
    pub sex: Option<Sex>,
    /// First age in whole years.
    pub age_from: Option<u32>,
    /// First age no longer counted.
    pub age_to: Option<u32>,
    /// Coverage rule.
    pub method: String,
}

impl Layer {
    /// The ages that it counts; `None` for all of them.
    #[must_use]
    pub const fn band(&self) -> Option<AgeBand> {
        AgeBand::from_ends(self.age_from, self.age_to)
    }

    /// Whether it counts both sexes and all ages.
    #[must_use]
    pub fn counts_everybody(&self) -> bool {
        self.sex.is_none_or(|sex| sex == Sex::Total) && self.band().is_none()
    }
}

/// A row: a unit, a layer, and what was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitSum {
    /// Index into [`SumsTable::units`].
    pub unit: u32,
    /// Index into [`SumsTable::layers`].
    pub layer: u32,
    /// Index into the table's sets of reasons.
    pub(crate) reasons: u32,
    /// Line or row of the stream, from 1.
    pub(crate) position: u32,
    /// How far the number can be trusted.
    pub status: Status,
    pub(crate) population: Quantity,
    pub(crate) cells: Quantity,
    pub(crate) area_cells: Quantity,
    pub(crate) inside_share: Quantity,
    /// Index into the table's adjustments.
    pub(crate) adjustment: u32,
    pub(crate) unadjusted: Quantity,
}

/// A number from 0 up, or none, in the room of a number: a million rows have four million of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quantity(f64);

impl From<Option<f64>> for Quantity {
    fn from(value: Option<f64>) -> Self {
        Self(value.unwrap_or(-1.0))
    }
}

impl Quantity {
    fn get(self) -> Option<f64> {
        (self.0 >= 0.0).then_some(self.0)
    }
}

impl UnitSum {
    /// People, `None` when unknown.
    #[must_use]
    pub fn population(&self) -> Option<f64> {
        self.population.get()
    }

    /// Valid cells covered.
    #[must_use]
    pub fn cells(&self) -> Option<f64> {
        self.cells.get()
    }

    /// Area in cells.
    #[must_use]
    pub fn area_cells(&self) -> Option<f64> {
        self.area_cells.get()
    }

    /// Share of the area inside the raster.
    #[must_use]
    pub fn inside_share(&self) -> Option<f64> {
        self.inside_share.get()
    }

    /// People before an adjustment to official totals.
    #[must_use]
    pub fn unadjusted(&self) -> Option<f64> {
        self.unadjusted.get()
    }
}

/// A whole stream. Units and layers are in the order they first occur, sums in that of the rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SumsTable {
    /// Org units.
    pub units: Vec<Unit>,
    /// Rasters.
    pub layers: Vec<Layer>,
    /// Rows.
    pub sums: Vec<UnitSum>,
    /// Whether the stream has a column `status`; without it a row with a number
    /// is `ok` and one without is `none`.
    pub states_status: bool,
    pub(crate) reason_lists: Vec<Vec<Reason>>,
    pub(crate) adjustments: Vec<String>,
}

impl SumsTable {
    /// The levels of the units, highest in the hierarchy first.
    #[must_use]
    pub fn levels(&self) -> Vec<u32> {
        let levels: BTreeSet<u32> = self.units.iter().filter_map(Unit::depth).collect();
        levels.into_iter().collect()
    }

    /// The indices of the units, by id.
    #[must_use]
    pub fn unit_index(&self) -> HashMap<&str, u32> {
        (0..)
            .zip(&self.units)
            .map(|(index, unit)| (&*unit.id, index))
            .collect()
    }

    /// Reasons of a sum.
    #[must_use]
    pub fn reasons(&self, sum: &UnitSum) -> &[Reason] {
        self.reason_lists
            .get(sum.reasons as usize)
            .map_or(&[], Vec::as_slice)
    }

    /// What was done to a sum, such as `raked=ine2022*1.0412`; empty where nothing was.
    #[must_use]
    pub fn adjustment(&self, sum: &UnitSum) -> &str {
        self.adjustments
            .get(sum.adjustment as usize)
            .map_or("", String::as_str)
    }

    /// Whether some sum was adjusted: then the stream has the columns that say so.
    #[must_use]
    pub fn is_adjusted(&self) -> bool {
        self.sums
            .iter()
            .any(|sum| !self.adjustment(sum).is_empty() || sum.unadjusted().is_some())
    }

    /// The unit of a sum.
    #[must_use]
    pub fn unit(&self, sum: &UnitSum) -> &Unit {
        &self.units[sum.unit as usize]
    }

    /// The layer of a sum.
    #[must_use]
    pub fn layer(&self, sum: &UnitSum) -> &Layer {
        &self.layers[sum.layer as usize]
    }

    /// How the age bands end; the current product's way where there are none.
    #[must_use]
    pub fn age_band_scheme(&self) -> AgeBandScheme {
        let first_open = AgeBandScheme::Open80.open_from();
        let ends_early = self
            .layers
            .iter()
            .any(|layer| layer.age_to.is_none() && layer.age_from == Some(first_open));
        if ends_early {
            AgeBandScheme::Open80
        } else {
            AgeBandScheme::Open90
        }
    }

    /// The rows again, as they were written.
    pub fn rows(&self) -> impl Iterator<Item = SumsRow> + '_ {
        self.sums.iter().map(|sum| {
            let (unit, layer) = (self.unit(sum), self.layer(sum));
            SumsRow {
                org_unit: unit.id.as_ref().to_owned(),
                code: unit.code.clone(),
                name: unit.name.clone(),
                level: unit.level,
                path: unit.path.clone(),
                raster: layer.raster.clone(),
                source: layer.source.clone(),
                year: layer.year,
                sex: layer.sex,
                age_from: layer.age_from,
                age_to: layer.age_to,
                population: sum.population(),
                cells: sum.cells(),
                area_cells: sum.area_cells(),
                inside_share: sum.inside_share(),
                status: sum.status,
                reasons: self.reasons(sum).to_vec(),
                method: layer.method.clone(),
                adjustment: Some(self.adjustment(sum).to_owned()).filter(|text| !text.is_empty()),
                unadjusted: sum.unadjusted(),
            }
        })
    }
}
