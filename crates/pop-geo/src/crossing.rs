//! Finding borders that meet, fast where none do.
//!
//! Each ring gets a tree of boxes over runs of its segments, in their order along the ring, which keeps neighbours together without any
//! sorting. Runs that go steadily one way (all east, say) cannot meet themselves and are passed over whole. Two segments are apart when
//! the signs of four determinants say so beyond the rounding of doubles (J. R. Shewchuk, "Adaptive precision floating-point arithmetic
//! and fast robust geometric predicates", 1997, the error bound of stage A); what is closer than that counts as touching and is judged by
//! exact overlay elsewhere.

use crate::Bounds;

/// Segments in a run at the bottom of the tree.
const RUN: usize = 4;

/// How two borders meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Contact {
    /// They touch, or come closer than doubles can tell.
    Touch([f64; 2]),
    /// They cross for certain, near this point.
    Cross([f64; 2]),
}

/// A ring with boxes over runs of its segments.
#[derive(Debug)]
pub(crate) struct Chain {
    /// Without repeated neighbours; the last is not the first.
    points: Vec<[f64; 2]>,
    /// From runs of [`RUN`] segments up to one node over all.
    levels: Vec<Vec<Node>>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    bounds: Bounds,
    /// Ways in which every segment below goes: bits for east, west, north, south.
    ways: u8,
}

impl Node {
    fn join(self, other: Self) -> Self {
        Self {
            bounds: self.bounds.union(other.bounds),
            ways: self.ways & other.ways,
        }
    }
}

/// A node by level and place in it.
type At = (usize, usize);

impl Chain {
    /// The tree of a ring of at least three different points.
    pub(crate) fn new(ring: &[[f64; 2]]) -> Self {
        let mut points: Vec<[f64; 2]> = Vec::with_capacity(ring.len());
        for &point in ring {
            if points.last() != Some(&point) {
                points.push(point);
            }
        }
        while points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        let mut chain = Self {
            points,
            levels: Vec::new(),
        };
        let mut level: Vec<Node> = (0..chain.points.len())
            .step_by(RUN)
            .filter_map(|start| chain.segments(start).map(Segment::node).reduce(Node::join))
            .collect();
        while level.len() > 1 {
            let above = level
                .chunks(2)
                .filter_map(|pair| pair.iter().copied().reduce(Node::join))
                .collect();
            chain.levels.push(std::mem::replace(&mut level, above));
        }
        chain.levels.push(level);
        chain
    }

    /// The box round the ring.
    pub(crate) fn bounds(&self) -> Bounds {
        self.node(self.root())
            .map_or(Bounds::at([0.0; 2]), |node| node.bounds)
    }

    /// How the ring meets itself, other than where one segment follows the other.
    pub(crate) fn self_contact(&self) -> Option<Contact> {
        let mut found = None;
        self.within(self.root(), &mut found);
        found
    }

    /// How two rings meet.
    pub(crate) fn contact(&self, other: &Self) -> Option<Contact> {
        let mut found = None;
        between(self, self.root(), other, other.root(), &mut found);
        found
    }

    /// Whether a point off the ring lies within it.
    pub(crate) fn encloses(&self, point: [f64; 2]) -> bool {
        let mut last = match self.points.last() {
            Some(&last) => last,
            None => return false,
        };
        let mut inside = false;
        for &next in &self.points {
            if (last[1] > point[1]) != (next[1] > point[1]) {
                let left = orientation(last, next, point) > 0;
                inside ^= left == (next[1] > last[1]);
            }
            last = next;
        }
        inside
    }

    /// A point of the ring.
    pub(crate) fn point(&self) -> [f64; 2] {
        self.points.first().copied().unwrap_or_default()
    }

    fn root(&self) -> At {
        (self.levels.len().saturating_sub(1), 0)
    }

    fn node(&self, (level, index): At) -> Option<&Node> {
        self.levels.get(level)?.get(index)
    }

    /// The segments of the run that starts at a point.
    fn segments(&self, start: usize) -> impl Iterator<Item = Segment> {
        let end = (start + RUN).min(self.points.len());
        (start..end).filter_map(|index| {
            Some(Segment {
                index,
                from: *self.points.get(index)?,
                to: *self.points.get(index + 1).or(self.points.first())?,
            })
        })
    }

    /// Looks for contacts below one node.
    fn within(&self, at: At, found: &mut Option<Contact>) {
        let Some(node) = self.node(at) else { return };
        if node.ways != 0 || is_crossing(*found) {
            return;
        }
        let (level, index) = at;
        if level == 0 {
            for (nth, a) in self.segments(index * RUN).enumerate() {
                for b in self.segments(index * RUN).skip(nth + 1) {
                    self.note(a, b, found);
                }
            }
            return;
        }
        let (first, second) = ((level - 1, 2 * index), (level - 1, 2 * index + 1));
        self.within(first, found);
        self.within(second, found);
        between(self, first, self, second, found);
    }

    fn note(&self, a: Segment, b: Segment, found: &mut Option<Contact>) {
        let apart = b.index - a.index;
        if apart > 1 && apart + 1 < self.points.len() {
            note(a, b, found);
        }
    }
}

fn is_crossing(found: Option<Contact>) -> bool {
    matches!(found, Some(Contact::Cross(_)))
}

/// Looks for contacts between what is below two nodes; of one chain, the first comes before the second.
fn between(a: &Chain, at: At, b: &Chain, bt: At, found: &mut Option<Contact>) {
    let (Some(first), Some(second)) = (a.node(at), b.node(bt)) else {
        return;
    };
    if !first.bounds.meets(&second.bounds) || is_crossing(*found) {
        return;
    }
    let same = std::ptr::eq(a, b);
    if same && at.0 == bt.0 && at.1 + 1 == bt.1 && first.ways & second.ways != 0 {
        return;
    }
    match (at, bt) {
        ((0, i), (0, j)) => {
            for s in a.segments(i * RUN) {
                if !s.node().bounds.meets(&second.bounds) {
                    continue;
                }
                for t in b.segments(j * RUN) {
                    if same {
                        a.note(s, t, found);
                    } else {
                        note(s, t, found);
                    }
                }
            }
        }
        ((level, i), _) if level >= bt.0 => {
            between(a, (level - 1, 2 * i), b, bt, found);
            between(a, (level - 1, 2 * i + 1), b, bt, found);
        }
        (_, (level, j)) => {
            between(a, at, b, (level - 1, 2 * j), found);
            between(a, at, b, (level - 1, 2 * j + 1), found);
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Segment {
    index: usize,
    from: [f64; 2],
    to: [f64; 2],
}

impl Segment {
    #[inline]
    fn node(self) -> Node {
        let ways = u8::from(self.to[0] > self.from[0])
            | u8::from(self.to[0] < self.from[0]) << 1
            | u8::from(self.to[1] > self.from[1]) << 2
            | u8::from(self.to[1] < self.from[1]) << 3;
        Node {
            bounds: Bounds::at(self.from).with(self.to),
            ways,
        }
    }
}

/// Notes how two segments meet, a crossing over a touch.
#[inline]
fn note(a: Segment, b: Segment, found: &mut Option<Contact>) {
    if !a.node().bounds.meets(&b.node().bounds) {
        return;
    }
    let from = orientation(a.from, a.to, b.from);
    let to = orientation(a.from, a.to, b.to);
    if from * to > 0 {
        return;
    }
    let other_from = orientation(b.from, b.to, a.from);
    let other_to = orientation(b.from, b.to, a.to);
    if other_from * other_to > 0 {
        return;
    }
    if from * to < 0 && other_from * other_to < 0 {
        *found = Some(Contact::Cross(meeting(a, b)));
    } else if found.is_none() {
        *found = Some(Contact::Touch(meeting(a, b)));
    }
}

/// Near where two segments meet.
fn meeting(a: Segment, b: Segment) -> [f64; 2] {
    let [dx, dy] = [a.to[0] - a.from[0], a.to[1] - a.from[1]];
    let [ex, ey] = [b.to[0] - b.from[0], b.to[1] - b.from[1]];
    let share = ((b.from[0] - a.from[0]) * ey - (b.from[1] - a.from[1]) * ex) / (dx * ey - dy * ex);
    if (0.0..=1.0).contains(&share) {
        [a.from[0] + share * dx, a.from[1] + share * dy]
    } else {
        b.from
    }
}

/// 1 where `c` lies left of the line from `a` to `b`, -1 where it lies right, 0 where doubles cannot tell.
#[inline]
fn orientation(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> i32 {
    // (3 + 16 ε) ε with ε = 2^-53
    const BOUND: f64 = 3.330_669_073_875_471_6e-16;
    let left = (a[0] - c[0]) * (b[1] - c[1]);
    let right = (a[1] - c[1]) * (b[0] - c[0]);
    let determinant = left - right;
    let error = BOUND * (left.abs() + right.abs());
    i32::from(determinant > error) - i32::from(determinant < -error)
}
