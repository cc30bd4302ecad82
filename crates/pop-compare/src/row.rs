//! A key, and what both sides say.

use pop_sums::change::relative_change;

use crate::{Class, Flag};

/// A key, and what both sides say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Index of the unit.
    pub unit: u32,
    /// Index of what is counted.
    pub dimensions: u32,
    /// The old figure.
    pub old: Option<f64>,
    /// The new one.
    pub new: Option<f64>,
    /// How they differ.
    pub class: Class,
    /// The rule that was met.
    pub flag: Option<Flag>,
    /// Of raked figures the part of the difference that comes from the grid; the rest comes from the adjustment.
    pub grid_difference: Option<f64>,
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
        relative_change(self.old?, self.new?)
    }

    /// The part of the difference that comes from raking.
    #[must_use]
    pub fn adjustment_difference(&self) -> Option<f64> {
        Some(self.difference()? - self.grid_difference?)
    }
}
