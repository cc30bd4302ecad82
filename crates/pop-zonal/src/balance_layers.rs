//! Balance layers: the units of one level that a balance is computed for, and the levels above them.

use std::collections::{BTreeMap, HashMap, HashSet};

use pop_geo::{OrgUnit, Shape};

use crate::fraction::{Fraction, ONE};
use crate::sweep::Run;

/// Where people are counted besides the units' own sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum BalanceBucket {
    /// In more than one unit.
    MoreThanOnce,
    /// In no unit, inside a unit of an upper level some of whose units have no polygon (or that has none).
    InsideIncomplete,
    /// In no unit, inside a unit of an upper level whose units all have a polygon.
    InsideComplete,
    /// In no unit of this or an upper level.
    Outside,
}

/// Number of [`BalanceBucket`]s.
pub(crate) const BUCKETS: usize = 4;

/// The units of one level that are active on one date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceLayer {
    /// The level; `None` for units that do not tell theirs.
    pub level: Option<u32>,
    /// Index of the [`ActiveUnits`] that its units are counted by.
    pub active_set: u32,
    /// Levels above it that have polygons, nearest first.
    upper: Vec<u32>,
    /// Units of the layer with a polygon, as outlines.
    pub(crate) members: Vec<u32>,
    /// What each outline is to this layer.
    roles: Vec<Vec<LevelRole>>,
}

/// Which units are counted in the balance of a date: those that were neither closed nor not yet open.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActiveUnits(pub Vec<bool>);

/// What an outline is to an upper level of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LevelRole {
    /// Index into [`BalanceLayer::upper`].
    step: u8,
    relation: Relation,
    children: ChildPolygons,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// The outline is a unit of that upper level.
    Above,
    /// The outline is a unit of the layer, below a unit of that level.
    Below,
}

/// Whether all units of the layer below a unit of an upper level have a polygon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChildPolygons {
    Incomplete,
    Complete,
}

/// All layers of a run, and the units that need outlines for them.
#[derive(Debug, Clone)]
pub struct BalanceLayers {
    layers: Vec<BalanceLayer>,
    /// Unit of each outline.
    units: Vec<u32>,
    /// Layers of each outline.
    of: Vec<Vec<u32>>,
}

/// Pairs are named for this many units in one cell at most, those with the largest fractions.
const MAX_UNITS_IN_PAIRS: usize = 16;
/// Overlaps below this fraction of a cell are rounding, not overlaps.
const MIN_OVERLAP: i128 = (ONE >> 30) as i128;

impl BalanceLayers {
    /// One layer for each selected level and each set of active units.
    ///
    /// `selected` says which units are asked for; units of upper levels come along for the split of what is in no unit.
    #[must_use]
    pub fn new(units: &[OrgUnit], selected: &[bool], active_sets: &[ActiveUnits]) -> Self {
        let tree = Ancestors::new(units);
        let mut levels: BTreeMap<Option<u32>, Vec<u32>> = BTreeMap::new();
        for (number, unit) in units.iter().enumerate().filter(|(n, _)| selected[*n]) {
            levels.entry(unit.depth()).or_default().push(number as u32);
        }
        let deepest = levels.keys().flatten().max().copied();
        let with_outline: Vec<u32> = (0..units.len() as u32)
            .filter(|&n| {
                let unit = &units[n as usize];
                let above = unit.depth().is_some_and(|level| Some(level) < deepest);
                has_polygon(unit) && (selected[n as usize] || above)
            })
            .collect();
        let mut layers = Self {
            layers: Vec::new(),
            of: vec![Vec::new(); with_outline.len()],
            units: with_outline,
        };
        for (set, active) in active_sets.iter().enumerate() {
            for (&level, members) in &levels {
                layers.add(units, &tree, level, members, set as u32, &active.0);
            }
        }
        layers
    }

    fn add(
        &mut self,
        units: &[OrgUnit],
        tree: &Ancestors<'_>,
        level: Option<u32>,
        members: &[u32],
        active_set: u32,
        is_active: &[bool],
    ) {
        let number = self.layers.len() as u32;
        let upper = UpperUnits::new(units, &self.units, tree, level, members, is_active);
        let is_member: HashSet<u32> = members.iter().copied().collect();
        let mut layer = BalanceLayer {
            level,
            active_set,
            members: Vec::new(),
            roles: vec![Vec::new(); self.units.len()],
            upper: upper.levels.clone(),
        };
        for (outline, &unit) in self.units.iter().enumerate() {
            if !is_active[unit as usize] {
                continue;
            }
            if is_member.contains(&unit) {
                layer.members.push(outline as u32);
                self.of[outline].push(number);
                let above = tree.ancestors(unit).into_iter();
                layer.roles[outline] = above
                    .filter_map(|ancestor| upper.role(ancestor, Relation::Below))
                    .collect();
            } else {
                layer.roles[outline] = upper.role(unit, Relation::Above).into_iter().collect();
            }
        }
        self.layers.push(layer);
    }

    /// The layers, by set of active units and level.
    #[must_use]
    pub fn all(&self) -> &[BalanceLayer] {
        &self.layers
    }

    /// Units that outlines are needed for, by their index among all units.
    #[must_use]
    pub fn units(&self) -> &[u32] {
        &self.units
    }

    pub(crate) fn len(&self) -> usize {
        self.layers.len()
    }

    pub(crate) fn outlines(&self) -> usize {
        self.units.len()
    }

    /// Layers that an outline is a member of.
    pub(crate) fn of(&self, outline: u32) -> &[u32] {
        &self.of[outline as usize]
    }

    /// Divides the fraction of a cell that is in no unit of a layer by the units above it there: first the nearest level, in each first
    /// what is inside units that are not fully drawn. What an upper unit covers beyond the units below it is its own.
    pub(crate) fn split(
        &self,
        layer: u32,
        runs: &[Run],
        column: u32,
        missing: Fraction,
    ) -> [(BalanceBucket, Fraction); 3] {
        let layer = &self.layers[layer as usize];
        let mut rest = i128::from(missing);
        let mut found = [0_i128; 2];
        if !layer.upper.is_empty() {
            let mut sums = vec![[[0_i128; 2]; 2]; layer.upper.len()];
            for run in covering(runs, column) {
                for role in &layer.roles[run.outline as usize] {
                    sums[role.step as usize][role.children as usize][role.relation as usize] +=
                        i128::from(run.fraction);
                }
            }
            for step in sums {
                for (children, [above, below]) in step.into_iter().enumerate() {
                    let own = (above - below).clamp(0, rest);
                    found[children] += own;
                    rest -= own;
                }
            }
        }
        let [incomplete, complete] = found.map(|fraction| fraction as Fraction);
        [
            (BalanceBucket::InsideIncomplete, incomplete),
            (BalanceBucket::InsideComplete, complete),
            (BalanceBucket::Outside, rest as Fraction),
        ]
    }

    /// Pairs of members that share a cell, with the most that they can have in common there.
    pub(crate) fn pairs(
        &self,
        layer: u32,
        runs: &[Run],
        column: u32,
        surplus: i128,
    ) -> Vec<(u32, u32, Fraction)> {
        if surplus < MIN_OVERLAP {
            return Vec::new();
        }
        let mut here: Vec<(Fraction, u32)> = covering(runs, column)
            .filter(|run| self.of(run.outline).contains(&layer))
            .map(|run| (run.fraction, run.outline))
            .collect();
        here.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        here.truncate(MAX_UNITS_IN_PAIRS);
        let mut pairs = Vec::new();
        for (index, &(_, a)) in here.iter().enumerate() {
            // sorted by fraction: the later one has the smaller
            for &(fraction, b) in &here[index + 1..] {
                let common = i128::from(fraction).min(surplus) as Fraction;
                pairs.push((a.min(b), a.max(b), common));
            }
        }
        pairs
    }
}

fn covering(runs: &[Run], column: u32) -> impl Iterator<Item = &Run> {
    runs.iter()
        .filter(move |run| run.start <= column && column < run.end)
}

fn has_polygon(unit: &OrgUnit) -> bool {
    matches!(unit.shape, Shape::Area(_))
}

/// The units above those of a layer, and what is known of the units below each.
struct UpperUnits<'a> {
    units: &'a [OrgUnit],
    /// Levels of upper units with an outline, the nearest first.
    levels: Vec<u32>,
    /// Units of the layer below each unit, and how many of them have an outline.
    below: HashMap<u32, (u32, u32)>,
    /// Units with a unit below them that has no outline, and of which nothing is known further down.
    gaps: HashSet<u32>,
}

impl<'a> UpperUnits<'a> {
    fn new(
        units: &'a [OrgUnit],
        with_outline: &[u32],
        tree: &Ancestors<'_>,
        level: Option<u32>,
        members: &[u32],
        is_active: &[bool],
    ) -> Self {
        let is_above = |unit: &OrgUnit| {
            unit.depth()
                .is_some_and(|upper| level.is_some_and(|own| upper < own))
        };
        let outlines = with_outline.iter().map(|&unit| &units[unit as usize]);
        let mut levels: Vec<u32> = outlines
            .filter(|unit| is_above(unit))
            .filter_map(|unit| unit.depth())
            .collect();
        levels.sort_unstable_by(|a, b| b.cmp(a));
        levels.dedup();
        let mut below: HashMap<u32, (u32, u32)> = HashMap::new();
        for &member in members.iter().filter(|&&m| is_active[m as usize]) {
            for ancestor in tree.ancestors(member) {
                let counts = below.entry(ancestor).or_default();
                counts.0 += 1;
                counts.1 += u32::from(has_polygon(&units[member as usize]));
            }
        }
        let is_gap = |&(place, unit): &(u32, &OrgUnit)| {
            is_above(unit)
                && is_active[place as usize]
                && !has_polygon(unit)
                && !below.contains_key(&place)
        };
        let gaps = (0_u32..)
            .zip(units)
            .filter(is_gap)
            .flat_map(|(place, _)| tree.ancestors(place))
            .collect();
        Self {
            units,
            levels,
            below,
            gaps,
        }
    }

    /// What a unit is to an outline; `None` where it is not above the layer.
    fn role(&self, unit: u32, relation: Relation) -> Option<LevelRole> {
        let level = self.units[unit as usize].depth()?;
        let step = self.levels.iter().position(|&upper| upper == level)?;
        Some(LevelRole {
            step: step as u8,
            relation,
            children: self.children(unit),
        })
    }

    fn children(&self, unit: u32) -> ChildPolygons {
        match self.below.get(&unit) {
            _ if self.gaps.contains(&unit) => ChildPolygons::Incomplete,
            Some((all, drawn)) if all == drawn => ChildPolygons::Complete,
            _ => ChildPolygons::Incomplete,
        }
    }
}

/// Who is above whom.
struct Ancestors<'a> {
    units: &'a [OrgUnit],
    index_of: HashMap<&'a str, u32>,
}

/// Deeper trees are loops.
const MAX_LEVELS: usize = 32;

impl<'a> Ancestors<'a> {
    fn new(units: &'a [OrgUnit]) -> Self {
        let index_of = units
            .iter()
            .enumerate()
            .map(|(n, u)| (u.tree_id(), n as u32))
            .collect();
        Self { units, index_of }
    }

    /// Units above a unit, as far as they are in the input.
    fn ancestors(&self, unit: u32) -> Vec<u32> {
        let own = &self.units[unit as usize];
        if own.path.is_some() {
            return own
                .path_ids()
                .filter_map(|id| self.index_of.get(id).copied())
                .filter(|&place| place != unit)
                .collect();
        }
        let mut found = Vec::new();
        let mut parent = own.parent.as_deref();
        while let Some(place) = parent.and_then(|id| self.index_of.get(id)) {
            if found.len() == MAX_LEVELS || found.contains(place) || *place == unit {
                break;
            }
            found.push(*place);
            parent = self.units[*place as usize].parent.as_deref();
        }
        found
    }
}
