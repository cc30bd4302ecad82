//! The `fetch-values` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    pop_cli::tool_main::<fetch_values::FetchValues>()
}
