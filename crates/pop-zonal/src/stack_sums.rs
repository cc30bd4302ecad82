//! What a pass over a stack finds.

use std::collections::HashMap;

use pop_raster::CellCounts;

use crate::balance_layers::{BUCKETS, BalanceBucket, BalanceLayers};
use crate::chunk_cache::ChunkSummary;
use crate::chunk_weights::SumTarget;
use crate::weighted_sum::WeightedSum;

/// What one raster holds.
#[derive(Debug, Clone, Default)]
pub struct RasterSums {
    /// Per outline, as [`BalanceLayers::units`] numbers them.
    pub outlines: Vec<WeightedSum>,
    /// Per layer and [`BalanceBucket`].
    buckets: Vec<[WeightedSum; BUCKETS]>,
    /// People in two outlines of a layer.
    pub(crate) pairs: HashMap<(u32, u32, u32), WeightedSum>,
    /// Everybody in what was read.
    pub total: WeightedSum,
    /// Cells without a usable value, by rule.
    pub counts: CellCounts,
    /// Chunks that were read.
    pub chunks_read: usize,
}

impl RasterSums {
    pub(crate) fn new(layers: &BalanceLayers) -> Self {
        Self {
            outlines: vec![WeightedSum::default(); layers.outlines()],
            buckets: vec![Default::default(); layers.len()],
            ..Self::default()
        }
    }

    /// People in one bucket of the balance of a layer.
    pub(crate) fn bucket(&self, layer: usize, bucket: BalanceBucket) -> &WeightedSum {
        &self.buckets[layer][bucket as usize]
    }

    /// Takes in a chunk that no outline touches: everybody in it is outside, for every layer of the set of active units.
    pub(crate) fn add_untouched(
        &mut self,
        layers: &BalanceLayers,
        active_set: u32,
        chunk: &ChunkSummary,
    ) {
        for (layer, buckets) in layers.all().iter().zip(&mut self.buckets) {
            if layer.active_set == active_set {
                buckets[BalanceBucket::Outside as usize].merge(&chunk.total);
            }
        }
        self.add_total(chunk);
    }

    /// Takes in what the targets of a chunk got; those of layers of another set of active units do not count.
    pub(crate) fn add_targets(
        &mut self,
        layers: &BalanceLayers,
        active_set: u32,
        targets: &[SumTarget],
        sums: &[WeightedSum],
    ) {
        let counts = |layer: u32| layers.all()[layer as usize].active_set == active_set;
        for (target, sum) in targets.iter().zip(sums) {
            match *target {
                SumTarget::Outline(outline) => self.outlines[outline as usize].merge(sum),
                SumTarget::Bucket(layer, bucket) if counts(layer) => {
                    self.buckets[layer as usize][bucket as usize].merge(sum);
                }
                SumTarget::Pair(layer, a, b) if counts(layer) => {
                    self.pairs.entry((layer, a, b)).or_default().merge(sum);
                }
                SumTarget::Bucket(..) | SumTarget::Pair(..) => {}
            }
        }
    }

    /// Takes in a chunk's total and counts.
    pub(crate) fn add_total(&mut self, chunk: &ChunkSummary) {
        self.total.merge(&chunk.total);
        self.counts += chunk.counts;
        self.chunks_read += 1;
    }
}

/// The size of an outline on the grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutlineArea {
    /// Cells, wherever they lie.
    pub area: f64,
    /// Cells within the raster's extent.
    pub inside: f64,
}

/// Sums of all rasters of a stack, in their order, and the sizes of the outlines.
#[derive(Debug)]
pub struct StackSums {
    /// Per outline.
    pub sizes: Vec<OutlineArea>,
    /// Per raster.
    pub rasters: Vec<RasterSums>,
}
