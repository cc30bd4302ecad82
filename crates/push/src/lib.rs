//! Show what a data value set would change in DHIS2, and with `--commit` write, prove and undo it.
//!
//! The stations of a run: the [`payload`] is read, a [`plan`] made and shown; with `--commit` the
//! [`commit`] writes it, with a [`journal`] that is always ahead of the server and a [`receipt`]
//! that says what was read back. [`verify`] compares a receipt with the server, [`undo`] takes
//! its values back.

mod args;
mod commit;
mod job;
mod journal;
mod labels;
mod outcome;
mod payload;
mod plan;
mod receipt;
mod record;
mod run;
mod run_files;
mod session;
mod undo;
mod verify;

pub use args::Push;
