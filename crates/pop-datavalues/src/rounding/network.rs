//! The network of a table: its sets as nodes, their totals as edges.

use super::flow::{Edge, FIXED_ONE, Flow, NO_EDGE, Node, ROOT_EDGE};
use super::{RoundingError, RoundingTree};

/// A table as a flow, with what is needed to read the result.
pub(super) struct Network {
    flow: Flow,
    floors: Vec<i64>,
    first_cell: usize,
}

/// Nodes and edges as they are collected.
#[derive(Default)]
struct NetworkBuilder {
    depth: Vec<u32>,
    up: Vec<Edge>,
    edges: Vec<(Node, Node, i64)>,
}

impl NetworkBuilder {
    fn node(&mut self, depth: u32) -> Node {
        self.depth.push(depth);
        self.up.push(NO_EDGE);
        (self.depth.len() - 1) as Node
    }

    fn edge(&mut self, tail: Node, head: Node) -> Edge {
        self.edges.push((tail, head, 0));
        (self.edges.len() - 1) as Edge
    }

    /// Adds to an edge's value; whole people fall away.
    fn add(&mut self, edge: Edge, part: i64) {
        let value = &mut self.edges[edge as usize].2;
        *value = (*value + part) & (FIXED_ONE - 1);
    }
}

impl Network {
    pub(super) fn new(
        tree: &RoundingTree,
        columns: usize,
        groups: &[Vec<usize>],
        values: &[f64],
    ) -> Result<Self, RoundingError> {
        let nesting = Nesting::new(columns, groups)?;
        let mut builder = NetworkBuilder::default();
        // The whole has two nodes, one for each family, and one edge between them.
        let (rows, tops) = (builder.node(0), builder.node(0));
        let back = builder.edge(tops, rows);
        debug_assert_eq!(back, ROOT_EDGE);
        builder.up[rows as usize] = back;
        builder.up[tops as usize] = back;
        let nodes = tree.parents.len();
        let depth = depths(tree);
        let row_nodes: Vec<Node> = depth.iter().map(|&d| builder.node(d)).collect();
        for (node, parent) in tree.parents.iter().enumerate() {
            let above = parent.map_or(rows, |p| row_nodes[p]);
            builder.up[row_nodes[node] as usize] = builder.edge(above, row_nodes[node]);
        }
        let inner = nodes - tree.units;
        let column_tops: Vec<Node> = (0..columns).map(|_| builder.node(1)).collect();
        for &top in &column_tops {
            builder.up[top as usize] = builder.edge(top, tops);
        }
        // Column nodes of the inner units lie one deeper than their rows: a column is part of a row.
        let mut column_nodes: Vec<Node> = Vec::with_capacity(inner * columns);
        for &d in &depth[tree.units..] {
            column_nodes.extend((0..columns).map(|_| builder.node(d + 1)));
        }
        let above = |parent: Option<usize>, column: usize| match parent {
            None => column_tops[column],
            Some(parent) => column_nodes[(parent - tree.units) * columns + column],
        };
        for (index, parent) in tree.parents[tree.units..].iter().enumerate() {
            for column in 0..columns {
                let node = column_nodes[index * columns + column];
                builder.up[node as usize] = builder.edge(node, above(*parent, column));
            }
        }
        let group_nodes = nesting.add_nodes(&mut builder, tree, &depth, &row_nodes);
        let first_cell = builder.edges.len();
        for unit in 0..tree.units {
            for column in 0..columns {
                let row = match nesting.home[column] {
                    None => row_nodes[unit],
                    Some(group) => group_nodes[unit * nesting.groups + group],
                };
                builder.edge(row, above(tree.parents[unit], column));
            }
        }
        let floors = pour(&mut builder, first_cell, values);
        let flow = Flow::new(builder.depth, builder.up, &builder.edges);
        Ok(Self {
            flow,
            floors,
            first_cell,
        })
    }

    /// Makes every edge whole.
    pub(super) fn settle(&mut self) {
        self.flow.settle_all(self.first_cell as Edge);
    }

    /// The whole numbers, in the order of the values.
    pub(super) fn cells(&self) -> Vec<i64> {
        let parts = &self.flow.part[self.first_cell..];
        self.floors
            .iter()
            .zip(parts)
            .map(|(floor, part)| floor + i64::from(*part == FIXED_ONE))
            .collect()
    }
}

/// Sets each edge to what flows through it; gives the floors of the cells.
fn pour(builder: &mut NetworkBuilder, first_cell: usize, values: &[f64]) -> Vec<i64> {
    let mut floors = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        let floor = value.floor();
        floors.push(floor as i64);
        let part = ((value - floor) * FIXED_ONE as f64) as i64;
        let cell = (first_cell + index) as Edge;
        if part == 0 {
            continue;
        }
        builder.edges[cell as usize].2 = part;
        let (row, column, _) = builder.edges[cell as usize];
        for (from, counts_whole) in [(row, true), (column, false)] {
            let mut edge = builder.up[from as usize];
            while edge != NO_EDGE {
                let (tail, head, _) = builder.edges[edge as usize];
                let at_whole =
                    builder.depth[tail as usize] == 0 && builder.depth[head as usize] == 0;
                if !at_whole || counts_whole {
                    builder.add(edge, part);
                }
                if at_whole {
                    break;
                }
                let next = if builder.depth[tail as usize] < builder.depth[head as usize] {
                    tail
                } else {
                    head
                };
                edge = builder.up[next as usize];
            }
        }
    }
    floors
}

/// Twice the distance of each node from the whole, so that columns fit between rows.
fn depths(tree: &RoundingTree) -> Vec<u32> {
    (0..tree.parents.len())
        .map(|node| {
            let above = std::iter::successors(tree.parents[node], |&parent| tree.parents[parent]);
            2 * (1 + above.count() as u32)
        })
        .collect()
}

/// Column groups, each within the next larger one.
struct Nesting {
    groups: usize,
    parents: Vec<Option<usize>>,
    /// The smallest group that holds each column.
    home: Vec<Option<usize>>,
}

impl Nesting {
    fn new(columns: usize, groups: &[Vec<usize>]) -> Result<Self, RoundingError> {
        let mut sets: Vec<Vec<usize>> = groups.to_vec();
        for set in &mut sets {
            set.retain(|&column| column < columns);
            set.sort_unstable();
            set.dedup();
        }
        for (a, one) in sets.iter().enumerate() {
            for (b, other) in sets.iter().enumerate().skip(a + 1) {
                let shared = one.iter().filter(|column| other.contains(column)).count();
                if shared != 0 && shared != one.len() && shared != other.len() {
                    return Err(RoundingError::Groups(a, b));
                }
            }
        }
        // Single columns, everything, and what is named twice have their edges already.
        sets.retain(|set| set.len() > 1 && set.len() < columns);
        sets.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        sets.dedup();
        let smallest = |column: usize, before: usize| {
            sets[..before].iter().rposition(|set| set.contains(&column))
        };
        let parents = sets
            .iter()
            .enumerate()
            .map(|(index, set)| smallest(set[0], index))
            .collect();
        let home = (0..columns)
            .map(|column| smallest(column, sets.len()))
            .collect();
        Ok(Self {
            groups: sets.len(),
            parents,
            home,
        })
    }

    /// One node per unit and group.
    fn add_nodes(
        &self,
        builder: &mut NetworkBuilder,
        tree: &RoundingTree,
        depth: &[u32],
        rows: &[Node],
    ) -> Vec<Node> {
        let mut nodes = Vec::with_capacity(tree.units * self.groups);
        for unit in 0..tree.units {
            let first = nodes.len();
            for group in 0..self.groups {
                let (above, level) = match self.parents[group] {
                    None => (rows[unit], depth[unit]),
                    Some(parent) => {
                        let node: Node = nodes[first + parent];
                        (node, builder.depth[node as usize])
                    }
                };
                let node = builder.node(level + 1);
                builder.up[node as usize] = builder.edge(above, node);
                nodes.push(node);
            }
        }
        nodes
    }
}
