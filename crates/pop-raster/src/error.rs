//! What can be wrong with a raster.

use std::io;

use crate::cell_window::CellWindow;
use crate::sample::SampleType;

/// Why a raster cannot be read.
///
/// Positions are those of the raster (page, tag, chunk, cell); the tool adds the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RasterError {
    /// The source itself failed.
    #[error("cannot read {what}: {source}")]
    Io {
        /// What was being read.
        what: String,
        /// The failure.
        source: io::Error,
    },
    /// The output, or the temporary file on its way there, failed.
    #[error("cannot write {what}: {source}")]
    WriteIo {
        /// What was being written.
        what: &'static str,
        /// The failure.
        source: io::Error,
    },
    /// A file of another kind.
    #[error("not a GeoTIFF but {name}")]
    ForeignFormat {
        /// What it is.
        name: &'static str,
        /// The command that makes it usable.
        remedy: &'static str,
    },
    /// The bytes are not those of a TIFF.
    #[error("not a TIFF: {found}")]
    NotTiff {
        /// What it looks like instead.
        found: String,
    },
    /// A directory or a tag cannot be used.
    #[error("page {page}: {problem}")]
    Directory {
        /// Page, from 1.
        page: usize,
        /// What is wrong.
        problem: String,
    },
    /// The file claims more than allowed.
    #[error("{what} is {found}, more than the {limit} allowed")]
    Limit {
        /// The quantity.
        what: &'static str,
        /// The claim.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// A feature of the format that is not read.
    #[error("{what} {found} is not supported")]
    Unsupported {
        /// The feature.
        what: &'static str,
        /// What the file has.
        found: String,
    },
    /// Where the cells lie cannot be told, or is a place this project does not sum.
    #[error("{0}")]
    Georeference(#[from] GeoreferenceError),
    /// The declared nodata value is not a number.
    #[error("the declared nodata value `{text}` is not a number")]
    NoDataText {
        /// The text, cut to a readable length.
        text: String,
    },
    /// GDAL's metadata cannot be read, so that a scale could be missed.
    #[error("GDAL metadata: {problem}")]
    Metadata {
        /// What is wrong.
        problem: String,
    },
    /// The record of an earlier clip contradicts the file.
    #[error("clip record: {problem}")]
    ClipRecord {
        /// What is wrong.
        problem: String,
    },
    /// A tile or strip cannot be decoded.
    #[error("{kind} {chunk} (columns {}..{}, rows {}..{}): {problem}", .window.col, .window.end_col(), .window.row, .window.end_row())]
    Chunk {
        /// `tile` or `strip`.
        kind: &'static str,
        /// Index of the chunk in its plane, from 0.
        chunk: usize,
        /// The cells it holds.
        window: CellWindow,
        /// What is wrong.
        problem: ChunkProblem,
    },
    /// A band that the file does not have.
    #[error("band {} of a file with {bands}", .band + 1)]
    NoBand {
        /// The band asked for, from 0.
        band: usize,
        /// How many there are.
        bands: usize,
    },
    /// Values that cannot be counts of people.
    #[error("{} {kind}, the first {first} at column {col}, row {row}; {}", count_cells(*.count), declared(.nodata.as_deref()), first = short_number(*.value))]
    Value {
        /// Which rule.
        kind: BadValue,
        /// Cells of the chunk that break it.
        count: u64,
        /// Column of the first, from 0.
        col: usize,
        /// Row of the first, from 0 in the north.
        row: usize,
        /// Its value.
        value: f64,
        /// The declared nodata value.
        nodata: Option<String>,
    },
    /// The writer was asked for something the format does not hold.
    #[error("cannot write: {problem}")]
    Write {
        /// What is wrong.
        problem: String,
    },
}

impl RasterError {
    /// What the user can do about it; `None` where only the operating system knows.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Io { .. } => return None,
            Self::WriteIo { .. } => {
                "make room on the disk; the environment variable TMPDIR names the folder for temporary files"
            }
            Self::ForeignFormat { remedy, .. } => remedy,
            Self::NotTiff { .. } | Self::Directory { .. } => FETCH_AGAIN,
            Self::Limit { .. } => {
                "rewrite it in tiles: gdal_translate -co TILED=YES -co COMPRESS=LZW in.tif out.tif"
            }
            Self::Unsupported { what, .. } => match *what {
                "compression" => {
                    "convert it: gdal_translate -co COMPRESS=DEFLATE -co TILED=YES in.tif out.tif"
                }
                "a mixture of sample types" => {
                    "take the band with people out of the file: gdal_translate -b 1 in.tif out.tif"
                }
                _ => "convert it: gdal_translate -ot Float64 -co COMPRESS=DEFLATE in.tif out.tif",
            },
            Self::Georeference(problem) => problem.hint(),
            Self::ClipRecord { .. } => {
                "another tool changed the clip: make it again with clip-raster, from the raster it was cut from"
            }
            Self::NoDataText { .. } => "declare a number: gdal_edit.py -a_nodata VALUE file.tif",
            Self::Metadata { .. } => {
                "write the file again, so that its metadata are whole: gdal_translate in.tif out.tif"
            }
            Self::Chunk { problem, .. } => problem.hint(),
            Self::NoBand { .. } => "clip-raster --info lists the bands of a file",
            Self::Value { kind, .. } => kind.hint(),
            Self::Write { .. } => {
                "write it with other options: --compression deflate, without --like-input"
            }
        })
    }
}

/// What to do with a file that is not as it was published.
const FETCH_AGAIN: &str = "compare the file's size with the published one and download it again";

/// A kind of value that is not a count of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadValue {
    /// Below zero.
    Negative,
    /// Infinite.
    Infinite,
    /// More people than any cell can hold.
    Implausible,
}

impl BadValue {
    fn hint(self) -> &'static str {
        match self {
            Self::Negative => {
                "if the value means \"no value\", declare it with gdal_edit.py -a_nodata VALUE file.tif; --allow negative leaves the cells out"
            }
            Self::Infinite | Self::Implausible => {
                "if the value means \"no value\", declare it with gdal_edit.py -a_nodata VALUE file.tif; --allow infinite leaves the cells out"
            }
        }
    }
}

fn count_cells(count: u64) -> String {
    if count == 1 {
        "1 cell is".to_owned()
    } else {
        format!("{count} cells are")
    }
}

/// Numbers as people write them: those of many digits with an exponent.
fn short_number(value: f64) -> String {
    if value.abs() < 1e12 || value.is_infinite() {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

fn declared(nodata: Option<&str>) -> String {
    nodata.map_or_else(
        || "no nodata value is declared".to_owned(),
        |text| format!("the declared nodata value is {text}"),
    )
}

impl std::fmt::Display for BadValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Negative => "negative",
            Self::Infinite => "infinite",
            Self::Implausible => "above any count of people",
        })
    }
}

/// Why a chunk cannot be decoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChunkProblem {
    /// Its bytes lie outside the file.
    #[error("its bytes {offset}..{end} lie beyond the end of the file at {len}")]
    BeyondEnd {
        /// First byte.
        offset: u64,
        /// One past the last.
        end: u64,
        /// Length of the file.
        len: u64,
    },
    /// Its bytes lie in the header.
    #[error("its bytes start at {offset}, inside the file header")]
    InHeader {
        /// First byte.
        offset: u64,
    },
    /// It has an offset but no bytes.
    #[error("it has an offset ({offset}) and a length of 0 bytes: its cells were never written")]
    NoBytes {
        /// First byte.
        offset: u64,
    },
    /// The compressed bytes do not unpack.
    #[error("damaged {codec} data: {problem}")]
    Damaged {
        /// Name of the compression.
        codec: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// Fewer bytes than the chunk needs.
    #[error("it unpacks to {found} bytes, {needed} are needed")]
    TooShort {
        /// Bytes that came out.
        found: usize,
        /// Bytes needed.
        needed: usize,
    },
    /// The source failed.
    #[error("cannot read it: {0}")]
    Io(#[from] io::Error),
}

impl ChunkProblem {
    fn hint(&self) -> &'static str {
        match self {
            Self::BeyondEnd { .. } => "the file is truncated: download it again",
            Self::NoBytes { .. } => {
                "the program that wrote the file stopped too early: make it again; to take these cells as having no value, as GDAL does: gdal_translate in.tif out.tif"
            }
            Self::InHeader { .. } | Self::Damaged { .. } | Self::TooShort { .. } => {
                "the file is damaged: download it again"
            }
            Self::Io(_) => "check the disk or network drive that the file is on",
        }
    }
}

/// Why the cells' place on Earth cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GeoreferenceError {
    /// No scale, tie point or matrix.
    #[error("no georeference: {missing}")]
    Missing {
        /// What was looked for.
        missing: &'static str,
    },
    /// No coordinate reference system.
    #[error("no coordinate reference system")]
    NoCrs,
    /// Projected coordinates.
    #[error("projected coordinates ({crs})")]
    Projected {
        /// What the file says.
        crs: String,
    },
    /// Neither geographic nor projected.
    #[error("coordinates are neither geographic nor projected (model type {model})")]
    ModelType {
        /// GTModelTypeGeoKey.
        model: u16,
    },
    /// Angles in another unit.
    #[error("angles are not in degrees (unit {unit})")]
    Unit {
        /// GeogAngularUnitsGeoKey.
        unit: u16,
    },
    /// Rows or columns do not run along parallels and meridians.
    #[error("the grid is rotated or sheared ({x_per_row:e} and {y_per_col:e} degrees a cell)")]
    Rotated {
        /// East per row.
        x_per_row: f64,
        /// North per column.
        y_per_col: f64,
    },
    /// Columns run from east to west.
    #[error("the grid is mirrored: column 0 is the easternmost")]
    Mirrored,
    /// A negative scale, whose meaning readers disagree on.
    #[error("the pixel scale is negative ({x} x {y}): readers disagree on what that means")]
    NegativeScale {
        /// Cell width.
        x: f64,
        /// Cell height.
        y: f64,
    },
    /// A cell size that is not usable.
    #[error("the cell size {x:?} x {y:?} degrees is not usable")]
    CellSize {
        /// Cell width.
        x: f64,
        /// Cell height.
        y: f64,
    },
    /// Coordinates that are not longitudes and latitudes.
    #[error("the extent {west}..{east}, {south}..{north} is not in degrees")]
    Extent {
        /// West edge.
        west: f64,
        /// South edge.
        south: f64,
        /// East edge.
        east: f64,
        /// North edge.
        north: f64,
    },
    /// Columns that cover ground a second time.
    #[error(
        "the raster is {degrees} degrees wide, more than the globe's {columns} columns: some ground is in it twice"
    )]
    WiderThanGlobe {
        /// Its width.
        degrees: f64,
        /// Columns of 360 degrees.
        columns: usize,
    },
    /// A geographic system that is not WGS 84.
    #[error("{0}")]
    Crs(#[from] pop_crs::CrsMismatch),
    /// The geo keys contradict themselves.
    #[error("malformed geo keys: {problem}")]
    GeoKeys {
        /// What is wrong.
        problem: String,
    },
}

impl GeoreferenceError {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoCrs => "if it is in degrees, say so: gdal_edit.py -a_srs EPSG:4326 file.tif",
            Self::Projected { .. }
            | Self::Rotated { .. }
            | Self::ModelType { .. }
            | Self::Unit { .. } => {
                "use the grid as published, in longitude and latitude: warping a raster of counts loses people"
            }
            Self::Crs(_) => {
                "use the grid as published, in WGS 84; if it is in WGS 84 and only labelled otherwise: gdal_edit.py -a_srs EPSG:4326 file.tif"
            }
            Self::Missing { .. } => {
                "use the file as published; if a world file (.tfw) is beside it: gdal_translate -a_srs EPSG:4326 in.tif out.tif"
            }
            Self::Mirrored | Self::NegativeScale { .. } => {
                "turn it north-up without resampling: gdalwarp -r near -t_srs EPSG:4326 in.tif out.tif, and compare the totals with gdalinfo -stats"
            }
            Self::CellSize { .. } | Self::GeoKeys { .. } => {
                "use the file as published, or state its place: gdal_edit.py -a_srs EPSG:4326 -a_ullr WEST NORTH EAST SOUTH file.tif"
            }
            Self::Extent { .. } => {
                "its coordinates look like metres: use the grid as published, in longitude and latitude"
            }
            Self::WiderThanGlobe { .. } => {
                "cut off the columns that are there twice: gdal_translate -srcwin 0 0 COLUMNS ROWS in.tif out.tif"
            }
        }
    }
}

/// A sample type that is not read.
pub(crate) fn unsupported_type(format: u64, bits: u64) -> RasterError {
    RasterError::Unsupported {
        what: "sample type",
        found: format!(
            "{} of {bits} bits (known are {})",
            match format {
                1 => "unsigned integer",
                2 => "signed integer",
                3 => "float",
                4 => "untyped",
                5 | 6 => "complex",
                _ => "unknown",
            },
            SampleType::NAMES
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn io_error() -> io::Error {
        io::Error::other("x")
    }

    /// One of each kind. A new kind does not compile here before it is listed.
    fn every_kind() -> Vec<RasterError> {
        use RasterError as E;
        let listed = |error: &E| match error {
            E::Io { .. }
            | E::WriteIo { .. }
            | E::ForeignFormat { .. }
            | E::NotTiff { .. }
            | E::Directory { .. }
            | E::Limit { .. }
            | E::Unsupported { .. }
            | E::Georeference(_)
            | E::NoDataText { .. }
            | E::Metadata { .. }
            | E::ClipRecord { .. }
            | E::Chunk { .. }
            | E::NoBand { .. }
            | E::Value { .. }
            | E::Write { .. } => {}
        };
        let text = || "x".to_owned();
        let window = CellWindow {
            col: 0,
            row: 0,
            width: 1,
            height: 1,
        };
        let chunk = |problem| E::Chunk {
            kind: "tile",
            chunk: 0,
            window,
            problem,
        };
        let value = |kind| E::Value {
            kind,
            count: 1,
            col: 0,
            row: 0,
            value: -1.0,
            nodata: None,
        };
        let mut all = vec![
            E::WriteIo {
                what: "the output",
                source: io_error(),
            },
            E::ForeignFormat {
                name: "a zip archive",
                remedy: "unzip",
            },
            E::NotTiff { found: text() },
            E::Directory {
                page: 1,
                problem: text(),
            },
            E::Limit {
                what: "width",
                found: 2,
                limit: 1,
            },
            E::Unsupported {
                what: "compression",
                found: text(),
            },
            E::Unsupported {
                what: "sample type",
                found: text(),
            },
            E::NoDataText { text: text() },
            E::Metadata { problem: text() },
            E::ClipRecord { problem: text() },
            E::NoBand { band: 1, bands: 1 },
            E::Write { problem: text() },
        ];
        all.extend(every_chunk_problem().map(chunk));
        all.extend(
            [
                BadValue::Negative,
                BadValue::Infinite,
                BadValue::Implausible,
            ]
            .map(value),
        );
        all.extend(every_georeference_kind().into_iter().map(E::Georeference));
        all.iter().for_each(listed);
        all
    }

    fn every_chunk_problem() -> [ChunkProblem; 6] {
        [
            ChunkProblem::BeyondEnd {
                offset: 1,
                end: 2,
                len: 1,
            },
            ChunkProblem::InHeader { offset: 1 },
            ChunkProblem::NoBytes { offset: 1 },
            ChunkProblem::Damaged {
                codec: "lzw",
                problem: "x".to_owned(),
            },
            ChunkProblem::TooShort {
                found: 1,
                needed: 2,
            },
            ChunkProblem::Io(io_error()),
        ]
    }

    fn every_georeference_kind() -> Vec<GeoreferenceError> {
        use GeoreferenceError as E;
        let listed = |error: &E| match error {
            E::Missing { .. }
            | E::NoCrs
            | E::Projected { .. }
            | E::ModelType { .. }
            | E::Unit { .. }
            | E::Rotated { .. }
            | E::Mirrored
            | E::NegativeScale { .. }
            | E::CellSize { .. }
            | E::Extent { .. }
            | E::WiderThanGlobe { .. }
            | E::Crs(_)
            | E::GeoKeys { .. } => {}
        };
        let (x, y) = (1.0, -1.0);
        let all = vec![
            E::Missing { missing: "x" },
            E::NoCrs,
            E::Projected {
                crs: "EPSG:32628".to_owned(),
            },
            E::ModelType { model: 3 },
            E::Unit { unit: 9101 },
            E::Rotated {
                x_per_row: x,
                y_per_col: y,
            },
            E::Mirrored,
            E::NegativeScale { x, y },
            E::CellSize { x, y },
            E::Extent {
                west: 0.0,
                south: 0.0,
                east: 1e6,
                north: 1e6,
            },
            E::WiderThanGlobe {
                degrees: 361.0,
                columns: 360,
            },
            E::Crs(pop_crs::CrsMismatch::Unknown {
                name: "EPSG:4555".to_owned(),
            }),
            E::GeoKeys {
                problem: "x".to_owned(),
            },
        ];
        all.iter().for_each(listed);
        all
    }

    #[test]
    fn every_refusal_has_a_remedy() {
        for error in every_kind() {
            let hint = error.hint().unwrap_or_default();
            assert!(!hint.is_empty(), "{error}");
            let message = error.to_string();
            assert!(
                !message.ends_with('.') && !hint.ends_with('.'),
                "{message}: {hint}"
            );
        }
        // only the operating system knows why it could not read
        let unread = RasterError::Io {
            what: "the file header".to_owned(),
            source: io_error(),
        };
        assert_eq!(unread.hint(), None);
    }
}
