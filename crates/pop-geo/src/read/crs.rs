//! Members that name a reference system: `crs` of GeoJSON 2008, which RFC 7946 dropped and files still carry, and those of its relatives.

use geojson::{Geometry, GeometryValue, JsonObject};
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

/// Members that name a reference system: of GeoJSON 2008, of JSON-FG (OGC 21-045), and of Esri's JSON.
const MEMBERS: &[&str] = &["crs", "coordRefSys", "spatialReference"];

/// A reference system that is refused.
#[derive(Debug, PartialEq)]
pub(super) struct RefusedCrs {
    /// The member that names it.
    pub(super) member: &'static str,
    /// Why.
    pub(super) kind: ReadErrorKind,
}

/// Accepts null and systems within a few metres of longitude and latitude on WGS 84; refuses others by name, and links unread.
///
/// GeoJSON 2008 (section 3) has positions in the order easting, northing whatever the system's own order, so EPSG:4326 is the same here.
pub(super) fn check(members: Option<&JsonObject>) -> Result<(), RefusedCrs> {
    let Some(members) = members else {
        return Ok(());
    };
    for &member in MEMBERS {
        match members.get(member) {
            None | Some(Value::Null) => {}
            Some(value) => {
                check_value(member, value).map_err(|kind| RefusedCrs { member, kind })?;
            }
        }
    }
    Ok(())
}

/// Checks a geometry and the geometries in it. PostGIS (`ST_AsGeoJSON`) names the system in each geometry, where it is not WGS 84.
pub(super) fn check_geometry(geometry: Option<&Geometry>) -> Result<(), RefusedCrs> {
    let Some(geometry) = geometry else {
        return Ok(());
    };
    check(geometry.foreign_members.as_ref())?;
    if let GeometryValue::GeometryCollection { geometries } = &geometry.value {
        for geometry in geometries {
            check_geometry(Some(geometry))?;
        }
    }
    Ok(())
}

fn check_value(member: &'static str, value: &Value) -> Result<(), ReadErrorKind> {
    let name = match member {
        "coordRefSys" => json_fg_name(value),
        "spatialReference" => esri_name(value),
        _ => geojson_name(value)?,
    };
    let Some(name) = name else {
        return Err(ReadErrorKind::Unexpected {
            subject: member,
            found: describe_value(value),
            expected: "null or a named reference system",
        });
    };
    let code = epsg_code(&name);
    let reason = match code {
        Some(code) if pop_crs::is_geographic(code) => match pop_crs::check_geographic(code) {
            Ok(()) => return Ok(()),
            Err(mismatch) => CrsReason::Geographic(mismatch),
        },
        _ => CrsReason::Other,
    };
    Err(ReadErrorKind::Crs {
        name: short(&name),
        // JSON-FG may have the coordinates of `geometry` in WGS 84 all the same, and those of `place` in this system.
        source_code: code.filter(|_| member != "coordRefSys"),
        reason: Box::new(reason),
    })
}

/// The name in a member `crs`.
fn geojson_name(crs: &Value) -> Result<Option<String>, ReadErrorKind> {
    let properties = &crs["properties"];
    let kind = crs["type"].as_str().unwrap_or_default();
    Ok(match (kind, &properties["name"], &properties["code"]) {
        ("link", ..) => return Err(ReadErrorKind::LinkedCrs),
        (_, Value::String(name), _) => Some(name.clone()),
        // GeoJSON 1.0 of 2008, as some libraries still write it.
        ("EPSG", _, Value::Number(code)) => Some(format!("EPSG:{code}")),
        ("EPSG", _, Value::String(code)) => Some(format!("EPSG:{code}")),
        _ => None,
    })
}

/// The name in a member `coordRefSys`: an address, a safe CURIE (`[EPSG:4326]`), or an object with one of them.
fn json_fg_name(value: &Value) -> Option<String> {
    let name = value.as_str().or_else(|| value["href"].as_str())?;
    let name = name.trim();
    let curie = name
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    Some(curie.unwrap_or(name).to_owned())
}

/// The name in a member `spatialReference`: the newer code, the code, or the first name of the text (WKT).
fn esri_name(value: &Value) -> Option<String> {
    let codes = [&value["latestWkid"], &value["wkid"]];
    if let Some(code) = codes.into_iter().find_map(Value::as_u64) {
        return Some(format!("EPSG:{code}"));
    }
    let wkt = value["wkt"].as_str()?;
    Some(wkt.split('"').nth(1).unwrap_or(wkt).to_owned())
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
        member("crs", crs)
    }

    fn member(name: &str, value: &str) -> Result<(), String> {
        let members = format!(r#"{{"{name}":{value}}}"#);
        let members = serde_json::from_str(&members).unwrap();
        check(Some(&members)).map_err(|refused| refused.kind.to_string())
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

    #[test]
    fn members_of_json_fg_and_of_esri_are_read() {
        for (name, value) in [
            ("coordRefSys", "null"),
            (
                "coordRefSys",
                r#""http://www.opengis.net/def/crs/OGC/0/CRS84""#,
            ),
            ("coordRefSys", r#""[OGC:CRS84]""#),
            (
                "coordRefSys",
                r#"{"type":"Reference","href":"http://www.opengis.net/def/crs/EPSG/0/4326","epoch":2020.0}"#,
            ),
            ("spatialReference", r#"{"wkid":4326,"latestWkid":4326}"#),
            (
                "spatialReference",
                r#"{"wkt":"GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\"]]"}"#,
            ),
        ] {
            assert_eq!(member(name, value), Ok(()), "{name}: {value}");
        }
        for (name, value, expected) in [
            (
                "coordRefSys",
                r#""http://www.opengis.net/def/crs/EPSG/0/32632""#,
                "expected longitude and latitude",
            ),
            ("coordRefSys", r#""[EPSG:4263]""#, "Minna"),
            ("coordRefSys", r#"["a","b"]"#, "coordRefSys: found"),
            (
                "spatialReference",
                r#"{"wkid":102100,"latestWkid":3857}"#,
                "\"EPSG:3857\"",
            ),
            (
                "spatialReference",
                r#"{"wkid":102022}"#,
                "expected longitude and latitude",
            ),
            (
                "spatialReference",
                r#"{"wkt":"PROJCS[\"UTM\",GEOGCS[\"GCS_WGS_1984\"]]"}"#,
                "\"UTM\"",
            ),
            ("spatialReference", "{}", "spatialReference: found"),
        ] {
            let message = member(name, value).unwrap_err();
            assert!(message.contains(expected), "{name}: {value}: {message}");
        }
    }
}
