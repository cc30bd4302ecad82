//! The document round the features.

use std::borrow::Cow;

use super::coordinates::Positions;
use super::crs;
use super::cursor::{Cursor, describe, string};
use super::error::{Place, ReadError, ReadFault};
use super::feature::feature;
use super::geometry::{is_geometry_type, type_name};
use super::{Limits, ReadOptions};
use crate::OrgUnit;

/// Starts each record of a JSON text sequence (RFC 7464).
const RECORD_SEPARATOR: u8 = 0x1e;

/// Every feature of a document, in its order, geometry as it stands.
pub(super) fn units(bytes: &[u8], options: &ReadOptions) -> Result<Vec<OrgUnit>, ReadError> {
    let text = utf8(bytes, &options.limits)?;
    let mut cursor = Cursor::new(text);
    let units = match cursor.peek() {
        None => Err(cursor.fault(ReadFault::Empty)),
        Some(RECORD_SEPARATOR) => sequence(&mut cursor, options),
        Some(b'{') => {
            let ahead = Ahead::look(cursor.clone())?;
            match ahead.kind.as_deref() {
                Some("FeatureCollection") => collection(&mut cursor, options),
                Some("Feature") => sequence(&mut cursor, options),
                _ => Err(ahead.not_features(&mut cursor)),
            }
        }
        Some(_) => {
            let place = cursor.clone();
            let value = cursor.value()?;
            cursor.end()?;
            Err(place.fault(ReadFault::NotFeatures {
                found: describe(value),
                remedy: None,
            }))
        }
    }?;
    if units.is_empty() {
        return Err(ReadError {
            feature: None,
            id: None,
            place: None,
            fault: ReadFault::NoFeatures,
        });
    }
    Ok(units)
}

/// The text without its byte order mark; other encodings and packings are refused by name.
fn utf8<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str, ReadError> {
    let refuse = |place, fault| ReadError {
        feature: None,
        id: None,
        place,
        fault,
    };
    if bytes.len() as u64 > limits.bytes {
        let fault = ReadFault::Limit {
            what: "bytes",
            limit: limits.bytes,
        };
        return Err(refuse(None, fault));
    }
    let packed = match bytes {
        [0x1f, 0x8b, ..] => Some("gzip-packed data"),
        [b'P', b'K', 3, 4, ..] => Some("a zip archive"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16 text"),
        [0, _, ..] | [_, 0, ..] if bytes.len() > 3 => Some("UTF-16 text or binary data"),
        _ if bytes.starts_with(b"SQLite format 3") => Some("an SQLite file (GeoPackage?)"),
        _ => None,
    };
    if let Some(found) = packed {
        return Err(refuse(None, ReadFault::Encoding { found }));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        refuse(
            Some(Place::of(bytes, error.valid_up_to())),
            ReadFault::Encoding {
                found: "not JSON: bytes that are not UTF-8 (Latin-1 text?)",
            },
        )
    })
}

/// A FeatureCollection and nothing after it.
fn collection(cursor: &mut Cursor<'_>, options: &ReadOptions) -> Result<Vec<OrgUnit>, ReadError> {
    let mut reader = Reader::new(options);
    let mut features = None;
    let mut typed = false;
    let mut walk = cursor.object()?;
    while let Some(key) = cursor.key(&mut walk)? {
        match &*key {
            "type" => {
                if typed {
                    return Err(cursor.fault(ReadFault::Twice { member: "type" }));
                }
                typed = true;
                cursor.value()?;
            }
            "features" => {
                if features.is_some() {
                    return Err(cursor.fault(ReadFault::Twice { member: "features" }));
                }
                if cursor.peek() != Some(b'[') {
                    return Err(cursor.unexpected("features", "an array"));
                }
                let mut walk = cursor.array()?;
                while cursor.element(&mut walk)? {
                    reader.next(cursor)?;
                }
                features = Some(std::mem::take(&mut reader.units));
            }
            "crs" => crs::check(cursor)?,
            _ => {
                cursor.value()?;
            }
        }
    }
    cursor.end()?;
    features.ok_or_else(|| cursor.fault(ReadFault::Missing { member: "features" }))
}

/// Features up to the end: one a line, each after a record separator, or just one.
fn sequence(cursor: &mut Cursor<'_>, options: &ReadOptions) -> Result<Vec<OrgUnit>, ReadError> {
    let mut reader = Reader::new(options);
    loop {
        while cursor.peek() == Some(RECORD_SEPARATOR) {
            cursor.at += 1;
        }
        match cursor.peek() {
            None => return Ok(reader.units),
            Some(b'{') => reader.next(cursor)?,
            Some(_) => cursor.end()?,
        }
    }
}

/// Features one by one, within the limits.
struct Reader<'o> {
    options: &'o ReadOptions,
    positions: Positions,
    units: Vec<OrgUnit>,
}

impl<'o> Reader<'o> {
    fn new(options: &'o ReadOptions) -> Self {
        Self {
            options,
            positions: Positions::new(options.limits.vertices),
            units: Vec::new(),
        }
    }

    fn next(&mut self, cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
        let limit = self.options.limits.features;
        if self.units.len() == limit {
            return Err(cursor.fault(ReadFault::Limit {
                what: "features",
                limit: limit as u64,
            }));
        }
        let number = self.units.len() + 1;
        let id_property = self.options.id_property.as_deref();
        let unit = feature(cursor, &mut self.positions, id_property, number)?;
        self.units.push(unit);
        Ok(())
    }
}

/// What the first object of a document is, learnt before it is read.
#[derive(Debug, Default)]
struct Ahead<'a> {
    kind: Option<Cow<'a, str>>,
    members: Vec<Cow<'a, str>>,
    message: Option<Cow<'a, str>>,
}

impl<'a> Ahead<'a> {
    /// Looks for the member `type`, most often the first.
    fn look(mut cursor: Cursor<'a>) -> Result<Self, ReadError> {
        let mut found = Self::default();
        let mut walk = cursor.object()?;
        while let Some(key) = cursor.key(&mut walk)? {
            cursor.peek();
            if key == "type" {
                found.kind = Some(type_name(&mut cursor)?);
                return Ok(found);
            }
            let value = cursor.value()?;
            if key == "message" && value.starts_with('"') {
                found.message = Some(string(value));
            }
            found.members.push(key);
        }
        Ok(found)
    }

    /// Says what the document is instead; or, if it is no JSON at all, that.
    fn not_features(self, cursor: &mut Cursor<'a>) -> ReadError {
        let place = cursor.clone();
        if let Err(error) = cursor.value().and_then(|_| cursor.end()) {
            return error;
        }
        let has = |name: &str| self.members.iter().any(|member| member == name);
        let (found, remedy) = match self.kind {
            Some(kind) if is_geometry_type(&kind) => (
                format!("a bare {kind}, which has no org unit id"),
                Some("wrap it in a Feature with an id"),
            ),
            Some(kind) if kind == "Topology" => (
                "TopoJSON".to_owned(),
                Some("convert it: ogr2ogr out.geojson in.topojson"),
            ),
            Some(kind) => (format!("type {kind:?}"), None),
            None if has("organisationUnits") => (
                "DHIS2's plain JSON".to_owned(),
                Some("fetch it with fetch-orgunits, or ask for api/organisationUnits.geojson"),
            ),
            None if has("httpStatus") => (
                format!(
                    "an error message of DHIS2: {:?}",
                    self.message.unwrap_or_default()
                ),
                Some("fetch the file again"),
            ),
            None => ("an object without a member \"type\"".to_owned(), None),
        };
        place.fault(ReadFault::NotFeatures { found, remedy })
    }
}
