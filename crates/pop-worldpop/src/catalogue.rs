//! Documents of WorldPop's catalogue: read, never fetched.
//!
//! Each is a JSON object with an array `data`. Numbers come as strings, years may be
//! `null`, and unknown members are many: only what is used is looked at.

mod stac;

pub use stac::{ItemPage, parse_item_page};

use serde::Deserialize;
use serde_json::Value;

/// The most rows that are read from one document.
pub const MAX_ROWS: usize = 200_000;
/// The most files of one record.
pub const MAX_FILES: usize = 10_000;

/// A project or product: an alias, and a name for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// The word in addresses, exactly as listed.
    pub alias: String,
    /// For people.
    pub name: String,
}

/// A row of a product's index, or a whole record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogueRecord {
    /// The catalogue's number.
    pub id: String,
    /// The country by the catalogue's code; `None` for mosaics of the world.
    pub iso3: Option<String>,
    /// The country's name.
    pub country: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// The year the people are counted for.
    pub year: Option<i32>,
    /// DOI of the data set.
    pub doi: Option<String>,
    /// How to cite it, word by word.
    pub citation: Option<String>,
    /// Where the licence is.
    pub licence: Option<String>,
    /// Addresses of the files; empty in an index.
    pub files: Vec<String>,
}

/// A document that is not what the catalogue writes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Not JSON.
    #[error("not JSON: {0}")]
    Json(String),
    /// JSON of another shape.
    #[error("expected an object with the array `data`, found {0}")]
    Shape(&'static str),
    /// JSON of another shape, from the STAC server.
    #[error("expected a FeatureCollection of STAC items, found {0}")]
    NotItems(&'static str),
    /// More rows than any product has.
    #[error("{found} rows, at most {MAX_ROWS} are read")]
    Rows {
        /// How many there are.
        found: usize,
    },
    /// A member of a row is of another type.
    #[error("row {row}: {member} is {found}, expected {expected}")]
    Member {
        /// From 1.
        row: usize,
        /// The member's name.
        member: &'static str,
        /// What it is.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
}

impl CatalogueError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Json(_) | Self::Shape(_) | Self::NotItems(_) => {
                "check --catalogue-url and --stac-url; files can be named with --path instead"
            }
            Self::Rows { .. } | Self::Member { .. } => {
                "the catalogue may have changed its format: name the files with --path"
            }
        }
    }
}

#[derive(Deserialize)]
struct CatalogueDocument {
    data: Vec<Value>,
}

/// The list of projects, or of the products of a project.
///
/// # Errors
/// [`CatalogueError`].
pub fn parse_entries(bytes: &[u8]) -> Result<Vec<CatalogueEntry>, CatalogueError> {
    each(bytes, |row| {
        Ok(CatalogueEntry {
            alias: row.text("alias")?.unwrap_or_default(),
            name: row.text("name")?.unwrap_or_default(),
        })
    })
}

/// The records of an answer: an index's rows are records without files.
///
/// # Errors
/// [`CatalogueError`].
pub fn parse_records(bytes: &[u8]) -> Result<Vec<CatalogueRecord>, CatalogueError> {
    each(bytes, |row| {
        let id = row.text("id")?.ok_or_else(|| row.wrong("id", "a number"))?;
        Ok(CatalogueRecord {
            id,
            iso3: row.text("iso3")?.map(|code| code.trim().to_owned()),
            country: row.text("country")?.map(|name| name.trim().to_owned()),
            title: row.text("title")?,
            year: row.text("popyear")?.and_then(|year| year.parse().ok()),
            doi: row.text("doi")?,
            citation: row.text("citation")?,
            licence: row.text("license")?,
            files: row.files()?,
        })
    })
}

fn each<T>(
    bytes: &[u8],
    read: impl Fn(&RowReader) -> Result<T, CatalogueError>,
) -> Result<Vec<T>, CatalogueError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| CatalogueError::Json(error.to_string()))?;
    let shape = kind(&value);
    let document: CatalogueDocument =
        serde_json::from_value(value).map_err(|_| CatalogueError::Shape(shape))?;
    if document.data.len() > MAX_ROWS {
        return Err(CatalogueError::Rows {
            found: document.data.len(),
        });
    }
    document
        .data
        .iter()
        .enumerate()
        .map(|(index, value)| {
            read(&RowReader {
                number: index + 1,
                value,
            })
        })
        .collect()
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

struct RowReader<'a> {
    number: usize,
    value: &'a Value,
}

impl RowReader<'_> {
    fn wrong(&self, member: &'static str, expected: &'static str) -> CatalogueError {
        CatalogueError::Member {
            row: self.number,
            member,
            found: self.value.get(member).map_or("absent", kind).to_owned(),
            expected,
        }
    }

    /// A text, or a number as text; `None` where it is absent, null or empty.
    fn text(&self, member: &'static str) -> Result<Option<String>, CatalogueError> {
        if !self.value.is_object() {
            return Err(CatalogueError::Member {
                row: self.number,
                member: "the row",
                found: kind(self.value).to_owned(),
                expected: "an object",
            });
        }
        match self.value.get(member) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() && member != "alias" => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(self.wrong(member, "a text")),
        }
    }

    /// The addresses in `files`; the path in `data_file` where there are none.
    fn files(&self) -> Result<Vec<String>, CatalogueError> {
        let wrong = || self.wrong("files", "an array of at most 10,000 texts");
        let listed: Vec<String> = match self.value.get("files") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::Array(files)) if files.len() <= MAX_FILES => files
                .iter()
                .map(|file| file.as_str().map(ToOwned::to_owned).ok_or_else(wrong))
                .collect::<Result<_, _>>()?,
            Some(_) => return Err(wrong()),
        };
        if listed.is_empty() {
            return Ok(self.text("data_file")?.into_iter().collect());
        }
        Ok(listed)
    }
}

#[cfg(test)]
mod tests;
