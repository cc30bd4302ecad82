//! Which units are drawn, and how.

use std::collections::{BTreeMap, HashMap};

use pop_geo::{OrgUnit, OrgUnitSet};
use pop_map::{ChangeClass, Outline, draw};
use pop_page::{MapFigure, Review, Row};

/// A unit that belongs on the map, and its row for what is mapped.
pub(super) struct DrawnUnit<'a> {
    pub(super) unit: &'a OrgUnit,
    pub(super) row: Option<usize>,
}

/// The units that were asked for, of the level that most rows are of.
pub(super) fn drawn_units<'a>(units: &'a OrgUnitSet, review: &Review) -> Vec<DrawnUnit<'a>> {
    let rows: HashMap<&str, usize> = review
        .units
        .iter()
        .enumerate()
        .filter(|(_, row)| row.measure == 0)
        .map(|(index, row)| (row.id.as_str(), index))
        .collect();
    let row = |unit: &OrgUnit| {
        let ids = [
            Some(unit.id.as_str()),
            unit.uid.as_deref(),
            unit.code.as_deref(),
        ];
        ids.into_iter()
            .flatten()
            .find_map(|id| rows.get(id).copied())
    };
    let candidates: Vec<DrawnUnit<'a>> = units
        .units
        .iter()
        .filter(|unit| !unit.context)
        .map(|unit| DrawnUnit {
            unit,
            row: row(unit),
        })
        .collect();
    let mut levels: BTreeMap<Option<u32>, usize> = BTreeMap::new();
    for unit in candidates.iter().filter(|unit| unit.row.is_some()) {
        *levels.entry(unit.unit.depth()).or_default() += 1;
    }
    let Some((level, _)) = levels.into_iter().max_by_key(|(_, count)| *count) else {
        return candidates;
    };
    candidates
        .into_iter()
        .filter(|unit| unit.unit.depth() == level || unit.row.is_some())
        .collect()
}

pub(super) fn figure(drawn: &[DrawnUnit<'_>], review: &Review) -> MapFigure {
    let outlines: Vec<Outline<'_>> = drawn
        .iter()
        .map(|drawn| Outline {
            rings: drawn.unit.area().map_or_else(Vec::new, |area| {
                area.rings().map(|(ring, _)| ring.as_slice()).collect()
            }),
        })
        .collect();
    let without_polygon = drawn.iter().filter(|drawn| drawn.unit.area().is_none());
    MapFigure {
        map: draw(&outlines),
        units: drawn
            .iter()
            .map(|drawn| {
                let row = drawn.row.and_then(|row| review.units.get(row));
                (row.map_or(ChangeClass::NoValue, class), drawn.row)
            })
            .collect(),
        without_polygon: without_polygon
            .map(|drawn| {
                drawn
                    .unit
                    .name
                    .clone()
                    .unwrap_or_else(|| drawn.unit.id.clone())
            })
            .collect(),
    }
}

fn class(row: &Row) -> ChangeClass {
    match (row.change, row.before, row.after) {
        (Some(share), _, _) => ChangeClass::of_change(share),
        (None, None, None) => ChangeClass::NoValue,
        (None, Some(_), None) => ChangeClass::NoValue,
        (None, _, Some(_)) => ChangeClass::New,
    }
}
