//! `fetch-orgunits`: org units from DHIS2 as one GeoJSON FeatureCollection.
//!
//! Every unit that was asked for comes out, in the order of the tree, also those
//! without geometry, with the ancestors above them marked as context.

mod args;
mod compare;
mod geometry;
mod output;
mod report;
mod run;
mod survey;
mod unit_key;

pub use args::FetchOrgunits;
