//! Vertices on another side of a line than in the source.
//!
//! What a line stands for, with the line itself, encloses a pocket. A vertex that is drawn in it was jumped by the line, unless it went
//! into it by its own rounding.

use super::{CELL, Dirty, cell_key, cross};
use crate::simplify::{SegmentId, SimplifiedArcs, TOLERANCE_MICRO};
use crate::topology::VertexId;

/// How far a pocket reaches beyond the box of its line: the tolerance, and what vertices are rounded by.
const REACH: i64 = TOLERANCE_MICRO + 200_000;

/// Lines that have a vertex on another side than their sources, where one of the two changed.
pub(super) fn wrong_sides(lines: &SimplifiedArcs<'_>, dirty: &Dirty) -> Vec<SegmentId> {
    let all = VertexGrid::new(lines, |_, _| true);
    let changed = match dirty {
        Dirty::All => VertexGrid::default(),
        Dirty::Some { .. } => {
            VertexGrid::new(lines, |arc, vertex| dirty.has(arc, [vertex, vertex]))
        }
    };
    let mut wrong = Vec::new();
    for segment in (0..lines.len() as u32).flat_map(|arc| lines.segments(arc)) {
        let ends = lines.ends(segment);
        let grid = if dirty.has(segment.arc, ends) {
            &all
        } else {
            &changed
        };
        let drawn = ends.map(|end| lines.drawn(end));
        let mut near = grid.near(drawn).filter(|vertex| !ends.contains(vertex));
        if near.any(|vertex| is_on_wrong_side(lines, segment, drawn, vertex)) {
            wrong.push(segment);
        }
    }
    wrong
}

/// Vertices that are drawn, by the cells of a grid.
#[derive(Debug, Default)]
struct VertexGrid {
    entries: Vec<(i64, [i64; 2], VertexId)>,
}

impl VertexGrid {
    fn new(lines: &SimplifiedArcs<'_>, is_wanted: impl Fn(u32, VertexId) -> bool) -> Self {
        let is_wanted = &is_wanted;
        let vertices = (0..lines.len() as u32).flat_map(|arc| {
            let of_arc = lines.vertices(arc);
            of_arc.filter(move |&vertex| is_wanted(arc, vertex))
        });
        let mut entries: Vec<(i64, [i64; 2], VertexId)> = vertices
            .map(|vertex| {
                let drawn = lines.drawn(vertex);
                let [column, row] = drawn.map(|micro| micro.div_euclid(CELL));
                (cell_key(column, row), drawn, vertex)
            })
            .collect();
        entries.sort_unstable();
        entries.dedup();
        Self { entries }
    }

    /// Vertices in the reach of a line.
    fn near(&self, [from, to]: [[i64; 2]; 2]) -> impl Iterator<Item = VertexId> + '_ {
        let low = [0, 1].map(|axis| from[axis].min(to[axis]) - REACH);
        let high = [0, 1].map(|axis| from[axis].max(to[axis]) + REACH);
        let [columns, rows] =
            [0, 1].map(|axis| [low[axis].div_euclid(CELL), high[axis].div_euclid(CELL)]);
        let rows = if self.entries.is_empty() {
            0..0
        } else {
            rows[0]..rows[1] + 1
        };
        rows.flat_map(move |row| {
            let first = cell_key(columns[0], row);
            let last = cell_key(columns[1], row);
            let start = self.entries.partition_point(|entry| entry.0 < first);
            self.entries[start..]
                .iter()
                .take_while(move |entry| entry.0 <= last)
        })
        .filter(move |(_, drawn, _)| {
            (0..2).all(|axis| (low[axis]..=high[axis]).contains(&drawn[axis]))
        })
        .map(|&(_, _, vertex)| vertex)
    }
}

/// Whether a vertex is drawn on another side of a line than it has of what the line stands for.
fn is_on_wrong_side(
    lines: &SimplifiedArcs<'_>,
    segment: SegmentId,
    [from, to]: [[i64; 2]; 2],
    vertex: VertexId,
) -> bool {
    let (source, drawn) = (lines.source(vertex), lines.drawn(vertex));
    let chain = || {
        let ends = [std::iter::once(from), std::iter::once(to)];
        let [from, to] = ends;
        from.chain(lines.chain(segment)).chain(to)
    };
    let steps = || chain().zip(chain().skip(1));
    let is_in_pocket = steps()
        .chain(std::iter::once((to, from)))
        .filter(|&(a, b)| crosses_ray(drawn, a, b))
        .count()
        % 2
        == 1;
    let went_through = source != drawn
        && steps()
            .filter(|&(a, b)| cross_each_other([source, drawn], [a, b]))
            .count()
            % 2
            == 1;
    is_in_pocket != went_through
}

/// Whether the ray from a place to the left crosses a line (the half-open rule, so that a shared end counts once).
fn crosses_ray(place: [i64; 2], a: [i64; 2], b: [i64; 2]) -> bool {
    let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
    low[1] <= place[1] && place[1] < high[1] && cross(low, high, place) < 0
}

/// Whether two lines cross; a place on a line counts to one of its sides.
fn cross_each_other([p, q]: [[i64; 2]; 2], [a, b]: [[i64; 2]; 2]) -> bool {
    (cross(p, q, a) > 0) != (cross(p, q, b) > 0) && (cross(a, b, p) > 0) != (cross(a, b, q) > 0)
}
