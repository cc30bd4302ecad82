//! Coverage of one band of rows: the runs of all outlines, filed by chunk and row.

use std::ops::Range;

use crate::cell_transform::CellTransform;
use crate::centre::Centres;
use crate::edges::{Crossing, EdgeWalker};
use crate::outline::{EdgeIndex, Outline};
use crate::sweep::{Run, Sweeper, Swept};

/// How a cell on a border counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CoverageMethod {
    /// By the fraction of its area that lies inside.
    #[default]
    Exact,
    /// Whole where its centre lies inside, else not at all.
    Centre,
}

impl CoverageMethod {
    /// The word in the sums stream.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Centre => "centre",
        }
    }
}

/// The runs of a band and what its sweeps found. Buffers are kept from one band to the next.
#[derive(Debug, Default)]
pub(crate) struct RowBand {
    /// By outline, row and column.
    pub(crate) runs: Vec<Run>,
    /// Per outline that touches the band.
    pub(crate) swept: Vec<(u32, Swept)>,
    crossings: Vec<Crossing>,
    sweeper: Sweeper,
}

/// Computes the runs of all outlines in one band, in place of those that `band` had.
pub(crate) fn cover(
    outlines: &[Outline<'_>],
    transform: &CellTransform,
    index: &EdgeIndex,
    number: usize,
    method: CoverageMethod,
    band: &mut RowBand,
) {
    let rows = index.rows(number);
    band.runs.clear();
    band.swept.clear();
    let mut centres = Centres::new(match method {
        CoverageMethod::Exact => 0..0,
        CoverageMethod::Centre => rows.clone(),
    });
    for chains in index.band(number).chunk_by(|a, b| a.outline == b.outline) {
        let Some(first) = chains.first() else {
            continue;
        };
        let number = first.outline;
        let Some(outline) = outlines.get(number as usize) else {
            continue;
        };
        let swept = match method {
            CoverageMethod::Exact => {
                band.crossings.clear();
                let mut walker =
                    EdgeWalker::new(rows.clone(), transform.width, &mut band.crossings);
                for &chain in chains {
                    outline.edges(chain, transform, |p, q, sign| walker.edge(p, q, sign));
                }
                walker.finish();
                band.sweeper
                    .sweep(number, &band.crossings, transform.width, &mut band.runs)
            }
            CoverageMethod::Centre => {
                for &chain in chains {
                    outline.edges_clockwise(chain, transform, |p, q| centres.edge(p, q));
                }
                centres.sweep(number, transform.width, &mut band.runs)
            }
        };
        band.swept.push((number, swept));
    }
}

/// The runs of a band, cut at the borders of its chunks and sorted by chunk and row. Buffers are kept from one band to the next.
#[derive(Debug, Default)]
pub(crate) struct SortedRuns {
    /// Columns of a chunk.
    chunk_width: u32,
    rows: u32,
    /// `ends[chunk * rows + row]`: end of that row's runs in `runs`.
    ends: Vec<u32>,
    /// What is beyond the last end is of an earlier band.
    runs: Vec<Run>,
}

impl SortedRuns {
    /// Counting sort of runs by chunk column and row, in place of those that were there.
    pub(crate) fn fill(&mut self, runs: &[Run], rows: u32, across: u32, chunk_width: u32) {
        let columns = ChunkColumns::new(chunk_width);
        self.chunk_width = chunk_width;
        self.rows = rows;
        self.ends.clear();
        self.ends.resize(across as usize * rows as usize, 0);
        for run in runs {
            columns.cut(*run, |chunk, piece| {
                self.ends[bucket(chunk, piece.row, rows)] += 1;
            });
        }
        let mut sum = 0;
        for end in &mut self.ends {
            let count = *end;
            *end = sum;
            sum += count;
        }
        if self.runs.len() < sum as usize {
            self.runs.resize(sum as usize, EMPTY);
        }
        for run in runs {
            columns.cut(*run, |chunk, piece| {
                let place = &mut self.ends[bucket(chunk, piece.row, rows)];
                self.runs[*place as usize] = piece;
                *place += 1;
            });
        }
    }

    /// Runs of one row within one chunk column, columns counted from the raster's first.
    pub(crate) fn row(&self, chunk: u32, row: u32) -> &[Run] {
        let at = chunk as usize * self.rows as usize + row as usize;
        let from = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.runs[from as usize..self.ends[at] as usize]
    }

    /// Whether any run lies in these rows of a chunk column.
    pub(crate) fn touches(&self, chunk: u32, rows: &Range<u32>) -> bool {
        let column = chunk as usize * self.rows as usize;
        let (from, to) = (column + rows.start as usize, column + rows.end as usize);
        let before = if from == 0 { 0 } else { self.ends[from - 1] };
        to > from && self.ends[to - 1] > before
    }

    /// First column of a chunk.
    pub(crate) fn first_column(&self, chunk: u32) -> u32 {
        chunk * self.chunk_width
    }
}

const EMPTY: Run = Run {
    outline: 0,
    row: 0,
    start: 0,
    end: 0,
    fraction: 0,
};

fn bucket(chunk: u32, row: u32, rows: u32) -> usize {
    chunk as usize * rows as usize + row as usize
}

/// Divides columns by the width of a chunk, without a division (D. Lemire, O. Kaser, N. Kurz, "Faster remainder by direct computation",
/// 2019: exact for numbers of 32 bits).
#[derive(Debug, Clone, Copy)]
struct ChunkColumns {
    width: u32,
    /// 2⁶⁴ over the width, rounded up.
    reciprocal: u128,
}

impl ChunkColumns {
    fn new(width: u32) -> Self {
        Self {
            width,
            reciprocal: (1_u128 << 64).div_ceil(u128::from(width.max(1))),
        }
    }

    /// The chunk column of a column.
    #[inline]
    fn of(self, column: u32) -> u32 {
        ((self.reciprocal * u128::from(column)) >> 64) as u32
    }

    /// The parts of a run in each chunk column that it passes through.
    #[inline]
    fn cut(self, run: Run, mut each: impl FnMut(u32, Run)) {
        let mut chunk = self.of(run.start);
        let last = self.of(run.end - 1);
        let mut start = run.start;
        while chunk < last {
            let end = (chunk + 1) * self.width;
            each(chunk, Run { start, end, ..run });
            (chunk, start) = (chunk + 1, end);
        }
        each(last, Run { start, ..run });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn chunks_of_columns_are_quotients(width in 1..=u32::MAX, column in 0..=u32::MAX, narrow in 1..5000_u32) {
            for width in [width, narrow] {
                prop_assert_eq!(ChunkColumns::new(width).of(column), column / width);
                prop_assert_eq!(ChunkColumns::new(width).of(column / width * width), column / width);
            }
        }

        #[test]
        fn the_parts_of_a_run_are_the_run(width in 1..40_u32, start in 0..200_u32, length in 1..200_u32) {
            let run = Run { start, end: start + length, ..EMPTY };
            let mut columns = Vec::new();
            ChunkColumns::new(width).cut(run, |chunk, part| {
                assert!((part.start..part.end).all(|column| column / width == chunk));
                columns.extend(part.start..part.end);
            });
            prop_assert_eq!(columns, (run.start..run.end).collect::<Vec<_>>());
        }
    }
}
