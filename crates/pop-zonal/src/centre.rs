//! The centre rule: a cell counts whole if its centre lies inside, exactly as GDAL burns polygons.
//!
//! After `GDALdllImageFilledPolygon` (GDAL, alg/llrasterize.cpp): each row is cut at the height of its centres, edges count half-open
//! (`y1 <= y < y2`), crossings are paired by the even-odd rule over all rings, and a crossing at `x` begins or ends a run at
//! `floor(x + 0.5)`. Edges that run along the centres of a row are burnt on their own, in one direction only.

use std::ops::Range;

use crate::fraction::ONE;
use crate::sweep::{Run, Swept};

/// Gathers where edges cross the centres of the rows of a band.
#[derive(Debug)]
pub(crate) struct Centres {
    rows: Range<i64>,
    /// Per row: columns where the inside begins or ends, unsorted.
    cuts: Vec<Vec<i64>>,
    /// Runs along edges that lie on the centres of a row.
    flats: Vec<(u32, i64, i64)>,
}

impl Centres {
    pub(crate) fn new(rows: Range<i64>) -> Self {
        let count = (rows.end - rows.start).max(0) as usize;
        Self {
            rows,
            cuts: vec![Vec::new(); count],
            flats: Vec::new(),
        }
    }

    /// Adds the edge from `p` to `q`, of a ring that runs clockwise: GDAL turns those that do not, holes as well.
    pub(crate) fn edge(&mut self, p: [f64; 2], q: [f64; 2]) {
        if p[1] == q[1] {
            return self.flat(p, q);
        }
        let (top, bottom) = if p[1] < q[1] { (p, q) } else { (q, p) };
        // rows whose centre y has top <= y < bottom
        let first = ((top[1] - 0.5).ceil() as i64).max(self.rows.start);
        let end = ((bottom[1] - 0.5).ceil() as i64).min(self.rows.end);
        for row in first..end {
            let y = row as f64 + 0.5;
            let x = (y - top[1]) * (bottom[0] - top[0]) / (bottom[1] - top[1]) + top[0];
            self.cuts[(row - self.rows.start) as usize].push((x + 0.5).floor() as i64);
        }
    }

    fn flat(&mut self, p: [f64; 2], q: [f64; 2]) {
        let row = (p[1] - 0.5).floor();
        if row + 0.5 != p[1] || p[0] <= q[0] || !self.rows.contains(&(row as i64)) {
            return;
        }
        let row = (row as i64 - self.rows.start) as u32;
        self.flats.push((
            row,
            (q[0] + 0.5).floor() as i64,
            (p[0] + 0.5).floor() as i64,
        ));
    }

    /// Hands out the runs of what was gathered, sorted by row and column, and forgets it.
    pub(crate) fn sweep(&mut self, outline: u32, width: u32, runs: &mut Vec<Run>) -> Swept {
        let mut swept = Swept::default();
        self.flats.sort_unstable();
        let mut flats = self.flats.drain(..).peekable();
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for (row, cuts) in self.cuts.iter_mut().enumerate() {
            cuts.sort_unstable();
            spans.extend(cuts.chunks_exact(2).map(|pair| (pair[0], pair[1])));
            cuts.clear();
            while let Some((_, start, end)) = flats.next_if(|flat| flat.0 as usize == row) {
                spans.push((start, end));
            }
            spans.sort_unstable();
            let mut next = 0;
            for &(start, end) in &spans {
                let (start, end) = (start.max(next), end.min(i64::from(width)));
                if start >= end {
                    continue;
                }
                next = end;
                swept.covered += i128::from(ONE) * i128::from(end - start);
                runs.push(Run {
                    outline,
                    row: row as u32,
                    start: start as u32,
                    end: end as u32,
                    fraction: ONE,
                });
            }
            spans.clear();
        }
        swept
    }
}
