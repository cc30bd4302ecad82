//! `review`: see `review::Review`.

fn main() -> std::process::ExitCode {
    pop_cli::tool_main::<review::Review>()
}
