//! Geometries in an attribute of the units.

use pop_dhis2::org_units::{ShapeAttribute, Unit};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Missing, Sourced};
use crate::report::Problem;

/// The values of one attribute: GeoJSON texts inside JSON texts.
pub(crate) struct AttributeShapes {
    id: String,
    label: String,
}

impl AttributeShapes {
    pub(crate) fn new(attribute: &ShapeAttribute) -> Self {
        Self {
            id: attribute.id.clone(),
            label: format!("attribute:{}", attribute.label()),
        }
    }

    pub(super) fn of<'u>(&'u self, unit: &'u Unit<'u>) -> Result<Sourced<'u>, Missing> {
        let text = unit.attribute(&self.id).ok_or(Problem::Unmatched)?;
        let geometry = geometry_in(text).ok_or(Problem::Unreadable)?;
        Ok((geometry, &self.label))
    }
}

/// The geometry in a text that is one, or a feature with one.
fn geometry_in(text: &str) -> Option<&RawValue> {
    #[derive(Deserialize)]
    struct Outer<'a> {
        #[serde(rename = "type")]
        kind: String,
        #[serde(borrow, default)]
        geometry: Option<&'a RawValue>,
    }
    let outer: Outer<'_> = serde_json::from_str(text).ok()?;
    match outer.kind.as_str() {
        "Feature" => outer.geometry,
        "Polygon" | "MultiPolygon" | "Point" | "MultiPoint" | "LineString" | "MultiLineString"
        | "GeometryCollection" => serde_json::from_str(text).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::geometry_in;

    #[test]
    fn a_geometry_or_a_feature_is_found() {
        let geometry = r#"{"type":"Point","coordinates":[1.50,2]}"#;
        let feature = format!(r#"{{"type":"Feature","geometry":{geometry},"properties":{{}}}}"#);
        assert_eq!(geometry_in(geometry).unwrap().get(), geometry);
        assert_eq!(geometry_in(&feature).unwrap().get(), geometry);
        for text in [
            "",
            "{}",
            "[]",
            r#"{"type":"Feature","geometry":null}"#,
            r#"{"type":"Circle"}"#,
        ] {
            assert!(geometry_in(text).is_none(), "{text}");
        }
    }
}
