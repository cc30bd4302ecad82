//! Simplified lines that part from the topology of their sources, and their repair: vertices are put back until they do not.
//!
//! Two ways to go wrong: lines cross or touch, or a vertex comes to lie on the other side of a line, such as an island in a bay
//! (A. Saalfeld, "Topologically consistent line simplification with the Douglas-Peucker algorithm", 1999).

mod meeting;
mod sides;

use std::collections::HashSet;

use crate::simplify::{Insertion, SimplifiedArcs};
use crate::topology::VertexId;

/// Rounds in which one vertex at a time is put back; after them all of a line are.
const FRUGAL_ROUNDS: usize = 12;

/// Separates lines that meet, and puts vertices back on their side. Gives the number of pairs of arcs that meet in the source too, and
/// stay.
pub(crate) fn resolve(lines: &mut SimplifiedArcs<'_>) -> usize {
    let mut dirty = Dirty::All;
    // Each round puts something back, and nothing is left to put back in the end.
    for round in 0.. {
        let (mut wanted, _) = meeting::meeting(lines, &dirty);
        wanted.extend(sides::wrong_sides(lines, &dirty));
        wanted.sort_unstable();
        wanted.dedup();
        let insertion = if round < FRUGAL_ROUNDS {
            Insertion::Farthest
        } else {
            Insertion::All
        };
        let refined = lines.refine(&wanted, insertion);
        if refined.is_empty() {
            break;
        }
        dirty = Dirty::Some {
            arcs: refined.arcs.into_iter().collect(),
            vertices: refined.vertices.into_iter().collect(),
        };
    }
    meeting::meeting(lines, &Dirty::All).1.len()
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
    /// Whether a line changed: it is of an arc that got vertices, or an end is rounded less.
    fn has(&self, arc: u32, ends: [VertexId; 2]) -> bool {
        match self {
            Self::All => true,
            Self::Some { arcs, vertices } => {
                arcs.contains(&arc) || ends.iter().any(|end| vertices.contains(end))
            }
        }
    }
}

/// Side of a cell of the search grids, in micropixels.
const CELL: i64 = 4_000_000;

/// A cell of the search grid; those of a row are consecutive.
fn cell_key(column: i64, row: i64) -> i64 {
    (row << 32) + column
}

/// Twice the area of a triangle, positive where `b` is right of the line from `o` to `a` on the map.
fn cross(o: [i64; 2], a: [i64; 2], b: [i64; 2]) -> i64 {
    // Below 1.1e9 micropixels each: the products fit.
    (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])
}
