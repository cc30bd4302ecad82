//! Lines in the plane of longitude and latitude, cut wherever they meet, so that they touch at their ends only.
//!
//! Each cut is one point for all lines through it: what lies on both sides of a line has the same vertices. Whether lines meet is decided
//! by exact predicates (J. R. Shewchuk, "Adaptive precision floating-point arithmetic", 1997); the point of a cut is rounded to doubles,
//! so cutting is repeated until no two lines meet.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use robust::{Coord, orient2d};

use crate::line::{Line, Role};
use crate::line_index::LineIndex;
use crate::{CatchmentError, Position};

/// Rounds of cutting after which lines are taken not to settle; two or three are usual.
const MOST_ROUNDS: usize = 200;

/// A meeting within this many degrees of an end of a line is at that end.
const AT_END: f64 = 1e-13;

/// Lines that are cut where they meet.
#[derive(Debug, Default)]
pub(crate) struct Arrangement {
    pub(crate) vertices: Vec<Position>,
    pub(crate) lines: Vec<Line>,
    numbers: HashMap<[u64; 2], u32, BuildHasherDefault<BitsHasher>>,
    /// The first of the lines that have not been compared with all others.
    settled: usize,
    /// Points of cuts are multiples of its inverse.
    grid: Option<f64>,
}

/// A point at which a line is cut, and the line.
type Cut = (usize, u32);

impl Arrangement {
    /// One whose lines are cut at multiples of the inverse of `factor`; those that are added must end at such.
    pub(crate) fn on_grid(factor: f64) -> Self {
        Self {
            grid: Some(factor),
            ..Self::default()
        }
    }

    /// The number of a vertex; equal positions have one number.
    pub(crate) fn vertex(&mut self, position: Position) -> u32 {
        // Adding zero makes -0 and 0 one.
        let position = [position[0] + 0.0, position[1] + 0.0];
        let vertices = &mut self.vertices;
        *self
            .numbers
            .entry(position.map(f64::to_bits))
            .or_insert_with(|| {
                vertices.push(position);
                (vertices.len() - 1) as u32
            })
    }

    /// Adds a line unless its ends are one.
    pub(crate) fn add(&mut self, from: u32, to: u32, role: Role) {
        if from != to {
            self.lines.push(Line { from, to, role });
        }
    }

    /// Adds the lines from each position to the next.
    pub(crate) fn add_path(&mut self, path: &[Position], mut role: impl FnMut() -> Role) {
        let mut last = None;
        for &position in path {
            let next = self.vertex(position);
            if let Some(last) = last {
                self.add(last, next, role());
            }
            last = Some(next);
        }
    }

    pub(crate) fn at(&self, vertex: u32) -> Position {
        self.vertices[vertex as usize]
    }

    /// Cuts lines until no two meet but at their ends.
    pub(crate) fn cut(&mut self) -> Result<(), CatchmentError> {
        for _ in 0..MOST_ROUNDS {
            if self.settled == self.lines.len() {
                return Ok(());
            }
            let cuts = self.meetings();
            self.settled = self.lines.len();
            self.apply(cuts);
        }
        Err(CatchmentError::Unsettled)
    }

    /// Takes out lines; what is added for them is compared with the others in the next call of [`cut`](Self::cut).
    pub(crate) fn remove(&mut self, goes: impl Fn(Role) -> bool) {
        let mut number = 0;
        let mut settled = 0;
        self.lines.retain(|line| {
            let stays = !goes(line.role);
            settled += usize::from(stays && number < self.settled);
            number += 1;
            stays
        });
        self.settled = settled;
    }

    /// Where lines meet, one of which is new.
    fn meetings(&mut self) -> Vec<Cut> {
        let index = LineIndex::of(&self.vertices, &self.lines);
        let mut cuts = Vec::new();
        for cell in index.cells() {
            for (place, &first) in cell.iter().enumerate() {
                for &second in &cell[place + 1..] {
                    // Numbers in a cell ascend.
                    if second as usize >= self.settled {
                        self.meet(first as usize, second as usize, &mut cuts);
                    }
                }
            }
        }
        cuts
    }

    /// Finds where two lines meet, except at ends of both.
    fn meet(&mut self, first: usize, second: usize, cuts: &mut Vec<Cut>) {
        let (one, two) = (self.lines[first], self.lines[second]);
        let [a, b, c, d] = [one.from, one.to, two.from, two.to].map(|vertex| self.at(vertex));
        for axis in 0..2 {
            if a[axis].max(b[axis]) < c[axis].min(d[axis])
                || c[axis].max(d[axis]) < a[axis].min(b[axis])
            {
                return;
            }
        }
        if one.from == two.from && one.to == two.to || one.from == two.to && one.to == two.from {
            return;
        }
        let (at_c, at_d) = (turn(a, b, c), turn(a, b, d));
        if at_c > 0.0 && at_d > 0.0 || at_c < 0.0 && at_d < 0.0 {
            return;
        }
        let (at_a, at_b) = (turn(c, d, a), turn(c, d, b));
        if at_a > 0.0 && at_b > 0.0 || at_a < 0.0 && at_b < 0.0 {
            return;
        }
        let mut touches = false;
        for (vertex, off, line, from, to) in [
            (two.from, at_c, first, a, b),
            (two.to, at_d, first, a, b),
            (one.from, at_a, second, c, d),
            (one.to, at_b, second, c, d),
        ] {
            if off == 0.0 {
                touches = true;
                if is_inside(self.at(vertex), from, to) {
                    cuts.push((line, vertex));
                }
            }
        }
        if touches {
            return;
        }
        // On an outline the point must be as near to the line as doubles can be: the tiling's area depends on it.
        let outline = |line: &Line| matches!(line.role, Role::Outline { .. } | Role::Kept { .. });
        let point = if let Some(factor) = self.grid {
            round(crossing([a, b], [c, d]), factor)
        } else if outline(&one) || !outline(&two) {
            between(a, b, at_a / (at_a - at_b))
        } else {
            between(c, d, at_c / (at_c - at_d))
        };
        let ends = [one.from, one.to, two.from, two.to];
        let close = ends.into_iter().find(|&end| {
            let [x, y] = self.at(end);
            (x - point[0]).abs() <= AT_END && (y - point[1]).abs() <= AT_END
        });
        let vertex = close.unwrap_or_else(|| self.vertex(point));
        for (line, number) in [(one, first), (two, second)] {
            if vertex != line.from && vertex != line.to {
                cuts.push((number, vertex));
            }
        }
    }

    /// Puts the parts of cut lines at the end, in the place of these.
    fn apply(&mut self, mut cuts: Vec<Cut>) {
        if cuts.is_empty() {
            return;
        }
        let place = |&(line, vertex): &Cut| {
            let Line { from, to, .. } = self.lines[line];
            let (from, to, at) = (self.at(from), self.at(to), self.at(vertex));
            let axis = usize::from((to[1] - from[1]).abs() > (to[0] - from[0]).abs());
            let direction = if to[axis] < from[axis] { -1.0 } else { 1.0 };
            let other = if to[1 - axis] < from[1 - axis] {
                -1.0
            } else {
                1.0
            };
            (line, at[axis] * direction, at[1 - axis] * other, vertex)
        };
        cuts.sort_by(|a, b| {
            let (a, b) = (place(a), place(b));
            (a.0.cmp(&b.0))
                .then(a.1.total_cmp(&b.1))
                .then(a.2.total_cmp(&b.2))
                .then(a.3.cmp(&b.3))
        });
        cuts.dedup();
        let mut parts = Vec::new();
        for group in cuts.chunk_by(|a, b| a.0 == b.0) {
            let line = self.lines[group[0].0];
            let ends = group.iter().map(|cut| cut.1).chain([line.to]);
            let mut from = line.from;
            for to in ends {
                if to != from {
                    parts.push(Line { from, to, ..line });
                }
                from = to;
            }
        }
        let mut number = 0;
        let mut next = cuts.iter().map(|cut| cut.0).peekable();
        let mut settled = 0;
        self.lines.retain(|_| {
            let is_cut = next.peek() == Some(&number);
            while next.peek() == Some(&number) {
                next.next();
            }
            settled += usize::from(!is_cut && number < self.settled);
            number += 1;
            !is_cut
        });
        self.settled = settled;
        self.lines.extend(parts);
    }
}

/// More than zero where `c` is to the left of the way from `a` to `b`, exactly zero where it is on it.
pub(crate) fn turn(a: Position, b: Position, c: Position) -> f64 {
    let coordinate = |[x, y]: Position| Coord { x, y };
    orient2d(coordinate(a), coordinate(b), coordinate(c))
}

/// Whether a position in line with two others is between them and neither of them.
fn is_inside(at: Position, from: Position, to: Position) -> bool {
    let within = |axis: usize| {
        let (low, high) = (from[axis].min(to[axis]), from[axis].max(to[axis]));
        low <= at[axis] && at[axis] <= high
    };
    at != from && at != to && within(0) && within(1)
}

/// Where two sides cross, the same for any direction and order of them: sides of neighbours must be cut at one point.
fn crossing(one: [Position; 2], two: [Position; 2]) -> Position {
    let order = |a: &Position, b: &Position| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1]));
    let mut sides = [one, two];
    for side in &mut sides {
        side.sort_by(order);
    }
    sides.sort_by(|a, b| order(&a[0], &b[0]).then_with(|| order(&a[1], &b[1])));
    let [[a, b], [c, d]] = sides;
    let (at_a, at_b) = (turn(c, d, a), turn(c, d, b));
    between(a, b, at_a / (at_a - at_b))
}

/// The nearest multiple of the inverse of a factor; minus zero becomes zero.
pub(crate) fn round(position: Position, factor: f64) -> Position {
    position.map(|x| (x * factor).round() / factor + 0.0)
}

fn between(from: Position, to: Position, share: f64) -> Position {
    [0, 1].map(|axis| {
        let (low, high) = (from[axis].min(to[axis]), from[axis].max(to[axis]));
        // From the nearer end, for the digits.
        let at = if share <= 0.5 {
            from[axis] + (to[axis] - from[axis]) * share
        } else {
            to[axis] - (to[axis] - from[axis]) * (1.0 - share)
        };
        at.clamp(low, high)
    })
}

/// Hashes the bits of a position by multiplication: the default is made for keys that an adversary chooses.
#[derive(Debug, Default)]
pub(crate) struct BitsHasher(u64);

impl Hasher for BitsHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
