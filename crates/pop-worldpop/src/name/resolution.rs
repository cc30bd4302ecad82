//! Cell sizes.

use std::fmt;

use super::Family;

/// Cell size named in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resolution {
    /// Three arc-seconds.
    Metres100,
    /// Thirty arc-seconds.
    Kilometre1,
}

impl Resolution {
    /// Width and height of a cell, in degrees.
    #[must_use]
    pub const fn degrees(self) -> f64 {
        match self {
            Self::Metres100 => 3.0 / 3600.0,
            Self::Kilometre1 => 30.0 / 3600.0,
        }
    }

    /// The cell size that a source names; `None` for sources of others than WorldPop, whose words may mean metres. See
    /// [`RasterName::source`](super::RasterName::source).
    ///
    /// ```
    /// use pop_worldpop::Resolution;
    /// assert_eq!(Resolution::of_source("worldpop-global1;1km;UA"), Some(Resolution::Kilometre1));
    /// assert_eq!(Resolution::of_source("census;100m"), None);
    /// ```
    #[must_use]
    pub fn of_source(source: &str) -> Option<Self> {
        Family::of_source(source)?;
        source.split(';').find_map(|word| match word {
            "100m" => Some(Self::Metres100),
            "1km" => Some(Self::Kilometre1),
            _ => None,
        })
    }
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Metres100 => "100m",
            Self::Kilometre1 => "1km",
        })
    }
}
