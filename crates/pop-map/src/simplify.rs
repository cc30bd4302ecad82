//! Arcs with fewer vertices: D. Douglas and T. Peucker, "Algorithms for the reduction of the number of points" (1973), then refined
//! where lines that are apart in the source would meet on the map.

use crate::topology::{Topology, VertexId};

/// How far a line may run beside its source, in pixels.
const TOLERANCE: f64 = 0.5;
/// The same in micropixels.
pub(crate) const TOLERANCE_MICRO: i64 = 500_000;
/// A closed arc below this size in both directions, in pixels, is not drawn but marked.
const MARK: f64 = 0.4;
/// Micropixels: all drawn places are whole numbers of them, so that tests of crossing are exact.
pub(crate) const MICRO: f64 = 1e6;
/// Micropixels that a vertex is rounded to, by its precision.
const ROUNDING: [i64; 4] = [100_000, 10_000, 1_000, 1];

/// A line between two kept vertices of an arc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SegmentId {
    pub(crate) arc: u32,
    /// The place of its first vertex among those kept.
    pub(crate) place: u32,
}

/// All arcs, simplified.
#[derive(Debug)]
pub(crate) struct SimplifiedArcs<'a> {
    arcs: &'a [Vec<VertexId>],
    /// Micropixels, by vertex.
    positions: &'a [[i32; 2]],
    /// Places in each arc of the vertices that are drawn, with both ends; none of an arc that is only marked.
    kept: Vec<Vec<u32>>,
    /// By vertex, an index of [`ROUNDING`].
    precision: Vec<u8>,
}

impl<'a> SimplifiedArcs<'a> {
    /// Simplifies each arc.
    pub(crate) fn new(topology: &'a Topology) -> Self {
        let mut simplified = Self {
            arcs: &topology.arcs,
            positions: &topology.positions,
            precision: vec![0; topology.positions.len()],
            kept: Vec::with_capacity(topology.arcs.len()),
        };
        for arc in simplified.arcs {
            simplified.kept.push(simplified.simplify(arc));
        }
        simplified
    }

    fn simplify(&self, arc: &[VertexId]) -> Vec<u32> {
        let last = arc.len() - 1;
        let mut kept = vec![0, last];
        if arc[0] == arc[last] {
            let [width, height] = self.extent(arc);
            if width < MARK && height < MARK {
                return Vec::new();
            }
            // A closed arc needs three vertices.
            let far = self.farthest_from(arc, arc[0]);
            let middle = [(0, far), (far, last)]
                .into_iter()
                .filter_map(|(from, to)| self.farthest(arc, from, to))
                .max_by(|a, b| a.1.total_cmp(&b.1));
            kept = vec![0, far, last];
            kept.extend(middle.map(|(place, _)| place));
            kept.sort_unstable();
            kept.dedup();
        }
        let mut open: Vec<(usize, usize)> =
            kept.windows(2).map(|pair| (pair[0], pair[1])).collect();
        while let Some((from, to)) = open.pop() {
            if let Some((place, distance)) = self.farthest(arc, from, to)
                && distance > TOLERANCE
            {
                kept.push(place);
                open.extend([(from, place), (place, to)]);
            }
        }
        kept.sort_unstable();
        kept.dedup();
        kept.into_iter().map(|place| place as u32).collect()
    }

    fn pixel(&self, vertex: VertexId) -> [f64; 2] {
        self.positions[vertex as usize].map(|micro| f64::from(micro) / MICRO)
    }

    /// Where a vertex is in the source, in micropixels.
    pub(crate) fn source(&self, vertex: VertexId) -> [i64; 2] {
        self.positions[vertex as usize].map(i64::from)
    }

    /// Width and height in pixels.
    fn extent(&self, arc: &[VertexId]) -> [f64; 2] {
        let [mut low, mut high] = [[f64::INFINITY; 2], [f64::NEG_INFINITY; 2]];
        for &vertex in arc {
            let pixel = self.pixel(vertex);
            for axis in 0..2 {
                low[axis] = low[axis].min(pixel[axis]);
                high[axis] = high[axis].max(pixel[axis]);
            }
        }
        [high[0] - low[0], high[1] - low[1]]
    }

    fn farthest_from(&self, arc: &[VertexId], vertex: VertexId) -> usize {
        let [x, y] = self.pixel(vertex);
        let distance = |place: usize| {
            let [px, py] = self.pixel(arc[place]);
            (px - x).hypot(py - y)
        };
        let farthest = (1..arc.len() - 1).max_by(|&a, &b| distance(a).total_cmp(&distance(b)));
        farthest.unwrap_or(0)
    }

    /// The vertex between two others that is farthest from the line between them, and its distance.
    fn farthest(&self, arc: &[VertexId], from: usize, to: usize) -> Option<(usize, f64)> {
        let (a, b) = (self.pixel(arc[from]), self.pixel(arc[to]));
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let length = dx * dx + dy * dy;
        let mut best: Option<(usize, f64)> = None;
        for (place, &vertex) in arc.iter().enumerate().take(to).skip(from + 1) {
            let [x, y] = self.pixel(vertex);
            let along = if length > 0.0 {
                (((x - a[0]) * dx + (y - a[1]) * dy) / length).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let (ex, ey) = (x - a[0] - along * dx, y - a[1] - along * dy);
            let distance = ex * ex + ey * ey;
            if best.is_none_or(|(_, most)| distance > most) {
                best = Some((place, distance));
            }
        }
        best.map(|(place, distance)| (place, distance.sqrt()))
    }

    /// How many arcs there are.
    pub(crate) fn len(&self) -> usize {
        self.arcs.len()
    }

    /// Whether an arc is too small to be drawn.
    pub(crate) fn is_marked(&self, arc: u32) -> bool {
        self.kept[arc as usize].is_empty()
    }

    /// All lines of an arc.
    pub(crate) fn segments(&self, arc: u32) -> impl Iterator<Item = SegmentId> + use<> {
        let count = self.kept[arc as usize].len().saturating_sub(1) as u32;
        (0..count).map(move |place| SegmentId { arc, place })
    }

    /// The vertices at the ends of a line.
    pub(crate) fn ends(&self, segment: SegmentId) -> [VertexId; 2] {
        let (arc, kept) = (
            &self.arcs[segment.arc as usize],
            &self.kept[segment.arc as usize],
        );
        let place = segment.place as usize;
        [arc[kept[place] as usize], arc[kept[place + 1] as usize]]
    }

    /// The vertices of the source that a line stands for, with its ends, in micropixels.
    pub(crate) fn chain(&self, segment: SegmentId) -> impl Iterator<Item = [i64; 2]> + Clone + '_ {
        let (arc, kept) = (
            &self.arcs[segment.arc as usize],
            &self.kept[segment.arc as usize],
        );
        let place = segment.place as usize;
        let (from, to) = (kept[place] as usize, kept[place + 1] as usize);
        arc[from..=to].iter().map(|&vertex| self.source(vertex))
    }

    /// Where a vertex is drawn, in micropixels.
    pub(crate) fn drawn(&self, vertex: VertexId) -> [i64; 2] {
        let rounding = ROUNDING[usize::from(self.precision[vertex as usize])];
        self.source(vertex)
            .map(|micro| (micro + rounding / 2).div_euclid(rounding) * rounding)
    }

    /// The drawn vertices of an arc in its own direction.
    pub(crate) fn vertices(&self, arc: u32) -> impl DoubleEndedIterator<Item = VertexId> + '_ {
        let vertices = &self.arcs[arc as usize];
        self.kept[arc as usize]
            .iter()
            .map(|&place| vertices[place as usize])
    }

    /// The middle of an arc's box, in micropixels.
    pub(crate) fn centre(&self, arc: u32) -> [i64; 2] {
        let arc = &self.arcs[arc as usize];
        let pixel = |axis: usize| {
            let values = arc.iter().map(|&vertex| self.pixel(vertex)[axis]);
            let (low, high) = values
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                    (low.min(value), high.max(value))
                });
            (f64::midpoint(low, high) * 10.0).round() as i64 * ROUNDING[0]
        };
        [pixel(0), pixel(1)]
    }

    /// Puts vertices back into each of these lines. Lines without a vertex between get ends that are rounded less. Gives the arcs and
    /// vertices that changed.
    pub(crate) fn refine(&mut self, segments: &[SegmentId], insertion: Insertion) -> Refined {
        let mut refined = Refined::default();
        let mut inserted: Vec<(u32, u32)> = Vec::new();
        for &segment in segments {
            let kept = &self.kept[segment.arc as usize];
            let (from, to) = (
                kept[segment.place as usize],
                kept[segment.place as usize + 1],
            );
            let arc = &self.arcs[segment.arc as usize];
            if from + 1 == to {
                for vertex in self.ends(segment) {
                    let precision = &mut self.precision[vertex as usize];
                    if usize::from(*precision) + 1 < ROUNDING.len() {
                        *precision += 1;
                        refined.vertices.push(vertex);
                    }
                }
                continue;
            }
            match insertion {
                Insertion::Farthest => {
                    let farthest = self.farthest(arc, from as usize, to as usize);
                    inserted.extend(farthest.map(|(place, _)| (segment.arc, place as u32)));
                }
                Insertion::All => {
                    inserted.extend((from + 1..to).map(|place| (segment.arc, place)));
                }
            }
        }
        inserted.sort_unstable();
        inserted.dedup();
        for of_arc in inserted.chunk_by(|a, b| a.0 == b.0) {
            let arc = of_arc[0].0;
            let kept = &mut self.kept[arc as usize];
            kept.extend(of_arc.iter().map(|&(_, place)| place));
            kept.sort_unstable();
            kept.dedup();
            refined.arcs.push(arc);
        }
        refined
    }
}

/// Which vertices of the source are put back into a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Insertion {
    /// The one farthest from the line.
    Farthest,
    /// All.
    All,
}

/// What a refinement changed.
#[derive(Debug, Default)]
pub(crate) struct Refined {
    pub(crate) arcs: Vec<u32>,
    pub(crate) vertices: Vec<VertexId>,
}

impl Refined {
    pub(crate) fn is_empty(&self) -> bool {
        self.arcs.is_empty() && self.vertices.is_empty()
    }
}
