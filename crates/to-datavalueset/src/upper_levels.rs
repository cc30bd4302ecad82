//! Values of levels above the one that was rounded: sums of the units below.

use std::collections::HashMap;

use pop_cli::ToolError;
use pop_datavalues::Metadata;
use pop_datavalues::resolved_mapping::Target;
use pop_sums::SumsTable;

/// Several levels double the people in analytics unless every element keeps them apart.
pub(crate) fn check(
    levels: &[u32],
    targets: &[Target],
    metadata: Option<&Metadata>,
) -> Result<(), ToolError> {
    let Some((_, upper)) = levels.split_last().filter(|(_, upper)| !upper.is_empty()) else {
        return Ok(());
    };
    for target in targets {
        let element =
            metadata.and_then(|metadata| metadata.data_element(&target.data_element).ok());
        let kept = element
            .map(|element| element.aggregation_levels.as_slice())
            .unwrap_or_default();
        if let Some(level) = upper.iter().find(|level| !kept.contains(level)) {
            return Err(ToolError::data(format!(
                "{}: level {level} is not among its aggregation levels, so DHIS2 would add it to the levels below",
                target.element
            ))
            .hint("give one --level, or set the aggregation levels of the data element"));
        }
    }
    Ok(())
}

/// For each unit above, the rows of the units below it. `rows` are units in the order of their rows.
pub(crate) fn above(table: &SumsTable, levels: &[u32], rows: &[u32]) -> Vec<(u32, Vec<usize>)> {
    let Some((deepest, upper)) = levels.split_last() else {
        return Vec::new();
    };
    let units: HashMap<&str, u32> = table
        .units
        .iter()
        .enumerate()
        .map(|(index, unit)| (&*unit.id, index as u32))
        .collect();
    let mut below: HashMap<u32, Vec<usize>> = HashMap::new();
    for (row, &unit) in rows.iter().enumerate() {
        for id in table.units[unit as usize].path_ids() {
            let Some(&ancestor) = units.get(id) else {
                continue;
            };
            let level = table.units[ancestor as usize].level;
            if level != Some(*deepest) && level.is_some_and(|level| upper.contains(&level)) {
                below.entry(ancestor).or_default().push(row);
            }
        }
    }
    let mut above: Vec<(u32, Vec<usize>)> = below.into_iter().collect();
    above.sort_unstable();
    above
}
