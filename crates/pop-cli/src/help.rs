//! The closing lines of every `--help`.

use std::fmt::Write as _;

use crate::ExitStatus;

/// Examples, then the exit statuses this tool can end with, as text for clap's `after_help`.
///
/// `examples` holds one command a line.
#[must_use]
pub fn after_help(examples: &str, statuses: &[ExitStatus]) -> String {
    let mut text = String::from("Examples:\n");
    for line in examples.trim().lines() {
        let _ = writeln!(text, "  {}", line.trim());
    }
    text.push_str("\nExit status:\n");
    for status in statuses {
        let _ = writeln!(text, "  {:<4}{}", status.code(), status.meaning());
    }
    text.push_str("\nFormats and method: docs/formats.md, docs/method.md");
    text
}
