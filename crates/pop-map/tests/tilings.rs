//! Generated tilings: what touched in the source touches on the map, and nothing else does.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

#[path = "tilings/drawing.rs"]
mod drawing;
#[path = "tilings/generator.rs"]
mod generator;
#[path = "tilings/planar.rs"]
mod planar;

use drawing::{Point, Ring, drawn, rings};
use generator::Shape;
use pop_map::UnitShape;
use proptest::prelude::*;

fn shapes() -> impl Strategy<Value = Shape> {
    (
        (1_usize..6, 1_usize..6),
        prop::collection::vec(-1.0_f64..1.0, 40..80),
        0_usize..4,
        prop_oneof![
            Just(0.0),
            (-4.0_f64..-1.5).prop_map(|power| 10_f64.powf(power))
        ],
        0_usize..6,
        prop_oneof![Just(1.0), Just(0.01), Just(8.0)],
        prop::option::of(0_usize..5),
    )
        .prop_map(
            |((columns, rows), wiggles, enclaves, sliver, islands, side, dateline)| Shape {
                columns,
                rows,
                wiggles,
                enclaves,
                sliver,
                islands: islands.min(rows),
                side,
                dateline: dateline.filter(|&line| line > 0 && line < columns),
            },
        )
}

/// Places as whole numbers, with longitudes in one turn.
fn source_rings(units: &[Vec<Ring>], shape: &Shape) -> Vec<Vec<Vec<Point>>> {
    let whole = |degrees: f64| (degrees * 1e9).round() as i64;
    let turned = |lon: f64| {
        if shape.dateline.is_some() && lon < 0.0 {
            lon + 360.0
        } else {
            lon
        }
    };
    let ring = |ring: &Ring| {
        ring.iter()
            .map(|&[lon, lat]| (whole(turned(lon)), whole(lat)))
            .collect()
    };
    units
        .iter()
        .map(|rings| rings.iter().map(ring).collect())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn a_tiling_stays_a_tiling(shape in shapes()) {
        let units = shape.units();
        let source = source_rings(&units, &shape);
        let source_uses = planar::uses(source.iter().flatten());
        prop_assert_eq!(planar::meeting(&source_uses), None, "the generator");

        let map = drawn(&units);
        prop_assert_eq!(map.summary.unmatched_borders, 0);
        let drawn_rings: Vec<Vec<Vec<Point>>> = map.shapes.iter().map(rings).collect();
        let all: usize = units.iter().map(Vec::len).sum();
        prop_assert_eq!(map.summary.rings + map.summary.marked_rings + map.summary.dots, all);

        // Every line is drawn by the two units beside it, or is of the outer border; no two meet.
        let uses = planar::uses(drawn_rings.iter().flatten());
        prop_assert!(uses.iter().all(|(line, &count)| line.0 != line.1 && count <= 2));
        prop_assert_eq!(planar::meeting(&uses), None);

        // Pixels of a degree, from what is drawn of the outer border.
        let scale = |of: fn(&Point) -> i64| {
            let span = |places: &mut dyn Iterator<Item = i64>| {
                places.fold((i64::MAX, i64::MIN), |(low, high), value| (low.min(value), high.max(value)))
            };
            let (low, high) = span(&mut drawn_rings.iter().flatten().flatten().map(of));
            let (source_low, source_high) = span(&mut source.iter().flatten().flatten().map(of));
            (high - low) as f64 / (source_high - source_low) as f64
        };
        let scale = [scale(|place| place.0), scale(|place| place.1)];

        // Each ring encloses what it did, to the tolerance beside its length; none is turned over.
        for ((unit, drawn), shape) in source.iter().zip(&drawn_rings).zip(&map.shapes) {
            if !matches!(shape, UnitShape::Path(_)) {
                continue;
            }
            // Small islands, at the end of a unit, are marks.
            for (ring, drawn) in unit.iter().zip(drawn) {
                let area = planar::signed_area(ring) as f64 * scale[0] * scale[1];
                let length: f64 = planar::lines(ring)
                    .map(|(a, b)| ((b.0 - a.0) as f64 * scale[0]).hypot((b.1 - a.1) as f64 * scale[1]))
                    .sum();
                // North is up: the direction is the other one.
                let difference = (-planar::signed_area(drawn) as f64 - area).abs() / 1e12;
                prop_assert!(difference < 2.0 * 0.7 * length / 1e6, "{} of {}", difference, area / 1e12);
                let is_thin = area.abs() / 1e12 < 1.0;
                prop_assert!(is_thin || (area < 0.0) == (planar::signed_area(drawn) > 0));
            }
        }

        // The units fill what the outer borders enclose: the tiling has no gap and no overlap.
        let filled: i128 = drawn_rings.iter().flatten().map(|ring| planar::signed_area(ring)).sum();
        let outer: i128 = drawn_rings
            .iter()
            .flatten()
            .flat_map(|ring| planar::lines(ring))
            .filter(|&(a, b)| uses[&(a.min(b), a.max(b))] == 1)
            .map(|(a, b)| planar::signed_area(&[a, b, (0, 0)]))
            .sum();
        prop_assert_eq!(filled, outer);
    }
}
