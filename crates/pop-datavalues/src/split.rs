//! Cutting bands into single years and months, so that the parts add back to the band.

use pop_sums::Sex;

use crate::bands::{BandSet, BandSlice};
use crate::mapping::Split;

/// Sprague's multipliers: rows are the five single years of a group, columns the
/// five groups around it. First and second panel serve the youngest two groups
/// (turned round: the oldest two), the third all others.
/// T. B. Sprague, J. Inst. Actuaries 22, 1880; as tabled in Shryock and Siegel,
/// "The Methods and Materials of Demography".
const PANELS: [[[f64; 5]; 5]; 3] = [
    [
        [0.3616, -0.2768, 0.1488, -0.0336, 0.0],
        [0.2640, -0.0960, 0.0400, -0.0080, 0.0],
        [0.1840, 0.0400, -0.0320, 0.0080, 0.0],
        [0.1200, 0.1360, -0.0720, 0.0160, 0.0],
        [0.0704, 0.1968, -0.0848, 0.0176, 0.0],
    ],
    [
        [0.0336, 0.2272, -0.0752, 0.0144, 0.0],
        [0.0080, 0.2320, -0.0480, 0.0080, 0.0],
        [-0.0080, 0.2160, -0.0080, 0.0, 0.0],
        [-0.0160, 0.1840, 0.0400, -0.0080, 0.0],
        [-0.0176, 0.1408, 0.0912, -0.0144, 0.0],
    ],
    [
        [-0.0128, 0.0848, 0.1504, -0.0240, 0.0016],
        [-0.0016, 0.0144, 0.2224, -0.0416, 0.0064],
        [0.0064, -0.0336, 0.2544, -0.0336, 0.0064],
        [0.0064, -0.0416, 0.2224, 0.0144, -0.0016],
        [0.0016, -0.0240, 0.1504, 0.0848, -0.0128],
    ],
];

/// Single years of age from five-year groups, youngest first. The singles of a
/// group add up to it. `None` for fewer than five groups.
#[must_use]
pub fn sprague(groups: &[f64]) -> Option<Vec<f64>> {
    let count = groups.len();
    if count < 5 {
        return None;
    }
    let mut singles = Vec::with_capacity(5 * count);
    for index in 0..count {
        let from_end = count - 1 - index;
        let mirrored = from_end < 2;
        let panel = &PANELS[if mirrored { from_end } else { index.min(2) }];
        for year in 0..5 {
            let (row, window) = if mirrored {
                let window: [f64; 5] = std::array::from_fn(|i| groups[count - 1 - i]);
                (4 - year, window)
            } else {
                let first = index.saturating_sub(2);
                (year, std::array::from_fn(|i| groups[first + i]))
            };
            singles.push(
                panel[row]
                    .iter()
                    .zip(window)
                    .map(|(weight, people)| weight * people)
                    .sum(),
            );
        }
    }
    Some(singles)
}

/// Share of its band that a slice takes, for one unit.
///
/// Evenly over the months, or by Sprague's single years where these are all
/// positive within the band and the set has closed five-year groups from birth;
/// else evenly. `people` gives a column's people.
pub fn share(
    slice: &BandSlice,
    split: Split,
    bands: &BandSet,
    people: impl Fn(usize) -> f64,
) -> f64 {
    let (Some(to), Some(band_to)) = (slice.to, slice.band.to) else {
        return 1.0;
    };
    if slice.is_whole() {
        return 1.0;
    }
    let (start, end) = (slice.band.from * 12, band_to * 12);
    let even = f64::from(to - slice.from) / f64::from(end - start);
    if split == Split::Uniform {
        return even;
    }
    let Some(singles) =
        five_year_groups(slice.sex, bands, people).and_then(|groups| sprague(&groups))
    else {
        return even;
    };
    let years = slice.band.from as usize..band_to as usize;
    let Some(band) = singles
        .get(years)
        .filter(|band| band.iter().all(|people| *people > 0.0))
    else {
        return even;
    };
    let whole: f64 = band.iter().sum();
    let taken: f64 = band
        .iter()
        .zip(slice.band.from..)
        .map(|(people, year)| {
            let months = to
                .min(12 * (year + 1))
                .saturating_sub(slice.from.max(12 * year));
            people * f64::from(months) / 12.0
        })
        .sum();
    taken / whole
}

/// Whether a sex has the five closed five-year groups from birth that Sprague's multipliers need.
#[must_use]
pub fn can_sprague(sex: Sex, bands: &BandSet) -> bool {
    five_year_groups(sex, bands, |_| 0.0).is_some_and(|groups| groups.len() >= 5)
}

/// The closed five-year groups of a sex from birth, the first one put together from its bands.
fn five_year_groups(sex: Sex, bands: &BandSet, people: impl Fn(usize) -> f64) -> Option<Vec<f64>> {
    let of = |from: u32| bands.band(sex, from).filter(|(band, _)| band.to.is_some());
    let youngest = people(of(0)?.1) + people(of(1)?.1);
    let rest = (5..)
        .step_by(5)
        .map_while(of)
        .map(|(_, column)| people(column));
    Some(std::iter::once(youngest).chain(rest).collect())
}

#[cfg(test)]
mod tests {
    use pop_worldpop::AgeBandScheme;
    use proptest::prelude::*;

    use super::*;
    use crate::ages::{AgeUnit, Ages};
    use crate::bands::tests::layers;

    proptest! {
        #[test]
        fn singles_add_up_to_their_group(groups in prop::collection::vec(0.0..1e6, 5..20)) {
            let singles = sprague(&groups).unwrap();
            for (group, years) in groups.iter().zip(singles.chunks(5)) {
                prop_assert!((group - years.iter().sum::<f64>()).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn a_straight_line_stays_straight() {
        // Single years 100, 99, 98, … in groups of five.
        let groups: Vec<f64> = (0..9)
            .map(|g| (0..5).map(|y| 100.0 - f64::from(5 * g + y)).sum())
            .collect();
        for (age, people) in sprague(&groups).unwrap().iter().enumerate() {
            assert!(
                (people - (100.0 - age as f64)).abs() < 1e-9,
                "{age}: {people}"
            );
        }
        assert_eq!(sprague(&groups[..4]), None);
    }

    #[test]
    fn parts_add_back_to_the_band_and_follow_the_slope() {
        let layers = layers(&[Sex::Total], AgeBandScheme::Open90);
        let bands = BandSet::new(&layers.iter().collect::<Vec<_>>()).unwrap();
        // Fewer people with every year of age.
        let people = |column: usize| {
            let (_, band, _) = bands.bands().find(|b| b.2 == column).unwrap();
            (band.from..band.to.unwrap_or(100))
                .map(|age| 1000.0 - 9.0 * f64::from(age))
                .sum()
        };
        let slice = |from, to| {
            bands
                .slices(None, Ages::between(AgeUnit::Months, from, to))
                .unwrap()[0]
        };
        for split in [Split::Uniform, Split::Sprague] {
            let parts: f64 = (1..5)
                .map(|year| share(&slice(12 * year, 12 * year + 12), split, &bands, people))
                .sum();
            assert!((parts - 1.0).abs() < 1e-12);
            assert!((share(&slice(0, 6), split, &bands, people) - 0.5).abs() < 1e-12);
            assert!((share(&slice(0, 12), split, &bands, people) - 1.0).abs() < 1e-12);
        }
        assert!((share(&slice(12, 24), Split::Uniform, &bands, people) - 0.25).abs() < 1e-12);
        let first = share(&slice(12, 24), Split::Sprague, &bands, people);
        assert!((first - 991.0 / 3910.0).abs() < 1e-9, "{first}");
        // Where Sprague would make people negative the band is cut evenly.
        let spike = |column: usize| if column == 2 { 1000.0 } else { 0.0 };
        assert!((share(&slice(12, 24), Split::Sprague, &bands, spike) - 0.25).abs() < 1e-12);
    }
}
