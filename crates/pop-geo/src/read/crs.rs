//! The member `crs` of GeoJSON 2008, which RFC 7946 dropped and files still carry.

use super::cursor::{Cursor, describe, short, string};
use super::error::{ReadError, ReadFault};

/// Accepts null and the names of longitude and latitude on WGS 84; refuses others by name, and links unread.
pub(super) fn check(cursor: &mut Cursor<'_>) -> Result<(), ReadError> {
    cursor.peek();
    let place = cursor.clone();
    let value = cursor.value()?;
    if value == "null" {
        return Ok(());
    }
    let mut kind = None;
    let mut name = None;
    let mut member = place.clone();
    if value.starts_with('{') {
        let mut walk = member.object()?;
        while let Some(key) = member.key(&mut walk)? {
            match &*key {
                "type" => kind = Some(string(member.value()?)),
                "properties" if member.peek() == Some(b'{') => {
                    let mut walk = member.object()?;
                    while let Some(key) = member.key(&mut walk)? {
                        let value = member.value()?;
                        if key == "name" && value.starts_with('"') {
                            name = Some(string(value));
                        }
                    }
                }
                _ => {
                    member.value()?;
                }
            }
        }
    }
    if kind.as_deref() == Some("link") {
        return Err(place.fault(ReadFault::LinkedCrs));
    }
    match name {
        Some(name) if is_degrees(&name) => Ok(()),
        Some(name) => Err(place.fault(ReadFault::Crs { name: short(&name) })),
        None => Err(place.fault(ReadFault::Unexpected {
            subject: "crs",
            found: describe(value),
            expected: "null or a named reference system",
        })),
    }
}

/// Whether a name means longitude and latitude on WGS 84.
///
/// GeoJSON 2008 (section 3) has positions in the order easting, northing whatever the system's own order, so EPSG:4326 is the same here.
fn is_degrees(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let known = |code: &str| {
        name == code
            || name
                .strip_suffix(code)
                .is_some_and(|before| before.ends_with([':', '/', '#']))
    };
    known("CRS84") || (name.contains("EPSG") && known("4326")) || name == "WGS84"
}
