//! The binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    pop_cli::tool_main::<zonal_sum::ZonalSum>()
}
