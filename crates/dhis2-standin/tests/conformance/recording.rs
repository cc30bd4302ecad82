//! One recorded exchange.

use std::path::Path;

use serde_json::Value;

/// Groups of exchanges that are played, in the order in which they were recorded.
const GROUPS: [&str; 15] = [
    "01", "02", "03", "04", "05", "06", "07", "08", "11", "09", "21", "22", "23", "15", "16",
];

/// A request and its answer.
pub(crate) struct Recording {
    /// Name of the file without its number: the same in each version.
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
    pub(crate) status: u64,
    pub(crate) answer_headers: Vec<(String, String)>,
    pub(crate) answer: Value,
}

impl Recording {
    /// The recordings of a version that are to be played.
    pub(crate) fn all(folder: &Path, version: &str) -> Vec<Self> {
        let mut files: Vec<_> = std::fs::read_dir(folder.join(version))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|file| {
                let name = file.file_name().unwrap().to_string_lossy();
                GROUPS.iter().any(|group| name.starts_with(group))
            })
            .collect();
        files.sort_by_key(|file| {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            (
                GROUPS.iter().position(|group| name.starts_with(group)),
                name,
            )
        });
        files.iter().filter_map(|file| Self::read(file)).collect()
    }

    fn read(file: &Path) -> Option<Self> {
        let recording: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let request = recording.get("request")?;
        let answer = &recording["response"];
        Some(Self {
            name: file.file_stem().unwrap().to_string_lossy().into_owned(),
            method: request["method"].as_str().unwrap().to_owned(),
            path: request["path"].as_str().unwrap().to_owned(),
            headers: headers(&request["headers"]),
            body: request.get("body").cloned().unwrap_or(Value::Null),
            status: answer["status"].as_u64().filter(|status| *status > 0)?,
            answer_headers: headers(&answer["headers"]),
            answer: answer.get("body").cloned().unwrap_or(Value::Null),
        })
    }

    /// The group of the exchange: the first two digits of its number.
    pub(crate) fn group(&self) -> &str {
        &self.name[..2]
    }

    /// A header of the answer.
    pub(crate) fn answer_header(&self, name: &str) -> Option<&str> {
        self.answer_headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

fn headers(value: &Value) -> Vec<(String, String)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}
