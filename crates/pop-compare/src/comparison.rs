//! Two sides put together.

use std::collections::{BTreeMap, BTreeSet};

use crate::bands;
use crate::record::{Class, Key, Record};
use crate::rules::{self, ChangeKind, Flag, Rule, Thresholds};
use crate::side::{Side, SideError, SideKind};

/// A key, and what both sides say.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What the figures are about.
    pub key: Key,
    /// Code of the unit.
    pub code: Option<String>,
    /// Name of the unit.
    pub name: Option<String>,
    /// Level of the unit.
    pub level: Option<u32>,
    /// The old figure.
    pub old: Option<f64>,
    /// The new one.
    pub new: Option<f64>,
    /// How they differ.
    pub class: Class,
    /// Rules that were met.
    pub flags: Vec<Flag>,
    /// Of raked figures the part of the difference that comes from the grid; the rest comes from the adjustment.
    pub grid_difference: Option<f64>,
    /// Whether the unit has another path on the new side.
    pub is_moved: bool,
}

impl Row {
    /// New less old, where both have a value.
    #[must_use]
    pub fn difference(&self) -> Option<f64> {
        Some(self.new? - self.old?)
    }

    /// The difference as a share of the old value; none from zero.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        pop_datavalues::plausibility::relative_change(self.old?, self.new?)
    }

    /// The part of the difference that comes from raking.
    #[must_use]
    pub fn adjustment_difference(&self) -> Option<f64> {
        Some(self.difference()? - self.grid_difference?)
    }
}

/// Units that are added up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// All of a level.
    Level(u32),
    /// Those below a unit.
    Parent(String),
}

/// A sum over the units of a group, of one year, sex and age range.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupSum {
    /// The units.
    pub group: Group,
    /// What is added up; the unit is empty.
    pub key: Key,
    /// Sum of the old side.
    pub old: f64,
    /// Sum of the new side.
    pub new: f64,
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
        pop_datavalues::plausibility::relative_change(self.old, self.new)
            .filter(|_| self.has_same_units)
    }
}

/// Two sides compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// One row a key, by key.
    pub rows: Vec<Row>,
    /// Sums by level and parent.
    pub groups: Vec<GroupSum>,
    /// Age bands that were merged.
    pub merged_bands: Vec<String>,
    /// What is to be said of the comparison as a whole.
    pub notes: Vec<String>,
}

impl Comparison {
    /// Whether the sides differ in any figure.
    #[must_use]
    pub fn is_different(&self) -> bool {
        self.rows.iter().any(|row| row.class != Class::Same)
    }

    /// Whether a rule flags a figure; notes are no flags.
    #[must_use]
    pub fn is_flagged(&self) -> bool {
        let rows = self.rows.iter().flat_map(|row| &row.flags);
        let groups = self.groups.iter().flat_map(|group| &group.flags);
        rows.chain(groups).any(|flag| !flag.rule.is_note())
    }

    /// How many rows are of each class.
    #[must_use]
    pub fn counts(&self) -> Vec<(Class, usize)> {
        let count = |class| self.rows.iter().filter(|row| row.class == class).count();
        Class::ALL
            .into_iter()
            .map(|class| (class, count(class)))
            .filter(|(_, count)| *count > 0)
            .collect()
    }
}

/// Compares two sides. `allows_other_source` judges growth between sources, too.
///
/// # Errors
/// [`SideError`] where the sides cannot be put together.
pub fn compare(
    old: Side,
    new: Side,
    thresholds: &Thresholds,
    allows_other_source: bool,
) -> Result<Comparison, SideError> {
    let (mut old, mut new) = (old, new);
    if old.kind != new.kind {
        return Err(SideError::OtherKind);
    }
    if old.levels != new.levels {
        let listed = |levels: &BTreeSet<u32>| {
            let list: Vec<String> = levels.iter().map(ToString::to_string).collect();
            list.join(", ")
        };
        return Err(SideError::OtherLevels {
            old: listed(&old.levels),
            new: listed(&new.levels),
        });
    }
    let mut notes = Vec::new();
    let kind = align_years(&mut old, &mut new, allows_other_source, &mut notes)?;
    let merged_bands = bands::merge(&mut old, &mut new)?;
    if !merged_bands.is_empty() {
        notes.push(format!("age bands merged: {}", merged_bands.join(", ")));
    }
    let keys: BTreeSet<&Key> = old.records.keys().chain(new.records.keys()).collect();
    let rows: Vec<Row> = keys
        .into_iter()
        .map(|key| row(old.records.get(key), new.records.get(key), kind, thresholds))
        .collect();
    let moved = rows.iter().filter(|row| row.is_moved).count();
    if moved > 0 {
        notes.push(format!("{moved} figures are of units whose path moved"));
    }
    let groups = match old.kind {
        SideKind::Sums => groups(&old, &new, kind, thresholds),
        SideKind::Values => Vec::new(),
    };
    Ok(Comparison {
        rows,
        groups,
        merged_bands,
        notes,
    })
}

/// Decides what a change is; two different single years are compared with each other.
fn align_years(
    old: &mut Side,
    new: &mut Side,
    allows_other_source: bool,
    notes: &mut Vec<String>,
) -> Result<ChangeKind, SideError> {
    if old.years.is_empty() || new.years.is_empty() || !old.years.is_disjoint(&new.years) {
        return Ok(ChangeKind::Source);
    }
    let (ours, theirs) = (one(&old.years), one(&new.years));
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        let listed =
            |years: &BTreeSet<String>| years.iter().cloned().collect::<Vec<_>>().join(", ");
        return Err(SideError::OtherYears {
            old: listed(&old.years),
            new: listed(&new.years),
        });
    };
    old.without_year();
    new.without_year();
    let years = ours.parse::<i32>().ok().zip(theirs.parse::<i32>().ok());
    let Some(years) = years.and_then(|(first, last)| u32::try_from(last - first).ok()) else {
        notes.push(format!("growth is not judged from {ours} to {theirs}"));
        return Ok(ChangeKind::NotJudged);
    };
    if old.source != new.source && !allows_other_source {
        notes.push(format!(
            "growth is not judged between sources ({} and {}); --allow other-source judges it",
            old.source, new.source
        ));
        return Ok(ChangeKind::NotJudged);
    }
    Ok(ChangeKind::Years(years))
}

fn one(years: &BTreeSet<String>) -> Option<String> {
    years.first().filter(|_| years.len() == 1).cloned()
}

fn row(
    old: Option<&Record>,
    new: Option<&Record>,
    kind: ChangeKind,
    thresholds: &Thresholds,
) -> Row {
    let any = new.or(old);
    let value = |record: Option<&Record>| record.and_then(|record| record.value);
    let (before, after) = (value(old), value(new));
    let grid = |record: Option<&Record>| record.and_then(|record| record.unadjusted);
    let is_raked = grid(old).is_some() || grid(new).is_some();
    let grid_difference = (is_raked && before.is_some() && after.is_some())
        .then(|| Some(grid(new).or(after)? - grid(old).or(before)?))
        .flatten();
    let is_moved = old
        .zip(new)
        .is_some_and(|(old, new)| old.path.is_some() && new.path.is_some() && old.path != new.path);
    Row {
        key: any.map(|record| record.key.clone()).unwrap_or_default(),
        code: any.and_then(|record| record.code.clone()),
        name: any.and_then(|record| record.name.clone()),
        level: any.and_then(|record| record.level),
        old: before,
        new: after,
        class: Class::of(
            old.map(|record| record.value),
            new.map(|record| record.value),
        ),
        flags: before
            .zip(after)
            .and_then(|(before, after)| rules::judge(before, after, kind, thresholds))
            .into_iter()
            .collect(),
        grid_difference,
        is_moved,
    }
}

/// What is added up of one side in a group.
#[derive(Default)]
struct Members<'a> {
    sum: f64,
    units: BTreeSet<&'a str>,
}

type Grouped<'a> = BTreeMap<(Group, Key), Members<'a>>;

fn grouped(side: &Side) -> Grouped<'_> {
    let mut grouped: Grouped<'_> = BTreeMap::new();
    for record in side.records.values() {
        let Some(value) = record.value else {
            continue;
        };
        let key = Key {
            org_unit: String::new(),
            ..record.key.clone()
        };
        let level = record.level.map(Group::Level);
        let parent = record.parent.clone().map(Group::Parent);
        for group in level.into_iter().chain(parent) {
            let members = grouped.entry((group, key.clone())).or_default();
            members.sum += value;
            members.units.insert(&record.key.org_unit);
        }
    }
    grouped
}

fn groups(old: &Side, new: &Side, kind: ChangeKind, thresholds: &Thresholds) -> Vec<GroupSum> {
    let (ours, theirs) = (grouped(old), grouped(new));
    let keys: BTreeSet<&(Group, Key)> = ours.keys().chain(theirs.keys()).collect();
    let none = Members::default();
    keys.into_iter()
        .map(|both| {
            let (before, after) = (
                ours.get(both).unwrap_or(&none),
                theirs.get(both).unwrap_or(&none),
            );
            let has_same_units = before.units == after.units;
            let mut flags: Vec<Flag> = has_same_units
                .then(|| rules::judge(before.sum, after.sum, kind, thresholds))
                .flatten()
                .into_iter()
                .collect();
            flags.extend(parent_flag(new, both, after));
            GroupSum {
                group: both.0.clone(),
                key: both.1.clone(),
                old: before.sum,
                new: after.sum,
                old_units: before.units.len(),
                new_units: after.units.len(),
                has_same_units,
                flags,
            }
        })
        .collect()
}

/// Sums of floating-point numbers in another order differ by less than this share.
const ROUNDING: f64 = 1e-9;

/// A unit of the new side that is not the sum of those below it.
fn parent_flag(new: &Side, (group, key): &(Group, Key), members: &Members<'_>) -> Option<Flag> {
    let Group::Parent(parent) = group else {
        return None;
    };
    let key = Key {
        org_unit: parent.clone(),
        ..key.clone()
    };
    let own = new.records.get(&key)?.value?;
    let found = own - members.sum;
    (found.abs() > ROUNDING * own.max(1.0)).then_some(Flag {
        rule: Rule::ParentSum,
        found,
        base: "sum of the units below",
        threshold: 0.0,
    })
}
