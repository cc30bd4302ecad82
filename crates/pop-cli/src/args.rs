//! Flags that mean the same in every tool.

use std::path::PathBuf;

/// Flags that every tool has.
#[derive(Debug, Clone, clap::Args)]
pub struct CommonArgs {
    /// Where the stream goes; a file appears whole or not at all
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "-",
        help_heading = "Output"
    )]
    pub output: String,

    /// Write version, options and SHA-256 of every input and output as JSON
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub provenance: Option<String>,

    /// No summary line
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Messages")]
    pub quiet: bool,

    /// Explain the decisions taken; twice: with timings
    #[arg(short, long, action = clap::ArgAction::Count, help_heading = "Messages")]
    pub verbose: u8,

    /// No progress bar, also on a terminal
    #[arg(long, help_heading = "Messages")]
    pub no_progress: bool,
}

/// Flags by which a user consents to doubts, each kind by name.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ConsentArgs {
    /// Let pass doubts of one kind, at most MAX of them; repeatable
    #[arg(long, value_name = "KIND[=MAX]", help_heading = "Consent")]
    pub allow: Vec<String>,

    /// CSV with the columns unit, kind, reason: single doubts that may pass
    #[arg(long, value_name = "FILE", help_heading = "Consent")]
    pub exceptions: Option<PathBuf>,
}
