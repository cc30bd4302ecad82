//! A network with whole-number capacities, and the largest flow through it (Y. Dinitz, "Algorithm for solution of a problem of maximum
//! flow in networks with power estimation", Soviet Mathematics Doklady 11, 1970).

use std::collections::VecDeque;

/// More than any sum of capacities.
pub(super) const UNLIMITED: i128 = 1 << 120;

/// Nodes and arcs; arc 2n+1 is the way back of arc 2n.
#[derive(Debug)]
pub(super) struct FlowNetwork {
    heads: Vec<u32>,
    /// What can still go along each arc.
    residual: Vec<i128>,
    out: Vec<Vec<u32>>,
}

impl FlowNetwork {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            heads: Vec::new(),
            residual: Vec::new(),
            out: vec![Vec::new(); nodes],
        }
    }

    /// Adds an arc; gives its number.
    pub(super) fn add(&mut self, from: usize, to: usize, capacity: i128) -> usize {
        let arc = self.heads.len();
        for (number, (from, to), residual) in
            [(arc, (from, to), capacity), (arc + 1, (to, from), 0)]
        {
            self.out[from].push(number as u32);
            self.heads.push(to as u32);
            self.residual.push(residual);
        }
        arc
    }

    /// Closes an arc in both directions; what flows along it stays.
    pub(super) fn close(&mut self, arc: usize) {
        self.residual[arc] = 0;
        self.residual[arc + 1] = 0;
    }

    /// What an arc can still take.
    pub(super) fn left(&self, arc: usize) -> i128 {
        self.residual[arc]
    }

    /// What flows along an arc.
    pub(super) fn flow(&self, arc: usize) -> i128 {
        self.residual[arc + 1]
    }

    /// Adds flow from source to sink until no more goes.
    pub(super) fn fill(&mut self, source: usize, sink: usize) {
        loop {
            let levels = self.levels(source);
            if levels[sink] == u32::MAX {
                return;
            }
            let mut next = vec![0; self.out.len()];
            while self.fill_path(source, sink, &levels, &mut next) {}
        }
    }

    fn levels(&self, source: usize) -> Vec<u32> {
        let mut levels = vec![u32::MAX; self.out.len()];
        levels[source] = 0;
        let mut open = VecDeque::from([source]);
        while let Some(at) = open.pop_front() {
            for &arc in &self.out[at] {
                let to = self.heads[arc as usize] as usize;
                if self.residual[arc as usize] > 0 && levels[to] == u32::MAX {
                    levels[to] = levels[at] + 1;
                    open.push_back(to);
                }
            }
        }
        levels
    }

    /// Fills one path that goes up a level with each arc; `next` is the arc to try first at each node.
    fn fill_path(
        &mut self,
        source: usize,
        sink: usize,
        levels: &[u32],
        next: &mut [usize],
    ) -> bool {
        let mut path: Vec<usize> = Vec::new();
        let mut at = source;
        while at != sink {
            let arcs = self.out[at][next[at]..].iter();
            let skipped = arcs
                .take_while(|&&arc| {
                    let to = self.heads[arc as usize] as usize;
                    self.residual[arc as usize] <= 0 || levels[to] != levels[at] + 1
                })
                .count();
            next[at] += skipped;
            if let Some(&arc) = self.out[at].get(next[at]) {
                path.push(arc as usize);
                at = self.heads[arc as usize] as usize;
            } else if let Some(arc) = path.pop() {
                at = self.heads[arc ^ 1] as usize;
                next[at] += 1;
            } else {
                return false;
            }
        }
        let width = path
            .iter()
            .map(|&arc| self.residual[arc])
            .min()
            .unwrap_or(0);
        for arc in path {
            self.residual[arc] -= width;
            self.residual[arc ^ 1] += width;
        }
        true
    }

    /// The nodes to which more than `dust` can still go from a node.
    pub(super) fn reachable(&self, from: usize, dust: i128) -> Vec<bool> {
        self.search(from, |arc| self.residual[arc] > dust)
    }

    /// The nodes from which more than `dust` can still go to a node.
    pub(super) fn reaching(&self, to: usize, dust: i128) -> Vec<bool> {
        self.search(to, |arc| self.residual[arc ^ 1] > dust)
    }

    fn search(&self, start: usize, is_open: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut seen = vec![false; self.out.len()];
        seen[start] = true;
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            for &arc in &self.out[at] {
                let to = self.heads[arc as usize] as usize;
                if is_open(arc as usize) && !seen[to] {
                    seen[to] = true;
                    open.push(to);
                }
            }
        }
        seen
    }

    /// A number for every node, the same for two nodes from each of which more than `dust` can go to the other
    /// (S. R. Kosaraju, 1978, in A. V. Aho et al., "Data structures and algorithms", 1983).
    pub(super) fn strong_components(&self, dust: i128) -> Vec<u32> {
        let nodes = self.out.len();
        let mut finished: Vec<usize> = Vec::with_capacity(nodes);
        let mut seen = vec![false; nodes];
        for start in 0..nodes {
            let mut path = vec![(start, 0)];
            if std::mem::replace(&mut seen[start], true) {
                continue;
            }
            while let Some((at, tried)) = path.last_mut() {
                if let Some(&arc) = self.out[*at].get(*tried) {
                    *tried += 1;
                    let to = self.heads[arc as usize] as usize;
                    if self.residual[arc as usize] > dust && !seen[to] {
                        seen[to] = true;
                        path.push((to, 0));
                    }
                } else {
                    finished.push(*at);
                    path.pop();
                }
            }
        }
        let mut component = vec![u32::MAX; nodes];
        for (number, &start) in (0..).zip(finished.iter().rev()) {
            let mut open = vec![start];
            while let Some(at) = open.pop() {
                if component[at] != u32::MAX {
                    continue;
                }
                component[at] = number;
                for &arc in &self.out[at] {
                    let from = self.heads[arc as usize] as usize;
                    if self.residual[arc as usize ^ 1] > dust && component[from] == u32::MAX {
                        open.push(from);
                    }
                }
            }
        }
        component
    }
}
