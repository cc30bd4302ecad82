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
mod geometry;
mod number;
mod split;

pub use error::{Place, ReadError, ReadFault};

use std::collections::HashMap;

use crate::OrgUnitSet;

/// How to read a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// The property that holds the id, for files from elsewhere; by default the feature's `id`, else the property `id`.
    pub id_property: Option<String>,
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
/// [`ReadError`], with the number and the id of the feature it is about. A geometry that cannot be taken at its word is no error here: see
/// [`Shape::Bad`](crate::Shape::Bad).
pub fn read_orgunits(bytes: &[u8], options: &ReadOptions) -> Result<OrgUnitSet, ReadError> {
    let units = document::units(bytes, options)?;
    let mut first: HashMap<&str, usize> = HashMap::with_capacity(units.len());
    for (index, unit) in units.iter().enumerate() {
        if let Some(earlier) = first.insert(&unit.id, index) {
            return Err(ReadError {
                feature: Some(index + 1),
                id: None,
                place: None,
                fault: ReadFault::DuplicateId {
                    id: unit.id.clone(),
                    first: earlier + 1,
                },
            });
        }
    }
    Ok(OrgUnitSet { units })
}
