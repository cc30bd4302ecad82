//! `cross-orgunits`: see `cross_orgunits::CrossOrgunits`.

fn main() -> std::process::ExitCode {
    pop_cli::tool_main::<cross_orgunits::CrossOrgunits>()
}
