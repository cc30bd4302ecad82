//! Simplified lines that meet though their sources do not, and their repair: vertices are put back until they are apart.
//!
//! Two ways to go wrong: lines cross or touch, or a line jumps over borders that are not joined to it, such as an island in a bay
//! (A. Saalfeld, "Topologically consistent line simplification with the Douglas-Peucker algorithm", 1999).

use std::collections::{BTreeSet, HashSet};

use crate::simplify::{MICRO, SegmentId, SimplifiedArcs};
use crate::topology::VertexId;

/// Side of a cell of the search grid, in micropixels.
const CELL: i64 = 4_000_000;
/// Each round halves what is left out between two vertices: more than enough for any arc.
const MAX_ROUNDS: usize = 64;

/// Separates lines that meet. Gives the number of pairs of arcs that meet in the source too, and stay.
pub(crate) fn resolve(lines: &mut SimplifiedArcs<'_>) -> usize {
    let components = Components::new(lines);
    let mut dirty = Dirty::All;
    for _ in 0..MAX_ROUNDS {
        let (mut wanted, _) = meeting(lines, &dirty);
        wanted.extend(components.jumps(lines, &dirty));
        wanted.sort_unstable();
        wanted.dedup();
        let refined = lines.refine(&wanted);
        if refined.is_empty() {
            break;
        }
        dirty = Dirty::Some {
            arcs: refined.arcs.into_iter().collect(),
            vertices: refined.vertices.into_iter().collect(),
        };
    }
    meeting(lines, &Dirty::All).1.len()
}

/// What changed since the last search.
enum Dirty {
    All,
    Some {
        arcs: HashSet<u32>,
        vertices: HashSet<VertexId>,
    },
}

impl Dirty {
    fn has_arc(&self, arc: u32) -> bool {
        match self {
            Self::All => true,
            Self::Some { arcs, .. } => arcs.contains(&arc),
        }
    }

    fn has(&self, arc: u32, ends: [VertexId; 2]) -> bool {
        match self {
            Self::All => true,
            Self::Some { arcs, vertices } => {
                arcs.contains(&arc) || ends.iter().any(|end| vertices.contains(end))
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Line {
    id: SegmentId,
    ends: [VertexId; 2],
    /// Micropixels.
    from: [i64; 2],
    to: [i64; 2],
    is_dirty: bool,
}

/// Lines that meet others, and the pairs of arcs they belong to.
fn meeting(lines: &SimplifiedArcs<'_>, dirty: &Dirty) -> (Vec<SegmentId>, BTreeSet<(u32, u32)>) {
    let mut all = Vec::new();
    for arc in 0..lines.len() as u32 {
        for id in lines.segments(arc) {
            let ends = lines.ends(id);
            let [from, to] = ends.map(|end| lines.drawn(end));
            all.push(Line {
                id,
                ends,
                from,
                to,
                is_dirty: dirty.has(arc, ends),
            });
        }
    }
    let mut wanted = Vec::new();
    let mut pairs = BTreeSet::new();
    let mut found = |a: &Line, b: &Line| {
        wanted.extend([a.id, b.id]);
        pairs.insert((a.id.arc.min(b.id.arc), a.id.arc.max(b.id.arc)));
    };
    for line in all
        .iter()
        .filter(|line| line.is_dirty && line.from == line.to)
    {
        found(line, line);
    }
    for cell in cells(&all) {
        for (place, &(_, a)) in cell.iter().enumerate() {
            for &(_, b) in &cell[place + 1..] {
                let (a, b) = (&all[a as usize], &all[b as usize]);
                if (a.is_dirty || b.is_dirty) && meet(a, b) {
                    found(a, b);
                }
            }
        }
    }
    (wanted, pairs)
}

/// Lines by the cells of a grid that their boxes touch.
fn cells(lines: &[Line]) -> Vec<Vec<(i64, u32)>> {
    let mut entries: Vec<(i64, u32)> = Vec::with_capacity(2 * lines.len());
    for (index, line) in (0_u32..).zip(lines) {
        let range = |axis: usize| {
            let (a, b) = (line.from[axis], line.to[axis]);
            a.min(b).div_euclid(CELL)..=a.max(b).div_euclid(CELL)
        };
        for row in range(1) {
            entries.extend(range(0).map(|column| ((row << 32) + column, index)));
        }
    }
    entries.sort_unstable();
    entries
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|cell| cell.len() > 1)
        .map(<[(i64, u32)]>::to_vec)
        .collect()
}

fn cross(o: [i64; 2], a: [i64; 2], b: [i64; 2]) -> i64 {
    // Below 1.1e9 micropixels each: the products fit.
    (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])
}

/// Whether two lines have more in common than a vertex.
fn meet(a: &Line, b: &Line) -> bool {
    let is_apart = |axis: usize| {
        let span = |line: &Line| {
            let (from, to) = (line.from[axis], line.to[axis]);
            (from.min(to), from.max(to))
        };
        let ((a_low, a_high), (b_low, b_high)) = (span(a), span(b));
        a_high < b_low || b_high < a_low
    };
    if is_apart(0) || is_apart(1) {
        return false;
    }
    let [start, end] = a
        .ends
        .map(|vertex| b.ends.iter().position(|&other| other == vertex));
    match (start, end) {
        (Some(_), Some(_)) => true,
        (Some(place), None) => fold(a.from, a.to, b, place),
        (None, Some(place)) => fold(a.to, a.from, b, place),
        (None, None) => touch(a, b),
    }
}

/// Whether `b`, which begins at `shared` too, runs along the line from there to `other`.
fn fold(shared: [i64; 2], other: [i64; 2], b: &Line, place: usize) -> bool {
    let theirs = if place == 0 { b.to } else { b.from };
    let along = (0..2)
        .map(|axis| (other[axis] - shared[axis]).signum() * (theirs[axis] - shared[axis]).signum());
    cross(shared, other, theirs) == 0 && along.sum::<i64>() > 0
}

/// Whether two lines with different ends cross or touch.
fn touch(a: &Line, b: &Line) -> bool {
    let sides = |o: [i64; 2], p: [i64; 2], line: &Line| {
        [
            cross(o, p, line.from).signum(),
            cross(o, p, line.to).signum(),
        ]
    };
    let (of_b, of_a) = (sides(a.from, a.to, b), sides(b.from, b.to, a));
    // In one line they touch, as their boxes do.
    of_b[0] * of_b[1] <= 0 && of_a[0] * of_a[1] <= 0
}

/// Arcs that are joined through junctions, each group with one vertex that stands for it.
struct Components {
    /// By arc.
    group: Vec<u32>,
    /// Pixels of a vertex of each group, and the group; by x.
    places: Vec<([f64; 2], u32)>,
}

impl Components {
    fn new(lines: &SimplifiedArcs<'_>) -> Self {
        let mut root: std::collections::HashMap<VertexId, VertexId> =
            std::collections::HashMap::new();
        fn find(
            root: &mut std::collections::HashMap<VertexId, VertexId>,
            vertex: VertexId,
        ) -> VertexId {
            let mut at = vertex;
            while let Some(&next) = root.get(&at) {
                if next == at {
                    break;
                }
                at = next;
            }
            root.insert(vertex, at);
            at
        }
        let arcs = 0..lines.len() as u32;
        let ends = |arc: u32| {
            let mut vertices = lines.vertices(arc);
            let first = vertices.next()?;
            Some((first, vertices.next_back().unwrap_or(first)))
        };
        for (first, last) in arcs.clone().filter_map(ends) {
            let (a, b) = (find(&mut root, first), find(&mut root, last));
            root.insert(a.max(b), a.min(b));
        }
        let group: Vec<u32> = arcs
            .map(|arc| ends(arc).map_or(u32::MAX, |(first, _)| find(&mut root, first)))
            .collect();
        let distinct: BTreeSet<u32> = group
            .iter()
            .copied()
            .filter(|&group| group != u32::MAX)
            .collect();
        let mut places: Vec<([f64; 2], u32)> = distinct
            .into_iter()
            .map(|vertex| {
                (
                    lines.drawn(vertex).map(|micro| micro as f64 / MICRO),
                    vertex,
                )
            })
            .collect();
        places.sort_by(|a, b| a.0[0].total_cmp(&b.0[0]));
        Self { group, places }
    }

    /// Lines that lie on the other side of a group than their sources.
    fn jumps(&self, lines: &SimplifiedArcs<'_>, dirty: &Dirty) -> Vec<SegmentId> {
        let mut jumps = Vec::new();
        if self.places.len() < 2 {
            return jumps;
        }
        for arc in (0..lines.len() as u32).filter(|&arc| dirty.has_arc(arc)) {
            for segment in lines.segments(arc) {
                let [mut low, mut high] = [[f64::INFINITY; 2], [f64::NEG_INFINITY; 2]];
                for pixel in lines.chain(segment) {
                    for axis in 0..2 {
                        low[axis] = low[axis].min(pixel[axis]);
                        high[axis] = high[axis].max(pixel[axis]);
                    }
                }
                let first = self.places.partition_point(|(place, _)| place[0] < low[0]);
                let near = self.places[first..]
                    .iter()
                    .take_while(|(place, _)| place[0] <= high[0]);
                let is_over = |&&(place, group): &&([f64; 2], u32)| {
                    group != self.group[arc as usize]
                        && (low[1]..=high[1]).contains(&place[1])
                        && is_inside(place, lines.chain(segment))
                };
                if near.clone().any(|near| is_over(&near)) {
                    jumps.push(segment);
                }
            }
        }
        jumps
    }
}

/// Whether a place is inside the ring of a chain and the line between its ends, by even-odd.
fn is_inside([x, y]: [f64; 2], chain: impl Iterator<Item = [f64; 2]>) -> bool {
    let mut is_inside = false;
    let mut crossing = |a: [f64; 2], b: [f64; 2]| {
        if (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] {
            is_inside = !is_inside;
        }
    };
    let (mut first, mut last) = (None, None);
    for place in chain {
        if let Some(last) = last {
            crossing(last, place);
        }
        first = first.or(Some(place));
        last = Some(place);
    }
    if let (Some(first), Some(last)) = (first, last) {
        crossing(last, first);
    }
    is_inside
}
