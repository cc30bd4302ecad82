//! The files of a run as their tools write them.

pub(crate) mod balance;
pub(crate) mod comparison;
pub(crate) mod plan;
pub(crate) mod provenance;
pub(crate) mod raking;

use pop_cli::ToolError;
use serde::Deserialize;

/// The members by which the kinds of files are told apart.
#[derive(Debug, Default, Deserialize)]
struct Head {
    format: Option<serde_json::Value>,
    plan: Option<serde_json::Value>,
    receipt: Option<serde_json::Value>,
    verification: Option<serde_json::Value>,
    #[serde(rename = "dataValues")]
    data_values: Option<serde::de::IgnoredAny>,
    features: Option<serde::de::IgnoredAny>,
}

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileKind {
    Plan,
    Comparison,
    Other(String),
}

/// Tells what a file is.
///
/// # Errors
/// Data: not JSON.
pub(crate) fn file_kind(bytes: &[u8]) -> Result<FileKind, ToolError> {
    let head: Head = serde_json::from_slice(bytes).map_err(|error| {
        ToolError::data(format!("not JSON: {error}"))
            .hint("review reads the plan of push, or the output of compare --format json")
    })?;
    let format = head.format.as_ref().and_then(serde_json::Value::as_str);
    Ok(match (format, &head) {
        (Some("headcount-comparison"), _) => FileKind::Comparison,
        (_, Head { plan: Some(_), .. }) => FileKind::Plan,
        (
            _,
            Head {
                receipt: Some(_), ..
            },
        ) => FileKind::Other("a receipt of push".into()),
        (
            _,
            Head {
                verification: Some(_),
                ..
            },
        ) => FileKind::Other("a verification of push".into()),
        (
            _,
            Head {
                data_values: Some(_),
                ..
            },
        ) => FileKind::Other("a data value set".into()),
        (
            _,
            Head {
                features: Some(_), ..
            },
        ) => FileKind::Other("a GeoJSON file".into()),
        (Some(format), _) => FileKind::Other(format!("a file of format {format}")),
        (None, _) => FileKind::Other("another JSON file".into()),
    })
}

/// Reads a document of a format, and says which one was expected otherwise.
pub(crate) fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8], what: &str) -> Result<T, ToolError> {
    serde_json::from_slice(bytes).map_err(|error| {
        ToolError::data(format!("not {what}: {error}"))
            .hint("give the file as the tool wrote it; review --help names the tools")
    })
}
