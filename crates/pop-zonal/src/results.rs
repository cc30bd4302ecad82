//! What a pass over a stack finds.

use std::collections::HashMap;

use pop_raster::Tally;

use crate::known::Known;
use crate::layers::{Layers, PARTS, Part};
use crate::plan::Claim;
use crate::tally::Sum;

/// What one raster holds.
#[derive(Debug, Clone, Default)]
pub struct RasterSums {
    /// Per outline, as [`Layers::units`] numbers them.
    pub outlines: Vec<Sum>,
    /// Per layer and [`Part`].
    parts: Vec<[Sum; PARTS]>,
    /// People in two outlines of a layer.
    pub(crate) pairs: HashMap<(u32, u32, u32), Sum>,
    /// Everybody in what was read.
    pub total: Sum,
    /// Cells without a usable value, by rule.
    pub tally: Tally,
    /// Chunks that were read.
    pub chunks_read: usize,
}

impl RasterSums {
    pub(crate) fn new(layers: &Layers) -> Self {
        Self {
            outlines: vec![Sum::default(); layers.outlines()],
            parts: vec![Default::default(); layers.len()],
            ..Self::default()
        }
    }

    /// A part of the balance of a layer.
    #[must_use]
    pub fn part(&self, layer: usize, part: Part) -> &Sum {
        &self.parts[layer][part as usize]
    }

    /// Takes in a chunk that no outline touches: everybody in it is outside, for every layer of the standing.
    pub(crate) fn take_untouched(&mut self, layers: &Layers, standing: u32, chunk: &Known) {
        for (layer, parts) in layers.all().iter().zip(&mut self.parts) {
            if layer.standing == standing {
                parts[Part::Outside as usize].merge(&chunk.total);
            }
        }
        self.take_total(chunk);
    }

    /// Takes in what the claims of a chunk got; those of layers of another standing do not count.
    pub(crate) fn take_claims(
        &mut self,
        layers: &Layers,
        standing: u32,
        claims: &[Claim],
        sums: &[Sum],
    ) {
        let stands = |layer: u32| layers.all()[layer as usize].standing == standing;
        for (claim, sum) in claims.iter().zip(sums) {
            match *claim {
                Claim::Outline(outline) => self.outlines[outline as usize].merge(sum),
                Claim::Part(layer, part) if stands(layer) => {
                    self.parts[layer as usize][part as usize].merge(sum);
                }
                Claim::Pair(layer, a, b) if stands(layer) => {
                    self.pairs.entry((layer, a, b)).or_default().merge(sum);
                }
                Claim::Part(..) | Claim::Pair(..) => {}
            }
        }
    }

    /// Takes in a chunk's total and counts.
    pub(crate) fn take_total(&mut self, chunk: &Known) {
        self.total.merge(&chunk.total);
        self.tally += chunk.tally;
        self.chunks_read += 1;
    }
}

/// The size of an outline on the grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Cells, wherever they lie.
    pub area: f64,
    /// Cells within the raster's extent.
    pub inside: f64,
}

/// Sums of all rasters of a stack, in their order, and the sizes of the outlines.
#[derive(Debug)]
pub struct StackSums {
    /// Per outline.
    pub sizes: Vec<Size>,
    /// Per raster.
    pub rasters: Vec<RasterSums>,
}
