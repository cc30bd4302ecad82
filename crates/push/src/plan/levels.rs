//! Values of one element and period at two levels of the tree: analytics would add them.
//!
//! DHIS2 adds up everything stored below a unit. A district's own value and its facilities' values
//! then count the same people twice, unless the element's aggregation levels cut the roll-up there.

use std::collections::{HashMap, HashSet};

use pop_datavalues::Metadata;
use pop_datavalues::value_set::names::{Names, Sym};
use pop_datavalues::value_set::table::ValueKey;
use pop_hierarchy::path_ids;

/// The units above each unit of the tree.
#[derive(Debug, Default)]
pub(crate) struct Ancestors {
    /// The units above each unit, from the root.
    above: HashMap<Sym, Vec<Sym>>,
}

impl Ancestors {
    /// The tree as far as the metadata have it.
    #[must_use]
    pub(crate) fn new(metadata: &Metadata, names: &mut Names) -> Self {
        let mut tree = Self::default();
        for unit in &metadata.org_units {
            tree.add(&unit.path, names);
        }
        tree
    }

    /// Adds a unit by its path, `/root/…/self`.
    pub(crate) fn add(&mut self, path: &str, names: &mut Names) {
        let mut above: Vec<Sym> = path_ids(path).map(|id| names.intern(id)).collect();
        if let Some(unit) = above.pop() {
            self.above.insert(unit, above);
        }
    }

    /// Whether the place of a unit is known.
    #[must_use]
    pub(crate) fn knows(&self, unit: Sym) -> bool {
        self.above.contains_key(&unit)
    }

    /// The units above a unit, from the root; none where its place is not known.
    #[must_use]
    pub(crate) fn above(&self, unit: Sym) -> &[Sym] {
        self.above.get(&unit).map_or(&[], Vec::as_slice)
    }
}

/// Levels at which an element's roll-up ends, by element.
#[must_use]
pub(crate) fn cuts(metadata: &Metadata, names: &Names) -> HashMap<Sym, Vec<u32>> {
    metadata
        .data_elements
        .iter()
        .filter(|element| !element.aggregation_levels.is_empty())
        .filter_map(|element| Some((names.find(&element.id)?, element.aggregation_levels.clone())))
        .collect()
}

/// Finds keys that lie above or below others of the same element and period.
#[derive(Debug)]
pub(crate) struct Overlaps<'a> {
    tree: &'a Ancestors,
    cuts: &'a HashMap<Sym, Vec<u32>>,
    units: HashSet<(Sym, Sym, Sym)>,
    /// Units above one of `units`, by the same element and period.
    above: HashSet<(Sym, Sym, Sym)>,
}

impl<'a> Overlaps<'a> {
    /// The places that some keys take.
    #[must_use]
    pub(crate) fn new(
        keys: impl Iterator<Item = &'a ValueKey>,
        tree: &'a Ancestors,
        cuts: &'a HashMap<Sym, Vec<u32>>,
    ) -> Self {
        let mut overlaps = Self {
            tree,
            cuts,
            units: HashSet::new(),
            above: HashSet::new(),
        };
        for key in keys {
            if !overlaps.units.insert((key.element, key.period, key.unit)) {
                continue;
            }
            for (level, &unit) in (1..).zip(tree.above(key.unit)) {
                if !overlaps.is_cut(key.element, level) {
                    overlaps.above.insert((key.element, key.period, unit));
                }
            }
        }
        overlaps
    }

    /// Whether a value under this key would be added to one of the others, or one of them to it.
    #[must_use]
    pub(crate) fn meets(&self, key: &ValueKey) -> bool {
        let place = |unit: Sym| (key.element, key.period, unit);
        self.above.contains(&place(key.unit))
            || (1..).zip(self.tree.above(key.unit)).any(|(level, &unit)| {
                !self.is_cut(key.element, level) && self.units.contains(&place(unit))
            })
    }

    /// Whether values below a unit of this level are not added to it.
    fn is_cut(&self, element: Sym, level: u32) -> bool {
        self.cuts
            .get(&element)
            .is_some_and(|levels| levels.contains(&level))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_facility_meets_its_district_and_not_its_neighbour() {
        let mut names = Names::default();
        let mut tree = Ancestors::default();
        for path in ["/r", "/r/a", "/r/b", "/r/a/f"] {
            tree.add(path, &mut names);
        }
        let mut key = |unit: &str, element: &str| ValueKey {
            period: names.intern("2025"),
            unit: names.intern(unit),
            element: names.intern(element),
            combo: Sym::NONE,
            attribute: Sym::NONE,
        };
        let (a, b, f, r, other) = (
            key("a", "de"),
            key("b", "de"),
            key("f", "de"),
            key("r", "de"),
            key("f", "dx"),
        );
        let none = HashMap::new();
        let sent = [a, b];
        let overlaps = Overlaps::new(sent.iter(), &tree, &none);
        assert!(overlaps.meets(&f) && overlaps.meets(&r));
        assert!(!overlaps.meets(&a) && !overlaps.meets(&b) && !overlaps.meets(&other));
        // With aggregation level 2 the facility is not added to its district.
        let cut = HashMap::from([(a.element, vec![2])]);
        let overlaps = Overlaps::new(sent.iter(), &tree, &cut);
        assert!(!overlaps.meets(&f) && overlaps.meets(&r));
    }
}
