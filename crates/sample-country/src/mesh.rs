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

/// West edge of the mesh.
const WEST: i64 = 4_215_000;
/// North edge of the mesh.
const NORTH: i64 = 1_485_000;
/// Distance of nodes.
const STEP: i64 = 33_000;
/// How far a node may stray.
const STRAY: i64 = 7_500;
/// Times that a line is broken at its middle.
const DEPTH: u32 = 4;
/// How far a middle may stray, in thousandths of the line's length.
const WIGGLE: i64 = 170;

/// A node of the mesh by column and row from the north-west.
pub type Node = (i64, i64);

/// Where a node is.
#[must_use]
pub fn place((column, row): Node) -> Point {
    (
        WEST + column * STEP + within(STRAY, &[1, column, row]),
        NORTH - row * STEP + within(STRAY, &[2, column, row]),
    )
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
            let Some(&next) = borders.iter().find(|(from, _)| *from == at) else {
                break;
            };
            borders.remove(&next);
            at = next.1;
        }
        loops.push(line);
    }
    loops
}

/// The wiggly ring through nodes.
#[must_use]
pub fn ring(nodes: &[Node]) -> Ring {
    let mut ring = Ring::new();
    for (&from, &to) in nodes.iter().zip(nodes.iter().cycle().skip(1)) {
        ring.extend(side(from, to));
    }
    ring
}

/// The line from one node to the next, without its last point. The way back has the same points.
fn side(from: Node, to: Node) -> Ring {
    let backwards = to < from;
    let (first, last) = if backwards { (to, from) } else { (from, to) };
    let salt = [first.0, first.1, last.0, last.1];
    let mut line = broken(place(first), place(last), &salt);
    if backwards {
        line.push(place(last));
        line.reverse();
        line.pop();
    }
    line
}

/// A line broken at its middle, [`DEPTH`] times over, without its last point.
fn broken(from: Point, to: Point, salt: &[i64]) -> Ring {
    let mut line = vec![from, to];
    for depth in 0..DEPTH {
        let mut finer = Ring::with_capacity(2 * line.len());
        for (index, pair) in (0_i64..).zip(line.windows(2)) {
            let &[a, b] = pair else { continue };
            let key = [salt, &[i64::from(depth), index]].concat();
            let aside = within(WIGGLE, &key);
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
pub fn island(centre: Point, radius: i64, salt: i64) -> Ring {
    let mut ring = Ring::new();
    let corners = diamond(centre, radius);
    for (index, (&from, &to)) in (0_i64..).zip(corners.iter().zip(corners.iter().cycle().skip(1))) {
        ring.extend(broken(from, to, &[salt, index]));
    }
    ring
}

/// The corners that [`island`] wiggles between, clockwise.
#[must_use]
pub fn diamond((x, y): Point, radius: i64) -> [Point; 4] {
    [
        (x, y + radius),
        (x + radius, y),
        (x, y - radius),
        (x - radius, y),
    ]
}
