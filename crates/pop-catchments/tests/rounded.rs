//! Rounded parts are valid and still tile, also where rounding closes necks and turns faces over.

use std::collections::HashMap;

use pop_catchments::{PartitionOptions, PartitionTask, Position, partition, rounded, same_place};
use pop_geo::{Area, Polygon};
use proptest::prelude::*;

/// Corners of the square that all parents fill, in degrees.
const SIZE: f64 = 0.02;

/// Four parents that fill a square, with wiggly sides between them that they share.
fn parents(centre: Position, wiggles: &[Vec<Position>; 4]) -> Vec<Area> {
    let half = SIZE / 2.0;
    let middles = [[half, 0.0], [SIZE, half], [half, SIZE], [0.0, half]];
    let corners = [[0.0, 0.0], [SIZE, 0.0], [SIZE, SIZE], [0.0, SIZE]];
    let arm = |number: usize| -> Vec<Position> {
        let (from, steps) = (middles[number], &wiggles[number]);
        let along = |place: usize, wiggle: &Position| {
            let share = (place + 1) as f64 / (steps.len() + 1) as f64;
            [0, 1].map(|axis| {
                from[axis] + (centre[axis] - from[axis]) * share + wiggle[axis] * SIZE * 0.02
            })
        };
        let inner = steps
            .iter()
            .enumerate()
            .map(|(place, wiggle)| along(place, wiggle));
        std::iter::once(from).chain(inner).chain([centre]).collect()
    };
    (0..4)
        .map(|corner| {
            // From the centre out along one arm, round the corner, and back along the next.
            let mut ring: Vec<Position> = arm((corner + 3) % 4).into_iter().rev().collect();
            ring.push(corners[corner]);
            ring.extend(arm(corner));
            Area::new(vec![Polygon { rings: vec![ring] }])
        })
        .collect()
}

/// Coordinates in units of the last place.
fn whole(at: Position, factor: f64) -> Result<[i64; 2], TestCaseError> {
    for x in at {
        prop_assert_eq!(x, (x * factor).round() / factor, "not rounded");
    }
    Ok(at.map(|x| (x * factor).round() as i64))
}

fn turn(a: [i64; 2], b: [i64; 2], c: [i64; 2]) -> i64 {
    ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).signum()
}

fn cross([a, b]: [[i64; 2]; 2], [c, d]: [[i64; 2]; 2]) -> bool {
    turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn rounded_parts_tile(
        centre in (0.4..0.6, 0.4..0.6_f64),
        wiggles in proptest::array::uniform4(proptest::collection::vec((-1.0..1.0, -1.0..1.0_f64), 0..12)),
        sites in proptest::array::uniform4(proptest::collection::vec((0.0..1.0, 0.0..1.0_f64), 0..8)),
        limit in proptest::option::of(100.0..1500.0),
        tolerance in prop_oneof![Just(1.0), Just(10.0)],
        decimals in 3_u8..8,
    ) {
        let wiggles = wiggles.map(|steps| steps.into_iter().map(|(x, y)| [x, y]).collect::<Vec<_>>());
        let areas = parents([centre.0 * SIZE, centre.1 * SIZE], &wiggles);
        let corners = [[0.0, 0.0], [SIZE / 2.0, 0.0], [SIZE / 2.0, SIZE / 2.0], [0.0, SIZE / 2.0]];
        let tasks: Vec<PartitionTask<'_>> = (areas.iter().zip(&sites).zip(corners))
            .map(|((area, sites), corner)| {
                let place = |&(x, y): &(f64, f64)| [corner[0] + x * SIZE / 2.0, corner[1] + y * SIZE / 2.0];
                let all: Vec<Position> = sites.iter().map(place).collect();
                let first = same_place(&all, 0.0);
                let sites = all.iter().enumerate().filter(|(site, _)| first[*site] == *site);
                PartitionTask { parents: vec![area], sites: sites.map(|(_, &site)| site).collect(), ..PartitionTask::default() }
            })
            .collect();
        let parts = partition(&tasks, &PartitionOptions { tolerance, max_distance: limit }).unwrap();
        let factor = 10_f64.powi(i32::from(decimals));
        let mut edges: HashMap<[[i64; 2]; 2], u32> = HashMap::new();
        let mut twice = 0_i64;
        for parts in rounded(&parts, decimals).unwrap() {
            let all = parts.catchments.iter().chain(&parts.unserved);
            for ring in all.flatten().flat_map(|polygon| &polygon.rings) {
                prop_assert!(ring.len() > 3 && ring.first() == ring.last());
                for ends in ring.windows(2) {
                    let [a, b] = [whole(ends[0], factor)?, whole(ends[1], factor)?];
                    twice += a[0] * b[1] - a[1] * b[0];
                    let count = edges.entry([a, b]).or_default();
                    *count += 1;
                    prop_assert_eq!(*count, 1, "an edge twice the same way");
                }
            }
        }
        let size = (SIZE * factor).round() as i64;
        prop_assert_eq!(twice, 2 * size * size, "the parts fill the square");
        for [a, b] in edges.keys().filter(|[a, b]| !edges.contains_key(&[*b, *a])) {
            let along = (0..2).any(|axis| a[axis] == b[axis] && [0, size].contains(&a[axis]));
            prop_assert!(along, "an edge without a twin inside the square: {:?} {:?}", a, b);
        }
        let list: Vec<[[i64; 2]; 2]> = edges.into_keys().collect();
        for (place, &one) in list.iter().enumerate() {
            for &two in &list[place + 1..] {
                prop_assert!(!cross(one, two), "edges cross: {:?} {:?}", one, two);
            }
        }
    }
}
