//! What changed between two fetches of the same units.

use std::collections::BTreeMap;

use crate::{OrgUnit, OrgUnitSet, Shape};

/// What happened to a unit between two fetches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It was not there before.
    New,
    /// It is not there any more.
    Gone,
    /// It has another parent.
    Moved {
        /// UID of the parent before, empty for a root.
        from: String,
        /// UID of the parent after, empty for a root.
        to: String,
    },
    /// It covers another area: sums before and after cannot be compared.
    Redrawn,
    /// Its name or code changed.
    Renamed {
        /// The name before.
        from: String,
    },
    /// Its opening or closing date changed.
    Redated,
}

/// A change and the unit it happened to, as it is now (or was last, if it is gone).
#[derive(Debug, Clone, PartialEq)]
pub struct UnitChange<'a> {
    /// The unit.
    pub unit: &'a OrgUnit,
    /// What happened to it.
    pub change: Change,
}

/// All changes from `before` to `after`, in the order of `after`, the gone units last in
/// the order of `before`. Units are matched by id; one unit may have several changes.
/// Ancestors that only came along (`context`) are left out.
#[must_use]
pub fn changes<'a>(before: &'a OrgUnitSet, after: &'a OrgUnitSet) -> Vec<UnitChange<'a>> {
    let known = by_id(before);
    let current = by_id(after);
    let mut found = Vec::new();
    for unit in asked_for(after) {
        match known.get(unit.id.as_str()) {
            None => found.push(UnitChange {
                unit,
                change: Change::New,
            }),
            Some(old) => found.extend(
                differences(old, unit)
                    .into_iter()
                    .map(|change| UnitChange { unit, change }),
            ),
        }
    }
    found.extend(
        asked_for(before)
            .filter(|unit| !current.contains_key(unit.id.as_str()))
            .map(|unit| UnitChange {
                unit,
                change: Change::Gone,
            }),
    );
    found
}

fn asked_for(set: &OrgUnitSet) -> impl Iterator<Item = &OrgUnit> {
    set.units.iter().filter(|unit| !unit.context)
}

fn by_id(set: &OrgUnitSet) -> BTreeMap<&str, &OrgUnit> {
    asked_for(set)
        .map(|unit| (unit.id.as_str(), unit))
        .collect()
}

fn differences(old: &OrgUnit, new: &OrgUnit) -> Vec<Change> {
    let mut changes = Vec::new();
    if old.parent != new.parent {
        changes.push(Change::Moved {
            from: old.parent.clone().unwrap_or_default(),
            to: new.parent.clone().unwrap_or_default(),
        });
    }
    // A point that moved covers no other ground than before.
    let points = |unit: &OrgUnit| matches!(unit.shape, Shape::Point(_));
    if old.shape != new.shape && !(points(old) && points(new)) {
        changes.push(Change::Redrawn);
    }
    if old.name != new.name || old.code != new.code {
        changes.push(Change::Renamed {
            from: old.name.clone().unwrap_or_default(),
        });
    }
    if old.opening_date != new.opening_date || old.closed_date != new.closed_date {
        changes.push(Change::Redated);
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, parent: &str, shape: Shape) -> OrgUnit {
        OrgUnit {
            id: id.into(),
            name: Some(format!("Unit {id}")),
            parent: Some(parent.into()),
            shape,
            ..OrgUnit::default()
        }
    }

    fn kinds(found: &[UnitChange<'_>]) -> Vec<(String, Change)> {
        found
            .iter()
            .map(|change| (change.unit.id.clone(), change.change.clone()))
            .collect()
    }

    #[test]
    fn every_kind_of_change_is_named_once() {
        let before = OrgUnitSet {
            units: vec![
                unit("same", "p", Shape::None),
                unit("moved", "p", Shape::None),
                unit("redrawn", "p", Shape::None),
                unit("gone", "p", Shape::None),
            ],
        };
        let mut after = before.clone();
        after.units[1].parent = Some("q".into());
        after.units[2].shape = Shape::Point(vec![[0.0, 0.0]]);
        after.units[2].name = Some("Other".into());
        after.units[3] = unit("new", "p", Shape::None);
        assert_eq!(
            kinds(&changes(&before, &after)),
            vec![
                (
                    "moved".into(),
                    Change::Moved {
                        from: "p".into(),
                        to: "q".into()
                    }
                ),
                ("redrawn".into(), Change::Redrawn),
                (
                    "redrawn".into(),
                    Change::Renamed {
                        from: "Unit redrawn".into()
                    }
                ),
                ("new".into(), Change::New),
                ("gone".into(), Change::Gone),
            ]
        );
    }

    #[test]
    fn ancestors_that_came_along_do_not_count() {
        let mut country = unit("country", "", Shape::None);
        country.context = true;
        let with = OrgUnitSet {
            units: vec![country, unit("a", "country", Shape::None)],
        };
        let without = OrgUnitSet {
            units: vec![unit("a", "country", Shape::None)],
        };
        assert!(changes(&with, &without).is_empty());
        assert!(changes(&without, &with).is_empty());
    }
}
