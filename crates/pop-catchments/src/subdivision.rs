//! The faces that lines which touch at their ends only divide the plane into.
//!
//! Half-edges as in a doubly connected edge list (M. de Berg et al., "Computational Geometry", 3rd edition, chapter 2): half-edge 2e runs
//! along edge e, half-edge 2e+1 against it, and each has its face to its left. All decisions are by exact predicates.

use crate::Position;
use crate::arrangement::{Arrangement, turn};
use crate::line::Line;

/// The face that reaches to infinity.
pub(crate) const OUTER: u32 = 0;

/// Edges, half-edges and faces.
#[derive(Debug)]
pub(crate) struct Subdivision {
    pub(crate) vertices: Vec<Position>,
    /// The lines in order of their edges.
    lines: Vec<Line>,
    /// Where the lines of each edge start in `lines`.
    starts: Vec<u32>,
    /// The half-edge that follows each along its face.
    next: Vec<u32>,
    /// The face of each half-edge.
    pub(crate) face: Vec<u32>,
    /// How many faces there are.
    pub(crate) faces: usize,
}

/// The half-edge on the other side.
pub(crate) fn twin(half: u32) -> u32 {
    half ^ 1
}

impl Subdivision {
    pub(crate) fn of(arrangement: Arrangement) -> Self {
        let Arrangement {
            vertices,
            mut lines,
            ..
        } = arrangement;
        let ends = |line: &Line| (line.from.min(line.to), line.from.max(line.to));
        lines.sort_by_key(|line| (ends(line), line.role));
        let mut starts = Vec::with_capacity(lines.len() + 1);
        for (place, line) in lines.iter().enumerate() {
            if place == 0 || ends(&lines[place - 1]) != ends(line) {
                starts.push(place as u32);
            }
        }
        let edges = starts.len();
        starts.push(lines.len() as u32);
        let mut found = Self {
            vertices,
            lines,
            starts,
            next: vec![0; 2 * edges],
            face: vec![u32::MAX; 2 * edges],
            faces: 0,
        };
        let around = Around::of(&found);
        found.link(&around);
        found.number_faces(&around);
        found
    }

    pub(crate) fn edges(&self) -> usize {
        self.starts.len() - 1
    }

    /// The lines along an edge.
    pub(crate) fn lines(&self, edge: usize) -> &[Line] {
        &self.lines[self.starts[edge] as usize..self.starts[edge + 1] as usize]
    }

    /// The vertex that a half-edge starts from.
    pub(crate) fn origin(&self, half: u32) -> u32 {
        let line = &self.lines[self.starts[half as usize / 2] as usize];
        if half.is_multiple_of(2) {
            line.from.min(line.to)
        } else {
            line.from.max(line.to)
        }
    }

    pub(crate) fn at(&self, vertex: u32) -> Position {
        self.vertices[vertex as usize]
    }

    fn link(&mut self, around: &Around) {
        for vertex in 0..self.vertices.len() {
            let out = around.out(vertex);
            for (place, &half) in out.iter().enumerate() {
                // What comes in beside an edge that goes out goes on along the edge before it.
                let before = out[(place + out.len() - 1) % out.len()];
                self.next[twin(half) as usize] = before;
            }
        }
    }

    /// Numbers the faces: one for each closed walk, except that the walk round each connected part from outside belongs to the face that
    /// the part is in.
    fn number_faces(&mut self, around: &Around) {
        let mut walk = vec![u32::MAX; self.next.len()];
        let mut walks = 0_u32;
        for half in 0..self.next.len() {
            let mut at = half;
            while walk[at] == u32::MAX {
                walk[at] = walks;
                at = self.next[at] as usize;
            }
            walks += u32::from(walk[half] == walks);
        }
        let parts = self.connected_parts(around);
        let mut face_of = vec![u32::MAX; walks as usize];
        let outside = |part: &u32| {
            // At the westernmost vertex nothing goes west: the last edge in angle has the outside to its left.
            around
                .out(*part as usize)
                .last()
                .map(|&half| walk[half as usize])
        };
        for walk in parts.iter().filter_map(outside) {
            face_of[walk as usize] = OUTER;
        }
        self.faces = 1;
        for face in face_of.iter_mut().filter(|face| **face == u32::MAX) {
            *face = self.faces as u32;
            self.faces += 1;
        }
        if parts.len() > 1 {
            let columns = EdgeRows::of(self);
            for part in &parts {
                let around_it = columns
                    .west_of(self, *part)
                    .map(|half| face_of[walk[half as usize] as usize]);
                if let (Some(walk), Some(face)) = (outside(part), around_it) {
                    face_of[walk as usize] = face;
                }
            }
        }
        self.face = walk
            .into_iter()
            .map(|walk| face_of[walk as usize])
            .collect();
    }

    /// The westernmost (of these the southernmost) vertex of each connected part, from west to east.
    fn connected_parts(&self, around: &Around) -> Vec<u32> {
        let mut part = vec![u32::MAX; self.vertices.len()];
        let mut firsts: Vec<u32> = Vec::new();
        let mut open = Vec::new();
        for vertex in 0..self.vertices.len() as u32 {
            if part[vertex as usize] != u32::MAX || around.out(vertex as usize).is_empty() {
                continue;
            }
            let mut first = vertex;
            part[vertex as usize] = vertex;
            open.push(vertex);
            while let Some(at) = open.pop() {
                if before(self.at(at), self.at(first)) {
                    first = at;
                }
                for &half in around.out(at as usize) {
                    let to = self.origin(twin(half));
                    if part[to as usize] == u32::MAX {
                        part[to as usize] = vertex;
                        open.push(to);
                    }
                }
            }
            firsts.push(first);
        }
        firsts.sort_by(|&a, &b| {
            let (a, b) = (self.at(a), self.at(b));
            a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1]))
        });
        firsts
    }

    /// The next half-edge along a face.
    pub(crate) fn next(&self, half: u32) -> u32 {
        self.next[half as usize]
    }
}

fn before(a: Position, b: Position) -> bool {
    a[0] < b[0] || a[0] == b[0] && a[1] < b[1]
}

/// The half-edges that leave each vertex, anticlockwise from the west.
struct Around {
    starts: Vec<usize>,
    halves: Vec<u32>,
}

impl Around {
    fn of(subdivision: &Subdivision) -> Self {
        let vertices = subdivision.vertices.len();
        let halves = 2 * subdivision.edges() as u32;
        let mut starts = vec![0; vertices + 2];
        for half in 0..halves {
            starts[subdivision.origin(half) as usize + 2] += 1;
        }
        for vertex in 2..starts.len() {
            starts[vertex] += starts[vertex - 1];
        }
        let mut listed = vec![0; halves as usize];
        for half in 0..halves {
            let place = &mut starts[subdivision.origin(half) as usize + 1];
            listed[*place] = half;
            *place += 1;
        }
        starts.pop();
        let mut found = Self {
            starts,
            halves: listed,
        };
        for vertex in 0..vertices {
            found.sort(subdivision, vertex);
        }
        found
    }

    fn sort(&mut self, subdivision: &Subdivision, vertex: usize) {
        let out = &mut self.halves[self.starts[vertex]..self.starts[vertex + 1]];
        let centre = subdivision.vertices[vertex];
        let to = |half: u32| subdivision.at(subdivision.origin(twin(half)));
        // Angles above -180 up to 180 degrees: north comes after south.
        let north = |[x, y]: Position| y > centre[1] || y == centre[1] && x < centre[0];
        out.sort_by(|&a, &b| {
            let (a, b) = (to(a), to(b));
            let side = north(a).cmp(&north(b));
            side.then_with(|| {
                0.0.partial_cmp(&turn(centre, a, b))
                    .unwrap_or(std::cmp::Ordering::Equal)
            })
        });
    }

    fn out(&self, vertex: usize) -> &[u32] {
        &self.halves[self.starts[vertex]..self.starts[vertex + 1]]
    }
}

/// Edges by latitude.
struct EdgeRows {
    south: f64,
    height: f64,
    rows: Vec<Vec<u32>>,
}

impl EdgeRows {
    fn of(subdivision: &Subdivision) -> Self {
        let mut south = f64::INFINITY;
        let mut north = f64::NEG_INFINITY;
        for vertex in &subdivision.vertices {
            south = south.min(vertex[1]);
            north = north.max(vertex[1]);
        }
        let count = (subdivision.edges() / 4).clamp(1, 20_000);
        let height = ((north - south) / count as f64).max(1e-12);
        let mut found = Self {
            south,
            height,
            rows: vec![Vec::new(); count],
        };
        for edge in 0..subdivision.edges() as u32 {
            let ends =
                [2 * edge, 2 * edge + 1].map(|half| subdivision.at(subdivision.origin(half))[1]);
            let (low, high) = (
                found.row(ends[0].min(ends[1])),
                found.row(ends[0].max(ends[1])),
            );
            for row in &mut found.rows[low..=high] {
                row.push(edge);
            }
        }
        found
    }

    fn row(&self, lat: f64) -> usize {
        (((lat - self.south) / self.height) as usize).min(self.rows.len() - 1)
    }

    /// The half-edge whose left side is seen from a vertex to the west, just north of its parallel.
    ///
    /// The vertex is the westernmost of its connected part, so that all edges to its west are of other parts.
    fn west_of(&self, subdivision: &Subdivision, vertex: u32) -> Option<u32> {
        let eye = subdivision.at(vertex);
        let mut found: Option<(u32, Position, Position)> = None;
        for &edge in &self.rows[self.row(eye[1])] {
            let mut down = 2 * edge;
            let (mut high, mut low) = (
                subdivision.at(subdivision.origin(down)),
                subdivision.at(subdivision.origin(twin(down))),
            );
            if high[1] < low[1] {
                (high, low) = (low, high);
                down = twin(down);
            }
            let straddles = low[1] <= eye[1] && eye[1] < high[1];
            if !straddles || turn(low, high, eye) >= 0.0 {
                continue;
            }
            if found
                .is_none_or(|(_, other_low, other_high)| is_east(low, high, other_low, other_high))
            {
                found = Some((down, low, high));
            }
        }
        found.map(|(half, ..)| half)
    }
}

/// Whether an edge is east of another at parallels that both cross; they do not meet but at ends.
fn is_east(low: Position, high: Position, other_low: Position, other_high: Position) -> bool {
    if low[1] >= other_low[1] {
        let side = turn(other_low, other_high, low);
        if side != 0.0 {
            return side < 0.0;
        }
        turn(other_low, other_high, high) < 0.0
    } else {
        let side = turn(low, high, other_low);
        if side != 0.0 {
            return side > 0.0;
        }
        turn(low, high, other_high) > 0.0
    }
}
