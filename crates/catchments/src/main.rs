//! The `catchments` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    pop_cli::tool_main::<catchments::Catchments>()
}
