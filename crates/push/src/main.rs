//! `push`: the plan, and with --commit the import and its receipt.

fn main() -> std::process::ExitCode {
    pop_cli::tool_main::<push::Push>()
}
