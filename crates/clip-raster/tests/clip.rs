//! The tool as a whole, on rasters made here and on a real interrupted download.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Parser;
use clip_raster::ClipRaster;
use pop_cli::{Console, ExitStatus, Tool, ToolError};
use pop_raster::{
    CellWindow, Compression, GdalMetadata, Grid, Limits, NewRaster, Predictor, RasterError,
    RasterFile, Samples, Scratch, WriteOptions, write_geotiff,
};
use tempfile::TempDir;

/// 200 x 150 cells of a hundredth of a degree from 10 E, 5 N; every third without a value.
fn value(col: usize, row: usize) -> f64 {
    if (col + row).is_multiple_of(3) {
        f64::NAN
    } else {
        (col * 7 + row) as f64 / 8.0
    }
}

fn make_raster(path: &Path) {
    let mut raster = NewRaster::new(Grid::new(200, 150, 10.0, 5.0, 0.01, 0.01).unwrap());
    raster.metadata = GdalMetadata::of_descriptions([Some("people of nowhere")]);
    let cells = |_: usize, window: &CellWindow, out: &mut [f64]| -> Result<(), RasterError> {
        for (i, cell) in out.iter_mut().enumerate() {
            *cell = value(window.col + i % window.width, window.row + i / window.width);
        }
        Ok(())
    };
    let options = WriteOptions {
        compression: Compression::Lzw,
        predictor: Some(Predictor::None),
        tile: 32,
        ..WriteOptions::default()
    };
    write_geotiff(
        &mut File::create(path).unwrap(),
        &raster,
        &cells,
        &options,
        &mut std::io::Cursor::new(Vec::new()),
    )
    .unwrap();
}

/// Units A (level 2) and B (level 3), a point, and a context unit as large as the raster.
const UNITS: &str = r#"{"type": "FeatureCollection", "features": [
  {"type": "Feature", "id": "A", "properties": {"level": 2}, "geometry": {"type": "Polygon", "coordinates":
    [[[10.405, 4.405], [10.605, 4.405], [10.605, 4.595], [10.405, 4.595], [10.405, 4.405]]]}},
  {"type": "Feature", "id": "B", "properties": {"level": 3}, "geometry": {"type": "Polygon", "coordinates":
    [[[11.0, 4.0], [11.1, 4.0], [11.1, 4.1], [11.0, 4.0]]]}},
  {"type": "Feature", "id": "P", "properties": {"level": 2}, "geometry": {"type": "Point", "coordinates": [10.5, 4.5]}},
  {"type": "Feature", "id": "C", "properties": {"level": 1, "context": true}, "geometry": {"type": "Polygon", "coordinates":
    [[[10, 3.5], [12, 3.5], [12, 5], [10, 5], [10, 3.5]]]}}]}"#;

struct Case {
    dir: TempDir,
}

impl Case {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        make_raster(&dir.path().join("people.tif"));
        std::fs::write(dir.path().join("units.geojson"), UNITS).unwrap();
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs the tool on the raster `raster`; the clip goes to `out.tif`.
    fn run_on(&self, raster: &Path, flags: &[&str]) -> Result<ExitStatus, ToolError> {
        let (units, out) = (self.path("units.geojson"), self.path("out.tif"));
        let mut args = vec![
            "clip-raster",
            "-q",
            "-r",
            raster.to_str().unwrap(),
            "-o",
            out.to_str().unwrap(),
        ];
        args.push(units.to_str().unwrap());
        args.extend(flags);
        let tool = ClipRaster::try_parse_from(args).unwrap();
        let mut console = Console::new(ClipRaster::NAME, tool.common()).unwrap();
        tool.run(&mut console)
    }

    fn run(&self, flags: &[&str]) -> RasterFile<File> {
        self.run_on(&self.path("people.tif"), flags).unwrap();
        open(&self.path("out.tif"))
    }
}

fn open(path: &Path) -> RasterFile<File> {
    RasterFile::open(File::open(path).unwrap(), &Limits::default()).unwrap()
}

fn cells(raster: &RasterFile<File>) -> Vec<f64> {
    let (width, height) = (raster.grid().width, raster.grid().height);
    let mut scratch = Scratch::new();
    let mut out = vec![-1.0; width * height];
    for index in 0..raster.layout().count() {
        let chunk = raster.read_chunk(0, index, &mut scratch).unwrap();
        let Samples::F32(cells) = chunk.samples else {
            panic!("not f32")
        };
        for (i, &cell) in cells.iter().enumerate() {
            let w = chunk.window;
            out[(w.row + i / w.width) * width + w.col + i % w.width] = f64::from(cell);
        }
    }
    out
}

/// Every cell is that of the source, or has no value where `kept` says no.
fn assert_cells(clip: &RasterFile<File>, kept: impl Fn(usize, usize) -> bool) {
    let (first_col, first_row) = (
        clip.grid().first_col as usize,
        clip.grid().first_row as usize,
    );
    for (i, &found) in cells(clip).iter().enumerate() {
        let (col, row) = (
            first_col + i % clip.grid().width,
            first_row + i / clip.grid().width,
        );
        let expected = if kept(col, row) {
            value(col, row)
        } else {
            f64::NAN
        };
        assert!(
            found == expected || found.is_nan() && expected.is_nan(),
            "{col}, {row}: {found} {expected}"
        );
    }
}

#[test]
fn the_window_of_the_units_on_the_same_grid() {
    let case = Case::new();
    let clip = case.run(&["--level", "2", "--compression", "deflate"]);
    let source = open(&case.path("people.tif"));
    let window = CellWindow {
        col: 40,
        row: 40,
        width: 21,
        height: 20,
    };
    assert_eq!(clip.grid(), &source.grid().window(&window));
    assert_cells(&clip, |_, _| true);
    assert_eq!(clip.description(0), Some("people of nowhere"));
    assert_eq!(clip.nodata().text(), Some("-99999"));
    assert_eq!(clip.encoding().compression, Compression::Deflate);
    assert_eq!(clip.encoding().predictor, Predictor::FloatingPoint);
    let record = clip.clip_record().unwrap();
    assert_eq!(record.source_name.as_deref(), Some("people"));
    let bytes = std::fs::read(case.path("people.tif")).unwrap();
    assert_eq!(record.source_sha256, Some(pop_cli::sha256_hex(&bytes)));
    let total: f64 = (0..200 * 150)
        .map(|i| value(i % 200, i / 200))
        .filter(|v| !v.is_nan())
        .sum();
    assert_eq!(record.source_totals, Some(vec![total]));
    assert_eq!(record.masked_to, None);
}

#[test]
fn all_units_but_those_for_the_tree() {
    let case = Case::new();
    let grid = case.run(&["--margin", "2", "--source-total", "never"]);
    assert_eq!((grid.grid().first_col, grid.grid().first_row), (38, 38));
    assert_eq!((grid.grid().width, grid.grid().height), (74, 64));
    let record = grid.clip_record().unwrap();
    assert_eq!(
        (&record.source_totals, &record.source_sha256),
        (&None, &None)
    );
}

#[test]
fn a_mask_keeps_what_a_unit_touches() {
    let case = Case::new();
    let clip = case.run(&["--mask", "--id", "B"]);
    let record = clip.clip_record().unwrap();
    assert_eq!(record.masked_to, Some(vec!["B".to_owned()]));
    assert_eq!(record.mask_outlines.as_ref().map(Vec::len), Some(1));
    // B is the lower right half of 10 x 10 cells, with its corner at column 100, row 100.
    assert_cells(&clip, |col, row| {
        col >= 100 && row < 100 && col - 100 >= 99 - row
    });
}

#[test]
fn chunks_are_copied_as_they_are() {
    let case = Case::new();
    case.run(&["--like-input", "--level", "2"]);
    let asked = std::fs::read(case.path("out.tif")).unwrap();
    // 32 x 32 cells instead of 21 x 20: so little more that it is the default.
    let clip = case.run(&["--level", "2"]);
    assert!(std::fs::read(case.path("out.tif")).unwrap() == asked);
    assert_eq!((clip.grid().first_col, clip.grid().first_row), (32, 32));
    assert_eq!((clip.grid().width, clip.grid().height), (32, 32));
    assert_cells(&clip, |_, _| true);
    let source = open(&case.path("people.tif"));
    let (mut copied, mut original) = (Vec::new(), Vec::new());
    clip.read_stored_chunk(0, 0, &mut copied).unwrap();
    source.read_stored_chunk(0, 8, &mut original).unwrap();
    assert_eq!(copied, original);
    assert_eq!(clip.encoding().compression, Compression::Lzw);
}

/// B is 10 x 10 cells in two tiles of 32 x 32.
#[test]
fn cells_are_written_anew_where_whole_chunks_are_many_more() {
    let case = Case::new();
    let clip = case.run(&["--id", "B"]);
    assert_eq!((clip.grid().width, clip.grid().height), (10, 10));
    assert_eq!(clip.encoding().compression, Compression::Deflate);
    let clip = case.run(&["--like-input", "--id", "B"]);
    assert_eq!((clip.grid().width, clip.grid().height), (32, 64));
    let clip = case.run(&["--level", "2", "--margin", "0"]);
    assert_eq!((clip.grid().width, clip.grid().height), (21, 20));
}

/// Copied or written anew, a chunk that cannot be decoded is refused; one beside the units is not needed.
#[test]
fn damaged_chunks_are_found_although_they_are_copied() {
    let case = Case::new();
    let damage = |chunk: usize| {
        let source = open(&case.path("people.tif"));
        let place = source.chunk_bytes(0, chunk);
        let mut bytes = std::fs::read(case.path("people.tif")).unwrap();
        let (start, len) = (place.offset as usize, place.len as usize);
        bytes[start..start + len].fill(0xff);
        let path = case.path("damaged.tif");
        std::fs::write(&path, bytes).unwrap();
        path
    };
    // A is in chunk 8, the second of the second row.
    let flags = ["--level", "2", "--source-total", "never"];
    let error = case.run_on(&damage(8), &flags).unwrap_err();
    assert_eq!(error.status(), ExitStatus::Data);
    assert!(error.to_string().contains("tile 8"), "{error}");
    assert_eq!(case.run_on(&damage(7), &flags).unwrap(), ExitStatus::Done);
}

#[test]
fn a_clip_of_a_clip_is_the_clip() {
    let case = Case::new();
    case.run(&[]);
    std::fs::copy(case.path("out.tif"), case.path("first.tif")).unwrap();
    case.run_on(&case.path("first.tif"), &["--level", "2"])
        .unwrap();
    let twice = std::fs::read(case.path("out.tif")).unwrap();
    case.run(&["--level", "2"]);
    assert!(std::fs::read(case.path("out.tif")).unwrap() == twice);
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let case = Case::new();
    let bytes = |threads| {
        case.run(&["--threads", threads, "--overviews"]);
        std::fs::read(case.path("out.tif")).unwrap()
    };
    assert!(bytes("1") == bytes("3"));
}

#[test]
fn what_cannot_be_clipped_is_refused() {
    let case = Case::new();
    let raster = case.path("people.tif");
    let refused = |result: Result<ExitStatus, ToolError>| result.unwrap_err();
    let density = case.path("sle_pd_2020_1km.tif");
    std::fs::copy(&raster, &density).unwrap();
    let error = refused(case.run_on(&density, &[]));
    assert_eq!(error.status(), ExitStatus::Data);
    assert!(error.to_string().contains("densit"), "{error}");
    assert_eq!(
        refused(case.run_on(&raster, &["--id", "nobody"])).status(),
        ExitStatus::Data
    );
    assert_eq!(
        refused(case.run_on(&raster, &["--id", "P"])).status(),
        ExitStatus::Data
    );
    assert_eq!(
        refused(case.run_on(&case.path("absent.tif"), &[])).status(),
        ExitStatus::Io
    );
    assert!(!case.path("out.tif").exists());
    let swapped = r#"{"type": "Feature", "id": "A", "properties": {}, "geometry": {"type": "Polygon", "coordinates":
        [[[4.4, 10.4], [4.4, 10.6], [4.6, 10.6], [4.4, 10.4]]]}}"#;
    std::fs::write(case.path("units.geojson"), swapped).unwrap();
    let error = refused(case.run_on(&raster, &[]));
    assert!(
        error.hints().iter().any(|hint| hint.contains("swapped")),
        "{error}"
    );
    assert!(
        ClipRaster::try_parse_from(["clip-raster", "-r", "a.tif", "--mask", "--like-input"])
            .is_err()
    );
    assert!(ClipRaster::try_parse_from(["clip-raster", "units.geojson"]).is_err());
}

#[test]
fn info_says_what_a_raster_is() {
    let case = Case::new();
    case.run(&["--mask", "--level", "2"]);
    let out = case.path("info.txt");
    let clip = case.path("out.tif");
    let args = [
        "clip-raster",
        "--info",
        "-r",
        clip.to_str().unwrap(),
        "-o",
        out.to_str().unwrap(),
    ];
    let tool = ClipRaster::try_parse_from(args).unwrap();
    let mut console = Console::new(ClipRaster::NAME, tool.common()).unwrap();
    assert_eq!(tool.run(&mut console).unwrap(), ExitStatus::Done);
    let text = std::fs::read_to_string(out).unwrap();
    for part in [
        "people of nowhere",
        "21 x 20 cells",
        "deflate, predictor 3",
        "columns 40 to 60",
        "masked to",
        "1 unit",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn an_interrupted_download_is_clipped_where_its_tiles_are_there() {
    let dir = testdata::dir();
    let raster = dir.join("worldpop/truncated/global_pop_2020_CN_1km_R2025A_UA_v1.tif");
    let case = Case::new();
    let error = case.run_on(&raster, &[]).unwrap_err();
    assert_eq!(error.status(), ExitStatus::Data);
    // 10 to 11 E, 4 to 4.6 N: its columns and rows of 512 cells are 44 and 18 of 85 and 34.
    assert!(
        error
            .to_string()
            .contains("tile 1574 (columns 22528..23040, rows 9216..9728)"),
        "{error}"
    );
    let arctic = UNITS
        .replace("4.4", "79.4")
        .replace("4.5", "79.5")
        .replace("4.0", "79.0")
        .replace("4.1", "79.1");
    std::fs::write(case.path("units.geojson"), arctic).unwrap();
    assert_eq!(
        case.run_on(&raster, &["--level", "2"]).unwrap(),
        ExitStatus::Done
    );
    assert_eq!(open(&case.path("out.tif")).grid().width, 25);
}
