//! How a tool opens a DHIS2 server, and how it ends where the server fails it.
//!
//! What the tools that read from DHIS2 share between the Web API client, which knows no command
//! line, and the console, which knows no DHIS2.

use pop_cli::{Console, ExitStatus, ToolError};
use pop_dhis2::{ApiError, Server};
use pop_http::args::{ServerArgs, ServerArgsError};
use pop_http::{Client, Outcome, RetryLog};

/// Connects to the server that the flags name. Asks for credentials on the terminal where no file
/// is named: call it after stdin was read to its end. What is tried again is said with `-v`.
///
/// # Errors
/// Flags that name no server, and a server that is out of reach, refuses us, or is no DHIS2.
pub fn connect(args: &ServerArgs, console: &Console) -> Result<Server, ToolError> {
    let mut options = args.options().map_err(|error| failure_of_args(&error))?;
    options.retry_log = RetryLog::new(console.note_taker());
    let client = Client::new(options).map_err(|error| failure_of_args(&error.into()))?;
    let server = Server::connect(client).map_err(|error| failure(&error))?;
    console.note(&format!(
        "{} runs DHIS2 {}",
        server.base_url(),
        server.version()
    ));
    if let Some(doubt) = server.doubt() {
        console.warn(&doubt);
    }
    Ok(server)
}

/// The end of a tool that only reads: nothing can be half done.
#[must_use]
pub fn failure(error: &ApiError) -> ToolError {
    let status = match (error, error.outcome()) {
        // Named on the command line.
        (ApiError::Unknown { .. } | ApiError::Ambiguous { .. }, _) => ExitStatus::Usage,
        (ApiError::Output(_), _) => ExitStatus::Io,
        (_, Outcome::Unreachable) => ExitStatus::Unreachable,
        (_, Outcome::Refused) => ExitStatus::Refused,
        (_, Outcome::BadAnswer) => ExitStatus::Data,
    };
    with_hint(ToolError::new(status, error), error.remedy())
}

fn failure_of_args(error: &ServerArgsError) -> ToolError {
    let failure = if error.is_io() {
        ToolError::io(error)
    } else {
        ToolError::usage(error)
    };
    with_hint(failure, error.remedy())
}

fn with_hint(failure: ToolError, hint: Option<impl std::fmt::Display>) -> ToolError {
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
