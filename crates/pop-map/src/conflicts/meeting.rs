//! Lines that cross or touch.

use std::collections::{BTreeSet, HashSet};

use super::{CELL, Dirty, cell_key, cross};
use crate::simplify::{SegmentId, SimplifiedArcs};
use crate::topology::VertexId;

#[derive(Debug, Clone, Copy)]
struct Line {
    id: SegmentId,
    ends: [VertexId; 2],
    /// Micropixels.
    from: [i64; 2],
    to: [i64; 2],
    is_dirty: bool,
}

/// Lines that meet others where one of the two changed, and the pairs of arcs they belong to.
pub(super) fn meeting(
    lines: &SimplifiedArcs<'_>,
    dirty: &Dirty,
) -> (Vec<SegmentId>, BTreeSet<(u32, u32)>) {
    let all = drawn_lines(lines, dirty);
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
    for cell in entries(&all, dirty).chunk_by(|a, b| a.0 == b.0) {
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

fn drawn_lines(lines: &SimplifiedArcs<'_>, dirty: &Dirty) -> Vec<Line> {
    let ids = (0..lines.len() as u32).flat_map(|arc| lines.segments(arc));
    ids.map(|id| {
        let ends = lines.ends(id);
        let [from, to] = ends.map(|end| lines.drawn(end));
        Line {
            id,
            ends,
            from,
            to,
            is_dirty: dirty.has(id.arc, ends),
        }
    })
    .collect()
}

/// The cells of a grid that the box of a line touches.
fn cells(line: &Line) -> impl Iterator<Item = i64> + use<> {
    let [columns, rows] = [0, 1].map(|axis| {
        let (a, b) = (line.from[axis], line.to[axis]);
        a.min(b).div_euclid(CELL)..=a.max(b).div_euclid(CELL)
    });
    rows.flat_map(move |row| columns.clone().map(move |column| cell_key(column, row)))
}

/// Lines by cell; only of cells where a line changed.
fn entries(all: &[Line], dirty: &Dirty) -> Vec<(i64, u32)> {
    let changed: HashSet<i64> = match dirty {
        Dirty::All => HashSet::new(),
        Dirty::Some { .. } => all
            .iter()
            .filter(|line| line.is_dirty)
            .flat_map(cells)
            .collect(),
    };
    let is_wanted = |cell: &i64| matches!(dirty, Dirty::All) || changed.contains(cell);
    let mut entries: Vec<(i64, u32)> = (0_u32..)
        .zip(all)
        .flat_map(|(index, line)| cells(line).filter(is_wanted).map(move |cell| (cell, index)))
        .collect();
    entries.sort_unstable();
    entries
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
