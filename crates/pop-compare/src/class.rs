//! What a pair of figures is.

use std::fmt;

/// How two figures of one key differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Equal, or without a value on both sides.
    Same,
    /// By at most 1.
    Rounding,
    /// By more than 1.
    Changed,
    /// From 0 to people: there is no percentage.
    FromZero,
    /// From people to 0.
    ToZero,
    /// From no value to one.
    Gained,
    /// From a value to none.
    Lost,
    /// The key is on the old side only.
    OnlyOld,
    /// The key is on the new side only.
    OnlyNew,
}

impl Class {
    /// All classes, in the order of the documentation.
    pub const ALL: [Self; 9] = [
        Self::Same,
        Self::Rounding,
        Self::Changed,
        Self::FromZero,
        Self::ToZero,
        Self::Gained,
        Self::Lost,
        Self::OnlyOld,
        Self::OnlyNew,
    ];

    /// The word in the output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Rounding => "rounding",
            Self::Changed => "changed",
            Self::FromZero => "from-zero",
            Self::ToZero => "to-zero",
            Self::Gained => "gained",
            Self::Lost => "lost",
            Self::OnlyOld => "only-old",
            Self::OnlyNew => "only-new",
        }
    }

    /// The class of two figures; the outer option is whether the key is there.
    pub(crate) fn of(old: Option<Option<f64>>, new: Option<Option<f64>>) -> Self {
        match (old, new) {
            (Some(old), Some(new)) => match (old, new) {
                (None, None) => Self::Same,
                (None, Some(_)) => Self::Gained,
                (Some(_), None) => Self::Lost,
                (Some(old), Some(new)) if old == new => Self::Same,
                (Some(0.0), Some(_)) => Self::FromZero,
                (Some(_), Some(0.0)) => Self::ToZero,
                (Some(old), Some(new)) if (new - old).abs() <= 1.0 => Self::Rounding,
                _ => Self::Changed,
            },
            (_, None) => Self::OnlyOld,
            (None, _) => Self::OnlyNew,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
