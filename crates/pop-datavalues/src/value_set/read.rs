//! Reading data value sets: one pass, a row at a time.
//!
//! The same document is sent to `POST /api/dataValueSets` and comes back from
//! `GET /api/dataValueSets`. A file to be sent is read strictly ([`Strictness::Payload`]): a key
//! that would be ignored, or that would do more than store values, is refused. An answer is read
//! leniently, since every version adds keys of its own. Servers from 2.43 on lift what all rows
//! share to the top of the document (`DataExportOutput`): [`SetHeader::complete`] merges.

mod document;

use std::io::{self, Read};

use serde::de::Deserializer;

use self::document::DocumentVisitor;
use super::names::{Names, Sym};
use super::table::{Row, ValueTable};

/// How a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// A file that is to be sent.
    Payload,
    /// A server's answer.
    Answer,
}

/// The top of a data value set: what holds for all of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetHeader {
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

impl Default for SetHeader {
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

impl SetHeader {
    /// Fills what a row leaves out from the top of the document.
    pub fn complete(&self, row: &mut Row) {
        let key = &mut row.key;
        key.period = key.period.or(self.period);
        key.unit = key.unit.or(self.unit);
        key.element = key.element.or(self.element);
        key.combo = key.combo.or(self.combo);
        key.attribute = key.attribute.or(self.attribute);
    }

    /// Whether a row says another period, unit or attribute combo than the top of the document:
    /// servers up to 2.42 take the top's, later ones the row's.
    fn contradicts(&self, row: &Row) -> bool {
        let differs = |top: Sym, own: Sym| !top.is_none() && !own.is_none() && top != own;
        differs(self.period, row.key.period)
            || differs(self.unit, row.key.unit)
            || differs(self.attribute, row.key.attribute)
    }
}

/// Why a document is not a data value set.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No bytes, or only blanks.
    #[error("the data value set is empty")]
    Empty,
    /// The end is missing.
    #[error("the data value set is truncated: {0}")]
    Truncated(String),
    /// Not JSON, or of another shape.
    #[error("not a data value set: {0}")]
    Shape(String),
    /// A value without its key, or that contradicts the top of the document.
    #[error("value {number}: {what}")]
    Value {
        /// Counted from 1.
        number: usize,
        /// What is wrong with it.
        what: String,
    },
    /// The bytes are text in another encoding.
    #[error("the text is UTF-16, expected UTF-8")]
    Utf16,
    /// The bytes could not be read.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl ReadError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Empty | Self::Truncated(_) => {
                Some("the step that wrote it failed or was stopped: run that step again")
            }
            Self::Shape(_) => Some(
                "a data value set is {\"dataSet\": \"…\", \"dataValues\": [{\"dataElement\": \"…\", \"period\": \"2025\", \"orgUnit\": \"…\", \"value\": \"12\"}, …]}, as to-datavalueset writes it",
            ),
            Self::Value { .. } => Some(
                "give period, org unit and attribute option combo either at the top or in every value, and every value its data element",
            ),
            Self::Utf16 => Some("save the file as UTF-8"),
            // What the system says is all there is to know.
            Self::Io(_) => None,
        }
    }
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        use serde_json::error::Category;
        // An end within a value is wrapped with the value's number, and then counts as data.
        let ends_early = |text: &str| text.contains("EOF while parsing");
        match error.classify() {
            Category::Io => Self::Io(error.into()),
            Category::Eof => Self::Truncated(error.to_string()),
            Category::Syntax | Category::Data => match error.to_string() {
                text if ends_early(&text) => Self::Truncated(text),
                text => Self::Shape(text),
            },
        }
    }
}

/// A data value set that is to be sent: every row has its whole key, as far as the file gives it.
#[derive(Debug)]
pub struct PayloadSet {
    /// The top of the document.
    pub header: SetHeader,
    /// Texts of its ids and comments.
    pub names: Names,
    /// Its values, in the file's order.
    pub values: ValueTable,
}

/// Reads a data value set that is to be sent, to its end.
///
/// # Errors
/// As [`read_into`]; a value without data element, period or org unit, or that contradicts the
/// top of the document.
pub fn read_payload(source: impl Read) -> Result<PayloadSet, ReadError> {
    let (mut names, mut values) = (Names::default(), ValueTable::default());
    let header = read_into(source, Strictness::Payload, &mut names, &mut values)?;
    for (index, row) in values.rows_mut().iter_mut().enumerate() {
        let wrong = |what: String| ReadError::Value {
            number: index + 1,
            what,
        };
        if header.contradicts(row) {
            return Err(wrong(
                "period, org unit or attribute option combo differs from the top of the document; servers up to 2.42 take the top's, later ones the value's".to_owned(),
            ));
        }
        header.complete(row);
        for (what, sym) in [
            ("dataElement", row.key.element),
            ("period", row.key.period),
            ("orgUnit", row.key.unit),
        ] {
            if sym.is_none() {
                return Err(wrong(format!("no {what}")));
            }
        }
    }
    Ok(PayloadSet {
        header,
        names,
        values,
    })
}

/// Reads a data value set to its end; adds its rows to `values`.
///
/// # Errors
/// [`ReadError`]: not JSON, truncated, a key that is not allowed, a row that is not a data value.
/// JSON errors carry line and column, errors in a row its number counted from 1.
pub fn read_into(
    mut source: impl Read,
    strictness: Strictness,
    names: &mut Names,
    values: &mut ValueTable,
) -> Result<SetHeader, ReadError> {
    let start = first_bytes(&mut source)?;
    let is_empty = start.get_ref().iter().all(u8::is_ascii_whitespace);
    let mut json = serde_json::Deserializer::from_reader(start.chain(source));
    let header = json
        .deserialize_map(DocumentVisitor {
            strictness,
            names,
            values,
        })
        .map_err(|error| match ReadError::from(error) {
            ReadError::Truncated(_) if is_empty => ReadError::Empty,
            error => error,
        })?;
    json.end()?;
    Ok(header)
}

/// The first bytes, without a byte order mark.
fn first_bytes(source: &mut impl Read) -> Result<io::Cursor<Vec<u8>>, ReadError> {
    let mut head = Vec::with_capacity(3);
    source.by_ref().take(3).read_to_end(&mut head)?;
    match head.as_slice() {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] => Err(ReadError::Utf16),
        [0xEF, 0xBB, 0xBF] => Ok(io::Cursor::new(Vec::new())),
        _ => Ok(io::Cursor::new(head)),
    }
}

#[cfg(test)]
mod tests;
