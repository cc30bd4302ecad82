//! The sexes WorldPop distinguishes.

use std::fmt;
use std::str::FromStr;

/// Sex of the people counted: female, male, or both together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// Women and girls, written `f`.
    Female,
    /// Men and boys, written `m`.
    Male,
    /// Both, written `t`.
    Total,
}

impl Sex {
    /// The letter used in file names and in the sums stream.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Female => 'f',
            Self::Male => 'm',
            Self::Total => 't',
        }
    }
}

impl fmt::Display for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.letter())
    }
}

/// A text that is none of `f`, `m`, `t`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("sex is {0:?}, expected f, m or t")]
pub struct UnknownSex(pub String);

impl FromStr for Sex {
    type Err = UnknownSex;

    /// Reads `f`, `m` or `t`, in either case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "f" | "F" => Ok(Self::Female),
            "m" | "M" => Ok(Self::Male),
            "t" | "T" => Ok(Self::Total),
            _ => Err(UnknownSex(text.to_owned())),
        }
    }
}
