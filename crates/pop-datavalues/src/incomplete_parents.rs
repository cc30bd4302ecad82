//! Parents that would come out too low, because units below them have no value.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pop_sums::{Sex, Status, SumsTable};

use crate::BandSet;
use crate::ages::Ages;
use crate::unit_status::{UnitStatus, unit_statuses, units_of_levels};

/// People of each unit of a table, by the index of the unit: everybody, as the layers of one or two years tell.
/// `None` where a number is missing. The years' layers must be [`crate::population_table::aligned`].
#[must_use]
pub fn populations(
    table: &SumsTable,
    years: &[(Vec<u32>, f64)],
    bands: &BandSet,
) -> Vec<Option<f64>> {
    let columns: Vec<usize> = match bands.everybody(Sex::Total) {
        Some(column) => vec![column],
        None => bands.slices(None, Ages::ALL).map_or_else(
            |_| bands.bands().map(|(_, _, column)| column).collect(),
            |slices| slices.iter().map(|slice| slice.column).collect(),
        ),
    };
    let mut weights = vec![0.0; table.layers.len()];
    let mut wanted = 0;
    for (layers, weight) in years {
        for &column in &columns {
            weights[layers[column] as usize] += weight;
            wanted += 1;
        }
    }
    let mut sums = vec![(0.0, 0_usize); table.units.len()];
    for sum in &table.sums {
        let weight = weights[sum.layer as usize];
        if let Some(people) = sum.population().filter(|_| weight > 0.0) {
            let sum = &mut sums[sum.unit as usize];
            *sum = (sum.0 + weight * people, sum.1 + 1);
        }
    }
    sums.into_iter()
        .map(|(people, count)| (count == wanted).then_some(people))
        .collect()
}

/// Units above the base units that have none of them below: what they hold is missing from everything
/// above them. `base` are the base units; only units above the deepest level among them are looked at.
#[must_use]
pub fn branches_without_base(table: &SumsTable, base: &[bool], layers: &[u32]) -> Vec<u32> {
    let mut has_base: BTreeSet<&str> = BTreeSet::new();
    let mut deepest = None;
    for (unit, _) in table.units.iter().zip(base).filter(|(_, base)| **base) {
        has_base.extend(unit.path_ids());
        deepest = deepest.max(unit.depth());
    }
    let Some(deepest) = deepest.filter(|_| !has_base.is_empty()) else {
        return Vec::new();
    };
    let above: Vec<bool> = (table.units.iter().zip(base))
        .map(|(unit, base)| !base && unit.depth().is_some_and(|level| level < deepest))
        .collect();
    unit_statuses(table, &above, layers)
        .iter()
        .filter(|status| {
            let id = &*table.units[status.unit as usize].id;
            status.inactive.is_none() && !has_base.contains(id)
        })
        .map(|status| status.unit)
        .collect()
}

/// A parent some of whose children have a value and some none: added up, it would come out too low.
#[derive(Debug, Clone, PartialEq)]
pub struct IncompleteParent {
    /// Id of the parent.
    pub id: String,
    /// Its name, where the table has it.
    pub name: Option<String>,
    /// People in its own polygon, where the table has a row for it.
    pub own_people: Option<f64>,
    /// People in the units below it that have a value.
    pub valued_people: f64,
    /// Its children without a value, by name or id.
    pub missing: Vec<String>,
}

/// Parents with valued and unvalued children. `people` gives a unit's people; units in neither list are left aside.
#[must_use]
pub fn incomplete_parents(
    table: &SumsTable,
    valued: &[u32],
    unvalued: &[u32],
    people: impl Fn(u32) -> Option<f64>,
) -> Vec<IncompleteParent> {
    let mut children: BTreeMap<&str, BTreeMap<&str, bool>> = BTreeMap::new();
    let mut below: HashMap<&str, f64> = HashMap::new();
    for (units, has_value) in [(valued, true), (unvalued, false)] {
        for &unit in units {
            let path: Vec<&str> = table.units[unit as usize].path_ids().collect();
            for pair in path.windows(2) {
                let known = children
                    .entry(pair[0])
                    .or_default()
                    .entry(pair[1])
                    .or_default();
                *known |= has_value;
                if has_value {
                    *below.entry(pair[0]).or_default() += people(unit).unwrap_or_default();
                }
            }
        }
    }
    let units = table.unit_index();
    let label = |id: &str| {
        units
            .get(id)
            .map_or(id.to_owned(), |&unit| table.units[unit as usize].label())
    };
    children
        .into_iter()
        .filter(|(_, children)| children.values().any(|v| *v) && children.values().any(|v| !*v))
        .map(|(id, children)| {
            let unit = units.get(id).copied();
            IncompleteParent {
                id: id.to_owned(),
                name: unit.and_then(|unit| table.units[unit as usize].name.clone()),
                own_people: unit.and_then(&people),
                valued_people: below.get(id).copied().unwrap_or_default(),
                missing: children
                    .iter()
                    .filter(|(_, has_value)| !**has_value)
                    .map(|(id, _)| label(id))
                    .collect(),
            }
        })
        .collect()
}

/// The deepest level at which every unit that existed has a value in all the layers, and which every branch reaches.
#[must_use]
pub fn deepest_complete_level(table: &SumsTable, layers: &[u32]) -> Option<u32> {
    table.levels().into_iter().rev().find(|&level| {
        let base = units_of_levels(table, &[level]);
        let has_value = |status: &UnitStatus| {
            status.inactive.is_some()
                || status.status != Status::None
                || status.is_counted_elsewhere()
        };
        unit_statuses(table, &base, layers).iter().all(has_value)
            && branches_without_base(table, &base, layers).is_empty()
    })
}

#[cfg(test)]
mod tests {
    use pop_sums::{ReadOptions, read};

    use super::*;

    const TEXT: &str = "org_unit,name,level,path,raster,population,status,reasons\n\
        r,Root,1,/r,x,100,ok,\n\
        p,North,2,/r/p,x,60,ok,\n\
        q,South,2,/r/q,x,40,ok,\n\
        a,A,3,/r/p/a,x,30,ok,\n\
        b,B,3,/r/p/b,x,,none,no-geometry\n\
        c,C,3,/r/q/c,x,15,doubtful,partly-outside\n\
        d,D,3,/r/q/d,x,9,doubtful,closed\n";

    #[test]
    fn parents_with_valued_and_unvalued_children_are_named() {
        let table = read(TEXT.as_bytes(), &ReadOptions::default()).unwrap();
        let people = |unit: u32| {
            table
                .sums
                .iter()
                .find(|sum| sum.unit == unit)
                .and_then(pop_sums::UnitSum::population)
        };
        let parents = incomplete_parents(&table, &[3, 5], &[4], people);
        let north = IncompleteParent {
            id: "p".into(),
            name: Some("North".into()),
            own_people: Some(60.0),
            valued_people: 30.0,
            missing: vec!["B (b)".into()],
        };
        assert_eq!(parents, [north]);
        assert_eq!(deepest_complete_level(&table, &[0]), Some(2));
        // With both children missing the parent has no value at all, and the one above is too low.
        let parents = incomplete_parents(&table, &[5], &[3, 4], people);
        assert_eq!((parents.len(), parents[0].id.as_str()), (1, "r"));
        assert_eq!(parents[0].missing, ["North (p)"]);
    }
}
