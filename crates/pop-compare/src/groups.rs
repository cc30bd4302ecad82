//! Sums over the units of a level, and over those below a parent.

use std::collections::BTreeMap;

use pop_datavalues::Text;

use crate::row::Row;
use crate::rules::{self, ChangeKind};
use crate::{Flag, Rule, Thresholds, Unit};

/// Units that are added up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// All of a level.
    Level(u32),
    /// Those below a unit, by its key.
    Parent(Text),
}

/// A sum over the units of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupSum {
    /// The units.
    pub group: Group,
    /// Index of what is added up.
    pub dimensions: u32,
    /// Sum of the old side; `None` where no unit has a value.
    pub old: Option<f64>,
    /// Sum of the new side; `None` where no unit has a value.
    pub new: Option<f64>,
    /// Units with a value on the old side.
    pub old_units: usize,
    /// Units with a value on the new side.
    pub new_units: usize,
    /// Whether both sides have values for the same units: only then is the change of the sum a growth.
    pub has_same_units: bool,
    /// Rules that were met.
    pub flags: Vec<Flag>,
}

impl GroupSum {
    /// The change as a share of the old sum, where the units are the same.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        pop_sums::change::relative_change(self.old?, self.new?).filter(|_| self.has_same_units)
    }
}

/// What is added up in a group.
#[derive(Debug, Clone, Copy, Default)]
struct Members {
    old: f64,
    new: f64,
    old_units: usize,
    new_units: usize,
    /// Units with a value on one side only.
    differing: usize,
}

/// The groups that a unit is in, on one side.
fn groups_of(unit: Option<&Unit>) -> [Option<Group>; 2] {
    let level = unit.and_then(|unit| unit.level).map(Group::Level);
    let parent = unit.and_then(|unit| unit.parent.clone()).map(Group::Parent);
    [level, parent]
}

/// The sums of all groups, by group and by what they count. `units` are those of both sides, in the order of the rows.
pub(crate) fn sums(
    rows: &[Row],
    units: &[(Option<Unit>, Option<Unit>)],
    dimensions: usize,
    kind: ChangeKind,
    thresholds: &Thresholds,
) -> Vec<GroupSum> {
    let mut grouped: BTreeMap<Group, Vec<Members>> = BTreeMap::new();
    let mut start = 0;
    while let Some(first) = rows.get(start) {
        let end = start + rows[start..].partition_point(|row| row.unit == first.unit);
        let (old, new) = &units[first.unit as usize];
        let (before, after) = (groups_of(old.as_ref()), groups_of(new.as_ref()));
        for (before, after) in before.into_iter().zip(after) {
            let stays = before == after;
            for (group, is_old, is_new) in [(before, true, stays), (after, false, true)] {
                let Some(group) = group.filter(|_| is_old || !stays) else {
                    continue;
                };
                let members = grouped
                    .entry(group)
                    .or_insert_with(|| vec![Members::default(); dimensions]);
                for row in &rows[start..end] {
                    let member = &mut members[row.dimensions as usize];
                    member.add(row.old.filter(|_| is_old), row.new.filter(|_| is_new));
                }
            }
        }
        start = end;
    }
    let mut all = Vec::new();
    for (group, members) in grouped {
        for (index, member) in members.iter().enumerate() {
            if member.old_units + member.new_units > 0 {
                all.push(member.sum(&group, crate::side::index_of(index), kind, thresholds));
            }
        }
    }
    all
}

impl Members {
    fn add(&mut self, old: Option<f64>, new: Option<f64>) {
        self.old += old.unwrap_or_default();
        self.new += new.unwrap_or_default();
        self.old_units += usize::from(old.is_some());
        self.new_units += usize::from(new.is_some());
        self.differing += usize::from(old.is_some() != new.is_some());
    }

    fn sum(
        &self,
        group: &Group,
        dimensions: u32,
        kind: ChangeKind,
        thresholds: &Thresholds,
    ) -> GroupSum {
        let has_same_units = self.differing == 0;
        let flag = has_same_units
            .then(|| rules::judge(self.old, self.new, kind, thresholds))
            .flatten();
        GroupSum {
            group: group.clone(),
            dimensions,
            old: (self.old_units > 0).then_some(self.old),
            new: (self.new_units > 0).then_some(self.new),
            old_units: self.old_units,
            new_units: self.new_units,
            has_same_units,
            flags: flag.into_iter().collect(),
        }
    }
}

/// Sums of floating-point numbers in another order differ by less than this share.
const ROUNDING: f64 = 1e-9;

/// Flags units of the new side that are not the sum of those below them.
pub(crate) fn flag_parents(groups: &mut [GroupSum], rows: &[Row], units: &[Unit]) {
    for group in groups.iter_mut() {
        let Group::Parent(parent) = &group.group else {
            continue;
        };
        let Ok(unit) = units.binary_search_by(|unit| unit.key.cmp(parent)) else {
            continue;
        };
        let key = (crate::side::index_of(unit), group.dimensions);
        let own = rows
            .binary_search_by_key(&key, |row| (row.unit, row.dimensions))
            .ok()
            .and_then(|at| rows[at].new);
        let Some((own, below)) = own.zip(group.new) else {
            continue;
        };
        let found = own - below;
        if found.abs() > ROUNDING * own.abs().max(1.0) {
            group.flags.push(Flag {
                rule: Rule::ParentSum,
                found,
                base: "sum of the units below",
                threshold: 0.0,
            });
        }
    }
}
