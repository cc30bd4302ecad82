//! The partition of areas among sites.

use pop_geo::{Area, Polygon};
use rayon::prelude::*;

use crate::labels::{Judge, Label};
use crate::network::Network;
use crate::options::PartitionOptions;
use crate::shared_outlines::cut_all;
use crate::tessellation::{Networks, Outline, Tessellation};
use crate::{CatchmentError, Position};

/// Areas that are shared out among sites.
#[derive(Debug, Clone, Default)]
pub struct PartitionTask<'a> {
    /// Sound areas, as [`pop_geo::read_orgunits`] gives them. Catchments cross from one to another, what is unserved does not.
    pub parents: Vec<&'a Area>,
    /// No two at one place (see [`same_place`](crate::same_place)); in an order that does not depend on the input's.
    pub sites: Vec<Position>,
    /// Sites of others, in whose reach unserved parts may be; none where this is not asked for.
    pub others: Vec<Position>,
    /// Areas that are taken out of the parents.
    pub kept: Vec<&'a Area>,
}

/// The polygons of one task. Shells run anticlockwise, holes clockwise, rings are closed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionedAreas {
    /// Of each site; empty where it is nearest to no part.
    pub catchments: Vec<Vec<Polygon>>,
    /// Of each parent: beyond the limit of all sites and, where other sites are given, of these.
    pub unserved: Vec<Vec<Polygon>>,
    /// Of each parent: beyond the limit of all sites and within that of another site.
    pub in_reach: Vec<Vec<Polygon>>,
    /// Of each kept area, also beyond the parents.
    pub kept: Vec<Vec<Polygon>>,
}

/// Shares out the areas of all tasks; sides that areas of different tasks have in common are cut at the same points.
///
/// Work runs in rayon's current pool; the result does not depend on the number of threads.
///
/// # Errors
/// [`CatchmentError`], which no sound area is known to cause.
pub fn partition(
    tasks: &[PartitionTask<'_>],
    options: &PartitionOptions,
) -> Result<Vec<PartitionedAreas>, CatchmentError> {
    let networks: Vec<Networks> = tasks.par_iter().map(networks).collect();
    let frames: Vec<(usize, Frame<'_>)> = tasks
        .iter()
        .enumerate()
        .flat_map(|(number, task)| frames(task).into_iter().map(move |frame| (number, frame)))
        .collect();
    let mut tessellations: Vec<Tessellation> = frames
        .par_iter()
        .map(|(task, frame)| {
            Tessellation::new(&frame.parents, &frame.kept, &networks[*task], options)
        })
        .collect();
    cut_all(&mut tessellations)?;
    let found = tessellations
        .into_par_iter()
        .zip(&frames)
        .map(|(tessellation, (task, _))| {
            tessellation.polygons(&Judge {
                network: &networks[*task].sites,
                others: &networks[*task].others,
                limit: options.max_distance,
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut parts: Vec<PartitionedAreas> = tasks.iter().map(PartitionedAreas::empty).collect();
    for (polygons, (task, _)) in found.into_iter().zip(&frames) {
        for (label, polygons) in polygons {
            parts[*task].add(label, polygons);
        }
    }
    Ok(parts)
}

fn networks(task: &PartitionTask<'_>) -> Networks {
    Networks {
        sites: Network::new(task.sites.clone()),
        others: Network::new(task.others.clone()),
    }
}

/// The polygons of a task that are drawn with the same longitudes.
#[derive(Debug, Default)]
struct Frame<'a> {
    parents: Vec<Outline<'a>>,
    kept: Vec<Outline<'a>>,
}

/// One frame; two for areas on both sides of the antimeridian.
fn frames<'a>(task: &PartitionTask<'a>) -> Vec<Frame<'a>> {
    let outlines = |areas: &[&'a Area]| -> Vec<Outline<'a>> {
        let polygons = (0..)
            .zip(areas)
            .flat_map(|(number, area)| area.polygons.iter().map(move |polygon| (number, polygon)));
        polygons.collect()
    };
    let (parents, kept) = (outlines(&task.parents), outlines(&task.kept));
    let longitudes = |&(_, polygon): &Outline<'_>| {
        let shell = polygon.rings.iter().flatten();
        shell.fold((f64::INFINITY, f64::NEG_INFINITY), |(west, east), point| {
            (west.min(point[0]), east.max(point[0]))
        })
    };
    let (west, east) = parents
        .iter()
        .map(longitudes)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |a, b| {
            (a.0.min(b.0), a.1.max(b.1))
        });
    let is_east = |outline: &Outline<'_>| {
        let (west, east) = longitudes(outline);
        west + east > 0.0
    };
    if east - west <= 180.0 {
        return vec![Frame { parents, kept }];
    }
    let (east_parents, west_parents) = parents.into_iter().partition(is_east);
    let (east_kept, west_kept) = kept.into_iter().partition(is_east);
    vec![
        Frame {
            parents: west_parents,
            kept: west_kept,
        },
        Frame {
            parents: east_parents,
            kept: east_kept,
        },
    ]
}

impl PartitionedAreas {
    fn empty(task: &PartitionTask<'_>) -> Self {
        Self {
            catchments: vec![Vec::new(); task.sites.len()],
            unserved: vec![Vec::new(); task.parents.len()],
            in_reach: vec![Vec::new(); task.parents.len()],
            kept: vec![Vec::new(); task.kept.len()],
        }
    }

    pub(crate) fn add(&mut self, label: Label, polygons: Vec<Polygon>) {
        let place = match label {
            Label::Outside => return,
            Label::Catchment(site) => &mut self.catchments[site as usize],
            Label::Unserved(parent) => &mut self.unserved[parent as usize],
            Label::InReach(parent) => &mut self.in_reach[parent as usize],
            Label::Kept(unit) => &mut self.kept[unit as usize],
        };
        place.extend(polygons);
    }
}
