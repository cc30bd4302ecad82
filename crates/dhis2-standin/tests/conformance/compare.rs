//! An answer beside the recorded one.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::client::Answer;
use crate::json_difference::Walk;
use crate::recording::Recording;

/// Headers that clients go by.
const HEADERS: [&str; 5] = [
    "content-type",
    "location",
    "www-authenticate",
    "content-disposition",
    "retry-after",
];

/// Identifiers that the recorded server made, and those of ours in their place.
#[derive(Clone)]
pub(crate) struct Identities {
    given: String,
    pub(crate) made: BTreeMap<String, String>,
}

impl Identities {
    /// All text of the bundles: what stands in it was not made by the server.
    pub(crate) fn known_from(setup: &Path) -> Self {
        let mut given = String::new();
        for entry in std::fs::read_dir(setup).unwrap() {
            given.push_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
        }
        Self {
            given,
            made: BTreeMap::new(),
        }
    }

    /// A recorded text with our identifiers in it.
    pub(crate) fn translate(&self, text: &str) -> String {
        self.made
            .iter()
            .fold(text.to_owned(), |text, (theirs, ours)| {
                text.replace(theirs, ours)
            })
    }

    /// Whether a recorded text stands for ours.
    pub(crate) fn same(&mut self, theirs: &str, ours: &str) -> bool {
        if theirs == ours {
            return true;
        }
        if let Some(known) = self.made.get(theirs) {
            return known == ours;
        }
        let made = is_uid(theirs)
            && is_uid(ours)
            && !self.given.contains(theirs)
            && !self.given.contains(ours);
        if made {
            self.made.insert(theirs.to_owned(), ours.to_owned());
        }
        made
    }
}

fn is_uid(text: &str) -> bool {
    text.len() == 11
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

/// A recording and our answer to its request.
pub(crate) struct Comparison<'a> {
    pub(crate) recording: &'a Recording,
    pub(crate) answer: &'a Answer,
    pub(crate) base: &'a str,
}

impl Comparison<'_> {
    /// The first thing that differs.
    pub(crate) fn difference(&self, identities: &mut Identities) -> Option<String> {
        if self.recording.status != self.answer.status {
            let body = String::from_utf8_lossy(&self.answer.body);
            return Some(format!(
                "status {} instead of {}: {}\n      instead of {}",
                self.answer.status,
                self.recording.status,
                cut(&body),
                cut(&self.recording.answer.to_string())
            ));
        }
        let body = self.body(identities);
        if self.recording.answer_headers.is_empty() {
            return body;
        }
        let headers = HEADERS
            .iter()
            .find_map(|name| self.header(name, identities));
        headers.or(body)
    }

    fn header(&self, name: &str, identities: &mut Identities) -> Option<String> {
        let theirs = self
            .recording
            .answer_header(name)
            .map(|value| self.local(value));
        let ours = self.answer.header(name);
        let same = match (&theirs, ours) {
            (Some(theirs), Some(ours)) => identities.translate(theirs) == *ours,
            (None, None) => true,
            _ => false,
        };
        (!same).then(|| format!("header {name}: {ours:?} instead of {theirs:?}"))
    }

    /// A recorded text with our address in it.
    fn local(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for port in 8080..8090 {
            text = text.replace(&format!("http://127.0.0.1:{port}"), self.base);
        }
        text
    }

    fn body(&self, identities: &mut Identities) -> Option<String> {
        let theirs = &self.recording.answer;
        let plain;
        let bytes = if self.answer.body.starts_with(&[0x1f, 0x8b]) {
            let mut out = Vec::new();
            std::io::Read::read_to_end(
                &mut flate2::read::GzDecoder::new(&self.answer.body[..]),
                &mut out,
            )
            .unwrap();
            plain = out;
            &plain
        } else {
            &self.answer.body
        };
        let ours = match theirs {
            Value::String(_) => Value::String(String::from_utf8_lossy(bytes).into_owned()),
            Value::Null if bytes.is_empty() => Value::Null,
            _ => match serde_json::from_slice(bytes) {
                Ok(value) => value,
                Err(_) => {
                    return Some(format!("no JSON: {}", cut(&String::from_utf8_lossy(bytes))));
                }
            },
        };
        if let (Value::String(theirs), Value::String(ours)) = (theirs, &ours) {
            return self.text(theirs, ours);
        }
        let path = &self.recording.path;
        let ordered = ["order=", "pageSize=", "/tasks/"]
            .iter()
            .any(|word| path.contains(word));
        Walk {
            local: &|text| self.local(text),
            ordered,
            identities,
        }
        .difference("", theirs, &ours)
    }

    /// Bodies that are no JSON: CSV as a set of lines with masked moments, all else as it is.
    fn text(&self, theirs: &str, ours: &str) -> Option<String> {
        let theirs = self.local(theirs);
        let lines = |text: &str| -> Vec<String> {
            let mut lines: Vec<String> = text.lines().map(mask_moments).collect();
            lines.sort();
            lines
        };
        let same = match theirs.split_once("…truncated") {
            Some((start, _)) => {
                let start = mask_moments(start);
                mask_moments(ours).starts_with(start.trim_end())
            }
            None => lines(&theirs) == lines(ours),
        };
        (!same).then(|| format!("{}\n      instead of {}", cut(ours), cut(&theirs)))
    }
}

/// Moments such as `2026-11-22T05:40:10.000+0000` as `T`.
fn mask_moments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("2026-11-22T") {
        out.push_str(&rest[..at]);
        out.push('T');
        let tail = &rest[at + 11..];
        let length = tail
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || b":.+".contains(byte))
            .count();
        rest = &tail[length..];
    }
    out + rest
}

pub(crate) fn cut(text: &str) -> String {
    let length: usize = std::env::var("CONFORMANCE_CUT")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(300);
    text.chars().take(length).collect()
}
