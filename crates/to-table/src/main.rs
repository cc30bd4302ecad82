//! `to-table`: see `to_table::ToTable`.

fn main() -> std::process::ExitCode {
    pop_cli::tool_main::<to_table::ToTable>()
}
