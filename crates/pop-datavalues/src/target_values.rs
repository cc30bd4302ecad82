//! The values of the targets, exact and rounded: one row per unit, one column per target.

use crate::composition::Composition;
use crate::rounding::{self, RoundingError};
use crate::{BandSet, PopulationTable, RoundingHierarchy};

/// How decimals become whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Every total whole and next to the exact one; see [`rounding`].
    Hierarchy,
    /// Each value to the nearest whole number, a half up.
    Each,
}

/// Values of the targets for the units of a reference period: one row per unit, one column per target.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetValues {
    /// How many targets there are.
    pub targets: usize,
    /// Exact values.
    pub exact: Vec<f64>,
    /// Whole numbers; empty when nothing was rounded.
    pub whole: Vec<i64>,
}

impl TargetValues {
    /// Fills the targets of a composition, table by table. `None` leaves the decimals.
    ///
    /// # Errors
    /// [`RoundingError`] for values that cannot be rounded.
    pub fn new(
        hierarchy: &RoundingHierarchy,
        people: &PopulationTable,
        bands: &BandSet,
        composition: &Composition,
        rounding: Option<Rounding>,
    ) -> Result<Self, RoundingError> {
        let (units, targets) = (people.units.len(), composition.terms.len());
        let mut exact = vec![0.0; units * targets];
        let mut whole = vec![
            0;
            if rounding.is_some() {
                units * targets
            } else {
                0
            }
        ];
        for table in &composition.tables {
            let width = table.columns.len();
            let mut values = Vec::with_capacity(units * width);
            for row in 0..units {
                values.extend(
                    table
                        .columns
                        .iter()
                        .map(|column| column.people(bands, |layer| people.at(row, layer))),
                );
            }
            let groups: Vec<Vec<usize>> = table
                .targets
                .iter()
                .map(|(_, columns)| columns.clone())
                .collect();
            let rounded = match rounding {
                Some(Rounding::Hierarchy) => {
                    rounding::round(&hierarchy.tree, width, &groups, &values)?
                }
                _ => Vec::new(),
            };
            for row in 0..units {
                for (target, columns) in &table.targets {
                    let at = row * targets + target;
                    exact[at] = columns
                        .iter()
                        .map(|column| values[row * width + column])
                        .sum();
                    match rounding {
                        Some(Rounding::Hierarchy) => {
                            whole[at] = columns
                                .iter()
                                .map(|column| rounded[row * width + column])
                                .sum();
                        }
                        Some(Rounding::Each) => whole[at] = (exact[at] + 0.5).floor() as i64,
                        None => {}
                    }
                }
            }
        }
        Ok(Self {
            targets,
            exact,
            whole,
        })
    }

    /// Exact and rounded sums of a target over some rows.
    #[must_use]
    pub fn sums(&self, target: usize, rows: &[usize]) -> (f64, i64) {
        rows.iter().fold((0.0, 0), |(exact, whole), row| {
            let at = row * self.targets + target;
            (
                exact + self.exact[at],
                whole + self.whole.get(at).copied().unwrap_or_default(),
            )
        })
    }
}
