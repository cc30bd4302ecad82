//! The units that get rows.

use geo_inputs::warn_of_units_without_level;
use pop_cli::{Console, ToolError, by_number, counted};
use pop_geo::{OrgUnit, OrgUnitSet};

use crate::ZonalSum;

/// Whether each unit gets rows: all that were asked for do, of the levels named.
///
/// # Errors
/// Data: no unit is of these levels.
pub(crate) fn select(
    args: &ZonalSum,
    units: &OrgUnitSet,
    console: &Console,
) -> Result<Vec<bool>, ToolError> {
    let levels = args.level.as_slice();
    let selected: Vec<bool> = units
        .units
        .iter()
        .map(|unit| {
            !unit.context
                && (levels.is_empty() || unit.depth().is_some_and(|l| levels.contains(&l)))
        })
        .collect();
    let count = selected.iter().filter(|&&s| s).count();
    if count == 0 {
        let mut found: Vec<u32> = units.units.iter().filter_map(OrgUnit::depth).collect();
        found.sort_unstable();
        found.dedup();
        return Err(ToolError::data(format!(
            "none of {} is of {} {}, found {} {}",
            counted(units.units.len(), "unit"),
            by_number(levels.len(), "level", "levels"),
            join(levels),
            by_number(found.len(), "level", "levels"),
            join(&found)
        ))
        .in_file(&args.org_units)
        .hint("units carry their level in the property `level`, or in `path`: name one that is there, or leave --level out"));
    }
    warn_of_units_without_level(units, levels, console);
    let others = units.units.len() - count;
    if others > 0 {
        console.note(&format!(
            "no rows for {}: of other levels, or context only",
            counted(others, "unit")
        ));
    }
    Ok(selected)
}

fn join(levels: &[u32]) -> String {
    let levels: Vec<String> = levels.iter().map(u32::to_string).collect();
    levels.join(", ")
}
