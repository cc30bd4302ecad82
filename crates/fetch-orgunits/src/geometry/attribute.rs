//! Geometries in an attribute of the units.

use geojson::{GeoJson, Geometry};
use pop_dhis2::org_units::{ShapeAttribute, Unit};

use super::Sourced;
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

    pub(super) fn of(&self, unit: &Unit<'_>) -> Result<Sourced<'_>, Problem> {
        let text = unit.attribute(&self.id).ok_or(Problem::Unmatched)?;
        let geometry = geometry_in(text).ok_or(Problem::Unreadable)?;
        Ok((geometry, &self.label))
    }
}

/// The geometry in a text that is one, or a feature with one.
fn geometry_in(text: &str) -> Option<Geometry> {
    match text.parse().ok()? {
        GeoJson::Geometry(geometry) => Some(geometry),
        GeoJson::Feature(feature) => feature.geometry,
        GeoJson::FeatureCollection(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::geometry_in;

    #[test]
    fn a_geometry_or_a_feature_is_found() {
        let geometry = r#"{"type":"Point","coordinates":[1.5,2.0]}"#;
        let feature = format!(r#"{{"type":"Feature","geometry":{geometry},"properties":{{}}}}"#);
        assert_eq!(geometry_in(geometry).unwrap().to_string(), geometry);
        assert_eq!(geometry_in(&feature).unwrap().to_string(), geometry);
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
