//! `population-metadata`: see `population_metadata::PopulationMetadata`.

fn main() -> std::process::ExitCode {
    pop_cli::tool_main::<population_metadata::PopulationMetadata>()
}
