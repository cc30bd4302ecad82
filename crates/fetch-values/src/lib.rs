//! `fetch-values`: the data values that DHIS2 stores, as one data value set.

mod args;
mod run;

pub use args::FetchValues;
