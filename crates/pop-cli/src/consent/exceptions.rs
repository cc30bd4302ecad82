//! The exceptions file: which unit is allowed which kind of finding, and why.

use std::io::Write;

use super::Refusal;
use crate::ToolError;

/// What a file of exceptions looks like.
const EXCEPTIONS_FORM: &str =
    "a header unit,kind,reason, then one exception a line with all three filled in";

/// A line of an exceptions file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionEntry {
    /// The number of the line, from 1.
    pub line: u64,
    /// The unit's id.
    pub unit: String,
    /// The kind of finding that is allowed.
    pub kind: String,
    /// Why.
    pub reason: String,
}

/// Reads the lines of an exceptions file.
///
/// # Errors
/// Data: not CSV with the columns unit, kind and reason, or one of them is empty in a line.
pub fn read_exceptions(bytes: &[u8]) -> Result<Vec<ExceptionEntry>, ToolError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(bytes);
    let header = reader
        .headers()
        .map_err(|error| ToolError::data(error.to_string()).hint(EXCEPTIONS_FORM))?
        .clone();
    if header.len() == 1 && header.iter().any(|title| title.contains([';', '\t'])) {
        return Err(ToolError::data(
            "the columns are separated by semicolons or tabs, expected commas",
        )
        .hint("save the file as \"CSV UTF-8\" with commas: unit,kind,reason"));
    }
    let column = |name: &str| {
        header
            .iter()
            .position(|found| found == name)
            .ok_or_else(|| {
                ToolError::data(format!(
                    "no column {name:?}; found {}",
                    header.iter().collect::<Vec<_>>().join(",")
                ))
                .hint("the columns are unit,kind,reason")
            })
    };
    let (unit, kind, reason) = (column("unit")?, column("kind")?, column("reason")?);
    let mut exceptions = Vec::new();
    for record in reader.records() {
        let record =
            record.map_err(|error| ToolError::data(error.to_string()).hint(EXCEPTIONS_FORM))?;
        let line = record.position().map_or(0, csv::Position::line);
        let field = |index: usize| record.get(index).unwrap_or_default().to_owned();
        if [unit, kind, reason].iter().any(|&i| field(i).is_empty()) {
            return Err(ToolError::data(
                "unit, kind or reason is empty: an exception needs all three",
            )
            .at(format!("line {line}"))
            .hint(EXCEPTIONS_FORM));
        }
        exceptions.push(ExceptionEntry {
            line,
            unit: field(unit),
            kind: field(kind),
            reason: field(reason),
        });
    }
    Ok(exceptions)
}

/// A draft of an exceptions file for refused findings: one line for each, its reason still to be filled in.
///
/// # Errors
/// What the writer answers.
pub fn write_exceptions_draft(refusals: &[Refusal], writer: impl Write) -> std::io::Result<()> {
    let mut csv = csv::WriterBuilder::new()
        .terminator(csv::Terminator::Any(b'\n'))
        .from_writer(writer);
    csv.write_record(["unit", "kind", "reason", "detail"])?;
    for refusal in refusals {
        for finding in &refusal.findings {
            csv.write_record([&finding.unit, &refusal.kind, "", &finding.detail])?;
        }
    }
    csv.flush()
}
