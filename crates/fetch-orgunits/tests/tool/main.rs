//! The tool as a user runs it, against servers of every release and of none.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod failures;
mod fetching;
mod geometry;
mod large;
mod running;
