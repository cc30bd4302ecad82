//! Files rebuilt from bug reports of other tools: each is read as it should be, or refused with the cause and the way out.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test reads files, and fails where it cannot go on"
)]

use pop_geo::{GeometryProblem, OrgUnitSet, ReadError, ReadOptions, Shape, read_orgunits};

fn read(name: &str, id_property: Option<&str>) -> Result<OrgUnitSet, ReadError> {
    let path = testdata::dir().join("reported/raster").join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let options = ReadOptions {
        id_property: id_property.map(str::to_owned),
        ..ReadOptions::default()
    };
    read_orgunits(&bytes, &options)
}

fn problem(set: &OrgUnitSet, unit: usize) -> (String, String) {
    match &set.units[unit].shape {
        Shape::Bad(problem) => (problem.to_string(), problem.hint().to_owned()),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn other_formats_are_named_with_the_command_that_converts_them() {
    for (file, found, hint) in [
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
        ("pop.zip", "a zip archive", "unzip"),
        ("pop.asc", "", "-r"),
        ("mosaic.vrt", "a description of a raster", "-r"),
        ("ok.tif", "a TIFF", "-r"),
    ] {
        let error = read(&format!("07-wrong-kind-of-file/{file}"), None).unwrap_err();
        assert!(error.to_string().contains(found), "{file}: {error}");
        assert!(error.hint().contains(hint), "{file}: {}", error.hint());
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn one_odd_geometry_leaves_the_others_to_be_summed() {
    for file in [
        "08-geojson-shapes/f_emptygeom.geojson",
        "08-geojson-shapes/f_nullcoord.geojson",
        "21-engine-stress/emptypoint.geojson",
    ] {
        let set = read(file, None).unwrap();
        assert_eq!(set.units[0].shape, Shape::None, "{file}");
        assert!(set.units[1].area().is_some(), "{file}");
    }
    let set = read("08-geojson-shapes/f_nan.geojson", None).unwrap();
    assert!(problem(&set, 0).0.contains("found NaN"));
    assert_eq!(set.units[1].shape, Shape::None);
    let set = read("08-geojson-shapes/a_extra_nesting.geojson", None).unwrap();
    let (message, hint) = problem(&set, 0);
    assert!(message.contains("nesting"), "{message}");
    assert!(hint.contains("RFC 7946"), "{hint}");
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn an_edge_of_more_than_half_a_turn_is_refused_with_both_readings() {
    let set = read("09-antimeridian/big.geojson", None).unwrap();
    assert_eq!(
        set.units[0].shape,
        Shape::Bad(GeometryProblem::LongEdge {
            from: -100.0,
            to: 100.0
        })
    );
    let (message, hint) = problem(&set, 0);
    assert!(
        message.contains("200 degrees") && message.contains("160 degrees"),
        "{message}"
    );
    assert!(
        hint.contains("-wrapdateline") && hint.contains("-segmentize"),
        "{hint}"
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn row_numbers_beside_uids_are_refused_and_the_hint_works() {
    let file = "10-ids/pipeline/gpd.geojson";
    let error = read(file, None).unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("\"1\"") && message.contains("\"sRE4DiyLDfD\""),
        "{message}"
    );
    assert!(
        error.hint().contains("--id-property id"),
        "{}",
        error.hint()
    );
    let set = read(file, Some("id")).unwrap();
    assert_eq!(set.units[0].id, "sRE4DiyLDfD");
    assert_eq!(set.units[0].code.as_deref(), Some("2"));
    assert_eq!(set.units[0].tree_id(), "sRE4DiyLDfD");
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn ids_levels_and_dates_of_files_from_elsewhere() {
    let set = read("10-ids/cod.geojson", Some("ADM2_PCODE")).unwrap();
    assert_eq!(set.units[0].id, "XX0101");
    assert!(set.units[0].area().is_some());
    let (message, hint) = problem(&set, 1);
    assert!(message.contains("\"ADM2_PCODE\" is null"), "{message}");
    assert!(hint.contains("--allow bad-geometry"), "{hint}");

    let set = read("10-ids/gb.geojson", Some("shapeName")).unwrap();
    assert_eq!(set.units[1].id, "Zamfara");

    let error = read("10-ids/level.geojson", None).unwrap_err();
    assert!(
        error.to_string().contains("level: found \"ADM2\""),
        "{error}"
    );
    assert!(
        error.hint().contains("del(.features[].properties.level)"),
        "{}",
        error.hint()
    );

    let set = read("10-ids/opening.geojson", None).unwrap();
    let (message, hint) = problem(&set, 0);
    assert!(
        message.contains("openingDate: found \"01/01/1990\""),
        "{message}"
    );
    assert!(hint.contains("yyyy-mm-dd"), "{hint}");
    assert!(set.units[1].area().is_some());
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn the_names_of_wgs_84_that_files_carry_are_read() {
    for file in ["epsg_type", "short", "gcs"] {
        let set = read(&format!("11-crs-member/{file}.geojson"), None).unwrap();
        assert!(
            (set.units[0].area().unwrap().size() - 6.0).abs() < 1e-12,
            "{file}"
        );
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn ancestors_stay_ancestors_on_the_way_through_a_geopackage() {
    let before = read("22-ogr-roundtrip/ctx.geojson", None).unwrap();
    let after = read("22-ogr-roundtrip/ctx_gpkg.geojson", None).unwrap();
    let context = |set: &OrgUnitSet| -> Vec<(String, bool)> {
        let units = set.units.iter();
        units.map(|unit| (unit.id.clone(), unit.context)).collect()
    };
    assert_eq!(context(&before), context(&after));
    assert!(after.units.iter().any(|unit| unit.context));
    assert!(after.units.iter().any(|unit| !unit.context));
}
