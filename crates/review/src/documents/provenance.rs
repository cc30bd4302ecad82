//! What a tool read and wrote.

use pop_cli::ToolError;
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ProvenanceFile {
    format: String,
    pub(crate) tool: String,
    pub(crate) version: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) inputs: Vec<Artefact>,
    pub(crate) outputs: Vec<Artefact>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Artefact {
    pub(crate) role: String,
    pub(crate) name: String,
    pub(crate) sha256: String,
}

impl ProvenanceFile {
    /// Reads a provenance record.
    ///
    /// # Errors
    /// Data: not one.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ToolError> {
        let record: Self = super::read(bytes, "a provenance record")?;
        if record.format != "headcount-provenance/1" {
            return Err(ToolError::data(format!(
                "format is {:?}, expected \"headcount-provenance/1\"",
                record.format
            ))
            .hint("name a file that --provenance of a tool has written"));
        }
        Ok(record)
    }
}
