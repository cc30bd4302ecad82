//! What is drawn: the rings of a unit, as the source has them.

/// Shells and holes of a unit: rings of `[longitude, latitude]` in degrees, closed or not, wound either way. None for a unit that is not drawn.
#[derive(Debug, Clone, Default)]
pub struct Outline<'a> {
    /// Shells and holes in any order.
    pub rings: Vec<&'a [[f64; 2]]>,
}
