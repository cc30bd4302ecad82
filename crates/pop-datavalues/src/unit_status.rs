//! Which rows of a sums stream a run uses, and whether they may be used.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pop_sums::limits::SMALL_SHARE;
use pop_sums::{Reason, Sex, Status, SumsTable, Unit, UnitSum};

use crate::BandSet;
use crate::ages::Ages;

/// What a run can do with a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitStatus {
    /// Index into the table's units.
    pub unit: u32,
    /// The worst status of its rows.
    pub status: Status,
    /// Reasons of its rows that are not `ok`.
    pub reasons: BTreeSet<Reason>,
    /// A reason why the unit did not exist at the date, if it did not.
    pub inactive: Option<Reason>,
}

/// Levels of the units in a table, highest in the hierarchy first.
#[must_use]
pub fn levels(table: &SumsTable) -> Vec<u32> {
    table
        .units
        .iter()
        .filter_map(|unit| unit.level)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// How each unit of the given levels stands in the given layers. No levels means all units.
/// Units come in the order of the table.
#[must_use]
pub fn unit_statuses(table: &SumsTable, levels: &[u32], layers: &[u32]) -> Vec<UnitStatus> {
    let is_wanted =
        |unit: &Unit| levels.is_empty() || unit.level.is_some_and(|level| levels.contains(&level));
    let wanted: Vec<bool> = table.units.iter().map(is_wanted).collect();
    let mut has_layer = vec![false; table.layers.len()];
    for &layer in layers {
        has_layer[layer as usize] = true;
    }
    let count = has_layer.iter().filter(|has| **has).count();
    let mut rows = vec![0_usize; table.units.len()];
    let mut unit_statuses: BTreeMap<u32, UnitStatus> = BTreeMap::new();
    for sum in &table.sums {
        if !wanted[sum.unit as usize] || !has_layer[sum.layer as usize] {
            continue;
        }
        rows[sum.unit as usize] += 1;
        // Most rows are fine and add nothing to the first.
        if rows[sum.unit as usize] > 1 && is_plain(table, sum) {
            continue;
        }
        let unit_status = unit_statuses.entry(sum.unit).or_insert_with(|| UnitStatus {
            unit: sum.unit,
            status: Status::Ok,
            reasons: BTreeSet::new(),
            inactive: None,
        });
        unit_status.add(table, sum);
    }
    // A unit that has no row for one of the layers has no value for it.
    for unit_status in unit_statuses.values_mut() {
        if rows[unit_status.unit as usize] < count {
            unit_status.status = Status::None;
        }
    }
    unit_statuses.into_values().collect()
}

fn is_plain(table: &SumsTable, sum: &UnitSum) -> bool {
    sum.status == Status::Ok && table.reasons(sum).is_empty()
}

impl UnitStatus {
    fn add(&mut self, table: &SumsTable, sum: &UnitSum) {
        self.status = self.status.max(sum.status);
        let reasons = table.reasons(sum);
        if let Some(reason) = reasons.iter().find(|reason| reason.is_inactive()) {
            self.inactive.get_or_insert_with(|| reason.clone());
        }
        if sum.status == Status::Ok {
            return;
        }
        // Beside another reason a small one is no reason of its own.
        let is_small = |reason: &Reason| {
            *reason == Reason::PartlyOutside
                && sum
                    .inside_share()
                    .is_some_and(|share| 1.0 - share < SMALL_SHARE)
        };
        let large = || reasons.iter().filter(|reason| !is_small(reason));
        if large().next().is_some() {
            self.reasons.extend(large().cloned());
        } else {
            self.reasons.extend(reasons.iter().cloned());
        }
    }
}

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

/// Units above the deepest of some levels below which no unit of that level lies: what they hold is
/// missing from everything above them. `statuses` are those of the level's units.
#[must_use]
pub fn branches_ending_above(table: &SumsTable, level: u32, layers: &[u32]) -> Vec<u32> {
    let mut has_descendant: BTreeSet<&str> = BTreeSet::new();
    for unit in table.units.iter().filter(|unit| unit.level == Some(level)) {
        has_descendant.extend(unit.path_ids());
    }
    let above: Vec<u32> = levels(table).into_iter().filter(|&l| l < level).collect();
    let ends_above = |unit_status: &UnitStatus| {
        let id = &*table.units[unit_status.unit as usize].id;
        unit_status.inactive.is_none() && !has_descendant.contains(id)
    };
    if above.is_empty() || has_descendant.is_empty() {
        return Vec::new();
    }
    unit_statuses(table, &above, layers)
        .iter()
        .filter(|unit_status| ends_above(unit_status))
        .map(|unit_status| unit_status.unit)
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
    let units: HashMap<&str, u32> = table
        .units
        .iter()
        .enumerate()
        .map(|(index, unit)| (&*unit.id, index as u32))
        .collect();
    let label = |id: &str| {
        units
            .get(id)
            .map_or(id.to_owned(), |&unit| name(&table.units[unit as usize]))
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
    levels(table).into_iter().rev().find(|&level| {
        let is_complete = unit_statuses(table, &[level], layers)
            .iter()
            .filter(|unit_status| unit_status.inactive.is_none())
            .all(|unit_status| unit_status.status != Status::None);
        is_complete && branches_ending_above(table, level, layers).is_empty()
    })
}

/// `Name (id)`, or the id alone.
#[must_use]
pub fn name(unit: &Unit) -> String {
    match &unit.name {
        Some(name) => format!("{name} ({})", unit.id),
        None => unit.id.to_string(),
    }
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
    fn a_unit_stands_as_its_worst_row() {
        let table = read(TEXT.as_bytes(), &ReadOptions::default()).unwrap();
        let unit_statuses = unit_statuses(&table, &[3], &[0]);
        let statuses: Vec<Status> = unit_statuses.iter().map(|s| s.status).collect();
        assert_eq!(
            statuses,
            [Status::Ok, Status::None, Status::Doubtful, Status::Doubtful]
        );
        assert_eq!(unit_statuses[3].inactive, Some(Reason::Closed));
        assert_eq!(levels(&table), [1, 2, 3]);
        assert_eq!(deepest_complete_level(&table, &[0]), Some(2));
    }

    #[test]
    fn a_unit_without_a_row_for_a_layer_has_no_value() {
        let text = "org_unit,raster,population\na,x,1\na,y,1\nb,x,1\n";
        let table = read(text.as_bytes(), &ReadOptions::default()).unwrap();
        let unit_statuses = unit_statuses(&table, &[], &[0, 1]);
        assert_eq!(
            unit_statuses.iter().map(|s| s.status).collect::<Vec<_>>(),
            [Status::Ok, Status::None]
        );
    }

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
        // With both children missing the parent has no value at all, and the one above is too low.
        let parents = incomplete_parents(&table, &[5], &[3, 4], people);
        assert_eq!((parents.len(), parents[0].id.as_str()), (1, "r"));
        assert_eq!(parents[0].missing, ["North (p)"]);
    }
}
