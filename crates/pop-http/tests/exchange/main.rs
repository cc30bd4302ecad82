//! The client against servers that answer what a script says, byte by byte.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod answers;
mod hostile;
mod proxy;
mod redirects;
mod retries;
mod scripted;
mod secrets;
mod tls;
