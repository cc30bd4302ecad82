//! Small parts, small units, islands in bays and borders that do not match.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

#[path = "tilings/drawing.rs"]
mod drawing;

use drawing::{Ring, drawn, rings};
use pop_map::{Outline, UnitShape, draw};

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
    assert_eq!(rings(&map.shapes[0])[0].len(), 5, "{data}");
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
