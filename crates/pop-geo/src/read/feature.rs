//! Features: ids, properties, geometry.

use std::borrow::Cow;

use super::coordinates::Positions;
use super::crs;
use super::cursor::{Cursor, describe, short, string};
use super::error::{ReadError, ReadFault};
use super::geometry::{geometry, type_name};
use crate::OrgUnit;

/// Bytes of an id at most. DHIS2's have 11, its codes up to 50 characters.
const LONGEST_ID: usize = 255;

/// Reads one feature. `number` counts from 1; errors carry it, and the id where it was met.
pub(super) fn feature(
    cursor: &mut Cursor<'_>,
    positions: &mut Positions,
    id_property: Option<&str>,
    number: usize,
) -> Result<OrgUnit, ReadError> {
    let mut id = None;
    read(cursor, positions, id_property, &mut id).map_err(|mut error| {
        error.feature = Some(number);
        error.id = error.id.or(id);
        error
    })
}

fn read(
    cursor: &mut Cursor<'_>,
    positions: &mut Positions,
    id_property: Option<&str>,
    id: &mut Option<String>,
) -> Result<OrgUnit, ReadError> {
    if cursor.peek() != Some(b'{') {
        return Err(cursor.unexpected("feature", "an object"));
    }
    let start = cursor.clone();
    let mut unit = OrgUnit::default();
    let mut properties = Properties::default();
    let mut seen = Seen::default();
    let mut walk = cursor.object()?;
    while let Some(key) = cursor.key(&mut walk)? {
        cursor.peek();
        match &*key {
            "type" => {
                seen.mark(cursor, "type")?;
                let place = cursor.clone();
                let kind = type_name(cursor)?;
                if kind != "Feature" {
                    return Err(place.fault(ReadFault::Unexpected {
                        subject: "type",
                        found: format!("{:?}", short(&kind)),
                        expected: "\"Feature\"",
                    }));
                }
            }
            "id" => {
                seen.mark(cursor, "id")?;
                *id = identifier(cursor)?;
            }
            "geometry" => {
                seen.mark(cursor, "geometry")?;
                unit.shape = geometry(cursor, positions)?;
            }
            "properties" => {
                seen.mark(cursor, "properties")?;
                properties = Properties::read(cursor, id_property, &mut unit)?;
            }
            "crs" => crs::check(cursor)?,
            _ => {
                cursor.value()?;
            }
        }
    }
    if !seen.0.contains(&"type") {
        return Err(start.fault(ReadFault::Missing { member: "type" }));
    }
    name_unit(&mut unit, properties, id_property, id, &start)?;
    Ok(unit)
}

/// Members met, each of which may stand once.
#[derive(Debug, Default)]
struct Seen(Vec<&'static str>);

impl Seen {
    fn mark(&mut self, cursor: &Cursor<'_>, member: &'static str) -> Result<(), ReadError> {
        if self.0.contains(&member) {
            return Err(cursor.fault(ReadFault::Twice { member }));
        }
        self.0.push(member);
        Ok(())
    }
}

/// Settles the id and what hangs on it.
fn name_unit(
    unit: &mut OrgUnit,
    properties: Properties,
    id_property: Option<&str>,
    id: &mut Option<String>,
    start: &Cursor<'_>,
) -> Result<(), ReadError> {
    let own = id.clone();
    let chosen = match id_property {
        Some(_) => properties.id,
        None => own.clone().or(properties.id),
    };
    let Some(chosen) = chosen else {
        return Err(start.fault(ReadFault::NoId {
            looked: id_property.map_or_else(
                || "neither on the feature nor in a property \"id\"".to_owned(),
                |name| format!("no property {name:?}"),
            ),
            properties: properties.names,
        }));
    };
    unit.uid = own.filter(|own| *own != chosen);
    unit.id.clone_from(&chosen);
    *id = Some(chosen);
    if unit.path.is_none() {
        unit.path = properties.parent_graph.map(|graph| {
            let graph = graph.trim_matches('/');
            let slash = if graph.is_empty() { "" } else { "/" };
            format!("{slash}{graph}/{}", unit.tree_id())
        });
    }
    Ok(())
}

/// What of the properties is needed once the whole feature is read.
#[derive(Debug, Default)]
struct Properties {
    id: Option<String>,
    parent_graph: Option<String>,
    names: Vec<String>,
}

impl Properties {
    /// Reads an object of properties, or null; what DHIS2 gives goes to the unit, what is unknown is passed over.
    fn read(
        cursor: &mut Cursor<'_>,
        id_property: Option<&str>,
        unit: &mut OrgUnit,
    ) -> Result<Self, ReadError> {
        let mut found = Self::default();
        match cursor.peek() {
            Some(b'n') => {
                cursor.value()?;
                return Ok(found);
            }
            Some(b'{') => {}
            _ => return Err(cursor.unexpected("properties", "an object or null")),
        }
        let id_property = id_property.unwrap_or("id");
        let mut walk = cursor.object()?;
        while let Some(key) = cursor.key(&mut walk)? {
            cursor.peek();
            if *key == *id_property {
                found.id = identifier(&mut cursor.clone())?;
            }
            match &*key {
                "code" => unit.code = text(cursor.value()?),
                "name" => unit.name = text(cursor.value()?),
                "level" => unit.level = level(cursor)?,
                "parent" => unit.parent = text(cursor.value()?),
                "parentGraph" => found.parent_graph = text(cursor.value()?),
                "path" => unit.path = text(cursor.value()?).filter(|path| path.starts_with('/')),
                "groups" => unit.groups = texts(cursor)?,
                "openingDate" => unit.opening_date = date(cursor, "openingDate")?,
                "closedDate" => unit.closed_date = date(cursor, "closedDate")?,
                "geometry_source" => unit.geometry_source = text(cursor.value()?),
                "context" => unit.context = cursor.value()? == "true",
                _ => {
                    cursor.value()?;
                }
            }
            if found.names.len() < 12 {
                found.names.push(short(&key));
            }
        }
        Ok(found)
    }
}

/// An id: a text without blanks around it, or a number kept digit by digit; `None` for null.
fn identifier(cursor: &mut Cursor<'_>) -> Result<Option<String>, ReadError> {
    let place = cursor.clone();
    let value = cursor.value()?;
    let id: Cow<'_, str> = match value.as_bytes().first() {
        Some(b'n') => return Ok(None),
        Some(b'"') => string(value),
        Some(b'-' | b'0'..=b'9') => Cow::Borrowed(value),
        _ => Cow::Borrowed(""),
    };
    let fits = (1..=LONGEST_ID).contains(&id.len());
    if !fits || id.trim() != id || id.contains(char::is_control) {
        return Err(place.fault(ReadFault::Unexpected {
            subject: "id",
            found: describe(value),
            expected: "a text of up to 255 bytes without blanks around it, or a number",
        }));
    }
    Ok(Some(id.into_owned()))
}

/// The text of a string, or the digits of a number; `None` for anything else.
fn text(value: &str) -> Option<String> {
    match value.as_bytes().first() {
        Some(b'"') => Some(string(value).into_owned()),
        Some(b'-' | b'0'..=b'9') => Some(value.to_owned()),
        _ => None,
    }
}

/// The texts of an array; none where it is something else.
fn texts(cursor: &mut Cursor<'_>) -> Result<Vec<String>, ReadError> {
    let mut found = Vec::new();
    if cursor.peek() != Some(b'[') {
        cursor.value()?;
        return Ok(found);
    }
    let mut walk = cursor.array()?;
    while cursor.element(&mut walk)? {
        found.extend(text(cursor.value()?));
    }
    Ok(found)
}

/// A level: a whole number, also written `2.0` as data frames with gaps do; `None` for null and an empty text.
fn level(cursor: &mut Cursor<'_>) -> Result<Option<u32>, ReadError> {
    let place = cursor.clone();
    let value = cursor.value()?;
    let Some(text) = text(value).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let whole = |text: &str| {
        let (digits, rest) = text.split_once('.').unwrap_or((text, ""));
        let level = digits.parse().ok()?;
        rest.bytes().all(|digit| digit == b'0').then_some(level)
    };
    whole(&text).map(Some).ok_or_else(|| {
        place.fault(ReadFault::Unexpected {
            subject: "level",
            found: describe(value),
            expected: "a whole number",
        })
    })
}

/// A date `yyyy-mm-dd`, its time of day cut off; `None` for null and an empty text.
fn date(cursor: &mut Cursor<'_>, property: &'static str) -> Result<Option<String>, ReadError> {
    let place = cursor.clone();
    let Some(text) = text(cursor.value()?).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let day = text.split('T').next().unwrap_or_default();
    if crate::is_date(day) {
        Ok(Some(day.to_owned()))
    } else {
        Err(place.fault(ReadFault::Date {
            property,
            found: short(&text),
        }))
    }
}
