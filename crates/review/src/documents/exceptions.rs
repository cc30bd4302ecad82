//! The exceptions file of a run.

use pop_cli::ToolError;
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Entry {
    pub(crate) unit: String,
    pub(crate) kind: String,
    pub(crate) reason: String,
}

/// Reads the entries.
///
/// # Errors
/// Data: not CSV with the columns unit, kind, reason.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Entry>, ToolError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(bytes);
    reader
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| {
            ToolError::data(format!("not an exceptions file: {error}"))
                .hint("the columns are unit,kind,reason")
        })
}
