//! What must hold of any polygons and of any bytes.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed; the long variant is asked for in the environment"
)]

use pop_geo::{OrgUnit, ReadOptions, RingKind, Shape, crossing_test, read_orgunits, signed_area};
use proptest::prelude::*;

type Rings = Vec<Vec<[f64; 2]>>;

/// A coarse grid somewhere on the earth, its squares so many degrees wide.
#[derive(Debug, Clone, Copy)]
struct Grid {
    corner: [f64; 2],
    width: f64,
}

impl Grid {
    fn at(self, [column, row]: [f64; 2]) -> [f64; 2] {
        [
            self.corner[0] + column * self.width,
            self.corner[1] + row * self.width,
        ]
    }
}

/// Degrees near (0, 0), and metres far from it, where doubles are coarse.
const GRIDS: [Grid; 3] = [
    Grid {
        corner: [0.0, 0.0],
        width: 1.0,
    },
    Grid {
        corner: [-13.3, 8.2],
        width: 0.01,
    },
    Grid {
        corner: [151.2, -60.1],
        width: 1e-5,
    },
];

/// Polygons with corners on a coarse grid: touches, overlaps and crossings of every kind are common.
fn polygons() -> impl Strategy<Value = (Grid, Vec<Rings>)> {
    let ring = proptest::collection::vec([-5_i32..6, -5_i32..6], 3..7);
    let polygon = proptest::collection::vec(ring, 1..4);
    let polygons = proptest::collection::vec(polygon, 1..4);
    (proptest::sample::select(&GRIDS[..]), polygons).prop_map(|(grid, polygons)| {
        let place = |point: [i32; 2]| grid.at(point.map(f64::from));
        let ring = |ring: Vec<[i32; 2]>| ring.into_iter().map(place).collect();
        let rings = |rings: Vec<Vec<[i32; 2]>>| rings.into_iter().map(ring).collect();
        (grid, polygons.into_iter().map(rings).collect())
    })
}

fn read(polygons: &[Rings]) -> OrgUnit {
    let text = format!(
        r#"{{"type":"Feature","id":"a","geometry":{{"type":"MultiPolygon","coordinates":{polygons:?}}}}}"#
    );
    let mut set = read_orgunits(text.as_bytes(), &ReadOptions::default()).unwrap();
    set.units.remove(0)
}

/// How often a ring goes round a point, anticlockwise.
fn turns(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> i32 {
    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
    ends.map(|(a, b)| {
        let left = (b[0] - a[0]) * (y - a[1]) - (x - a[0]) * (b[1] - a[1]);
        i32::from(a[1] <= y && b[1] > y && left > 0.0)
            - i32::from(a[1] > y && b[1] <= y && left < 0.0)
    })
    .sum()
}

/// Whether a point is ground by the reading that is documented: in a shell, and in none of its holes.
fn is_ground(polygons: &[Rings], point: [f64; 2]) -> bool {
    polygons.iter().any(|rings| {
        let mut inside = rings.iter().map(|ring| turns(ring, point) != 0);
        inside.next() == Some(true) && !inside.any(|inside| inside)
    })
}

fn cases(short: u32, long: u32) -> ProptestConfig {
    ProptestConfig::with_cases(if testdata::long() { long } else { short })
}

proptest! {
    #![proptest_config(cases(1_000, 100_000))]

    #[test]
    fn every_point_counts_once_or_not_at_all((grid, polygons) in polygons()) {
        let unit = read(&polygons);
        let Shape::Area(area) = &unit.shape else {
            return Ok(());
        };
        prop_assert_eq!(crossing_test(area), None);
        for step in 0..120 {
            // Off the grid, and off the lines between its points.
            let column = -5.5 + f64::from(step % 11) + 0.123_457;
            let row = -5.5 + f64::from(step / 11) + 0.271_829;
            let [x, y] = grid.at([column, row]);
            let count: i32 = area
                .rings()
                .map(|(ring, kind)| {
                    let turns = turns(ring, [x, y]) * if signed_area(ring) < 0.0 { -1 } else { 1 };
                    if kind == RingKind::Shell { turns } else { -turns }
                })
                .sum();
            prop_assert_eq!(count, i32::from(is_ground(&polygons, [x, y])), "at {}, {}", x, y);
        }
    }
}

/// A file with most of what there is.
const FILE: &str = r#"{"type":"FeatureCollection","bbox":[0,0,1,1],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features":[
{"type":"Feature","id":"ouDist00001","geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4.5e0],[0,4],[0,0]],[[1,1],[2,1],[2,2],[1,1]]],[[[3,3],[9,3],[9,9.123456789012345678],[3,3]]]]},"properties":{"code":"D\u00e9","level":"2","parentGraph":"a/b","groups":["x","y"],"openingDate":"2010-01-01T00:00:00.000"}},
{"type":"Feature","id":7,"geometry":{"geometries":[{"coordinates":[1,2],"type":"Point"}],"type":"GeometryCollection"},"properties":null}]}"#;

proptest! {
    #![proptest_config(cases(3_000, 300_000))]

    #[test]
    fn no_bytes_make_it_panic(changes in proptest::collection::vec((0..FILE.len(), 0..4_u8, any::<u8>()), 1..5)) {
        const TOKENS: &[u8] = b"[]{},:\"0123456789.-eE\\ \x1entf";
        let mut bytes = FILE.as_bytes().to_vec();
        for (at, how, byte) in changes {
            let at = at.min(bytes.len() - 1);
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, TOKENS[usize::from(byte) % TOKENS.len()]),
                2 => bytes[at] = TOKENS[usize::from(byte) % TOKENS.len()],
                _ => drop(bytes.remove(at)),
            }
        }
        if let Ok(set) = read_orgunits(&bytes, &ReadOptions::default()) {
            for area in set.units.iter().filter_map(OrgUnit::area) {
                prop_assert!(area.size() > 0.0);
                prop_assert_eq!(crossing_test(area), None);
            }
        }
    }
}
