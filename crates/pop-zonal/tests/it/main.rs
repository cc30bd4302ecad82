//! Coverage, sums and the balance, from outside the crate.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and read files and a clock"
)]

mod centre;
mod exact;
mod failure;
mod real;
mod support;
