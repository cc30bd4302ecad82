//! The polygons that tools write are geometries of RFC 7946, however those they read were written.

use serde_json::{Value, json};

use crate::support::tool;
use crate::tiff::Tiff;

/// A unit of the boxes `west` to `west` + 1 and, with a hole, `west` + 2 to `west` + 3: clockwise shells, an anticlockwise hole, no ring closed.
fn unit(id: &str, level: u32, west: f64) -> Value {
    let shell = |west: f64| {
        json!([
            [west, 0.0],
            [west, 1.0],
            [west + 1.0, 1.0],
            [west + 1.0, 0.0]
        ])
    };
    let (from, to) = (west + 2.25, west + 2.75);
    let hole = json!([[from, 0.25], [to, 0.25], [to, 0.75], [from, 0.75]]);
    json!({
        "type": "Feature",
        "id": id,
        "properties": {"name": id, "level": level, "path": format!("{}/{id}", "/R".repeat(level as usize - 1))},
        "geometry": {"type": "MultiPolygon", "coordinates": [[shell(west)], [shell(west + 2.0), hole]]},
    })
}

fn collection(features: &[Value]) -> String {
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

/// Square degrees; fails where a ring is not closed, a shell not anticlockwise or a hole not clockwise.
fn valid_area(geometry: &Value) -> f64 {
    let coordinates = geometry["coordinates"].clone();
    let polygons: Vec<Vec<Vec<[f64; 2]>>> = match geometry["type"].as_str().unwrap() {
        "Polygon" => vec![serde_json::from_value(coordinates).unwrap()],
        _ => serde_json::from_value(coordinates).unwrap(),
    };
    let mut sum = 0.0;
    for (place, ring) in polygons.iter().flat_map(|rings| rings.iter().enumerate()) {
        assert_eq!(ring.first(), ring.last(), "a ring is not closed");
        assert!(ring.len() >= 4);
        let twice: f64 = ring
            .windows(2)
            .map(|ends| ends[0][0] * ends[1][1] - ends[1][0] * ends[0][1])
            .sum();
        assert!((twice > 0.0) == (place == 0), "a ring winds the wrong way");
        sum += twice / 2.0;
    }
    sum
}

/// The areas by id.
fn areas(stdout: &[u8]) -> Vec<(String, f64)> {
    let document: Value = serde_json::from_slice(stdout).unwrap();
    let features = document["features"].as_array().unwrap().iter();
    features
        .filter(|feature| !feature["geometry"].is_null())
        .map(|feature| {
            let id = feature["id"].as_str().unwrap().to_owned();
            (id, valid_area(&feature["geometry"]))
        })
        .collect()
}

fn named(areas: &[(&str, f64)]) -> Vec<(String, f64)> {
    areas
        .iter()
        .map(|(id, area)| ((*id).to_owned(), *area))
        .collect()
}

#[test]
fn catchments_closes_parents_units_passed_on_and_kept_polygons() {
    let point = json!({"type": "Point", "coordinates": [0.5, 0.5]});
    let facility = json!({
        "type": "Feature", "id": "F", "geometry": point,
        "properties": {"name": "F", "level": 3, "path": "/R/P/F"},
    });
    let stream = [
        unit("R", 1, 0.0),
        unit("P", 2, 0.0),
        facility,
        unit("K", 3, 10.0),
    ];
    let ran = tool("catchments")
        .args(["--within-level", "2", "--keep-polygons"])
        .stdin(collection(&stream))
        .run()
        .expect(0);
    let expected = [("F", 1.75), ("K", 1.75), ("P", 1.75), ("R", 1.75)];
    assert_eq!(areas(&ran.stdout), named(&expected));
}

#[test]
fn zonal_sum_closes_the_polygons_that_it_writes() {
    let folder = tempfile::tempdir().unwrap();
    let raster = folder.path().join("pop.tif");
    std::fs::write(&raster, Tiff::new(4, 2, [0.0, 1.0], 1.0, 5.0).bytes()).unwrap();
    let ran = tool("zonal-sum")
        .folder(folder.path())
        .args([
            "-r",
            "pop.tif",
            "--label",
            "year=2025,sex=t",
            "--format",
            "geojson",
        ])
        .stdin(collection(&[unit("P", 2, 0.0)]))
        .run()
        .expect(0);
    assert_eq!(areas(&ran.stdout), named(&[("P", 1.75)]));
}

#[test]
fn cross_orgunits_closes_its_pieces() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("old.geojson"),
        collection(&[unit("A", 2, 0.0)]),
    )
    .unwrap();
    let ran = tool("cross-orgunits")
        .folder(folder.path())
        .args(["old.geojson", "-"])
        .stdin(collection(&[unit("B", 2, 0.5)]))
        .run()
        .expect(0);
    let found = areas(&ran.stdout);
    let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["A+B", "A+", "+B"]);
    let sum: f64 = found.iter().map(|(_, area)| area).sum();
    assert!((found[0].1 + sum - 2.0 * 1.75).abs() < 1e-9, "{found:?}");
}

#[test]
fn a_refused_polygon_is_named_with_its_file_once() {
    let folder = tempfile::tempdir().unwrap();
    let star = json!([
        [0.0, 2.0],
        [1.2, -1.6],
        [-1.9, 0.6],
        [1.9, 0.6],
        [-1.2, -1.6],
        [0.0, 2.0]
    ]);
    let star = json!({
        "type": "Feature", "id": "S", "properties": {"name": "Star", "level": 2, "path": "/R/S"},
        "geometry": {"type": "Polygon", "coordinates": [star]},
    });
    std::fs::write(folder.path().join("star.geojson"), collection(&[star])).unwrap();
    let raster = Tiff::new(4, 4, [-2.0, 2.0], 1.0, 5.0).bytes();
    std::fs::write(folder.path().join("pop.tif"), raster).unwrap();
    for (name, args) in [
        (
            "zonal-sum",
            &[
                "-r",
                "pop.tif",
                "--label",
                "year=2025,sex=t",
                "star.geojson",
            ][..],
        ),
        (
            "clip-raster",
            &["-r", "pop.tif", "star.geojson", "-o", "clip.tif"],
        ),
        ("cross-orgunits", &["star.geojson", "star.geojson"]),
    ] {
        let ran = tool(name)
            .folder(folder.path())
            .args(args.iter().copied())
            .run()
            .expect(3)
            .says(&format!(
                "{name}: star.geojson: 1 unit has no usable geometry"
            ));
        let hint = ran
            .stderr
            .lines()
            .filter(|line| line.contains("star.geojson"))
            .count();
        assert_eq!(hint, 1, "{}", ran.stderr);
    }
}
