//! What can be wrong with a file of units.

/// Why a file of units was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// Nothing to read.
    #[error("empty input, expected a GeoJSON FeatureCollection")]
    Empty,
}

impl ReadError {
    /// 1-based number of the feature it is about.
    #[must_use]
    pub fn feature(&self) -> Option<usize> {
        None
    }

    /// Id of the feature it is about, as far as it was read.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        None
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        None
    }
}
