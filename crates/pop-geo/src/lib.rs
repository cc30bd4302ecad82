//! Org units from and to GeoJSON, with geometry checks and repair.
//!
//! [`read_orgunits`] takes the bytes of a file as DHIS2 writes it (or one from elsewhere) and gives an [`OrgUnitSet`]: every unit of the
//! file in its order, each with a [`Shape`] that says what it covers. Polygons that come out as [`Shape::Area`] are sound.
//! [`FeatureWriter`] streams units the other way.

mod area;
mod changes;
mod crossing;
mod date;
mod degrees;
mod hierarchy;
mod orgunit;
mod problem;
mod read;
mod repair;
mod sound;
mod write;

pub use area::{Area, Bounds, Longitudes, Polygon, Ring, RingKind, signed_area};
pub use changes::{Change, UnitChange, changes};
pub use date::is_date;
pub use hierarchy::Hierarchy;
pub use orgunit::{OrgUnit, OrgUnitSet, Shape};
pub use problem::GeometryProblem;
pub use read::{Limits, Place, ReadError, ReadFault, ReadOptions, read_orgunits};
pub use repair::{Fault, Repair, repair};
pub use sound::crossing_test;
pub use write::{FeatureRecord, FeatureWriter};
