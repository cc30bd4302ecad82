//! Finding borders that meet, fast where none do.
//!
//! Each ring gets a tree of boxes over runs of its segments, in their order along the ring, which keeps neighbours together without any
//! sorting. Stretches that go steadily one way (all east, say) cannot meet themselves and are passed over whole. Two segments are apart
//! when the signs of four determinants say so beyond the rounding of doubles (J. R. Shewchuk, "Adaptive precision floating-point
//! arithmetic and fast robust geometric predicates", 1997, the error bound of stage A); what is closer than that counts as touching and is
//! judged by exact overlay elsewhere.

use std::borrow::Cow;

use crate::Bounds;

/// Segments in a run: measured, 4 to 8 differ little.
const RUN: usize = 6;

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
    /// A tree of boxes, each before what is below it.
    nodes: Vec<Node>,
}

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
        let runs = runs(&points);
        let mut nodes = Vec::with_capacity(2 * runs.len());
        grow(&runs, &mut nodes);
        Self { points, nodes }
    }

    /// The box round the ring.
    pub(crate) fn bounds(&self) -> Bounds {
        self.nodes.first().map_or(Bounds::at([0.0; 2]), |node| {
            Bounds::at(node.low).with(node.high)
        })
    }

    /// How the ring meets itself, other than where one segment follows the other.
    pub(crate) fn self_contact(&self) -> Option<Contact> {
        let mut found = None;
        self.within(0, &mut found);
        found
    }

    /// How two rings meet.
    pub(crate) fn contact(&self, other: &Self) -> Option<Contact> {
        let mut found = None;
        between(self, 0, other, 0, &mut found);
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

    /// The points of a run.
    fn run(&self, node: &Node) -> &[[f64; 2]] {
        let (start, end) = (node.start as usize, node.end as usize);
        self.points.get(start..=end).unwrap_or_default()
    }

    /// Looks for contacts below one node.
    fn within(&self, at: usize, found: &mut Option<Contact>) {
        let Some(node) = self.nodes.get(at) else {
            return;
        };
        if node.ways != 0 || is_crossing(*found) {
            return;
        }
        if node.is_run() {
            within_run(self, node, found);
        } else {
            let (first, second) = (at + 1, node.right as usize);
            self.within(first, found);
            self.within(second, found);
            between(self, first, self, second, found);
        }
    }

    /// Whether one of two segments of the ring follows the other.
    fn neighbours(&self, a: u32, b: u32) -> bool {
        let apart = a.abs_diff(b) as usize;
        apart <= 1 || apart + 2 >= self.points.len()
    }
}

/// A box over segments of a ring.
#[derive(Debug, Clone, Copy)]
struct Node {
    low: [f64; 2],
    high: [f64; 2],
    /// The first segment, and the one after the last.
    start: u32,
    end: u32,
    /// The second of the two nodes below; the first comes next in the tree. 0 in a run.
    right: u32,
    /// Ways in which every segment goes: bits for east, west, north, south.
    ways: u8,
}

impl Node {
    #[inline]
    fn of(from: [f64; 2], to: [f64; 2], start: u32) -> Self {
        let (east, west) = (to[0] > from[0], to[0] < from[0]);
        let (north, south) = (to[1] > from[1], to[1] < from[1]);
        Self {
            low: lesser(from, to),
            high: greater(from, to),
            start,
            end: start + 1,
            right: 0,
            ways: u8::from(east)
                | u8::from(west) << 1
                | u8::from(north) << 2
                | u8::from(south) << 3,
        }
    }

    fn is_run(&self) -> bool {
        self.right == 0
    }

    fn len(&self) -> u32 {
        self.end - self.start
    }

    #[inline]
    fn join(self, other: Self) -> Self {
        Self {
            low: lesser(self.low, other.low),
            high: greater(self.high, other.high),
            start: self.start,
            end: other.end,
            right: 0,
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
fn between(a: &Chain<'_>, at: usize, b: &Chain<'_>, bt: usize, found: &mut Option<Contact>) {
    let (Some(first), Some(second)) = (a.nodes.get(at), b.nodes.get(bt)) else {
        return;
    };
    if !first.meets(second) {
        return;
    }
    // Two runs that follow each other and go one way are one such run.
    let same = std::ptr::eq(a, b);
    if same && first.end == second.start && first.ways & second.ways != 0 {
        return;
    }
    if is_crossing(*found) {
        return;
    }
    if first.is_run() && second.is_run() {
        between_runs((a, first), (b, second), found);
    } else if second.is_run() || (!first.is_run() && first.len() >= second.len()) {
        between(a, at + 1, b, bt, found);
        between(a, first.right as usize, b, bt, found);
    } else {
        between(a, at, b, bt + 1, found);
        between(a, at, b, second.right as usize, found);
    }
}

/// Segment by segment, within one run.
fn within_run(chain: &Chain<'_>, run: &Node, found: &mut Option<Contact>) {
    let points = chain.run(run);
    for (i, pair) in (run.start..).zip(points.windows(2)) {
        let &[from, to] = pair else { continue };
        let segment = Node::of(from, to, i);
        // The next shares a point with this one.
        for (j, other) in (run.start..)
            .zip(points.windows(2))
            .skip((i - run.start) as usize + 2)
        {
            let &[other_from, other_to] = other else {
                continue;
            };
            if segment.meets(&Node::of(other_from, other_to, j)) && !chain.neighbours(i, j) {
                note([from, to], [other_from, other_to], found);
            }
        }
    }
}

/// Segment by segment, between two runs.
fn between_runs(
    (a, first): (&Chain<'_>, &Node),
    (b, second): (&Chain<'_>, &Node),
    found: &mut Option<Contact>,
) {
    let same = std::ptr::eq(a, b);
    for (i, pair) in (first.start..).zip(a.run(first).windows(2)) {
        let &[from, to] = pair else { continue };
        let segment = Node::of(from, to, i);
        if !segment.meets(second) {
            continue;
        }
        for (j, other) in (second.start..).zip(b.run(second).windows(2)) {
            let &[other_from, other_to] = other else {
                continue;
            };
            if segment.meets(&Node::of(other_from, other_to, j)) && !(same && a.neighbours(i, j)) {
                note([from, to], [other_from, other_to], found);
            }
        }
    }
}

/// Boxes over every [`RUN`] segments.
fn runs(points: &[[f64; 2]]) -> Vec<Node> {
    let segments = points.len().saturating_sub(1);
    let runs = (0..segments).step_by(RUN).filter_map(|start| {
        let run = points.get(start..=segments.min(start + RUN))?;
        let first = u32::try_from(start).ok()?;
        let pairs = (first..).zip(run.windows(2));
        pairs
            .filter_map(|(index, pair)| match pair {
                &[from, to] => Some(Node::of(from, to, index)),
                _ => None,
            })
            .reduce(Node::join)
    });
    runs.collect()
}

/// Lays the tree over runs, and gives its top.
fn grow(runs: &[Node], nodes: &mut Vec<Node>) -> Option<Node> {
    if let [run] = runs {
        nodes.push(*run);
        return Some(*run);
    }
    let (left, right) = runs.split_at(runs.len() / 2);
    let place = nodes.len();
    nodes.push(*left.first()?);
    let left = grow(left, nodes)?;
    let turn = nodes.len();
    let right = grow(right, nodes)?;
    let mut node = left.join(right);
    node.right = u32::try_from(turn).ok()?;
    if let Some(at) = nodes.get_mut(place) {
        *at = node;
    }
    Some(node)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every two segments that do not follow each other, in whole numbers.
    fn brute(ring: &[[i64; 2]]) -> Option<bool> {
        let count = ring.len();
        let segment = |index: usize| (ring[index % count], ring[(index + 1) % count]);
        let turn = |a: [i64; 2], b: [i64; 2], c: [i64; 2]| {
            ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).signum()
        };
        let boxed = |(a, b): ([i64; 2], [i64; 2]), (c, d): ([i64; 2], [i64; 2])| {
            (0..2).all(|axis| {
                a[axis].min(b[axis]) <= c[axis].max(d[axis])
                    && c[axis].min(d[axis]) <= a[axis].max(b[axis])
            })
        };
        let mut found = None;
        for i in 0..count {
            for j in i + 2..count {
                if i == 0 && j == count - 1 {
                    continue;
                }
                let ((a, b), (c, d)) = (segment(i), segment(j));
                let sides = turn(a, b, c) * turn(a, b, d);
                let others = turn(c, d, a) * turn(c, d, b);
                if sides > 0 || others > 0 || !boxed((a, b), (c, d)) {
                    continue;
                }
                let crosses = sides < 0 && others < 0;
                found = Some(found.unwrap_or(false) || crosses);
            }
        }
        found
    }

    fn found(ring: &[[i64; 2]]) -> Option<bool> {
        #[allow(clippy::cast_precision_loss, reason = "small numbers")]
        let ring: Vec<[f64; 2]> = ring
            .iter()
            .map(|point| point.map(|value| value as f64))
            .collect();
        Chain::new(&ring)
            .self_contact()
            .map(|contact| matches!(contact, Contact::Cross(_)))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Few places, so that touches, shared points and collinear segments are common.
        #[test]
        fn contacts_on_a_coarse_grid_are_those_of_every_pair(ring in proptest::collection::vec([-6_i64..7, -6_i64..7], 3..40)) {
            let mut ring = ring;
            ring.dedup();
            while ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            prop_assume!(ring.len() >= 3);
            prop_assert_eq!(found(&ring), brute(&ring));
        }

        /// Long wandering lines, so that the tree is deep and contacts are rare.
        #[test]
        fn contacts_of_a_wandering_line_are_those_of_every_pair(steps in proptest::collection::vec([-5_i64..6, -2_i64..9], 20..200)) {
            let mut at = [0_i64, 0];
            let mut ring = vec![at];
            for step in steps {
                at = [at[0] + step[0], at[1] + step[1]];
                if ring.last() != Some(&at) {
                    ring.push(at);
                }
            }
            ring.push([-5_000, at[1] / 2]);
            prop_assume!(ring.len() >= 4);
            prop_assert_eq!(found(&ring), brute(&ring));
        }
    }

    #[test]
    fn a_point_lies_within_or_not() {
        let ring = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [2.0, 1.0], [0.0, 4.0]];
        let chain = Chain::new(&ring);
        assert!(chain.encloses([1.0, 1.0]));
        assert!(!chain.encloses([2.0, 2.0]));
        assert!(!chain.encloses([5.0, 1.0]));
        assert_eq!(
            chain.bounds(),
            Bounds {
                west: 0.0,
                south: 0.0,
                east: 4.0,
                north: 4.0
            }
        );
    }
}
