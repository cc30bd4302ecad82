//! Targets laid out in tables that can be rounded as a whole.
//!
//! Targets that are apart or one inside the other share a table: its columns are
//! the parts of bands they are made of, so that they add up among themselves. A
//! target that crosses others (ages 10-19 beside 15-49), a rate or a formula with
//! weights gets a table of its own, and adds up over units only.

mod band_terms;
mod rounding_tables;

use pop_sums::Sex;

use crate::ages::Ages;
use crate::bands::{BandError, BandSet, BandSlice};
use crate::formula::{Formula, Ratio};
use crate::mapping::{Split, TotalFrom};
use crate::resolved_mapping::{CountedGroup, Target};
use crate::split::can_sprague;

pub use band_terms::BandTerms;
pub use rounding_tables::{RoundingColumn, RoundingTable};

/// Targets as they are laid out for one reference period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Composition {
    /// What each target is made of, in the order of the mapping.
    pub terms: Vec<BandTerms>,
    /// Tables.
    pub tables: Vec<RoundingTable>,
}

/// Why a target cannot be made of the bands at hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompositionError {
    /// The bands do not hold it.
    #[error("{target}: {problem}")]
    Bands {
        /// The target.
        target: String,
        /// What is wrong.
        problem: BandError,
    },
    /// A formula names a band that is not there.
    #[error("{target}: the sums have no band {band}")]
    NoBand {
        /// The target.
        target: String,
        /// The band, as in the formula.
        band: String,
    },
    /// A formula of another set of bands.
    #[error(
        "{target}: the formula's last band is 80, and the sums go on to 90: it was written for 18 bands, or forgets people"
    )]
    OtherScheme {
        /// The target.
        target: String,
    },
    /// The mapping was written for other bands.
    #[error("the mapping was written for {wanted} bands, the sums have {found}")]
    BandCount {
        /// Bands of the mapping.
        wanted: u32,
        /// Bands of the sums.
        found: usize,
    },
    /// A group cuts a band and nobody said how.
    #[error("{target}: {ages} cut the band {band}, and no split says how")]
    NoSplit {
        /// The target.
        target: String,
        /// Ages wanted.
        ages: String,
        /// The band cut.
        band: String,
    },
    /// Sprague's multipliers without the groups they need.
    #[error("{target}: sprague needs all bands from birth to age 24, which the sums do not have")]
    NoSprague {
        /// The target.
        target: String,
    },
    /// Nothing holds everybody.
    #[error("{target}: the sums have neither the whole population nor all its bands")]
    NoTotal {
        /// The target.
        target: String,
    },
}

impl CompositionError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Bands { problem, .. } => problem.hint(),
            Self::NoBand { .. } => {
                "sum the raster of that band too (zonal-sum -r), or write the formula for the bands at hand"
            }
            Self::OtherScheme { .. } => {
                "if the last band is meant to be 80-84, say bands = 20 in the mapping"
            }
            Self::BandCount { .. } => {
                "correct bands in the mapping and check its formulas: the last band of 18 is 80 and over"
            }
            Self::NoSplit { .. } => {
                "say in the mapping how: split = \"uniform\" or \"sprague\", for the file or the entry"
            }
            Self::NoSprague { .. } => {
                "sum the rasters of all bands, or say split = \"uniform\" in the mapping"
            }
            Self::NoTotal { .. } => {
                "sum the raster of the whole population, or those of all bands (zonal-sum -r)"
            }
        }
    }
}

impl Composition {
    /// Lays out targets over the bands of a reference period.
    ///
    /// # Errors
    /// See [`CompositionError`].
    pub fn new(
        targets: &[Target],
        bands: &BandSet,
        total: TotalFrom,
        band_count: Option<u32>,
    ) -> Result<Self, CompositionError> {
        if let (Some(wanted), Some(scheme)) = (band_count, bands.scheme()) {
            let found = scheme.bands().len();
            if found != wanted as usize {
                return Err(CompositionError::BandCount { wanted, found });
            }
        }
        let fills_bands = targets
            .iter()
            .any(|target| target.rate.is_none() && !is_everybody(&target.group));
        let prefers_bands = fills_bands && total == TotalFrom::Bands;
        let terms: Vec<BandTerms> = targets
            .iter()
            .map(|target| source(target, bands, prefers_bands, band_count.is_some()))
            .collect::<Result<_, _>>()?;
        for (target, source) in targets.iter().zip(&terms) {
            check_split(target, source, bands)?;
        }
        let tables = rounding_tables::rounding_tables(targets, &terms, bands);
        Ok(Self { terms, tables })
    }
}

impl Composition {
    /// Whether no person is counted by two of some targets: then they have a total. Targets that cross,
    /// rates and weighted formulas beside others have none.
    #[must_use]
    pub fn are_disjoint(&self, targets: &[usize]) -> bool {
        if targets.len() < 2 {
            return true;
        }
        self.tables.iter().any(|table| {
            let mut taken = vec![false; table.columns.len()];
            let mut members = 0;
            for (_, columns) in table.targets.iter().filter(|(t, _)| targets.contains(t)) {
                members += 1;
                for &column in columns {
                    if std::mem::replace(&mut taken[column], true) {
                        return false;
                    }
                }
            }
            members == targets.len()
        })
    }
}

fn is_everybody(group: &CountedGroup) -> bool {
    matches!(group, CountedGroup::Group { sex: None | Some(Sex::Total), ages } if *ages == Ages::ALL)
}

fn title(target: &Target) -> String {
    if target.option_combo_name.is_empty() {
        target.element.clone()
    } else {
        format!("{}, {}", target.element, target.option_combo_name)
    }
}

fn source(
    target: &Target,
    bands: &BandSet,
    prefers_bands: bool,
    says_bands: bool,
) -> Result<BandTerms, CompositionError> {
    let error = |problem| CompositionError::Bands {
        target: title(target),
        problem,
    };
    match &target.group {
        CountedGroup::Formula(formula) => weighted(target, formula, bands, says_bands),
        CountedGroup::Group { sex, ages } if *ages == Ages::ALL => {
            let whole = bands.everybody(sex.unwrap_or(Sex::Total));
            let from_bands = || bands.slices(*sex, Ages::ALL).map(BandTerms::Slices);
            let from_raster = |column| {
                let name = format!("{} of all ages", sex.unwrap_or(Sex::Total));
                BandTerms::Weighted(vec![(column, name, Ratio::reduced(1, 1))])
            };
            match whole {
                // Some bands alone cannot make the total: then only its raster can.
                Some(column) if prefers_bands => {
                    Ok(from_bands().unwrap_or_else(|_| from_raster(column)))
                }
                Some(column) => Ok(from_raster(column)),
                None if bands.has_bands() => from_bands().map_err(error),
                None => from_bands().map_err(|_| CompositionError::NoTotal {
                    target: title(target),
                }),
            }
        }
        CountedGroup::Group { sex, ages } => bands
            .slices(*sex, *ages)
            .map(BandTerms::Slices)
            .map_err(error),
    }
}

fn weighted(
    target: &Target,
    formula: &Formula,
    bands: &BandSet,
    says_bands: bool,
) -> Result<BandTerms, CompositionError> {
    let highest = formula.0.iter().map(|term| term.from).max();
    let goes_on = bands.bands().any(|(_, band, _)| band.from > 80);
    if highest == Some(80) && goes_on && !says_bands {
        return Err(CompositionError::OtherScheme {
            target: title(target),
        });
    }
    let (mut columns, mut whole) = (Vec::new(), Vec::new());
    for term in &formula.0 {
        let missing = || CompositionError::NoBand {
            target: title(target),
            band: format!("{}{:02}", term.sex, term.from),
        };
        // A t band is the sum of its f and m bands where only those are there.
        let sexes = match bands.band(term.sex, term.from) {
            None if term.sex == Sex::Total => vec![Sex::Female, Sex::Male],
            _ => vec![term.sex],
        };
        for sex in sexes {
            let (band, column) = bands.band(sex, term.from).ok_or_else(missing)?;
            columns.push((column, format!("{sex}{:02}", term.from), term.weight));
            whole.push(BandSlice {
                column,
                sex,
                band,
                from: band.from * 12,
                to: band.to.map(|to| to * 12),
            });
        }
    }
    // Whole bands add up with all others that are made of bands.
    let has_weights = formula
        .0
        .iter()
        .any(|term| term.weight.over != term.weight.under);
    Ok(match has_weights {
        true => BandTerms::Weighted(columns),
        false => BandTerms::Slices(whole),
    })
}

fn check_split(
    target: &Target,
    source: &BandTerms,
    bands: &BandSet,
) -> Result<(), CompositionError> {
    let BandTerms::Slices(slices) = source else {
        return Ok(());
    };
    let Some(slice) = slices.iter().find(|slice| !slice.is_whole()) else {
        return Ok(());
    };
    match target.split {
        Some(Split::Sprague) if !can_sprague(slice.sex, bands) => {
            Err(CompositionError::NoSprague {
                target: title(target),
            })
        }
        Some(_) => Ok(()),
        None => Err(CompositionError::NoSplit {
            target: title(target),
            ages: match &target.group {
                CountedGroup::Group { ages, .. } => ages.to_string(),
                CountedGroup::Formula(formula) => formula.to_string(),
            },
            band: format!("{}{:02} ({})", slice.sex, slice.band.from, slice.band),
        }),
    }
}

#[cfg(test)]
mod tests;
