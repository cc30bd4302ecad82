//! Parts with coordinates of so many decimal places, which are still valid and tile.
//!
//! Rounding moves a vertex by up to half a unit of the last place: a neck narrower than that closes, and a vertex can pass a side beside it.
//! So all sides are rounded, cut where they then meet, at rounded points (J. D. Hobby, "Practical segment intersection with finite
//! precision output", 1999), and the faces between them given to the parts that wind round them.

use std::collections::{BTreeSet, VecDeque};

use pop_geo::Polygon;

use crate::arrangement::{Arrangement, round};
use crate::labels::Label;
use crate::line::Role;
use crate::partition::PartitionedAreas;
use crate::regions::polygons;
use crate::subdivision::{OUTER, Subdivision, twin};
use crate::{CatchmentError, Position};

/// How often each part winds round a face; parts that do not are left out.
type Windings = Vec<(u32, i32)>;

/// A part: the number of its task, and what it is there.
type Name = (usize, Label);

/// The same parts with coordinates of `decimals` decimal places; neighbours, also those of different tasks, have identical vertices.
/// Parts narrower than the last place vanish.
///
/// # Errors
/// [`CatchmentError`], which no parts from [`partition`](crate::partition) are known to cause.
pub fn rounded(
    all: &[PartitionedAreas],
    decimals: u8,
) -> Result<Vec<PartitionedAreas>, CatchmentError> {
    let factor = 10_f64.powi(i32::from(decimals));
    let mut arrangement = Arrangement::on_grid(factor);
    let mut names: Vec<Name> = Vec::new();
    for (task, parts) in all.iter().enumerate() {
        for (label, polygons) in parts.labelled() {
            let part = names.len() as u32;
            names.push((task, label));
            for ring in polygons.iter().flat_map(|polygon| &polygon.rings) {
                let path: Vec<Position> = ring.iter().map(|&at| round(at, factor)).collect();
                arrangement.add_path(&path, || Role::Part { part });
            }
        }
    }
    arrangement.cut()?;
    let subdivision = Subdivision::of(arrangement);
    let owners: Vec<Vec<Name>> = (windings(&subdivision).iter())
        .map(|windings| owners(windings, &names))
        .collect();
    let layers = layers(&owners, all.len());
    let mut found: Vec<PartitionedAreas> = all.iter().map(PartitionedAreas::emptied).collect();
    for layer in 0..=layers.iter().copied().max().unwrap_or_default() {
        let outside = (0, Label::Outside);
        let labels: Vec<Name> = (owners.iter())
            .map(|owners| {
                let mut owners = owners.iter().copied();
                owners
                    .find(|(task, _)| layers[*task] == layer)
                    .unwrap_or(outside)
            })
            .collect();
        for ((task, label), polygons) in polygons(&subdivision, &labels, outside)? {
            found[task].add(label, polygons);
        }
    }
    Ok(found)
}

/// The parts that a face belongs to: one, or as many as there are parents over each other. Where rounding turned a face over, others wind
/// round it backwards, and it belongs to the part that winds round it most often.
fn owners(windings: &Windings, names: &[Name]) -> Vec<Name> {
    let parents: i32 = windings.iter().map(|(_, count)| count).sum();
    let mut forward: Vec<(i32, u32)> = (windings.iter())
        .filter(|(_, count)| *count > 0)
        .map(|&(part, count)| (-count, part))
        .collect();
    forward.sort_unstable();
    let mut owners: Vec<Name> = Vec::new();
    for (_, part) in forward {
        let name = names[part as usize];
        if owners.len() < parents.max(1) as usize && owners.iter().all(|known| known.0 != name.0) {
            owners.push(name);
        }
    }
    owners
}

/// A layer for every task, so that no two tasks that share a face are in one layer; all are in the first where parents do not overlap.
fn layers(owners: &[Vec<Name>], tasks: usize) -> Vec<usize> {
    let mut overlaps: BTreeSet<(usize, usize)> = BTreeSet::new();
    for owners in owners.iter().filter(|owners| owners.len() > 1) {
        for (a, _) in owners {
            overlaps.extend(owners.iter().map(|(b, _)| (*a, *b)).filter(|(a, b)| a > b));
        }
    }
    let mut layers = vec![0; tasks];
    for task in 0..tasks {
        let taken: BTreeSet<usize> = (overlaps.range((task, 0)..(task + 1, 0)))
            .map(|(_, other)| layers[*other])
            .collect();
        layers[task] = (0..)
            .find(|layer| !taken.contains(layer))
            .unwrap_or_default();
    }
    layers
}

fn windings(subdivision: &Subdivision) -> Vec<Windings> {
    let mut halves: Vec<Vec<u32>> = vec![Vec::new(); subdivision.faces];
    for (half, &face) in (0..).zip(&subdivision.face) {
        halves[face as usize].push(half);
    }
    let mut found: Vec<Option<Windings>> = vec![None; subdivision.faces];
    found[OUTER as usize] = Some(Vec::new());
    let mut open = VecDeque::from([OUTER]);
    while let Some(face) = open.pop_front() {
        let own = found[face as usize].clone().unwrap_or_default();
        for &half in &halves[face as usize] {
            let other = subdivision.face[twin(half) as usize] as usize;
            if found[other].is_some() {
                continue;
            }
            let mut windings = own.clone();
            for line in subdivision.lines(half as usize / 2) {
                // Seen along the half-edge this face is to the left, and a part is to the left of its lines.
                let step = if line.from == subdivision.origin(half) {
                    -1
                } else {
                    1
                };
                if let Role::Part { part } = line.role {
                    match windings.iter_mut().find(|(known, _)| *known == part) {
                        Some((_, count)) => *count += step,
                        None => windings.push((part, step)),
                    }
                }
            }
            windings.retain(|(_, count)| *count != 0);
            found[other] = Some(windings);
            open.push_back(other as u32);
        }
    }
    found.into_iter().map(Option::unwrap_or_default).collect()
}

impl PartitionedAreas {
    /// All lists of polygons with what they are.
    fn labelled(&self) -> impl Iterator<Item = (Label, &Vec<Polygon>)> {
        let catchments = (0..).map(Label::Catchment).zip(&self.catchments);
        let unserved = (0..).map(Label::Unserved).zip(&self.unserved);
        let in_reach = (0..).map(Label::InReach).zip(&self.in_reach);
        let kept = (0..).map(Label::Kept).zip(&self.kept);
        catchments.chain(unserved).chain(in_reach).chain(kept)
    }

    /// As many lists, all of them empty.
    fn emptied(&self) -> Self {
        let empty = |lists: &[Vec<Polygon>]| vec![Vec::new(); lists.len()];
        Self {
            catchments: empty(&self.catchments),
            unserved: empty(&self.unserved),
            in_reach: empty(&self.in_reach),
            kept: empty(&self.kept),
        }
    }
}
