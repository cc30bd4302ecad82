//! Geometries in a file from elsewhere, matched to units by a key.

use std::collections::BTreeMap;

use geojson::Geometry;
use pop_cli::{ToolError, counted};
use pop_dhis2::org_units::Unit;
use pop_geo::{GeometryProblem, KeyedFeature, Limits, read_keyed_features};

use super::key::{KeyComparison, NearKeys, examples};
use super::{Match, Sourced};
use crate::report::{Problem, Report};
use crate::unit_key::UnitKey;

/// The features of a file by their key, and the units by theirs.
pub(crate) struct FileShapes {
    label: String,
    by: Match,
    features: BTreeMap<String, Vec<Shape>>,
    keyless: usize,
    units: UnitKeys,
}

/// A feature's key as it is written, and its geometry.
struct Shape {
    key: String,
    geometry: Result<Option<Geometry>, GeometryProblem>,
}

/// The keys of all units of a run: one that two of them have stands for neither.
#[derive(Debug, Default)]
pub(crate) struct UnitKeys {
    counts: BTreeMap<String, usize>,
}

impl UnitKeys {
    pub(crate) fn add(&mut self, unit: &Unit<'_>, by: &Match) {
        if let Some(key) = key_of(unit, by) {
            *self.counts.entry(key).or_default() += 1;
        }
    }
}

impl FileShapes {
    /// Indexes the features of a file. `name` is the file's, without its folder.
    pub(crate) fn read(
        bytes: &[u8],
        name: &str,
        by: &Match,
        units: UnitKeys,
    ) -> Result<Self, ToolError> {
        let found = read_keyed_features(bytes, by.property.as_deref(), &Limits::default())
            .map_err(|error| ToolError::data(&error).hint(error.hint()))?;
        let first_properties = property_names(&found);
        let mut features: BTreeMap<String, Vec<Shape>> = BTreeMap::new();
        let mut keyless = 0;
        for feature in found {
            let geometry = feature.geometry;
            match feature.key {
                Some(key) => {
                    let form = by.comparison.form(&key);
                    features
                        .entry(form)
                        .or_default()
                        .push(Shape { key, geometry });
                }
                None => keyless += 1,
            }
        }
        if features.is_empty() {
            return Err(without_keys(by.property.as_deref(), &first_properties));
        }
        let shapes = Self {
            label: format!("file:{name}"),
            by: by.clone(),
            features,
            keyless,
            units,
        };
        shapes.check_some_match()?;
        Ok(shapes)
    }

    /// Refuses a file of which no feature matches a unit.
    fn check_some_match(&self) -> Result<(), ToolError> {
        let mut keys = self.units.counts.keys();
        if keys.any(|key| self.features.contains_key(key)) {
            return Ok(());
        }
        let by = self.by.unit.word();
        let units = self.units.counts.keys().map(String::as_str);
        let features = self.keys();
        let property = self.by.property.as_deref().unwrap_or("id");
        let error = ToolError::data(format!(
            "no feature matches an org unit: the units have the {by} {}, the features the {property} {}",
            examples(units.clone()),
            examples(features.clone()),
        ));
        let near = NearKeys::new(features, self.units.counts.len());
        let misses = units
            .filter_map(|unit| Some((unit, near.nearest(unit)?)))
            .count();
        Err(
            if self.by.comparison == KeyComparison::Exact && misses > 0 {
                error.hint(format!(
                    "near misses: {}; --loose-match ignores case, accents, blanks and punctuation",
                    counted(misses, "unit")
                ))
            } else {
                error.hint("check the property and what it is matched with: match=code:PROPERTY, match=name:PROPERTY or match=id:PROPERTY")
            },
        )
    }

    /// The keys of all features, as they are written.
    fn keys(&self) -> impl Iterator<Item = &str> + Clone {
        let features = self.features.values().flatten();
        features.map(|feature| feature.key.as_str())
    }

    pub(super) fn of(&self, unit: &Unit<'_>) -> Result<Sourced<'_>, Problem> {
        let key = key_of(unit, &self.by).ok_or(Problem::WithoutKey)?;
        if self.units.counts.get(&key).is_some_and(|count| *count > 1) {
            return Err(Problem::DuplicateUnit);
        }
        let features = self.features.get(&key).ok_or(Problem::Unmatched)?;
        let [feature] = features.as_slice() else {
            return Err(Problem::DuplicateFeature);
        };
        match &feature.geometry {
            Ok(Some(geometry)) => Ok((geometry.clone(), &self.label)),
            Ok(None) => Err(Problem::Empty),
            Err(_) => Err(Problem::Unreadable),
        }
    }

    /// Reports what of the file no unit has, and which of it may be meant for units without a match.
    pub(crate) fn report_rest(&self, report: &mut Report) {
        let unused = self.features.iter();
        let unused = unused.filter(|(form, _)| !self.units.counts.contains_key(*form));
        let unused: Vec<&Shape> = unused.flat_map(|(_, features)| features).collect();
        let keys = unused.iter().map(|feature| feature.key.as_str());
        let near = NearKeys::new(keys, report.unmatched());
        report.set_near_misses(self.by.unit, |key| near.nearest(key));
        for feature in unused {
            report.feature(&feature.key, Problem::Unmatched);
        }
        for (form, features) in &self.features {
            if let ([first, _, ..], true) =
                (features.as_slice(), self.units.counts.contains_key(form))
            {
                report.feature(&first.key, Problem::DuplicateFeature);
            }
        }
        for _ in 0..self.keyless {
            report.feature("", Problem::WithoutKey);
        }
    }
}

/// What a unit is matched by, in the form in which it is compared.
fn key_of(unit: &Unit<'_>, by: &Match) -> Option<String> {
    let key = match by.unit {
        UnitKey::Id => Some(unit.id.as_str()),
        UnitKey::Code => unit.code.as_deref(),
        UnitKey::Name => unit.name.as_deref(),
    };
    key.map(|key| by.comparison.form(key))
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
