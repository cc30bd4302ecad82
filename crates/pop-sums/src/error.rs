//! What can be wrong with a sums stream, and where.

use std::fmt;

/// Where in the stream something was found, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Line of a CSV file.
    Line(u64),
    /// Element of a JSON file's list of rows.
    Row(u64),
}

impl fmt::Display for Place {
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
    TwiceColumn(String),
    /// A column mapping for a column this stream does not have.
    #[error("{0:?} is no column of the sums stream, expected one of {list}", list = crate::COLUMNS.join(", "))]
    UnknownColumn(String),
    /// More bytes than are read.
    #[error("larger than the limit of {0} bytes")]
    Size(u64),
    /// The medium failed.
    #[error("{0}")]
    Unreadable(String),
    /// The last line may have been cut.
    #[error(
        "line {0}, the last one, has no line end: it may have been cut, and its last number shortened"
    )]
    OpenLine(u64),
    /// The end is missing.
    #[error("the stream is cut: {0}")]
    Cut(String),
    /// A record that cannot be read.
    #[error("{place}: {what}")]
    Record {
        /// Where.
        place: Place,
        /// What is wrong with it.
        what: String,
    },
    /// A unit and a raster that occur twice.
    #[error("{place}: unit {unit:?} and raster {raster:?} are already in {first}")]
    Twice {
        /// The second one.
        place: Place,
        /// The first one.
        first: Place,
        /// Id of the unit.
        unit: String,
        /// Name of the raster.
        raster: String,
    },
    /// JSON that is none, or of another shape.
    #[error("not a sums document: {0}")]
    Json(String),
}

impl SumsError {
    /// Where the problem is, when it is one of a record.
    pub(crate) const fn place(&self) -> Option<Place> {
        match self {
            Self::Record { place, .. } | Self::Twice { place, .. } => Some(*place),
            _ => None,
        }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Encoding { .. } => "save the file again as \"CSV UTF-8\"",
            Self::Separator { .. } => {
                "save the file as \"CSV UTF-8\", with commas between the columns and points, not commas, in the numbers"
            }
            Self::MissingColumn { .. } => {
                "name the file's own columns with --columns org_unit=…,population=…"
            }
            Self::OpenLine(_) => {
                "run the tool before this one again and look at its messages; if the file is whole, end its last line with a line end"
            }
            Self::Cut(_) => {
                "run the tool before this one again and look at its messages; --subset reads a file that was shortened on purpose"
            }
            _ => return None,
        })
    }
}
