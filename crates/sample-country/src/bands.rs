//! WorldPop's age and sex bands, and the shares of a young population in them.

use crate::people::Count;

/// First ages of the bands: under 1, 1-4, then five years each, the last one open.
pub(crate) const AGES: [u32; 20] = [
    0, 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90,
];

/// Ten-thousandths of everyone by band, females and males: together 10,000.
const SHARES: [(i32, i32); 20] = [
    (158, 163),
    (590, 606),
    (672, 689),
    (590, 600),
    (530, 530),
    (465, 455),
    (405, 385),
    (350, 325),
    (298, 272),
    (250, 224),
    (206, 182),
    (167, 146),
    (134, 114),
    (102, 84),
    (74, 59),
    (50, 38),
    (30, 22),
    (14, 9),
    (5, 3),
    (2, 2),
];

/// A sex in file names and codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sex {
    Female,
    Male,
}

impl Sex {
    pub(crate) const ALL: [Self; 2] = [Self::Female, Self::Male];

    pub(crate) fn letter(self) -> char {
        match self {
            Self::Female => 'F',
            Self::Male => 'M',
        }
    }
}

/// Every band: sex, first age, and what its raster counts.
pub(crate) fn all() -> impl Iterator<Item = (Sex, u32, Count)> {
    Sex::ALL.into_iter().flat_map(|sex| {
        (0_i64..)
            .zip(AGES.into_iter().zip(SHARES))
            .map(move |(index, (age, (female, male)))| {
                let (share, salt) = match sex {
                    Sex::Female => (female, first_salt(index)),
                    Sex::Male => (male, first_salt(index) + 3),
                };
                (sex, age, Count::Band { share, salt })
            })
    })
}

/// The first three bands keep the numbers of the first sample country.
fn first_salt(index: i64) -> i64 {
    if index < 3 {
        30 + index
    } else {
        40 + 10 * index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_those_of_everyone() {
        let total: i32 = SHARES.iter().map(|(female, male)| female + male).sum();
        assert_eq!(total, 10_000);
        assert_eq!(all().count(), 40);
    }
}
