//! What `--help` of every tool ends with, and how it lists the kinds of `--allow`.

use std::ffi::OsStr;
use std::fmt::Write as _;

use clap::builder::{PossibleValue, TypedValueParser};

use crate::{AllowKind, ExitStatus};

/// Columns that `--help` never goes below, so that no terminal breaks an example inside a command.
pub const MIN_HELP_WIDTH: usize = 80;

/// The headings of the closing lines of `--help`; man pages make sections of them.
pub const EXAMPLES_HEADING: &str = "Examples:";
/// See [`EXAMPLES_HEADING`].
pub const EXIT_STATUS_HEADING: &str = "Exit codes:";

/// Examples, then the exit statuses this tool can end with, as text for clap's `after_help`.
///
/// `examples` holds one command a line; a line that ends in `\` or `|` goes on in the next one.
/// Lines are at most [`MIN_HELP_WIDTH`] - 2 columns wide: a wrapped example is dangerous when it is pasted.
#[must_use]
pub fn after_help(examples: &str, statuses: &[ExitStatus]) -> String {
    let mut text = format!("{EXAMPLES_HEADING}\n");
    let mut is_continued = false;
    for line in examples.trim().lines().map(str::trim) {
        let indent = if is_continued { "      " } else { "  " };
        let _ = writeln!(text, "{indent}{line}");
        is_continued = line.ends_with(['\\', '|']);
    }
    let _ = writeln!(text, "\n{EXIT_STATUS_HEADING}");
    // Any tool can meet a fault of its own, and be interrupted.
    let mut statuses = statuses.to_vec();
    for status in [ExitStatus::Internal, ExitStatus::Interrupted] {
        if !statuses.contains(&status) {
            statuses.push(status);
        }
    }
    for status in statuses {
        let _ = writeln!(text, "  {:<4}{}", status.code(), status.meaning());
    }
    text.push_str("\nFormats and method: docs/formats.md, docs/method.md");
    text
}

/// Reads `KIND[=MAX]` as it is; lists the kinds for help and completions. [`crate::Consent`] judges the value.
#[derive(Debug, Clone)]
pub(crate) struct AllowValue {
    pub(crate) kinds: &'static [AllowKind],
}

impl TypedValueParser for AllowValue {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        clap::builder::StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = self
            .kinds
            .iter()
            .map(|kind| PossibleValue::new(kind.name).help(kind.help()));
        Some(Box::new(values))
    }
}
