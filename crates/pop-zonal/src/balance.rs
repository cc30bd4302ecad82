//! The balance of a level: everybody of a raster, in units, in several, or in none.

use crate::balance_layers::{BalanceBucket, BalanceLayers};
use crate::stack_sums::RasterSums;
use crate::weighted_sum::WeightedSum;

/// People that two units have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlap {
    /// The two units, by their index among all units.
    pub units: (u32, u32),
    /// People in both; in border cells the most there can be.
    pub people: f64,
}

/// The balance of one level on one raster. Every bucket was added up on its own.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelBalance {
    /// The level.
    pub level: Option<u32>,
    /// Units of the level that have a polygon and are active on the date.
    pub units: usize,
    /// Sum over those units.
    pub in_units: f64,
    /// Counted in more than one of them, each time beyond the first.
    pub more_than_once: f64,
    /// In none of them, in total.
    pub in_no_unit: f64,
    /// In none, inside a unit of an upper level some of whose units have no polygon.
    pub inside_incomplete: f64,
    /// In none, inside a unit of an upper level whose units all have a polygon.
    pub inside_complete: f64,
    /// In none of this or an upper level.
    pub outside: f64,
    /// Total − (in units − more than once + in no unit): what rounding leaves over.
    pub difference: f64,
    /// Pairs with the most people in common, most first.
    pub overlaps: Vec<Overlap>,
    /// Pairs that have people in common.
    pub overlapping_pairs: usize,
}

/// Overlapping pairs that are named.
const MAX_OVERLAPS: usize = 20;

impl LevelBalance {
    /// The balance of a layer.
    #[must_use]
    pub fn new(layers: &BalanceLayers, layer: usize, sums: &RasterSums) -> Self {
        let this = &layers.all()[layer];
        let mut in_units = WeightedSum::default();
        for &outline in &this.members {
            in_units.merge(&sums.outlines[outline as usize]);
        }
        let bucket = |bucket| sums.bucket(layer, bucket);
        let mut none = bucket(BalanceBucket::InsideIncomplete).clone();
        none.merge(bucket(BalanceBucket::InsideComplete));
        none.merge(bucket(BalanceBucket::Outside));
        let mut difference = sums.total.clone();
        difference.subtract(&in_units);
        difference.merge(bucket(BalanceBucket::MoreThanOnce));
        difference.subtract(&none);
        let unit = |outline: u32| layers.units()[outline as usize];
        let mut overlaps: Vec<Overlap> = sums
            .pairs
            .iter()
            .filter(|((of, ..), sum)| *of as usize == layer && sum.people() > 0.0)
            .map(|((_, a, b), sum)| Overlap {
                units: (unit(*a), unit(*b)),
                people: sum.people(),
            })
            .collect();
        let overlapping_pairs = overlaps.len();
        overlaps.sort_by(|a, b| b.people.total_cmp(&a.people).then(a.units.cmp(&b.units)));
        overlaps.truncate(MAX_OVERLAPS);
        Self {
            level: this.level,
            units: this.members.len(),
            in_units: in_units.people(),
            more_than_once: bucket(BalanceBucket::MoreThanOnce).people(),
            in_no_unit: none.people(),
            inside_incomplete: bucket(BalanceBucket::InsideIncomplete).people(),
            inside_complete: bucket(BalanceBucket::InsideComplete).people(),
            outside: bucket(BalanceBucket::Outside).people(),
            difference: difference.people(),
            overlaps,
            overlapping_pairs,
        }
    }
}
