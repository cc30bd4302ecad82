//! The list of rasters, for `zonal-sum --raster-list`, shells and people.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use pop_cli::{Column, Messages, Output, ResultExt, Table, ToolError};
use pop_worldpop::{AgeBand, Area, Constraint, RasterName};
use serde::Serialize;

use crate::args::Format;
use crate::lock::{Attribution, Pin};

const FORMAT: &str = "headcount-rasters/1";

/// A raster or an archive in the list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RasterEntry {
    /// Absent where it was not downloaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    file: String,
    area: String,
    year: Option<i32>,
    sex: Option<String>,
    age_from: Option<u32>,
    age_to: Option<u32>,
    family: &'static str,
    release: Option<String>,
    constraint: Option<&'static str>,
    resolution: String,
    un_adjusted: bool,
    version: Option<String>,
    source: String,
    url: Option<String>,
    /// Its name in the archive at `url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    /// Of an archive: how many of its files are requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(flatten)]
    attribution: Attribution,
}

impl RasterEntry {
    /// For a file that is not downloaded.
    pub(crate) fn of_name(
        name: &RasterName,
        file: &str,
        url: &str,
        attribution: &Attribution,
    ) -> Self {
        let label = name.label();
        Self {
            path: None,
            file: file.to_owned(),
            area: Area::of_file(name.area()).to_string(),
            year: label.year,
            sex: label.sex.map(|sex| sex.to_string()),
            age_from: label.age_from,
            age_to: label.age_to,
            family: name.family().short_name(),
            release: name.release().map(ToOwned::to_owned),
            constraint: name.constraint().map(Constraint::word),
            resolution: name.resolution().to_string(),
            un_adjusted: name.un_adjusted(),
            version: name.version().map(ToOwned::to_owned),
            source: name.source(),
            url: Some(url.to_owned()),
            member: None,
            files: None,
            bytes: None,
            sha256: None,
            attribution: attribution.clone(),
        }
    }

    /// For a file in the folder.
    pub(crate) fn of_pin(name: &RasterName, pin: &Pin, path: &Path) -> Self {
        Self {
            path: Some(with_slashes(path)),
            url: pin.url.clone(),
            member: pin.member.clone(),
            bytes: Some(pin.bytes),
            sha256: Some(pin.sha256.clone()),
            ..Self::of_name(name, &pin.file, "", &pin.attribution)
        }
    }

    /// With its length.
    pub(crate) fn with_bytes(mut self, bytes: Option<u64>) -> Self {
        self.bytes = bytes;
        self
    }

    /// For an archive, with the number of its files that are requested.
    pub(crate) fn with_files(mut self, files: usize) -> Self {
        self.files = Some(files);
        self
    }

    fn ages(&self, messages: &Messages) -> String {
        match (self.age_from, self.age_to) {
            (None, _) if self.file.ends_with(".zip") => messages.text("ages-bands"),
            (None, _) => messages.text("ages-all"),
            (Some(from), to) => AgeBand { from, to }.to_string(),
        }
    }
}

/// With `/` also on Windows.
fn with_slashes(path: &Path) -> String {
    let text = path.display().to_string();
    if std::path::MAIN_SEPARATOR == '/' {
        text
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// Writes the list.
///
/// # Errors
/// I/O.
pub(crate) fn write(
    entries: &[RasterEntry],
    format: Format,
    out: &mut Output,
) -> Result<(), ToolError> {
    let text = match format {
        Format::Json => json(entries)?,
        Format::Paths => entries
            .iter()
            .map(|entry| {
                let named = entry.path.as_ref().or(entry.url.as_ref());
                format!("{}\n", named.unwrap_or(&entry.file))
            })
            .collect(),
        Format::Table => {
            let table = table(entries, &out.messages());
            table.within(out.columns()).to_string()
        }
    };
    out.write_all(text.as_bytes()).or_io()
}

fn json(entries: &[RasterEntry]) -> Result<String, ToolError> {
    #[derive(Serialize)]
    struct RasterListDocument<'a> {
        format: &'static str,
        files: &'a [RasterEntry],
    }
    let document = RasterListDocument {
        format: FORMAT,
        files: entries,
    };
    let mut text = serde_json::to_string_pretty(&document).map_err(ToolError::internal)?;
    text.push('\n');
    Ok(text)
}

fn table(entries: &[RasterEntry], messages: &Arc<Messages>) -> Table {
    let mut table = Table::new(
        messages,
        &[
            Column::code("area"),
            Column::number("year"),
            Column::code("sex"),
            Column::code("ages"),
            Column::text("product"),
            Column::number("bytes").optional(1),
            Column::text("file"),
        ],
    )
    .complete_in("--format json");
    for entry in entries {
        let year = entry.year.map(|year| year.to_string());
        let bytes = entry.bytes.map(|bytes| messages.number(bytes as f64, 0));
        table.row(&[
            entry.area.clone(),
            year.unwrap_or_default(),
            entry.sex.clone().unwrap_or_default(),
            entry.ages(messages),
            entry.source.clone(),
            bytes.unwrap_or_default(),
            entry.path.clone().unwrap_or_else(|| entry.file.clone()),
        ]);
    }
    table
}
