//! `compare`: see `compare::Compare`.

fn main() -> std::process::ExitCode {
    pop_cli::tool_main::<compare::Compare>()
}
