//! Conventions that all headcount tools share.
//!
//! A tool reads one stream, writes one stream, and says the rest on stderr. This
//! crate owns what that means: how a stream is named and opened ([`Console`]),
//! that outputs appear whole or not at all ([`Output`]), how a problem is worded
//! and with which status a tool ends ([`ToolError`], [`ExitStatus`]), how a user
//! consents to a doubt ([`Consent`]), and what a run leaves on record
//! (`--provenance`). It knows no word of the field.

#[cfg(target_env = "musl")]
mod allocator;
mod args;
mod atomic_file;
mod consent;
mod console;
mod error;
mod exclusive_file;
mod hashing;
mod help;
mod input;
pub mod interrupt;
mod output;
mod output_name;

mod path_guard;
mod placing;
mod progress;
mod provenance;
mod table;
mod text;
mod tool;

pub use args::{CommonArgs, ConsentArgs};
pub use atomic_file::{AtomicFile, unwritable};
pub use consent::{
    AllowKind, AllowLimit, Consent, ExceptionEntry, Finding, Judgement, Refusal, read_exceptions,
    write_exceptions_draft,
};
pub use console::Console;
pub use error::{ExitStatus, ResultExt, ToolError};
pub use exclusive_file::open_exclusive;
pub use hashing::{Fingerprint, FingerprintReader, sha256_hex};
pub use help::{EXAMPLES_HEADING, EXIT_STATUS_HEADING, MIN_HELP_WIDTH, after_help};
pub use input::{InputData, InputFile, open_file, unreadable};
pub use output::Output;
pub use output_name::check_output_name;
pub use placing::move_into_place;
pub use progress::Progress;

pub use pop_messages::{Arg, Messages};
pub use table::{Column, Table};
pub use text::{by_number, counted, display_safe, paragraph, shortened_list, thousands};
pub use tool::{Tool, command, tool_main, tool_main_with};

/// The version of all tools: they are released together.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
