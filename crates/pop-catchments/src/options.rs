//! How catchments are drawn.

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PartitionOptions {
    /// Metres that a drawn border or limit may be off the true curve; more than zero.
    pub tolerance: f64,
    /// Metres along the ground to which a catchment reaches at most; more than zero.
    pub max_distance: Option<f64>,
}
