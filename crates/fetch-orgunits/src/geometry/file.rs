//! Geometries in a file from elsewhere, matched to units by a key.

use std::borrow::Cow;
use std::collections::BTreeMap;

use pop_dhis2::org_units::Unit;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Match, Missing, Sourced, UnitKey};
use crate::report::{Problem, Report};

/// The features of a file by their key, and the units by theirs.
pub(crate) struct FileShapes<'a> {
    label: String,
    unit_key: UnitKey,
    by_key: BTreeMap<String, Vec<Option<&'a RawValue>>>,
    keyless: usize,
    keys: Keys,
}

/// The keys of all units of a run: one that two of them have names neither.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    counts: BTreeMap<String, usize>,
}

impl Keys {
    pub(crate) fn add(&mut self, unit: &Unit<'_>, by: UnitKey) {
        if let Some(key) = key_of(unit, by) {
            *self.counts.entry(key.to_owned()).or_default() += 1;
        }
    }
}

#[derive(Deserialize)]
struct Collection<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    crs: Option<serde_json::Value>,
    #[serde(borrow, default)]
    features: Vec<Feature<'a>>,
}

#[derive(Deserialize)]
struct Feature<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    geometry: Option<&'a RawValue>,
    #[serde(borrow, default)]
    properties: Option<BTreeMap<Cow<'a, str>, &'a RawValue>>,
}

impl<'a> FileShapes<'a> {
    /// Indexes the features of a FeatureCollection. `name` is the file's, without its folder.
    pub(crate) fn read(
        bytes: &'a [u8],
        name: &str,
        by: &Match,
        keys: Keys,
    ) -> Result<Self, String> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let collection: Collection<'a> = serde_json::from_slice(bytes)
            .map_err(|error| format!("no GeoJSON FeatureCollection: {error}"))?;
        if collection.kind != "FeatureCollection" {
            return Err(format!(
                "is a {:?}, expected a FeatureCollection",
                collection.kind
            ));
        }
        check_crs(collection.crs.as_ref())?;
        let mut by_key: BTreeMap<String, Vec<_>> = BTreeMap::new();
        let mut keyless = 0;
        for feature in &collection.features {
            let value = match &by.property {
                None => feature.id,
                Some(name) => feature
                    .properties
                    .as_ref()
                    .and_then(|properties| properties.get(name.as_str()).copied()),
            };
            match value.and_then(text_of) {
                Some(key) => by_key.entry(key).or_default().push(feature.geometry),
                None => keyless += 1,
            }
        }
        if by_key.is_empty() {
            return Err(match &by.property {
                None => "no feature has an id; name a property with match=code:PROPERTY".into(),
                Some(name) => format!(
                    "no feature has the property {name:?}{}",
                    known_properties(&collection)
                ),
            });
        }
        Ok(Self {
            label: format!("file:{name}"),
            unit_key: by.unit,
            by_key,
            keyless,
            keys,
        })
    }

    pub(super) fn of<'u>(&'u self, unit: &'u Unit<'u>) -> Result<Sourced<'u>, Missing> {
        let key = key_of(unit, self.unit_key).ok_or(Problem::WithoutKey)?;
        if self.keys.counts.get(key).is_some_and(|count| *count > 1) {
            return Err(Problem::DoubledUnit);
        }
        match self.by_key.get(key).map(Vec::as_slice) {
            Some([Some(geometry)]) => Ok((geometry, &self.label)),
            Some([None]) => Err(Problem::Empty),
            Some(_) => Err(Problem::DoubledFeature),
            None => Err(Problem::Unmatched),
        }
    }

    /// Reports what of the file no unit has.
    pub(crate) fn report_rest(&self, report: &mut Report) {
        for (key, features) in &self.by_key {
            if !self.keys.counts.contains_key(key) {
                report.feature(key, Problem::Unmatched);
            } else if features.len() > 1 {
                report.feature(key, Problem::DoubledFeature);
            }
        }
        for _ in 0..self.keyless {
            report.feature("", Problem::WithoutKey);
        }
    }
}

fn key_of<'u>(unit: &'u Unit<'_>, by: UnitKey) -> Option<&'u str> {
    match by {
        UnitKey::Id => Some(unit.id.as_str()),
        UnitKey::Code => unit.code.as_deref(),
        UnitKey::Name => unit.name.as_deref(),
    }
    .map(str::trim)
    .filter(|key| !key.is_empty())
}

/// A text as it is, a number digit by digit.
fn text_of(value: &RawValue) -> Option<String> {
    let text = match serde_json::from_str::<serde_json::Value>(value.get()).ok()? {
        serde_json::Value::String(text) => text,
        serde_json::Value::Number(_) => value.get().to_owned(),
        _ => return None,
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Only degrees on WGS 84 are DHIS2's own: RFC 7946, section 4, and its older way to say so.
fn check_crs(crs: Option<&serde_json::Value>) -> Result<(), String> {
    let Some(crs) = crs.filter(|crs| !crs.is_null()) else {
        return Ok(());
    };
    let name = crs["properties"]["name"].as_str().unwrap_or_default();
    if ["CRS84", "EPSG::4326", "EPSG:4326"]
        .iter()
        .any(|known| name.ends_with(known))
    {
        return Ok(());
    }
    Err(format!(
        "its coordinates are in {name:?}, expected degrees on WGS 84 (EPSG:4326)"
    ))
}

fn known_properties(collection: &Collection<'_>) -> String {
    let first = collection.features.first();
    let names: Vec<&str> = first
        .and_then(|feature| feature.properties.as_ref())
        .map(|properties| properties.keys().take(20).map(AsRef::as_ref).collect())
        .unwrap_or_default();
    if names.is_empty() {
        String::new()
    } else {
        format!(", the first has: {}", names.join(", "))
    }
}
