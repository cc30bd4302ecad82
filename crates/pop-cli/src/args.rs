//! Flags that mean the same in every tool.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, TypedValueParser};
use pop_messages::{Language, UnknownLanguage};

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

    /// Language of tables, pages and summaries: a code, or a message file such as pt.ftl [default: that of LC_ALL, LC_MESSAGES or LANG,
    /// else en]
    #[arg(long, value_name = "LANGUAGE", value_parser = LanguageValue, help_heading = "Messages")]
    pub lang: Option<String>,
}

/// Reads the name of a language or of a message file; lists the languages for help and completions.
#[derive(Debug, Clone)]
struct LanguageValue;

/// What the name of a message file ends with.
pub(crate) const MESSAGE_FILE: &str = ".ftl";

impl TypedValueParser for LanguageValue {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let known = |text: &str| -> Result<String, UnknownLanguage> {
            if !text.ends_with(MESSAGE_FILE) {
                text.parse::<Language>()?;
            }
            Ok(text.to_owned())
        };
        known.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Language::codes().map(PossibleValue::new)))
    }
}

/// Flags that allow findings, each kind by name.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ConsentArgs {
    /// Allow findings of this kind, at most MAX of them (or what the kind says of MAX); repeatable
    #[arg(long, value_name = "KIND[=MAX]", help_heading = "Consent")]
    pub allow: Vec<String>,

    /// Allow single findings: a CSV file with the columns unit, kind, reason
    #[arg(long, value_name = "FILE", help_heading = "Consent")]
    pub exceptions: Option<PathBuf>,
}
