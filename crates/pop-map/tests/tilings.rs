//! Generated tilings: what touched in the source touches on the map, and nothing else does.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};

use pop_map::{Map, Outline, UnitShape, draw};
use proptest::prelude::*;

type Ring = Vec<[f64; 2]>;
type Point = (i64, i64);

/// Micropixels, from path data in tenths of a pixel.
fn rings(shape: &UnitShape) -> Vec<Vec<Point>> {
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

fn edges(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    (0..ring.len()).map(|index| (ring[index], ring[(index + 1) % ring.len()]))
}

/// Square micropixels, doubled.
fn area(ring: &[Point]) -> i128 {
    edges(ring)
        .map(|((ax, ay), (bx, by))| {
            i128::from(ax) * i128::from(by) - i128::from(bx) * i128::from(ay)
        })
        .sum::<i128>()
        .abs()
}

fn cross(o: Point, a: Point, b: Point) -> i128 {
    i128::from(a.0 - o.0) * i128::from(b.1 - o.1) - i128::from(a.1 - o.1) * i128::from(b.0 - o.0)
}

fn cross_properly(a: (Point, Point), b: (Point, Point)) -> bool {
    let sides = |line: (Point, Point), other: (Point, Point)| {
        cross(line.0, line.1, other.0).signum() * cross(line.0, line.1, other.1).signum()
    };
    sides(a, b) < 0 && sides(b, a) < 0
}

/// Cells of a grid whose inner lines wander; optionally an enclave in the first cell.
fn tiling(columns: usize, rows: usize, wiggles: &[f64], has_enclave: bool) -> Vec<Vec<Ring>> {
    const STEPS: usize = 12;
    let wiggle = |index: usize| wiggles[index % wiggles.len()];
    let corner = |x: usize, y: usize| {
        let inner = x > 0 && x < columns && y > 0 && y < rows;
        let shift = if inner {
            0.3 * wiggle(7 * x + 13 * y)
        } else {
            0.0
        };
        [x as f64 + shift, y as f64 - shift]
    };
    // A border between two corners, from the lower to the higher, with a wandering middle.
    let border = |a: (usize, usize), b: (usize, usize)| -> Ring {
        let (from, to) = (corner(a.0, a.1), corner(b.0, b.1));
        let seed = 31 * a.0 + 17 * a.1 + 5 * b.0 + 3 * b.1;
        (0..=STEPS)
            .map(|step| {
                let along = step as f64 / STEPS as f64;
                let off = if step == 0 || step == STEPS {
                    0.0
                } else {
                    0.08 * wiggle(seed + step)
                };
                let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
                [
                    from[0] + along * dx - off * dy,
                    from[1] + along * dy + off * dx,
                ]
            })
            .collect()
    };
    let mut units = Vec::new();
    for y in 0..rows {
        for x in 0..columns {
            let mut ring = Ring::new();
            ring.extend(border((x, y), (x + 1, y)).into_iter().take(STEPS));
            ring.extend(border((x + 1, y), (x + 1, y + 1)).into_iter().take(STEPS));
            ring.extend(
                border((x, y + 1), (x + 1, y + 1))
                    .into_iter()
                    .rev()
                    .take(STEPS),
            );
            ring.extend(border((x, y), (x, y + 1)).into_iter().rev().take(STEPS));
            units.push(vec![ring]);
        }
    }
    if has_enclave {
        let enclave: Ring = (0..40)
            .map(|step| {
                let angle = std::f64::consts::TAU * f64::from(step) / 40.0;
                let radius = 0.1 + 0.03 * wiggle(step as usize);
                [0.5 + radius * angle.cos(), 0.5 + radius * angle.sin()]
            })
            .collect();
        units[0].push(enclave.clone());
        units.push(vec![enclave.into_iter().rev().collect()]);
    }
    units
}

fn drawn(units: &[Vec<Ring>]) -> Map {
    let outlines: Vec<Outline<'_>> = units
        .iter()
        .map(|rings| Outline {
            rings: rings.iter().map(Vec::as_slice).collect(),
        })
        .collect();
    draw(&outlines).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_tiling_stays_a_tiling(
        columns in 1_usize..6,
        rows in 1_usize..6,
        wiggles in prop::collection::vec(-1.0_f64..1.0, 40..80),
        has_enclave: bool,
    ) {
        let units = tiling(columns, rows, &wiggles, has_enclave);
        let map = drawn(&units);
        let drawn_rings: Vec<Vec<Vec<Point>>> = map.shapes.iter().map(rings).collect();
        prop_assert_eq!(map.summary.unmatched_borders, 0);
        prop_assert_eq!(map.summary.rings, units.iter().map(Vec::len).sum::<usize>());

        // Every line is drawn by the two units beside it, or is of the outer border.
        let mut uses: BTreeMap<(Point, Point), usize> = BTreeMap::new();
        for ring in drawn_rings.iter().flatten() {
            for (a, b) in edges(ring) {
                prop_assert!(a != b);
                *uses.entry((a.min(b), a.max(b))).or_default() += 1;
            }
        }
        prop_assert!(uses.values().all(|&count| count <= 2));
        let corners: BTreeSet<Point> = uses.keys().flat_map(|&(a, b)| [a, b]).collect();
        prop_assert!(corners.len() > 2);

        // No two lines cross.
        let lines: Vec<(Point, Point)> = uses.keys().copied().collect();
        for (index, &line) in lines.iter().enumerate() {
            for &other in &lines[index + 1..] {
                prop_assert!(!cross_properly(line, other), "{line:?} crosses {other:?}");
            }
        }

        // The units fill what the outer border encloses: the tiling has no gap and no overlap.
        let outer: Vec<&(Point, Point)> = uses.iter().filter(|(_, count)| **count == 1).map(|(line, _)| line).collect();
        prop_assert!(!outer.is_empty());
        let units_area: i128 = drawn_rings
            .iter()
            .map(|rings| {
                let (shell, holes) = rings.split_first().unwrap();
                area(shell) - holes.iter().map(|hole| area(hole)).sum::<i128>()
            })
            .sum();
        let hull = boundary(&outer);
        prop_assert_eq!(units_area, area(&hull));
    }
}

/// The ring that lines form.
fn boundary(lines: &[&(Point, Point)]) -> Vec<Point> {
    let mut next: BTreeMap<Point, Vec<Point>> = BTreeMap::new();
    for &&(a, b) in lines {
        next.entry(a).or_default().push(b);
        next.entry(b).or_default().push(a);
    }
    let start = *next.keys().next().unwrap();
    let (mut ring, mut before, mut at) = (vec![start], start, next[&start][0]);
    while at != start {
        ring.push(at);
        let onward = *next[&at].iter().find(|&&other| other != before).unwrap();
        (before, at) = (at, onward);
    }
    ring
}

#[test]
fn a_line_does_not_jump_over_an_island_in_a_bay() {
    // 960 pixels wide: the bay is 0.4 pixels deep, less than the tolerance.
    let mainland: Ring = vec![
        [0.0, 0.0],
        [10.0, 0.0],
        [10.0, 5.0],
        [6.0, 5.0],
        [5.0, 4.9957],
        [4.0, 5.0],
        [0.0, 5.0],
    ];
    let island: Ring = vec![
        [4.98, 4.9975],
        [5.02, 4.9975],
        [5.02, 4.9995],
        [4.98, 4.9995],
    ];
    let map = drawn(&[
        vec![mainland],
        vec![island.clone()],
        vec![vec![[0.0, 9.0], [10.0, 9.0], [10.0, 10.0]]],
    ]);
    let UnitShape::Path(data) = &map.shapes[0] else {
        panic!("not a path");
    };
    // The bottom of the bay is kept.
    assert_eq!(rings(&map.shapes[0])[0].len(), 7, "{data}");
    assert!(matches!(map.shapes[1], UnitShape::Path(_)));
}

#[test]
fn a_small_unit_is_a_dot_and_a_small_part_a_mark() {
    let square = |x: f64, y: f64, side: f64| {
        vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
    };
    let map = drawn(&[
        vec![square(0.0, 0.0, 10.0), square(11.0, 1.0, 0.000_1)],
        vec![square(11.0, 5.0, 0.01)],
    ]);
    assert_eq!(map.summary.dots, 1);
    assert_eq!(map.summary.marked_rings, 1);
    assert_eq!(map.summary.rings, 1);
    assert!(matches!(map.shapes[1], UnitShape::Dot(_)));
    assert_eq!(draw(&[Outline::default()]), None);
}

#[test]
fn borders_that_cross_in_the_source_are_counted() {
    let a: Ring = vec![
        [0.0, 0.0],
        [5.0, 0.0],
        [5.2, 2.0],
        [4.8, 4.0],
        [5.0, 6.0],
        [0.0, 6.0],
    ];
    let b: Ring = vec![
        [5.0, 0.0],
        [10.0, 0.0],
        [10.0, 6.0],
        [5.0, 6.0],
        [5.1, 4.0],
        [4.9, 2.0],
    ];
    let map = drawn(&[vec![a], vec![b]]);
    assert_eq!(map.summary.unmatched_borders, 1);
}
