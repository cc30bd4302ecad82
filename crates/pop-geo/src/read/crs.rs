//! The member `crs` of GeoJSON 2008, which RFC 7946 dropped and files still carry.

use geojson::JsonObject;
use serde_json::Value;

use super::cursor::{describe_value, short};
use super::error::{CrsReason, ReadErrorKind};

/// Systems that files name by words: without their punctuation, in lower case.
const NAMES: &[(&str, u16)] = &[
    ("wgs84", 4326),
    ("wgs1984", 4326),
    ("gcswgs84", 4326),
    ("gcswgs1984", 4326),
    ("worldgeodeticsystem1984", 4326),
    ("wgs84longlat", 4326),
    ("etrs89", 4258),
    ("gcsetrs1989", 4258),
    ("nad83", 4269),
    ("gcsnorthamerican1983", 4269),
    ("nad27", 4267),
    ("gcsnorthamerican1927", 4267),
    ("ed50", 4230),
    ("gcseuropean1950", 4230),
    ("arc1950", 4209),
    ("gcsarc1950", 4209),
    ("arc1960", 4210),
    ("gcsarc1960", 4210),
    ("adindan", 4201),
    ("gcsadindan", 4201),
    ("minna", 4263),
    ("gcsminna", 4263),
];

/// Accepts null and systems within a few metres of longitude and latitude on WGS 84; refuses others by name, and links unread.
///
/// GeoJSON 2008 (section 3) has positions in the order easting, northing whatever the system's own order, so EPSG:4326 is the same here.
pub(super) fn check(members: Option<&JsonObject>) -> Result<(), ReadErrorKind> {
    let Some(crs) = members.and_then(|members| members.get("crs")) else {
        return Ok(());
    };
    if crs.is_null() {
        return Ok(());
    }
    let properties = &crs["properties"];
    let kind = crs["type"].as_str().unwrap_or_default();
    let name = match (kind, &properties["name"], &properties["code"]) {
        ("link", ..) => return Err(ReadErrorKind::LinkedCrs),
        (_, Value::String(name), _) => name.clone(),
        // GeoJSON 1.0 of 2008, as some libraries still write it.
        ("EPSG", _, Value::Number(code)) => format!("EPSG:{code}"),
        ("EPSG", _, Value::String(code)) => format!("EPSG:{code}"),
        _ => {
            return Err(ReadErrorKind::Unexpected {
                subject: "crs",
                found: describe_value(crs),
                expected: "null or a named reference system",
            });
        }
    };
    let reason = match epsg_code(&name) {
        Some(code) if pop_crs::is_geographic(code) => match pop_crs::check_geographic(code) {
            Ok(()) => return Ok(()),
            Err(mismatch) => CrsReason::Geographic(mismatch),
        },
        _ => CrsReason::Other,
    };
    Err(ReadErrorKind::Crs {
        name: short(&name),
        reason: Box::new(reason),
    })
}

/// The EPSG code that a name means: `urn:ogc:def:crs:EPSG::4326`, `EPSG:4326`, an address that ends with it, `CRS84`, or a system's name.
fn epsg_code(name: &str) -> Option<u16> {
    let name = name.trim().to_ascii_uppercase();
    let last = name.rsplit([':', '/', '#']).next().unwrap_or_default();
    match last.trim() {
        "CRS84" | "CRS84H" => return Some(4326),
        "CRS83" => return Some(4269),
        "CRS27" => return Some(4267),
        code if name.contains("EPSG") => return code.parse().ok(),
        _ => {}
    }
    let word: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let found = NAMES.iter().find(|(known, _)| *known == word);
    found.map(|&(_, code)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(crs: &str) -> Result<(), String> {
        let members = format!(r#"{{"crs":{crs}}}"#);
        let members = serde_json::from_str(&members).unwrap();
        check(Some(&members)).map_err(|kind| kind.to_string())
    }

    fn named(name: &str) -> Result<(), String> {
        checked(&format!(
            r#"{{"type":"name","properties":{{"name":"{name}"}}}}"#
        ))
    }

    #[test]
    fn names_of_longitude_and_latitude_on_wgs_84_pass() {
        for name in [
            "urn:ogc:def:crs:OGC:1.3:CRS84",
            "urn:ogc:def:crs:OGC::CRS84",
            "urn:ogc:def:crs:EPSG::4326",
            "urn:x-ogc:def:crs:EPSG:4326",
            "EPSG:4326",
            "epsg:4326",
            "http://www.opengis.net/def/crs/EPSG/0/4326",
            "http://www.opengis.net/gml/srs/epsg.xml#4326",
            "CRS84",
            "WGS84",
            "WGS 84",
            "WGS 1984",
            "GCS_WGS_1984",
            "EPSG:4258",
        ] {
            assert_eq!(named(name), Ok(()), "{name}");
        }
        for crs in [
            "null",
            r#"{"type":"EPSG","properties":{"code":4326}}"#,
            r#"{"type":"EPSG","properties":{"code":"4326"}}"#,
        ] {
            assert_eq!(checked(crs), Ok(()), "{crs}");
        }
    }

    #[test]
    fn others_say_what_they_are_and_how_far_off() {
        for (name, expected) in [
            ("EPSG:4267", "NAD27"),
            ("GCS_North_American_1927", "240 m"),
            ("urn:ogc:def:crs:EPSG::4813", "Jakarta"),
            ("EPSG:32628", "expected longitude and latitude"),
            ("EPSG:3857", "expected longitude and latitude"),
            ("EPSG:14326", "expected longitude and latitude"),
            ("Local grid", "Local grid"),
        ] {
            let message = named(name).unwrap_err();
            assert!(message.contains(expected), "{name}: {message}");
        }
        for crs in ["7", "[]", "{}", r#"{"type":"EPSG","properties":{}}"#] {
            assert!(checked(crs).unwrap_err().contains("crs: found"), "{crs}");
        }
        let link = r#"{"type":"link","properties":{"href":"http://x.example/4326"}}"#;
        assert!(checked(link).unwrap_err().contains("a link"));
    }
}
