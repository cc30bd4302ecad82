//! Clips masked to units that were redrawn since: a unit keeps its id, and cells of it are gone.

use super::{Case, base};
use crate::support::{Ran, tool};

/// `A` from 10 E to `east`, and `C` at 13 E, both three cells high.
fn units(east: f64) -> String {
    let unit = |id: &str, west: f64, east: f64| {
        format!(
            r#"{{"type":"Feature","id":"{id}","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[[{west},2],[{east},2],[{east},5],[{west},5],[{west},2]]]}}}}"#
        )
    };
    format!(
        r#"{{"type":"FeatureCollection","features":[{},{}]}}"#,
        unit("A", 10.0, east),
        unit("C", 13.0, 14.0)
    )
}

fn clip(case: &Case, from: &str, mask: &str, to: &str) -> Ran {
    tool("clip-raster")
        .arg("-r")
        .arg(case.path(from))
        .arg("--mask")
        .arg(case.path(mask))
        .arg("-o")
        .arg(case.path(to))
        .run()
        .expect(0)
}

fn sum(case: &Case, raster: &str, units: &str) -> Ran {
    tool("zonal-sum")
        .arg("-r")
        .arg(case.path(raster))
        .arg(case.path(units))
        .run()
        .expect(0)
}

/// Population, status and reasons of a unit.
fn row(ran: &Ran, unit: &str) -> (String, String, String) {
    let rows = csv::Reader::from_reader(ran.stdout.as_slice())
        .deserialize()
        .collect::<Result<Vec<std::collections::BTreeMap<String, String>>, _>>()
        .unwrap();
    let row = rows.iter().find(|row| row["org_unit"] == unit).unwrap();
    (
        row["population"].clone(),
        row["status"].clone(),
        row["reasons"].clone(),
    )
}

fn text(population: &str, status: &str, reasons: &str) -> (String, String, String) {
    (population.into(), status.into(), reasons.into())
}

fn case() -> Case {
    Case::new(&base().bytes())
        .with("last-year.geojson", &units(11.0))
        .with("this-year.geojson", &units(12.5))
}

#[test]
fn a_unit_redrawn_since_the_mask_has_no_value() {
    let case = case();
    clip(&case, "pop.tif", "last-year.geojson", "m.tif");
    let same = sum(&case, "m.tif", "last-year.geojson");
    assert_eq!(row(&same, "A"), text("6", "ok", ""));
    assert!(!same.stderr.contains("outline"), "{}", same.stderr);
    let redrawn = sum(&case, "m.tif", "this-year.geojson");
    assert_eq!(row(&redrawn, "A"), text("", "none", "masked-out"));
    assert_eq!(row(&redrawn, "C"), text("6", "ok", ""));
    for part in [
        "m.tif: masked to another outline of 1 unit: A",
        "hint: clip again from the whole raster",
    ] {
        assert!(redrawn.stderr.contains(part), "{}", redrawn.stderr);
    }
}

#[test]
fn a_mask_of_a_masked_clip_does_not_keep_a_unit_redrawn_between_them() {
    let case = case();
    clip(&case, "pop.tif", "last-year.geojson", "m.tif");
    let again = clip(&case, "m.tif", "this-year.geojson", "mm.tif");
    assert!(
        again
            .stderr
            .contains("masked to another outline of 1 unit: A"),
        "{}",
        again.stderr
    );
    let sums = sum(&case, "mm.tif", "this-year.geojson");
    assert_eq!(row(&sums, "A"), text("", "none", "masked-out"));
    assert_eq!(row(&sums, "C"), text("6", "ok", ""));
}

#[test]
fn a_clip_without_outlines_says_that_they_cannot_be_compared() {
    let case = case();
    clip(&case, "pop.tif", "last-year.geojson", "m.tif");
    // as 0.1.0 wrote it: of the same length, so that the file stays whole
    let bytes = std::fs::read(case.path("m.tif")).unwrap();
    let at = |text: &str| {
        let found = bytes
            .windows(text.len())
            .position(|part| part == text.as_bytes());
        found.unwrap()
    };
    let start = at(",&amp;quot;mask_outlines&amp;quot;:[");
    let version = at("&amp;quot;version&amp;quot;:2") + "&amp;quot;version&amp;quot;:".len();
    let end = start
        + bytes[start..]
            .iter()
            .position(|&byte| byte == b']')
            .unwrap();
    let mut old = bytes.clone();
    old[start..=end].fill(b' ');
    old[version] = b'1';
    std::fs::write(case.path("m.tif"), old).unwrap();
    let sums = sum(&case, "m.tif", "last-year.geojson");
    assert_eq!(row(&sums, "A"), text("6", "ok", ""));
    assert!(
        sums.stderr
            .contains("m.tif: the outlines of the mask are not recorded and cannot be compared"),
        "{}",
        sums.stderr
    );
}
