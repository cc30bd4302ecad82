//! The document round the features.

use std::ops::Range;

use geojson::FeatureCollection;
use rayon::prelude::*;

use super::Limits;
use super::coordinates::Positions;
use super::crs;
use super::cursor::{Cursor, describe};
use super::error::{ReadError, ReadErrorKind, TextPosition};
use super::file_kind::{FileKind, LATIN_1, file_kind};
use super::outline::Outline;
use super::pages;
use super::scan::{Elements, elements, object};

/// Starts each record of a JSON text sequence (RFC 7464).
const RECORD_SEPARATOR: u8 = 0x1e;

/// Reads one feature of a text: its range, and its number from 1.
pub(super) trait ReadFeature<T>:
    Fn(&str, Range<usize>, &mut Positions, usize) -> Result<T, ReadError> + Sync
{
}

impl<T, F> ReadFeature<T> for F where
    F: Fn(&str, Range<usize>, &mut Positions, usize) -> Result<T, ReadError> + Sync
{
}

/// Every feature of a document, in its order, each as `read` gives it.
pub(super) fn features<T: Send>(
    bytes: &[u8],
    limits: &Limits,
    read: impl ReadFeature<T>,
) -> Result<Vec<T>, ReadError> {
    let text = utf8(bytes, limits)?;
    let mut cursor = Cursor::new(text);
    let features = match cursor.peek() {
        None => return Err(cursor.fault(ReadErrorKind::Empty)),
        Some(RECORD_SEPARATOR) => sequence(cursor, limits, read)?,
        Some(b'{') => {
            let outline = Outline::of(cursor.clone());
            match outline.kind.as_deref() {
                Some("FeatureCollection") => collection(outline, limits, read)?,
                Some("Feature") => sequence(cursor, limits, read)?,
                _ => return Err(outline.not_features()),
            }
        }
        Some(_) => return Err(not_an_object(cursor)),
    };
    if features.is_empty() {
        return Err(ReadError::of_file(ReadErrorKind::NoFeatures));
    }
    Ok(features)
}

/// The text without its byte order mark; other encodings and formats are refused by name.
fn utf8<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str, ReadError> {
    let refuse = |position, kind| ReadError {
        position,
        ..ReadError::of_file(kind)
    };
    if bytes.len() as u64 > limits.bytes {
        let kind = ReadErrorKind::Limit {
            what: "bytes",
            limit: limits.bytes,
        };
        return Err(refuse(None, kind));
    }
    let other = |kind: FileKind| ReadErrorKind::OtherFormat {
        found: kind.found,
        hint: kind.hint,
    };
    if let Some(kind) = file_kind(bytes) {
        return Err(refuse(None, other(kind)));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let position = TextPosition::of(bytes, error.valid_up_to());
        refuse(Some(position), other(LATIN_1))
    })
}

/// The features of a FeatureCollection, after which nothing may follow.
fn collection<T: Send>(
    outline: Outline<'_>,
    limits: &Limits,
    read: impl ReadFeature<T>,
) -> Result<Vec<T>, ReadError> {
    let start = outline.start.clone();
    let Some(mut end) = outline.end.clone() else {
        // The features before the place where the text breaks come first.
        all(start.text, outline.features, limits, read)?;
        return Err(match start.clone().value() {
            Err(error) => error,
            Ok(_) => start.not_json("expected `}`"),
        });
    };
    let members: FeatureCollection =
        serde_json::from_str(&outline.members()).map_err(|error| outline.error(&error))?;
    crs::check(members.foreign_members.as_ref())
        .map_err(|refused| outline.member_error(refused.member, refused.kind))?;
    pages::check(
        members.foreign_members.as_ref(),
        outline.features.ranges.len(),
    )
    .map_err(|page| outline.member_error(page.member, page.kind))?;
    no_more(&mut end)?;
    all(start.text, outline.features, limits, read)
}

/// Features up to the end: one a line, each after a record separator, or just one.
fn sequence<T: Send>(
    mut cursor: Cursor<'_>,
    limits: &Limits,
    read: impl ReadFeature<T>,
) -> Result<Vec<T>, ReadError> {
    let mut ranges = Vec::new();
    let end = loop {
        while cursor.peek() == Some(RECORD_SEPARATOR) {
            cursor.at += 1;
        }
        match cursor.peek() {
            None => break Ok(cursor.at),
            Some(b'{') => match object(&mut cursor) {
                Ok(range) => ranges.push(range),
                Err(error) => break Err(error),
            },
            Some(_) => break no_more(&mut cursor).map(|()| cursor.at),
        }
    };
    all(cursor.text, Elements { ranges, end }, limits, read)
}

/// Reads features in rayon's current pool. What is wrong with the first one that has something wrong is the error.
fn all<T: Send>(
    text: &str,
    features: Elements,
    limits: &Limits,
    read: impl ReadFeature<T>,
) -> Result<Vec<T>, ReadError> {
    let Elements { ranges, end } = features;
    if let Some(range) = ranges.get(limits.features) {
        return Err(over_limit(text, range, "features", limits.features));
    }
    let found: Vec<Result<(T, usize), ReadError>> = ranges
        .par_iter()
        .enumerate()
        .map_init(
            || Positions::new(limits.vertices),
            |positions, (index, range)| {
                let feature = read(text, range.clone(), positions, index + 1);
                let points = positions.take_count();
                feature.map(|feature| (feature, points))
            },
        )
        .collect();
    let mut read = Vec::with_capacity(found.len());
    let mut points = 0;
    for (found, range) in found.into_iter().zip(&ranges) {
        let (feature, more) = found?;
        points += more;
        if points > limits.vertices {
            let mut error = over_limit(text, range, "points", limits.vertices);
            error.feature = Some(read.len() + 1);
            return Err(error);
        }
        read.push(feature);
    }
    match end {
        Ok(_) => Ok(read),
        Err(mut error) => {
            error.feature = Some(read.len() + 1);
            Err(error)
        }
    }
}

fn over_limit(text: &str, range: &Range<usize>, what: &'static str, limit: usize) -> ReadError {
    let at = range.start;
    let limit = limit as u64;
    Cursor { text, at }.fault(ReadErrorKind::Limit { what, limit })
}

/// Says what a document is that is not an object; or, if it is not JSON at all, that.
fn not_an_object(mut cursor: Cursor<'_>) -> ReadError {
    let start = cursor.clone();
    let value = match cursor.value() {
        Ok(value) => value,
        Err(error) => return error,
    };
    if let Err(error) = no_more(&mut cursor) {
        return error;
    }
    let first = elements(start.clone()).ranges.into_iter().next();
    let first = first.map(|range| {
        let at = range.start;
        Outline::of(Cursor {
            text: start.text,
            at,
        })
    });
    let (found, hint) = match &first {
        Some(first) if first.kind.as_deref() == Some("Feature") => (
            "an array of features".to_owned(),
            Some(
                "make it a collection: jq '{type: \"FeatureCollection\", features: .}' FILE > out.geojson",
            ),
        ),
        Some(first) if first.has("co") && (first.has("na") || first.has("ty")) => (
            "the answer of DHIS2's geoFeatures".to_owned(),
            Some("fetch the units with fetch-orgunits, or from api/organisationUnits.geojson"),
        ),
        _ => (describe(value), None),
    };
    start.fault(ReadErrorKind::NotFeatures { found, hint })
}

/// Refuses anything but white space up to the end of the text.
fn no_more(cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
    match cursor.peek() {
        None => Ok(()),
        Some(_) => Err(cursor.not_json("characters after the end of the document")),
    }
}
