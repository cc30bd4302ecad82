//! The parts of parents that no catchment of their facilities covers.

use geo_inputs::is_repair_doubtful;
use pop_catchments::PartitionedAreas;
use pop_cli::ToolError;
use pop_geo::{OrgUnit, Polygon};

use super::{Feature, FeatureKind, geometry};
use crate::assignment::{Assignment, reason};
use crate::units::Units;

/// The unserved parts of every parent.
pub(super) fn unserved(
    units: &Units,
    assignment: &Assignment,
    parts: &[PartitionedAreas],
) -> Result<Vec<Feature>, ToolError> {
    let deepest = |group: usize| {
        let sites = assignment.groups[group].sites.iter();
        sites
            .filter_map(|&(unit, _)| units.units[unit].depth())
            .max()
    };
    let anywhere = (0..assignment.groups.len()).filter_map(deepest).max();
    let mut found = Vec::new();
    for (group, parts) in parts.iter().enumerate() {
        for (place, &parent) in assignment.groups[group].parents.iter().enumerate() {
            let repaired = is_repair_doubtful(&units.parents[parent]).then_some(reason::REPAIRED);
            for (polygons, suffix, mut words) in [
                (&parts.unserved[place], "unserved", vec![reason::UNSERVED]),
                (
                    &parts.in_reach[place],
                    "unserved-in-reach",
                    vec![reason::UNSERVED, reason::IN_REACH],
                ),
            ] {
                if !polygons.is_empty() {
                    words.extend(repaired);
                    let level = deepest(group).or(anywhere);
                    found.push(unserved_feature(
                        &units.parents[parent],
                        polygons,
                        suffix,
                        words,
                        level,
                    )?);
                }
            }
        }
    }
    Ok(found)
}

fn unserved_feature(
    parent: &OrgUnit,
    polygons: &[Polygon],
    suffix: &str,
    reasons: Vec<&'static str>,
    level: Option<u32>,
) -> Result<Feature, ToolError> {
    let id = format!("{}-{suffix}", parent.id);
    let path = parent
        .path
        .clone()
        .unwrap_or_else(|| format!("/{}", parent.tree_id()));
    Ok(Feature {
        unit: OrgUnit {
            path: Some(format!("{path}/{id}")),
            name: Some(format!(
                "{}: {}",
                parent.name.as_deref().unwrap_or(&parent.id),
                suffix.replace('-', " ")
            )),
            level: level.or_else(|| parent.depth().map(|depth| depth + 1)),
            parent: Some(parent.tree_id().to_owned()),
            id,
            ..OrgUnit::default()
        },
        kind: FeatureKind::Unserved,
        geometry: geometry(polygons)?,
        reasons,
        within: Some(parent.id.clone()),
        ..Feature::default()
    })
}
