//! Age bands that differ between the sides, merged to the finest that both have.
//!
//! A band that is on both sides stays. Of the others, those between two ages at which bands of both sides end are
//! merged, where they cover all ages between: 80-84, 85-89 and 90+ on one side meet 80+ on the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::dimensions::{Dimensions, ages};
use crate::side::{Side, index_of};
use crate::{CompareError, Figure};

type Band = (u32, u32);

/// The bands of a side, by what they are bands of; all ages are no band.
type BandsOf = BTreeMap<Dimensions, BTreeSet<Band>>;

fn bands(side: &Side) -> BandsOf {
    let mut bands = BandsOf::new();
    for dimensions in &side.dimensions {
        if let Some(band) = dimensions.band() {
            bands.entry(whole(dimensions)).or_default().insert(band);
        }
    }
    bands
}

/// The same people of all ages.
fn whole(dimensions: &Dimensions) -> Dimensions {
    Dimensions {
        age_from: None,
        age_to: None,
        ..dimensions.clone()
    }
}

/// Merges bands where the sides differ; says which were made.
///
/// # Errors
/// [`CompareError::OtherBands`] where no band is on both sides, merged or not.
pub(crate) fn merge(old: &mut Side, new: &mut Side) -> Result<Vec<String>, CompareError> {
    let (ours, theirs) = (bands(old), bands(new));
    let mut made: BTreeMap<Dimensions, Vec<Band>> = BTreeMap::new();
    for (of, ours) in &ours {
        let Some(theirs) = theirs.get(of) else {
            continue;
        };
        let wide = common_bands(ours, theirs);
        if wide.is_empty() && ours.is_disjoint(theirs) {
            let listed = |bands: &BTreeSet<Band>| {
                let list: Vec<String> = bands.iter().map(|&band| ages(band)).collect();
                list.join(", ")
            };
            return Err(CompareError::OtherBands {
                old: listed(ours),
                new: listed(theirs),
            });
        }
        if !wide.is_empty() {
            made.insert(of.clone(), wide);
        }
    }
    if made.is_empty() {
        return Ok(Vec::new());
    }
    let kept = |of: &Dimensions| -> BTreeSet<Band> {
        let none = BTreeSet::new();
        let (ours, theirs) = (
            ours.get(of).unwrap_or(&none),
            theirs.get(of).unwrap_or(&none),
        );
        ours.intersection(theirs).copied().collect()
    };
    widen(old, &made, &kept);
    widen(new, &made, &kept);
    let mut named: Vec<String> = Vec::new();
    for (of, bands) in &made {
        // Of several years the bands are the same.
        let groups = bands.iter().map(|&band| of.with_band(band).group());
        let new: Vec<String> = groups.filter(|group| !named.contains(group)).collect();
        named.extend(new);
    }
    Ok(named)
}

/// The finest bands that the bands of each side, without those on both, can be merged to.
fn common_bands(ours: &BTreeSet<Band>, theirs: &BTreeSet<Band>) -> Vec<Band> {
    let (own, other): (Vec<Band>, Vec<Band>) = (
        ours.difference(theirs).copied().collect(),
        theirs.difference(ours).copied().collect(),
    );
    let ends = |bands: &[Band]| -> BTreeSet<u32> {
        bands.iter().flat_map(|&(from, to)| [from, to]).collect()
    };
    let common: Vec<u32> = ends(&own).intersection(&ends(&other)).copied().collect();
    common
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .filter(|&band| covers(&own, band) && covers(&other, band))
        .collect()
}

/// Whether bands, sorted, fill the ages between two ends without gap or overlap.
fn covers(bands: &[Band], (from, to): Band) -> bool {
    let mut at = from;
    for &(start, end) in bands.iter().filter(|band| from <= band.0 && band.1 <= to) {
        if start != at {
            return false;
        }
        at = end;
    }
    at == to
}

/// Adds up the bands that become one. A unit that lacks one of them has no value.
fn widen(
    side: &mut Side,
    made: &BTreeMap<Dimensions, Vec<Band>>,
    kept: &impl Fn(&Dimensions) -> BTreeSet<Band>,
) {
    let mut homes: HashMap<u32, u32> = HashMap::new();
    let mut parts: HashMap<u32, usize> = HashMap::new();
    for (of, bands) in made {
        let kept = kept(of);
        for &(from, to) in bands {
            let home = index_of(side.dimensions.len());
            side.dimensions.push(of.with_band((from, to)));
            for (index, dimensions) in side.dimensions.iter().enumerate() {
                let band = dimensions.band().filter(|band| {
                    index_of(index) != home
                        && from <= band.0
                        && band.1 <= to
                        && !kept.contains(band)
                });
                if band.is_some() && whole(dimensions) == *of {
                    homes.insert(index_of(index), home);
                    *parts.entry(home).or_default() += 1;
                }
            }
        }
    }
    let mut sums: BTreeMap<(u32, u32), (usize, Figure)> = BTreeMap::new();
    side.figures.retain(|figure| {
        let Some(&home) = homes.get(&figure.dimensions) else {
            return true;
        };
        let (count, sum) = sums.entry((figure.unit, home)).or_insert((
            0,
            Figure {
                dimensions: home,
                value: Some(0.0),
                unadjusted: Some(0.0),
                ..*figure
            },
        ));
        *count += 1;
        sum.value = sum.value.zip(figure.value).map(|(a, b)| a + b);
        sum.unadjusted = sum.unadjusted.zip(figure.unadjusted).map(|(a, b)| a + b);
        false
    });
    for ((_, home), (count, sum)) in sums {
        let is_whole = parts.get(&home) == Some(&count);
        side.figures.push(Figure {
            value: sum.value.filter(|_| is_whole),
            unadjusted: sum.unadjusted.filter(|_| is_whole),
            ..sum
        });
    }
    side.drop_unused_dimensions();
    side.sort();
}
