//! The first difference of two JSON values.

use serde_json::Value;

use crate::compare::{Identities, cut};

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

/// Goes through two values side by side.
pub(crate) struct Walk<'a> {
    pub(crate) local: &'a dyn Fn(&str) -> String,
    pub(crate) ordered: bool,
    pub(crate) identities: &'a mut Identities,
}

impl Walk<'_> {
    pub(crate) fn difference(&mut self, at: &str, theirs: &Value, ours: &Value) -> Option<String> {
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
