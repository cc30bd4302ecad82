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

    /// Explain the decisions taken, with the time (UTC) in front of each message
    #[arg(short, long, overrides_with = "verbose", help_heading = "Messages")]
    pub verbose: bool,

    /// No progress bar, also on a terminal
    #[arg(long, help_heading = "Messages")]
    pub no_progress: bool,
}

/// Flags that allow findings, each kind by name.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ConsentArgs {
    /// Allow findings of this kind, at most MAX of them; repeatable
    #[arg(long, value_name = "KIND[=MAX]", help_heading = "Consent")]
    pub allow: Vec<String>,

    /// Allow single findings: a CSV file with the columns unit, kind, reason
    #[arg(long, value_name = "FILE", help_heading = "Consent")]
    pub exceptions: Option<PathBuf>,
}
