//! What two sets of areas share: the intersections of their pairs, and what is in one set only.
//!
//! Polygons are cut first, for people to be summed over the pieces after: two coverage fractions of one cell cannot be
//! multiplied where both borders pass through it. The overlay is `i_overlay`'s on a grid of 64-bit integers over the
//! box round both areas, so a vertex moves by no more than the last digits of its coordinates.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::overlay::FloatOverlay;
use rayon::prelude::*;

use crate::validity::NO_AREA;
use crate::{Area, Polygon, Ring, RingKind, signed_area};

/// A part of the plane: in an old and a new area, or in one of them and no area of the other set.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Index of the old area.
    pub old: Option<usize>,
    /// Index of the new area.
    pub new: Option<usize>,
    /// What it covers.
    pub area: Area,
}

/// Shells counter-clockwise and holes clockwise, as the non-zero rule reads them.
type Shapes = Vec<Vec<Ring>>;

/// The pieces of two sets of areas: by old area those shared with each new one and its remainder, then the remainders of
/// the new areas. Pieces of one old area overlap only where new areas overlap, and the other way round.
#[must_use]
pub fn pieces(old: &[&Area], new: &[&Area]) -> Vec<Piece> {
    let (before, after) = (shapes_of(old), shapes_of(new));
    let mut all: Vec<Piece> = (0..old.len())
        .into_par_iter()
        .flat_map_iter(|index| {
            let near = near(old[index], new);
            let mut pieces: Vec<Piece> = near
                .iter()
                .filter_map(|&other| {
                    let shared = overlay(&before[index], &after[other], OverlayRule::Intersect);
                    piece(Some(index), Some(other), shared)
                })
                .collect();
            pieces.extend(piece(
                Some(index),
                None,
                remainder(&before[index], &near, &after),
            ));
            pieces
        })
        .collect();
    let added: Vec<Piece> = (0..new.len())
        .into_par_iter()
        .filter_map(|index| {
            let near = near(new[index], old);
            piece(None, Some(index), remainder(&after[index], &near, &before))
        })
        .collect();
    all.extend(added);
    all
}

fn shapes_of(areas: &[&Area]) -> Vec<Shapes> {
    let wound = |(index, ring): (usize, &Ring)| {
        let mut ring = ring.clone();
        let is_counter_clockwise = signed_area(&ring) > 0.0;
        if is_counter_clockwise != (RingKind::of(index) == RingKind::Shell) {
            ring.reverse();
        }
        ring
    };
    let shape = |polygon: &Polygon| polygon.rings.iter().enumerate().map(wound).collect();
    areas
        .par_iter()
        .map(|area| area.polygons.iter().map(shape).collect())
        .collect()
}

/// The areas whose box meets that of an area.
fn near(area: &Area, others: &[&Area]) -> Vec<usize> {
    let Some(bounds) = area.bounds() else {
        return Vec::new();
    };
    let intersects = |other: &&Area| {
        other
            .bounds()
            .is_some_and(|other| other.intersects(&bounds))
    };
    let all = others.iter().enumerate();
    all.filter(|(_, other)| intersects(other))
        .map(|(index, _)| index)
        .collect()
}

fn remainder(own: &Shapes, near: &[usize], others: &[Shapes]) -> Shapes {
    if near.is_empty() {
        return own.clone();
    }
    let covering: Shapes = near
        .iter()
        .flat_map(|&other| others[other].iter().cloned())
        .collect();
    overlay(own, &covering, OverlayRule::Difference)
}

fn overlay(subject: &Shapes, clip: &Shapes, rule: OverlayRule) -> Shapes {
    FloatOverlay::<[f64; 2], i64>::from_subj_and_clip(subject, clip)
        .overlay(rule, FillRule::NonZero)
}

/// A piece, where its shapes cover more than the last digits of their coordinates do: what is less is read back as no area.
fn piece(old: Option<usize>, new: Option<usize>, shapes: Shapes) -> Option<Piece> {
    let polygons = shapes.into_iter().map(|rings| Polygon { rings });
    let area = Area::new(polygons.collect());
    let box_size = area.bounds()?.size();
    (area.size() > NO_AREA * box_size).then_some(Piece { old, new, area })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Area {
        let ring = vec![[west, south], [east, south], [east, north], [west, north]];
        Area::new(vec![Polygon { rings: vec![ring] }])
    }

    /// Indices and size of each piece.
    fn cut(old: &[Area], new: &[Area]) -> Vec<(Option<usize>, Option<usize>, f64)> {
        let (old, new): (Vec<&Area>, Vec<&Area>) = (old.iter().collect(), new.iter().collect());
        pieces(&old, &new)
            .into_iter()
            .map(|piece| (piece.old, piece.new, piece.area.size()))
            .collect()
    }

    #[test]
    fn a_split_unit_has_two_pieces_and_no_remainder() {
        let old = [rectangle(0.0, 0.0, 4.0, 2.0)];
        let new = [rectangle(0.0, 0.0, 1.0, 2.0), rectangle(1.0, 0.0, 4.0, 2.0)];
        assert_eq!(
            cut(&old, &new),
            [(Some(0), Some(0), 2.0), (Some(0), Some(1), 6.0)]
        );
    }

    #[test]
    fn remainders_of_both_sides_come_out() {
        let old = [
            rectangle(0.0, 0.0, 2.0, 2.0),
            rectangle(10.0, 0.0, 11.0, 1.0),
        ];
        let new = [rectangle(1.0, 0.0, 3.0, 2.0)];
        assert_eq!(
            cut(&old, &new),
            [
                (Some(0), Some(0), 2.0),
                (Some(0), None, 2.0),
                (Some(1), None, 1.0),
                (None, Some(0), 2.0)
            ]
        );
    }

    #[test]
    fn units_that_touch_share_no_piece_and_holes_stay_holes() {
        let mut ring = rectangle(0.0, 0.0, 4.0, 4.0);
        ring.polygons[0]
            .rings
            .push(vec![[1.0, 1.0], [3.0, 1.0], [3.0, 3.0], [1.0, 3.0]]);
        let core = rectangle(1.0, 1.0, 3.0, 3.0);
        let old = [ring, core];
        let found = cut(&old, &old.clone());
        assert_eq!(found, [(Some(0), Some(0), 12.0), (Some(1), Some(1), 4.0)]);
    }

    #[test]
    fn what_rounding_leaves_is_no_piece() {
        // A border that was drawn twice, once with another last digit.
        let ring = vec![
            [-11.74505, 8.42977],
            [-11.7544, 8.4194],
            [-11.74505, 8.429769999999998],
        ];
        assert_eq!(piece(Some(0), Some(0), vec![vec![ring]]), None);
    }

    proptest! {
        /// Two tilings of one square: the pieces of each unit fill it.
        #[test]
        fn pieces_fill_their_units(
            across in prop::collection::btree_set(1_u32..99, 0..6),
            up in prop::collection::btree_set(1_u32..99, 0..6),
        ) {
            let strips = |cuts: &std::collections::BTreeSet<u32>, is_across: bool| -> Vec<Area> {
                let ends: Vec<f64> = [0].into_iter().chain(cuts.iter().copied()).chain([100]).map(|end| f64::from(end) / 7.0).collect();
                let side = 100.0 / 7.0;
                ends.windows(2)
                    .map(|pair| match is_across {
                        true => rectangle(pair[0], 0.0, pair[1], side),
                        false => rectangle(0.0, pair[0], side, pair[1]),
                    })
                    .collect()
            };
            let (old, new) = (strips(&across, true), strips(&up, false));
            let found = cut(&old, &new);
            prop_assert_eq!(found.len(), old.len() * new.len());
            for (index, unit) in old.iter().enumerate() {
                let filled: f64 = found.iter().filter(|piece| piece.0 == Some(index)).map(|piece| piece.2).sum();
                prop_assert!((filled - unit.size()).abs() < 1e-12 * unit.size().max(1.0));
            }
            for (index, unit) in new.iter().enumerate() {
                let filled: f64 = found.iter().filter(|piece| piece.1 == Some(index)).map(|piece| piece.2).sum();
                prop_assert!((filled - unit.size()).abs() < 1e-12 * unit.size().max(1.0));
            }
        }
    }
}
