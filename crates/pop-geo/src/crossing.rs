//! Finding borders that meet, fast where none do.
//!
//! Each ring gets a tree of boxes over runs of its segments, in their order along the ring, which keeps neighbours together without any
//! sorting. Runs that go steadily one way (all east, say) cannot meet themselves and are passed over whole. Two segments are apart when
//! the signs of four determinants say so beyond the rounding of doubles (J. R. Shewchuk, "Adaptive precision floating-point arithmetic
//! and fast robust geometric predicates", 1997, the error bound of stage A); what is closer than that counts as touching and is judged by
//! exact overlay elsewhere.

use std::borrow::Cow;

use crate::Bounds;

/// Segments in a run at most.
const RUN: u32 = 8;

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
pub(crate) struct Chain<'a> {
    /// Without repeated neighbours; the last is the first.
    points: Cow<'a, [[f64; 2]]>,
    /// Where each run starts, and where the last ends.
    starts: Vec<u32>,
    /// Boxes over each run, then over two runs each, and so on up to one over all.
    nodes: Vec<Node>,
    /// Where each level starts among the nodes, and where the last ends.
    levels: Vec<usize>,
}

/// A node by level and place in it.
type At = (usize, usize);

impl<'a> Chain<'a> {
    /// The tree of a ring of at least three different points.
    pub(crate) fn new(ring: &'a [[f64; 2]]) -> Self {
        let closed = ring.first() == ring.last();
        let repeats = ring.windows(2).any(|pair| pair.first() == pair.last());
        let points = if closed && !repeats {
            Cow::Borrowed(ring)
        } else {
            let mut points = ring.to_vec();
            points.extend(ring.first());
            points.dedup();
            Cow::Owned(points)
        };
        let mut chain = Self {
            points,
            starts: Vec::new(),
            nodes: Vec::new(),
            levels: vec![0],
        };
        chain.lay_runs();
        chain.lay_levels();
        chain
    }

    /// Cuts the ring into runs whose segments all go one way.
    fn lay_runs(&mut self) {
        let runs = self.points.len() / 3 + 1;
        self.starts.reserve(runs);
        self.nodes.reserve(2 * runs);
        let mut run: Option<Node> = None;
        let mut start = 0;
        for (index, pair) in (0_u32..).zip(self.points.windows(2)) {
            let &[from, to] = pair else { continue };
            let segment = Node::of(from, to);
            run = Some(match run {
                Some(run) if run.ways & segment.ways != 0 && index - start < RUN => {
                    run.join(segment)
                }
                Some(run) => {
                    self.starts.push(start);
                    self.nodes.push(run);
                    start = index;
                    segment
                }
                None => segment,
            });
        }
        if let Some(run) = run {
            self.starts.push(start);
            self.nodes.push(run);
            self.starts
                .push(start.max(u32::try_from(self.points.len()).unwrap_or(u32::MAX) - 1));
        }
        self.levels.push(self.nodes.len());
    }

    /// Joins the boxes two by two, up to one.
    fn lay_levels(&mut self) {
        let mut from = 0;
        let mut end = self.nodes.len();
        while end - from > 1 {
            for at in (from..end).step_by(2) {
                let pair = self.nodes.get(at..end.min(at + 2)).unwrap_or_default();
                let node = pair.iter().copied().reduce(Node::join);
                self.nodes.extend(node);
            }
            from = end;
            end = self.nodes.len();
            self.levels.push(end);
        }
    }

    /// The box round the ring.
    pub(crate) fn bounds(&self) -> Bounds {
        self.nodes.last().map_or(Bounds::at([0.0; 2]), |node| {
            Bounds::at(node.low).with(node.high)
        })
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
        let mut inside = false;
        for pair in self.points.windows(2) {
            let &[last, next] = pair else { continue };
            if (last[1] > point[1]) != (next[1] > point[1]) {
                let left = orientation(last, next, point) > 0;
                inside ^= left == (next[1] > last[1]);
            }
        }
        inside
    }

    /// A point of the ring.
    pub(crate) fn point(&self) -> [f64; 2] {
        self.points.first().copied().unwrap_or_default()
    }

    fn root(&self) -> At {
        (self.levels.len().saturating_sub(2), 0)
    }

    #[inline]
    fn node(&self, (level, index): At) -> Option<&Node> {
        let (&from, &end) = (self.levels.get(level)?, self.levels.get(level + 1)?);
        self.nodes.get(from..end)?.get(index)
    }

    /// The first segment of a run, and its points.
    fn run(&self, index: usize) -> (usize, &[[f64; 2]]) {
        let bounds = self.starts.get(index).zip(self.starts.get(index + 1));
        let (start, end) = bounds.map_or((0, 0), |(&start, &end)| (start as usize, end as usize));
        (start, self.points.get(start..=end).unwrap_or_default())
    }

    /// Looks for contacts below one node.
    fn within(&self, at: At, found: &mut Option<Contact>) {
        let (level, index) = at;
        if level == 0 || is_crossing(*found) || self.node(at).is_none_or(|node| node.ways != 0) {
            return;
        }
        let (first, second) = ((level - 1, 2 * index), (level - 1, 2 * index + 1));
        self.within(first, found);
        self.within(second, found);
        between(self, first, self, second, found);
    }

    /// Whether one of two segments of the ring follows the other.
    fn neighbours(&self, a: usize, b: usize) -> bool {
        let apart = a.abs_diff(b);
        apart <= 1 || apart + 2 >= self.points.len()
    }
}

/// A box, and the ways in which every segment in it goes: bits for east, west, north, south.
#[derive(Debug, Clone, Copy)]
struct Node {
    low: [f64; 2],
    high: [f64; 2],
    ways: u8,
}

impl Node {
    #[inline]
    fn of(from: [f64; 2], to: [f64; 2]) -> Self {
        let (east, west) = (to[0] > from[0], to[0] < from[0]);
        let (north, south) = (to[1] > from[1], to[1] < from[1]);
        Self {
            low: lesser(from, to),
            high: greater(from, to),
            ways: u8::from(east)
                | u8::from(west) << 1
                | u8::from(north) << 2
                | u8::from(south) << 3,
        }
    }

    #[inline]
    fn join(self, other: Self) -> Self {
        Self {
            low: lesser(self.low, other.low),
            high: greater(self.high, other.high),
            ways: self.ways & other.ways,
        }
    }

    #[inline]
    fn meets(&self, other: &Self) -> bool {
        // One `&` of four comparisons: no branch for each.
        (self.low[0] <= other.high[0])
            & (other.low[0] <= self.high[0])
            & (self.low[1] <= other.high[1])
            & (other.low[1] <= self.high[1])
    }
}

#[inline]
fn lesser(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    let less = |a, b| if a < b { a } else { b };
    [less(a[0], b[0]), less(a[1], b[1])]
}

#[inline]
fn greater(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    let more = |a, b| if a > b { a } else { b };
    [more(a[0], b[0]), more(a[1], b[1])]
}

fn is_crossing(found: Option<Contact>) -> bool {
    matches!(found, Some(Contact::Cross(_)))
}

/// Looks for contacts between what is below two nodes; of one chain, the first comes before the second.
fn between(a: &Chain<'_>, at: At, b: &Chain<'_>, bt: At, found: &mut Option<Contact>) {
    let (Some(first), Some(second)) = (a.node(at), b.node(bt)) else {
        return;
    };
    if !first.meets(second) || is_crossing(*found) {
        return;
    }
    // Two runs that follow each other and go one way are one such run.
    let same = std::ptr::eq(a, b);
    let follows = same && at.0 == bt.0 && at.1 + 1 == bt.1;
    if follows && first.ways & second.ways != 0 {
        return;
    }
    match (at, bt) {
        ((0, i), (0, j)) => between_runs((a, a.run(i)), (b, b.run(j), second), found),
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

/// Segment by segment.
fn between_runs(
    (a, (a_start, a_points)): (&Chain<'_>, (usize, &[[f64; 2]])),
    (b, (b_start, b_points), box_of_b): (&Chain<'_>, (usize, &[[f64; 2]]), &Node),
    found: &mut Option<Contact>,
) {
    let same = std::ptr::eq(a, b);
    for (i, pair) in (a_start..).zip(a_points.windows(2)) {
        let &[from, to] = pair else { continue };
        let box_of_segment = Node::of(from, to);
        if !box_of_segment.meets(box_of_b) {
            continue;
        }
        for (j, other) in (b_start..).zip(b_points.windows(2)) {
            let &[other_from, other_to] = other else {
                continue;
            };
            if box_of_segment.meets(&Node::of(other_from, other_to))
                && !(same && a.neighbours(i, j))
            {
                note([from, to], [other_from, other_to], found);
            }
        }
    }
}

type Segment = [[f64; 2]; 2];

/// Notes how two segments whose boxes meet do so themselves, a crossing over a touch.
fn note(a: Segment, b: Segment, found: &mut Option<Contact>) {
    let sides = orientation(a[0], a[1], b[0]) * orientation(a[0], a[1], b[1]);
    let others = orientation(b[0], b[1], a[0]) * orientation(b[0], b[1], a[1]);
    if sides > 0 || others > 0 {
        return;
    }
    if sides < 0 && others < 0 {
        *found = Some(Contact::Cross(meeting(a, b)));
    } else if found.is_none() {
        *found = Some(Contact::Touch(meeting(a, b)));
    }
}

/// Near where two segments meet.
fn meeting(a: Segment, b: Segment) -> [f64; 2] {
    let [dx, dy] = [a[1][0] - a[0][0], a[1][1] - a[0][1]];
    let [ex, ey] = [b[1][0] - b[0][0], b[1][1] - b[0][1]];
    let share = ((b[0][0] - a[0][0]) * ey - (b[0][1] - a[0][1]) * ex) / (dx * ey - dy * ex);
    if (0.0..=1.0).contains(&share) {
        [a[0][0] + share * dx, a[0][1] + share * dy]
    } else {
        b[0]
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
