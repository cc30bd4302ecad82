//! What can be wrong with a sums stream, and where.

use std::fmt;

use crate::UnterminatedLine;

/// Where in the stream something was found, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowPosition {
    /// Line of a CSV file.
    Line(u64),
    /// Element of a JSON file's list of rows.
    Row(u64),
}

impl fmt::Display for RowPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(n) => write!(f, "line {n}"),
            Self::Row(n) => write!(f, "row {n}"),
        }
    }
}

/// Why a sums stream is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SumsError {
    /// Nothing in it.
    #[error("the stream is empty")]
    Empty,
    /// An encoding other than UTF-8.
    #[error("the text is {found}, expected UTF-8")]
    Encoding {
        /// What was recognised.
        found: String,
    },
    /// A header with semicolons.
    #[error("the columns are separated by {found}, expected commas")]
    Separator {
        /// The separator found.
        found: &'static str,
    },
    /// A column that must be there.
    #[error("the header has no column {wanted:?}, found {found}")]
    MissingColumn {
        /// Name looked for, after `--columns`.
        wanted: String,
        /// The header as it is.
        found: String,
    },
    /// A column that is there twice.
    #[error("the header has the column {0:?} twice")]
    DuplicateColumn(String),
    /// A column that says whom a row counts by another name.
    #[error("the header has the column {found:?}, which is not read, and none {expected:?}")]
    OtherName {
        /// As it is in the header.
        found: String,
        /// The column that it means.
        expected: &'static str,
    },
    /// A column mapping for a column this stream does not have.
    #[error("{0:?} is not a column of the sums stream, expected one of {list}", list = crate::COLUMNS.join(", "))]
    UnknownColumn(String),
    /// More bytes than are read.
    #[error("larger than the limit of {0} bytes")]
    TooLarge(u64),
    /// The medium failed.
    #[error("{0}")]
    Unreadable(String),
    /// The last line may have been cut.
    #[error(transparent)]
    UnterminatedLine(UnterminatedLine),
    /// The end is missing.
    #[error("the stream is truncated: {0}")]
    Truncated(String),
    /// A record that cannot be read.
    #[error("{position}: {what}")]
    Record {
        /// Where.
        position: RowPosition,
        /// What is wrong with it.
        what: String,
    },
    /// A unit and a raster that occur twice.
    #[error("{position}: unit {unit:?}{of} already in {first}", of = of_raster(raster))]
    DuplicateRow {
        /// The second one.
        position: RowPosition,
        /// The first one.
        first: RowPosition,
        /// Id of the unit.
        unit: String,
        /// Name of the raster.
        raster: String,
    },
    /// Not JSON, or JSON of another shape.
    #[error("not a sums document: {0}")]
    Json(String),
}

fn of_raster(raster: &str) -> String {
    if raster.is_empty() {
        " is".to_owned()
    } else {
        format!(" and raster {raster:?} are")
    }
}

impl SumsError {
    /// Where the problem is, when it is one of a record.
    pub(crate) const fn position(&self) -> Option<RowPosition> {
        match self {
            Self::Record { position, .. } | Self::DuplicateRow { position, .. } => Some(*position),
            _ => None,
        }
    }

    /// What the user can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "run the previous tool again and read its messages",
            Self::Encoding { .. } => "save the file again as \"CSV UTF-8\"",
            Self::Separator { .. } => {
                "save the file as \"CSV UTF-8\", with commas between the columns and points, not commas, in the numbers"
            }
            Self::MissingColumn { .. } => {
                "name the file's own columns with --columns org_unit=…,population=…"
            }
            Self::UnterminatedLine(_) => {
                "run the previous tool again and read its messages; if the file is whole, end its last line with a line end"
            }
            Self::Truncated(_) => {
                "run the previous tool again and read its messages; --subset reads a file that was shortened on purpose"
            }
            Self::DuplicateColumn(_) => "rename one of the two columns, or choose with --columns",
            Self::OtherName { .. } => {
                "name it with --columns, such as --columns sex=gender, or take it out of the file"
            }
            Self::UnknownColumn(_) => {
                "--columns takes pairs of our column and the file's: population=sum"
            }
            Self::TooLarge(_) => "sum fewer rasters or units in one run",
            Self::Unreadable(_) => "look whether the file can be read",
            Self::Record { .. } => {
                "correct the record, or run the tool that wrote it again; --columns chooses other columns"
            }
            Self::DuplicateRow { .. } => {
                "keep one row for each unit and raster, or name the column that tells the rasters apart: --columns raster=NAME"
            }
            Self::Json(_) => {
                "sums are a CSV with a header, or the JSON that zonal-sum --format json writes"
            }
        }
    }
}
