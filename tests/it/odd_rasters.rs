//! Rasters that are damaged, odd or of another kind, made here: each is summed right, or refused with cause and hint.

mod contents;
mod masks;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::{Ran, root, tool, tool_within};
use crate::tiff::{Tiff, Value};

/// 4 x 3 cells of one degree from 10 E, 5 N, two people each, in a folder of its own.
struct Case {
    folder: TempDir,
}

const UNITS: &str = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "U1", "properties": {"level": 2},
 "geometry": {"type": "Polygon", "coordinates": [[[10, 2], [14, 2], [14, 5], [10, 5], [10, 2]]]}}]}"#;

fn base() -> Tiff {
    Tiff::new(4, 3, [10.0, 5.0], 1.0, 2.0)
}

impl Case {
    fn new(raster: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pop.tif"), raster).unwrap();
        std::fs::write(folder.path().join("units.geojson"), UNITS).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn with(self, name: &str, text: &str) -> Self {
        std::fs::write(self.path(name), text).unwrap();
        self
    }

    fn sum(&self, flags: &[&str]) -> Ran {
        tool("zonal-sum")
            .arg("-r")
            .arg(self.path("pop.tif"))
            .arg(self.path("units.geojson"))
            .args(flags.iter().copied())
            .run()
    }

    fn clip(&self) -> Ran {
        tool("clip-raster")
            .arg("-r")
            .arg(self.path("pop.tif"))
            .arg(self.path("units.geojson"))
            .run()
    }

    #[track_caller]
    fn refused(&self, cause: &str) -> &Self {
        for ran in [self.sum(&[]), self.clip()] {
            let ran = ran.expect_nothing(3).says(cause);
            assert!(ran.stderr.contains("hint:"), "{}", ran.stderr);
        }
        self
    }

    #[track_caller]
    fn people(&self, flags: &[&str], expected: f64) {
        assert_eq!(people(&self.sum(flags).expect(0)), Some(expected));
    }
}

/// The population of the only row.
fn people(ran: &Ran) -> Option<f64> {
    row(ran, "population").parse().ok()
}

fn row(ran: &Ran, column: &str) -> String {
    let mut reader = csv::Reader::from_reader(ran.stdout.as_slice());
    let place = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == column);
    let record = reader.records().next().unwrap().unwrap();
    record[place.unwrap()].to_owned()
}

fn refused(tiff: &Tiff, cause: &str) {
    Case::new(&tiff.bytes()).refused(cause);
}

#[test]
fn a_plain_raster_is_summed() {
    Case::new(&base().bytes()).people(&[], 24.0);
}

#[test]
fn cells_that_cannot_be_people_are_refused_or_left_out() {
    for (value, cause, kind) in [
        (
            -1.0,
            "1 cell is negative, the first -1 at column 1, row 0; no nodata value is declared",
            "negative",
        ),
        (f32::INFINITY, "infinite", "infinite"),
        (2e9, "above any count of people", "infinite"),
    ] {
        let case = Case::new(&base().with_value(1, value).bytes());
        case.refused(cause);
        case.people(&["--allow", kind], 22.0);
    }
    // a cell may hold exactly the most that is plausible
    Case::new(&base().with_value(1, 1e9).bytes()).people(&[], 1e9 + 22.0);
}

#[test]
fn a_limit_of_cells_left_out_is_that_of_all_rasters() {
    let case = Case::new(&base().with_value(1, -1.0).bytes());
    std::fs::copy(case.path("pop.tif"), case.path("second.tif")).unwrap();
    let second = case.path("second.tif").display().to_string();
    let run = |allow| case.sum(&["-r", &second, "--allow", allow]);
    run("negative=1")
        .expect_nothing(3)
        .says("2 cells below zero, more than the 1 of --allow negative");
    run("negative=2").expect(0).says("allowed: 2 negative");
}

#[test]
fn a_raster_may_not_hold_more_people_than_the_limit() {
    let tiff = |width, cells: usize| {
        let bytes = 1e9_f32.to_le_bytes().repeat(cells);
        Tiff::new(width, 1000, [10.0, 5.0], 1e-3, 0.0).with_cells(bytes)
    };
    let most = Case::new(&tiff(1000, 1_000_000).bytes());
    most.sum(&["--allow", "unknown-contents"])
        .expect(3)
        .says("more than the 1e12 that a raster can hold");
    let less = Case::new(&tiff(1, 1000).bytes());
    less.sum(&["--allow", "unknown-contents"]).expect(0);
}

#[test]
fn nodata_is_compared_as_the_cells_hold_it() {
    for (text, cell) in [
        ("-99999", -99999.0),
        ("nan", f32::NAN),
        ("-3.40282e+38", f32::MIN),
        ("-3.39999999999999996e+38", f32::MIN),
        ("3.40282e+38", f32::MAX),
        ("-1.#INF", f32::NEG_INFINITY),
    ] {
        let tiff = base()
            .with_value(5, cell)
            .with(42113, Value::Ascii(text.to_owned()));
        Case::new(&tiff.bytes()).people(&[], 22.0);
    }
    refused(
        &base().with(42113, Value::Ascii("-99999,0".to_owned())),
        "the declared nodata value `-99999,0` is not a number",
    );
}

#[test]
fn integers_of_64_bits_hold_people() {
    for (format, value) in [(1, 7_u64.to_le_bytes()), (2, 7_i64.to_le_bytes())] {
        let tiff = base()
            .with(258, Value::Short(vec![64]))
            .with(339, Value::Short(vec![format]))
            .with_cells(value.repeat(12));
        Case::new(&tiff.bytes()).people(&[], 84.0);
    }
}

#[test]
fn byte_counts_are_computed_where_cells_are_not_compressed() {
    Case::new(&base().without(279).bytes()).people(&[], 24.0);
    Case::new(&base().with(279, Value::Long(vec![0])).bytes()).people(&[], 24.0);
    let packed = base().without(279).with(259, Value::Short(vec![8]));
    refused(&packed, "it has 0 chunk byte counts for 1 chunks");
    let two = base()
        .with(278, Value::Short(vec![2]))
        .with(273, Value::Long(vec![8, 40]))
        .with(279, Value::Long(vec![32, 0]));
    refused(&two, "its cells were never written");
}

/// A system that names neither itself nor its datum, with semi-major axis and inverse flattening.
fn own_ellipsoid(axes: &[f64; 2]) -> Tiff {
    let mut words = vec![1, 1, 0, 5];
    words.extend([1024, 0, 1, 2, 2048, 0, 1, 32767, 2050, 0, 1, 32767]);
    words.extend([2057, 34736, 1, 0, 2059, 34736, 1, 1]);
    base()
        .with(34735, Value::Short(words))
        .with(34736, Value::Double(axes.to_vec()))
}

#[test]
fn coordinates_must_be_longitude_and_latitude_on_wgs_84() {
    let keys = |keys: &[(u16, u16)]| base().with_keys(keys);
    for tiff in [
        keys(&[(1024, 2), (2048, 4326), (2054, 9122)]),
        keys(&[(1024, 1), (3072, 4326)]),
        keys(&[(1024, 2), (2048, 4258)]),
        keys(&[(1024, 2), (2048, 32767), (2050, 6326), (2051, 8901)]),
        keys(&[(2048, 4326)]),
        keys(&[(1024, 2), (2048, 9057)]),
        own_ellipsoid(&[6_378_137.0, 298.257_223_563]),
    ] {
        Case::new(&tiff.bytes()).people(&[], 24.0);
    }
    for (tiff, cause) in [
        (
            keys(&[(1024, 2), (2048, 4267)]),
            "datum NAD27, expected WGS 84: places would move by up to 240 m",
        ),
        (keys(&[(1024, 1), (3072, 4267)]), "datum NAD27"),
        (keys(&[(1024, 2), (2048, 4813)]), "prime meridian Jakarta"),
        (
            keys(&[(1024, 2), (2048, 32767), (2050, 6326), (2051, 8903)]),
            "prime meridian Paris",
        ),
        (keys(&[(1024, 2), (2048, 32767), (2050, 6275)]), "datum NTF"),
        // a code, and another meridian beside it
        (
            keys(&[(1024, 2), (2048, 4326), (2051, 8908)]),
            "prime meridian Jakarta",
        ),
        (
            own_ellipsoid(&[6_377_397.155, 299.152_812_8]),
            "an ellipsoid of its own (semi-major axis 6377397.155 m, 1/f 299.1528128)",
        ),
        (
            own_ellipsoid(&[6_371_000.0, 0.0]),
            "an ellipsoid of its own (semi-major axis 6371000 m",
        ),
        (
            keys(&[(1024, 2), (2048, 4555)]),
            "EPSG:4555, expected WGS 84",
        ),
        (
            keys(&[(1024, 1), (3072, 32628)]),
            "projected coordinates (EPSG:32628)",
        ),
        (
            keys(&[(1024, 2), (2048, 4326), (2054, 9101)]),
            "angles are not in degrees",
        ),
        (base().without(34735), "no coordinate reference system"),
        (base().without(33550).without(33922), "no georeference"),
        (
            base().with(33550, Value::Double(vec![1.0, -1.0, 0.0])),
            "the pixel scale is negative",
        ),
        (
            Tiff::new(4, 3, [500_000.0, 900_000.0], 100.0, 2.0),
            "not in degrees",
        ),
        (
            Tiff::new(361, 3, [-180.5, 10.0], 1.0, 2.0),
            "some ground is in it twice",
        ),
    ] {
        refused(&tiff, cause);
    }
    // a float's rounding of the cell size is no second turn
    let world = Tiff::new(360, 3, [-180.0, 10.0], f64::from(1.000_000_1_f32), 1.0);
    Case::new(&world.bytes()).sum(&[]).expect(0);
}

#[test]
fn what_is_beside_the_file_is_not_passed_over() {
    let bytes = base()
        .with(42113, Value::Ascii("-99999".to_owned()))
        .bytes();
    let pam = |inner: &str| {
        let xml =
            format!("<PAMDataset><PAMRasterBand band=\"1\">{inner}</PAMRasterBand></PAMDataset>");
        Case::new(&bytes).with("pop.tif.aux.xml", &xml)
    };
    for harmless in [
        "<Metadata><MDI key=\"STATISTICS_MEAN\">2</MDI></Metadata>",
        "<NoDataValue>-9.99990000000000E+04</NoDataValue>",
        "<Scale>1</Scale><Offset>0</Offset>",
        "<!-- <Scale>0.01</Scale> -->",
        "<Scale note=\"a > b\">1</Scale>",
    ] {
        pam(harmless).people(&[], 24.0);
    }
    for empty in ["", "\n", "\0\0\0\0", "\u{feff}"] {
        let case = Case::new(&bytes).with("pop.tif.aux.xml", empty);
        case.people(&[], 24.0);
    }
    for (inner, cause) in [
        (
            "<NoDataValue>2</NoDataValue>",
            "pop.tif.aux.xml (NoDataValue 2)",
        ),
        ("<Scale>0.01</Scale>", "pop.tif.aux.xml (Scale 0.01)"),
        (
            "<UnitType>people/km2</UnitType>",
            "pop.tif.aux.xml (UnitType people/km2)",
        ),
        (
            "<UnitType>people&#x2F;km2</UnitType>",
            "pop.tif.aux.xml (UnitType people/km2)",
        ),
        ("<Scale>1", "pop.tif.aux.xml (not well-formed XML"),
        (
            "<CategoryNames><Category>water</Category></CategoryNames>",
            "pop.tif.aux.xml (CategoryNames)",
        ),
    ] {
        let case = pam(inner);
        case.refused(cause);
        let info = tool("clip-raster")
            .args(["--info", "-r"])
            .arg(case.path("pop.tif"));
        assert!(info.run().expect(0).text().contains("beside the file"));
    }
    let moved = "<PAMDataset><SRS>PROJCS[\"UTM\"]</SRS></PAMDataset>";
    Case::new(&bytes)
        .with("pop.tif.aux.xml", moved)
        .refused("SRS");
    Case::new(&bytes)
        .with("pop.tif.msk", "x")
        .refused("pop.tif.msk (a mask)");
    Case::new(&bytes)
        .with("pop.tif.MSK", "x")
        .refused("pop.tif.MSK (a mask)");
    let alpha = Tiff::new(4, 3, [10.0, 5.0], 1.0, 2.0)
        .with(277, Value::Short(vec![2]))
        .with(258, Value::Short(vec![32, 32]))
        .with(339, Value::Short(vec![3, 3]))
        .with(338, Value::Short(vec![2]))
        .with_cells(2_f32.to_le_bytes().repeat(24));
    let case = Case::new(&alpha.bytes());
    case.clip()
        .expect_nothing(3)
        .says("band 2 is an alpha band");
    let band = format!("{}#1", case.path("pop.tif").display());
    tool("zonal-sum")
        .args(["-r", &band])
        .arg(case.path("units.geojson"))
        .run()
        .expect_nothing(3)
        .says("-mask 2");
}

#[test]
fn files_of_other_kinds_are_named() {
    for (start, cause) in [
        (&b"PK\x03\x04\x14\0\0\0"[..], "a zip archive"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "gzip data"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "a 7z archive"),
        (b"\x89HDF\r\n\x1a\n", "HDF5 or netCDF-4"),
        (b"CDF\x01\0\0\0\0", "netCDF"),
        (b"EHFA_HEADER_TAG\0", "Erdas Imagine"),
        (b"GRIB\0\0\0\x02", "GRIB"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JF", "JPEG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
        (b"<!DOCTYPE html><html><title>Sign in</title>", "HTML page"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0",
            "Git LFS pointer",
        ),
        (b"<VRTDataset rasterXSize=\"4\" rasterYSize=\"3\">", "VRT"),
        (b"ncols 4\nnrows 3\nxllcorner 10\n", "ASCII grid"),
        (
            b"{\"type\": \"FeatureCollection\", \"features\": []}",
            "GeoJSON",
        ),
        (b"II\x2a\0", "not a TIFF"),
    ] {
        Case::new(start).refused(cause);
    }
}

#[test]
fn a_damaged_file_ends_in_an_error_that_says_why() {
    let base = std::fs::read(root().join("tests/it/zonal_cases/float32-lzw-tiles.tif")).unwrap();
    let units = root().join("tests/it/zonal_cases/units.geojson");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pop.tif");
    let check = |bytes: &[u8], what: &str| {
        std::fs::write(&path, bytes).unwrap();
        ends_well(&path, &units, what);
    };
    for end in (1..base.len()).step_by(97) {
        check(&base[..end], &format!("cut at {end}"));
    }
    for at in (0..base.len()).step_by(61) {
        let mut bytes = base.clone();
        bytes[at] ^= 0xff;
        check(&bytes, &format!("byte {at} turned"));
    }
}

fn ends_well(raster: &Path, units: &Path, what: &str) {
    let ran = tool_within("zonal-sum", 512, 20)
        .args(["--threads", "2", "-r"])
        .arg(raster)
        .arg(units)
        .run();
    match ran.status {
        0 => {}
        2..=4 => assert!(
            ran.stdout.is_empty() && !ran.stderr.is_empty(),
            "{what}: a failure must say why, and write nothing"
        ),
        status => panic!("{what}: status {status}: {}", ran.stderr),
    }
}

/// A square of `side` cells from the corner of the raster, in cells of one degree.
fn square(west: f64, side: f64) -> String {
    let (east, south) = (west + side, 5.0 - side);
    format!(
        r#"{{"type": "Feature", "id": "U1", "properties": {{}}, "geometry": {{"type": "Polygon", "coordinates":
        [[[{west}, {south}], [{east}, {south}], [{east}, 5], [{west}, 5], [{west}, {south}]]]}}}}"#
    )
}

#[test]
fn the_edge_of_the_one_per_cent_outside() {
    // of a square of two cells, this part is west of the raster
    for (outside, status) in [(0.0099, "ok"), (0.0101, "doubtful")] {
        let case =
            Case::new(&base().bytes()).with("units.geojson", &square(10.0 - 2.0 * outside, 2.0));
        let ran = case.sum(&[]).expect(0);
        assert_eq!(row(&ran, "status"), status, "{outside}");
        assert_eq!(row(&ran, "reasons"), "partly-outside", "{outside}");
    }
    // what rounding leaves outside is no reason
    let case = Case::new(&base().bytes()).with("units.geojson", &square(10.0 - 1e-13, 2.0));
    let ran = case.sum(&[]).expect(0);
    assert_eq!(
        (row(&ran, "status"), row(&ran, "reasons")),
        ("ok".to_owned(), String::new())
    );
    assert_eq!(row(&ran, "inside_share"), "1");
}

#[test]
fn a_unit_of_less_than_a_quarter_of_a_cell_is_doubtful() {
    for (side, status, reasons) in [(0.499, "doubtful", "tiny"), (0.501, "ok", "")] {
        let case = Case::new(&base().bytes()).with("units.geojson", &square(10.25, side));
        let ran = case.sum(&[]).expect(0);
        assert_eq!(row(&ran, "status"), status, "{side}");
        assert_eq!(row(&ran, "reasons"), reasons, "{side}");
    }
}

#[test]
fn every_raster_is_summed_on_its_own_lattice() {
    // the unit is the first cell of a raster that has no offset: 20 people there, none in the cells around
    let raster = |offset: f64| Tiff::new(4, 3, [10.0 - offset, 5.0], 1.0, 0.0).with_value(0, 20.0);
    let folder = tempfile::tempdir().unwrap();
    let units = folder.path().join("units.geojson");
    std::fs::write(&units, square(10.0, 1.0)).unwrap();
    let names = ["a", "b", "c"];
    for offset in [1e-4, 1e-3, 4e-3, 6e-3, 1e-2] {
        for (number, name) in names.iter().enumerate() {
            let tiff = raster(offset * number as f64);
            std::fs::write(folder.path().join(format!("{name}.tif")), tiff.bytes()).unwrap();
        }
        let sum = |order: &[&str]| {
            let mut run = tool("zonal-sum");
            for name in order {
                run = run.arg("-r").arg(folder.path().join(format!("{name}.tif")));
            }
            let ran = run.arg(&units).run().expect(0);
            let mut found: Vec<(String, f64)> = csv::Reader::from_reader(ran.stdout.as_slice())
                .records()
                .map(Result::unwrap)
                .map(|record| (record[5].to_owned(), record[11].parse().unwrap()))
                .collect();
            found.sort_by(|a, b| a.0.cmp(&b.0));
            found
        };
        let alone: Vec<_> = names.iter().flat_map(|name| sum(&[name])).collect();
        for order in [["a", "b", "c"], ["c", "b", "a"], ["b", "a", "c"]] {
            assert_eq!(sum(&order), alone, "{offset} {order:?}");
        }
        for (number, (_, people)) in alone.iter().enumerate() {
            let expected = 20.0 * (1.0 - offset * number as f64);
            assert!((people - expected).abs() < 1e-9, "{offset}: {people}");
        }
    }
}
