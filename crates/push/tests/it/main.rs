//! `push` against the stand-in server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests fail by panicking"
)]

mod basics;
mod claims;
mod faults;
mod plans;
mod test_server;
