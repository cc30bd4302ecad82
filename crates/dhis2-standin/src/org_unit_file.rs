//! Organisation units from a GeoJSON file.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::geometry::Geometry;
use crate::json::{Object, reference, text};
use crate::metadata_store::{ADMIN, MetadataStore, with_defaults};
use crate::schema::Schema;

/// Puts the units of a GeoJSON FeatureCollection into the store.
///
/// # Errors
/// Text that is no FeatureCollection, or a feature without an id.
pub(crate) fn load_geojson(store: &mut MetadataStore, bytes: &[u8]) -> Result<usize, String> {
    let collection: Collection<'_> = serde_json::from_slice(bytes)
        .map_err(|error| format!("org units: no FeatureCollection: {error}"))?;
    let kind = Schema::find("organisationUnits").ok_or("no type for org units")?;
    let mut groups: Vec<(String, String)> = Vec::new();
    let count = collection.features.len();
    for (at, feature) in collection.features.into_iter().enumerate() {
        let properties = feature.properties.unwrap_or_default();
        let own = |key: &str| {
            properties
                .get(key)
                .filter(|value| !value.is_null())
                .cloned()
        };
        let id = match feature.id.or_else(|| own("id")) {
            Some(Value::String(id)) => id,
            Some(Value::Number(id)) => id.to_string(),
            _ => return Err(format!("org units: feature {}: no id", at + 1)),
        };
        let name = own("name").unwrap_or_else(|| id.clone().into());
        let mut members = Object::new();
        members.insert(
            "shortName".to_owned(),
            own("shortName").unwrap_or_else(|| name.clone()),
        );
        members.insert("name".to_owned(), name);
        if let Some(code) = own("code") {
            members.insert("code".to_owned(), code);
        }
        for (key, usual) in [("openingDate", Some("1970-01-01")), ("closedDate", None)] {
            let date = own(key)
                .and_then(|date| date.as_str().map(str::to_owned))
                .or(usual.map(str::to_owned));
            if let Some(day) = date.as_deref().and_then(|date| date.get(..10)) {
                members.insert(key.to_owned(), format!("{day}T00:00:00.000").into());
            }
        }
        if let Some(parent) = parent_of(&properties, &id) {
            members.insert("parent".to_owned(), json!({"id": parent}));
        }
        for stamp in ["created", "lastUpdated"] {
            members.insert(stamp.to_owned(), "2020-01-01T00:00:00.000".into());
        }
        members.insert("createdBy".to_owned(), json!({"id": ADMIN}));
        if let Some(values) = own("attributeValues") {
            members.insert("attributeValues".to_owned(), values);
        }
        for group in own("groups")
            .as_ref()
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            groups.extend(group.as_str().map(|group| (group.to_owned(), id.clone())));
        }
        members.insert("id".to_owned(), id.into());
        let geometry = feature
            .geometry
            .and_then(|geometry| Geometry::from_text(geometry.get()));
        store.put(kind, with_defaults(kind, members), geometry);
    }
    store.rebuild_tree();
    add_groups(store, groups);
    Ok(count)
}

/// The parent as `parent`, or as the step before the last of `path` or the last of `parentGraph`.
fn parent_of(properties: &Object, id: &str) -> Option<String> {
    let steps = |key: &str| -> Vec<String> {
        let path = text(properties, key).unwrap_or_default();
        path.split('/')
            .filter(|step| !step.is_empty() && *step != id)
            .map(str::to_owned)
            .collect()
    };
    let named = text(properties, "parent").or_else(|| reference(properties.get("parent")));
    named
        .map(str::to_owned)
        .or_else(|| steps("path").pop())
        .or_else(|| steps("parentGraph").pop())
}

fn add_groups(store: &mut MetadataStore, pairs: Vec<(String, String)>) {
    let Some(kind) = Schema::find("organisationUnitGroups") else {
        return;
    };
    let mut members: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (group, unit) in pairs {
        members.entry(group).or_default().push(json!({"id": unit}));
    }
    for (group, units) in members {
        let mut object = store
            .members(kind.plural, &group)
            .cloned()
            .unwrap_or_else(|| {
                let mut object = Object::new();
                object.insert("id".to_owned(), group.clone().into());
                object.insert("name".to_owned(), group.clone().into());
                object.insert("shortName".to_owned(), group.clone().into());
                object.insert("sharing".to_owned(), json!({"public": "rw------"}));
                with_defaults(kind, object)
            });
        object.insert("organisationUnits".to_owned(), units.into());
        store.put(kind, object, None);
    }
}

#[derive(serde::Deserialize)]
struct Collection<'a> {
    #[serde(borrow)]
    features: Vec<Feature<'a>>,
}

#[derive(serde::Deserialize)]
struct Feature<'a> {
    id: Option<Value>,
    #[serde(borrow)]
    geometry: Option<&'a serde_json::value::RawValue>,
    properties: Option<Object>,
}
