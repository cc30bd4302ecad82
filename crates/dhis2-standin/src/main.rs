//! `dhis2-standin`: a local server that answers as DHIS2 does.

fn main() -> std::process::ExitCode {
    dhis2_standin::program::main(std::env::args_os().collect())
}
