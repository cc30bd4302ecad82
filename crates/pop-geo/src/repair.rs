//! Polygons that cross or overlap, brought to the one reading they have.
//!
//! Ring by ring, then holes out of shells, then shells together: what GEOS calls the "structure" method of `MakeValid`. A ring is read by
//! the non-zero rule if the even-odd rule reads it alike; else it has no one reading. The overlay itself is `i_overlay`'s, on a grid of
//! 64-bit integers over the box round the area.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::overlay::FloatOverlay;
use i_overlay::float::simplify::SimplifyShape;

use crate::crossing::{Contact, IndexedRing};
use crate::{Area, Defect, GeometryProblem, Polygon, Repair, Ring, RingKind, signed_area};

/// Up to this share of a ring's area the two rules may differ and still be taken to agree: loops of a slipped pen.
const AGREE: f64 = 1e-6;

/// The area with its defects repaired, and what they were; none are named where the area was valid, borders that touch included.
///
/// # Errors
/// [`GeometryProblem`] where the even-odd and the non-zero rule read a ring differently, or nothing is left.
pub fn repair(area: &Area) -> Result<(Area, Repair), GeometryProblem> {
    let mut defects = Vec::new();
    let mut parts = Region::default();
    for polygon in &area.polygons {
        let mut shell = Region::default();
        let mut holes = Region::default();
        for (index, ring) in polygon.rings.iter().enumerate() {
            match RingKind::of(index) {
                RingKind::Shell => shell = clean(ring, &mut defects)?,
                RingKind::Hole => holes.add(clean(ring, &mut defects)?),
            }
        }
        parts.add(shell.without(holes, &mut defects));
    }
    let parts = parts.joined(&mut defects);
    if parts.shapes.is_empty() {
        return Err(GeometryProblem::NoArea);
    }
    defects.sort_unstable();
    defects.dedup();
    let repair = Repair {
        defects,
        area_before: area.size(),
        area_after: parts.size,
    };
    let polygons = parts.shapes.into_iter();
    let repaired = Area {
        polygons: polygons.map(|rings| Polygon { rings }).collect(),
        repair: Some(repair.clone()),
        longitudes: area.longitudes,
    };
    Ok((repaired, repair))
}

/// Shapes wound as the overlay winds them, shells one way and holes the other.
#[derive(Debug, Default)]
struct Region {
    /// Shells with their holes.
    shapes: Vec<Vec<Ring>>,
    /// Square degrees, added up piece by piece.
    size: f64,
    /// What two ways to add up the size may differ by.
    slack: f64,
}

impl Region {
    fn add(&mut self, other: Self) {
        self.shapes.extend(other.shapes);
        self.size += other.size;
        self.slack += other.slack;
    }

    /// The same region by an overlay, whose size tells whether there was a defect.
    fn overlaid(self, shapes: Vec<Vec<Ring>>, defect: Defect, defects: &mut Vec<Defect>) -> Self {
        let size = size(&shapes);
        if (size - self.size).abs() > self.slack {
            defects.push(defect);
        }
        Self {
            shapes,
            size,
            ..self
        }
    }

    /// A shell less its holes.
    fn without(mut self, holes: Self, defects: &mut Vec<Defect>) -> Self {
        if holes.shapes.is_empty() {
            return self;
        }
        let rest = FloatOverlay::<[f64; 2], i64>::from_subj_and_clip(&self.shapes, &holes.shapes)
            .overlay(OverlayRule::Difference, FillRule::NonZero);
        self.size -= holes.size;
        self.slack += holes.slack;
        self.overlaid(rest, Defect::Hole, defects)
    }

    /// Parts made one region.
    fn joined(self, defects: &mut Vec<Defect>) -> Self {
        if self.shapes.len() < 2 {
            return self;
        }
        let joined = self.shapes.simplify_shape_as::<i64>(FillRule::NonZero);
        self.overlaid(joined, Defect::Overlap, defects)
    }
}

/// The region that one ring encloses.
fn clean(ring: &Ring, defects: &mut Vec<Defect>) -> Result<Region, GeometryProblem> {
    let whole = Region {
        shapes: Vec::new(),
        size: signed_area(ring).abs(),
        slack: slack(ring),
    };
    let Some(Contact::Cross(at) | Contact::Touch(at)) = IndexedRing::new(ring).self_contact()
    else {
        let mut ring = ring.clone();
        if signed_area(&ring) < 0.0 {
            ring.reverse();
        }
        return Ok(Region {
            shapes: vec![vec![ring]],
            ..whole
        });
    };
    let shapes = ring.simplify_shape_as::<i64>(FillRule::NonZero);
    let non_zero = size(&shapes);
    let even_odd = size(&ring.simplify_shape_as::<i64>(FillRule::EvenOdd));
    if non_zero - even_odd > whole.slack.max(AGREE * non_zero) {
        return Err(GeometryProblem::Ambiguous {
            at,
            even_odd,
            non_zero,
        });
    }
    Ok(whole.overlaid(shapes, Defect::Crossing, defects))
}

/// Square degrees of shapes.
fn size(shapes: &[Vec<Ring>]) -> f64 {
    let sizes = shapes.iter().flatten().map(|ring| signed_area(ring));
    sizes.sum::<f64>().abs()
}

/// What two ways to add up the area within a ring may differ by: rounding of the sum, and of each point by a last digit.
fn slack(ring: &Ring) -> f64 {
    let Some(bounds) = Area::ring_bounds(ring) else {
        return 0.0;
    };
    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
    let length: f64 = ends
        .map(|(a, b)| (b[0] - a[0]).abs() + (b[1] - a[1]).abs())
        .sum();
    let largest = bounds.west.abs().max(bounds.east.abs()).max(90.0);
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of points, far below 2^53"
    )]
    let points = ring.len() as f64;
    4.0 * f64::EPSILON * (bounds.size() * (2.0 + points.sqrt()) + length * largest)
}
