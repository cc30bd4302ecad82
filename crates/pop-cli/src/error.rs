//! How a tool ends, and what it says when it ends badly.

use std::fmt;

/// The exit statuses of every tool. Scripts rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ExitStatus {
    /// Done. Doubts stand in the output itself and on stderr.
    Done = 0,
    /// A check found something, as `diff` does; nothing was written to a server.
    CheckFound = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// Input rejected, or a limit the user set was passed: no output.
    Data = 3,
    /// Local input or output failed.
    Io = 4,
    /// The server refused; nothing was written.
    Refused = 5,
    /// The server cannot be reached; nothing was written; try again.
    Unreachable = 6,
    /// Values may have been written: partial or unknown; run again to resume.
    Uncertain = 7,
    /// A fault of the tool itself.
    Internal = 70,
    /// Interrupted: 130 by Ctrl-C; `tool_main` gives 143 for SIGTERM, 129 for SIGHUP.
    Interrupted = 130,
}

impl ExitStatus {
    /// The number handed to the shell.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What the status means, in the words of every `--help`.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done; doubtful values are marked in the output and on stderr",
            Self::CheckFound => "a check found something; nothing was written to a server",
            Self::Usage => "usage",
            Self::Data => "input rejected, or a limit you set was passed; no output",
            Self::Io => "local input or output failed",
            Self::Refused => "the server refused; nothing was written",
            Self::Unreachable => "the server cannot be reached; nothing was written; try again",
            Self::Uncertain => "values may have been written; run again to resume",
            Self::Internal => "internal error",
            Self::Interrupted => "interrupted by Ctrl-C; 143 by SIGTERM, 129 by SIGHUP",
        }
    }
}

impl From<ExitStatus> for std::process::ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}

/// A failure that ends the tool: where it happened, what is wrong, what to do.
///
/// Printed as `tool: file: record: what is wrong`, then one `tool: hint: …` a line.
/// Texts are lower case, without a full stop, and give the values found and expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolError {
    status: ExitStatus,
    /// From the outermost (a file) to the innermost (a record).
    location: Vec<String>,
    message: String,
    hints: Vec<String>,
}

impl ToolError {
    /// A failure that ends the tool with `status`.
    #[must_use]
    pub fn new(status: ExitStatus, message: impl fmt::Display) -> Self {
        Self {
            status,
            location: Vec::new(),
            message: message.to_string(),
            hints: Vec::new(),
        }
    }

    /// The command line makes no sense (2).
    #[must_use]
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::new(ExitStatus::Usage, message)
    }

    /// Input rejected, or a limit of the user passed (3).
    #[must_use]
    pub fn data(message: impl fmt::Display) -> Self {
        Self::new(ExitStatus::Data, message)
    }

    /// Local input or output failed (4).
    #[must_use]
    pub fn io(message: impl fmt::Display) -> Self {
        Self::new(ExitStatus::Io, message)
    }

    /// The server refused and nothing was written (5).
    #[must_use]
    pub fn refused(message: impl fmt::Display) -> Self {
        Self::new(ExitStatus::Refused, message)
    }

    /// The server cannot be reached and nothing was written (6).
    #[must_use]
    pub fn unreachable(message: impl fmt::Display) -> Self {
        Self::new(ExitStatus::Unreachable, message)
    }

    /// Values may have been written (7).
    #[must_use]
    pub fn uncertain(message: impl fmt::Display) -> Self {
        Self::new(ExitStatus::Uncertain, message)
    }

    /// A fault of the tool itself (70).
    #[must_use]
    pub fn internal(message: impl fmt::Display) -> Self {
        Self::new(ExitStatus::Internal, format!("internal error: {message}"))
            .hint("please report this, with the input if you may")
    }

    /// Names the file the failure is in, as the outermost part of its location.
    #[must_use]
    pub fn in_file(mut self, file: impl fmt::Display) -> Self {
        let file = file.to_string();
        self.location
            .insert(0, if file == "-" { "stdin".into() } else { file });
        self
    }

    /// Names the record the failure is at, inside what was named so far.
    #[must_use]
    pub fn at(mut self, record: impl fmt::Display) -> Self {
        self.location.push(record.to_string());
        self
    }

    /// Adds a hint, printed on a line of its own.
    #[must_use]
    pub fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hints.push(hint.to_string());
        self
    }

    /// Adds a hint, if there is one.
    #[must_use]
    pub fn hint_if_any(self, hint: Option<impl fmt::Display>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// The status the tool ends with.
    #[must_use]
    pub const fn status(&self) -> ExitStatus {
        self.status
    }

    /// The hints, in the order they were added.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.hints
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.location {
            write!(f, "{part}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ToolError {}

/// Gives an error of a library the status it has for a tool.
pub trait ResultExt<T> {
    /// The input is at fault (3).
    ///
    /// # Errors
    /// When `self` is one.
    fn or_data(self) -> Result<T, ToolError>;
    /// The local system is at fault (4).
    ///
    /// # Errors
    /// When `self` is one.
    fn or_io(self) -> Result<T, ToolError>;
}

impl<T, E: fmt::Display> ResultExt<T> for Result<T, E> {
    fn or_data(self) -> Result<T, ToolError> {
        self.map_err(ToolError::data)
    }

    fn or_io(self) -> Result<T, ToolError> {
        self.map_err(ToolError::io)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_from_file_to_record() {
        let error = ToolError::data("exterior ring crosses itself")
            .at("feature 17 (O6uvpzGd5pu)")
            .in_file("orgunits.geojson");
        assert_eq!(
            error.to_string(),
            "orgunits.geojson: feature 17 (O6uvpzGd5pu): exterior ring crosses itself"
        );
    }

    #[test]
    fn the_dash_is_called_stdin() {
        assert_eq!(
            ToolError::data("empty").in_file("-").to_string(),
            "stdin: empty"
        );
    }
}
