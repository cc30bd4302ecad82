//! Age bands that differ between the sides, merged to the finest that both have.

use std::collections::{BTreeMap, BTreeSet};

use pop_sums::Sex;

use crate::record::{Key, Record};
use crate::side::{Side, SideError};

/// The end of an open band.
const OPEN: u32 = u32::MAX;

type Band = (u32, u32);

/// The bands of a side, by sex; all ages are no band.
fn bands(side: &Side) -> BTreeMap<Option<Sex>, BTreeSet<Band>> {
    let mut bands: BTreeMap<Option<Sex>, BTreeSet<Band>> = BTreeMap::new();
    for key in side.records.keys() {
        if let Some(from) = key.age_from {
            bands
                .entry(key.sex)
                .or_default()
                .insert((from, key.age_to.unwrap_or(OPEN)));
        }
    }
    bands
}

/// Merges bands where the sides differ; says which became what.
///
/// # Errors
/// [`SideError::OtherBands`] where no merged band is on both sides.
pub(crate) fn merge(old: &mut Side, new: &mut Side) -> Result<Vec<String>, SideError> {
    let (ours, theirs) = (bands(old), bands(new));
    let mut merged = Vec::new();
    for (sex, ours) in &ours {
        let Some(theirs) = theirs.get(sex).filter(|theirs| *theirs != ours) else {
            continue;
        };
        let ends = |bands: &BTreeSet<Band>| -> BTreeSet<u32> {
            bands.iter().flat_map(|&(from, to)| [from, to]).collect()
        };
        let common: Vec<u32> = ends(ours).intersection(&ends(theirs)).copied().collect();
        let wide: Vec<Band> = common.windows(2).map(|pair| (pair[0], pair[1])).collect();
        if wide.is_empty() {
            return Err(SideError::OtherBands);
        }
        for &(from, to) in &wide {
            let is_split = |bands: &BTreeSet<Band>| {
                bands
                    .iter()
                    .filter(|band| from <= band.0 && band.1 <= to)
                    .count()
                    > 1
            };
            if is_split(ours) || is_split(theirs) {
                let sex = sex.map(|sex| format!("{sex} ")).unwrap_or_default();
                merged.push(match to {
                    OPEN => format!("{sex}{from}+"),
                    _ => format!("{sex}{from}-{}", to - 1),
                });
            }
        }
        widen(old, *sex, &wide);
        widen(new, *sex, &wide);
    }
    Ok(merged)
}

fn widen(side: &mut Side, sex: Option<Sex>, wide: &[Band]) {
    let records = std::mem::take(&mut side.records);
    for (key, record) in records {
        let band = key.age_from.map(|from| (from, key.age_to.unwrap_or(OPEN)));
        let home = band
            .filter(|_| key.sex == sex)
            .and_then(|(from, to)| wide.iter().find(|wide| wide.0 <= from && to <= wide.1));
        let key = match home {
            None => key,
            Some(&(from, to)) => Key {
                age_from: Some(from),
                age_to: (to != OPEN).then_some(to),
                ..key
            },
        };
        match side.records.get_mut(&key) {
            Some(sum) => {
                sum.value = sum.value.zip(record.value).map(|(a, b)| a + b);
                sum.unadjusted = sum.unadjusted.zip(record.unadjusted).map(|(a, b)| a + b);
            }
            None => {
                side.records.insert(key.clone(), Record { key, ..record });
            }
        }
    }
}
