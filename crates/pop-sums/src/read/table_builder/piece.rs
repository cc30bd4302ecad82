//! Rows that were read apart from those before them, joined to these.

use std::collections::HashMap;
use std::sync::Arc;

use super::{KnownUnits, LayerTexts, TableBuilder};
use crate::{SumsTable, Unit};

/// Rows whose numbers of units count those before the piece first; everything else counts from the piece.
pub(crate) struct Piece {
    /// How many units came before.
    units_before: usize,
    table: SumsTable,
    layers: LayerTexts,
    reasons: HashMap<String, u32>,
    adjustments: HashMap<String, u32>,
}

/// Texts in the order of their numbers.
fn in_order(texts: HashMap<String, u32>) -> Vec<(String, u32)> {
    let mut texts: Vec<(String, u32)> = texts.into_iter().collect();
    texts.sort_unstable_by_key(|text| text.1);
    texts
}

impl<'a> TableBuilder<'a> {
    /// A builder of a piece that follows the rows of this one.
    pub(crate) fn piece(&'a self) -> TableBuilder<'a> {
        TableBuilder {
            before: KnownUnits {
                list: &self.table.units,
                index: Some(&self.units),
            },
            ..TableBuilder::new(self.position)
        }
    }

    /// What was collected, without what it was collected beside.
    pub(crate) fn into_piece(self) -> Piece {
        Piece {
            units_before: self.before.list.len(),
            table: self.table,
            layers: self.layers,
            reasons: self.reasons,
            adjustments: self.adjustments,
        }
    }
}

impl TableBuilder<'_> {
    /// Adds the rows of a piece, whose positions are `rows_before` too low; gives whether they fit those that are there.
    pub(crate) fn join(&mut self, piece: Piece, rows_before: u32) -> bool {
        let mut units: Vec<u32> = Vec::with_capacity(piece.table.units.len());
        for unit in piece.table.units {
            let Some(number) = self.join_unit(unit) else {
                return false;
            };
            units.push(number);
        }
        let mut layers = vec![0; piece.table.layers.len()];
        for (text, layer) in piece.layers.texts {
            let joined = match self.layers.by_text(&text) {
                Some(known) => Ok(known),
                None => self.new_layer(text, piece.table.layers[layer as usize].clone()),
            };
            let Ok(joined) = joined else {
                return false;
            };
            layers[layer as usize] = joined;
        }
        let mut reasons = vec![0; piece.table.reason_lists.len()];
        for (text, number) in in_order(piece.reasons) {
            reasons[number as usize] = self.reasons(&text);
        }
        let mut adjustments = vec![0; piece.table.adjustments.len()];
        for (text, number) in in_order(piece.adjustments) {
            adjustments[number as usize] = self.adjustment(&text);
        }
        self.table
            .sums
            .extend(piece.table.sums.into_iter().map(|mut sum| {
                if let Some(new) = (sum.unit as usize).checked_sub(piece.units_before) {
                    sum.unit = units[new];
                }
                sum.layer = layers[sum.layer as usize];
                sum.reasons = reasons[sum.reasons as usize];
                sum.adjustment = adjustments[sum.adjustment as usize];
                sum.position = sum.position.saturating_add(rows_before);
                sum
            }));
        true
    }

    /// The number of a unit that is new to its piece; `None` where an earlier row says something else of it.
    fn join_unit(&mut self, unit: Unit) -> Option<u32> {
        if let Some(&known) = self.units.get(&unit.id) {
            let earlier = &self.table.units[known as usize];
            let is_same = earlier.level == unit.level && earlier.path == unit.path;
            return is_same.then_some(known);
        }
        let number = u32::try_from(self.table.units.len()).ok()?;
        self.units.insert(Arc::clone(&unit.id), number);
        self.table.units.push(unit);
        Some(number)
    }
}
