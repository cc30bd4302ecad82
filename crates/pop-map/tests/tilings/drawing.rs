//! Units as they are drawn.

use pop_map::{Map, Outline, UnitShape, draw};

pub(crate) type Ring = Vec<[f64; 2]>;
/// Micropixels.
pub(crate) type Point = (i64, i64);

pub(crate) fn drawn(units: &[Vec<Ring>]) -> Map {
    let outlines: Vec<Outline<'_>> = units
        .iter()
        .map(|rings| Outline {
            rings: rings.iter().map(Vec::as_slice).collect(),
        })
        .collect();
    draw(&outlines).unwrap()
}

/// The rings of a shape, from path data in tenths of a pixel. Marks are left out.
pub(crate) fn rings(shape: &UnitShape) -> Vec<Vec<Point>> {
    let UnitShape::Path(data) = shape else {
        return Vec::new();
    };
    let mut rings = Vec::new();
    for ring in data.split('M').skip(1).filter(|ring| ring.ends_with('z')) {
        let numbers: Vec<i64> = numbers(ring.trim_end_matches('z'));
        let mut at = (0, 0);
        let mut points = Vec::new();
        for step in numbers.chunks(2) {
            at = (at.0 + step[0], at.1 + step[1]);
            points.push(at);
        }
        rings.push(points);
    }
    rings
}

fn numbers(text: &str) -> Vec<i64> {
    let spaced = text.replace('l', " ").replace('-', " -");
    let numbers = spaced.split_whitespace();
    numbers
        .map(|number| (number.parse::<f64>().unwrap() * 1e5).round() as i64)
        .collect()
}
