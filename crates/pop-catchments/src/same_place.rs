//! Facilities at one place.

use std::collections::HashMap;

use crate::Position;
use crate::ellipsoid::to_space;
use crate::vector::{Vector, distance_squared};

/// Sites closer than a micrometre are always at one place.
const CLOSEST: f64 = 1e-6;

/// For each position the first one at its place: positions joined by steps of at most `metres` are at one place.
///
/// Which is the first depends on the order only: sort by id to let the smallest id stand for the place.
#[must_use]
pub fn same_place(positions: &[Position], metres: f64) -> Vec<usize> {
    let step = metres.max(CLOSEST);
    let points: Vec<Vector> = positions
        .iter()
        .map(|&position| to_space(position))
        .collect();
    let mut first: Vec<usize> = (0..points.len()).collect();
    let cell = |point: Vector| point.map(|metres| (metres / step).floor() as i64);
    let mut cells: HashMap<[i64; 3], Vec<usize>> = HashMap::new();
    for (site, &point) in points.iter().enumerate() {
        let [x, y, z] = cell(point);
        for near in (0..27).map(|n| [x + n / 9 - 1, y + n / 3 % 3 - 1, z + n % 3 - 1]) {
            for &other in cells.get(&near).map_or(&[][..], Vec::as_slice) {
                if distance_squared(points[other], point) <= step * step {
                    let (a, b) = (root(&mut first, site), root(&mut first, other));
                    first[a.max(b)] = a.min(b);
                }
            }
        }
        cells.entry([x, y, z]).or_default().push(site);
    }
    (0..points.len())
        .map(|site| root(&mut first, site))
        .collect()
}

fn root(first: &mut [usize], site: usize) -> usize {
    let mut at = site;
    while first[at] != at {
        first[at] = first[first[at]];
        at = first[at];
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_join_a_row_of_places() {
        // About 33 m between neighbours at the equator.
        let row = [0.0, 0.0003, 0.0006, 0.01].map(|lon| [lon, 0.0]);
        assert_eq!(same_place(&row, 50.0), [0, 0, 0, 3]);
        assert_eq!(same_place(&row, 0.0), [0, 1, 2, 3]);
    }

    #[test]
    fn equal_coordinates_are_one_place_at_any_step() {
        let twice = [[-11.5, 8.25], [10.0, 1.0], [-11.5, 8.25]];
        assert_eq!(same_place(&twice, 0.0), [0, 1, 0]);
    }
}
