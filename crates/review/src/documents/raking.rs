//! The raking report of `rake`.

use pop_cli::ToolError;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct RakingFile {
    format: String,
    pub(crate) blocks: Vec<Block>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Block {
    pub(crate) controls: Vec<Control>,
    pub(crate) units: Vec<Unit>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Control {
    pub(crate) org_unit: String,
    pub(crate) name: Option<String>,
    pub(crate) source: String,
    pub(crate) before: f64,
    pub(crate) after: Option<f64>,
    pub(crate) factor: Option<f64>,
    pub(crate) flag: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Unit {
    pub(crate) org_unit: String,
    pub(crate) name: Option<String>,
    pub(crate) before: f64,
    pub(crate) after: f64,
    pub(crate) factor: Option<f64>,
    pub(crate) origin: String,
    pub(crate) flag: String,
}

impl RakingFile {
    /// Reads a raking report.
    ///
    /// # Errors
    /// Data: not a raking report.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ToolError> {
        let report: Self = super::read(bytes, "a raking report")?;
        if report.format != "headcount-raking-report" {
            return Err(ToolError::data(format!(
                "format is {:?}, expected \"headcount-raking-report\"",
                report.format
            ))
            .hint("review reads the JSON that rake --report writes"));
        }
        Ok(report)
    }
}
