//! The limit of a catchment: the points at one distance from its site.

use std::f64::consts::{PI, TAU};

use crate::Position;
use crate::bisector::near_meridian;
use crate::ellipsoid::{A, destination, to_space};
use crate::network::Network;
use crate::vector::{Vector, distance_squared};

/// Fewest sides of a circle.
const FEWEST_SIDES: f64 = 32.0;

/// A polygon of the area of the circle of `metres` round a position, its corners and sides within `tolerance` metres of the circle.
///
/// With sides of the angle a, a regular polygon has the circle's area if its corners are at r·√(a / sin a): about r·a²/12 outside of the
/// circle, and the middles of its sides r·a²/24 inside.
fn circle(position: Position, metres: f64, tolerance: f64) -> Vec<Position> {
    let tolerance = tolerance.min(metres / 2.0);
    // Sides are straight in longitude and latitude, and the more bent against the ground the farther from the equator.
    let lat = (position[1].to_radians().abs() + metres / A).min(1.5);
    let bent = 1.0 + 2.0 * metres / A * lat.tan();
    let sides = (TAU / (10.0 * tolerance / (metres * bent)).sqrt())
        .ceil()
        .max(FEWEST_SIDES);
    let angle = TAU / sides;
    let radius = metres * (angle / angle.sin()).sqrt();
    (0..sides as u32)
        .map(|side| destination(position, f64::from(side) * angle - PI, radius))
        .map(|[lon, lat]| near_meridian([lon, lat], position[0]))
        .collect()
}

/// A box of longitudes and latitudes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) low: Position,
    pub(crate) high: Position,
}

impl Window {
    /// The smallest box round positions; `None` where there are none.
    pub(crate) fn around(positions: &[Position]) -> Option<Self> {
        let (&first, rest) = positions.split_first()?;
        Some(rest.iter().fold(
            Self {
                low: first,
                high: first,
            },
            |window, position| Self {
                low: [0, 1].map(|axis| window.low[axis].min(position[axis])),
                high: [0, 1].map(|axis| window.high[axis].max(position[axis])),
            },
        ))
    }

    fn may_meet(&self, a: Position, b: Position) -> bool {
        (0..2).all(|axis| {
            a[axis].max(b[axis]) >= self.low[axis] && a[axis].min(b[axis]) <= self.high[axis]
        })
    }
}

impl Network {
    /// The limits of all sites where they are nearest, as paths anticlockwise, each with its site; a little more than the part in the
    /// site's catchment.
    pub(crate) fn limits(
        &self,
        metres: f64,
        tolerance: f64,
        meridian: f64,
        window: &Window,
    ) -> Vec<(usize, Vec<Position>)> {
        let reach = self.reach();
        let mut found = Vec::new();
        for (site, &position) in self.positions.iter().enumerate() {
            // The chord is shorter than the way along the ground: less than 0.1 per mille up to 300 km.
            if reach[site] < 0.999 * metres || !window.may_be_reached(position, metres, meridian) {
                continue;
            }
            let position = near_meridian(position, meridian);
            // The azimuths run clockwise; the area to the left of the path is within.
            let mut ring = circle(position, metres, tolerance);
            ring.reverse();
            self.pieces(site, &ring, tolerance, window, &mut found);
        }
        found
    }

    /// The part of a closed ring near a site's catchment.
    fn pieces(
        &self,
        site: usize,
        ring: &[Position],
        tolerance: f64,
        window: &Window,
        found: &mut Vec<(usize, Vec<Position>)>,
    ) {
        let points: Vec<Vector> = ring.iter().map(|&position| to_space(position)).collect();
        let next = |corner: usize| (corner + 1) % ring.len();
        let side = distance_squared(points[0], points[1]).sqrt();
        let margin = 1.5 * side + 2.0 * tolerance;
        let near: Vec<bool> = points
            .iter()
            .map(|&point| self.is_near(site, point, margin))
            .collect();
        let mut path: Vec<Position> = Vec::new();
        for corner in 0..ring.len() {
            let (from, to) = (ring[corner], ring[next(corner)]);
            if (near[corner] || near[next(corner)]) && window.may_meet(from, to) {
                if path.is_empty() {
                    path.push(from);
                }
                path.push(to);
            } else if !path.is_empty() {
                found.push((site, std::mem::take(&mut path)));
            }
        }
        if !path.is_empty() {
            found.push((site, path));
        }
    }

    /// Whether a point is in a site's catchment or within `margin` metres of it.
    fn is_near(&self, site: usize, point: Vector, margin: f64) -> bool {
        let own = distance_squared(self.points[site], point);
        self.neighbours.around(site).iter().all(|&other| {
            let apart = distance_squared(self.points[site], self.points[other]).sqrt();
            distance_squared(self.points[other], point) - own >= -2.0 * margin * apart
        })
    }
}

impl Window {
    /// Whether a circle round a position may touch the window.
    fn may_be_reached(&self, position: Position, metres: f64, meridian: f64) -> bool {
        // Degrees of a great circle on the smallest sphere; longitudes shrink with the latitude.
        let degrees = 1.01 * (metres / 6_356_000.0).to_degrees();
        let lat = (position[1].abs() + degrees).min(89.9);
        let wide = degrees / lat.to_radians().cos();
        let [lon, lat] = near_meridian(position, meridian);
        self.may_meet([lon - wide, lat - degrees], [lon + wide, lat + degrees])
    }
}
