//! Sweeps along rows: from crossings to runs of cells with one fraction.

use crate::edges::{self, Crossing};
use crate::fraction::{Fraction, ONE};

/// Neighbouring cells of one row of which an outline takes the same fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// Which outline.
    pub(crate) outline: u32,
    /// Row, counted from the band's first.
    pub(crate) row: u32,
    /// First column.
    pub(crate) start: u32,
    /// Column after the last.
    pub(crate) end: u32,
    /// Fraction of each cell, above 0 and up to [`ONE`].
    pub(crate) fraction: Fraction,
}

/// What a sweep found about an outline in one band.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Swept {
    /// Sum of the fractions, in units of 2⁻⁶⁰ cells.
    pub(crate) covered: i128,
    /// By how much fractions lay outside of 0 to 1, added up: rings that cross themselves or parts that overlap.
    pub(crate) beyond: i128,
}

impl Swept {
    /// Adds what was found in another band.
    pub(crate) fn add(&mut self, other: &Self) {
        self.covered += other.covered;
        self.beyond += other.beyond;
    }
}

/// Sorts crossings by row and column. Buffers are kept from one outline to the next.
#[derive(Debug, Default)]
pub(crate) struct Sweeper {
    starts: Vec<u32>,
    sorted: Vec<Crossing>,
}

impl Sweeper {
    /// Turns the crossings of one outline in one band into runs, sorted by row and column.
    pub(crate) fn sweep(
        &mut self,
        outline: u32,
        crossings: &[Crossing],
        width: u32,
        runs: &mut Vec<Run>,
    ) -> Swept {
        let mut swept = Swept::default();
        let Some((first, last)) = rows_of(crossings) else {
            return swept;
        };
        self.sort_by_row(crossings, first, last);
        let mut from = 0;
        for (index, &to) in self.starts.iter().enumerate() {
            let to = to as usize;
            let row = &mut self.sorted[from..to];
            from = to;
            if row.is_empty() {
                continue;
            }
            sort_by_column(row);
            let mut line = Line {
                outline,
                row: first + index as u32,
                runs,
                kept: None,
                swept: &mut swept,
            };
            sweep_row(row, width, &mut line);
            line.close();
        }
        swept
    }

    /// Counting sort; afterwards `starts[i]` is the end of row `first + i` in `sorted`.
    fn sort_by_row(&mut self, crossings: &[Crossing], first: u32, last: u32) {
        self.starts.clear();
        self.starts.resize((last - first) as usize + 1, 0);
        for crossing in crossings {
            self.starts[(crossing.row - first) as usize] += 1;
        }
        let mut sum = 0;
        for start in &mut self.starts {
            let count = *start;
            *start = sum;
            sum += count;
        }
        // Every place up to the number of crossings is written.
        if self.sorted.len() < crossings.len() {
            self.sorted.resize(crossings.len(), edges::EMPTY);
        }
        for crossing in crossings {
            let place = &mut self.starts[(crossing.row - first) as usize];
            self.sorted[*place as usize] = *crossing;
            *place += 1;
        }
    }
}

/// The first and the last row of crossings.
fn rows_of(crossings: &[Crossing]) -> Option<(u32, u32)> {
    let (&Crossing { row, .. }, rest) = crossings.split_first()?;
    let rows = (row, row);
    Some(rest.iter().fold(rows, |(first, last), crossing| {
        (first.min(crossing.row), last.max(crossing.row))
    }))
}

/// Few crossings a row: insertion is quickest; many: the library's sort.
fn sort_by_column(row: &mut [Crossing]) {
    if row.len() > 32 {
        row.sort_unstable_by_key(|c| c.column);
        return;
    }
    for i in 1..row.len() {
        let crossing = row[i];
        let mut j = i;
        while j > 0 && row[j - 1].column > crossing.column {
            row[j] = row[j - 1];
            j -= 1;
        }
        row[j] = crossing;
    }
}

/// The running sum along one row.
fn sweep_row(row: &[Crossing], width: u32, line: &mut Line<'_>) {
    let mut running: Fraction = 0;
    let mut next = 0_u32; // first column not yet handed out
    let mut rest = row;
    while let Some(&Crossing { column, .. }) = rest.first() {
        let (mut cover, mut area): (Fraction, Fraction) = (0, 0);
        while let Some((c, others)) = rest.split_first() {
            if c.column != column {
                break;
            }
            cover = cover.wrapping_add(c.cover);
            area = area.wrapping_add(c.area);
            rest = others;
        }
        if let Ok(column) = u32::try_from(column) {
            if running != 0 && next < column {
                line.push(next, column, running);
            }
            line.push(column, column + 1, running.wrapping_add(area));
            next = column + 1;
        }
        running = running.wrapping_add(cover);
    }
    if running != 0 && next < width {
        line.push(next, width, running);
    }
}

/// Runs of one row as they come, joined where they continue each other.
struct Line<'a> {
    outline: u32,
    row: u32,
    runs: &'a mut Vec<Run>,
    kept: Option<Run>,
    swept: &'a mut Swept,
}

impl Line<'_> {
    fn push(&mut self, start: u32, end: u32, fraction: Fraction) {
        let held = fraction.clamp(0, ONE);
        if held != fraction {
            self.swept.beyond += i128::from(fraction.abs_diff(held)) * i128::from(end - start);
        }
        if held == 0 {
            return;
        }
        self.swept.covered += i128::from(held) * i128::from(end - start);
        if let Some(kept) = &mut self.kept
            && kept.end == start
            && kept.fraction == held
        {
            kept.end = end;
            return;
        }
        self.close();
        self.kept = Some(Run {
            outline: self.outline,
            row: self.row,
            start,
            end,
            fraction: held,
        });
    }

    fn close(&mut self) {
        if let Some(run) = self.kept.take() {
            self.runs.push(run);
        }
    }
}
