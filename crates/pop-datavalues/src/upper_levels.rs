//! Units above the base units: their values are the sums of the units below.

use std::collections::HashMap;

use pop_sums::SumsTable;

use crate::Metadata;
use crate::resolved_mapping::Target;

/// Several levels double the people in analytics, unless the element keeps them apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{element}: level {level} is not among its aggregation levels, so DHIS2 would add it to the levels below"
)]
pub struct DoubledLevel {
    /// The data element.
    pub element: String,
    /// The level that is written above another.
    pub level: u32,
}

impl DoubledLevel {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "give one --level, or set the aggregation levels of the data element"
    }
}

/// Checks that each element keeps the levels apart that are written above others.
///
/// # Errors
/// [`DoubledLevel`] for the first element that does not; without metadata none is known to.
pub fn check_aggregation_levels(
    table: &SumsTable,
    above: &[(u32, Vec<usize>)],
    targets: &[Target],
    metadata: Option<&Metadata>,
) -> Result<(), DoubledLevel> {
    let mut levels: Vec<u32> = above
        .iter()
        .filter_map(|(unit, _)| table.units[*unit as usize].depth())
        .collect();
    levels.sort_unstable();
    levels.dedup();
    for target in targets {
        let element =
            metadata.and_then(|metadata| metadata.data_element(&target.data_element).ok());
        let kept = element
            .map(|element| element.aggregation_levels.as_slice())
            .unwrap_or_default();
        if let Some(&level) = levels.iter().find(|level| !kept.contains(level)) {
            return Err(DoubledLevel {
                element: target.element.clone(),
                level,
            });
        }
    }
    Ok(())
}

/// The units of some levels above others, each with the rows of the base units below it.
/// `rows` are base units in the order of their rows.
#[must_use]
pub fn units_above(table: &SumsTable, levels: &[u32], rows: &[u32]) -> Vec<(u32, Vec<usize>)> {
    if levels.len() < 2 {
        return Vec::new();
    }
    let units = table.unit_index();
    let mut below: HashMap<u32, Vec<usize>> = HashMap::new();
    for (row, &unit) in rows.iter().enumerate() {
        let own = &table.units[unit as usize];
        for id in own.path_ids().filter(|id| **id != *own.id) {
            let Some(&ancestor) = units.get(id) else {
                continue;
            };
            let level = table.units[ancestor as usize].depth();
            if level.is_some_and(|level| levels.contains(&level)) {
                below.entry(ancestor).or_default().push(row);
            }
        }
    }
    let mut above: Vec<(u32, Vec<usize>)> = below.into_iter().collect();
    above.sort_unstable();
    above
}
