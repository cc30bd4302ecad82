//! Status of a sum and the reasons behind it.

use std::fmt;
use std::str::FromStr;

/// How far a sum can be trusted. The order is from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// There is a value, and nothing speaks against it.
    Ok,
    /// There is a value that a human must allow.
    Doubtful,
    /// There is no value.
    None,
}

impl Status {
    /// The word in the stream.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Doubtful => "doubtful",
            Self::None => "none",
        }
    }

    /// The status a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Ok, Self::Doubtful, Self::None]
            .into_iter()
            .find(|status| status.word() == word)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why a sum is missing or doubtful, or what happened to it on the way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The unit has no geometry, or an empty one.
    NoGeometry,
    /// The unit is a point or a line: it has no area to sum.
    Point,
    /// The polygon cannot be read in one way only.
    BadGeometry,
    /// The polygon was repaired; the area hardly changed unless the status says so.
    Repaired,
    /// The polygon is not the unit's own but a stand-in.
    FallbackGeometry,
    /// The unit lies outside the raster.
    Outside,
    /// Part of the unit lies outside the raster.
    PartlyOutside,
    /// The raster was masked and the unit is not among those kept.
    MaskedOut,
    /// The unit lies inside the raster and covers no valid cell.
    NoValidCell,
    /// The unit was closed before the year of the raster.
    Closed,
    /// The unit was opened after the year of the raster.
    NotYetOpen,
    /// Not a unit: the part of a parent that no catchment of its facilities covers.
    Unserved,
    /// Unserved, but within the limit of another parent's facility.
    InReachOfOtherParent,
    /// Another unit holds the catchment of the unit's place.
    SamePlace,
    /// No part of its parent is nearest to the unit.
    NoArea,
    /// The facility is outside the polygon of its parent.
    OutsideParent,
    /// The facility has no parent whose area it could have a share in.
    NoParent,
    /// The unit had no sum: the value is an official total.
    Filled,
    /// The value is the sum of units below, and one of them has none.
    IncompleteParent,
    /// The unit is smaller than [`MIN_AREA_CELLS`](crate::limits::MIN_AREA_CELLS): the grid says next to nothing about it.
    Tiny,
    /// A word of a later version, kept as it stands.
    Unknown(String),
}

impl Reason {
    /// Every reason this version knows, in the order of the documentation.
    pub const KNOWN: [Self; 20] = [
        Self::NoGeometry,
        Self::Point,
        Self::BadGeometry,
        Self::Repaired,
        Self::FallbackGeometry,
        Self::Outside,
        Self::PartlyOutside,
        Self::MaskedOut,
        Self::NoValidCell,
        Self::Closed,
        Self::NotYetOpen,
        Self::Unserved,
        Self::InReachOfOtherParent,
        Self::SamePlace,
        Self::NoArea,
        Self::OutsideParent,
        Self::NoParent,
        Self::Filled,
        Self::IncompleteParent,
        Self::Tiny,
    ];

    /// The word in the stream; also the kind in `--allow` and in exceptions files.
    #[must_use]
    pub const fn word(&self) -> &str {
        match self {
            Self::NoGeometry => "no-geometry",
            Self::Point => "point",
            Self::BadGeometry => "bad-geometry",
            Self::Repaired => "repaired",
            Self::FallbackGeometry => "fallback-geometry",
            Self::Outside => "outside",
            Self::PartlyOutside => "partly-outside",
            Self::MaskedOut => "masked-out",
            Self::NoValidCell => "no-valid-cell",
            Self::Closed => "closed",
            Self::NotYetOpen => "not-yet-open",
            Self::Unserved => "unserved",
            Self::InReachOfOtherParent => "in-reach-of-other-parent",
            Self::SamePlace => "same-place",
            Self::NoArea => "no-area",
            Self::OutsideParent => "outside-parent",
            Self::NoParent => "no-parent",
            Self::Tiny => "tiny",
            Self::Filled => "filled",
            Self::IncompleteParent => "incomplete-parent",
            Self::Unknown(word) => word.as_str(),
        }
    }

    /// Whether other units of the same parent count the unit's people, so that the parent is complete without a value of this one.
    #[must_use]
    pub const fn is_counted_elsewhere(&self) -> bool {
        matches!(self, Self::SamePlace | Self::NoArea)
    }

    /// Whether it makes a value doubtful. That a part is served by no facility, or by one of another parent, says whose people they are.
    #[must_use]
    pub const fn is_doubt(&self) -> bool {
        !matches!(self, Self::Unserved | Self::InReachOfOtherParent)
    }

    /// Whether the unit did not exist at the date of the raster.
    #[must_use]
    pub const fn is_inactive(&self) -> bool {
        matches!(self, Self::Closed | Self::NotYetOpen)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Reason {
    type Err = std::convert::Infallible;

    /// Reads a word of the stream; one that is not known is kept.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Ok(Self::KNOWN
            .into_iter()
            .find(|reason| reason.word() == word)
            .unwrap_or_else(|| Self::Unknown(word.to_owned())))
    }
}
