//! One unit as the API gives it.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// A unit with its geometry as text, borrowed from the answer it came in.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unit<'a> {
    /// UID.
    pub id: String,
    /// Code.
    #[serde(default)]
    pub code: Option<String>,
    /// Name.
    #[serde(default)]
    pub name: Option<String>,
    /// 1 for the root.
    #[serde(default)]
    pub level: Option<u32>,
    /// `/root/…/self`.
    #[serde(default)]
    pub path: String,
    #[serde(default)]
    opening_date: Option<String>,
    #[serde(default)]
    closed_date: Option<String>,
    /// A GeoJSON geometry, digit by digit as the server wrote it.
    #[serde(borrow, default)]
    pub geometry: Option<&'a RawValue>,
    #[serde(default, rename = "organisationUnitGroups")]
    groups: Vec<Reference>,
    #[serde(borrow, default)]
    attribute_values: Vec<AttributeValue<'a>>,
}

#[derive(Debug, Clone, Deserialize)]
struct Reference {
    id: String,
}

#[derive(Debug, Clone, Deserialize)]
struct AttributeValue<'a> {
    attribute: Reference,
    #[serde(borrow, default)]
    value: Cow<'a, str>,
}

impl Unit<'_> {
    /// UIDs of its groups, ordered.
    #[must_use]
    pub fn groups(&self) -> Vec<String> {
        let mut groups: Vec<String> = self.groups.iter().map(|group| group.id.clone()).collect();
        groups.sort();
        groups
    }

    /// First day, `yyyy-mm-dd`.
    #[must_use]
    pub fn opening_date(&self) -> Option<&str> {
        self.opening_date.as_deref().map(day)
    }

    /// Last day, `yyyy-mm-dd`.
    #[must_use]
    pub fn closed_date(&self) -> Option<&str> {
        self.closed_date.as_deref().map(day)
    }

    /// The value of an attribute, as text.
    #[must_use]
    pub fn attribute(&self, id: &str) -> Option<&str> {
        self.attribute_values
            .iter()
            .find(|value| value.attribute.id == id)
            .map(|value| value.value.as_ref())
    }
}

/// The day of a time stamp: `2010-01-01T00:00:00.000` is 2010-01-01.
fn day(timestamp: &str) -> &str {
    timestamp.split('T').next().unwrap_or(timestamp)
}
