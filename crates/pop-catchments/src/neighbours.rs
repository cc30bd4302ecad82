//! Which sites are neighbours: a Delaunay triangulation of a plane that keeps angles.

use delaunator::{EMPTY, Point, next_halfedge, prev_halfedge, triangulate};

use crate::ellipsoid::conformal_latitude;
use crate::vector::Vector;

/// Two sites that share a border, and the sites that end it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) sites: [usize; 2],
    /// The triangle to the left of the way from the first site to the second, and its third site.
    pub(crate) left: Option<(usize, usize)>,
    /// The same to the right.
    pub(crate) right: Option<(usize, usize)>,
}

/// The triangulation of some sites.
#[derive(Debug, Default)]
pub(crate) struct Neighbours {
    pub(crate) pairs: Vec<Pair>,
    /// The sites of each triangle.
    pub(crate) triangles: Vec<[usize; 3]>,
    starts: Vec<usize>,
    lists: Vec<usize>,
}

impl Neighbours {
    /// Triangulates sites, no two of which are at one place.
    ///
    /// The plane is stereographic about the middle of the sites, which turns circles on the conformal sphere into circles.
    pub(crate) fn of(sites: &[[f64; 2]]) -> Self {
        let points = chart(sites);
        let triangulation = triangulate(&points);
        let triangles = &triangulation.triangles;
        let mut found = Self {
            triangles: triangles.as_chunks().0.to_vec(),
            ..Self::default()
        };
        if found.triangles.is_empty() {
            found.pairs = in_line(&points);
        } else {
            let (half_edges, clockwise) = (
                &triangulation.halfedges,
                is_clockwise(&points, &found.triangles),
            );
            for edge in 0..triangles.len() {
                let twin = half_edges[edge];
                if twin != EMPTY && twin < edge {
                    continue;
                }
                let sites = [triangles[edge], triangles[next_halfedge(edge)]];
                let here = Some((edge / 3, triangles[prev_halfedge(edge)]));
                let there = (twin != EMPTY).then(|| (twin / 3, triangles[prev_halfedge(twin)]));
                let (left, right) = if clockwise {
                    (there, here)
                } else {
                    (here, there)
                };
                found.pairs.push(Pair { sites, left, right });
            }
        }
        found.list(sites.len());
        found
    }

    /// Lists the neighbours of every site.
    fn list(&mut self, sites: usize) {
        self.starts = vec![0; sites + 1];
        for site in self.pairs.iter().flat_map(|pair| pair.sites) {
            self.starts[site + 1] += 1;
        }
        for site in 0..sites {
            self.starts[site + 1] += self.starts[site];
        }
        let mut free = self.starts.clone();
        self.lists = vec![0; 2 * self.pairs.len()];
        for pair in &self.pairs {
            let [first, second] = pair.sites;
            for (site, other) in [(first, second), (second, first)] {
                self.lists[free[site]] = other;
                free[site] += 1;
            }
        }
    }

    /// The sites that a site shares a border with.
    pub(crate) fn around(&self, site: usize) -> &[usize] {
        &self.lists[self.starts[site]..self.starts[site + 1]]
    }
}

/// Sites in a row: each with the next.
fn in_line(points: &[Point]) -> Vec<Pair> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&points[a], &points[b]);
        a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y))
    });
    let pairs = order.windows(2).map(|two| Pair {
        sites: [two[0], two[1]],
        left: None,
        right: None,
    });
    pairs.collect()
}

fn is_clockwise(points: &[Point], triangles: &[[usize; 3]]) -> bool {
    let coordinate = |site: usize| robust::Coord {
        x: points[site].x,
        y: points[site].y,
    };
    triangles.first().is_some_and(|&[a, b, c]| {
        robust::orient2d(coordinate(a), coordinate(b), coordinate(c)) < 0.0
    })
}

/// Stereographic coordinates of the conformal sphere about the middle of the sites, in radii.
fn chart(sites: &[[f64; 2]]) -> Vec<Point> {
    let on_sphere: Vec<Vector> = sites
        .iter()
        .map(|&[lon, lat]| {
            let (sin_lat, cos_lat) = conformal_latitude(lat).sin_cos();
            let (sin_lon, cos_lon) = lon.to_radians().sin_cos();
            [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
        })
        .collect();
    let mut low = [f64::INFINITY; 3];
    let mut high = [f64::NEG_INFINITY; 3];
    for point in &on_sphere {
        for axis in 0..3 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    let [x, y, z] = [0, 1, 2].map(|axis| f64::midpoint(low[axis], high[axis]));
    let (sin_lon, cos_lon) = y.atan2(x).sin_cos();
    let (sin_lat, cos_lat) = z.atan2(x.hypot(y)).sin_cos();
    let project = |&[x, y, z]: &Vector| {
        let forward = cos_lon * x + sin_lon * y;
        let east = cos_lon * y - sin_lon * x;
        let north = cos_lat * z - sin_lat * forward;
        let up = cos_lat * forward + sin_lat * z;
        let factor = 2.0 / (1.0 + up).max(1e-9);
        Point {
            x: factor * east,
            y: factor * north,
        }
    };
    on_sphere.iter().map(project).collect()
}
