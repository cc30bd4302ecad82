//! Layers: the units of one level that the balance is drawn up for, and where they stand in the tree.

use std::collections::{BTreeMap, HashMap};

use pop_geo::{OrgUnit, Shape};

use crate::share::{ONE, Share};
use crate::sweep::Run;

/// Parts of the balance besides the units' own sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// In more than one unit.
    MoreThanOnce,
    /// In no unit, inside a unit of an upper level some of whose units have no polygon (or that has none).
    InsideIncomplete,
    /// In no unit, inside a unit of an upper level whose units are all drawn.
    InsideComplete,
    /// In no unit of this or an upper level.
    Outside,
}

/// Number of [`Part`]s.
pub(crate) const PARTS: usize = 4;

/// The units of one level that stood on one date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The level; `None` for units that do not tell theirs.
    pub level: Option<u32>,
    /// Index of the [`Standing`] it belongs to.
    pub standing: u32,
    /// Levels above it that have polygons, nearest first.
    upper: Vec<u32>,
    /// Units of the layer with a polygon, as outlines.
    pub(crate) members: Vec<u32>,
    /// What each outline is to this layer.
    roles: Vec<Vec<Role>>,
}

/// Which units are counted in the balance of a date: those that were neither closed nor not yet open.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Standing(pub Vec<bool>);

/// What an outline is to an upper level of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Role {
    /// Index into [`Layer::upper`].
    step: u8,
    side: Side,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// The outline is a unit of that upper level.
    Above,
    /// The outline is a unit of the layer, below a unit of that level.
    Below,
}

/// Whether all units of the layer below a unit of an upper level are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Incomplete,
    Complete,
}

/// All layers of a run, and the units that need outlines for them.
#[derive(Debug, Clone)]
pub struct Layers {
    layers: Vec<Layer>,
    /// Unit of each outline.
    units: Vec<u32>,
    /// Layers of each outline.
    of: Vec<Vec<u32>>,
}

/// Pairs are named for this many units in one cell at most, those with the largest shares.
const MOST_IN_PAIRS: usize = 16;
/// Overlaps below this share of a cell are rounding, not overlaps.
const LEAST_OVERLAP: i128 = (ONE >> 30) as i128;

impl Layers {
    /// Lays out one layer for each selected level and each standing.
    ///
    /// `selected` says which units are asked for; units of upper levels come along for the split of what is in no unit.
    #[must_use]
    pub fn new(units: &[OrgUnit], selected: &[bool], standings: &[Standing]) -> Self {
        let tree = Tree::new(units);
        let mut levels: BTreeMap<Option<u32>, Vec<u32>> = BTreeMap::new();
        for (number, unit) in units.iter().enumerate().filter(|(n, _)| selected[*n]) {
            levels.entry(unit.level).or_default().push(number as u32);
        }
        let deepest = levels.keys().flatten().max().copied();
        let outlined: Vec<u32> = (0..units.len() as u32)
            .filter(|&n| {
                let unit = &units[n as usize];
                let above = unit.level.is_some_and(|level| Some(level) < deepest);
                is_drawn(unit) && (selected[n as usize] || above)
            })
            .collect();
        let mut layers = Self {
            layers: Vec::new(),
            of: vec![Vec::new(); outlined.len()],
            units: outlined,
        };
        for (standing, alive) in standings.iter().enumerate() {
            for (&level, members) in &levels {
                layers.add(units, &tree, level, members, standing as u32, &alive.0);
            }
        }
        layers
    }

    fn add(
        &mut self,
        units: &[OrgUnit],
        tree: &Tree<'_>,
        level: Option<u32>,
        members: &[u32],
        standing: u32,
        alive: &[bool],
    ) {
        let number = self.layers.len() as u32;
        let above = |unit: &OrgUnit| unit.level.is_some_and(|l| level.is_some_and(|own| l < own));
        let mut upper: Vec<u32> = self
            .units
            .iter()
            .map(|&u| &units[u as usize])
            .filter(|unit| above(unit))
            .filter_map(|unit| unit.level)
            .collect();
        upper.sort_unstable_by(|a, b| b.cmp(a));
        upper.dedup();
        // below each unit: units of this layer, and how many of them are drawn
        let mut below: HashMap<u32, (u32, u32)> = HashMap::new();
        for &member in members.iter().filter(|&&m| alive[m as usize]) {
            for ancestor in tree.ancestors(member) {
                let counts = below.entry(ancestor).or_default();
                counts.0 += 1;
                counts.1 += u32::from(is_drawn(&units[member as usize]));
            }
        }
        // an upper unit without an outline, and with nobody known below it, leaves a gap in those above it
        let mut gaps: std::collections::HashSet<u32> = std::collections::HashSet::new();
        for (place, unit) in (0_u32..).zip(units) {
            if above(unit)
                && alive[place as usize]
                && !is_drawn(unit)
                && !below.contains_key(&place)
            {
                gaps.extend(tree.ancestors(place));
            }
        }
        let state = |unit: u32| match below.get(&unit) {
            _ if gaps.contains(&unit) => State::Incomplete,
            Some((all, drawn)) if all == drawn => State::Complete,
            _ => State::Incomplete,
        };
        let step_of = |unit: u32| {
            let level = units[unit as usize].level?;
            upper
                .iter()
                .position(|&u| u == level)
                .map(|step| step as u8)
        };
        let mut layer = Layer {
            level,
            standing,
            members: Vec::new(),
            roles: vec![Vec::new(); self.units.len()],
            upper: Vec::new(),
        };
        let is_member: std::collections::HashSet<u32> = members.iter().copied().collect();
        for (outline, &unit) in self.units.iter().enumerate() {
            if !alive[unit as usize] {
                continue;
            }
            if is_member.contains(&unit) {
                layer.members.push(outline as u32);
                self.of[outline].push(number);
                layer.roles[outline] = tree
                    .ancestors(unit)
                    .into_iter()
                    .filter_map(|a| {
                        Some(Role {
                            step: step_of(a)?,
                            side: Side::Below,
                            state: state(a),
                        })
                    })
                    .collect();
            } else if let Some(step) = step_of(unit) {
                layer.roles[outline] = vec![Role {
                    step,
                    side: Side::Above,
                    state: state(unit),
                }];
            }
        }
        layer.upper = upper;
        self.layers.push(layer);
    }

    /// The layers, by standing and level.
    #[must_use]
    pub fn all(&self) -> &[Layer] {
        &self.layers
    }

    /// Units that outlines are needed for, by their place among all units.
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

    /// Divides the share of a cell that is in no unit of a layer by what lies above it there: first the nearest level, in each first
    /// what is inside units that are not fully drawn. What an upper unit covers beyond the units below it is its own.
    pub(crate) fn split(
        &self,
        layer: u32,
        runs: &[Run],
        column: u32,
        missing: Share,
    ) -> [(Part, Share); 3] {
        let layer = &self.layers[layer as usize];
        let mut rest = i128::from(missing);
        let mut found = [0_i128; 2];
        if !layer.upper.is_empty() {
            let mut sums = vec![[[0_i128; 2]; 2]; layer.upper.len()];
            for run in covering(runs, column) {
                for role in &layer.roles[run.outline as usize] {
                    sums[role.step as usize][role.state as usize][role.side as usize] +=
                        i128::from(run.share);
                }
            }
            for step in sums {
                for (state, [above, below]) in step.into_iter().enumerate() {
                    let own = (above - below).clamp(0, rest);
                    found[state] += own;
                    rest -= own;
                }
            }
        }
        let [incomplete, complete] = found.map(|share| share as Share);
        [
            (Part::InsideIncomplete, incomplete),
            (Part::InsideComplete, complete),
            (Part::Outside, rest as Share),
        ]
    }

    /// Pairs of members that share a cell, with the most that they can have in common there.
    pub(crate) fn pairs(
        &self,
        layer: u32,
        runs: &[Run],
        column: u32,
        surplus: i128,
    ) -> Vec<(u32, u32, Share)> {
        if surplus < LEAST_OVERLAP {
            return Vec::new();
        }
        let mut here: Vec<(Share, u32)> = covering(runs, column)
            .filter(|run| self.of(run.outline).contains(&layer))
            .map(|run| (run.share, run.outline))
            .collect();
        here.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        here.truncate(MOST_IN_PAIRS);
        let mut pairs = Vec::new();
        for (index, &(_, a)) in here.iter().enumerate() {
            // sorted by share: the later one has the smaller
            for &(share, b) in &here[index + 1..] {
                let common = i128::from(share).min(surplus) as Share;
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

fn is_drawn(unit: &OrgUnit) -> bool {
    matches!(unit.shape, Shape::Area(_))
}

/// Who is above whom.
struct Tree<'a> {
    units: &'a [OrgUnit],
    places: HashMap<&'a str, u32>,
}

/// Deeper trees are loops.
const MOST_LEVELS: usize = 32;

impl<'a> Tree<'a> {
    fn new(units: &'a [OrgUnit]) -> Self {
        let places = units
            .iter()
            .enumerate()
            .map(|(n, u)| (u.tree_id(), n as u32))
            .collect();
        Self { units, places }
    }

    /// Units above a unit, as far as they are in the input.
    fn ancestors(&self, unit: u32) -> Vec<u32> {
        let own = &self.units[unit as usize];
        if let Some(path) = &own.path {
            return path
                .split('/')
                .filter_map(|id| self.places.get(id).copied())
                .filter(|&place| place != unit)
                .collect();
        }
        let mut found = Vec::new();
        let mut parent = own.parent.as_deref();
        while let Some(place) = parent.and_then(|id| self.places.get(id)) {
            if found.len() == MOST_LEVELS || found.contains(place) || *place == unit {
                break;
            }
            found.push(*place);
            parent = self.units[*place as usize].parent.as_deref();
        }
        found
    }
}
