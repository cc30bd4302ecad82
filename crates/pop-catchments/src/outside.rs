//! How far a position is outside of an area.

use pop_geo::Area;

use crate::Position;
use crate::arrangement::turn;
use crate::bisector::near_meridian;
use crate::ellipsoid::geodesic_distance;

/// Metres from a position to the nearest point of an area's outline; `None` where the position is in the area or on its outline.
///
/// The nearest point is found in the plane, with longitudes shrunk as at the position's latitude; the distance to it is the geodesic.
#[must_use]
pub fn metres_outside(area: &Area, position: Position) -> Option<f64> {
    let shrink = position[1].to_radians().cos().max(1e-6);
    let mut inside = false;
    let mut nearest = (f64::INFINITY, position);
    for (ring, _) in area.rings() {
        let Some(&last) = ring.last() else { continue };
        let position = near_meridian(position, last[0]);
        let mut from = last;
        for &to in ring {
            let (low, high) = if from[1] <= to[1] {
                (from, to)
            } else {
                (to, from)
            };
            if low[1] <= position[1] && position[1] <= high[1] {
                let side = turn(low, high, position);
                let within = from[0].min(to[0]) <= position[0] && position[0] <= from[0].max(to[0]);
                if side == 0.0 && within {
                    return None;
                }
                inside ^= position[1] < high[1] && side > 0.0;
            }
            let foot = foot(from, to, position, shrink);
            let square =
                ((foot[0] - position[0]) * shrink).powi(2) + (foot[1] - position[1]).powi(2);
            if square < nearest.0 {
                nearest = (square, foot);
            }
            from = to;
        }
    }
    (!inside).then(|| geodesic_distance(position, nearest.1))
}

/// The point of a side that is nearest to a position.
fn foot(from: Position, to: Position, position: Position, shrink: f64) -> Position {
    let (dx, dy) = ((to[0] - from[0]) * shrink, to[1] - from[1]);
    let along = (position[0] - from[0]) * shrink * dx + (position[1] - from[1]) * dy;
    let square = dx * dx + dy * dy;
    let share = if square > 0.0 {
        (along / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]))
}

#[cfg(test)]
mod tests {
    use pop_geo::Polygon;

    use super::*;

    #[test]
    fn the_outline_is_inside_and_holes_are_not() {
        let ring = |size: f64| vec![[-size, -size], [size, -size], [size, size], [-size, size]];
        let area = Area::new(vec![Polygon {
            rings: vec![ring(2.0), ring(1.0)],
        }]);
        assert_eq!(metres_outside(&area, [1.5, 0.0]), None);
        assert_eq!(metres_outside(&area, [1.0, 0.3]), None);
        assert_eq!(metres_outside(&area, [-2.0, 2.0]), None);
        let metres = metres_outside(&area, [0.9, 0.0]).unwrap();
        assert!((metres - 11_131.9).abs() < 1.0, "{metres}");
        let metres = metres_outside(&area, [0.0, 3.0]).unwrap();
        assert!((metres - 110_580.0).abs() < 50.0, "{metres}");
    }

    #[test]
    fn the_other_side_of_the_antimeridian_is_near() {
        let area = Area::new(vec![Polygon {
            rings: vec![vec![[179.0, 0.0], [180.0, 0.0], [180.0, 1.0], [179.0, 1.0]]],
        }]);
        let metres = metres_outside(&area, [-179.9, 0.5]).unwrap();
        assert!((metres - 11_131.0).abs() < 2.0, "{metres}");
    }
}
