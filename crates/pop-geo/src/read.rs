//! Reading units from GeoJSON.
//!
//! Accepted are a FeatureCollection as DHIS2 writes it (`OrganisationUnitController.getGeoJson`) or as RFC 7946 has it, and features one
//! after another: one a line, or as a text sequence (RFC 8142).

mod coordinates;
mod crs;
mod cursor;
mod document;
mod error;
mod feature;
mod file_kind;
mod geometry;
mod identity;
mod number;
mod outline;
mod pages;
mod properties;
mod raw;
mod scan;
mod skeleton;

pub use error::{CrsReason, ReadError, ReadErrorKind, TextPosition};
pub use feature::KeyedFeature;

use std::collections::HashMap;

use crate::{OrgUnit, OrgUnitSet};

/// How to read a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// The property that holds the id, for files from elsewhere; by default the feature's `id`, else the property `id`.
    pub id_property: Option<String>,
    /// The property that holds the name, for files from elsewhere; by default `name`.
    pub name_property: Option<String>,
    /// Bounds on what is read.
    pub limits: Limits,
}

/// Bounds on what is read: over one of them is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Features.
    pub features: usize,
    /// Points over all geometries: 16 bytes of memory each.
    pub vertices: usize,
}

impl Default for Limits {
    /// 4 GiB, a million features, fifty million points.
    fn default() -> Self {
        Self {
            bytes: 4 << 30,
            features: 1_000_000,
            vertices: 50_000_000,
        }
    }
}

/// Reads the units of a file, checks their polygons and repairs those that have one right reading.
///
/// Work runs in rayon's current pool, unit by unit: the result does not depend on the number of threads.
///
/// # Errors
/// [`ReadError`], with the number and the id of the feature it is about. A feature that is not valid beside others that are, or a geometry
/// that cannot be used, is not an error here: see [`Shape::Bad`](crate::Shape::Bad).
pub fn read_orgunits(bytes: &[u8], options: &ReadOptions) -> Result<OrgUnitSet, ReadError> {
    let found = document::features(bytes, &options.limits, |text, range, positions, number| {
        feature::unit(text, range, positions, options, number)
    })?;
    let units = usable(found)?;
    let mut first: HashMap<&str, usize> = HashMap::with_capacity(units.len());
    for (index, unit) in units.iter().enumerate() {
        if let Some(earlier) = first.insert(&unit.id, index) {
            let kind = ReadErrorKind::DuplicateId {
                id: unit.id.clone(),
                first: earlier + 1,
            };
            return Err(ReadError {
                feature: Some(index + 1),
                ..ReadError::of_file(kind)
            });
        }
    }
    Ok(OrgUnitSet { units })
}

/// The units; where something is wrong with every feature, it is wrong with the file.
fn usable(found: Vec<feature::ReadUnit>) -> Result<Vec<OrgUnit>, ReadError> {
    if found.iter().all(|(_, error)| error.is_some()) {
        let first = found.into_iter().find_map(|(_, error)| error);
        return Err(first.unwrap_or(ReadError::of_file(ReadErrorKind::NoFeatures)));
    }
    Ok(found.into_iter().map(|(unit, _)| unit).collect())
}

/// Reads the features of a file with their geometries as they are, and the property that each is matched by; `None` for the feature's id.
///
/// # Errors
/// [`ReadError`], as for [`read_orgunits`]; features without a key, or with the same, are none.
pub fn read_keyed_features(
    bytes: &[u8],
    key_property: Option<&str>,
    limits: &Limits,
) -> Result<Vec<KeyedFeature>, ReadError> {
    document::features(bytes, limits, |text, range, positions, number| {
        feature::keyed(text, range, positions, key_property, number)
    })
}
