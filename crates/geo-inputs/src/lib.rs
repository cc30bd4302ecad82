//! Rasters as `zonal-sum` and `clip-raster` open them, checked for what is beside the file, and org units as they, `catchments` and
//! `cross-orgunits` read them, with the hint behind every refusal; and the arguments that these tools share.

mod args;
mod cell_size;
mod org_units;
mod outline;
mod raster;
mod repairs;
mod sidecar;

pub use args::{ThreadArgs, date};
pub use cell_size::{MAX_CELL_DEGREES, cell_size_mismatch};
pub use org_units::{
    BAD_GEOMETRY, UnitProperties, check_geometry, read_org_units, warn_of_units_without_level,
};
pub use outline::{outline_digest, warn_of_other_outlines, warn_of_unrecorded_outlines};
pub use raster::{INFINITE, InputRaster, NEGATIVE, raster_error, undeclared_nodata};
pub use repairs::{REPAIRED, is_repair_doubtful, note_repairs, warn_of_repairs};
pub use sidecar::Sidecar;

pub use rayon::ThreadPool;
