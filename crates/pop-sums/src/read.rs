//! Reading the stream, from CSV or JSON.

mod csv_rows;
mod json_rows;
mod record_blocks;
mod records;
mod table_builder;

use std::io::{self, Read};

use crate::encoding::{self, StreamFormat};
use crate::{COLUMNS, SumsError, SumsTable};

/// So much of a stream is looked at to tell what it is.
const HEAD_BYTES: u64 = 1 << 14;

/// JSON below this is read whole, so that what is wrong with its text can be said better.
const SMALL_BYTES: u64 = 32 << 20;

/// Whether the stream must be whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Completeness {
    /// The column `rows`, where there is one, must give the number of rows read.
    #[default]
    Whole,
    /// A part taken on purpose: the column `rows` is not looked at.
    Subset,
}

/// How to read.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Pairs of a column of the sums stream and its name in the file.
    pub columns: Vec<(String, String)>,
    /// Whether rows may be missing.
    pub completeness: Completeness,
}

impl ReadOptions {
    /// Names in the file, in the order of [`COLUMNS`].
    fn names(&self) -> Result<Vec<&str>, SumsError> {
        let mut names = COLUMNS.to_vec();
        for (ours, theirs) in &self.columns {
            let at = COLUMNS
                .iter()
                .position(|column| column == ours)
                .ok_or_else(|| SumsError::UnknownColumn(ours.clone()))?;
            names[at] = theirs;
        }
        Ok(names)
    }
}

/// Reads a sums stream that is in memory; see [`read_from`].
///
/// # Errors
/// See [`SumsError`].
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<SumsTable, SumsError> {
    read_from(bytes, options)
}

/// Reads a sums stream. CSV and JSON are told apart by the first character; neither is held whole when it is long.
///
/// Columns are found by name (upper and lower case alike), unknown ones are
/// passed over; `org_unit` and `population` must be there.
///
/// # Errors
/// See [`SumsError`]; the first problem found, with its line or row.
pub fn read_from(stream: impl Read, options: &ReadOptions) -> Result<SumsTable, SumsError> {
    let names = options.names()?;
    let mut stream = stream;
    let mut head = Vec::new();
    stream
        .by_ref()
        .take(HEAD_BYTES)
        .read_to_end(&mut head)
        .map_err(unreadable)?;
    let (format, mark) = encoding::detect(&head)?;
    let mut whole = head[mark..].chain(stream);
    match format {
        StreamFormat::Json => {
            let mut bytes = Vec::new();
            whole
                .by_ref()
                .take(SMALL_BYTES)
                .read_to_end(&mut bytes)
                .map_err(unreadable)?;
            if (bytes.len() as u64) < SMALL_BYTES {
                json_rows::read(encoding::decode(&bytes)?, &names)
            } else {
                json_rows::read_from(bytes.chain(whole), &names)
            }
        }
        StreamFormat::Csv => csv_rows::read(whole, &names, options.completeness),
    }
}

fn unreadable(error: io::Error) -> SumsError {
    SumsError::Unreadable(error.to_string())
}

#[cfg(test)]
mod tests;
