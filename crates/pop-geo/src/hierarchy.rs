//! The tree of units.

use std::collections::{BTreeSet, HashMap};

use pop_hierarchy::{depth, path_ids};

use crate::{OrgUnit, OrgUnitSet};

impl OrgUnit {
    /// The unit's depth in the tree, 1 for the root: its level, else as deep as its path is long.
    #[must_use]
    pub fn depth(&self) -> Option<u32> {
        self.level.or_else(|| depth(self.path.as_deref()?))
    }

    /// UID of the parent: the property, else the last but one of the path.
    #[must_use]
    pub fn parent_id(&self) -> Option<&str> {
        match &self.parent {
            Some(parent) => Some(parent),
            None => self.path_ids().rev().nth(1),
        }
    }

    /// UIDs from the root to the unit itself; none without a path.
    pub fn path_ids(&self) -> impl DoubleEndedIterator<Item = &str> {
        path_ids(self.path.as_deref().unwrap_or_default())
    }

    /// UIDs of the units above, root first; none without a path.
    pub fn ancestor_ids(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.path_ids().filter(|id| *id != self.tree_id())
    }
}

/// Who is whose parent among the units of a file, by their places in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hierarchy {
    parents: Vec<Option<usize>>,
    children: Vec<Vec<usize>>,
}

impl OrgUnitSet {
    /// The tree of the units. A parent that is not in the file is no parent here.
    #[must_use]
    pub fn hierarchy(&self) -> Hierarchy {
        let places: HashMap<&str, usize> = (0..)
            .zip(&self.units)
            .map(|(place, unit)| (unit.tree_id(), place))
            .collect();
        let parents: Vec<Option<usize>> = (0..)
            .zip(&self.units)
            .map(|(place, unit)| {
                let parent = *places.get(unit.parent_id()?)?;
                (parent != place).then_some(parent)
            })
            .collect();
        let mut children = vec![Vec::new(); self.units.len()];
        for (place, parent) in parents.iter().enumerate() {
            if let Some(family) = parent.and_then(|parent| children.get_mut(parent)) {
                family.push(place);
            }
        }
        Hierarchy { parents, children }
    }

    /// The levels that the units are of, ancestors that came along left out.
    #[must_use]
    pub fn levels(&self) -> BTreeSet<u32> {
        let asked_for = self.units.iter().filter(|unit| !unit.context);
        asked_for.filter_map(OrgUnit::depth).collect()
    }

    /// The units of one level with their places in the file, ancestors that came along among them.
    pub fn at_level(&self, level: u32) -> impl Iterator<Item = (usize, &OrgUnit)> {
        (0..)
            .zip(&self.units)
            .filter(move |(_, unit)| unit.depth() == Some(level))
    }
}

impl Hierarchy {
    /// The place of a unit's parent.
    #[must_use]
    pub fn parent(&self, place: usize) -> Option<usize> {
        self.parents.get(place).copied().flatten()
    }

    /// The places of a unit's children, in the file's order.
    #[must_use]
    pub fn children(&self, place: usize) -> &[usize] {
        self.children.get(place).map_or(&[], Vec::as_slice)
    }

    /// The places of a unit's ancestors, its parent first. Ends even where parents run in a circle.
    pub fn ancestors(&self, place: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.parent(place), |&place| self.parent(place))
            .take(self.parents.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, parent: Option<&str>, path: Option<&str>) -> OrgUnit {
        OrgUnit {
            id: id.to_owned(),
            parent: parent.map(str::to_owned),
            path: path.map(str::to_owned),
            ..OrgUnit::default()
        }
    }

    #[test]
    fn parents_come_from_the_property_or_the_path() {
        let set = OrgUnitSet {
            units: vec![
                unit("c", None, Some("/a/b/c")),
                unit("a", None, Some("/a")),
                unit("b", Some("a"), None),
                unit("d", Some("elsewhere"), None),
            ],
        };
        let tree = set.hierarchy();
        assert_eq!(tree.ancestors(0).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(tree.children(1), [2]);
        assert_eq!(tree.parent(3), None);
        assert_eq!(set.units[0].depth(), Some(3));
        assert_eq!(
            set.at_level(1).map(|(place, _)| place).collect::<Vec<_>>(),
            [1]
        );
    }

    #[test]
    fn a_circle_of_parents_ends() {
        let set = OrgUnitSet {
            units: vec![
                unit("a", Some("b"), None),
                unit("b", Some("a"), None),
                unit("c", Some("c"), None),
            ],
        };
        let tree = set.hierarchy();
        assert_eq!(tree.ancestors(0).count(), 3);
        assert_eq!(tree.parent(2), None);
    }
}
