//! An answer beside the recorded one.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::recording::Recording;
use crate::replay::Answer;

/// Headers that clients go by.
const HEADERS: [&str; 5] = [
    "content-type",
    "location",
    "www-authenticate",
    "content-disposition",
    "retry-after",
];

/// Members that hold a moment, or something else that differs from run to run.
const MOMENTS: [&str; 13] = [
    "created",
    "lastUpdated",
    "time",
    "serverDate",
    "approvedAt",
    "acceptedAt",
    "lastLogin",
    "expire",
    "passwordLastUpdated",
    "intervalSinceLastAnalyticsTableSuccess",
    "intervalSinceLastAnalyticsTablePartitionSuccess",
    "lastSystemMonitoringSuccess",
    "date",
];

/// Members that tell of the machine or the build.
const MACHINE: [&str; 15] = [
    "buildTime",
    "revision",
    "name",
    "user",
    "url",
    "databaseVersion",
    "jasperReportsVersion",
    "javaVersion",
    "javaVendor",
    "osName",
    "osArchitecture",
    "osVersion",
    "externalDirectory",
    "memoryInfo",
    "cpuCores",
];

/// Identifiers that the recorded server made, and those of ours in their place.
#[derive(Clone)]
pub(crate) struct Identities {
    given: String,
    made: BTreeMap<String, String>,
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
    fn same(&mut self, theirs: &str, ours: &str) -> bool {
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

/// Goes through two values side by side.
struct Walk<'a> {
    local: &'a dyn Fn(&str) -> String,
    ordered: bool,
    identities: &'a mut Identities,
}

impl Walk<'_> {
    fn difference(&mut self, at: &str, theirs: &Value, ours: &Value) -> Option<String> {
        match (theirs, ours) {
            (Value::Object(left), Value::Object(right)) => {
                for (key, value) in left {
                    let key = &self.identities.translate(key);
                    let at = format!("{at}/{key}");
                    if masked(&at, key, value) && right.contains_key(key) {
                        continue;
                    }
                    match right.get(key) {
                        None => {
                            return Some(format!(
                                "{at}: missing, instead of {}",
                                cut(&value.to_string())
                            ));
                        }
                        Some(other) => {
                            if let Some(difference) = self.difference(&at, value, other) {
                                return Some(difference);
                            }
                        }
                    }
                }
                let known: Vec<String> = left
                    .keys()
                    .map(|key| self.identities.translate(key))
                    .collect();
                let extra = right.keys().find(|key| !known.contains(key));
                extra.map(|key| format!("{at}/{key}: extra: {}", cut(&right[key].to_string())))
            }
            (Value::Array(left), Value::Array(right)) => self.lists(at, left, right),
            (Value::String(left), Value::String(right)) => {
                let same = self.texts(left, right);
                (!same).then(|| format!("{at}: {} instead of {}", cut(right), cut(left)))
            }
            (Value::Number(left), Value::Number(right)) => (left.as_f64() != right.as_f64())
                .then(|| format!("{at}: {right} instead of {left}")),
            _ => (theirs != ours).then(|| {
                format!(
                    "{at}: {} instead of {}",
                    cut(&ours.to_string()),
                    cut(&theirs.to_string())
                )
            }),
        }
    }

    fn texts(&mut self, theirs: &str, ours: &str) -> bool {
        let theirs = (self.local)(theirs);
        if theirs.starts_with('<') && theirs.ends_with('>') && !theirs.contains(' ')
            || theirs == "<token>"
        {
            return true;
        }
        if let Some((start, _)) = theirs.split_once("…truncated") {
            return ours.starts_with(start);
        }
        if ["page=", "pageSize="]
            .iter()
            .any(|word| theirs.contains(word))
            && theirs.contains('?')
        {
            let set = |text: &str| {
                let (path, query) = text.split_once('?').unwrap_or((text, ""));
                let mut parts: Vec<String> = query.split('&').map(str::to_owned).collect();
                parts.sort();
                (path.to_owned(), parts)
            };
            return set(&theirs) == set(ours);
        }
        // Job names end in the milliseconds of their start.
        let (theirs, ours) = (&without_millis(&theirs), &*without_millis(ours));
        let translated = self.identities.translate(theirs);
        translated == ours
            || self.identities.same(theirs, ours)
            || bracketed(&translated) == bracketed(ours)
    }

    fn lists(&mut self, at: &str, theirs: &[Value], ours: &[Value]) -> Option<String> {
        let cut_at = theirs.iter().position(|item| {
            item.as_str()
                .is_some_and(|text| text.starts_with("…truncated"))
        });
        let shown = &theirs[..cut_at.unwrap_or(theirs.len())];
        let expected = cut_at.map_or(theirs.len(), |at| {
            let text = theirs[at].as_str().unwrap_or_default();
            text.split(|letter: char| !letter.is_ascii_digit())
                .find_map(|word| word.parse().ok())
                .unwrap_or(0)
        });
        if ours.len() != expected {
            let (ours, theirs) = (Value::from(ours), Value::from(theirs));
            return Some(format!(
                "{at}: {} items instead of {expected}: {}\n      instead of {}",
                ours.as_array().map_or(0, Vec::len),
                cut(&ours.to_string()),
                cut(&theirs.to_string())
            ));
        }
        if self.ordered || at.contains("coordinates") {
            return shown
                .iter()
                .zip(ours)
                .enumerate()
                .find_map(|(number, (left, right))| {
                    self.difference(&format!("{at}/{number}"), left, right)
                });
        }
        let mut left_over: Vec<&Value> = ours.iter().collect();
        for (number, item) in shown.iter().enumerate() {
            let mut last = None;
            let found = left_over.iter().position(|other| {
                let before = self.identities.made.clone();
                let difference = self.difference(&format!("{at}/{number}"), item, other);
                if difference.is_some() {
                    self.identities.made = before;
                    if last.is_none() || likely(item, other) {
                        last = difference;
                    }
                    return false;
                }
                true
            });
            match found {
                Some(found) => {
                    left_over.remove(found);
                }
                None => return last.or_else(|| Some(format!("{at}/{number}: not found"))),
            }
        }
        None
    }
}

/// Whether two items are meant to be the same one: for the message only.
fn likely(left: &Value, right: &Value) -> bool {
    ["id", "uid", "klass", "errorCode", "dataElement", "property"]
        .iter()
        .any(|key| left.get(key).is_some() && left.get(key) == right.get(key))
}

fn without_millis(text: &str) -> String {
    match text.split_once("(17") {
        Some((start, rest)) if rest.len() == 12 => format!("{start}(…)"),
        _ => text.to_owned(),
    }
}

/// What stands in brackets and braces, in any order: maps and sets of the server have none.
fn bracketed(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = text
        .split(['[', ']', '{', '}'])
        .flat_map(|part| part.split(", "))
        .map(str::to_owned)
        .collect();
    parts.sort();
    parts
}

fn masked(at: &str, key: &str, value: &Value) -> bool {
    let moment = MOMENTS.contains(&key)
        && (value.is_number()
            || value
                .as_str()
                .is_some_and(|text| text.contains("2026-11-22") || text.contains(" h,")));
    let machine = MACHINE.contains(&key)
        && (at.starts_with("/databaseInfo")
            || at.matches('/').count() == 1 && key != "name" && key != "user");
    moment || machine
}

fn cut(text: &str) -> String {
    let length: usize = std::env::var("CONFORMANCE_CUT")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(300);
    text.chars().take(length).collect()
}
