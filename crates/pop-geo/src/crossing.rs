//! Finding borders that meet, fast where none do.
//!
//! Each ring gets a tree of boxes over runs of its segments, in their order along the ring, which keeps neighbours together without any
//! sorting. Stretches that go steadily one way (all east, say) cannot meet themselves and are passed over whole. Two segments are apart
//! when the signs of four determinants say so beyond the rounding of doubles (J. R. Shewchuk, "Adaptive precision floating-point
//! arithmetic and fast robust geometric predicates", 1997, the error bound of stage A); what is closer than that counts as touching and is
//! judged by exact overlay elsewhere.

mod boxes;
mod segment;

use std::borrow::Cow;

use crate::Bounds;
use boxes::{Node, runs, tree};
use segment::{note, orientation};

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
pub(crate) struct IndexedRing<'a> {
    /// Without repeated neighbours; the last is the first.
    points: Cow<'a, [[f64; 2]]>,
    /// A tree of boxes, each before what is below it.
    nodes: Vec<Node>,
}

impl<'a> IndexedRing<'a> {
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
        let nodes = tree(&runs(&points));
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

fn is_crossing(found: Option<Contact>) -> bool {
    matches!(found, Some(Contact::Cross(_)))
}

/// Looks for contacts between what is below two nodes; of one ring, the first comes before the second.
fn between(
    a: &IndexedRing<'_>,
    at: usize,
    b: &IndexedRing<'_>,
    bt: usize,
    found: &mut Option<Contact>,
) {
    let (Some(first), Some(second)) = (a.nodes.get(at), b.nodes.get(bt)) else {
        return;
    };
    if !first.intersects(second) {
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
fn within_run(ring: &IndexedRing<'_>, run: &Node, found: &mut Option<Contact>) {
    let points = ring.run(run);
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
            if segment.intersects(&Node::of(other_from, other_to, j)) && !ring.neighbours(i, j) {
                note([from, to], [other_from, other_to], found);
            }
        }
    }
}

/// Segment by segment, between two runs.
fn between_runs(
    (a, first): (&IndexedRing<'_>, &Node),
    (b, second): (&IndexedRing<'_>, &Node),
    found: &mut Option<Contact>,
) {
    let same = std::ptr::eq(a, b);
    for (i, pair) in (first.start..).zip(a.run(first).windows(2)) {
        let &[from, to] = pair else { continue };
        let segment = Node::of(from, to, i);
        if !segment.intersects(second) {
            continue;
        }
        for (j, other) in (second.start..).zip(b.run(second).windows(2)) {
            let &[other_from, other_to] = other else {
                continue;
            };
            if segment.intersects(&Node::of(other_from, other_to, j))
                && !(same && a.neighbours(i, j))
            {
                note([from, to], [other_from, other_to], found);
            }
        }
    }
}

#[cfg(test)]
mod tests;
