//! Org units rebuilt from public bug reports of other tools: each is summed right, or refused with the cause and the way out.

use std::collections::BTreeMap;

use crate::reported_rasters::{assert_refused, file, people, run, total};
use crate::support::{Ran, tool};

/// `zonal-sum` with an id property.
fn run_by(folder: &str, raster: &str, units: &str, property: &str) -> Ran {
    tool("zonal-sum")
        .arg("-r")
        .arg(file(folder).join(raster).into_os_string())
        .args(["--id-property", property])
        .arg(file(folder).join(units).into_os_string())
        .run()
}

fn rows(ran: &Ran) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(ran.stdout.as_slice())
        .deserialize()
        .map(Result::unwrap)
        .collect()
}

/// Status and reasons of a unit's only row.
fn state(ran: &Ran, unit: &str) -> (String, String) {
    let rows = rows(ran);
    let row = rows.iter().find(|row| row["org_unit"] == unit).unwrap();
    (row["status"].clone(), row["reasons"].clone())
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn one_odd_geometry_leaves_the_other_units_to_be_summed() {
    let none = |reason: &str| ("none".to_owned(), reason.to_owned());
    for (folder, raster, units, odd, reason, expected) in [
        (
            "08-geojson-shapes",
            "r.tif",
            "f_emptygeom.geojson",
            "U1",
            "no-geometry",
            632.0,
        ),
        (
            "08-geojson-shapes",
            "r.tif",
            "f_nullcoord.geojson",
            "U1",
            "no-geometry",
            632.0,
        ),
        // its other unit has no geometry
        (
            "08-geojson-shapes",
            "r.tif",
            "f_nan.geojson",
            "U1",
            "bad-geometry",
            0.0,
        ),
        (
            "21-engine-stress",
            "n.tif",
            "emptypoint.geojson",
            "F",
            "no-geometry",
            19.0,
        ),
    ] {
        let ran = run(folder, &[raster], units).expect(0);
        assert_eq!(state(&ran, odd), none(reason), "{units}");
        assert!(
            (total(&ran) - expected).abs() < 1e-6,
            "{units}: {}",
            total(&ran)
        );
        assert!(ran.stderr.contains(odd), "{units}: {}", ran.stderr);
    }
    assert_refused(
        run("08-geojson-shapes", &["r.tif"], "a_extra_nesting.geojson"),
        "coordinate nesting too deep",
        "ogr2ogr",
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn an_edge_of_more_than_half_a_turn_has_two_readings() {
    assert_refused(
        run("09-antimeridian", &["world.tif"], "big.geojson"),
        "200 degrees long as drawn, or 160 degrees the other way round",
        "-segmentize 10",
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn two_ids_of_a_unit_are_refused_and_the_hint_gives_the_right_values() {
    let folder = "10-ids/pipeline";
    let raster = "s/xsc_pop_2025_CN_100m_R2025A_v1.tif";
    assert_refused(
        run(folder, &[raster], "gpd.geojson"),
        "two ids: the feature's id is",
        "--id-property id",
    );
    let sums = run_by(folder, raster, "gpd.geojson", "id").expect(0);
    let values = tool("to-datavalueset")
        .arg("--mapping")
        .arg(file(folder).join("map.toml").into_os_string())
        .arg("--metadata")
        .arg(file(folder).join("md.json").into_os_string())
        .args(["--allow", "no-geometry", "--allow", "incomplete-parent"])
        .stdin(sums.stdout)
        .run()
        .expect(0);
    let by_unit = |bytes: &[u8]| -> BTreeMap<String, String> {
        let set: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        let values = set["dataValues"].as_array().unwrap().iter();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        values
            .map(|value| (text(&value["orgUnit"]), text(&value["value"])))
            .collect()
    };
    let right = std::fs::read(file(folder).join("right.json")).unwrap();
    assert_eq!(by_unit(&values.stdout), by_unit(&right));
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn ids_levels_and_dates_have_their_true_cause_and_a_way_out() {
    let folder = "10-ids";
    assert_refused(
        run_by(folder, "r.tif", "cod.geojson", "ADM2_PCODE"),
        "the property \"ADM2_PCODE\" is null",
        "--allow bad-geometry",
    );
    assert_refused(
        run(folder, &["r.tif"], "level.geojson"),
        "level: found \"ADM2\", expected a whole number",
        "del(.features[].properties.level)",
    );
    assert_refused(
        run(folder, &["r.tif"], "opening.geojson"),
        "openingDate: found \"01/01/1990\", expected a date yyyy-mm-dd",
        "--allow bad-geometry",
    );
    let ran = run_by(folder, "r.tif", "gb.geojson", "shapeName").expect(0);
    assert!(rows(&ran).iter().any(|row| row["org_unit"] == "Zamfara"));
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn every_name_of_wgs_84_in_a_crs_member_is_read() {
    for units in ["epsg_type.geojson", "short.geojson", "gcs.geojson"] {
        let ran = run("11-crs-member", &["r.tif"], units).expect(0);
        assert_eq!(people(&ran).values().next(), Some(&Some(33.0)), "{units}");
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn ancestors_are_not_summed_after_a_way_through_a_geopackage() {
    let folder = "22-ogr-roundtrip";
    let ids = |units: &str| -> Vec<String> {
        let raster = file("10-ids/pipeline/s").join("xsc_pop_2025_CN_100m_R2025A_v1.tif");
        let ran = tool("zonal-sum")
            .arg("-r")
            .arg(raster.into_os_string())
            .arg(file(folder).join(units).into_os_string())
            .run()
            .expect(0);
        rows(&ran)
            .iter()
            .map(|row| row["org_unit"].clone())
            .collect()
    };
    let before = ids("ctx.geojson");
    assert!(!before.contains(&"ua0XKdzB41j".to_owned()), "{before:?}");
    assert_eq!(ids("ctx_gpkg.geojson"), before);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn vectors_of_other_kinds_are_named_with_the_command_that_helps() {
    let folder = "07-wrong-kind-of-file";
    for (units, cause, hint) in [
        ("d.shp", "a Shapefile", "ogr2ogr -t_srs EPSG:4326"),
        ("d.gpkg", "GeoPackage", "ogr2ogr -t_srs EPSG:4326"),
        ("d.kml", "a KML file", "ogr2ogr -t_srs EPSG:4326"),
        (
            "d.csv",
            "a CSV table with outlines as WKT",
            "GEOM_POSSIBLE_NAMES",
        ),
        ("esri.json", "Esri JSON", "ESRIJSON:"),
        ("geofeatures.json", "geoFeatures", "fetch-orgunits"),
    ] {
        assert_refused(run(folder, &["ok.tif"], units), cause, hint);
    }
}
