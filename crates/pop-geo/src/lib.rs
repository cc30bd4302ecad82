//! Org units from and to GeoJSON, with geometry checks and repair.
//!
//! [`read_orgunits`] takes the bytes of a file as DHIS2 writes it (or one from elsewhere) and gives an [`OrgUnitSet`]: every unit of the
//! file in its order, each with a [`Shape`] that says what it covers. Polygons that come out as [`Shape::Area`] are valid.
//! [`FeatureWriter`] streams units the other way.

mod area;
mod changes;
mod crossing;
mod date;
mod hierarchy;
mod longitudes;
mod orgunit;
mod pieces;
mod problem;
mod read;
mod repair;
mod validity;
mod write;

pub use area::{Area, Bounds, Defect, Longitudes, Polygon, Repair, Ring, RingKind, signed_area};
pub use changes::{Change, UnitChange, changes};
pub use date::is_date;
pub use hierarchy::Hierarchy;
pub use longitudes::within_half_turn;
pub use orgunit::{Operation, OrgUnit, OrgUnitSet, Shape};
pub use pieces::{Piece, pieces};
pub use problem::GeometryProblem;
pub use read::{
    CrsReason, KeyedFeature, Limits, ReadError, ReadErrorKind, ReadOptions, TextPosition,
    read_keyed_features, read_orgunits,
};
pub use repair::repair;
pub use validity::crossing_test;
pub use write::{FeatureRecord, FeatureWriter, PolygonGeometry};
