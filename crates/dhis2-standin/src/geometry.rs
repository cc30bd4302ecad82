//! Geometries: kept as text, with every number spelled as DHIS2 spells it.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A geometry of an organisation unit.
#[derive(Debug, Clone)]
pub(crate) struct Geometry {
    kind: String,
    text: Arc<str>,
}

/// Why a geometry is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GeometryProblem {
    /// It is no geometry at all.
    NotGeometry,
    /// A ring of a polygon does not end where it begins.
    OpenRing,
    /// Its coordinates have a third dimension, which the column has not.
    HasZ,
}

#[derive(Deserialize)]
struct Parts<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow)]
    coordinates: Option<&'a RawValue>,
    #[serde(borrow)]
    geometries: Option<&'a RawValue>,
}

impl Geometry {
    /// A geometry from GeoJSON text, taken without looking at its coordinates.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let parts: Parts<'_> = serde_json::from_str(text).ok()?;
        let (key, content) = match (parts.coordinates, parts.geometries) {
            (Some(content), _) => ("coordinates", content),
            (None, Some(content)) => ("geometries", content),
            (None, None) => return None,
        };
        let content = respell(content.get(), java_double);
        let text = format!("{{\"type\":\"{}\",\"{key}\":{content}}}", parts.kind);
        Some(Self {
            kind: parts.kind,
            text: text.into(),
        })
    }

    /// A geometry sent to the API, checked as the server and its database do.
    pub(crate) fn from_value(value: &Value) -> Result<Self, GeometryProblem> {
        let kind = value
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if let Some(coordinates) = value.get("coordinates") {
            let rings = matches!(kind, "Polygon" | "MultiPolygon");
            if rings && !rings_close(coordinates) {
                return Err(GeometryProblem::OpenRing);
            }
            if width(coordinates) > 2 {
                return Err(GeometryProblem::HasZ);
            }
        }
        Self::from_text(&ordered(value)).ok_or(GeometryProblem::NotGeometry)
    }

    /// The geometry as `fields=geometry` gives it: all decimals.
    pub(crate) fn text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The geometry as a value.
    pub(crate) fn value(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The geometry as the GeoJSON list gives it: eight decimals.
    ///
    /// The list puts the type and all that follows the first `coordinates` together, so that a
    /// collection comes out as something that is no JSON: clients have to live with that.
    pub(crate) fn listed(&self) -> String {
        let from = self.text.find("\"coordinates\":").unwrap_or(0);
        let rest = respell(&self.text[from..], rounded_double);
        format!("{{\"type\":\"{}\",{rest}", self.kind)
    }
}

/// A geometry as text with its type first.
fn ordered(value: &Value) -> String {
    let kind = value.get("type").cloned().unwrap_or(Value::Null);
    match (
        value.get("coordinates"),
        value.get("geometries").and_then(Value::as_array),
    ) {
        (Some(coordinates), _) => format!("{{\"type\":{kind},\"coordinates\":{coordinates}}}"),
        (None, Some(parts)) => {
            let parts: Vec<String> = parts.iter().map(ordered).collect();
            format!("{{\"type\":{kind},\"geometries\":[{}]}}", parts.join(","))
        }
        (None, None) => value.to_string(),
    }
}

/// The text without blanks and with each number outside of quotes spelled anew.
fn respell(text: &str, spell: fn(f64) -> String) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut quoted) = (0, false);
    while at < bytes.len() {
        let byte = bytes[at];
        if quoted {
            let end = at + if byte == b'\\' { 2 } else { 1 };
            let end = (end..=bytes.len())
                .find(|&end| text.is_char_boundary(end))
                .unwrap_or(bytes.len());
            quoted = byte != b'"';
            out.push_str(&text[at..end]);
            at = end;
        } else if matches!(byte, b'-' | b'0'..=b'9') {
            let length = bytes[at..]
                .iter()
                .take_while(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'))
                .count();
            let number = &text[at..at + length];
            match number.parse() {
                Ok(number) => out.push_str(&spell(number)),
                Err(_) => out.push_str(number),
            }
            at += length;
        } else {
            quoted = byte == b'"';
            if !byte.is_ascii_whitespace() {
                out.push(char::from(byte));
            }
            at += 1;
        }
    }
    out
}

/// `Double.toString` of Java.
fn java_double(number: f64) -> String {
    let magnitude = number.abs();
    if number == 0.0 || (1e-3..1e7).contains(&magnitude) {
        let plain = format!("{number}");
        return if plain.contains('.') {
            plain
        } else {
            plain + ".0"
        };
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{point}E{exponent}")
}

/// Eight decimals at most, and none where there are none.
fn rounded_double(number: f64) -> String {
    let rounded = (number * 1e8).round() / 1e8;
    let text = java_double(rounded);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn rings_close(coordinates: &Value) -> bool {
    let Some(items) = coordinates.as_array() else {
        return true;
    };
    let is_ring = items
        .first()
        .and_then(|item| item.get(0))
        .is_some_and(Value::is_number);
    if is_ring {
        items.first() == items.last()
    } else {
        items.iter().all(rings_close)
    }
}

/// How many numbers a position has at most.
fn width(coordinates: &Value) -> usize {
    match coordinates.as_array() {
        Some(items) if items.first().is_some_and(Value::is_number) => items.len(),
        Some(items) => items.iter().map(width).max().unwrap_or(0),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spelled_as_java_does() {
        let spelled = [
            (-12.0, "-12.0"),
            (1e-7, "1.0E-7"),
            (0.00012, "1.2E-4"),
            (12_345_678.5, "1.23456785E7"),
        ];
        for (number, text) in spelled {
            assert_eq!(java_double(number), text);
        }
        assert_eq!(rounded_double(-11.512_345_678_901_234), "-11.51234568");
        assert_eq!(rounded_double(-12.0), "-12");
        assert_eq!(rounded_double(1e-7), "1.0E-7");
    }

    #[test]
    fn a_geometry_keeps_its_decimals_and_loses_what_is_not_its_own() {
        let geometry =
            Geometry::from_text(r#"{"bbox":[1,2], "coordinates": [ -12, 8.25 ],"type":"Point"}"#)
                .unwrap();
        assert_eq!(
            &*geometry.text(),
            r#"{"type":"Point","coordinates":[-12.0,8.25]}"#
        );
        assert_eq!(
            geometry.listed(),
            r#"{"type":"Point","coordinates":[-12,8.25]}"#
        );
    }

    #[test]
    fn a_collection_comes_out_broken_in_the_list() {
        let text = r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"Point","coordinates":[3,4]}]}"#;
        let geometry = Geometry::from_text(text).unwrap();
        assert_eq!(
            geometry.listed(),
            r#"{"type":"GeometryCollection","coordinates":[1,2]},{"type":"Point","coordinates":[3,4]}]}"#
        );
    }

    #[test]
    fn open_rings_and_heights_are_refused() {
        let open = serde_json::json!({"type":"Polygon","coordinates":[[[0,0],[1,1]]]});
        assert_eq!(
            Geometry::from_value(&open).unwrap_err(),
            GeometryProblem::OpenRing
        );
        let high = serde_json::json!({"type":"Point","coordinates":[0,0,5]});
        assert_eq!(
            Geometry::from_value(&high).unwrap_err(),
            GeometryProblem::HasZ
        );
    }
}
