//! `rake`: see `rake::Rake`.

fn main() -> std::process::ExitCode {
    pop_cli::tool_main::<rake::Rake>()
}
