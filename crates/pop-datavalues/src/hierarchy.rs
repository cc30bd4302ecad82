//! The hierarchy above the units of a run, from their paths.

use std::collections::HashMap;

use pop_sums::nesting::nested_pair;
use pop_sums::{SumsTable, Unit};

use crate::rounding::{RoundingError, RoundingTree};

/// Units in the order of their ids, with the tree above them: what rounding works on,
/// independent of the order of the rows.
#[derive(Debug, Clone)]
pub struct RoundingHierarchy {
    /// Indices into the table's units, sorted by id.
    pub units: Vec<u32>,
    /// The tree above them, in the same order.
    pub tree: RoundingTree,
}

impl RoundingHierarchy {
    /// The hierarchy above some units of a table. Units without a path stand right below the whole.
    ///
    /// # Errors
    /// [`RoundingError::Tree`] when one of the units is an ancestor of another.
    pub fn above(table: &SumsTable, units: &[u32]) -> Result<Self, RoundingError> {
        let mut units = units.to_vec();
        units.sort_by(|&a, &b| id(table, a).cmp(id(table, b)));
        units.dedup();
        if let Some((_, below)) = nested_pair(table, &units) {
            let at = units.iter().position(|&unit| unit == below);
            return Err(RoundingError::Tree(at.unwrap_or_default()));
        }
        // Sorted, too, so that the nodes above do not depend on the rows either.
        let mut nodes: HashMap<&str, usize> = HashMap::new();
        let mut parents: Vec<Option<usize>> = vec![None; units.len()];
        for (index, &unit) in units.iter().enumerate() {
            let mut below = index;
            for ancestor in ancestors(&table.units[unit as usize]) {
                let known = nodes.get(ancestor).copied();
                let node = known.unwrap_or_else(|| {
                    parents.push(None);
                    nodes.insert(ancestor, parents.len() - 1);
                    parents.len() - 1
                });
                parents[below] = Some(node);
                if known.is_some() {
                    break;
                }
                below = node;
            }
        }
        let tree = RoundingTree::new(units.len(), parents)?;
        Ok(Self { units, tree })
    }
}

fn id(table: &SumsTable, unit: u32) -> &str {
    &table.units[unit as usize].id
}

/// Ids above a unit, nearest first.
fn ancestors(unit: &Unit) -> impl Iterator<Item = &str> {
    unit.path_ids().rev().skip_while(|id| **id == *unit.id)
}

#[cfg(test)]
mod tests {
    use pop_sums::{ReadOptions, read};

    use super::*;

    #[test]
    fn a_unit_below_another_is_refused() {
        let text = "org_unit,path,population\na,/r/a,5\nb,/r/a/b,5\n";
        let table = read(text.as_bytes(), &ReadOptions::default()).unwrap();
        assert_eq!(
            RoundingHierarchy::above(&table, &[0, 1]).unwrap_err(),
            RoundingError::Tree(1)
        );
        assert!(RoundingHierarchy::above(&table, &[1]).is_ok());
    }

    #[test]
    fn the_tree_follows_the_paths_and_not_the_rows() {
        let rows = ["c,/r/p/c,1", "a,/r/p/a,1", "b,/r/q/b,1", "d,,1"];
        let text = |order: [usize; 4]| {
            let lines: Vec<&str> = order.iter().map(|&i| rows[i]).collect();
            format!("org_unit,path,population\n{}\n", lines.join("\n"))
        };
        let trees: Vec<(Vec<String>, RoundingTree)> = [[0, 1, 2, 3], [3, 2, 1, 0]]
            .map(|order| {
                let table = read(text(order).as_bytes(), &ReadOptions::default()).unwrap();
                let hierarchy = RoundingHierarchy::above(&table, &[0, 1, 2, 3]).unwrap();
                let ids = hierarchy
                    .units
                    .iter()
                    .map(|&u| table.units[u as usize].id.to_string())
                    .collect();
                (ids, hierarchy.tree)
            })
            .to_vec();
        assert_eq!(trees[0], trees[1]);
        assert_eq!(trees[0].0, ["a", "b", "c", "d"]);
        // a and c share p; p and q share r; d stands alone.
        assert_eq!(
            trees[0].1,
            RoundingTree::new(
                4,
                vec![Some(4), Some(6), Some(4), None, Some(5), None, Some(5)]
            )
            .unwrap()
        );
    }
}
