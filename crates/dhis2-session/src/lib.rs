//! DHIS2 on the command line: the flags that name a server, credentials, connecting, and how a
//! tool ends when the server fails it.
//!
//! Used by the tools that talk to DHIS2. The Web API client knows no command line, and the console
//! knows no DHIS2.

mod args;
mod data_sets;
mod terminal;

use pop_cli::{Console, ExitStatus, ToolError, interrupt};
use pop_dhis2::{ApiError, Server};
use pop_http::{Client, Outcome, RetryLog, RetryPolicy};

pub use args::ServerArgs;
use args::ServerArgsError;
pub use data_sets::show_data_sets;

/// Connects to the server that the flags name. Asks for credentials on the terminal if no file
/// is named: call it after stdin was read to its end. `-v` shows every retry.
///
/// # Errors
/// Flags that name no server; a server that cannot be reached, refuses us, or is not DHIS2.
pub fn connect(args: &ServerArgs, console: &Console) -> Result<Server, ToolError> {
    connect_with(args, RetryPolicy::default(), console)
}

/// [`connect`] with a retry policy of the tool's own.
///
/// # Errors
/// Those of [`connect`].
pub fn connect_with(
    args: &ServerArgs,
    retry: RetryPolicy,
    console: &Console,
) -> Result<Server, ToolError> {
    let mut options = args.options().map_err(|error| failure_of_args(&error))?;
    if let Some(path) = args.exposed_credentials() {
        console.warn(&format!(
            "{}: other users can read these credentials",
            path.display()
        ));
        console.hint(&format!("chmod 600 {}", path.display()));
    }
    options.retry = retry;
    options.retry_log = RetryLog::new(console.note_taker());
    options.interrupted = interrupt::requested;
    let client = Client::new(options).map_err(|error| failure_of_args(&error.into()))?;
    let server = Server::connect(client).map_err(|error| failure(&error))?;
    console.note(&format!(
        "{} runs DHIS2 {}, system {}",
        server.base_url(),
        server.version(),
        server.system_id()
    ));
    if let Some(warning) = server.untested_release() {
        console.warn(&warning);
    }
    Ok(server)
}

/// What the server is to a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerRole {
    /// Its answers are the tool's input.
    Source,
    /// The tool's input is a file that goes to it.
    Target,
}

impl ServerRole {
    /// The exit status of a run that the server fails before anything was written. An answer that cannot be read is a bad input where
    /// the server is the source, and where it is the target a server that does not do what it is asked: the file is not at fault.
    #[must_use]
    pub const fn status(self, outcome: Outcome) -> ExitStatus {
        match (outcome, self) {
            (Outcome::Unreachable, _) => ExitStatus::Unreachable,
            (Outcome::Refused, _) | (Outcome::BadAnswer, Self::Target) => ExitStatus::Refused,
            (Outcome::BadAnswer, Self::Source) => ExitStatus::Data,
        }
    }
}

/// The end of a tool that only reads: nothing can be half done.
#[must_use]
pub fn failure(error: &ApiError) -> ToolError {
    let status = match error {
        // Named on the command line.
        ApiError::Unknown { .. } | ApiError::Ambiguous { .. } => ExitStatus::Usage,
        ApiError::Output(_) => ExitStatus::Io,
        _ => ServerRole::Source.status(error.outcome()),
    };
    ToolError::new(status, error).hint_if_any(error.hint())
}

fn failure_of_args(error: &ServerArgsError) -> ToolError {
    let failure = if error.is_io() {
        ToolError::io(error)
    } else {
        ToolError::usage(error)
    };
    failure.hint(error.hint())
}
