//! Exact coverage fractions, order-free sums and the balance.
//!
//! For each org unit and each raster: the sum over cells of people times the share of the cell that lies inside the unit. The work is
//! divided into nouns: [`Lattice`] says where cells lie, an outline files a unit's rings under bands of rows, edges become
//! crossings of cells, sweeps turn those into runs of cells with one share, a plan says for whom each stretch of a chunk counts, and
//! [`sum_stack`] applies it to the chunks of every raster on the grid. [`Exact`] adds without regard to order.

mod balance;
mod band;
mod centre;
mod check;
mod edges;
mod error;
mod exact;
mod first_failure;
mod known;
mod lattice;
mod layers;
mod outline;
mod plan;
mod raster;
mod results;
mod row_sum;
mod share;
mod source;
mod stack;
mod sweep;
mod tally;
mod touched;

pub use balance::{LevelBalance, Overlap};
pub use band::Method;
pub use error::Failure;
pub use exact::Exact;
pub use lattice::Lattice;
pub use layers::{Layer, Layers, Part, Standing};
pub use raster::RasterBand;
pub use results::{RasterSums, Size, StackSums};
pub use source::{CellSource, Chunks, Order};
pub use stack::{Dated, Reach, Request, sum_stack};
pub use tally::Sum;
pub use touched::touched;
