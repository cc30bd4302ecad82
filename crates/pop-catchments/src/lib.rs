//! Catchments of point facilities: each part of an area to the facility that is nearest on the WGS84 ellipsoid.
//!
//! [`partition`] takes areas with their sites (a [`PartitionTask`] for each parent) and gives the polygons of every site's catchment, and of what no
//! site serves. What comes out of one task tiles its area: borders are drawn once and shared, so that neighbours have the same vertices.
//! The nearest site is that of the shortest straight chord through the earth, which orders sites as the geodesic does.

mod arrangement;
mod bisector;
mod ellipsoid;
mod error;
mod labels;
mod limit;
mod line;
mod line_index;
mod neighbours;
mod network;
mod options;
mod outside;
mod partition;
mod regions;
mod rounded;
mod same_place;
mod shared_outlines;
mod subdivision;
mod tessellation;
mod vector;

pub use ellipsoid::geodesic_distance;
pub use error::CatchmentError;
pub use options::PartitionOptions;
pub use outside::metres_outside;
pub use partition::{PartitionTask, PartitionedAreas, partition};
pub use rounded::rounded;
pub use same_place::same_place;

/// Longitude and latitude in degrees.
pub type Position = [f64; 2];
