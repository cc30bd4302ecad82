//! Polygons that cross or overlap, brought to the one reading they have.
//!
//! Ring by ring, then holes out of shells, then shells together: what GEOS calls the "structure" method of `MakeValid`. A ring is read by
//! the non-zero rule if the even-odd rule reads it alike; else it has no one reading. The overlay itself is `i_overlay`'s, on a grid of
//! 64-bit integers over the box round the area.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::overlay::FloatOverlay;
use i_overlay::float::simplify::SimplifyShape;

use crate::crossing::{Chain, Contact};
use crate::{Area, GeometryProblem, Polygon, Ring, RingKind, signed_area};

/// Up to this share of a ring's area the two rules may differ and still be taken to agree: loops of a slipped pen.
const AGREE: f64 = 1e-6;

/// What was done to polygons that were not sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Repair {
    /// What was wrong, each once, in a fixed order.
    pub faults: Vec<Fault>,
    /// Square degrees as written: shells less holes, ring by ring.
    pub area_before: f64,
    /// Square degrees after the repair.
    pub area_after: f64,
}

/// A way in which polygons are not sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A ring crosses itself.
    Crossing,
    /// A hole lies outside its shell, crosses it, or overlaps another hole.
    Hole,
    /// Parts overlap, or one lies in another.
    Overlap,
    /// A ring of one or two points beside proper ones was left out.
    FlatRing,
}

impl Repair {
    /// How far the area moved, as a share of the area after (0.01 is one per cent).
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.area_after > 0.0 {
            (self.area_after - self.area_before).abs() / self.area_after
        } else {
            1.0
        }
    }
}

/// The area with its faults repaired, and what they were; none are named where the area was sound, borders that touch included.
///
/// # Errors
/// [`GeometryProblem`] where the even-odd and the non-zero rule read a ring differently, or nothing is left.
pub fn repair(area: &Area) -> Result<(Area, Repair), GeometryProblem> {
    let mut faults = Vec::new();
    let mut parts = Ground::default();
    for polygon in &area.polygons {
        let mut shell = Ground::default();
        let mut holes = Ground::default();
        for (index, ring) in polygon.rings.iter().enumerate() {
            match RingKind::of(index) {
                RingKind::Shell => shell = clean(ring, &mut faults)?,
                RingKind::Hole => holes.add(clean(ring, &mut faults)?),
            }
        }
        parts.add(shell.without(holes, &mut faults));
    }
    let parts = parts.joined(&mut faults);
    if parts.shapes.is_empty() {
        return Err(GeometryProblem::NoArea);
    }
    faults.sort_unstable();
    faults.dedup();
    let repair = Repair {
        faults,
        area_before: area.size(),
        area_after: parts.size,
    };
    let polygons = parts.shapes.into_iter();
    let mended = Area {
        polygons: polygons.map(|rings| Polygon { rings }).collect(),
        repair: Some(repair.clone()),
        longitudes: area.longitudes,
    };
    Ok((mended, repair))
}

/// Shapes wound as the overlay winds them, shells one way and holes the other.
#[derive(Debug, Default)]
struct Ground {
    /// Shells with their holes.
    shapes: Vec<Vec<Ring>>,
    /// Square degrees, added up piece by piece.
    size: f64,
    /// What two ways to add up the size may differ by.
    slack: f64,
}

impl Ground {
    fn add(&mut self, other: Self) {
        self.shapes.extend(other.shapes);
        self.size += other.size;
        self.slack += other.slack;
    }

    /// The same ground by an overlay, whose size tells whether there was a fault.
    fn settled(self, shapes: Vec<Vec<Ring>>, fault: Fault, faults: &mut Vec<Fault>) -> Self {
        let size = size(&shapes);
        if (size - self.size).abs() > self.slack {
            faults.push(fault);
        }
        Self {
            shapes,
            size,
            ..self
        }
    }

    /// A shell less its holes.
    fn without(mut self, holes: Self, faults: &mut Vec<Fault>) -> Self {
        if holes.shapes.is_empty() {
            return self;
        }
        let rest = FloatOverlay::<[f64; 2], i64>::from_subj_and_clip(&self.shapes, &holes.shapes)
            .overlay(OverlayRule::Difference, FillRule::NonZero);
        self.size -= holes.size;
        self.slack += holes.slack;
        self.settled(rest, Fault::Hole, faults)
    }

    /// Parts made one ground.
    fn joined(self, faults: &mut Vec<Fault>) -> Self {
        if self.shapes.len() < 2 {
            return self;
        }
        let joined = self.shapes.simplify_shape_as::<i64>(FillRule::NonZero);
        self.settled(joined, Fault::Overlap, faults)
    }
}

/// The ground that one ring encloses.
fn clean(ring: &Ring, faults: &mut Vec<Fault>) -> Result<Ground, GeometryProblem> {
    let whole = Ground {
        shapes: Vec::new(),
        size: signed_area(ring).abs(),
        slack: slack(ring),
    };
    let Some(Contact::Cross(at) | Contact::Touch(at)) = Chain::new(ring).self_contact() else {
        let mut ring = ring.clone();
        if signed_area(&ring) < 0.0 {
            ring.reverse();
        }
        return Ok(Ground {
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
    Ok(whole.settled(shapes, Fault::Crossing, faults))
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
