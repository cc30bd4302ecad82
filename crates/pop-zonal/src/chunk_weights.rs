//! The weights of a chunk: which stretches of which row count for whom, worked out once and used for every raster on the grid.

use std::collections::HashMap;
use std::ops::Range;

use crate::accumulator::Accumulator;
use crate::balance_layers::{BalanceBucket, BalanceLayers};
use crate::coverage::SortedRuns;
use crate::fraction::{self, Fraction, ONE};
use crate::row_sum::{self, Sample, TooManyPeople};
use crate::sweep::Run;
use crate::weighted_sum::WeightedSum;

/// Whom a stretch of cells counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum SumTarget {
    /// An outline.
    Outline(u32),
    /// A part of the balance of a layer.
    Bucket(u32, BalanceBucket),
    /// People whom two outlines share, in a layer.
    Pair(u32, u32, u32),
}

/// One stretch of a row, between two of its cuts, and whom it counts for.
#[derive(Debug, Clone, Copy)]
struct Weight {
    /// Index of the first cut and of the cut after the last, within the row's.
    from: u32,
    to: u32,
    /// Index into the plan's targets.
    target: u32,
    fraction: Fraction,
}

/// Which cuts and weights belong to one row.
#[derive(Debug, Clone, Copy)]
struct Row {
    cuts_end: u32,
    weights_end: u32,
}

/// All stretches of a chunk.
#[derive(Debug, Default)]
pub(crate) struct ChunkWeights {
    rows: Vec<Row>,
    /// Columns where some weight begins or ends, ascending within each row, the chunk's own edges included.
    cuts: Vec<u32>,
    weights: Vec<Weight>,
    /// Whom the weights count for.
    pub(crate) targets: Vec<SumTarget>,
}

/// Working memory of [`WeightsBuilder::plan`].
#[derive(Debug)]
pub(crate) struct WeightsBuilder<'a> {
    layers: &'a BalanceLayers,
    width: usize,
    /// Bit per column: a cut before it.
    marks: Vec<u64>,
    /// Index of a column's cut, where there is one.
    rank: Vec<u32>,
    /// Per layer: change of the summed fractions at each column.
    change: Vec<Vec<i128>>,
    /// Slots of targets in the plan under way: of outlines, and of the rest.
    outline_slots: Vec<u32>,
    slots: HashMap<SumTarget, u32>,
}

/// An outline that has no slot yet.
const NONE: u32 = u32::MAX;

impl<'a> WeightsBuilder<'a> {
    pub(crate) fn new(layers: &'a BalanceLayers, width: usize) -> Self {
        Self {
            layers,
            width,
            marks: vec![0; width / 64 + 1],
            rank: vec![0; width + 1],
            change: vec![vec![0; width + 1]; layers.len()],
            outline_slots: vec![NONE; layers.outlines()],
            slots: HashMap::new(),
        }
    }

    /// Plans `rows` of a band's chunk column.
    pub(crate) fn plan(
        &mut self,
        filed: &SortedRuns,
        chunk: u32,
        rows: Range<u32>,
    ) -> ChunkWeights {
        let mut plan = ChunkWeights::default();
        self.outline_slots.fill(NONE);
        self.slots.clear();
        let base = filed.first_column(chunk);
        for row in rows {
            self.row(&mut plan, filed.row(chunk, row), base);
        }
        plan
    }

    fn row(&mut self, plan: &mut ChunkWeights, runs: &[Run], base: u32) {
        let first_cut = plan.cuts.len();
        self.mark(runs, base);
        self.collect_cuts(plan);
        for run in runs {
            let (start, end) = ((run.start - base) as usize, (run.end - base) as usize);
            let weight = Weight {
                from: self.rank[start],
                to: self.rank[end],
                target: self.outline_slot(plan, run.outline),
                fraction: run.fraction,
            };
            plan.weights.push(weight);
            for &layer in self.layers.of(run.outline) {
                let change = &mut self.change[layer as usize];
                change[start] += i128::from(run.fraction);
                change[end] -= i128::from(run.fraction);
            }
        }
        for layer in 0..self.layers.len() {
            self.balance(plan, layer, first_cut, runs, base);
        }
        plan.rows.push(Row {
            cuts_end: plan.cuts.len() as u32,
            weights_end: plan.weights.len() as u32,
        });
    }

    fn mark(&mut self, runs: &[Run], base: u32) {
        self.marks.fill(0);
        let mut mark = |column: usize| self.marks[column / 64] |= 1 << (column % 64);
        mark(0);
        mark(self.width);
        for run in runs {
            mark((run.start - base) as usize);
            mark((run.end - base) as usize);
        }
    }

    fn collect_cuts(&mut self, plan: &mut ChunkWeights) {
        let mut rank = 0;
        for (index, &word) in self.marks.iter().enumerate() {
            let mut word = word;
            while word != 0 {
                let column = index * 64 + word.trailing_zeros() as usize;
                word &= word - 1;
                self.rank[column] = rank;
                rank += 1;
                plan.cuts.push(column as u32);
            }
        }
    }

    fn outline_slot(&mut self, plan: &mut ChunkWeights, outline: u32) -> u32 {
        let slot = &mut self.outline_slots[outline as usize];
        if *slot == NONE {
            *slot = plan.targets.len() as u32;
            plan.targets.push(SumTarget::Outline(outline));
        }
        *slot
    }

    fn slot(&mut self, plan: &mut ChunkWeights, target: SumTarget) -> u32 {
        *self.slots.entry(target).or_insert_with(|| {
            plan.targets.push(target);
            plan.targets.len() as u32 - 1
        })
    }

    /// Finds where the fractions of a layer do not add up to 1, and files what is missing or too much.
    fn balance(
        &mut self,
        plan: &mut ChunkWeights,
        layer: usize,
        first_cut: usize,
        runs: &[Run],
        base: u32,
    ) {
        let one = i128::from(ONE);
        let mut sum = 0;
        let count = plan.cuts.len() - first_cut;
        let number = layer as u32;
        for index in 0..count - 1 {
            let column = plan.cuts[first_cut + index] as usize;
            sum += std::mem::take(&mut self.change[layer][column]);
            if sum == one {
                continue;
            }
            let stretch = (index as u32, index as u32 + 1);
            if sum > one {
                let surplus = sum - one;
                self.file(
                    plan,
                    stretch,
                    SumTarget::Bucket(number, BalanceBucket::MoreThanOnce),
                    surplus,
                );
                let pairs = self
                    .layers
                    .pairs(number, runs, base + column as u32, surplus);
                for (a, b, fraction) in pairs {
                    self.file(
                        plan,
                        stretch,
                        SumTarget::Pair(number, a, b),
                        i128::from(fraction),
                    );
                }
            } else {
                let missing = (one - sum) as Fraction;
                let parts = self
                    .layers
                    .split(number, runs, base + column as u32, missing);
                for (part, fraction) in parts {
                    self.file(
                        plan,
                        stretch,
                        SumTarget::Bucket(number, part),
                        i128::from(fraction),
                    );
                }
            }
        }
        self.change[layer][self.width] = 0;
    }

    /// Adds a weight, joined to the one before where it continues it; fractions above 1 are several whole ones and a rest.
    fn file(
        &mut self,
        plan: &mut ChunkWeights,
        stretch: (u32, u32),
        target: SumTarget,
        mut fraction: i128,
    ) {
        let target = self.slot(plan, target);
        while fraction > 0 {
            let part = fraction.min(i128::from(ONE)) as Fraction;
            fraction -= i128::from(part);
            if let Some(last) = plan.weights.last_mut()
                && fraction == 0
                && last.target == target
                && last.fraction == part
                && last.to == stretch.0
            {
                last.to = stretch.1;
                continue;
            }
            plan.weights.push(Weight {
                from: stretch.0,
                to: stretch.1,
                target,
                fraction: part,
            });
        }
    }
}

/// Working memory of [`ChunkWeights::apply`].
#[derive(Debug, Default)]
pub(crate) struct PrefixSums {
    people: Vec<i128>,
    cells: Vec<u32>,
    rests: Vec<(u32, Accumulator)>,
}

impl ChunkWeights {
    /// The weights of a chunk that nobody counts.
    pub(crate) fn bare(width: usize, height: usize) -> Self {
        let row = |row: usize| Row {
            cuts_end: 2 * (row as u32 + 1),
            weights_end: 0,
        };
        Self {
            rows: (0..height).map(row).collect(),
            cuts: [0, width as u32].repeat(height),
            ..Self::default()
        }
    }

    /// Sums the chunk's samples (row-major, `width` a row) for every target, and in total.
    pub(crate) fn apply<T: Sample>(
        &self,
        samples: &[T],
        width: usize,
        prefixes: &mut PrefixSums,
    ) -> Result<(Vec<WeightedSum>, WeightedSum), TooManyPeople> {
        let mut sums = vec![WeightedSum::default(); self.targets.len()];
        let mut total = WeightedSum::default();
        let (mut cut, mut weight) = (0, 0);
        for (row, values) in self.rows.iter().zip(samples.chunks_exact(width.max(1))) {
            let cuts = &self.cuts[cut..row.cuts_end as usize];
            let weights = &self.weights[weight..row.weights_end as usize];
            (cut, weight) = (row.cuts_end as usize, row.weights_end as usize);
            prefixes.fill(values, cuts)?;
            let last = cuts.len().saturating_sub(1) as u32;
            prefixes.add(0, last, &mut total);
            for weight in weights {
                let Some(sum) = sums.get_mut(weight.target as usize) else {
                    continue;
                };
                if weight.fraction == ONE {
                    prefixes.add(weight.from, weight.to, sum);
                } else {
                    let columns =
                        cuts[weight.from as usize] as usize..cuts[weight.to as usize] as usize;
                    add_fractions(&values[columns], weight.fraction, sum);
                }
            }
        }
        Ok((sums, total))
    }
}

/// Each product is rounded on its own, so that the place of the cuts does not matter.
fn add_fractions<T: Sample>(values: &[T], fraction: Fraction, sum: &mut WeightedSum) {
    let factor = fraction::to_f64(fraction);
    for &value in values {
        let value: f64 = value.into();
        if !value.is_nan() {
            sum.people.add(value * factor);
            sum.cells += i128::from(fraction);
        }
    }
}

impl PrefixSums {
    /// Sums up to each cut.
    fn fill<T: Sample>(&mut self, values: &[T], cuts: &[u32]) -> Result<(), TooManyPeople> {
        self.people.clear();
        self.cells.clear();
        self.rests.clear();
        let (mut people, mut cells) = (0, 0);
        self.people.push(people);
        self.cells.push(cells);
        for (index, pair) in cuts.windows(2).enumerate() {
            let stretch = row_sum::sum(&values[pair[0] as usize..pair[1] as usize])?;
            people = i128::saturating_add(people, stretch.units);
            cells += stretch.cells;
            self.people.push(people);
            self.cells.push(cells);
            if let Some(rest) = stretch.rest {
                self.rests.push((index as u32, rest));
            }
        }
        Ok(())
    }

    /// Adds whole cells between two cuts.
    fn add(&self, from: u32, to: u32, sum: &mut WeightedSum) {
        let (a, b) = (from as usize, to as usize);
        sum.people.add_units(self.people[b] - self.people[a]);
        sum.cells += i128::from(self.cells[b] - self.cells[a]) * i128::from(ONE);
        for (index, rest) in &self.rests {
            if (from..to).contains(index) {
                sum.people.merge(rest);
            }
        }
    }
}
