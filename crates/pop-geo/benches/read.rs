//! How fast org units are read and their polygons checked: `cargo bench -p pop-geo`.
//!
//! Prints the least of several runs, once with one thread and once with all.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark looks at the clock and prints"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use pop_geo::{Area, OrgUnit, ReadOptions, crossing_test, read_orgunits};

/// A file of ragged rings, each of so many points, as DHIS2 writes it.
fn file(units: usize, points: usize) -> String {
    let mut state = 1_u64;
    let mut ragged = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        f64::from((state >> 33) as u32) / f64::from(u32::MAX >> 1)
    };
    let mut text = String::from(r#"{"type":"FeatureCollection","features":["#);
    for unit in 0..units {
        let (x, y) = (
            -11.0 - (unit % 45) as f64 * 0.1,
            7.0 + (unit / 45) as f64 * 0.1,
        );
        let separator = if unit == 0 { "" } else { "," };
        write!(text, r#"{separator}{{"type":"Feature","id":"u{unit}","geometry":{{"type":"Polygon","coordinates":[["#).unwrap();
        let ring: Vec<String> = (0..points)
            .map(|point| {
                let turn = std::f64::consts::TAU * point as f64 / points as f64;
                let radius = 0.04 * (1.0 + ragged() / points as f64);
                format!(
                    "[{:.6},{:.6}]",
                    x + radius * turn.cos(),
                    y + radius * turn.sin()
                )
            })
            .collect();
        let first = ring.first().unwrap();
        write!(text, r#"{},{first}]]}},"properties":{{"code":"C{unit}","name":"Unit {unit}","level":"3","parent":"p","parentGraph":"r/p","groups":[]}}}}"#, ring.join(",")).unwrap();
    }
    text.push_str("]}");
    text
}

fn least(runs: usize, mut run: impl FnMut()) -> Duration {
    let times = (0..runs).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

fn main() {
    for (units, points) in [(2_000, 375), (13, 4_000), (1, 500_000)] {
        let text = file(units, points);
        let options = ReadOptions::default();
        let set = read_orgunits(text.as_bytes(), &options).unwrap();
        let areas: Vec<&Area> = set.units.iter().filter_map(OrgUnit::area).collect();
        let vertices: usize = areas.iter().map(|area| area.vertices()).sum();
        let read = || drop(read_orgunits(text.as_bytes(), &options));
        let one = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .unwrap();
        let alone = one.install(|| least(9, read));
        let together = least(9, read);
        let checked = least(9, || {
            assert!(areas.iter().all(|area| crossing_test(area).is_none()))
        });
        let rate = |time: Duration| text.len() as f64 / 1e6 / time.as_secs_f64();
        println!(
            "{units} units of {points} points, {:.1} MB: read and checked at {:.0} MB/s by one thread, {:.0} MB/s by {}; of that the check {:.0} ns a point",
            text.len() as f64 / 1e6,
            rate(alone),
            rate(together),
            rayon::current_num_threads(),
            checked.as_secs_f64() * 1e9 / vertices as f64,
        );
    }
}
