//! The border between two sites: where the plane halfway between them meets the ellipsoid.
//!
//! Divided by its axes, the ellipsoid is the unit sphere and the border a circle on it, so that every point of a border has a closed form.

use std::f64::consts::{PI, TAU};

use crate::ellipsoid::{AXES, to_degrees, to_space};
use crate::vector::{Vector, add, cross, dot, length, scale, sub, times, unit};

const INVERSE_AXES: Vector = [1.0 / AXES[0], 1.0 / AXES[1], 1.0 / AXES[2]];

/// A vertex beyond this angle from the midpoint of two sites is checked for being on the right side.
pub(crate) const FAR: f64 = 1.2;

/// Longest piece of a border between two of its points, as an angle.
const LONGEST: f64 = 0.1;

/// How often a piece may be halved.
const DEEPEST: u32 = 24;

/// All points as far from one site as from another: a closed curve round the earth.
///
/// Points have angles: 0 is nearest to both sites, and angles grow to the left of the way from the first site to the second.
#[derive(Debug, Clone)]
pub(crate) struct Bisector {
    centre: Vector,
    across: Vector,
    left: Vector,
    normal: Vector,
    offset: f64,
}

/// A side of the way from one site to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// A part of the ellipsoid round a point, in which borders are drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cap {
    centre: Vector,
    cosine: f64,
}

impl Cap {
    /// Holds the box between two corners, west of east, and a margin.
    pub(crate) fn around(west: f64, south: f64, east: f64, north: f64) -> Self {
        let on_sphere = |position| unit(times(to_space(position), INVERSE_AXES));
        let middle = [f64::midpoint(west, east), f64::midpoint(south, north)];
        let centre = on_sphere(middle);
        let mut cosine = 1.0_f64;
        for step in 0..=16 {
            let share = f64::from(step) / 16.0;
            let (lon, lat) = (
                west + share * (east - west),
                south + share * (north - south),
            );
            for position in [[lon, south], [lon, north], [west, lat], [east, lat]] {
                cosine = cosine.min(dot(centre, on_sphere(position)));
            }
        }
        let radius = 1.05 * cosine.clamp(-1.0, 1.0).acos() + 1e-5;
        Self {
            centre,
            cosine: radius.min(PI).cos(),
        }
    }
}

impl Bisector {
    /// Between two different points of the ellipsoid.
    pub(crate) fn between(first: Vector, second: Vector) -> Self {
        let step = sub(second, first);
        let middle = scale(add(first, second), 0.5);
        let plane = times(step, AXES);
        let direction = unit(plane);
        let offset = dot(step, middle);
        let height = offset / length(plane);
        let radius = (1.0 - height * height).max(0.0).sqrt();
        let up = times(middle, INVERSE_AXES);
        let across = unit(sub(up, scale(direction, dot(direction, up))));
        let metres = length(step);
        Self {
            centre: scale(direction, height),
            across: scale(across, radius),
            left: scale(cross(across, direction), radius),
            normal: scale(step, 1.0 / metres),
            offset: offset / metres,
        }
    }

    /// The point at an angle.
    fn at(&self, angle: f64) -> Vector {
        let (sin, cos) = angle.sin_cos();
        let on_sphere = add(
            self.centre,
            add(scale(self.across, cos), scale(self.left, sin)),
        );
        times(on_sphere, AXES)
    }

    fn angle(&self, point: Vector) -> f64 {
        let from_centre = sub(times(point, INVERSE_AXES), self.centre);
        dot(from_centre, self.left).atan2(dot(from_centre, self.across))
    }

    /// Metres between a point and the plane.
    fn off_plane(&self, point: Vector) -> f64 {
        (dot(self.normal, point) - self.offset).abs()
    }

    /// The angle of the vertex where the two sites' border meets that of a third.
    ///
    /// Two points of the ellipsoid are as far from all three; with the sites nearly in line both are far away, and it depends on the
    /// third site's angle which of them ends the border.
    pub(crate) fn vertex_angle(
        &self,
        vertex: Vector,
        sites: [Vector; 2],
        third: Vector,
        side: Side,
    ) -> f64 {
        let angle = self.angle(vertex);
        let acute = dot(sub(sites[0], third), sub(sites[1], third)) > 0.0;
        let left = acute == (side == Side::Left);
        if angle.abs() > FAR && (angle > 0.0) != left {
            -angle
        } else {
            angle
        }
    }

    /// The parts within a cap of the angles from `low` to `high`, at most a whole turn.
    pub(crate) fn within(&self, cap: &Cap, low: f64, high: f64) -> Vec<(f64, f64)> {
        let (across, left) = (dot(self.across, cap.centre), dot(self.left, cap.centre));
        let reach = (cap.cosine - dot(self.centre, cap.centre)) / across.hypot(left);
        if reach >= 1.0 {
            return Vec::new();
        }
        if reach <= -1.0 || reach.is_nan() {
            return vec![(low, high)];
        }
        let (middle, half) = (left.atan2(across), reach.acos());
        let turn = |turns: f64| {
            let from = (middle - half + turns * TAU).max(low);
            let to = (middle + half + turns * TAU).min(high);
            (from < to).then_some((from, to))
        };
        [-1.0, 0.0, 1.0].into_iter().filter_map(turn).collect()
    }

    /// The position at an angle, its longitude within half a turn of `meridian`.
    pub(crate) fn position(&self, angle: f64, meridian: f64) -> [f64; 2] {
        near_meridian(to_degrees(self.at(angle)), meridian)
    }

    /// Draws from one angle to another: positions between the two ends, which are given, such that straight lines in longitude and
    /// latitude are within `tolerance` metres of the curve. Positions are in order and without the ends.
    pub(crate) fn draw(
        &self,
        from: (f64, [f64; 2]),
        to: (f64, [f64; 2]),
        tolerance: f64,
        meridian: f64,
    ) -> Vec<[f64; 2]> {
        let mut drawn = Vec::new();
        let pieces = ((to.0 - from.0).abs() / LONGEST).ceil().max(1.0);
        let mut last = from;
        for piece in 1..=pieces as u32 {
            let next = if f64::from(piece) == pieces {
                to
            } else {
                let angle = from.0 + f64::from(piece) / pieces * (to.0 - from.0);
                (angle, self.position(angle, meridian))
            };
            if piece > 1 {
                drawn.push(last.1);
            }
            self.halve(last, next, tolerance, meridian, DEEPEST, &mut drawn);
            last = next;
        }
        drawn
    }

    fn halve(
        &self,
        from: (f64, [f64; 2]),
        to: (f64, [f64; 2]),
        tolerance: f64,
        meridian: f64,
        depth: u32,
        drawn: &mut Vec<[f64; 2]>,
    ) {
        let between = |share: f64| {
            let mix = |a: f64, b: f64| a + share * (b - a);
            [mix(from.1[0], to.1[0]), mix(from.1[1], to.1[1])]
        };
        let close = [0.5, 0.25, 0.75]
            .into_iter()
            .all(|share| self.off_plane(to_space(between(share))) <= 0.8 * tolerance);
        if close || depth == 0 {
            return;
        }
        let angle = f64::midpoint(from.0, to.0);
        let middle = (angle, self.position(angle, meridian));
        self.halve(from, middle, tolerance, meridian, depth - 1, drawn);
        drawn.push(middle.1);
        self.halve(middle, to, tolerance, meridian, depth - 1, drawn);
    }
}

/// A position with its longitude within half a turn of a meridian.
pub(crate) fn near_meridian([lon, lat]: [f64; 2], meridian: f64) -> [f64; 2] {
    let turns = ((meridian - lon) / 360.0).round();
    if turns == 0.0 {
        [lon, lat]
    } else {
        [lon + 360.0 * turns, lat]
    }
}

/// The point of the ellipsoid as far from each of three sites, on their side of the earth.
pub(crate) fn equidistant(sites: [Vector; 3]) -> Vector {
    // Relative to the first site, so that close sites keep their digits.
    let (first, second) = (sub(sites[1], sites[0]), sub(sites[2], sites[0]));
    let normal = cross(first, second);
    let square = dot(normal, normal).max(f64::MIN_POSITIVE);
    let nearest = scale(
        add(
            scale(cross(second, normal), dot(first, first) / 2.0),
            scale(cross(normal, first), dot(second, second) / 2.0),
        ),
        1.0 / square,
    );
    let start = times(add(sites[0], nearest), INVERSE_AXES);
    let along = times(scale(normal, 1.0 / square.sqrt()), INVERSE_AXES);
    let (a, b, c) = (
        dot(along, along),
        dot(start, along),
        dot(start, start) - 1.0,
    );
    let root = (b * b - a * c).max(0.0).sqrt();
    // The root nearer to zero, without cancellation.
    let far = if b > 0.0 { -b - root } else { -b + root };
    let step = if far == 0.0 { 0.0 } else { c / far };
    times(add(start, scale(along, step)), AXES)
}
