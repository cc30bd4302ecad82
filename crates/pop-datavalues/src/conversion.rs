//! From the sums of a period to its data values.
//!
//! A period is prepared first: its rasters, their bands, what each target is made of. Which units get a
//! value is then decided outside, by people; with those units the values are made.

mod comments;
mod mixed_methods;
mod projected;
mod raked;
mod values;

use std::collections::{BTreeSet, HashMap};

use pop_sums::SumsTable;
use pop_sums::nesting::nested_pair;

use crate::bands::BandError;
use crate::composition::{Composition, CompositionError};
use crate::org_unit_ids::{OrgUnitIdError, OrgUnitIdScheme, OrgUnitIds};
use crate::population_table::{self, PopulationError, PopulationTable};
use crate::reference_period::{ReferencePeriod, states_first_of_january};
use crate::resolved_mapping::ResolvedMapping;
use crate::rounding::RoundingError;
use crate::target_values::{Rounding, TargetValues};
use crate::upper_levels::{self, DoubledLevel};
use crate::{
    BandSet, Comment, Mapping, Metadata, Projection, RoundingHierarchy, number, unit_status,
};

pub use mixed_methods::mixed_methods;
use projected::ProjectedValues;
use raked::RakedValues;
pub use values::ElementTotal;

/// What stays the same over the periods of a run.
#[derive(Debug, Clone, Copy)]
pub struct Conversion<'a> {
    /// The sums.
    pub table: &'a SumsTable,
    /// The metadata document, where there is one.
    pub metadata: Option<&'a Metadata>,
    /// The mapping.
    pub mapping: &'a Mapping,
    /// The mapping with every name resolved.
    pub resolved: &'a ResolvedMapping,
    /// Levels that get values, highest first; none where the sums have none.
    pub levels: &'a [u32],
    /// What the ids of the sums are.
    pub id_scheme: OrgUnitIdScheme,
    /// How decimals become whole numbers; `None` leaves `decimals` of them.
    pub rounding: Option<Rounding>,
    /// Decimal places, where nothing is rounded.
    pub decimals: usize,
    /// The growth by which people are carried forward, where they are.
    pub projection: Option<&'a Projection>,
}

/// A period, and what its targets are made of.
#[derive(Debug, Clone)]
pub struct PreparedPeriod {
    /// The period and its years.
    pub period: ReferencePeriod,
    /// Layers of its years, in the same order for each, with the years' weights.
    pub years: Vec<(Vec<u32>, f64)>,
    /// Bands of the layers.
    pub bands: BandSet,
    /// What each target is made of.
    pub composition: Composition,
    /// What the rasters are, each once.
    pub sources: Vec<String>,
}

/// The values of a period.
#[derive(Debug, Clone)]
pub struct PeriodValues {
    /// The period and what its targets are made of.
    pub prepared: PreparedPeriod,
    /// What the rasters are, joined by `+`.
    pub source: String,
    /// The day the people are counted at; `unstated` where the product does not say.
    pub reference: String,
    /// People of the base units.
    pub people: PopulationTable,
    /// Values of the base units.
    pub target_values: TargetValues,
    /// Comments by target.
    comments: Vec<Comment>,
    /// What raking did to them.
    raked: Option<RakedValues>,
    /// How they were carried forward.
    projected: Option<ProjectedValues>,
    /// Ids of the units that have values.
    pub ids: OrgUnitIds,
    /// Units above the base units that have values, with the rows that each adds up.
    pub above: Vec<(u32, Vec<usize>)>,
    /// Rows of the people that get a value.
    sent: Vec<usize>,
    /// Rows of the people that are unserved parts and get none.
    unserved: Vec<usize>,
}

/// Why a period cannot be converted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConversionError {
    /// Rasters that do not fit together.
    #[error(transparent)]
    Population(#[from] PopulationError),
    /// Bands that do not fit together.
    #[error(transparent)]
    Bands(#[from] BandError),
    /// Targets that cannot be made of the bands.
    #[error(transparent)]
    Composition(#[from] CompositionError),
    /// Numbers that cannot be rounded.
    #[error(transparent)]
    Rounding(#[from] RoundingError),
    /// A unit above another, whose values would double its people.
    #[error("org unit {below} lies below {above}, and both would get a value of their own")]
    NestedUnits {
        /// The unit above.
        above: String,
        /// The unit below.
        below: String,
    },
    /// Ids that lead to no unit, or to two.
    #[error(transparent)]
    OrgUnitIds(#[from] OrgUnitIdError),
    /// Several levels of an element that does not keep them apart.
    #[error(transparent)]
    Levels(#[from] DoubledLevel),
    /// Units that are to be carried forward, and whose growth nothing says.
    #[error("{}", no_growth(units))]
    NoGrowth {
        /// Names and ids.
        units: Vec<String>,
    },
    /// A value that no server can store.
    #[error(
        "{unit} {element}: {value} is more than DHIS2 can store, which is {}",
        number::MAX_INTEGER
    )]
    TooLarge {
        /// Id of the unit.
        unit: String,
        /// The data element.
        element: String,
        /// The value.
        value: i64,
    },
}

impl ConversionError {
    /// What to do about it.
    #[must_use]
    pub fn hints(&self) -> Vec<&'static str> {
        vec![match self {
            Self::Population(error) => error.hint(),
            Self::Bands(error) => error.hint(),
            Self::Composition(error) => error.hint(),
            Self::Rounding(error) => error.hint(),
            Self::NestedUnits { .. } => {
                "choose one level with --level; where the sums have no column level, or a wrong one, correct it or keep the rows of one level"
            }
            Self::OrgUnitIds(error) => return error.hints(),
            Self::Levels(error) => error.hint(),
            Self::NoGrowth { .. } => {
                "add a line for each, or for a unit above them, to the file of --project"
            }
            Self::TooLarge { .. } => "look at the rate of the mapping and at the unit of the sums",
        }]
    }
}

impl Conversion<'_> {
    /// Finds the layers of a period and lays its targets out over their bands.
    ///
    /// # Errors
    /// Layers of two years that differ, bands that overlap, targets that the bands cannot make.
    pub fn prepare(&self, period: ReferencePeriod) -> Result<PreparedPeriod, ConversionError> {
        let of = |year: Option<i32>| {
            let layers = self.table.layers.iter().enumerate();
            let hits = layers.filter(move |(_, layer)| layer.year == year);
            hits.map(|(index, _)| index as u32).collect::<Vec<u32>>()
        };
        let years: Vec<Vec<u32>> = period.parts.iter().map(|(year, _)| of(*year)).collect();
        let aligned = population_table::aligned(self.table, &years)?;
        let weights = period.parts.iter().map(|(_, weight)| *weight);
        let years: Vec<(Vec<u32>, f64)> = aligned.into_iter().zip(weights).collect();
        let first = years.first().map(|(layers, _)| layers.as_slice());
        let layers = population_table::layers(self.table, first.unwrap_or_default());
        let bands = BandSet::new(&layers)?;
        let composition = Composition::new(
            &self.resolved.targets,
            &bands,
            self.mapping.total,
            self.mapping.bands,
        )?;
        let all = years.iter().flat_map(|(layers, _)| layers);
        let sources: BTreeSet<&str> = all
            .map(|&layer| self.table.layers[layer as usize].source.as_str())
            .collect();
        Ok(PreparedPeriod {
            sources: sources.into_iter().map(str::to_owned).collect(),
            period,
            years,
            bands,
            composition,
        })
    }

    /// Makes the values of a period for the units that get one.
    ///
    /// # Errors
    /// Units without a number, nested units, ids, numbers that cannot be rounded.
    pub fn values(
        &self,
        prepared: PreparedPeriod,
        units: &[u32],
    ) -> Result<PeriodValues, ConversionError> {
        let hierarchy = RoundingHierarchy::above(self.table, units)
            .map_err(|error| self.nested(units, error))?;
        let mut people = PopulationTable::new(self.table, &hierarchy.units, &prepared.years)?;
        let projected = ProjectedValues::new(self, &prepared, &people.units)?;
        if let Some(projected) = &projected {
            people.multiply_rows(&projected.factors);
        }
        let target_values = TargetValues::new(
            &hierarchy,
            &people,
            &prepared.bands,
            &prepared.composition,
            self.rounding,
        )?;
        let raked = RakedValues::new(
            self.table,
            &prepared.years,
            &hierarchy,
            &prepared.bands,
            &prepared.composition,
            projected
                .as_ref()
                .map(|projected| projected.factors.as_slice()),
        )?;
        let above = upper_levels::units_above(self.table, self.levels, &people.units);
        upper_levels::check_aggregation_levels(
            self.table,
            &above,
            &self.resolved.targets,
            self.metadata,
        )?;
        let source = prepared.sources.join("+");
        let reference = match prepared.period.day() {
            Some(day) if states_first_of_january(&source) => day,
            _ => "unstated".to_owned(),
        };
        let is_unserved = unit_status::unserved_parts(self.table);
        let (unserved, sent): (Vec<usize>, Vec<usize>) =
            (0..people.units.len()).partition(|&row| is_unserved[people.units[row] as usize]);
        let mut named: Vec<u32> = sent.iter().map(|&row| people.units[row]).collect();
        named.extend(above.iter().map(|(unit, _)| *unit));
        let ids = OrgUnitIds::new(self.table, &named, self.id_scheme, self.metadata)?;
        self.check_nesting(&ids, sent.iter().map(|&row| people.units[row]))?;
        let comments = comments::comments(self, &prepared, &source, &reference);
        Ok(PeriodValues {
            prepared,
            source,
            reference,
            people,
            target_values,
            comments,
            raked,
            projected,
            ids,
            above,
            sent,
            unserved,
        })
    }

    /// Checks by the paths of the metadata that none of some units holds another: sums from elsewhere have no paths.
    fn check_nesting(
        &self,
        ids: &OrgUnitIds,
        units: impl Iterator<Item = u32>,
    ) -> Result<(), ConversionError> {
        let by_id: HashMap<&str, u32> = units
            .filter_map(|unit| Some((&**ids.by_unit.get(&unit)?, unit)))
            .collect();
        let name = |unit: u32| self.table.units[unit as usize].label();
        let known = self.metadata.iter().flat_map(|known| &known.org_units);
        for unit in known {
            let Some(&below) = by_id.get(unit.id.as_str()) else {
                continue;
            };
            let mut above = unit.ancestor_ids();
            if let Some(&above) = above.find_map(|id| by_id.get(id)) {
                return Err(ConversionError::NestedUnits {
                    above: name(above),
                    below: name(below),
                });
            }
        }
        Ok(())
    }

    /// Two units of which one lies below the other, where that is what a tree could not be made of.
    fn nested(&self, units: &[u32], error: RoundingError) -> ConversionError {
        let unit = |index: u32| &self.table.units[index as usize];
        let pair = nested_pair(self.table, units).map(|(above, below)| (unit(above), unit(below)));
        match pair {
            Some((above, below)) => ConversionError::NestedUnits {
                above: above.label(),
                below: below.label(),
            },
            None => error.into(),
        }
    }
}

/// The first few of the units whose growth nothing says.
fn no_growth(units: &[String]) -> String {
    const SHOWN: usize = 5;
    let named = units
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let more = match units.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match units {
        [one] => format!("no growth is given for {one}"),
        _ => format!(
            "no growth is given for {} units: {named}{more}",
            units.len()
        ),
    }
}
