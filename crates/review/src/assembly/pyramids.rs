//! Ages and sexes of the country and of flagged units.

use std::collections::BTreeMap;

use pop_page::{Band, Pyramid, Review};
use pop_sums::{AgeBand, Sex, SumsTable};

use super::ages::ages_text;
use crate::documents::balance::BalanceFile;

/// People of one age band, women and men.
type Bands = BTreeMap<AgeBand, [Option<f64>; 2]>;

/// Of all units, where the balance has a raster for each band and sex: of the deepest level and the latest year.
pub(super) fn of_country(file: &BalanceFile) -> Option<Pyramid> {
    let banded = || {
        file.rasters
            .iter()
            .filter_map(|raster| Some((raster, raster.band()?, side(raster.sex)?)))
    };
    let year = banded().map(|(raster, ..)| raster.year).max()?;
    let mut bands = Bands::new();
    for (raster, band, side) in banded().filter(|(raster, ..)| raster.year == year) {
        let level = raster.levels.iter().max_by_key(|level| level.level)?;
        bands.entry(band).or_default()[side] = Some(level.in_units);
    }
    pyramid(String::new(), String::new(), bands)
}

/// Of the units that meet a rule, where the sums have every band and both sexes: of the latest year.
pub(super) fn of_flagged_units(sums: &SumsTable, review: &Review) -> Vec<Pyramid> {
    let flagged: BTreeMap<&str, &str> = review
        .units
        .iter()
        .filter(|row| !row.flags.is_empty())
        .map(|row| (row.id.as_str(), row.name.as_str()))
        .collect();
    let is_banded = |sex: Option<Sex>| side(sex.map(Sex::letter)).is_some();
    let layers = sums.layers.iter();
    let year = layers
        .filter(|layer| layer.band().is_some() && is_banded(layer.sex))
        .map(|layer| layer.year)
        .max();
    let mut units: BTreeMap<&str, Bands> = BTreeMap::new();
    for sum in &sums.sums {
        let (unit, layer) = (sums.unit(sum), sums.layer(sum));
        let ids = [Some(unit.id.as_ref()), unit.code.as_deref()];
        let id = ids
            .into_iter()
            .flatten()
            .find(|id| flagged.contains_key(id));
        let (Some(id), Some(band), Some(side)) =
            (id, layer.band(), side(layer.sex.map(Sex::letter)))
        else {
            continue;
        };
        if Some(layer.year) == year {
            let bands = units.entry(id).or_default();
            bands.entry(band).or_default()[side] = sum.population();
        }
    }
    let name = |id: &str| {
        let name = flagged.get(id).copied().unwrap_or_default();
        if name.trim().is_empty() { id } else { name }.to_owned()
    };
    units
        .into_iter()
        .filter_map(|(id, bands)| pyramid(id.to_owned(), name(id), bands))
        .collect()
}

/// The place of a sex in a band.
fn side(sex: Option<char>) -> Option<usize> {
    match sex? {
        'f' => Some(0),
        'm' => Some(1),
        _ => None,
    }
}

/// A pyramid, where every band has both sexes and none overlaps another.
fn pyramid(id: String, name: String, bands: Bands) -> Option<Pyramid> {
    let ages: Vec<AgeBand> = bands.keys().copied().collect();
    let bands: Option<Vec<Band>> = bands
        .into_iter()
        .map(|(band, people)| {
            Some(Band {
                ages: ages_text(band),
                women: people[0]?,
                men: people[1]?,
            })
        })
        .collect();
    let bands = bands.filter(|bands| bands.len() > 1)?;
    let is_apart = ages.windows(2).all(|pair| !pair[0].overlaps(pair[1]));
    is_apart.then_some(Pyramid { id, name, bands })
}
