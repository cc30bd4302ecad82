//! Messages for people, in the language they read.
//!
//! The texts are Fluent files (<https://projectfluent.org/fluent/guide/>) in `messages/`, one per language and named by its code
//! (`fr.ftl`), embedded when the crate is built: another language needs a file and no code, and one that
//! is not embedded can be read when a tool runs. A file also holds the signs that
//! numbers are written with. [`Language`] is chosen by flag or environment, [`Messages`] gives texts and numbers.

mod display;
mod language;
mod messages;
mod number;

pub use display::changes_display;
pub use language::{InvalidMessageFile, Language, UnknownLanguage};
pub use messages::{Arg, Messages};
