//! Second geometries of units: attributes that hold GeoJSON ("associated geometry", such as
//! the catchment of a facility that is itself a point).

use pop_http::Query;
use serde::Deserialize;

use crate::{ApiError, Server};

/// An attribute of org units whose values are GeoJSON texts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ShapeAttribute {
    /// UID.
    pub id: String,
    /// Code.
    #[serde(default)]
    pub code: Option<String>,
    /// Name.
    #[serde(default)]
    pub name: String,
}

impl ShapeAttribute {
    /// What it is called in an output: its code, else its UID.
    #[must_use]
    pub fn label(&self) -> &str {
        self.code.as_deref().unwrap_or(&self.id)
    }

    /// The one that is named by UID, code or name.
    ///
    /// # Errors
    /// [`ApiError::Unknown`] with those that there are.
    pub fn find(server: &Server, named: &str) -> Result<Self, ApiError> {
        let known = shape_attributes(server)?;
        let fits = |attribute: &&Self| {
            attribute.id == named
                || attribute.code.as_deref() == Some(named)
                || attribute.name == named
        };
        known
            .iter()
            .find(fits)
            .cloned()
            .ok_or_else(|| ApiError::Unknown {
                what: "org unit attribute with GeoJSON values",
                given: named.to_owned(),
                known: known
                    .iter()
                    .map(|attribute| attribute.label().to_owned())
                    .collect(),
            })
    }
}

/// All attributes that hold geometries of org units.
///
/// # Errors
/// Those of the request.
pub fn shape_attributes(server: &Server) -> Result<Vec<ShapeAttribute>, ApiError> {
    #[derive(Deserialize)]
    struct Answer {
        attributes: Vec<ShapeAttribute>,
    }
    let query = Query::new("/api/attributes.json")
        .with("filter", "valueType:eq:GEOJSON")
        .with("filter", "organisationUnitAttribute:eq:true")
        .with("fields", "id,name,code")
        .with("paging", "false");
    let mut attributes = server.client().get_json::<Answer>(query)?.attributes;
    attributes.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(attributes)
}
