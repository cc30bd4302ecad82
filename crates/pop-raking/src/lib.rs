//! Raking: sums per org unit fitted to official totals.
//!
//! Everything here is values in and values out: no file, no network, no clock.

pub mod fit;
