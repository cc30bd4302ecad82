//! JSON text behind values: digits as they are written, and places of errors.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::cursor::message_of;
use super::error::{ReadError, ReadErrorKind};
use super::skeleton::Skeleton;

#[derive(Deserialize)]
struct Members<'a>(#[serde(borrow)] BTreeMap<Cow<'a, str>, &'a RawValue>);

/// The text of a member of objects in one another; the whole text for an empty path.
pub(super) fn raw_member<'a>(text: &'a str, path: &[&str]) -> Option<&'a str> {
    path.iter().try_fold(text, |text, name| {
        let Members(members) = serde_json::from_str(text).ok()?;
        members.get(*name).map(|raw| raw.get())
    })
}

/// Where a part of a text starts in it, in bytes.
pub(super) fn offset_in(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// An error of the parser in a feature, with its place in the file.
pub(super) fn json_error(error: &serde_json::Error, skeleton: &Skeleton<'_>) -> ReadError {
    let text = &skeleton.text;
    let line_start = match error.line().checked_sub(2) {
        None => 0,
        Some(index) => text
            .match_indices('\n')
            .nth(index)
            .map_or(0, |(at, _)| at + 1),
    };
    let offset = line_start + error.column().saturating_sub(1);
    let message = message_of(error);
    let kind = if is_broken_collection(text) {
        ReadErrorKind::BrokenCollection
    } else if error.is_data() {
        ReadErrorKind::NotFeature { message }
    } else {
        ReadErrorKind::Json { message }
    };
    ReadError {
        feature: None,
        id: None,
        position: Some(skeleton.position(offset)),
        kind,
    }
}

/// Whether a GeometryCollection has a member `coordinates`, as DHIS2 (2.38 to 2.44) writes it.
fn is_broken_collection(text: &str) -> bool {
    let rest = text.split_once("\"GeometryCollection\"");
    rest.is_some_and(|(_, rest)| {
        let rest = rest.trim_start().strip_prefix(',').unwrap_or_default();
        rest.trim_start().starts_with("\"coordinates\"")
    })
}
