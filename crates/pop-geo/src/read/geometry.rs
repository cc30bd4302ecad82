//! GeoJSON geometry objects.

use std::borrow::Cow;

use super::coordinates::{Positions, position};
use super::crs;
use super::cursor::{Cursor, describe, short, string};
use super::error::{ReadError, ReadFault};
use crate::{Area, Polygon, Shape};

/// Collections in collections: deeper than this is an error. GeoJSON advises against any (RFC 7946, section 3.1.8).
const DEEPEST_COLLECTION: usize = 16;

/// What a geometry is made of.
#[derive(Debug, Default)]
struct Parts {
    polygons: Vec<Polygon>,
    points: usize,
    lines: usize,
}

/// Reads a geometry object or null, its polygons as they stand.
pub(super) fn geometry(
    cursor: &mut Cursor<'_>,
    positions: &mut Positions,
) -> Result<Shape, ReadError> {
    if cursor.peek() == Some(b'n') {
        cursor.value()?;
        return Ok(Shape::None);
    }
    let mut parts = Parts::default();
    object(cursor, positions, &mut parts, 0)?;
    parts.polygons.retain_mut(|polygon| {
        // An empty first ring is no shell, and then there is nothing that the others could be holes of.
        let shell = polygon.rings.first().is_some_and(|ring| !ring.is_empty());
        polygon.rings.retain(|ring| !ring.is_empty());
        shell
    });
    Ok(if !parts.polygons.is_empty() {
        Shape::Area(Area::new(parts.polygons))
    } else if parts.lines > 0 {
        Shape::Line
    } else if parts.points > 0 {
        Shape::Point
    } else {
        Shape::None
    })
}

fn object(
    cursor: &mut Cursor<'_>,
    positions: &mut Positions,
    parts: &mut Parts,
    depth: usize,
) -> Result<(), ReadError> {
    if cursor.peek() != Some(b'{') {
        return Err(cursor.unexpected("geometry", "an object or null"));
    }
    let start = cursor.clone();
    let mut kind: Option<Cow<'_, str>> = None;
    let mut content: Option<Content<'_>> = None;
    let mut walk = cursor.object()?;
    while let Some(key) = cursor.key(&mut walk)? {
        match &*key {
            "type" => {
                if kind.is_some() {
                    return Err(cursor.fault(ReadFault::Twice { member: "type" }));
                }
                cursor.peek();
                kind = Some(type_name(cursor)?);
            }
            "coordinates" | "geometries" => {
                if content.is_some() {
                    return Err(cursor.fault(ReadFault::Twice {
                        member: "coordinates",
                    }));
                }
                // DHIS2 writes the type first, as most do: read at once. Else come back.
                content = Some(match &kind {
                    Some(kind) if holds(kind) == Some(&*key) => {
                        read_content(cursor, kind, positions, parts, depth)?;
                        Content::Read
                    }
                    _ => {
                        cursor.peek();
                        let place = cursor.clone();
                        cursor.value()?;
                        Content::Later(key, place)
                    }
                });
            }
            "crs" => crs::check(cursor)?,
            _ => {
                cursor.value()?;
            }
        }
    }
    let Some(kind) = kind else {
        return Err(start.fault(ReadFault::Missing { member: "type" }));
    };
    let Some(member) = holds(&kind) else {
        return Err(start.fault(ReadFault::Unexpected {
            subject: "geometry type",
            found: format!("{:?}", short(&kind)),
            expected: "Polygon, MultiPolygon, Point or another of GeoJSON's",
        }));
    };
    match content {
        Some(Content::Read) => Ok(()),
        Some(Content::Later(key, mut place)) if key == member => {
            read_content(&mut place, &kind, positions, parts, depth)
        }
        _ => Err(start.fault(ReadFault::Missing { member })),
    }
}

/// What a geometry holds, when it was met before the type.
enum Content<'a> {
    Read,
    Later(Cow<'a, str>, Cursor<'a>),
}

/// The member that holds what a geometry of this type is made of; `None` for types that there are not.
fn holds(kind: &str) -> Option<&'static str> {
    match kind {
        "Polygon" | "MultiPolygon" | "Point" | "MultiPoint" | "LineString" | "MultiLineString" => {
            Some("coordinates")
        }
        "GeometryCollection" => Some("geometries"),
        _ => None,
    }
}

/// Whether GeoJSON has a geometry of this type.
pub(super) fn is_geometry_type(kind: &str) -> bool {
    holds(kind).is_some()
}

/// The text of a member `type`.
pub(super) fn type_name<'a>(cursor: &mut Cursor<'a>) -> Result<Cow<'a, str>, ReadError> {
    let place = cursor.clone();
    let value = cursor.value()?;
    if value.starts_with('"') {
        Ok(string(value))
    } else {
        Err(place.fault(ReadFault::Unexpected {
            subject: "type",
            found: describe(value),
            expected: "a text",
        }))
    }
}

fn read_content(
    cursor: &mut Cursor<'_>,
    kind: &str,
    positions: &mut Positions,
    parts: &mut Parts,
    depth: usize,
) -> Result<(), ReadError> {
    match kind {
        "Polygon" => parts.polygons.push(positions.polygon(cursor)?),
        "MultiPolygon" => positions.polygons(cursor, &mut parts.polygons)?,
        "Point" => {
            position(cursor)?;
            parts.points += 1;
        }
        "MultiPoint" => parts.points += positions.line(cursor)?.len(),
        "LineString" => parts.lines += positions.line(cursor)?.len(),
        "MultiLineString" => positions.lines(cursor, |line| parts.lines += line.len())?,
        _ => {
            if depth == DEEPEST_COLLECTION {
                return Err(cursor.fault(ReadFault::Limit {
                    what: "geometry collections in one another",
                    limit: DEEPEST_COLLECTION as u64,
                }));
            }
            if cursor.peek() != Some(b'[') {
                return Err(cursor.unexpected("geometries", "a list of geometries"));
            }
            let mut walk = cursor.array()?;
            while cursor.element(&mut walk)? {
                object(cursor, positions, parts, depth + 1)?;
            }
        }
    }
    Ok(())
}
