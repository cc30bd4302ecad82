//! Catchments from outside: what goes in comes out, tiles its parent, and bad inputs are named.

mod chain;
mod doubts;
mod figures;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Ran, tool};

/// A collection of features.
fn collection(features: &[Value]) -> String {
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

fn feature(id: &str, geometry: &Value, properties: Value) -> Value {
    json!({"type": "Feature", "id": id, "geometry": geometry, "properties": properties})
}

/// A facility of the parent P.
fn facility(id: &str, position: [f64; 2]) -> Value {
    let geometry = json!({"type": "Point", "coordinates": position});
    feature(
        id,
        &geometry,
        json!({"name": id, "level": 3, "path": format!("/R/P/{id}")}),
    )
}

fn parent(id: &str, polygons: Value) -> Value {
    let geometry = json!({"type": "MultiPolygon", "coordinates": polygons});
    feature(
        id,
        &geometry,
        json!({"name": id, "level": 2, "path": format!("/R/{id}")}),
    )
}

/// The ring of a box.
fn ring(west: f64, south: f64, east: f64, north: f64) -> Value {
    json!([
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south]
    ])
}

/// Runs the tool on facilities and parents in a folder of its own.
fn run(facilities: &[Value], parents: &[Value], args: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parents.geojson");
    std::fs::write(&file, collection(parents)).unwrap();
    run_within(&file, collection(facilities), args)
}

fn run_within(parents: &Path, facilities: String, args: &[&str]) -> Ran {
    tool("catchments")
        .args(["--within".into(), parents.as_os_str().to_owned()])
        .args(args)
        .stdin(facilities)
        .run()
}

/// What comes out, by id.
fn features(ran: &Ran) -> BTreeMap<String, Value> {
    let document: Value = serde_json::from_str(&ran.text()).unwrap();
    let features = document["features"].as_array().unwrap();
    let by_id = features
        .iter()
        .map(|feature| (feature["id"].as_str().unwrap().to_owned(), feature.clone()));
    by_id.collect()
}

fn reasons<'a>(features: &'a BTreeMap<String, Value>, id: &str) -> &'a str {
    features[id]["properties"]["reasons"]
        .as_str()
        .unwrap_or_default()
}

fn polygons(geometry: &Value) -> Vec<Value> {
    match geometry["type"].as_str() {
        Some("Polygon") => vec![geometry["coordinates"].clone()],
        Some("MultiPolygon") => geometry["coordinates"].as_array().unwrap().clone(),
        _ => Vec::new(),
    }
}

fn ring_area(ring: &Value) -> f64 {
    let points: Vec<[f64; 2]> = serde_json::from_value(ring.clone()).unwrap();
    assert_eq!(points.first(), points.last(), "a ring that is not closed");
    let [x, y] = points[0];
    let twice: f64 = points
        .windows(2)
        .map(|ends| (ends[0][0] - x) * (ends[1][1] - y) - (ends[1][0] - x) * (ends[0][1] - y))
        .sum();
    twice / 2.0
}

/// Square degrees; fails where a shell is not anticlockwise or a hole not clockwise.
fn area(geometry: &Value) -> f64 {
    let mut sum = 0.0;
    for polygon in polygons(geometry) {
        for (place, ring) in polygon.as_array().unwrap().iter().enumerate() {
            let area = ring_area(ring);
            assert!((area > 0.0) == (place == 0), "a ring winds the wrong way");
            sum += area;
        }
    }
    sum
}

/// Fails unless the areas of all features add up to this many square degrees.
#[track_caller]
fn assert_tiles(features: &BTreeMap<String, Value>, expected: f64) {
    let sum: f64 = features
        .values()
        .map(|feature| area(&feature["geometry"]))
        .sum();
    assert!(
        (sum / expected - 1.0).abs() < 1e-12,
        "{sum} square degrees, expected {expected}"
    );
}

const UNIT: [f64; 4] = [0.0, 0.0, 1.0, 1.0];

fn unit_square() -> Value {
    let [west, south, east, north] = UNIT;
    parent("P", json!([[ring(west, south, east, north)]]))
}

#[test]
fn one_facility_has_its_whole_parent_with_its_very_vertices() {
    let ran = run(&[facility("A", [0.3, 0.3])], &[unit_square()], &[]).expect(0);
    let found = features(&ran);
    assert_eq!(
        found["A"]["geometry"],
        json!({"type": "Polygon", "coordinates": [ring(0.0, 0.0, 1.0, 1.0)]})
    );
    assert_eq!(found.len(), 1);
}

#[test]
fn facilities_of_equal_coordinates_share_a_place_and_the_smallest_id_holds_it() {
    let facilities = [
        facility("B", [0.3, 0.3]),
        facility("A", [0.3, 0.3]),
        facility("C", [0.7, 0.3]),
    ];
    for same_place in ["0", "50m"] {
        let ran = run(&facilities, &[unit_square()], &["--same-place", same_place])
            .expect(0)
            .says("1 unit same-place: B");
        let found = features(&ran);
        assert_eq!(reasons(&found, "B"), "same-place");
        assert_eq!(found["B"]["properties"]["samePlaceAs"], "A");
        assert_eq!(found["B"]["geometry"], Value::Null);
        assert_tiles(&found, 1.0);
    }
}

#[test]
fn fourteen_points_within_twenty_metres_are_one_place_unless_told_otherwise() {
    let ids: Vec<String> = (0..14).map(|n| format!("F{n:02}")).collect();
    let near = |n: usize| [0.5 + 1e-5 * (n % 4) as f64, 0.5 + 1e-5 * (n / 4) as f64];
    let facilities: Vec<Value> = ids
        .iter()
        .enumerate()
        .map(|(n, id)| facility(id, near(n)))
        .collect();
    let found = features(&run(&facilities, &[unit_square()], &[]).expect(0));
    assert_eq!(
        found
            .values()
            .filter(|feature| !feature["geometry"].is_null())
            .count(),
        1
    );
    assert_tiles(&found, 1.0);
    let found = features(
        &run(
            &facilities,
            &[unit_square()],
            &["--same-place", "0", "--tolerance", "1cm"],
        )
        .expect(0),
    );
    assert_eq!(
        found
            .values()
            .filter(|feature| !feature["geometry"].is_null())
            .count(),
        14
    );
    assert_tiles(&found, 1.0);
}

#[test]
fn facilities_in_a_row_share_out_their_parent() {
    for row in [[0.1, 0.0], [0.0, 0.1], [0.1, 0.1]] {
        for count in 1..6 {
            let position = |n: i32| [0.1 + f64::from(n) * row[0], 0.1 + f64::from(n) * row[1]];
            let facilities: Vec<Value> = (0..count)
                .map(|n| facility(&format!("F{n}"), position(n)))
                .collect();
            let found = features(
                &run(&facilities, &[unit_square()], &["--max-distance", "30km"]).expect(0),
            );
            assert_eq!(found.len() as i32, count + 1);
            assert_tiles(&found, 1.0);
        }
    }
}

#[test]
fn a_lattice_of_facilities_tiles_with_four_on_a_circle_everywhere() {
    let facilities: Vec<Value> = (0..50_000)
        .map(|n| {
            facility(
                &format!("F{n:05}"),
                [
                    0.002 + f64::from(n % 250) * 0.004,
                    0.0025 + f64::from(n / 250) * 0.005,
                ],
            )
        })
        .collect();
    let found = features(&run(&facilities, &[unit_square()], &[]).expect(0));
    assert_eq!(
        found
            .values()
            .filter(|feature| !feature["geometry"].is_null())
            .count(),
        50_000
    );
    assert_tiles(&found, 1.0);
}

#[test]
fn a_border_along_the_outline_leaves_no_sliver() {
    let south = parent("P", json!([[ring(0.0, -1.0, 1.0, 0.0)]]));
    let facilities = [facility("A", [0.5, -0.3]), facility("B", [0.5, 0.3])];
    let found = features(&run(&facilities, &[south], &[]).expect(0));
    assert_eq!(reasons(&found, "B"), "outside-parent;no-area");
    assert_tiles(&found, 1.0);
    // The same on a meridian that is no short decimal in binary.
    let west = parent("P", json!([[ring(10.2, 0.0, 11.3, 1.0)]]));
    let facilities = [facility("A", [11.1, 0.5]), facility("B", [11.5, 0.5])];
    let found = features(&run(&facilities, &[west], &[]).expect(0));
    assert_eq!(reasons(&found, "B"), "outside-parent;no-area");
    assert_eq!(area(&found["B"]["geometry"]), 0.0);
}

#[test]
fn a_border_through_a_vertex_of_the_outline_adds_none() {
    let diamond = parent(
        "P",
        json!([[[
            [0.0, -1.0],
            [1.0, 0.0],
            [0.0, 1.0],
            [-1.0, 0.0],
            [0.0, -1.0]
        ]]]),
    );
    let facilities = [facility("A", [-0.5, 0.0]), facility("B", [0.5, 0.0])];
    let found = features(&run(&facilities, &[diamond], &[]).expect(0));
    assert_tiles(&found, 2.0);
    let ring: Vec<[f64; 2]> =
        serde_json::from_value(found["B"]["geometry"]["coordinates"][0].clone()).unwrap();
    assert_eq!(ring, [[0.0, -1.0], [1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]);
}

#[test]
fn a_point_on_the_outline_is_inside() {
    for position in [[0.0, 0.5], [1.0, 1.0], [0.25, 0.0]] {
        let ran = run(
            &[facility("A", position), facility("B", [0.6, 0.6])],
            &[unit_square()],
            &[],
        )
        .expect(0);
        assert_eq!(reasons(&features(&ran), "A"), "");
    }
}

#[test]
fn a_facility_far_outside_is_named_with_its_kilometres() {
    let ran = run(
        &[facility("A", [0.5, 0.5]), facility("B", [2.8, 0.5])],
        &[unit_square()],
        &[],
    )
    .expect(0);
    let ran = ran.says("1 unit outside-parent: B (200.4 km)");
    let found = features(&ran);
    assert_eq!(reasons(&found, "B"), "outside-parent;no-area");
    assert_tiles(&found, 1.0);
}

#[test]
fn holes_islands_and_an_island_in_another_parents_hole() {
    let p = parent(
        "P",
        json!([
            [ring(0.0, 0.0, 1.0, 1.0), ring(0.25, 0.25, 0.75, 0.75)],
            [ring(2.0, 0.0, 2.5, 0.5)]
        ]),
    );
    let q = parent("Q", json!([[ring(0.25, 0.25, 0.75, 0.75)]]));
    let mut inner = facility("Z", [0.5, 0.5]);
    inner["properties"]["path"] = "/R/Q/Z".into();
    let facilities = [facility("A", [0.1, 0.1]), facility("B", [0.9, 0.9]), inner];
    let found = features(&run(&facilities, &[p, q], &["--max-distance", "20km"]).expect(0));
    assert_tiles(&found, 1.0 + 0.25);
    assert!(area(&found["Q-unserved"]["geometry"]) > 0.0);
    // The island is beyond 20 km of every facility.
    let island: f64 = polygons(&found["P-unserved"]["geometry"])
        .iter()
        .filter(|polygon| polygon[0][0][0].as_f64() >= Some(2.0))
        .map(|polygon| ring_area(&polygon[0]))
        .sum();
    assert!((island - 0.25).abs() < 1e-12);
}

#[test]
fn a_parent_on_both_sides_of_the_antimeridian() {
    let p = parent(
        "P",
        json!([
            [ring(179.0, 0.0, 180.0, 1.0)],
            [ring(-180.0, 0.0, -179.0, 1.0)]
        ]),
    );
    let facilities = [facility("A", [179.9, 0.5]), facility("B", [-179.2, 0.5])];
    let found = features(&run(&facilities, &[p], &[]).expect(0));
    assert_tiles(&found, 2.0);
    // The border is halfway, at -179.65.
    assert!((area(&found["A"]["geometry"]) - 1.35).abs() < 1e-4);
    assert_eq!(polygons(&found["A"]["geometry"]).len(), 2);
}

#[test]
fn a_self_crossing_parent_is_treated_as_zonal_sum_does() {
    let bow_tie = parent(
        "P",
        json!([[[[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]]]),
    );
    let found = features(
        &run(
            &[facility("A", [0.2, 0.5]), facility("B", [0.8, 0.5])],
            &[bow_tie],
            &[],
        )
        .expect(0),
    );
    assert_tiles(&found, 0.5);
    let pentagram = parent(
        "P",
        json!([[[
            [0.0, 1.0],
            [0.59, -0.81],
            [-0.95, 0.31],
            [0.95, 0.31],
            [-0.59, -0.81],
            [0.0, 1.0]
        ]]]),
    );
    let facilities = [facility("A", [0.2, 0.1])];
    run(&facilities, std::slice::from_ref(&pentagram), &[])
        .expect_nothing(3)
        .says("P (");
    let found = features(&run(&facilities, &[pentagram], &["--allow", "bad-geometry"]).expect(0));
    assert_eq!(reasons(&found, "A"), "no-parent");
}

#[test]
fn coordinates_that_cannot_be_right_are_refused_by_name() {
    let p = parent("P", json!([[ring(-12.0, 8.0, -11.0, 9.0)]]));
    for (position, words) in [
        ([0.0, 0.0], "position 0, 0"),
        ([8.5, -11.5], "are the axes swapped?"),
        ([500_000.0, 900_000.0], "projected reference system"),
        ([120.0, 95.0], "latitude 95"),
    ] {
        let facilities = [facility("A", [-11.5, 8.5]), facility("B", position)];
        run(&facilities, std::slice::from_ref(&p), &[])
            .expect_nothing(3)
            .says("B")
            .says(words);
        let ran = run(
            &facilities,
            std::slice::from_ref(&p),
            &["--allow", "bad-geometry=1"],
        )
        .expect(0);
        let found = features(&ran);
        assert_eq!(reasons(&found, "B"), "bad-geometry");
        assert_tiles(&found, 1.0);
    }
    let text = collection(&[facility("A", [-11.5, 8.5])]).replace("-11.5", "NaN");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.geojson");
    std::fs::write(&file, collection(&[p])).unwrap();
    run_within(&file, text, &[]).expect_nothing(3);
}

#[test]
fn a_unit_with_a_polygon_is_refused_or_keeps_it() {
    let mut own = parent("K", json!([[ring(0.0, 0.0, 0.5, 0.5)]]));
    own["properties"]["path"] = "/R/P/K".into();
    own["properties"]["level"] = 3.into();
    let facilities = [facility("A", [0.7, 0.7]), own];
    run(&facilities, &[unit_square()], &[])
        .expect_nothing(3)
        .says("1 unit with a polygon")
        .says("--keep-polygons");
    let found = features(&run(&facilities, &[unit_square()], &["--keep-polygons"]).expect(0));
    assert_tiles(&found, 1.0);
    assert_eq!(area(&found["K"]["geometry"]), 0.25);
}

#[test]
fn duplicate_ids_are_refused() {
    run(
        &[facility("A", [0.1, 0.1]), facility("A", [0.2, 0.2])],
        &[unit_square()],
        &[],
    )
    .expect_nothing(3)
    .says("A");
}

#[test]
fn a_limit_is_from_one_metre_to_300_km() {
    let facilities = [facility("A", [0.5, 0.5])];
    for limit in ["0", "0m", "301km", "5", "-1km"] {
        run(
            &facilities,
            &[unit_square()],
            &[&format!("--max-distance={limit}")],
        )
        .expect_nothing(2);
    }
    let found = features(&run(&facilities, &[unit_square()], &["--max-distance", "1m"]).expect(0));
    assert_tiles(&found, 1.0);
    // A circle of 1 m: pi square metres, a degree being 111,320 m along the parallel and 110,574 m along the meridian.
    let metres = area(&found["A"]["geometry"]) * 111_318.0 * 110_574.0;
    assert!((metres - std::f64::consts::PI).abs() < 0.01, "{metres}");
}

#[test]
fn parents_of_the_stream_itself_and_units_without_a_parent() {
    let mut stray = facility("S", [0.5, 0.5]);
    stray["properties"]["path"] = "/R/X/S".into();
    let bare = feature("N", &Value::Null, json!({"level": 3, "path": "/R/P/N"}));
    let stream = [unit_square(), facility("A", [0.2, 0.2]), stray, bare];
    let ran = tool("catchments")
        .args(["--within-level", "2"])
        .stdin(collection(&stream))
        .run()
        .expect(0);
    let found = features(&ran);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["A", "N", "P", "S"]);
    assert_eq!(
        (reasons(&found, "S"), reasons(&found, "N")),
        ("no-parent", "no-geometry")
    );
    assert_eq!(area(&found["A"]["geometry"]), 1.0);
    let ran = tool("catchments")
        .args(["--within-level", "2", "--assign", "place"])
        .stdin(collection(&stream))
        .run()
        .expect(0);
    assert!(area(&features(&ran)["S"]["geometry"]) > 0.0);
}

#[test]
fn closed_and_not_yet_open_facilities_stand_aside_on_a_date() {
    let mut closed = facility("C", [0.2, 0.2]);
    closed["properties"]["closedDate"] = "2020-05-01".into();
    let mut late = facility("L", [0.8, 0.8]);
    late["properties"]["openingDate"] = "2030-01-01".into();
    let found = features(
        &run(
            &[facility("A", [0.5, 0.5]), closed, late],
            &[unit_square()],
            &["--as-of", "2025-01-01"],
        )
        .expect(0),
    );
    assert_eq!(
        (reasons(&found, "C"), reasons(&found, "L")),
        ("closed", "not-yet-open")
    );
    assert_eq!(area(&found["A"]["geometry"]), 1.0);
}

#[test]
fn a_parent_without_facilities_is_wholly_unserved() {
    let q = parent("Q", json!([[ring(1.0, 0.0, 2.0, 1.0)]]));
    let ran = run(
        &[facility("A", [0.5, 0.5])],
        &[unit_square(), q],
        &["--max-distance", "300km"],
    )
    .expect(0);
    let found = features(&ran);
    assert_eq!(area(&found["Q-unserved"]["geometry"]), 1.0);
    assert_eq!(reasons(&found, "Q-unserved"), "unserved");
    let properties = &found["Q-unserved"]["properties"];
    assert_eq!(
        (&properties["level"], &properties["path"]),
        (&json!("3"), &json!("/R/Q/Q-unserved"))
    );
    let split = run(
        &[facility("A", [0.9, 0.5])],
        &[
            unit_square(),
            parent("Q", json!([[ring(1.0, 0.0, 2.0, 1.0)]])),
        ],
        &["--max-distance", "30km", "--split-unserved"],
    );
    let found = features(&split.expect(0));
    assert_eq!(
        reasons(&found, "Q-unserved-in-reach"),
        "unserved;in-reach-of-other-parent"
    );
    assert_tiles(&found, 2.0);
}

#[test]
fn parents_that_share_a_side_share_the_points_that_cut_it() {
    let q = parent("Q", json!([[ring(1.0, 0.0, 2.0, 1.0)]]));
    let mut other = facility("Z", [1.5, 0.4]);
    other["properties"]["path"] = "/R/Q/Z".into();
    let facilities = [
        facility("A", [0.7, 0.13]),
        facility("B", [0.6, 0.83]),
        other,
    ];
    let found = features(
        &run(
            &facilities,
            &[unit_square(), q],
            &["--max-distance", "40km"],
        )
        .expect(0),
    );
    let on_side = |ids: &[&str]| {
        let mut points: Vec<String> = ids
            .iter()
            .flat_map(|id| polygons(&found[*id]["geometry"]))
            .flat_map(|polygon| polygon[0].as_array().unwrap().clone())
            .filter(|point| point[0] == 1.0)
            .map(|point| point[1].to_string())
            .collect();
        points.sort();
        points.dedup();
        points
    };
    let west = on_side(&["A", "B", "P-unserved"]);
    assert!(west.len() > 3, "{west:?}");
    assert_eq!(west, on_side(&["Z", "Q-unserved"]));
}

#[test]
fn the_same_bytes_for_any_order_number_of_threads_and_way_to_write_longitudes() {
    let facilities = |turn: f64| -> Vec<Value> {
        (0..40)
            .map(|n| {
                facility(
                    &format!("F{n:02}"),
                    [
                        turn - 11.9 + f64::from(n * 7 % 40) * 0.0237,
                        8.1 + f64::from(n * 11 % 40) * 0.0211,
                    ],
                )
            })
            .collect()
    };
    let p = |turn: f64| parent("P", json!([[ring(turn - 12.0, 8.0, turn - 11.0, 9.0)]]));
    let args = ["--max-distance", "9km", "--threads"];
    let first = run(&facilities(0.0), &[p(0.0)], &[&args[..], &["1"]].concat()).expect(0);
    let mut reversed = facilities(0.0);
    reversed.reverse();
    let second = run(&reversed, &[p(0.0)], &[&args[..], &["4"]].concat()).expect(0);
    assert_eq!(first.text(), second.text());
    let round = |value: f64| (value * 1e6).round() / 1e6;
    let mut turned = facilities(0.0);
    for facility in &mut turned {
        let lon = facility["geometry"]["coordinates"][0].as_f64().unwrap();
        facility["geometry"]["coordinates"][0] = json!(round(lon) + 360.0);
    }
    let mut plain = facilities(0.0);
    for facility in &mut plain {
        let lon = facility["geometry"]["coordinates"][0].as_f64().unwrap();
        facility["geometry"]["coordinates"][0] = json!(round(lon));
    }
    let plain = run(&plain, &[p(0.0)], &["--max-distance", "9km"]).expect(0);
    let turned = run(&turned, &[p(360.0)], &["--max-distance", "9km"]).expect(0);
    assert_eq!(plain.text(), turned.text());
}

#[test]
fn across_parents_the_nearest_facility_of_any_parent_counts() {
    let q = parent("Q", json!([[ring(1.0, 0.0, 2.0, 1.0)]]));
    let ran = run(
        &[facility("A", [0.9, 0.5]), facility("B", [0.1, 0.5])],
        &[unit_square(), q],
        &["--across", "--max-distance", "40km"],
    );
    let ran = ran.expect(0).says("parents are ignored");
    let found = features(&ran);
    assert_tiles(&found, 2.0);
    assert!(found.contains_key("P-unserved") && found.contains_key("Q-unserved"));
}

#[test]
fn decimals_are_rounded_and_the_cost_is_told() {
    let facilities = [facility("A", [0.3, 0.31]), facility("B", [0.7, 0.52])];
    let ran = run(&facilities, &[unit_square()], &["--decimals", "7"])
        .expect(0)
        .says("rounding changes the area of a parent by at most");
    let longest = ran
        .text()
        .split([',', '[', ']'])
        .filter_map(|number| number.split_once('.'))
        .map(|(_, digits)| digits.len())
        .max();
    assert_eq!(longest, Some(7));
}

#[test]
fn the_import_form_holds_catchments_only() {
    let facilities = [facility("A", [0.5, 0.5]), facility("B", [0.5, 0.5])];
    let found = features(
        &run(
            &facilities,
            &[unit_square()],
            &["--format", "dhis2-import", "--max-distance", "5km"],
        )
        .expect(0),
    );
    assert_eq!(found.keys().collect::<Vec<_>>(), ["A"]);
}
