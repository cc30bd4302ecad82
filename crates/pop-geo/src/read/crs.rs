//! The member `crs` of GeoJSON 2008, which RFC 7946 dropped and files still carry.

use geojson::JsonObject;
use serde_json::Value;

use super::cursor::{describe_value, short};
use super::error::ReadErrorKind;

/// Accepts null and the names of longitude and latitude on WGS 84; refuses others by name, and links unread.
pub(super) fn check(members: Option<&JsonObject>) -> Result<(), ReadErrorKind> {
    let Some(crs) = members.and_then(|members| members.get("crs")) else {
        return Ok(());
    };
    let name = crs["properties"]["name"].as_str();
    match (crs, crs["type"].as_str(), name) {
        (Value::Null, ..) => Ok(()),
        (_, Some("link"), _) => Err(ReadErrorKind::LinkedCrs),
        (_, _, Some(name)) if is_degrees(name) => Ok(()),
        (_, _, Some(name)) => Err(ReadErrorKind::Crs { name: short(name) }),
        _ => Err(ReadErrorKind::Unexpected {
            subject: "crs",
            found: describe_value(crs),
            expected: "null or a named reference system",
        }),
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
