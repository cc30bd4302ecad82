//! Black-box tests of the binaries and of whole pipelines.
//!
//! One test binary with a module per subject: every further file would be linked again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests fail by panicking"
)]

mod catchments;
mod choosing;
mod compare;
mod conventions;
mod dependencies;
mod e2e;
mod every_tool;
mod fetching;
mod formats;
mod french;
mod hostile;
mod languages;
mod layout;
mod method;
mod odd_rasters;
mod packages;
mod pages;
mod partial_inputs;
mod pipes;
mod polygons;
mod push;
mod rake;
mod real_input;
mod reported_rasters;
mod reported_units;
mod review;
mod sample;
mod schemas;
mod standin;
mod support;
mod tables;
mod tiff;
mod to_table;
mod unattended;
mod values;
mod worldpop;
mod zonal_cases;
mod zonal_sum;
