//! Conventions that all headcount tools share.
//!
//! A tool reads one stream, writes one stream, and says the rest on stderr. This
//! crate owns what that means: how a stream is named and opened ([`Console`]),
//! that outputs appear whole or not at all ([`Output`]), how a problem is worded
//! and with which status a tool ends ([`ToolError`], [`ExitStatus`]), how a user
//! consents to a doubt ([`Consent`]), and what a run leaves on record
//! (`--provenance`). It knows no word of the field.

mod args;
mod consent;
mod console;
mod error;
mod help;
mod input;
pub mod interrupt;
mod output;
mod part;
mod places;
mod progress;
mod provenance;
mod table;
mod text;
mod tool;

pub use args::{CommonArgs, ConsentArgs};
pub use consent::{Consent, Finding, Judgement, Kind};
pub use console::Console;
pub use error::{ExitStatus, ResultExt, ToolError};
pub use help::after_help;
pub use input::{InputData, InputFile};
pub use output::Output;
pub use part::{Fingerprint, PartFile};
pub use progress::Progress;
pub use provenance::sha256_hex;
pub use table::{Align, Table};
pub use text::{counted, display_safe, first_of, thousands};
pub use tool::{Tool, tool_main};

/// The version of all tools: they are released together.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
