//! The classes of a change, and their colours.

use pop_sums::change::{is_flagged, reaches};

/// How a unit's people change, by the limits of the guidance: ±10 and ±20 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeClass {
    /// By -20 % or more.
    LargeFall,
    /// From -20 to -10 %; -10 % belongs to it, as the guidance flags it.
    Fall,
    /// Within 10 % either way.
    Small,
    /// From 10 to 20 %.
    Rise,
    /// By 20 % or more.
    LargeRise,
    /// There was no value before.
    New,
    /// There is no value.
    NoValue,
}

impl ChangeClass {
    /// All classes, from the largest fall to the largest rise, then those without a change.
    pub const ALL: [Self; 7] = [
        Self::LargeFall,
        Self::Fall,
        Self::Small,
        Self::Rise,
        Self::LargeRise,
        Self::New,
        Self::NoValue,
    ];

    /// The class of a change as a share, 0.1 for 10 %.
    #[must_use]
    pub fn of_change(share: f64) -> Self {
        match (share < 0.0, reaches(share.abs(), 0.2), is_flagged(share)) {
            (true, true, _) => Self::LargeFall,
            (true, false, true) => Self::Fall,
            (false, true, _) => Self::LargeRise,
            (false, false, true) => Self::Rise,
            (_, false, false) => Self::Small,
        }
    }

    /// A short word for markup.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::LargeFall => "large-fall",
            Self::Fall => "fall",
            Self::Small => "small",
            Self::Rise => "rise",
            Self::LargeRise => "large-rise",
            Self::New => "new",
            Self::NoValue => "no-value",
        }
    }

    /// One letter, for the class of many paths.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::LargeFall => 'a',
            Self::Fall => 'b',
            Self::Small => 'c',
            Self::Rise => 'd',
            Self::LargeRise => 'e',
            Self::New => 'n',
            Self::NoValue => 'x',
        }
    }

    /// The colour, `#rrggbb`: of ColorBrewer's PuOr (<https://colorbrewer2.org>), and a green for new values. Falls and new values are hatched
    /// over it, no value is dotted.
    #[must_use]
    pub fn colour(self) -> &'static str {
        match self {
            Self::LargeFall => "#b35806",
            Self::Fall => "#fdb863",
            Self::Small => "#f7f7f7",
            Self::Rise => "#b2abd2",
            Self::LargeRise => "#542788",
            Self::New => "#008877",
            Self::NoValue => "#ffffff",
        }
    }
}
