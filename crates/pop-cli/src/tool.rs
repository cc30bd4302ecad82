//! The one way in which every tool starts and ends.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::builder::styling::Styles;

use crate::console::{TimePrefix, message};
use crate::help::AllowValue;
use crate::{AllowKind, CommonArgs, Console, ExitStatus, MIN_HELP_WIDTH, ToolError, interrupt};

/// Columns that `--help` never goes above, for reading.
const MAX_HELP_WIDTH: usize = 100;

/// A tool: its arguments, and what it does with them.
pub trait Tool: clap::Parser {
    /// The name of the binary, which stands in front of every message.
    const NAME: &'static str;

    /// What `--allow` of this tool can name; empty for a tool without it.
    const ALLOW_KINDS: &'static [AllowKind] = &[];

    /// The flags it shares with all others.
    fn common(&self) -> &CommonArgs;

    /// Does the work.
    ///
    /// # Errors
    /// Whatever ends the run; printed by [`tool_main`].
    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError>;
}

/// The whole `main` of a tool: parses arguments, runs it, prints what went wrong, gives its status.
#[must_use]
pub fn tool_main<T: Tool>() -> ExitCode {
    tool_main_with::<T>(std::env::args_os().collect())
}

/// The same with these arguments; the first is the name of the program.
#[must_use]
pub fn tool_main_with<T: Tool>(arguments: Vec<OsString>) -> ExitCode {
    install_panic_hook(T::NAME);
    interrupt::install(T::NAME);
    let parsed = command::<T>()
        .try_get_matches_from(arguments)
        .and_then(|mut matches| T::from_arg_matches_mut(&mut matches));
    let status = match parsed {
        Ok(tool) => run(&tool),
        Err(error) => explain_usage(T::NAME, &error),
    };
    match status {
        ExitStatus::Interrupted => interrupt::exit_code().into(),
        status => status.into(),
    }
}

/// The arguments of a tool with what all tools share: plain text, the width of the help, and the kinds of `--allow` with their meaning.
#[must_use]
pub fn command<T: Tool>() -> clap::Command {
    let columns = terminal_columns().unwrap_or(MAX_HELP_WIDTH);
    let command = T::command()
        .styles(Styles::plain())
        .term_width(columns.clamp(MIN_HELP_WIDTH, MAX_HELP_WIDTH));
    if T::ALLOW_KINDS.is_empty() {
        return command;
    }
    command.mut_arg("allow", |argument| {
        argument.value_parser(AllowValue {
            kinds: T::ALLOW_KINDS,
        })
    })
}

fn terminal_columns() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

fn run<T: Tool>(tool: &T) -> ExitStatus {
    let result =
        Console::new(T::NAME, tool.common()).and_then(|mut console| tool.run(&mut console));
    match result {
        Ok(status) => status,
        Err(error) => {
            let time = if tool.common().verbose {
                TimePrefix::Utc
            } else {
                TimePrefix::None
            };
            print_error(T::NAME, time, &error);
            error.status()
        }
    }
}

fn print_error(tool: &str, time: TimePrefix, error: &ToolError) {
    let mut text = message(tool, time, &error.to_string()) + "\n";
    for hint in error.hints() {
        text.push_str(&message(tool, time, &format!("hint: {hint}")));
        text.push('\n');
    }
    // A stderr that is closed leaves nobody to tell.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Help and version go to stdout with 0; anything else is a usage error under the tool's name.
fn explain_usage(tool: &str, error: &clap::Error) -> ExitStatus {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitStatus::Done;
    }
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let _ = write!(std::io::stderr().lock(), "{tool}: {text}");
    ExitStatus::Usage
}

#[allow(
    clippy::exit,
    reason = "a panic on any thread is our fault and ends the tool with its own status"
)]
fn install_panic_hook(tool: &'static str) {
    std::panic::set_hook(Box::new(move |panic| {
        let _ = writeln!(
            std::io::stderr().lock(),
            "{tool}: internal error: {panic}\n{tool}: hint: please report this, with the input if you may"
        );
        interrupt::remove_temporary_files();
        std::process::exit(i32::from(ExitStatus::Internal.code()));
    }));
}
