//! Faces of one label joined into polygons.

use std::collections::{BTreeMap, HashMap};

use pop_geo::{Polygon, Ring};

use crate::arrangement::turn;
use crate::subdivision::{Subdivision, twin};
use crate::{CatchmentError, Position};

/// The polygons of every label but `outside`: shells anticlockwise, holes clockwise, each ring closed and begun at its westernmost
/// vertex; polygons in the order of these.
pub(crate) fn polygons<L: Copy + Ord>(
    subdivision: &Subdivision,
    labels: &[L],
    outside: L,
) -> Result<BTreeMap<L, Vec<Polygon>>, CatchmentError> {
    let label = |half: u32| labels[subdivision.face[half as usize] as usize];
    let is_boundary = |half: u32| label(half) != label(twin(half));
    let mut regions = Regions::new(labels.len());
    for half in (0..subdivision.face.len() as u32).step_by(2) {
        if !is_boundary(half) {
            regions.join(
                subdivision.face[half as usize],
                subdivision.face[twin(half) as usize],
            );
        }
    }
    let mut seen = vec![false; subdivision.face.len()];
    let mut rings: HashMap<u32, Vec<(Ring, bool)>> = HashMap::new();
    for start in 0..subdivision.face.len() as u32 {
        if seen[start as usize] || label(start) == outside || !is_boundary(start) {
            continue;
        }
        let mut walk = Vec::new();
        let mut half = start;
        while !seen[half as usize] {
            seen[half as usize] = true;
            walk.push(subdivision.origin(half));
            half = subdivision.next(half);
            while !is_boundary(half) {
                half = subdivision.next(twin(half));
            }
        }
        let region = regions.root(subdivision.face[start as usize]);
        let rings = rings.entry(region).or_default();
        for ring in simple_rings(&walk) {
            rings.push(finish(subdivision, &ring));
        }
    }
    let mut found: BTreeMap<L, Vec<Polygon>> = BTreeMap::new();
    for (region, mut rings) in rings {
        // The shell first, then the holes in order.
        rings.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| order(&a.0, &b.0)));
        let shells = rings.iter().filter(|(_, shell)| *shell).count();
        if shells != 1 {
            return Err(CatchmentError::Shells { found: shells });
        }
        let polygon = Polygon {
            rings: rings.into_iter().map(|(ring, _)| ring).collect(),
        };
        found
            .entry(labels[region as usize])
            .or_default()
            .push(polygon);
    }
    for polygons in found.values_mut() {
        polygons.sort_by(|a, b| order(&a.rings[0], &b.rings[0]));
    }
    Ok(found)
}

fn order(a: &Ring, b: &Ring) -> std::cmp::Ordering {
    let points = a.iter().zip(b);
    points
        .map(|(a, b)| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])))
        .find(|order| order.is_ne())
        .unwrap_or(a.len().cmp(&b.len()))
}

/// Cuts a closed walk into rings that visit each vertex once.
fn simple_rings(walk: &[u32]) -> Vec<Vec<u32>> {
    let mut place: HashMap<u32, usize> = HashMap::with_capacity(walk.len());
    let mut path: Vec<u32> = Vec::with_capacity(walk.len());
    let mut rings = Vec::new();
    for &vertex in walk {
        if let Some(&first) = place.get(&vertex) {
            let ring: Vec<u32> = path.drain(first..).collect();
            for vertex in &ring {
                place.remove(vertex);
            }
            rings.push(ring);
        }
        place.insert(vertex, path.len());
        path.push(vertex);
    }
    rings.push(path);
    rings
}

/// The ring from its westernmost vertex, closed, and whether it is a shell.
fn finish(subdivision: &Subdivision, ring: &[u32]) -> (Ring, bool) {
    let mut points: Vec<Position> = ring.iter().map(|&vertex| subdivision.at(vertex)).collect();
    let west = |a: &Position, b: &Position| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1]));
    let first = (0..points.len())
        .min_by(|&a, &b| west(&points[a], &points[b]))
        .unwrap_or(0);
    points.rotate_left(first);
    let shell = match points[..] {
        [first, second, .., last] => turn(last, first, second) > 0.0,
        _ => false,
    };
    points.extend(points.first().copied());
    (points, shell)
}

/// Faces joined to regions (R. E. Tarjan, "Efficiency of a good but not linear set union algorithm", 1975).
struct Regions(Vec<u32>);

impl Regions {
    fn new(faces: usize) -> Self {
        Self((0..faces as u32).collect())
    }

    fn root(&mut self, face: u32) -> u32 {
        let mut at = face;
        while self.0[at as usize] != at {
            let above = self.0[at as usize];
            self.0[at as usize] = self.0[above as usize];
            at = above;
        }
        at
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}
