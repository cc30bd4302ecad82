//! How failures of the server become the tool's.

use pop_cli::{ExitStatus, ToolError};
use pop_dhis2::ApiError;
use pop_http::Outcome;
use pop_http::args::ServerArgsError;

/// The end of the tool for a failure of the server. It only reads: nothing can be half done.
pub(crate) fn of_api(error: &ApiError) -> ToolError {
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

/// The end of the tool where the flags name no server to talk to.
pub(crate) fn of_args(error: &ServerArgsError) -> ToolError {
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
