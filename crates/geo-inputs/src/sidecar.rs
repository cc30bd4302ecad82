//! Files beside a raster from which GDAL, and every GIS built on it, takes nodata, scale, reference system or mask.

use std::fs;
use std::io;

use pop_cli::ToolError;
use pop_raster::{NoData, PamElement, PamError, SampleType, SidecarContent, read_pam};
use pop_worldpop::refusal_of_text;

/// A file beside a raster that changes what its cells hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sidecar {
    /// `FILE.aux.xml`, and what it changes.
    Metadata {
        /// The file.
        path: String,
        /// What it changes.
        contents: Vec<SidecarContent>,
    },
    /// `FILE.aux.xml` that cannot be read, so that what it changes is unknown.
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        problem: PamError,
    },
    /// `FILE.msk`: a mask.
    Mask {
        /// The file.
        path: String,
    },
}

/// Longest `.aux.xml` that is read: histograms take most of it.
const MAX_METADATA_BYTES: u64 = 64 << 20;

impl Sidecar {
    /// The files beside the raster `path` that change what it holds. What repeats the raster's own nodata value changes nothing.
    pub(crate) fn find(
        path: &str,
        nodata: &NoData,
        sample: SampleType,
    ) -> Result<Vec<Self>, ToolError> {
        let mut found = Vec::new();
        if path == "-" {
            return Ok(found);
        }
        if let Some((aux, text)) = first_there(path, &[".aux.xml", ".AUX.XML", ".aux.XML"])? {
            match read_pam(&text) {
                Ok(mut contents) => {
                    contents.retain(|content| changes(content, nodata, sample));
                    if !contents.is_empty() {
                        found.push(Self::Metadata {
                            path: aux,
                            contents,
                        });
                    }
                }
                Err(error) => found.push(Self::Unreadable {
                    path: aux,
                    problem: error,
                }),
            }
        }
        let masks = [".msk", ".MSK"].map(|end| format!("{path}{end}"));
        let mask = masks
            .into_iter()
            .find(|mask| fs::exists(mask).unwrap_or(false));
        found.extend(mask.map(|path| Self::Mask { path }));
        Ok(found)
    }

    /// What the file is, and what it changes.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Metadata { path, contents } => {
                let contents: Vec<String> = contents
                    .iter()
                    .map(|content| {
                        format!("{} {}", content.element.name(), content.text)
                            .trim()
                            .to_owned()
                    })
                    .collect();
                format!("{path} ({})", contents.join(", "))
            }
            Self::Unreadable { path, problem } => format!("{path} ({problem})"),
            Self::Mask { path } => format!("{path} (a mask)"),
        }
    }

    /// The refusal of a raster that has such a file.
    pub(crate) fn refusal(&self) -> ToolError {
        let file = self.describe();
        ToolError::data(match self {
            Self::Unreadable { .. } => {
                format!("{file} beside the raster may change what its cells hold")
            }
            _ => format!(
                "GDAL and GIS read {file} beside the raster: without it the cells are others"
            ),
        })
        .hint(match self {
            Self::Metadata { .. } => {
                "put both into one file: gdal_translate -co COMPRESS=DEFLATE in.tif out.tif; delete the .aux.xml if it is stale"
            }
            Self::Unreadable { problem, .. } => problem.hint(),
            Self::Mask { .. } => {
                "put both into one file: gdal_translate --config GDAL_TIFF_INTERNAL_MASK YES -co COMPRESS=DEFLATE in.tif out.tif; delete the .msk if it is stale"
            }
        })
    }
}

/// Whether the content is something else than the raster's own nodata value, or a unit in which people are counted.
fn changes(content: &SidecarContent, nodata: &NoData, sample: SampleType) -> bool {
    match content.element {
        PamElement::NoDataValue => !NoData::parse(&content.text, sample)
            .is_ok_and(|beside| same_value(beside.value(), nodata.value())),
        PamElement::UnitType => refusal_of_text(&content.text).is_some(),
        _ => true,
    }
}

fn same_value(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || a.is_nan() && b.is_nan(),
        _ => false,
    }
}

/// The first file beside `path` with one of these endings, which GDAL compares without regard to case.
fn first_there(path: &str, ends: &[&str]) -> Result<Option<(String, String)>, ToolError> {
    for end in ends {
        let name = format!("{path}{end}");
        if let Some(text) = read_if_there(&name)? {
            return Ok(Some((name, text)));
        }
    }
    Ok(None)
}

fn read_if_there(path: &str) -> Result<Option<String>, ToolError> {
    let length = match fs::metadata(path) {
        Ok(found) => found.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ToolError::io(error).in_file(path)),
    };
    if length > MAX_METADATA_BYTES {
        return Err(ToolError::data(format!(
            "{length} bytes, more than the {MAX_METADATA_BYTES} that are read"
        ))
        .in_file(path)
        .hint("delete it if it is stale"));
    }
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) => Err(ToolError::io(error).in_file(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_of_people_changes_nothing_and_others_do() {
        let nodata = NoData::parse("-99999", SampleType::F32).unwrap();
        let changed = |text: &str| {
            let content = SidecarContent {
                element: PamElement::UnitType,
                text: text.to_owned(),
            };
            changes(&content, &nodata, SampleType::F32)
        };
        for text in ["people", "people/pixel"] {
            assert!(!changed(text), "{text}");
        }
        for text in ["people/km2", "inhabitants / ha", "thousand people"] {
            assert!(changed(text), "{text}");
        }
    }
}
