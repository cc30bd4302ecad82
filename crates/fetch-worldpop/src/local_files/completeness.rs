//! Whether a file is a complete GeoTIFF.

use std::fs::File;

use pop_cli::ToolError;
use pop_raster::{CellWindow, Limits, RasterError, RasterFile};

/// Reads header and directories, and checks that every tile is inside the file: a truncated
/// download begins like a complete one.
///
/// # Errors
/// Data: not a raster, or a truncated one.
pub(crate) fn check_complete(source: File, file: &str) -> Result<(), ToolError> {
    let failure = |error: RasterError| {
        ToolError::data(format!("{file} is not a complete raster: {error}"))
            .hint_if_any(error.hint())
    };
    let raster = RasterFile::open(source, &Limits::default()).map_err(failure)?;
    let layout = raster.layout();
    let all = CellWindow {
        col: 0,
        row: 0,
        width: layout.width,
        height: layout.height,
    };
    for band in 0..raster.bands() {
        raster.check_stored(band, &all).map_err(failure)?;
    }
    Ok(())
}
