//! Reading the stream, from CSV or JSON.

mod builder;
mod csv_form;

use crate::{COLUMNS, SumTable, SumsError, json, text};

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

/// Reads a sums stream. CSV and JSON are told apart by the first character.
///
/// Columns are found by name (upper and lower case alike), unknown ones are
/// passed over; `org_unit` and `population` must be there.
///
/// # Errors
/// See [`SumsError`]; the first problem found, with its line or row.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<SumTable, SumsError> {
    let names = options.names()?;
    let text = text::decode(bytes)?;
    if text.trim_start().starts_with(['{', '[']) {
        json::read(text, &names)
    } else {
        csv_form::read(text, &names, options.completeness)
    }
}

pub(crate) use builder::{Builder, Fields};

#[cfg(test)]
mod tests;
