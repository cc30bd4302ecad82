//! Rasters and org units as `zonal-sum` and `clip-raster` read them: opened, checked for what is beside the file, and with the hint
//! behind every refusal.

mod org_units;
mod raster;
mod sidecar;
mod thread_pool;

pub use org_units::{BAD_GEOMETRY, UnitProperties, check_geometry, read_org_units};
pub use raster::{INFINITE, InputRaster, NEGATIVE, raster_error};
pub use sidecar::Sidecar;
pub use thread_pool::thread_pool;

pub use rayon::ThreadPool;
