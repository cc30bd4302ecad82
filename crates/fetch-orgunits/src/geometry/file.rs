//! Geometries in a file from elsewhere, matched to units by a key.

use std::collections::BTreeMap;

use geojson::Geometry;
use pop_cli::ToolError;
use pop_dhis2::org_units::Unit;
use pop_geo::{GeometryProblem, KeyedFeature, Limits, read_keyed_features};

use super::{Match, Missing, Sourced, UnitKey};
use crate::report::{Problem, Report};

/// The features of a file by their key, and the units by theirs.
pub(crate) struct FileShapes {
    label: String,
    unit_key: UnitKey,
    by_key: BTreeMap<String, Vec<Result<Option<Geometry>, GeometryProblem>>>,
    keyless: usize,
    keys: Keys,
}

/// The keys of all units of a run: one that two of them have stands for neither.
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

impl FileShapes {
    /// Indexes the features of a file. `name` is the file's, without its folder.
    pub(crate) fn read(
        bytes: &[u8],
        name: &str,
        by: &Match,
        keys: Keys,
    ) -> Result<Self, ToolError> {
        let features = read_keyed_features(bytes, by.property.as_deref(), &Limits::default())
            .map_err(|error| ToolError::data(&error).hint(error.hint()))?;
        let first_properties = property_names(&features);
        let mut by_key: BTreeMap<String, Vec<_>> = BTreeMap::new();
        let mut keyless = 0;
        for feature in features {
            match feature.key {
                Some(key) => by_key.entry(key).or_default().push(feature.geometry),
                None => keyless += 1,
            }
        }
        if by_key.is_empty() {
            return Err(without_keys(by.property.as_deref(), &first_properties));
        }
        Ok(Self {
            label: format!("file:{name}"),
            unit_key: by.unit,
            by_key,
            keyless,
            keys,
        })
    }

    pub(super) fn of(&self, unit: &Unit<'_>) -> Result<Sourced<'_>, Missing> {
        let key = key_of(unit, self.unit_key).ok_or(Problem::WithoutKey)?;
        if self.keys.counts.get(key).is_some_and(|count| *count > 1) {
            return Err(Problem::DuplicateUnit);
        }
        match self.by_key.get(key).map(Vec::as_slice) {
            Some([Ok(Some(geometry))]) => Ok((geometry.clone(), &self.label)),
            Some([Ok(None)]) => Err(Problem::Empty),
            Some([Err(_)]) => Err(Problem::Unreadable),
            Some(_) => Err(Problem::DuplicateFeature),
            None => Err(Problem::Unmatched),
        }
    }

    /// Reports what of the file no unit has.
    pub(crate) fn report_rest(&self, report: &mut Report) {
        for (key, features) in &self.by_key {
            if !self.keys.counts.contains_key(key) {
                report.feature(key, Problem::Unmatched);
            } else if features.len() > 1 {
                report.feature(key, Problem::DuplicateFeature);
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

fn without_keys(property: Option<&str>, properties: &[String]) -> ToolError {
    let Some(property) = property else {
        return ToolError::data("no feature has an id")
            .hint("name the property to match by: --geometry file:PATH,match=code:PROPERTY");
    };
    let found = if properties.is_empty() {
        "no properties".to_owned()
    } else {
        properties.join(", ")
    };
    ToolError::data(format!(
        "no feature has a value for the property {property:?}, found {found}"
    ))
    .hint("name the property to match by: --geometry file:PATH,match=code:PROPERTY")
}

/// The properties of the first feature.
fn property_names(features: &[KeyedFeature]) -> Vec<String> {
    let properties = features.first().map(|feature| feature.properties.keys());
    properties.into_iter().flatten().take(20).cloned().collect()
}
