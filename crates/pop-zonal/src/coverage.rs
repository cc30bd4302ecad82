//! Coverage of one band of rows: the runs of all outlines, filed by chunk and row.

use std::ops::Range;

use crate::cell_transform::CellTransform;
use crate::centre::Centres;
use crate::edges::EdgeWalker;
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

/// The runs of a band and what its sweeps found.
#[derive(Debug)]
pub(crate) struct RowBand {
    /// Rows of the band within the raster.
    pub(crate) rows: Range<i64>,
    /// By outline, row and column.
    pub(crate) runs: Vec<Run>,
    /// Per outline that touches the band.
    pub(crate) swept: Vec<(u32, Swept)>,
}

/// Computes the runs of all outlines in one band.
pub(crate) fn cover(
    outlines: &[Outline<'_>],
    transform: &CellTransform,
    index: &EdgeIndex,
    number: usize,
    method: CoverageMethod,
) -> RowBand {
    let rows = index.rows(number);
    let mut band = RowBand {
        rows: rows.clone(),
        runs: Vec::new(),
        swept: Vec::new(),
    };
    let mut crossings = Vec::new();
    let mut sweeper = Sweeper::default();
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
                crossings.clear();
                let mut walker = EdgeWalker::new(rows.clone(), transform.width, &mut crossings);
                for &chain in chains {
                    outline.edges(chain, transform, |p, q, sign| walker.edge(p, q, sign));
                }
                walker.finish();
                sweeper.sweep(number, &crossings, transform.width, &mut band.runs)
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
    band
}

/// The runs of a band, cut at the borders of its chunks and sorted by chunk and row.
#[derive(Debug)]
pub(crate) struct SortedRuns {
    /// Columns of a chunk.
    chunk_width: u32,
    rows: u32,
    /// `ends[chunk * rows + row]`: end of that row's runs in `runs`.
    ends: Vec<u32>,
    runs: Vec<Run>,
}

impl SortedRuns {
    /// Counting sort of runs by chunk column and row.
    pub(crate) fn new(runs: &[Run], rows: u32, across: u32, chunk_width: u32) -> Self {
        let mut ends = vec![0_u32; across as usize * rows as usize];
        for piece in runs.iter().flat_map(|run| cut(*run, chunk_width)) {
            ends[key(&piece, rows, chunk_width)] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            let count = *end;
            *end = sum;
            sum += count;
        }
        let empty = Run {
            outline: 0,
            row: 0,
            start: 0,
            end: 0,
            fraction: 0,
        };
        let mut sorted = vec![empty; sum as usize];
        for piece in runs.iter().flat_map(|run| cut(*run, chunk_width)) {
            let place = &mut ends[key(&piece, rows, chunk_width)];
            sorted[*place as usize] = piece;
            *place += 1;
        }
        Self {
            chunk_width,
            rows,
            ends,
            runs: sorted,
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

fn key(run: &Run, rows: u32, chunk_width: u32) -> usize {
    (run.start / chunk_width) as usize * rows as usize + run.row as usize
}

/// The parts of a run in each chunk column it passes through.
fn cut(run: Run, chunk_width: u32) -> impl Iterator<Item = Run> {
    let first = run.start / chunk_width;
    let last = (run.end - 1) / chunk_width;
    (first..=last).map(move |chunk| Run {
        start: run.start.max(chunk * chunk_width),
        end: run
            .end
            .min(chunk.saturating_add(1).saturating_mul(chunk_width)),
        ..run
    })
}
