//! Age bands and the two schemes WorldPop has cut ages by.

use std::fmt;

/// An age band in whole years: `from` inclusive, `to` exclusive, open when `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgeBand {
    /// First age counted.
    pub from: u32,
    /// First age no longer counted; `None` for "and over".
    pub to: Option<u32>,
}

impl AgeBand {
    /// The ages between a first one and the first beyond, as columns state them; `None` for all ages, which have two spellings: neither
    /// end, and from birth with no end.
    #[must_use]
    pub const fn from_ends(from: Option<u32>, to: Option<u32>) -> Option<Self> {
        match (from, to) {
            (None | Some(0), None) => None,
            (None, to) => Some(Self { from: 0, to }),
            (Some(from), to) => Some(Self { from, to }),
        }
    }

    /// Whether an age of that many whole years belongs to the band.
    #[must_use]
    pub fn holds(self, age: u32) -> bool {
        age >= self.from && self.to.is_none_or(|to| age < to)
    }

    /// Whether two bands share an age.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.to.is_none_or(|to| other.from < to) && other.to.is_none_or(|to| self.from < to)
    }
}

impl fmt::Display for AgeBand {
    /// `<1`, `1-4`, `90+`: the way people write it, last age included.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.to) {
            (0, Some(1)) => write!(f, "<1"),
            (from, None) => write!(f, "{from}+"),
            (from, Some(to)) if to == from + 1 => write!(f, "{from}"),
            (from, Some(to)) => write!(f, "{from}-{}", to.saturating_sub(1)),
        }
    }
}

/// How a release cuts ages: under one, one to four, five-year bands, an open end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AgeBandScheme {
    /// Eighteen bands, the last one 80 and over (Global1, 2000-2020).
    Open80,
    /// Twenty bands, the last one 90 and over (Global2, 2015-2030).
    Open90,
}

impl AgeBandScheme {
    /// First age of the open band.
    #[must_use]
    pub const fn open_from(self) -> u32 {
        match self {
            Self::Open80 => 80,
            Self::Open90 => 90,
        }
    }

    /// The band a file name's lower bound stands for, `None` when no band starts there.
    #[must_use]
    pub fn band(self, from: u32) -> Option<AgeBand> {
        let to = match from {
            0 => Some(1),
            1 => Some(5),
            _ if from == self.open_from() => None,
            _ if from.is_multiple_of(5) && from < self.open_from() => Some(from + 5),
            _ => return None,
        };
        Some(AgeBand { from, to })
    }

    /// All bands from youngest to oldest.
    #[must_use]
    pub fn bands(self) -> Vec<AgeBand> {
        [0, 1]
            .into_iter()
            .chain((5..=self.open_from()).step_by(5))
            .filter_map(|from| self.band(from))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ages_have_two_spellings_and_every_other_band_one_wording() {
        assert_eq!(AgeBand::from_ends(None, None), None);
        assert_eq!(AgeBand::from_ends(Some(0), None), None);
        let words = |from, to| AgeBand::from_ends(Some(from), to).unwrap().to_string();
        assert_eq!(words(0, Some(1)), "<1");
        assert_eq!(words(1, Some(2)), "1");
        assert_eq!(words(1, Some(5)), "1-4");
        assert_eq!(words(0, Some(5)), "0-4");
        assert_eq!(words(80, None), "80+");
    }
}
