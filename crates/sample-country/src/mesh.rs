//! Borders: a mesh of wiggly lines that neighbours share, vertex by vertex.
//!
//! Sectors are the squares of a crooked mesh. Every side of a square is one line between two nodes, broken again and again at its middle
//! (a fractal), always the same however it is asked for. Everything is whole millionths of a degree, so there is nothing to round.

use std::collections::BTreeSet;

use crate::random::within;

/// Longitude and latitude in millionths of a degree.
pub type Point = (i64, i64);

/// A closed line, its first point not repeated.
pub type Ring = Vec<Point>;

/// A node of the mesh by column and row from the north-west.
pub type Node = (i64, i64);

/// A mesh of nodes in millionths of a degree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mesh {
    /// West edge.
    pub west: i64,
    /// North edge.
    pub north: i64,
    /// Distance of nodes.
    pub step: i64,
    /// How far a node may stray.
    pub stray: i64,
    /// Times that a line is broken at its middle.
    pub depth: u32,
    /// How far a middle may stray, in thousandths of the line's length.
    pub wiggle: i64,
    /// Tells countries apart; the first one has none.
    pub seed: Option<i64>,
}

impl Mesh {
    /// Where a node is.
    #[must_use]
    pub fn place(&self, (column, row): Node) -> Point {
        (
            self.west + column * self.step + self.within(self.stray, &[1, column, row]),
            self.north - row * self.step + self.within(self.stray, &[2, column, row]),
        )
    }

    /// A whole number from `-most` to `most` for a key in this country.
    pub(crate) fn within(&self, most: i64, key: &[i64]) -> i64 {
        match self.seed {
            None => within(most, key),
            Some(seed) => within(most, &[key, &[seed]].concat()),
        }
    }

    /// The middle of a square, where its people gather.
    #[must_use]
    pub fn heart(&self, (column, row): Node) -> Point {
        let corners =
            [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(dx, dy)| self.place((column + dx, row + dy)));
        let x: i64 = corners.iter().map(|corner| corner.0).sum();
        let y: i64 = corners.iter().map(|corner| corner.1).sum();
        (x / 4, y / 4)
    }

    /// The wiggly ring through nodes.
    #[must_use]
    pub fn ring(&self, nodes: &[Node]) -> Ring {
        let mut ring = Ring::new();
        for (&from, &to) in nodes.iter().zip(nodes.iter().cycle().skip(1)) {
            ring.extend(self.side(from, to));
        }
        ring
    }

    /// The line from one node to the next, without its last point. The way back has the same points.
    fn side(&self, from: Node, to: Node) -> Ring {
        let backwards = to < from;
        let (first, last) = if backwards { (to, from) } else { (from, to) };
        let salt = [first.0, first.1, last.0, last.1];
        let mut line = self.broken(self.place(first), self.place(last), &salt);
        if backwards {
            line.push(self.place(last));
            line.reverse();
            line.pop();
        }
        line
    }

    /// A line broken at its middle, [`Mesh::depth`] times over, without its last point.
    fn broken(&self, from: Point, to: Point, salt: &[i64]) -> Ring {
        let mut line = vec![from, to];
        for depth in 0..self.depth {
            let mut finer = Ring::with_capacity(2 * line.len());
            for (index, pair) in (0_i64..).zip(line.windows(2)) {
                let &[a, b] = pair else { continue };
                let key = [salt, &[i64::from(depth), index]].concat();
                let aside = self.within(self.wiggle, &key);
                finer.push(a);
                finer.push((
                    i64::midpoint(a.0, b.0) - (b.1 - a.1) * aside / 1000,
                    i64::midpoint(a.1, b.1) + (b.0 - a.0) * aside / 1000,
                ));
            }
            finer.extend(line.last());
            line = finer;
        }
        line.pop();
        line
    }

    /// A wiggly island round a point: a crooked diamond of the given radius.
    #[must_use]
    pub fn island(&self, centre: Point, radius: i64, salt: i64) -> Ring {
        let mut ring = Ring::new();
        let corners = diamond(centre, radius);
        for (index, (&from, &to)) in
            (0_i64..).zip(corners.iter().zip(corners.iter().cycle().skip(1)))
        {
            ring.extend(self.broken(from, to, &[salt, index]));
        }
        ring
    }
}

/// The sides of a square, clockwise from its north-west node.
fn sides((column, row): Node) -> [(Node, Node); 4] {
    let corners = [
        (column, row),
        (column + 1, row),
        (column + 1, row + 1),
        (column, row + 1),
    ];
    let [a, b, c, d] = corners;
    [(a, b), (b, c), (c, d), (d, a)]
}

/// The nodes round the squares: loops, clockwise. Sides between two of the squares are no border.
#[must_use]
pub fn outline(squares: &[Node]) -> Vec<Vec<Node>> {
    let mut borders = BTreeSet::new();
    for (from, to) in squares.iter().flat_map(|&square| sides(square)) {
        if !borders.remove(&(to, from)) {
            borders.insert((from, to));
        }
    }
    let mut loops = Vec::new();
    while let Some((start, mut at)) = borders.pop_first() {
        let mut line = vec![start];
        while at != start {
            line.push(at);
            // Where two squares touch at a corner only, the sharpest right turn stays with the first.
            let came = line
                .get(line.len().wrapping_sub(2))
                .copied()
                .unwrap_or(start);
            let next = borders
                .range((at, (i64::MIN, i64::MIN))..=(at, (i64::MAX, i64::MAX)))
                .copied()
                .max_by_key(|&(_, to)| turn(came, at, to));
            let Some(next) = next else { break };
            borders.remove(&next);
            at = next.1;
        }
        loops.push(line);
    }
    loops
}

/// How far a way turns right at a node: 1 right, 0 straight on, -1 left. Rows count southwards.
fn turn(came: Node, at: Node, to: Node) -> i64 {
    (at.0 - came.0) * (to.1 - at.1) - (at.1 - came.1) * (to.0 - at.0)
}

/// The corners that [`Mesh::island`] wiggles between, clockwise.
#[must_use]
pub fn diamond((x, y): Point, radius: i64) -> [Point; 4] {
    [
        (x, y + radius),
        (x + radius, y),
        (x, y - radius),
        (x - radius, y),
    ]
}
