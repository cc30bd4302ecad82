//! Factors out of range.

use std::collections::BTreeMap;

use super::{Origin, RakedBlock, RakingRun};

/// Cells and units with fewer people are not judged.
const FEWEST_PEOPLE: f64 = 1.0;

/// A unit with a factor out of range.
#[derive(Debug, Clone, PartialEq)]
pub struct OutOfRange {
    /// Its id.
    pub unit: String,
    /// Which factor: of a control, of the unit, or of a cell of it.
    pub what: String,
    /// The factor.
    pub factor: f64,
}

/// The worst factor out of range of each unit.
pub(super) fn check(context: &RakingRun<'_>, raked: &RakedBlock) -> Vec<OutOfRange> {
    let (least, most) = context.options.factors;
    let block = &context.cells.blocks[raked.block];
    let year = block.year.map_or(String::new(), |year| format!("{year} "));
    let columns = block.columns.len();
    let mut found: BTreeMap<String, OutOfRange> = BTreeMap::new();
    let mut judge = |unit: &str, what: &dyn Fn() -> String, before: f64, after: f64| {
        if before < FEWEST_PEOPLE || (least * before <= after && after <= most * before) {
            return;
        }
        let factor = after / before;
        let distance = |factor: f64| factor.max(1.0 / factor.max(f64::MIN_POSITIVE));
        let is_worse = found
            .get(unit)
            .is_none_or(|known| distance(factor) > distance(known.factor));
        if is_worse {
            let what = format!("{year}{}, factor {factor:.4}", what());
            let unit = unit.to_owned();
            found.insert(unit.clone(), OutOfRange { unit, what, factor });
        }
    };
    for control in &raked.controls {
        let total = &context.totals[control.control.total];
        // Without a fit the target says what would come.
        let after = control.after.unwrap_or(control.control.cells.target);
        let has_filled = control
            .control
            .cells
            .cells(columns)
            .any(|cell| raked.origins[cell] == Origin::Filled);
        if !has_filled {
            let what = || format!("total of line {}: {}", total.line, total.people());
            judge(&control.control.org_unit, &what, control.before, after);
        }
    }
    for position in 0..context.cells.units.len() {
        let id = context.cells.id(position);
        let cells = position * columns..(position + 1) * columns;
        let of = |values: &[f64]| -> f64 { values[cells.clone()].iter().sum() };
        if raked.origins[cells.clone()].contains(&Origin::Filled) {
            continue;
        }
        judge(
            id,
            &|| "unit".to_owned(),
            of(&block.seed),
            of(&raked.values),
        );
        for cell in cells.clone() {
            let what = || format!("cell {}", block.columns[cell % columns].people);
            judge(id, &what, block.seed[cell], raked.values[cell]);
        }
    }
    found.into_values().collect()
}
