//! DHIS2's JSON data value set, read and written as a stream.
//!
//! The same document is sent to `POST /api/dataValueSets` and comes back from
//! `GET /api/dataValueSets`. A file to be sent is read strictly ([`Strictness::Payload`]): a key
//! that would be ignored, or that would do more than store values, is refused. An answer is read
//! leniently, since every version adds keys of its own. Servers from 2.43 on lift what all rows
//! share to the top of the document (`DataExportOutput`): the caller merges with [`Header::complete`].

mod read;
mod write;

pub use read::read;
pub use write::{Body, write};

use super::names::Sym;
use super::values::Row;

/// How a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// A file that is to be sent.
    Payload,
    /// A server's answer.
    Answer,
}

/// What stands at the top of a data value set, for all of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The data set named.
    pub data_set: Option<String>,
    /// Period of every row without one.
    pub period: Sym,
    /// Org unit of every row without one.
    pub unit: Sym,
    /// Attribute option combo of every row without one.
    pub attribute: Sym,
    /// Category option combo of every row without one (only in answers).
    pub combo: Sym,
    /// Data element of every row without one (only in answers).
    pub element: Sym,
    /// Id schemes other than UID, by their JSON name (`orgUnitIdScheme`), in the order met.
    pub schemes: Vec<(String, String)>,
}

impl Default for Header {
    fn default() -> Self {
        Self {
            data_set: None,
            period: Sym::NONE,
            unit: Sym::NONE,
            attribute: Sym::NONE,
            combo: Sym::NONE,
            element: Sym::NONE,
            schemes: Vec::new(),
        }
    }
}

impl Header {
    /// Fills what a row leaves out from the top of the document.
    pub fn complete(&self, row: &mut Row) {
        let key = &mut row.key;
        key.period = key.period.or(self.period);
        key.unit = key.unit.or(self.unit);
        key.element = key.element.or(self.element);
        key.combo = key.combo.or(self.combo);
        key.attribute = key.attribute.or(self.attribute);
    }

    /// The first row that says another period, unit or attribute combo than the top of the
    /// document: servers up to 2.42 take the top's, later ones the row's.
    #[must_use]
    pub fn contradicted_by(&self, rows: &[Row]) -> Option<usize> {
        let differs = |top: Sym, own: Sym| !top.is_none() && !own.is_none() && top != own;
        rows.iter().position(|row| {
            differs(self.period, row.key.period)
                || differs(self.unit, row.key.unit)
                || differs(self.attribute, row.key.attribute)
        })
    }
}

/// Why a document is no data value set.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// Not JSON, cut off, or of another shape.
    #[error("no data value set: {0}")]
    Json(#[from] serde_json::Error),
    /// The bytes could not be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The bytes are text in another encoding.
    #[error("the text is UTF-16, JSON must be UTF-8")]
    Utf16,
}
