//! What can be wrong with a raster.

mod chunk;
mod georeference;

use std::io;

use crate::cell_window::CellWindow;
use crate::sample::SampleType;

pub use chunk::ChunkProblem;
pub use georeference::GeoreferenceError;

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
        hint: &'static str,
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
            // what the system says is all there is to know
            Self::Io { .. } => return None,
            Self::WriteIo { .. } => {
                "make room on the disk; the environment variable TMPDIR names the folder for temporary files"
            }
            Self::ForeignFormat { hint, .. } => hint,
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
mod tests;
