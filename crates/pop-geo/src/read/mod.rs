//! Reading units from GeoJSON.

mod error;

pub use error::ReadError;

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
    /// Points over all polygons: 16 bytes of memory each.
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

/// Reads the units of a file.
///
/// # Errors
/// [`ReadError`], with the number and the id of the feature it is about.
pub fn read_orgunits(bytes: &[u8], options: &ReadOptions) -> Result<OrgUnitSet, ReadError> {
    let _ = (bytes, options);
    Err(ReadError::Empty)
}
