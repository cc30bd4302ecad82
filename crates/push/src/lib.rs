//! Show what a data value set would change in DHIS2, and with `--commit` write, prove and undo it.
//!
//! [`Push`] makes a [`plan`] and shows it; with `--commit` it goes on to write it ([`commit`]),
//! with a [`journal`] that is always ahead of the server and a [`receipt`] that says what was
//! read back.

pub mod answer;
mod args;
mod checks;
pub mod claim;
pub mod commit;
mod compare;
mod dry_run;
pub mod job;
pub mod journal;
mod labels;
mod levels;
pub mod outcome;
mod payload;
mod place;
pub mod plan;
mod planning;
mod predict;
pub mod receipt;
pub mod record;
pub mod refusal;
pub mod resume;
mod run;
pub mod session;
mod sheets;
mod signed;
mod table;
mod undo;
mod verify;
mod writing;

pub use args::Push;
