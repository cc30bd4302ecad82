//! What of a unit is matched with the features of a file.

/// A key of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitKey {
    Id,
    Code,
    Name,
}

impl UnitKey {
    /// The word of the command line.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Code => "code",
            Self::Name => "name",
        }
    }
}
