//! Units without a value, and why.

use std::collections::BTreeMap;

use pop_geo::Shape;
use pop_page::{MissingUnit, Review};
use pop_sums::Reason;

use super::ReviewInputs;
use super::map::DrawnUnit;

/// Units that were asked for and have no value, and those that the balance names. `None` where no file could name them.
pub(super) fn units<'a>(
    review: &Review,
    drawn: Option<&'a [DrawnUnit<'a>]>,
    files: &'a ReviewInputs,
    names: &BTreeMap<&str, &str>,
) -> Option<Vec<MissingUnit>> {
    let levels = files
        .balance
        .iter()
        .flat_map(|(_, file)| &file.rasters)
        .flat_map(|raster| &raster.levels);
    let mut reasons: BTreeMap<&str, MissingUnit> = BTreeMap::new();
    for unit in levels.flat_map(|level| &level.without_value) {
        reasons
            .entry(unit.unit.as_str())
            .or_insert_with(|| MissingUnit {
                id: unit.unit.clone(),
                name: unit
                    .name
                    .clone()
                    .or_else(|| names.get(unit.unit.as_str()).map(|name| (*name).to_owned()))
                    .unwrap_or_default(),
                reasons: unit.reasons.clone(),
            });
    }
    let has_value = |row: &pop_page::Row| row.after.is_some();
    match drawn {
        None if files.balance.is_none() => return None,
        None => {}
        Some(drawn) => {
            for DrawnUnit { unit, row } in drawn {
                let row = row.and_then(|row| review.units.get(row));
                if row.is_some_and(has_value) || reasons.contains_key(unit.id.as_str()) {
                    continue;
                }
                let reason = match &unit.shape {
                    Shape::None => Reason::NoGeometry.word(),
                    Shape::Point(_) => Reason::Point.word(),
                    Shape::Bad(_) => Reason::BadGeometry.word(),
                    _ => "not-in-plan",
                };
                let missing = MissingUnit {
                    id: unit.id.clone(),
                    name: unit.name.clone().unwrap_or_default(),
                    reasons: vec![reason.to_owned()],
                };
                reasons.insert(&unit.id, missing);
            }
        }
    }
    let mut units: Vec<MissingUnit> = reasons.into_values().collect();
    units.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Some(units)
}
