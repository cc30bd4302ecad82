//! `--decimals`: coordinates of so many decimal places, and what that costs.

use pop_catchments::{PartitionedAreas, rounded};
use pop_cli::ToolError;
use pop_geo::{Polygon, signed_area};

use crate::assignment::partition_error;

/// Rounds the parts; gives the largest change of a parent's area as a share of it.
pub(crate) fn round(parts: &mut Vec<PartitionedAreas>, decimals: u8) -> Result<f64, ToolError> {
    let rounded = rounded(parts, decimals).map_err(partition_error)?;
    let changes = parts.iter().zip(&rounded).map(|(exact, rounded)| {
        let (before, after) = (area(exact), area(rounded));
        if before > 0.0 {
            ((after - before) / before).abs()
        } else {
            0.0
        }
    });
    let largest = changes.fold(0.0, f64::max);
    *parts = rounded;
    Ok(largest)
}

/// Square degrees of all parts of a task.
fn area(parts: &PartitionedAreas) -> f64 {
    let lists = [
        &parts.catchments,
        &parts.unserved,
        &parts.in_reach,
        &parts.kept,
    ];
    let polygons = lists.into_iter().flatten();
    polygons.map(|polygons| size(polygons)).sum()
}

/// Square degrees of polygons whose shells run anticlockwise and holes clockwise.
fn size(polygons: &[Polygon]) -> f64 {
    polygons
        .iter()
        .flat_map(|polygon| &polygon.rings)
        .map(|ring| signed_area(ring))
        .sum()
}
