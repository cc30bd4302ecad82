//! Rasters rebuilt from public bug reports of other tools, each with the answer that GDAL, rasterio and exactextract give, or a refusal
//! that names the cause and the way out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::support::{Ran, tool};

pub(crate) fn file(name: &str) -> PathBuf {
    testdata::dir().join("reported/raster").join(name)
}

/// A run of `zonal-sum` on rasters and units of one folder.
pub(crate) fn run(folder: &str, rasters: &[&str], units: &str) -> Ran {
    let mut run = tool("zonal-sum");
    for raster in rasters {
        run = run
            .arg("-r")
            .arg(file(folder).join(raster).into_os_string());
    }
    run.arg(file(folder).join(units).into_os_string()).run()
}

/// Population by unit and raster; none where it is unknown.
pub(crate) fn people(ran: &Ran) -> BTreeMap<(String, String), Option<f64>> {
    csv::Reader::from_reader(ran.stdout.as_slice())
        .deserialize::<BTreeMap<String, String>>()
        .map(Result::unwrap)
        .map(|row| {
            (
                (row["org_unit"].clone(), row["raster"].clone()),
                row["population"].parse().ok(),
            )
        })
        .collect()
}

/// The total over all units of the only raster.
pub(crate) fn total(ran: &Ran) -> f64 {
    people(ran).values().flatten().sum()
}

#[track_caller]
fn assert_total(folder: &str, raster: &str, units: &str, expected: f64) {
    let found = total(&run(folder, &[raster], units).expect(0));
    assert!(
        (found - expected).abs() <= 1e-6 * expected,
        "{folder}/{raster}: {found} instead of {expected}"
    );
}

/// Refused as input, with this cause and this hint.
#[track_caller]
pub(crate) fn assert_refused(ran: Ran, cause: &str, hint: &str) {
    let ran = ran.expect_nothing(3).says(cause);
    let has_hint = ran.stderr.lines().any(|line| line.contains("hint:"));
    assert!(has_hint, "no hint in {}", ran.stderr);
    ran.says(hint);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_raster_is_summed_on_its_own_lattice_whatever_stands_beside_it() {
    let alone: Vec<_> = ["y2019.tif", "y2020.tif"]
        .into_iter()
        .flat_map(|raster| people(&run("01-misaligned-stack", &[raster], "u2.geojson").expect(0)))
        .collect();
    // the tie point of y2019.tif is rounded in the eleventh digit
    let lake = alone[0].1.unwrap();
    assert!((lake - 20.0).abs() < 1e-7, "{lake}");
    assert_eq!(alone[1].1, None);
    for order in [["y2019.tif", "y2020.tif"], ["y2020.tif", "y2019.tif"]] {
        let both = people(&run("01-misaligned-stack", &order, "u2.geojson").expect(0));
        assert_eq!(both, alone.iter().cloned().collect(), "{order:?}");
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn nodata_near_the_limit_of_the_type_is_found_in_every_spelling() {
    for raster in ["n0.tif", "n1.tif", "gpw6.tif", "pos.tif"] {
        assert_total("02-nodata-near-f32min", raster, "u.geojson", 33.0);
    }
    assert_refused(
        run("02-nodata-near-f32min", &["inf.tif"], "u.geojson"),
        "the declared nodata value is -99999",
        "--allow infinite",
    );
    assert_refused(
        run(
            "02-nodata-near-f32min",
            &["kivu_undeclared.tif"],
            "u.geojson",
        ),
        "no nodata value is declared",
        "gdal_edit.py -a_nodata",
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn integers_of_64_bits_are_summed() {
    for raster in ["i64.tif", "u64.tif"] {
        assert_total("03-int64", raster, "u.geojson", 78.0);
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn missing_byte_counts_are_computed_where_they_can_be() {
    let folder = "04-sparse-bytecount0";
    for raster in ["nocounts1.tif", "cnt0strip.tif"] {
        let sums = people(&run(folder, &[raster], "u.geojson").expect(0));
        let all = sums.iter().find(|((unit, _), _)| unit == "all");
        assert_eq!(
            all.and_then(|(_, people)| *people),
            Some(24_776.0),
            "{raster}"
        );
    }
    assert_refused(
        run(folder, &["cnt0.tif"], "u.geojson"),
        "its cells were never written",
        "gdal_translate",
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn other_datums_and_prime_meridians_are_refused_with_their_distance() {
    let folder = "05-geokeys";
    for (raster, cause) in [
        ("jakarta.tif", "prime meridian Jakarta, expected Greenwich"),
        ("pmparis.tif", "prime meridian Paris, expected Greenwich"),
        (
            "nad27.tif",
            "datum NAD27, expected WGS 84: places would move by up to 240 m",
        ),
        ("negy.tif", "the pixel scale is negative"),
        ("mirror.tif", "mirrored"),
        ("metres.tif", "not in degrees"),
    ] {
        assert_refused(run(folder, &[raster], "u.geojson"), cause, "hint:");
    }
    for raster in ["pcs4326.tif", "ang9122.tif"] {
        // the first cell and the last
        assert_total(folder, raster, "u.geojson", 1.0 + 12.0);
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn what_gdal_reads_beside_the_file_or_in_an_alpha_band_is_refused_by_name() {
    let folder = "06-sidecars-alpha-mask";
    for (raster, cause, hint) in [
        ("pam.tif", "pam.tif.aux.xml (NoDataValue", "gdal_translate"),
        (
            "scale_geotiff.tif",
            "scale_geotiff.tif.aux.xml (Scale 0.01)",
            "gdal_translate",
        ),
        (
            "ext_mask.tif",
            "ext_mask.tif.msk (a mask)",
            "GDAL_TIFF_INTERNAL_MASK",
        ),
        ("alpha_u16.tif#1", "band 2 is an alpha band", "-mask 2"),
        ("alpha_u16.tif#2", "band 2 is an alpha band", "-mask 2"),
    ] {
        assert_refused(run(folder, &[raster], "u.geojson"), cause, hint);
        let path = file(folder).join(raster.trim_end_matches("#1").trim_end_matches("#2"));
        let clip = tool("clip-raster")
            .arg("-r")
            .arg(path.clone().into_os_string())
            .arg(file(folder).join("u.geojson").into_os_string());
        clip.run().expect_nothing(3).says(cause);
        let info = tool("clip-raster")
            .args(["--info", "-r"])
            .arg(path.into_os_string())
            .run()
            .expect(0)
            .text();
        let listed = info.contains("beside the file") || info.contains("alpha");
        assert!(listed, "{raster}: {info}");
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn files_of_other_kinds_are_named_with_the_command_that_helps() {
    let folder = "07-wrong-kind-of-file";
    for (raster, cause, hint) in [
        ("mosaic.vrt", "VRT", "gdal_translate"),
        ("pop.zip", "a zip archive", "unzip"),
        (
            "pop.asc",
            "an ASCII grid",
            "gdal_translate -a_srs EPSG:4326",
        ),
        ("pop.grd", "text header of a raster", "gdal_translate"),
    ] {
        assert_refused(run(folder, &[raster], "u.geojson"), cause, hint);
    }
    assert_refused(
        run(folder, &["u.geojson"], "u.geojson"),
        "a GeoJSON file",
        "the raster follows -r",
    );
    let swapped = tool("zonal-sum")
        .arg("-r")
        .arg(file(folder).join("ok.tif").into_os_string())
        .arg(file(folder).join("ok.tif").into_os_string());
    swapped
        .run()
        .expect_nothing(2)
        .says("it is a TIFF, expected org units as GeoJSON");
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn ground_that_a_raster_covers_twice_is_not_counted_twice() {
    for raster in ["wide361.tif", "over.tif"] {
        assert_refused(
            run("12-wide-and-seam", &[raster], "edge.geojson"),
            "some ground is in it twice",
            "gdal_translate -srcwin",
        );
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn band_descriptions_of_earth_engine_label_the_rows() {
    let folder = "20-gee-multiband";
    let ran = run(folder, &["SLE_2020_pop_age_sex.tif#2"], "u.geojson").expect(0);
    let rows: Vec<BTreeMap<String, String>> = csv::Reader::from_reader(ran.stdout.as_slice())
        .deserialize()
        .map(Result::unwrap)
        .collect();
    let label = |column: &str| rows[0][column].as_str();
    assert_eq!(
        (label("sex"), label("age_from"), label("age_to")),
        ("m", "0", "1")
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_raster_whose_values_are_unusual_for_people_needs_a_statement() {
    let raster = testdata::dir().join("worldpop/afripop2020.tif");
    let units = testdata::dir().join("orgunits/sierra-leone-districts.geojson");
    let run = |flags: &[&str]| {
        tool("zonal-sum")
            .arg("-r")
            .arg(raster.clone().into_os_string())
            .arg(units.clone().into_os_string())
            .args(flags.iter().copied())
            .run()
    };
    assert_refused(
        run(&[]),
        "something else than people per cell",
        "--allow unknown-contents",
    );
    run(&["--allow", "unknown-contents"]).expect(0);
    run(&["--label", "source=afripop"]).expect(0);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_clinic_drawn_as_a_building_is_doubtful() {
    let folder = testdata::dir().join("reported/dhis2/C41");
    let ran = tool("zonal-sum")
        .arg("-r")
        .arg(
            folder
                .join("tst_pop_2025_CN_100m_R2025A_v1.tif")
                .into_os_string(),
        )
        .arg(folder.join("orgunits.geojson").into_os_string())
        .run()
        .expect(0)
        .says("catchments");
    let tiny = csv::Reader::from_reader(ran.stdout.as_slice())
        .deserialize::<BTreeMap<String, String>>()
        .map(Result::unwrap)
        .filter(|row| row["status"] == "doubtful" && row["reasons"].contains("tiny"))
        .count();
    assert_eq!(tiny, 4);
}
