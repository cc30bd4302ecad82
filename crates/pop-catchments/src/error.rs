//! What can fail.

/// Why areas could not be partitioned. None of these is expected of sound areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CatchmentError {
    /// Cutting lines where they meet did not come to an end.
    #[error("borders and outlines do not settle")]
    Unsettled,
    /// A connected part without an outer ring, or with several.
    #[error("a part with {found} outer rings")]
    Shells {
        /// How many.
        found: usize,
    },
}
