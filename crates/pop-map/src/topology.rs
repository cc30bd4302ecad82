//! Borders as arcs that neighbours share, after M. Bostock's TopoJSON (<https://github.com/topojson/topojson-specification>): positions in
//! the same micropixel are one vertex, a vertex where rings part is a junction, and rings are cut there.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::rings::Outline;

/// A vertex: its place in [`Topology::positions`].
pub(crate) type VertexId = u32;

/// An arc, from its first vertex to the last, or the other way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ArcUse {
    pub(crate) arc: u32,
    pub(crate) is_reversed: bool,
}

/// All borders.
#[derive(Debug, Default)]
pub(crate) struct Topology {
    /// Micropixels, by vertex; no two are equal.
    pub(crate) positions: Vec<[i32; 2]>,
    /// Vertices of each arc; a closed one begins and ends with the same.
    pub(crate) arcs: Vec<Vec<VertexId>>,
    /// Rings of each outline, as arcs in order; a ring without an area is empty.
    pub(crate) rings: Vec<Vec<Vec<ArcUse>>>,
}

impl Topology {
    /// Cuts the rings of all outlines into arcs. `place` gives the micropixels of a position in degrees.
    pub(crate) fn new(outlines: &[Outline<'_>], place: impl Fn([f64; 2]) -> [i32; 2]) -> Self {
        let (positions, rings) = index_vertices(outlines, place);
        let is_junction = junctions(&rings, positions.len());
        let mut cutter = Cutter {
            is_junction,
            arcs: Vec::new(),
            known: HashMap::default(),
        };
        let rings = rings
            .iter()
            .map(|rings| rings.iter().map(|ring| cutter.cut(ring)).collect())
            .collect();
        Self {
            positions,
            arcs: cutter.arcs,
            rings,
        }
    }
}

/// A hash of two numbers: positions come from files of the user, and a bad spread costs time only.
#[derive(Default)]
struct PositionHasher(u64);

impl Hasher for PositionHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(26) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_i32(&mut self, word: i32) {
        self.write_u32(word.cast_unsigned());
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

type Build = BuildHasherDefault<PositionHasher>;
type Rings = Vec<Vec<Vec<VertexId>>>;

/// Positions that differ, and the rings by them: open, without repeated vertices.
fn index_vertices(
    outlines: &[Outline<'_>],
    place: impl Fn([f64; 2]) -> [i32; 2],
) -> (Vec<[i32; 2]>, Rings) {
    let mut positions = Vec::new();
    let mut ids: HashMap<[i32; 2], VertexId, Build> = HashMap::default();
    let mut vertex = |position: [f64; 2]| {
        let place = place(position);
        *ids.entry(place).or_insert_with(|| {
            positions.push(place);
            (positions.len() - 1) as VertexId
        })
    };
    let rings = outlines
        .iter()
        .map(|outline| {
            let rings = outline.rings.iter().map(|ring| {
                let mut ids: Vec<VertexId> =
                    ring.iter().map(|&position| vertex(position)).collect();
                ids.dedup();
                while ids.len() > 1 && ids.first() == ids.last() {
                    ids.pop();
                }
                ids
            });
            rings.collect()
        })
        .collect();
    (positions, rings)
}

/// Vertices where rings part: two rings (or one, twice) come by with other neighbours.
fn junctions(rings: &Rings, vertices: usize) -> Vec<bool> {
    const UNSEEN: (VertexId, VertexId) = (VertexId::MAX, VertexId::MAX);
    let mut neighbours = vec![UNSEEN; vertices];
    let mut is_junction = vec![false; vertices];
    for ring in rings.iter().flatten() {
        for (index, &vertex) in ring.iter().enumerate() {
            let before = ring[(index + ring.len() - 1) % ring.len()];
            let after = ring[(index + 1) % ring.len()];
            let pair = (before.min(after), before.max(after));
            let known = &mut neighbours[vertex as usize];
            if *known == UNSEEN {
                *known = pair;
            } else if *known != pair {
                is_junction[vertex as usize] = true;
            }
        }
    }
    is_junction
}

struct Cutter {
    is_junction: Vec<bool>,
    arcs: Vec<Vec<VertexId>>,
    /// Arcs by their first step from either end: no two arcs share a step.
    known: HashMap<(VertexId, VertexId), ArcUse, Build>,
}

impl Cutter {
    /// The arcs of a ring.
    fn cut(&mut self, ring: &[VertexId]) -> Vec<ArcUse> {
        if ring.len() < 3 {
            return Vec::new();
        }
        let cuts: Vec<usize> = (0..ring.len())
            .filter(|&index| self.is_junction[ring[index] as usize])
            .collect();
        let Some(&first) = cuts.first() else {
            // Neighbours that share a whole ring may begin it elsewhere.
            let smallest = (0..ring.len()).min_by_key(|&index| ring[index]);
            let start = smallest.unwrap_or(0);
            return vec![self.arc(ring, start, start + ring.len())];
        };
        let ends = cuts.iter().skip(1).copied().chain([first + ring.len()]);
        cuts.iter()
            .zip(ends)
            .map(|(&start, end)| self.arc(ring, start, end))
            .collect()
    }

    /// The arc between two places of a ring, known or new.
    fn arc(&mut self, ring: &[VertexId], start: usize, end: usize) -> ArcUse {
        let at = |index: usize| ring[index % ring.len()];
        if let Some(&known) = self.known.get(&(at(start), at(start + 1))) {
            return known;
        }
        let arc = self.arcs.len() as u32;
        let [forward, backward] = [false, true].map(|is_reversed| ArcUse { arc, is_reversed });
        self.known.insert((at(end), at(end - 1)), backward);
        self.known.insert((at(start), at(start + 1)), forward);
        self.arcs.push((start..=end).map(at).collect());
        forward
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topology(outlines: &[&[&[[f64; 2]]]]) -> Topology {
        let outlines: Vec<Outline<'_>> = outlines
            .iter()
            .map(|rings| Outline {
                rings: rings.to_vec(),
            })
            .collect();
        Topology::new(&outlines, |position| {
            position.map(|degrees| (degrees * 10.0).round() as i32)
        })
    }

    #[test]
    fn neighbours_share_the_arc_between_their_junctions() {
        let west: &[[f64; 2]] = &[
            [0.0, 0.0],
            [1.0, 0.0],
            [1.1, 0.5],
            [1.0, 1.0],
            [0.0, 1.0],
            [0.0, 0.0],
        ];
        let east: &[[f64; 2]] = &[[1.0, 1.0], [1.1, 0.5], [1.0, 0.0], [2.0, 0.0], [2.0, 1.0]];
        let topology = topology(&[&[west], &[east]]);
        assert_eq!(topology.arcs.len(), 3);
        let arcs = |unit: usize| &topology.rings[unit][0];
        let shared: Vec<&ArcUse> = arcs(0)
            .iter()
            .filter(|used| arcs(1).iter().any(|other| other.arc == used.arc))
            .collect();
        assert_eq!(shared.len(), 1);
        let other = arcs(1)
            .iter()
            .find(|used| used.arc == shared[0].arc)
            .unwrap();
        assert_ne!(shared[0].is_reversed, other.is_reversed);
        assert_eq!(topology.arcs[shared[0].arc as usize].len(), 3);
    }

    #[test]
    fn an_enclave_and_its_hole_are_one_arc_wherever_they_begin() {
        let shell: &[[f64; 2]] = &[[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0]];
        let hole: &[[f64; 2]] = &[[4.0, 4.0], [4.0, 5.0], [5.0, 5.0], [5.0, 4.0]];
        let enclave: &[[f64; 2]] = &[[5.0, 5.0], [4.0, 5.0], [4.0, 4.0], [5.0, 4.0]];
        let topology = topology(&[&[shell, hole], &[enclave]]);
        assert_eq!(topology.arcs.len(), 2);
        assert_eq!(topology.rings[0][1][0].arc, topology.rings[1][0][0].arc);
    }

    #[test]
    fn rings_without_an_area_have_no_arcs() {
        let line: &[[f64; 2]] = &[[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 0.0]];
        assert_eq!(topology(&[&[line]]).rings[0][0], []);
    }
}
