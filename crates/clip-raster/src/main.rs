//! Clips a population raster to org units.

fn main() -> std::process::ExitCode {
    pop_cli::tool_main::<clip_raster::ClipRaster>()
}
