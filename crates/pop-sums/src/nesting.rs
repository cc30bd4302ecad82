//! Which units of a stream hold others, as their paths say, and whether their numbers agree.

use std::collections::{HashMap, HashSet};

use crate::limits::PARENT_GAP;
use crate::{Reason, SumsTable};

/// Units without a level in a stream whose other units have one: no choice of a level finds them.
#[must_use]
pub fn units_without_level(table: &SumsTable) -> Vec<u32> {
    let units = || (0_u32..).zip(&table.units);
    if units().all(|(_, unit)| unit.depth().is_none()) {
        return Vec::new();
    }
    let without = units().filter(|(_, unit)| unit.depth().is_none());
    without.map(|(index, _)| index).collect()
}

/// By unit: whether it is the unserved part of a parent. Its people are rounded with those of the units beside it, so
/// that totals add up; it is not a unit of DHIS2 and gets no value there.
#[must_use]
pub fn unserved_parts(table: &SumsTable) -> Vec<bool> {
    let mut unserved = vec![false; table.units.len()];
    for sum in &table.sums {
        unserved[sum.unit as usize] |= table.reasons(sum).contains(&Reason::Unserved);
    }
    unserved
}

/// Two of some units of which the first holds the second: their people would be counted twice.
#[must_use]
pub fn nested_pair(table: &SumsTable, units: &[u32]) -> Option<(u32, u32)> {
    let by_id: HashMap<&str, u32> = units
        .iter()
        .map(|&unit| (&*table.units[unit as usize].id, unit))
        .collect();
    units.iter().find_map(|&unit| {
        let below = &table.units[unit as usize];
        let mut above = below.path_ids().filter(|id| **id != *below.id);
        above.find_map(|id| Some((*by_id.get(id)?, unit)))
    })
}

/// A unit whose own number differs from what the units below it add up to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParentGap {
    /// Index into the table's units.
    pub unit: u32,
    /// People of its own row.
    pub own_people: f64,
    /// People of the units below it.
    pub people_below: f64,
}

impl ParentGap {
    /// `Name (id): 3714 people of its own, 1290 in the units below it`.
    #[must_use]
    pub fn text(&self, table: &SumsTable) -> String {
        format!(
            "{}: {:.0} people of its own, {:.0} in the units below it",
            table.units[self.unit as usize].label(),
            self.own_people,
            self.people_below
        )
    }
}

/// Units above some others whose own people differ from those below them by more than [`PARENT_GAP`]: a unit is missing there, is there
/// twice, or their boundaries do not agree. `people` are by unit of the table; units above one of `lacking` are left aside.
#[must_use]
pub fn parent_gaps(
    table: &SumsTable,
    people: &[Option<f64>],
    units: &[u32],
    lacking: &[u32],
) -> Vec<ParentGap> {
    let mut below: HashMap<&str, Option<f64>> = HashMap::new();
    for &unit in units {
        let own = &table.units[unit as usize];
        for id in own.path_ids().filter(|id| **id != *own.id) {
            let sum = below.entry(id).or_insert(Some(0.0));
            *sum = sum.zip(people[unit as usize]).map(|(sum, own)| sum + own);
        }
    }
    let aside: HashSet<&str> = lacking
        .iter()
        .flat_map(|&unit| table.units[unit as usize].path_ids())
        .collect();
    (0_u32..)
        .zip(&table.units)
        .filter(|(_, unit)| !aside.contains(&*unit.id))
        .filter_map(|(index, unit)| {
            let (own_people, people_below) = people[index as usize].zip(*below.get(&*unit.id)?)?;
            let gap = (own_people - people_below).abs();
            let is_large = gap > PARENT_GAP * own_people.max(people_below) && gap > 1.0;
            is_large.then_some(ParentGap {
                unit: index,
                own_people,
                people_below,
            })
        })
        .collect()
}

/// What is wrong with units that have a gap, behind their number.
#[must_use]
pub const fn parent_gap_words(units: usize) -> &'static str {
    if units == 1 {
        "unit has another sum than the units below it"
    } else {
        "units have other sums than the units below them"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReadOptions, read};

    fn table(rows: &str) -> SumsTable {
        let text = format!("org_unit,name,level,path,population\n{rows}");
        read(text.as_bytes(), &ReadOptions::default()).unwrap()
    }

    #[test]
    fn a_unit_without_a_level_is_found_beside_others_that_have_one() {
        assert_eq!(units_without_level(&table("a,,2,,1\nb,,,,1\n")), [1]);
        assert!(units_without_level(&table("a,,,,1\nb,,,,1\n")).is_empty());
    }

    #[test]
    fn a_pair_of_which_one_holds_the_other_is_found_by_paths() {
        let table = table("a,,,/r/a,5\nb,,,/r/a/b,5\nc,,,/r/c,1\nd,,,,1\n");
        assert_eq!(nested_pair(&table, &[0, 1, 2, 3]), Some((0, 1)));
        assert_eq!(nested_pair(&table, &[1, 2, 3]), None);
    }

    #[test]
    fn a_parent_that_differs_from_its_units_is_found() {
        let table = table(
            "p,North,2,/r/p,100\nq,South,2,/r/q,100\na,,3,/r/p/a,40\nb,,3,/r/q/b,97\ns,,2,/r/s,9\n",
        );
        let people: Vec<Option<f64>> = table.sums.iter().map(crate::UnitSum::population).collect();
        let gaps = parent_gaps(&table, &people, &[2, 3], &[]);
        let text: Vec<String> = gaps.iter().map(|gap| gap.text(&table)).collect();
        assert_eq!(
            text,
            ["North (p): 100 people of its own, 40 in the units below it"]
        );
        // A unit below without a value is another finding.
        assert!(parent_gaps(&table, &people, &[2, 3], &[2]).is_empty());
    }
}
