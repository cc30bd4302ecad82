//! Changing the sums of a table.

use std::collections::HashMap;

use crate::{Reason, Status, SumsTable};

/// A text of the column `adjustment`, by its place in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AdjustmentText(u32);

/// A sum after an adjustment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adjusted {
    /// People now.
    pub population: f64,
    /// People before; `None` where there was no sum.
    pub unadjusted: Option<f64>,
    /// What was done.
    pub adjustment: AdjustmentText,
}

/// Adjusts sums of a table; texts that come again are kept once.
pub struct TableEditor {
    table: SumsTable,
    adjustments: HashMap<String, u32>,
}

impl TableEditor {
    /// An editor of the table.
    #[must_use]
    pub fn new(table: SumsTable) -> Self {
        let mut table = table;
        if table.adjustments.is_empty() {
            table.adjustments.push(String::new());
        }
        let adjustments = (0_u32..)
            .zip(&table.adjustments)
            .map(|(index, text)| (text.clone(), index))
            .collect();
        Self { table, adjustments }
    }

    /// The table as it is by now.
    #[must_use]
    pub const fn table(&self) -> &SumsTable {
        &self.table
    }

    /// The words of the column `adjustment`, kept once; empty where nothing was done.
    pub fn text(&mut self, words: &str) -> AdjustmentText {
        if let Some(&known) = self.adjustments.get(words) {
            return AdjustmentText(known);
        }
        let index = u32::try_from(self.table.adjustments.len()).unwrap_or(u32::MAX);
        self.table.adjustments.push(words.to_owned());
        self.adjustments.insert(words.to_owned(), index);
        AdjustmentText(index)
    }

    /// Gives the sum of a row new values. A row without a value becomes `doubtful`.
    pub fn adjust(&mut self, row: usize, adjusted: &Adjusted) {
        let sum = &mut self.table.sums[row];
        sum.population = Some(adjusted.population).into();
        sum.unadjusted = adjusted.unadjusted.into();
        sum.adjustment = adjusted.adjustment.0;
        if sum.status == Status::None {
            sum.status = Status::Doubtful;
        }
    }

    /// Makes a row doubtful for a reason.
    pub fn doubt(&mut self, row: usize, reason: Reason) {
        let table = &mut self.table;
        let mut reasons = table.reasons(&table.sums[row]).to_vec();
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
        let known = table.reason_lists.iter().position(|list| *list == reasons);
        let index = known.unwrap_or_else(|| {
            table.reason_lists.push(reasons);
            table.reason_lists.len() - 1
        });
        let sum = &mut table.sums[row];
        sum.reasons = index as u32;
        sum.status = sum.status.max(Status::Doubtful);
    }

    /// The table after all adjustments.
    #[must_use]
    pub fn finish(self) -> SumsTable {
        self.table
    }
}
