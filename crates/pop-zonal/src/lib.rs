//! Exact coverage fractions, order-free sums and the balance.
//!
//! For each org unit and each raster: the sum over cells of people times the fraction of the cell that is inside the unit. In the order of
//! the work: [`CellTransform`] gives positions in cells, `outline` indexes the edges of a unit by bands of rows, `edges` turns them into
//! crossings of cells, `sweep` turns crossings into runs of cells with one fraction, `chunk_weights` says for whom each stretch of a chunk
//! counts, and [`sum_stack`] applies that to the chunks of every raster on the grid. [`Accumulator`] adds without regard to order.

mod accumulator;
mod balance;
mod balance_layers;
mod cell_transform;
mod centre;
mod chunk_cache;
mod chunk_source;
mod chunk_weights;
mod coverage;
mod coverage_check;
mod edges;
mod error;
mod first_failure;
mod fraction;
mod outline;
mod raster_band;
mod row_bands;
mod row_sum;
mod stack;
mod stack_sums;
mod sweep;
mod touched_cells;
mod weighted_sum;

pub use accumulator::Accumulator;
pub use balance::{LevelBalance, Overlap};
pub use balance_layers::{ActiveUnits, BalanceLayer, BalanceLayers};
pub use cell_transform::CellTransform;
pub use chunk_source::ChunkSource;
pub use coverage::CoverageMethod;
pub use error::SumError;
pub use raster_band::RasterBand;
pub use stack::{ReadScope, StackRaster, SumRequest, sum_stack};
pub use stack_sums::{OutlineArea, RasterSums, StackSums};
pub use touched_cells::touched_cells;
pub use weighted_sum::WeightedSum;
