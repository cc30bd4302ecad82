//! Catchments tile their parents, and each point is in the catchment of the nearest site.

use geographiclib_rs::{Geodesic, InverseGeodesic};
use pop_catchments::{
    PartitionOptions, PartitionTask, PartitionedAreas, Position, partition, same_place,
};
use pop_geo::{Area, Polygon, signed_area};
use proptest::prelude::*;

fn area_of(polygons: &[Polygon]) -> f64 {
    polygons
        .iter()
        .flat_map(|polygon| &polygon.rings)
        .map(|ring| signed_area(ring))
        .sum()
}

/// Even-odd over all rings.
fn contains(polygons: &[Polygon], [x, y]: Position) -> bool {
    let mut inside = false;
    for ring in polygons.iter().flat_map(|polygon| &polygon.rings) {
        for ends in ring.windows(2) {
            let [a, b] = [ends[0], ends[1]];
            if (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] {
                inside = !inside;
            }
        }
    }
    inside
}

/// A star-shaped ring round a centre.
fn star(centre: Position, radii: &[f64]) -> Vec<Position> {
    let step = std::f64::consts::TAU / radii.len() as f64;
    let corner = |(place, &radius): (usize, &f64)| {
        let (sin, cos) = (step * place as f64).sin_cos();
        [centre[0] + radius * cos, centre[1] + radius * sin]
    };
    let mut ring: Vec<Position> = radii.iter().enumerate().map(corner).collect();
    ring.push(ring[0]);
    ring
}

/// 1e-12, or for small areas far from (0, 0) what doubles can tell of points on the outline.
fn exactness(area: &Area) -> f64 {
    let ring = &area.polygons[0].rings[0];
    let around: f64 = ring
        .windows(2)
        .map(|ends| (ends[1][0] - ends[0][0]).hypot(ends[1][1] - ends[0][1]))
        .sum();
    let far = ring
        .iter()
        .flatten()
        .fold(0.0_f64, |far, x| far.max(x.abs()));
    (far * f64::EPSILON * around / area.size()).max(1e-12)
}

fn distance_to(side: &[Position], [x, y]: Position) -> f64 {
    let ([ax, ay], [bx, by]) = (side[0], side[1]);
    let (dx, dy) = (bx - ax, by - ay);
    let share = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
    (x - ax - share * dx).hypot(y - ay - share * dy)
}

fn check_tiling(area: &Area, parts: &PartitionedAreas) -> Result<(), TestCaseError> {
    let all = || {
        parts
            .catchments
            .iter()
            .chain(&parts.unserved)
            .chain(&parts.in_reach)
            .chain(&parts.kept)
    };
    let sum: f64 = all().map(|polygons| area_of(polygons)).sum();
    let off = (sum / area.size() - 1.0).abs();
    let exact = exactness(area);
    prop_assert!(
        off < exact,
        "areas are off by {off:e}, doubles allow {exact:e}"
    );
    // Every edge runs once each way, or is on the outline: then nothing overlaps and neighbours share their vertices.
    let mut edges = std::collections::HashMap::new();
    for ring in all().flatten().flat_map(|polygon| &polygon.rings) {
        for ends in ring.windows(2) {
            let key = |end: Position| end.map(f64::to_bits);
            let count = edges.entry((key(ends[0]), key(ends[1]))).or_insert(0);
            *count += 1;
            prop_assert_eq!(*count, 1, "an edge twice the same way");
        }
    }
    let alone = edges
        .keys()
        .filter(|(from, to)| !edges.contains_key(&(*to, *from)));
    for (from, to) in alone {
        let [a, b] = [from, to].map(|end| end.map(f64::from_bits));
        let middle = [0, 1].map(|axis| f64::midpoint(a[axis], b[axis]));
        let sides = area
            .polygons
            .iter()
            .flat_map(|polygon| &polygon.rings)
            .flat_map(|ring| ring.windows(2));
        let off = sides
            .map(|side| distance_to(side, middle))
            .fold(f64::INFINITY, f64::min);
        prop_assert!(
            off < 1e-12,
            "an edge without a twin is {off:e} degrees from the outline"
        );
    }
    Ok(())
}

fn check_nearest(
    points: &[Position],
    area: &Area,
    sites: &[Position],
    parts: &PartitionedAreas,
    options: &PartitionOptions,
) -> Result<(), TestCaseError> {
    let wgs84 = Geodesic::wgs84();
    for &point in points
        .iter()
        .filter(|point| contains(&area.polygons, **point))
    {
        let distance =
            |site: &Position| -> f64 { wgs84.inverse(point[1], point[0], site[1], site[0]) };
        let distances: Vec<f64> = sites.iter().map(distance).collect();
        let found = parts
            .catchments
            .iter()
            .position(|polygons| contains(polygons, point));
        let nearest = distances.iter().copied().fold(f64::INFINITY, f64::min);
        let slack = 4.0 * options.tolerance;
        match found {
            Some(site) => {
                prop_assert!(
                    distances[site] - nearest < slack,
                    "{point:?}: {} m, nearest {nearest} m",
                    distances[site]
                );
                if let Some(limit) = options.max_distance {
                    prop_assert!(
                        distances[site] < limit + slack,
                        "{point:?}: {} m is beyond the limit",
                        distances[site]
                    );
                }
            }
            None => {
                let limit = options.max_distance.unwrap_or(f64::INFINITY);
                prop_assert!(
                    nearest > limit - slack,
                    "{point:?} is in no catchment: {nearest} m"
                );
            }
        }
    }
    Ok(())
}

fn cases() -> u32 {
    #[allow(
        clippy::disallowed_methods,
        reason = "the long mode is asked for in the environment"
    )]
    let long = std::env::var_os("HEADCOUNT_LONG").is_some();
    if long { 100_000 } else { 2_000 }
}

fn square() -> impl Strategy<Value = Position> {
    (-1.3..1.3, -1.3..1.3_f64).prop_map(|(x, y)| [x, y])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn random_parents_are_tiled(
        centre in (-170.0..170.0, -75.0..75.0_f64),
        radii in proptest::collection::vec(0.3..1.0, 5..40),
        hole in proptest::option::of(proptest::collection::vec(0.05..0.2, 3..9)),
        scale in prop_oneof![Just(1.0), Just(0.01), Just(4.0)],
        sites in proptest::collection::vec(square(), 1..40),
        lattice in any::<bool>(),
        limit in proptest::option::of(0.02..1.5),
        tolerance in prop_oneof![Just(1.0), Just(0.1), Just(100.0)],
        points in proptest::collection::vec(square(), 50),
    ) {
        let centre = [centre.0, centre.1];
        let place = |[x, y]: Position| [centre[0] + scale * x, centre[1] + scale * y];
        let shell = star([0.0, 0.0], &radii).into_iter().map(place).collect();
        let hole = hole.map(|radii| star([0.0, 0.0], &radii).into_iter().map(place).collect());
        let area = Area::new(vec![Polygon { rings: std::iter::once(shell).chain(hole).collect() }]);
        let round = |site: Position| if lattice { site.map(|x| (x * 4.0).round() / 4.0) } else { site };
        let mut all: Vec<Position> = sites.into_iter().map(round).map(place).collect();
        let first = same_place(&all, 0.0);
        all = all.iter().enumerate().filter(|(site, _)| first[*site] == *site).map(|(_, &site)| site).collect();
        let options = PartitionOptions { tolerance, max_distance: limit.map(|limit| limit * scale * 100_000.0).filter(|limit| *limit <= 300_000.0) };
        let task = PartitionTask { parents: vec![&area], sites: all.clone(), ..PartitionTask::default() };
        let parts = partition(&[task], &options).unwrap().remove(0);
        check_tiling(&area, &parts)?;
        let points: Vec<Position> = points.into_iter().map(place).collect();
        check_nearest(&points, &area, &all, &parts, &options)?;
    }
}

/// Its corners are all within 300 m of the limit, and it names no limit of its own: only that of the site beside.
#[test]
fn the_surroundings_of_a_site_are_served_however_coarse_the_limit_is_drawn() {
    let place = |[x, y]: Position| [0.01 * x, -36.474_844_6 + 0.01 * y];
    let mut radii = [0.3; 12];
    radii[10..].copy_from_slice(&[0.968_458_637_478_718_2, 0.745_155_458_894_886_7]);
    let shell = star([0.0, 0.0], &radii).into_iter().map(place).collect();
    let area = Area::new(vec![Polygon { rings: vec![shell] }]);
    let sites: Vec<Position> = [[1.25, 0.0], [0.25, -0.5], [0.5, -0.25]]
        .into_iter()
        .map(place)
        .collect();
    let options = PartitionOptions {
        tolerance: 100.0,
        max_distance: Some(511.5),
    };
    let task = PartitionTask {
        parents: vec![&area],
        sites: sites.clone(),
        ..PartitionTask::default()
    };
    let parts = partition(&[task], &options).unwrap().remove(0);
    let beside = place([0.197, -0.514]);
    assert!(contains(&parts.catchments[1], beside));
    assert!(contains(&parts.catchments[1], sites[1]));
}
