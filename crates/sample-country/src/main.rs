//! `sample-country`: a small generated country.

fn main() -> std::process::ExitCode {
    sample_country::program::main(std::env::args_os().collect())
}
