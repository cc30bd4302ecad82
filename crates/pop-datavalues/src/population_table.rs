//! The people of a reference period: one row per unit, one column per layer.

use pop_sums::{Layer, SumsTable, UnitSum};

use crate::BandSet;
use crate::mapping::Split;
use crate::resolved_mapping::UncoveredAges;
use crate::split::share;

/// People by unit and layer, exactly.
#[derive(Debug, Clone, PartialEq)]
pub struct PopulationTable {
    /// Indices of the units in the table of sums.
    pub units: Vec<u32>,
    columns: usize,
    values: Vec<f64>,
}

/// Years whose layers do not match, or a number that is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PopulationError {
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
/// [`PopulationError::OtherLayers`] when the years differ.
pub fn aligned(table: &SumsTable, years: &[Vec<u32>]) -> Result<Vec<Vec<u32>>, PopulationError> {
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
            return Err(PopulationError::OtherLayers(name));
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

impl PopulationError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::OtherLayers(_) => "sum the same bands for both years",
            Self::Missing { .. } => {
                "sum every raster for every unit: the run of zonal-sum may have been cut short"
            }
        }
    }
}

impl PopulationTable {
    /// People of units, mixed from years with weights; the years' layers must be [`aligned`].
    ///
    /// # Errors
    /// [`PopulationError::Missing`] where a unit has no number.
    pub fn new(
        table: &SumsTable,
        units: &[u32],
        years: &[(Vec<u32>, f64)],
    ) -> Result<Self, PopulationError> {
        Self::with(table, units, years, UnitSum::population)
    }

    /// The same people before an adjustment to official totals; 0 where there was no sum.
    ///
    /// # Errors
    /// [`PopulationError::Missing`] where a unit has no number.
    pub fn unadjusted(
        table: &SumsTable,
        units: &[u32],
        years: &[(Vec<u32>, f64)],
    ) -> Result<Self, PopulationError> {
        Self::with(table, units, years, |sum| {
            let before = if table.adjustment(sum).is_empty() {
                sum.population()
            } else {
                sum.unadjusted()
            };
            sum.population().map(|_| before.unwrap_or(0.0))
        })
    }

    fn with(
        table: &SumsTable,
        units: &[u32],
        years: &[(Vec<u32>, f64)],
        people_of: impl Fn(&UnitSum) -> Option<f64>,
    ) -> Result<Self, PopulationError> {
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
        let mut target_values = vec![0_usize; units.len()];
        for cell in &table.sums {
            let (Some(row), places, Some(people)) = (
                rows[cell.unit as usize],
                &places[cell.layer as usize],
                people_of(cell),
            ) else {
                continue;
            };
            for (column, weight) in places {
                values[row * columns + column] += weight * people;
                target_values[row] += 1;
            }
        }
        let wanted = columns * years.len();
        if let Some(row) = target_values.iter().position(|&count| count != wanted) {
            return Err(missing(table, units[row], years));
        }
        Ok(Self {
            units: units.to_vec(),
            columns,
            values,
        })
    }

    /// The people of ages that no option counts, in all units, bands cut evenly; `None` where the bands do not tell.
    #[must_use]
    pub fn uncovered(&self, uncovered: &UncoveredAges, bands: &BandSet) -> Option<f64> {
        let mut sum = 0.0;
        for ages in &uncovered.ages {
            for slice in bands.slices(None, *ages).ok()? {
                for row in 0..self.units.len() {
                    let at = |column| self.at(row, column);
                    sum += at(slice.column) * share(&slice, Split::Uniform, bands, at);
                }
            }
        }
        Some(sum)
    }

    /// Multiplies the people of each row by its factor.
    pub fn multiply_rows(&mut self, factors: &[f64]) {
        if self.columns == 0 {
            return;
        }
        for (row, factor) in self.values.chunks_exact_mut(self.columns).zip(factors) {
            row.iter_mut().for_each(|people| *people *= factor);
        }
    }

    /// People of a row in a column.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.columns + column]
    }
}

fn missing(table: &SumsTable, unit: u32, years: &[(Vec<u32>, f64)]) -> PopulationError {
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
    PopulationError::Missing {
        unit: table.units[unit as usize].id.to_string(),
        raster: layer.map_or(String::new(), |&layer| {
            table.layers[layer as usize].raster.clone()
        }),
    }
}
