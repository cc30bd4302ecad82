//! `to-datavalueset`: see `to_datavalueset::ToDataValueSet`.

fn main() -> std::process::ExitCode {
    pop_cli::tool_main::<to_datavalueset::ToDataValueSet>()
}
