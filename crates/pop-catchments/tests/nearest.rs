//! 100,000 random points a case: each is in the catchment of the facility that an independent geodesic finds nearest.

use geographiclib_rs::{Geodesic, InverseGeodesic};
use pop_catchments::{PartitionOptions, PartitionTask, PartitionedAreas, Position, partition};
use pop_geo::{Area, Polygon};

const POINTS: usize = 100_000;

/// Numbers between 0 and 1 (G. Marsaglia, "Xorshift RNGs", 2003).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn position(&mut self, window: [f64; 4]) -> Position {
        let [west, south, east, north] = window;
        [
            west + self.next() * (east - west),
            south + self.next() * (north - south),
        ]
    }
}

/// A box as an area.
fn box_of([west, south, east, north]: [f64; 4]) -> Area {
    let ring = vec![
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
    ];
    Area::new(vec![Polygon { rings: vec![ring] }])
}

/// A catchment with the box round it.
struct Boxed<'a> {
    low: Position,
    high: Position,
    polygons: &'a [Polygon],
}

impl<'a> Boxed<'a> {
    fn new(polygons: &'a [Polygon]) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for point in polygons
            .iter()
            .flat_map(|polygon| polygon.rings.iter().flatten())
        {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        Self {
            low,
            high,
            polygons,
        }
    }

    fn contains(&self, [x, y]: Position) -> bool {
        if x < self.low[0] || x > self.high[0] || y < self.low[1] || y > self.high[1] {
            return false;
        }
        let mut inside = false;
        for ends in self
            .polygons
            .iter()
            .flat_map(|polygon| &polygon.rings)
            .flat_map(|ring| ring.windows(2))
        {
            let [a, b] = [ends[0], ends[1]];
            if (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] {
                inside = !inside;
            }
        }
        inside
    }
}

fn check(name: &str, window: [f64; 4], sites: usize, options: &PartitionOptions) {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15 ^ name.len() as u64);
    let positions: Vec<Position> = (0..sites).map(|_| numbers.position(window)).collect();
    let area = box_of(window);
    let task = PartitionTask {
        parents: vec![&area],
        sites: positions.clone(),
        ..PartitionTask::default()
    };
    #[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    let parts: PartitionedAreas = partition(&[task], options).unwrap().remove(0);
    let boxed: Vec<Boxed<'_>> = parts
        .catchments
        .iter()
        .map(|polygons| Boxed::new(polygons))
        .collect();
    let wgs84 = Geodesic::wgs84();
    let metres = |a: Position, b: Position| -> f64 { wgs84.inverse(a[1], a[0], b[1], b[0]) };
    for _ in 0..POINTS {
        let point = numbers.position(window);
        let shrink = point[1].to_radians().cos();
        let near = |site: &usize| {
            ((positions[*site][0] - point[0]) * shrink).powi(2)
                + (positions[*site][1] - point[1]).powi(2)
        };
        let mut order: Vec<usize> = (0..sites).collect();
        order.select_nth_unstable_by(8, |a, b| near(a).total_cmp(&near(b)));
        let mut candidates: Vec<(f64, usize)> = order[..8]
            .iter()
            .map(|&site| (metres(point, positions[site]), site))
            .collect();
        candidates.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (nearest, site) = candidates[0];
        let found = boxed.iter().position(|catchment| catchment.contains(point));
        let limit = options.max_distance.unwrap_or(f64::INFINITY);
        match found {
            Some(found) if found == site => {
                assert!(
                    nearest < limit + 2.0 * options.tolerance,
                    "{name}: {point:?} is {nearest} m from {site}"
                );
            }
            Some(found) => {
                let other = metres(point, positions[found]);
                let apart = metres(positions[site], positions[found]);
                let off = (other * other - nearest * nearest) / (2.0 * apart);
                assert!(
                    off < 2.0 * options.tolerance,
                    "{name}: {point:?} is in {found}, {off} m beyond the border of {site}"
                );
            }
            None => assert!(
                nearest > limit - 2.0 * options.tolerance,
                "{name}: {point:?} is in no catchment, {nearest} m from {site}"
            ),
        }
    }
}

#[test]
fn points_are_in_the_catchment_of_the_nearest_facility() {
    let limited = |tolerance, limit| PartitionOptions {
        tolerance,
        max_distance: Some(limit),
    };
    let free = |tolerance| PartitionOptions {
        tolerance,
        max_distance: None,
    };
    check("sierra leone", [-13.3, 6.9, -10.3, 10.0], 300, &free(1.0));
    check(
        "equator, limited",
        [20.0, -2.0, 24.0, 2.0],
        200,
        &limited(1.0, 15_000.0),
    );
    check("norway", [5.0, 58.0, 25.0, 71.0], 150, &free(1.0));
    check(
        "south, fine",
        [-72.0, -50.0, -68.0, -45.0],
        200,
        &limited(0.1, 20_000.0),
    );
    check(
        "far apart",
        [10.0, 30.0, 40.0, 55.0],
        30,
        &limited(10.0, 300_000.0),
    );
}
