//! A tree of boxes over the segments of a ring, in their order.

/// Segments in a run: measured, 4 to 8 differ little.
const RUN: usize = 6;

/// A box over segments of a ring.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) low: [f64; 2],
    pub(super) high: [f64; 2],
    /// The first segment, and the one after the last.
    pub(super) start: u32,
    pub(super) end: u32,
    /// The second of the two nodes below; the first comes next in the tree. 0 in a run.
    pub(super) right: u32,
    /// Ways in which every segment goes: bits for east, west, north, south.
    pub(super) ways: u8,
}

impl Node {
    #[inline]
    pub(super) fn of(from: [f64; 2], to: [f64; 2], start: u32) -> Self {
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

    pub(super) fn is_run(&self) -> bool {
        self.right == 0
    }

    pub(super) fn len(&self) -> u32 {
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
    pub(super) fn intersects(&self, other: &Self) -> bool {
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

/// Boxes over every [`RUN`] segments.
pub(super) fn runs(points: &[[f64; 2]]) -> Vec<Node> {
    let segments = points.len().saturating_sub(1);
    let mut runs = Vec::with_capacity(segments.div_ceil(RUN));
    runs.extend((0..segments).step_by(RUN).filter_map(|start| {
        let run = points.get(start..=segments.min(start + RUN))?;
        let first = u32::try_from(start).ok()?;
        let pairs = (first..).zip(run.windows(2));
        pairs
            .filter_map(|(index, pair)| match pair {
                &[from, to] => Some(Node::of(from, to, index)),
                _ => None,
            })
            .reduce(Node::join)
    }));
    runs
}

/// The tree over runs, its top first.
pub(super) fn tree(runs: &[Node]) -> Vec<Node> {
    let mut nodes = Vec::with_capacity(2 * runs.len());
    grow(runs, &mut nodes);
    nodes
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
