//! `headcount`: all programs in one, for packages.

fn main() -> std::process::ExitCode {
    manual::all_in_one(std::env::args_os().collect())
}
