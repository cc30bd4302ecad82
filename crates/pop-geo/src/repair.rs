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
use crate::{Area, GeometryProblem, Polygon, Ring, signed_area};

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

/// Shapes as the overlay has them: shells with holes.
type Shapes = Vec<Vec<Ring>>;

/// The area with its faults repaired, and what they were; none are named where the area was sound, borders that touch included.
///
/// # Errors
/// [`GeometryProblem`] where the even-odd and the non-zero rule read a ring differently, or nothing is left.
pub fn repair(area: &Area) -> Result<(Area, Repair), GeometryProblem> {
    let rounding = Rounding::of(area);
    let mut faults = Vec::new();
    let mut parts: Shapes = Vec::new();
    let mut apart = 0.0;
    for polygon in &area.polygons {
        let mut rings = Vec::with_capacity(polygon.rings.len());
        for ring in &polygon.rings {
            rings.push(clean(ring, rounding, &mut faults)?);
        }
        let mut rings = rings.into_iter();
        let shell = rings.next().unwrap_or_default();
        let holes: Shapes = rings.flatten().collect();
        let shapes = if holes.is_empty() {
            shell
        } else {
            let expected = size(&shell) - size(&holes);
            let rest = FloatOverlay::<[f64; 2], i64>::from_subj_and_clip(&shell, &holes)
                .overlay(OverlayRule::Difference, FillRule::NonZero);
            if rounding.differ(size(&rest), expected) {
                faults.push(Fault::Hole);
            }
            rest
        };
        apart += size(&shapes);
        parts.extend(shapes);
    }
    if parts.len() > 1 {
        parts = parts.simplify_shape_as::<i64>(FillRule::NonZero);
        if rounding.differ(size(&parts), apart) {
            faults.push(Fault::Overlap);
        }
    }
    if parts.is_empty() {
        return Err(GeometryProblem::NoArea);
    }
    faults.sort_unstable();
    faults.dedup();
    let repair = Repair {
        faults,
        area_before: area.size(),
        area_after: size(&parts),
    };
    let mended = Area {
        polygons: parts.into_iter().map(|rings| Polygon { rings }).collect(),
        repair: Some(repair.clone()),
        longitudes: area.longitudes,
    };
    Ok((mended, repair))
}

/// The shapes that one ring encloses, wound one way.
fn clean(
    ring: &Ring,
    rounding: Rounding,
    faults: &mut Vec<Fault>,
) -> Result<Shapes, GeometryProblem> {
    let contact = Chain::new(ring).self_contact();
    if contact.is_none() {
        let mut ring = ring.clone();
        if signed_area(&ring) < 0.0 {
            ring.reverse();
        }
        return Ok(vec![vec![ring]]);
    }
    let shapes = ring.simplify_shape_as::<i64>(FillRule::NonZero);
    let non_zero = size(&shapes);
    let even_odd = size(&ring.simplify_shape_as::<i64>(FillRule::EvenOdd));
    if rounding.differ(non_zero, even_odd) && non_zero - even_odd > AGREE * non_zero {
        let (Some(Contact::Cross(at) | Contact::Touch(at)), ..) = (contact,) else {
            return Ok(shapes);
        };
        return Err(GeometryProblem::Ambiguous {
            at,
            even_odd,
            non_zero,
        });
    }
    if rounding.differ(non_zero, signed_area(ring).abs()) {
        faults.push(Fault::Crossing);
    }
    Ok(shapes)
}

/// Square degrees of shapes wound as the overlay winds them: shells one way, holes the other.
fn size(shapes: &Shapes) -> f64 {
    shapes
        .iter()
        .flatten()
        .map(|ring| signed_area(ring))
        .sum::<f64>()
        .abs()
}

/// What two ways to add up one area may differ by.
#[derive(Debug, Clone, Copy)]
struct Rounding(f64);

impl Rounding {
    fn of(area: &Area) -> Self {
        let box_size = area.bounds().map_or(0.0, |bounds| {
            (bounds.east - bounds.west) * (bounds.north - bounds.south)
        });
        #[expect(
            clippy::cast_precision_loss,
            reason = "a count of points, far below 2^53"
        )]
        let vertices = area.vertices() as f64;
        Self(1e-15 * box_size * (8.0 + vertices.sqrt()))
    }

    fn differ(self, a: f64, b: f64) -> bool {
        (a - b).abs() > self.0
    }
}
