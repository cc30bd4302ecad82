//! The people of a moment: one row per unit, one column per layer.

use pop_sums::{Layer, SumsTable};

use crate::layout::Layout;
use crate::rounding::{self, TableError};
use crate::{BandSet, Hierarchy};

/// People by unit and layer, exactly.
#[derive(Debug, Clone, PartialEq)]
pub struct People {
    /// Indices of the units in the table of sums.
    pub units: Vec<u32>,
    columns: usize,
    values: Vec<f64>,
}

/// Years whose layers do not match, or a number that is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeopleError {
    /// Two years that are to be mixed have other bands.
    #[error("the years to be mixed do not have the same rasters: {0}")]
    OtherLayers(String),
    /// A unit without a number for a layer.
    #[error("unit {unit} has no number for raster {raster:?}")]
    Missing {
        /// Id of the unit.
        unit: String,
        /// Name of the raster.
        raster: String,
    },
}

/// Layers sorted by whom they count, so that those of two years stand in the same columns.
///
/// # Errors
/// [`PeopleError::OtherLayers`] when the years differ.
pub fn aligned(table: &SumsTable, years: &[Vec<u32>]) -> Result<Vec<Vec<u32>>, PeopleError> {
    let key = |layer: u32| {
        let layer = &table.layers[layer as usize];
        (layer.sex, layer.age_from, layer.age_to)
    };
    let mut sorted = years.to_vec();
    for layers in &mut sorted {
        layers.sort_by_key(|&layer| key(layer));
    }
    let Some((first, rest)) = sorted.split_first() else {
        return Ok(sorted);
    };
    for other in rest {
        if !first
            .iter()
            .map(|&l| key(l))
            .eq(other.iter().map(|&l| key(l)))
        {
            let odd = first.iter().chain(other).find(|&&layer| {
                let same =
                    |layers: &[u32]| layers.iter().filter(|&&l| key(l) == key(layer)).count();
                same(first) != same(other)
            });
            let name = odd.map_or(String::new(), |&layer| {
                table.layers[layer as usize].raster.clone()
            });
            return Err(PeopleError::OtherLayers(name));
        }
    }
    Ok(sorted)
}

/// The layers behind indices.
#[must_use]
pub fn layers<'a>(table: &'a SumsTable, indices: &[u32]) -> Vec<&'a Layer> {
    indices
        .iter()
        .map(|&layer| &table.layers[layer as usize])
        .collect()
}

impl People {
    /// People of units, mixed from years with weights; the years' layers must be [`aligned`].
    ///
    /// # Errors
    /// [`PeopleError::Missing`] where a unit has no number.
    pub fn new(
        table: &SumsTable,
        units: &[u32],
        years: &[(Vec<u32>, f64)],
    ) -> Result<Self, PeopleError> {
        let columns = years.first().map_or(0, |(layers, _)| layers.len());
        let mut rows: Vec<Option<usize>> = vec![None; table.units.len()];
        for (row, &unit) in units.iter().enumerate() {
            rows[unit as usize] = Some(row);
        }
        let mut places: Vec<Vec<(usize, f64)>> = vec![Vec::new(); table.layers.len()];
        for (layers, weight) in years {
            for (column, &layer) in layers.iter().enumerate() {
                places[layer as usize].push((column, *weight));
            }
        }
        let mut values = vec![0.0; units.len() * columns];
        let mut filled = vec![0_usize; units.len()];
        for cell in &table.sums {
            let (Some(row), places, Some(people)) = (
                rows[cell.unit as usize],
                &places[cell.layer as usize],
                cell.population(),
            ) else {
                continue;
            };
            for (column, weight) in places {
                values[row * columns + column] += weight * people;
                filled[row] += 1;
            }
        }
        let wanted = columns * years.len();
        if let Some(row) = filled.iter().position(|&count| count != wanted) {
            return Err(missing(table, units[row], years));
        }
        Ok(Self {
            units: units.to_vec(),
            columns,
            values,
        })
    }

    /// People of a row in a column.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.columns + column]
    }
}

fn missing(table: &SumsTable, unit: u32, years: &[(Vec<u32>, f64)]) -> PeopleError {
    let has = |layer: u32| {
        table
            .sums
            .iter()
            .any(|cell| cell.unit == unit && cell.layer == layer && cell.population().is_some())
    };
    let layer = years
        .iter()
        .flat_map(|(layers, _)| layers)
        .find(|&&layer| !has(layer));
    PeopleError::Missing {
        unit: table.units[unit as usize].id.to_string(),
        raster: layer.map_or(String::new(), |&layer| {
            table.layers[layer as usize].raster.clone()
        }),
    }
}

/// How decimals become whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Every total whole and next to the exact one; see [`rounding`].
    Hierarchy,
    /// Each value to the nearest whole number, a half up.
    Each,
}

/// Targets filled for the units of a moment: one row per unit, one column per target.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filled {
    /// How many targets there are.
    pub targets: usize,
    /// Exact values.
    pub exact: Vec<f64>,
    /// Whole numbers; empty when nothing was rounded.
    pub whole: Vec<i64>,
}

impl Filled {
    /// Fills the targets of a layout, table by table. `None` leaves the decimals.
    ///
    /// # Errors
    /// [`TableError`] for values that cannot be rounded.
    pub fn new(
        hierarchy: &Hierarchy,
        people: &People,
        bands: &BandSet,
        layout: &Layout,
        rounding: Option<Rounding>,
    ) -> Result<Self, TableError> {
        let (units, targets) = (people.units.len(), layout.sources.len());
        let mut exact = vec![0.0; units * targets];
        let mut whole = vec![
            0;
            if rounding.is_some() {
                units * targets
            } else {
                0
            }
        ];
        for table in &layout.tables {
            let width = table.columns.len();
            let mut values = Vec::with_capacity(units * width);
            for row in 0..units {
                values.extend(
                    table
                        .columns
                        .iter()
                        .map(|column| column.people(bands, |layer| people.at(row, layer))),
                );
            }
            let groups: Vec<Vec<usize>> = table
                .targets
                .iter()
                .map(|(_, columns)| columns.clone())
                .collect();
            let rounded = match rounding {
                Some(Rounding::Hierarchy) => {
                    rounding::round(&hierarchy.tree, width, &groups, &values)?
                }
                _ => Vec::new(),
            };
            for row in 0..units {
                for (target, columns) in &table.targets {
                    let at = row * targets + target;
                    exact[at] = columns
                        .iter()
                        .map(|column| values[row * width + column])
                        .sum();
                    match rounding {
                        Some(Rounding::Hierarchy) => {
                            whole[at] = columns
                                .iter()
                                .map(|column| rounded[row * width + column])
                                .sum();
                        }
                        Some(Rounding::Each) => whole[at] = (exact[at] + 0.5).floor() as i64,
                        None => {}
                    }
                }
            }
        }
        Ok(Self {
            targets,
            exact,
            whole,
        })
    }

    /// Exact and rounded sums of a target over all units.
    #[must_use]
    pub fn sums(&self, target: usize) -> (f64, i64) {
        let exact = self.exact.iter().skip(target).step_by(self.targets.max(1));
        let whole = self.whole.iter().skip(target).step_by(self.targets.max(1));
        (exact.sum(), whole.sum())
    }
}
