//! Controlled rounding: a table of units by columns made whole, so that every
//! total is whole, adds up, and lies next to the exact one.
//!
//! The sets whose totals count form two families, each nested in itself:
//!
//! 1. a unit's column groups, the unit, the units above it, the whole table;
//! 2. a cell, its column in the units above, its column in the whole table.
//!
//! A table with two nested families is a network flow: from the whole down to a
//! unit and its groups, across one edge per cell, up through the column's
//! totals, and back to the whole. The exact values are such a flow, and any
//! edge that is not whole lies on a cycle of such edges. Pushing along that
//! cycle until one edge becomes whole, again and again, ends with every edge
//! at the whole number below or above its exact value (L. H. Cox, "A constructive
//! procedure for unbiased controlled rounding", JASA 82, 1987, here for trees).
//!
//! Totals are settled from the top, each to its nearest whole number while that
//! is still free, so the whole table is always rounded to the nearest. All
//! arithmetic is on integers of 2^-62 people: nothing drifts, and the result
//! does not depend on the machine.

mod flow;
mod network;

use network::Network;

/// A margin or value this close to a whole number is that number: what is left of it is float dust.
pub const INTEGER_TOLERANCE: f64 = 1e-6;

/// The largest value that can be rounded: DHIS2 holds integers up to 2^31 - 1,
/// beyond 2^52 there are no fractions left to round.
pub const MAX_VALUE: f64 = 4_503_599_627_370_496.0;

/// Units in a hierarchy, by index: units are `0..units`, the nodes above them follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundingTree {
    units: usize,
    parents: Vec<Option<usize>>,
}

/// A tree, groups or values that do not fit together.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RoundingError {
    /// A node is its own ancestor, or a parent does not exist or is a unit.
    #[error("node {0} has no way up to the top")]
    Tree(usize),
    /// Column groups that overlap without one holding the other.
    #[error("column groups {0} and {1} cross")]
    Groups(usize, usize),
    /// A value that is negative, not finite or too large.
    #[error("value {value} of unit {unit} in column {column} cannot be rounded")]
    Value {
        /// The value.
        value: f64,
        /// Index of the unit.
        unit: usize,
        /// Index of the column.
        column: usize,
    },
    /// Not as many values as units times columns.
    #[error("{found} values, expected {expected}")]
    Size {
        /// Values given.
        found: usize,
        /// Units times columns.
        expected: usize,
    },
}

impl RoundingError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Tree(_) => {
                "choose units of which none lies below another: --level; and look whether a path in the sums leads in a circle"
            }
            Self::Value { .. } => "look at the value in the sums and at the rate of the mapping",
            Self::Groups(..) | Self::Size { .. } => "this is a fault of the tool: please report it",
        }
    }
}

impl RoundingTree {
    /// A tree from the parent of each node; the first `units` nodes are the
    /// units, a node without parent stands right below the whole.
    ///
    /// # Errors
    /// [`RoundingError::Tree`] when a node does not lead to the top over nodes that are no units.
    pub fn new(units: usize, parents: Vec<Option<usize>>) -> Result<Self, RoundingError> {
        for start in 0..parents.len() {
            let mut node = start;
            let mut steps = 0;
            while let Some(parent) = parents[node] {
                steps += 1;
                if parent < units || parent >= parents.len() || steps > parents.len() {
                    return Err(RoundingError::Tree(start));
                }
                node = parent;
            }
        }
        if units > parents.len() {
            return Err(RoundingError::Tree(units));
        }
        Ok(Self { units, parents })
    }

    /// Units side by side, with nothing between them and the whole.
    #[must_use]
    pub fn flat(units: usize) -> Self {
        Self {
            units,
            parents: vec![None; units],
        }
    }

    /// How many units there are.
    #[must_use]
    pub const fn units(&self) -> usize {
        self.units
    }
}

/// Rounds a table. `values` has one row per unit, each with `columns` values.
///
/// `groups` are sets of columns whose total in every unit is to be next to the
/// exact one too; any two must be apart or one inside the other. Single columns
/// and the set of all columns need not be named.
///
/// The result has the same shape. Ties go by the order of units and columns,
/// so callers that want a result independent of their input's order sort first.
///
/// # Errors
/// See [`RoundingError`].
pub fn round(
    tree: &RoundingTree,
    columns: usize,
    groups: &[Vec<usize>],
    values: &[f64],
) -> Result<Vec<i64>, RoundingError> {
    let expected = tree.units * columns;
    if values.len() != expected {
        return Err(RoundingError::Size {
            found: values.len(),
            expected,
        });
    }
    if expected == 0 {
        return Ok(Vec::new());
    }
    if let Some(at) = values.iter().position(|v| !(0.0..MAX_VALUE).contains(v)) {
        return Err(RoundingError::Value {
            value: values[at],
            unit: at / columns,
            column: at % columns,
        });
    }
    let mut network = Network::new(tree, columns, groups, values)?;
    network.settle();
    Ok(network.cells())
}

/// The exact value next to which a rounded one must lie: a whole number when dust is all that parts them.
#[must_use]
pub fn snap_to_integer(value: f64) -> f64 {
    let whole = value.round();
    if (value - whole).abs() <= INTEGER_TOLERANCE {
        whole
    } else {
        value
    }
}

#[cfg(test)]
mod tests;
