//! Which rows of a sums stream a run uses, and whether they may be used.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use pop_sums::limits::SMALL_SHARE;
pub use pop_sums::nesting::unserved_parts;
use pop_sums::{Reason, Status, SumsTable, Unit, UnitSum};

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

/// By unit: whether it is of one of the levels. No levels means all units.
#[must_use]
pub fn units_of_levels(table: &SumsTable, levels: &[u32]) -> Vec<bool> {
    let is_wanted = |unit: &Unit| {
        levels.is_empty() || unit.depth().is_some_and(|level| levels.contains(&level))
    };
    table.units.iter().map(is_wanted).collect()
}

/// By unit: whether it is of one of the levels and no other such unit lies below it. These units are
/// rounded, and those above them are their sums. In most countries they are the units of the deepest
/// level; a hospital of level 3 beside health centres of level 4 is one, too.
#[must_use]
pub fn base_units(table: &SumsTable, levels: &[u32]) -> Vec<bool> {
    let mut wanted = units_of_levels(table, levels);
    if levels.len() < 2 {
        return wanted;
    }
    let mut above: HashSet<&str> = HashSet::new();
    for (unit, _) in table
        .units
        .iter()
        .zip(&wanted)
        .filter(|(_, wanted)| **wanted)
    {
        above.extend(unit.path_ids().filter(|id| **id != *unit.id));
    }
    for (unit, wanted) in table.units.iter().zip(&mut wanted) {
        *wanted &= !above.contains(&*unit.id);
    }
    wanted
}

/// How each of the wanted units stands in the given layers, in the order of the table.
#[must_use]
pub fn unit_statuses(table: &SumsTable, wanted: &[bool], layers: &[u32]) -> Vec<UnitStatus> {
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
        let unit_status = unit_statuses
            .entry(sum.unit)
            .or_insert_with(|| UnitStatus::new(sum.unit));
        unit_status.add(table, sum);
    }
    // A unit of the stream that has no row for one of the layers has no value for it; of other years it may have some.
    if count > 0 {
        for unit in (0_u32..).zip(wanted).filter(|(_, wanted)| **wanted) {
            unit_statuses
                .entry(unit.0)
                .or_insert_with(|| UnitStatus::new(unit.0));
        }
    }
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
    const fn new(unit: u32) -> Self {
        Self {
            unit,
            status: Status::Ok,
            reasons: BTreeSet::new(),
            inactive: None,
        }
    }

    /// Whether other units of its parent count its people.
    #[must_use]
    pub fn is_counted_elsewhere(&self) -> bool {
        self.reasons.iter().any(Reason::is_counted_elsewhere)
    }

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
        let unit_statuses = unit_statuses(&table, &units_of_levels(&table, &[3]), &[0]);
        let statuses: Vec<Status> = unit_statuses.iter().map(|s| s.status).collect();
        assert_eq!(
            statuses,
            [Status::Ok, Status::None, Status::Doubtful, Status::Doubtful]
        );
        assert_eq!(unit_statuses[3].inactive, Some(Reason::Closed));
        assert_eq!(table.levels(), [1, 2, 3]);
    }

    #[test]
    fn a_unit_without_a_row_for_a_layer_has_no_value() {
        let text = "org_unit,raster,population\na,x,1\na,y,1\nb,x,1\n";
        let table = read(text.as_bytes(), &ReadOptions::default()).unwrap();
        let unit_statuses = unit_statuses(&table, &units_of_levels(&table, &[]), &[0, 1]);
        assert_eq!(
            unit_statuses.iter().map(|s| s.status).collect::<Vec<_>>(),
            [Status::Ok, Status::None]
        );
    }

    #[test]
    fn a_unit_without_a_row_in_one_of_two_years_has_no_value_there() {
        let text = "org_unit,raster,year,population\na,x,2025,1\nb,x,2025,1\na,y,2026,1\n";
        let table = read(text.as_bytes(), &ReadOptions::default()).unwrap();
        let statuses = |layer: u32| -> Vec<Status> {
            let statuses = unit_statuses(&table, &units_of_levels(&table, &[]), &[layer]);
            statuses.iter().map(|s| s.status).collect()
        };
        assert_eq!(statuses(0), [Status::Ok, Status::Ok]);
        assert_eq!(statuses(1), [Status::Ok, Status::None]);
    }

    #[test]
    fn a_unit_with_none_below_it_is_a_base_unit_of_any_level() {
        let text = "org_unit,level,path,population\nh,3,/r/p/h,5\nq,3,/r/p/q,9\nc,4,/r/p/q/c,9\n";
        let table = read(text.as_bytes(), &ReadOptions::default()).unwrap();
        assert_eq!(base_units(&table, &[3, 4]), [true, false, true]);
        assert_eq!(base_units(&table, &[3]), [true, true, false]);
        assert_eq!(base_units(&table, &[]), [true, true, true]);
    }
}
