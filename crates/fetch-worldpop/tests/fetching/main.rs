//! The tool against a server on loopback that answers as WorldPop's do, and misbehaves as they do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod archives;
mod catalogue;
mod downloads;
mod fixture;
mod locks;
mod mirrors;
mod resume;
mod server;
mod stac;
