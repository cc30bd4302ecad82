//! `fetch-worldpop`: WorldPop rasters into a folder, whole and verified, and a list of them.
//!
//! Which files there are, the catalogue says; what is in them, their names
//! (`pop-worldpop`). A lock file pins what was fetched, so that the same numbers can be
//! made again, from the network or from a copied folder.

mod address;
mod args;
mod catalogue;
mod download;
mod errand;
mod folder;
mod keeper;
mod listing;
mod lock;
mod mirror;
mod orders;
mod plan;
mod request;
mod resolve;
mod run;
mod server;
mod store;
mod sums;
mod survey;
mod task;
mod transfer;
mod wish;

pub use args::FetchWorldpop;
