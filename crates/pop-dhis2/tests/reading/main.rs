//! Reading from every release: org units and the metadata document.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod metadata;
mod org_units;
mod server;
mod setup;
