//! The reader and the writer of rasters, from outside the crate.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and read files and a clock"
)]

mod fuzz;
mod gdal;
mod hostile;
mod one_strip;
mod real;
mod write;
