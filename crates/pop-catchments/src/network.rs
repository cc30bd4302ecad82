//! The borders between all sites, drawn once.

use std::f64::consts::PI;

use crate::bisector::{Bisector, Cap, FAR, Side, equidistant, near_meridian};
use crate::ellipsoid::{to_degrees, to_space};
use crate::neighbours::{Neighbours, Pair};
use crate::vector::{Vector, distance_squared};

/// Vertices closer than this many metres are one.
const CLOSEST: f64 = 1e-4;

/// Sites with their neighbours.
#[derive(Debug, Default)]
pub(crate) struct Network {
    pub(crate) positions: Vec<[f64; 2]>,
    pub(crate) points: Vec<Vector>,
    pub(crate) neighbours: Neighbours,
    vertices: Vec<Vector>,
}

/// A border as it is drawn: to the left of its way is the one site, to the right the other.
#[derive(Debug)]
pub(crate) struct Border {
    pub(crate) left: usize,
    pub(crate) right: usize,
    pub(crate) line: Vec<[f64; 2]>,
}

/// Where and how finely borders are drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// Longitudes are within half a turn of it.
    pub(crate) meridian: f64,
    pub(crate) cap: Cap,
    /// Metres.
    pub(crate) tolerance: f64,
}

/// An end of a border: its angle, and the triangle whose vertex it is.
type End = (f64, Option<usize>);

/// Makes vertices one that are closer than [`CLOSEST`], as where four sites are on a circle.
fn join_close(vertices: &mut [Vector], pairs: &[Pair]) {
    let mut first: Vec<usize> = (0..vertices.len()).collect();
    let mut root = |mut at: usize, to: Option<usize>| {
        while first[at] != at {
            first[at] = first[first[at]];
            at = first[at];
        }
        if let Some(to) = to {
            first[at] = to;
        }
        at
    };
    for pair in pairs {
        if let (Some((left, _)), Some((right, _))) = (pair.left, pair.right)
            && distance_squared(vertices[left], vertices[right]) < CLOSEST * CLOSEST
        {
            let (left, right) = (root(left, None), root(right, None));
            root(left.max(right), Some(left.min(right)));
        }
    }
    for vertex in 0..vertices.len() {
        vertices[vertex] = vertices[root(vertex, None)];
    }
}

impl Network {
    pub(crate) fn new(positions: Vec<[f64; 2]>) -> Self {
        let points: Vec<Vector> = positions
            .iter()
            .map(|&position| to_space(position))
            .collect();
        let neighbours = Neighbours::of(&positions);
        let vertex = |&[a, b, c]: &[usize; 3]| equidistant([points[a], points[b], points[c]]);
        let mut vertices: Vec<Vector> = neighbours.triangles.iter().map(vertex).collect();
        join_close(&mut vertices, &neighbours.pairs);
        Self {
            vertices,
            positions,
            points,
            neighbours,
        }
    }

    /// How far each site's catchment reaches without a limit, in metres along the chord: infinite where nothing bounds it.
    pub(crate) fn reach(&self) -> Vec<f64> {
        let mut reach = vec![0.0_f64; self.points.len()];
        for (triangle, sites) in self.neighbours.triangles.iter().enumerate() {
            for &site in sites {
                let metres = distance_squared(self.vertices[triangle], self.points[site]).sqrt();
                reach[site] = reach[site].max(metres);
            }
        }
        for pair in &self.neighbours.pairs {
            if pair.left.is_none() || pair.right.is_none() {
                for site in pair.sites {
                    reach[site] = f64::INFINITY;
                }
            }
        }
        if self.points.len() == 1 {
            reach[0] = f64::INFINITY;
        }
        reach
    }

    /// Draws all borders within a frame.
    pub(crate) fn borders(&self, frame: &Frame) -> Vec<Border> {
        let vertices: Vec<[f64; 2]> = self
            .vertices
            .iter()
            .map(|&vertex| near_meridian(to_degrees(vertex), frame.meridian))
            .collect();
        let mut borders = Vec::new();
        for pair in &self.neighbours.pairs {
            self.draw(pair, &vertices, frame, &mut borders);
        }
        borders
    }

    fn draw(&self, pair: &Pair, vertices: &[[f64; 2]], frame: &Frame, borders: &mut Vec<Border>) {
        let [first, second] = pair.sites;
        let sites = [self.points[first], self.points[second]];
        let bisector = Bisector::between(sites[0], sites[1]);
        let (low, high) = self.ends(pair, &bisector, sites);
        let (from, to) = (low.0.min(high.0), low.0.max(high.0));
        let clipped = bisector.within(&frame.cap, from, to);
        for (from, to) in clipped {
            let end = |angle: f64| {
                let shared = [low, high]
                    .into_iter()
                    .find_map(|(own, triangle)| triangle.filter(|_| own == angle));
                shared.map_or_else(
                    || bisector.position(angle, frame.meridian),
                    |triangle| vertices[triangle],
                )
            };
            let (start, finish) = (end(from), end(to));
            let mut line = vec![start];
            line.extend(bisector.draw(
                (from, start),
                (to, finish),
                frame.tolerance,
                frame.meridian,
            ));
            line.push(finish);
            borders.push(Border {
                left: first,
                right: second,
                line,
            });
        }
    }

    /// The right and the left end of the border of two sites; where there is no third site it goes half round the earth.
    fn ends(&self, pair: &Pair, bisector: &Bisector, sites: [Vector; 2]) -> (End, End) {
        let end = |triangle: Option<(usize, usize)>, side: Side| {
            triangle.map(|(triangle, third)| {
                let vertex = self.vertices[triangle];
                let angle = bisector.vertex_angle(vertex, sites, self.points[third], side);
                (angle, (angle.abs() <= FAR).then_some(triangle))
            })
        };
        match (end(pair.right, Side::Right), end(pair.left, Side::Left)) {
            (Some(low), Some(high)) => (low, high),
            (Some(low), None) => (low, (low.0 + PI, None)),
            (None, Some(high)) => ((high.0 - PI, None), high),
            (None, None) => ((-PI, None), (PI, None)),
        }
    }
}

impl Network {
    /// The site nearest to a point, searched from another: from neighbour to neighbour, each nearer than the last.
    pub(crate) fn nearest(&self, point: Vector, from: usize) -> usize {
        let mut best = (distance_squared(self.points[from], point), from);
        loop {
            let around = self.neighbours.around(best.1).iter();
            let nearer = around
                .map(|&site| (distance_squared(self.points[site], point), site))
                .fold(best, |a, b| if b.0 < a.0 { b } else { a });
            if nearer.1 == best.1 {
                return best.1;
            }
            best = nearer;
        }
    }

    /// Metres from a point to the nearest of a site's neighbours.
    pub(crate) fn neighbours_distance(&self, site: usize, point: Vector) -> f64 {
        let squares = self.neighbours.around(site).iter();
        let nearest = squares
            .map(|&other| distance_squared(self.points[other], point))
            .fold(f64::INFINITY, f64::min);
        nearest.sqrt()
    }
}
