//! The document round the features.

use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;

use super::coordinates::Positions;
use super::crs;
use super::cursor::{Cursor, describe, short, string};
use super::error::{Place, ReadError, ReadFault};
use super::feature::feature;
use super::geometry::{is_geometry_type, type_name};
use super::{Limits, ReadOptions, split};
use crate::OrgUnit;

/// Starts each record of a JSON text sequence (RFC 7464).
const RECORD_SEPARATOR: u8 = 0x1e;

/// Every feature of a document, in its order, its polygons checked.
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
                features = Some(match at_once(cursor, options) {
                    Some(units) => units,
                    None => one_by_one(cursor, options)?,
                });
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

/// The features of an array, read in rayon's current pool; `None` if there is anything to say about one of them.
fn at_once(cursor: &mut Cursor<'_>, options: &ReadOptions) -> Option<Vec<OrgUnit>> {
    let limits = &options.limits;
    let (elements, end) = split::elements(cursor.clone())?;
    if elements.len() > limits.features {
        return None;
    }
    let text = cursor.text;
    let read = |positions: &mut Positions, element: &Range<usize>| {
        let mut cursor = Cursor::new(text.get(..element.end)?);
        cursor.at = element.start;
        let mut unit = feature(&mut cursor, positions, options.id_property.as_deref(), 0).ok()?;
        unit.settle();
        (cursor.at == element.end).then_some((unit, positions.take_count()))
    };
    let found: Option<Vec<(OrgUnit, usize)>> = elements
        .par_iter()
        .map_init(|| Positions::new(limits.vertices), read)
        .collect();
    let found = found?;
    if found.iter().map(|(_, points)| points).sum::<usize>() > limits.vertices {
        return None;
    }
    cursor.at = end;
    Some(found.into_iter().map(|(unit, _)| unit).collect())
}

/// The features of an array, up to the first fault.
fn one_by_one(cursor: &mut Cursor<'_>, options: &ReadOptions) -> Result<Vec<OrgUnit>, ReadError> {
    let mut reader = Reader::new(options);
    let mut walk = cursor.array()?;
    while cursor.element(&mut walk)? {
        reader.next(cursor)?;
    }
    Ok(reader.settled())
}

/// Features up to the end: one a line, each after a record separator, or just one.
fn sequence(cursor: &mut Cursor<'_>, options: &ReadOptions) -> Result<Vec<OrgUnit>, ReadError> {
    let mut reader = Reader::new(options);
    loop {
        while cursor.peek() == Some(RECORD_SEPARATOR) {
            cursor.at += 1;
        }
        match cursor.peek() {
            None => return Ok(reader.settled()),
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

    /// The units with their polygons checked.
    fn settled(mut self) -> Vec<OrgUnit> {
        self.units.par_iter_mut().for_each(OrgUnit::settle);
        self.units
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
            Some(kind) => (format!("type {:?}", short(&kind)), None),
            None if has("organisationUnits") => (
                "DHIS2's plain JSON".to_owned(),
                Some("fetch it with fetch-orgunits, or ask for api/organisationUnits.geojson"),
            ),
            None if has("httpStatus") => (
                format!(
                    "an error message of DHIS2: {:?}",
                    short(&self.message.unwrap_or_default())
                ),
                Some("fetch the file again"),
            ),
            None => ("an object without a member \"type\"".to_owned(), None),
        };
        place.fault(ReadFault::NotFeatures { found, remedy })
    }
}
