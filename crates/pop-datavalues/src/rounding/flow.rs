//! A circulation with fractional edges, and making them whole.

use super::INTEGER_TOLERANCE;

/// One person, in the units of the arithmetic.
pub(super) const FIXED_ONE: i64 = 1 << 62;
/// No edge, no position.
pub(super) const NO_EDGE: u32 = u32::MAX;
/// The edge that carries the total of the whole table.
pub(super) const ROOT_EDGE: Edge = 0;

/// Index of an edge.
pub(super) type Edge = u32;
/// Index of a node.
pub(super) type Node = u32;

/// Which way an edge should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Toward {
    Above,
    Below,
}

/// A circulation: what flows into a node flows out of it. Only the part of
/// each edge's value beyond its floor is kept, from 0 to [`FIXED_ONE`]; both ends are whole.
#[derive(Debug)]
pub(super) struct Flow {
    /// Part of each edge's value beyond its floor.
    pub(super) part: Vec<i64>,
    tails: Vec<Node>,
    heads: Vec<Node>,
    /// The edge of each node that leads to the next larger set.
    up: Vec<Edge>,
    /// How large a set a node stands for: 0 for the whole, more further down.
    depth: Vec<u32>,
    /// The other edges of each node, as ranges of one list; the first `live` may be fractional.
    down: Vec<Edge>,
    start: Vec<u32>,
    live: Vec<u32>,
    position: Vec<u32>,
    path: Vec<Step>,
    /// Where the total of the whole table goes.
    whole: Toward,
    dust: i64,
}

/// An edge as it is walked.
#[derive(Debug, Clone, Copy)]
struct Step {
    from: Node,
    edge: Edge,
    along: bool,
}

impl Flow {
    /// A circulation over `depth.len()` nodes. An edge is `(tail, head, part)`.
    pub(super) fn new(depth: Vec<u32>, up: Vec<Edge>, edges: &[(Node, Node, i64)]) -> Self {
        let mut flow = Self {
            part: edges.iter().map(|e| e.2).collect(),
            tails: edges.iter().map(|e| e.0).collect(),
            heads: edges.iter().map(|e| e.1).collect(),
            start: vec![0; depth.len() + 1],
            live: vec![0; depth.len()],
            position: vec![NO_EDGE; depth.len()],
            path: Vec::new(),
            down: Vec::new(),
            up,
            depth,
            whole: edges.first().map_or(Toward::Below, |e| nearest(e.2)),
            dust: (INTEGER_TOLERANCE * FIXED_ONE as f64) as i64,
        };
        flow.fill_down();
        flow
    }

    /// Lists each node's fractional edges, those nearest to one half first: they give way to the others.
    fn fill_down(&mut self) {
        let ends = |flow: &Self, edge: usize| [flow.tails[edge], flow.heads[edge]];
        for edge in 0..self.part.len() {
            for node in ends(self, edge) {
                if self.up[node as usize] != edge as Edge && self.is_open(edge as Edge) {
                    self.live[node as usize] += 1;
                }
            }
        }
        for node in 0..self.live.len() {
            self.start[node + 1] = self.start[node] + self.live[node];
        }
        self.down = vec![NO_EDGE; self.start[self.live.len()] as usize];
        let mut next = self.start.clone();
        for edge in 0..self.part.len() {
            for node in ends(self, edge) {
                if self.up[node as usize] != edge as Edge && self.is_open(edge as Edge) {
                    self.down[next[node as usize] as usize] = edge as Edge;
                    next[node as usize] += 1;
                }
            }
        }
        for node in 0..self.live.len() {
            let range = self.start[node] as usize..self.start[node + 1] as usize;
            let part = &self.part;
            self.down[range]
                .sort_by_key(|&edge| ((part[edge as usize] - FIXED_ONE / 2).abs(), edge));
        }
    }

    /// Whether an edge is still fractional.
    fn is_open(&self, edge: Edge) -> bool {
        let part = self.part[edge as usize];
        part != 0 && part != FIXED_ONE
    }

    /// How far from the whole a cycle through this edge may stay: the depth of
    /// the columns beside it. Edges with lower levels are settled first.
    fn level(&self, edge: Edge) -> u32 {
        let tail = self.depth[self.tails[edge as usize] as usize];
        let head = self.depth[self.heads[edge as usize] as usize];
        if tail < head { tail + 1 } else { head }
    }

    /// Makes one edge whole, by cycles through it; cycles met on the way lose an edge too.
    fn settle(&mut self, edge: Edge, toward: Toward) {
        let level = self.level(edge);
        while self.is_open(edge) {
            self.walk(edge, toward, level);
        }
    }

    /// Walks along fractional edges from the larger end of `first` until it closes a cycle through `first`.
    fn walk(&mut self, first: Edge, toward: Toward, level: u32) {
        let (tail, head) = (self.tails[first as usize], self.heads[first as usize]);
        let along = self.depth[tail as usize] <= self.depth[head as usize];
        let from = if along { tail } else { head };
        let mut step = Step {
            from,
            edge: first,
            along,
        };
        loop {
            self.position[step.from as usize] = self.path.len() as u32;
            self.path.push(step);
            let node = if step.along {
                self.heads[step.edge as usize]
            } else {
                self.tails[step.edge as usize]
            };
            let closes = self.position[node as usize];
            if closes == 0 {
                self.push(0, Some(toward));
                self.truncate(0);
                return;
            }
            if closes != NO_EDGE {
                self.push(closes as usize, None);
                self.truncate(closes as usize);
                // The cycle hung on an edge that is still fractional: go on from there.
                step = self.next(node, self.path[closes as usize - 1].edge, level);
            } else {
                step = self.next(node, step.edge, level);
            }
        }
    }

    fn truncate(&mut self, length: usize) {
        for step in self.path.drain(length..) {
            self.position[step.from as usize] = NO_EDGE;
        }
    }

    /// The fractional edge to leave a node by. Where flow is conserved there is one besides the edge of arrival.
    fn next(&mut self, node: Node, arrival: Edge, level: u32) -> Step {
        let up = self.up[node as usize];
        let can_rise = up != NO_EDGE && up != arrival && self.is_open(up);
        let rises = can_rise && self.depth[node as usize] > level;
        let edge = if rises {
            up
        } else {
            self.side(node, arrival).unwrap_or(up)
        };
        Step {
            from: node,
            edge,
            along: self.tails[edge as usize] == node,
        }
    }

    /// A fractional edge to a smaller set, other than the one of arrival.
    fn side(&mut self, node: Node, arrival: Edge) -> Option<Edge> {
        let start = self.start[node as usize] as usize;
        let mut at = 0;
        while at < self.live[node as usize] as usize {
            let edge = self.down[start + at];
            if !self.is_open(edge) {
                self.live[node as usize] -= 1;
                let last = start + self.live[node as usize] as usize;
                self.down.swap(start + at, last);
            } else if edge == arrival {
                at += 1;
            } else {
                return Some(edge);
            }
        }
        None
    }

    /// Pushes along the cycle that begins at a position of the path until an edge of it is whole.
    ///
    /// Without a wish for its first edge, a cycle goes the shorter way if that ends
    /// dust, so that dust never grows; else the way that brings the whole table to its
    /// nearest whole number; else the shorter way.
    fn push(&mut self, begin: usize, toward: Option<Toward>) {
        let (mut forward, mut backward) = (FIXED_ONE, FIXED_ONE);
        let mut whole = None;
        for step in &self.path[begin..] {
            let part = self.part[step.edge as usize];
            let (with, against) = if step.along {
                (FIXED_ONE - part, part)
            } else {
                (part, FIXED_ONE - part)
            };
            forward = forward.min(with);
            backward = backward.min(against);
            if step.edge == ROOT_EDGE {
                whole = Some((self.whole == Toward::Above) == step.along);
            }
        }
        let first_along = self.path[begin].along;
        let is_forward = match (toward, whole) {
            (Some(toward), _) => (toward == Toward::Above) == first_along,
            (None, Some(is_forward)) if forward.min(backward) > self.dust => is_forward,
            (None, _) => forward <= backward,
        };
        let amount = if is_forward { forward } else { backward };
        for step in &self.path[begin..] {
            let part = &mut self.part[step.edge as usize];
            *part += if step.along == is_forward {
                amount
            } else {
                -amount
            };
        }
    }

    /// Makes every edge whole: dust first, then totals from the top, then the cells, which are the last edges.
    pub(super) fn settle_all(&mut self, first_cell: Edge) {
        let mut edges: Vec<Edge> = (0..self.part.len() as Edge)
            .filter(|&e| self.is_open(e))
            .collect();
        edges.sort_by_key(|&edge| (edge >= first_cell, self.level(edge), edge));
        let dusty: Vec<(Edge, Toward)> = edges
            .iter()
            .map(|&edge| (edge, self.part[edge as usize]))
            .filter(|&(_, part)| part.min(FIXED_ONE - part) <= self.dust)
            .map(|(edge, part)| (edge, nearest(part)))
            .collect();
        for (edge, toward) in dusty {
            self.settle(edge, toward);
        }
        if self.is_open(ROOT_EDGE) {
            self.settle(ROOT_EDGE, self.whole);
        }
        // Within a level the surest totals go first, so that the doubtful make up for the rest;
        // cells go in their own order, which stays near in memory.
        edges.retain(|&edge| self.is_open(edge));
        edges.sort_by_cached_key(|&edge| {
            let part = self.part[edge as usize];
            let is_cell = edge >= first_cell;
            (
                is_cell,
                self.level(edge),
                if is_cell {
                    0
                } else {
                    part.min(FIXED_ONE - part)
                },
                edge,
            )
        });
        for edge in edges {
            self.settle(edge, nearest(self.part[edge as usize]));
        }
    }
}

/// The whole number closer by; a half goes up.
fn nearest(part: i64) -> Toward {
    if part >= FIXED_ONE / 2 {
        Toward::Above
    } else {
        Toward::Below
    }
}
