//! The balance of a level: where everybody of a raster went.

use crate::layers::{Layers, Part};
use crate::results::RasterSums;
use crate::tally::Sum;

/// People that two units have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlap {
    /// The two units, by their place among all units.
    pub units: (u32, u32),
    /// People in both; in border cells the most there can be.
    pub people: f64,
}

/// The books of one level on one raster. Every part was added up on its own.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelBalance {
    /// The level.
    pub level: Option<u32>,
    /// Units of the level that have a polygon and stood on the date.
    pub units: usize,
    /// Sum over those units.
    pub in_units: f64,
    /// Counted in more than one of them, each time beyond the first.
    pub more_than_once: f64,
    /// In none of them, in total.
    pub in_no_unit: f64,
    /// In none, inside a unit of an upper level some of whose units have no polygon.
    pub inside_incomplete: f64,
    /// In none, inside a unit of an upper level whose units are all drawn.
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

/// Overlaps that are named.
const MOST_OVERLAPS: usize = 20;

impl LevelBalance {
    /// Draws up the balance of a layer.
    #[must_use]
    pub fn new(layers: &Layers, layer: usize, sums: &RasterSums) -> Self {
        let this = &layers.all()[layer];
        let mut in_units = Sum::default();
        for &outline in &this.members {
            in_units.merge(&sums.outlines[outline as usize]);
        }
        let part = |part| sums.part(layer, part);
        let mut none = part(Part::InsideIncomplete).clone();
        none.merge(part(Part::InsideComplete));
        none.merge(part(Part::Outside));
        let mut difference = sums.total.clone();
        difference.subtract(&in_units);
        difference.merge(part(Part::MoreThanOnce));
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
        overlaps.truncate(MOST_OVERLAPS);
        Self {
            level: this.level,
            units: this.members.len(),
            in_units: in_units.people(),
            more_than_once: part(Part::MoreThanOnce).people(),
            in_no_unit: none.people(),
            inside_incomplete: part(Part::InsideIncomplete).people(),
            inside_complete: part(Part::InsideComplete).people(),
            outside: part(Part::Outside).people(),
            difference: difference.people(),
            overlaps,
            overlapping_pairs,
        }
    }
}
