//! Edges of rings, cell by cell: what each crossing adds to the cells of its row.
//!
//! Signed-area accumulation, as font rasterisers do it (FreeType's `ftgrays.c`, after David Turner; Raph Levien's `font-rs`). An edge that
//! passes through a cell adds two numbers to it: `cover`, the height it crosses, counted down or up, and `area`, the part of that height's
//! cell area that lies to the right of it. Along a row, the fraction of a cell is the sum of all `cover` to its left plus its own `area`.

use std::ops::Range;

use crate::fraction::{self, Fraction, ONE};

/// What the edges of one outline add to one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crossing {
    /// Row, counted from the band's first.
    pub(crate) row: u32,
    /// Column; -1 for everything left of the raster.
    pub(crate) column: i32,
    /// Height crossed.
    pub(crate) cover: Fraction,
    /// Area to the right of what was crossed.
    pub(crate) area: Fraction,
}

/// Gathers crossings of a band, joining those that follow each other in one cell.
#[derive(Debug)]
pub(crate) struct EdgeWalker<'a> {
    /// Rows of the band.
    rows: Range<i64>,
    /// Columns of the raster.
    width: i64,
    /// Where the last edge ended.
    last: Corner,
    open: Crossing,
    out: &'a mut Vec<Crossing>,
}

/// An end of an edge, and where in its cell it is.
#[derive(Debug, Clone, Copy)]
struct Corner {
    position: [f64; 2],
    column: i64,
    row: i64,
    /// From the cell's left and upper border, in [0, 1).
    x: f64,
    y: f64,
    /// The latter as a fraction of the row.
    height: Fraction,
}

impl Corner {
    #[inline]
    fn new(position: [f64; 2]) -> Self {
        let (column, x) = split(position[0]);
        let (row, y) = split(position[1]);
        Self {
            position,
            column,
            row,
            x,
            y,
            height: fraction::from_fraction(y),
        }
    }
}

/// Part of an edge within one row: from (x, y) to (x, y), x in columns from a base, y in fractions of the row.
#[derive(Clone, Copy)]
struct EdgePiece {
    from: (f64, Fraction),
    to: (f64, Fraction),
}

impl<'a> EdgeWalker<'a> {
    pub(crate) fn new(rows: Range<i64>, width: u32, out: &'a mut Vec<Crossing>) -> Self {
        Self {
            rows,
            width: i64::from(width),
            last: Corner::new([0.0; 2]),
            open: EMPTY,
            out,
        }
    }

    /// Adds the edge from `p` to `q`; `sign` is +1 or -1 for the two directions a ring can be clockwise.
    ///
    /// The edge is always walked from its upper end and relative to that end's cell, so that two rings that share it get the same
    /// numbers with opposite signs, whichever way they run, and wherever the raster's window begins.
    pub(crate) fn edge(&mut self, p: [f64; 2], q: [f64; 2], sign: i64) {
        // Mostly an edge begins where the one before it ended.
        let from = if self.last.position == p {
            self.last
        } else {
            Corner::new(p)
        };
        let to = Corner::new(q);
        self.last = to;
        let (top, bottom, sign) = if p[1] < q[1] {
            (from, to, sign)
        } else if p[1] > q[1] {
            (to, from, -sign)
        } else {
            return; // crosses no height
        };
        let (first, start) = (top.row, top.height);
        let (mut last, mut end) = (bottom.row, bottom.height);
        if end == 0 && last > first {
            last -= 1;
            end = ONE;
        }
        if last < self.rows.start || first >= self.rows.end {
            return;
        }
        let base = top.column;
        if base > self.width && bottom.column > self.width {
            return; // changes nothing to its left
        }
        let x0 = top.x;
        let x1 = (bottom.column - base) as f64 + bottom.x;
        if first == last {
            let piece = EdgePiece {
                from: (x0, start),
                to: (x1, end),
            };
            return self.piece(first, base, piece, sign);
        }
        let (top, bottom, fy0) = (top.position, bottom.position, top.y);
        let slope = (x1 - x0) / (bottom[1] - top[1]);
        let (low, high) = if x0 < x1 { (x0, x1) } else { (x1, x0) };
        let at = |row: i64| (x0 + ((row - first) as f64 - fy0) * slope).clamp(low, high);
        let from = first.max(self.rows.start);
        let mut x = if from == first { x0 } else { at(from) };
        for row in from..=last.min(self.rows.end - 1) {
            let y = if row == first { start } else { 0 };
            let to = if row == last {
                (x1, end)
            } else {
                (at(row + 1), ONE)
            };
            self.piece(row, base, EdgePiece { from: (x, y), to }, sign);
            x = to.0;
        }
    }

    /// Hands over what was gathered last.
    pub(crate) fn finish(mut self) {
        self.flush();
    }

    fn piece(&mut self, row: i64, base: i64, piece: EdgePiece, sign: i64) {
        let height = piece.to.1 - piece.from.1;
        if height == 0 {
            return;
        }
        let row = (row - self.rows.start) as u32;
        let (left, right) = if piece.from.0 <= piece.to.0 {
            (piece.from, piece.to)
        } else {
            (piece.to, piece.from)
        };
        let whole = floor(left.0);
        let first = whole as f64;
        let cell = base + whole;
        if right.0 <= first + 1.0 {
            // the usual case: all within one cell
            let middle = ((left.0 - first) + (right.0 - first)) * 0.5;
            return self.put(row, cell, sign, height, 1.0 - middle);
        }
        let last = -floor(-right.0) - 1 + base;
        if last < 0 {
            return self.put(row, -1, sign, height, 0.0);
        }
        let slope = (right.1 - left.1) as f64 / (right.0 - left.0);
        let (low, high) = if left.1 < right.1 {
            (left.1, right.1)
        } else {
            (right.1, left.1)
        };
        let (mut x, mut y) = left;
        for column in cell.max(-1)..=last.min(self.width - 1) {
            let wall = (column + 1 - base) as f64;
            let to = if column == last {
                right
            } else {
                let y = left.1 + ((wall - left.0) * slope) as Fraction;
                (wall, y.clamp(low, high))
            };
            let middle = ((x - (wall - 1.0)) + (to.0 - (wall - 1.0))) * 0.5;
            self.put(row, column, sign, (to.1 - y).abs(), 1.0 - middle);
            (x, y) = to;
        }
    }

    fn put(&mut self, row: u32, column: i64, sign: i64, height: Fraction, right: f64) {
        if column >= self.width {
            return;
        }
        let column = column.max(-1) as i32;
        if self.open.row != row || self.open.column != column {
            self.flush();
            self.open.row = row;
            self.open.column = column;
        }
        self.open.cover = self.open.cover.wrapping_add(sign * height);
        if column >= 0 {
            let area = fraction::scale(height, right);
            self.open.area = self.open.area.wrapping_add(sign * area);
        }
    }

    fn flush(&mut self) {
        if self.open.cover != 0 || self.open.area != 0 {
            self.out.push(self.open);
        }
        self.open = EMPTY;
    }
}

/// No crossing.
pub(crate) const EMPTY: Crossing = Crossing {
    row: u32::MAX,
    column: -1,
    cover: 0,
    area: 0,
};

/// Whole cells and the fraction in [0, 1) of a position.
#[inline]
fn split(position: f64) -> (i64, f64) {
    let floor = floor(position);
    (floor, position - floor as f64)
}

/// The whole number at or below a position. Without SSE 4.1 `f64::floor` is a call of a library; positions fit an `i64`.
#[inline]
fn floor(position: f64) -> i64 {
    let toward_zero = position as i64;
    toward_zero - i64::from(toward_zero as f64 > position)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossings(p: [f64; 2], q: [f64; 2]) -> Vec<Crossing> {
        let mut out = Vec::new();
        let mut walker = EdgeWalker::new(0..10, 10, &mut out);
        walker.edge(p, q, 1);
        walker.finish();
        out.sort_by_key(|c| (c.row, c.column));
        out
    }

    fn part(numerator: i64, denominator: i64) -> Fraction {
        ONE / denominator * numerator
    }

    #[test]
    fn a_diagonal_by_hand() {
        // from (0.5, 0) to (2.5, 1): crosses the walls at heights 1/4 and 3/4
        let found = crossings([0.5, 0.0], [2.5, 1.0]);
        let expected = [
            (0, part(1, 4), part(1, 16)),
            (1, part(1, 2), part(1, 4)),
            (2, part(1, 4), part(3, 16)),
        ];
        let found: Vec<_> = found.iter().map(|c| (c.column, c.cover, c.area)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn both_directions_cancel() {
        let (p, q) = ([3.17, 0.3], [1.41, 7.77]);
        let back: Vec<_> = crossings(q, p)
            .iter()
            .map(|c| Crossing {
                cover: -c.cover,
                area: -c.area,
                ..*c
            })
            .collect();
        assert_eq!(crossings(p, q), back);
    }

    #[test]
    fn what_lies_left_is_one_column() {
        let found = crossings([-1e6, 0.0], [-5.0, 1.0]);
        assert_eq!(
            found,
            [Crossing {
                row: 0,
                column: -1,
                cover: ONE,
                area: 0
            }]
        );
        let found = crossings([-1e6, 0.0], [1e6, 1.0]);
        assert_eq!(found.len(), 11);
        assert!((fraction::to_f64(found[0].cover) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_wall_belongs_to_the_cell_on_its_right() {
        let found = crossings([3.0, 0.0], [3.0, 2.0]);
        let expected = Crossing {
            row: 0,
            column: 3,
            cover: ONE,
            area: ONE,
        };
        assert_eq!(found, [expected, Crossing { row: 1, ..expected }]);
    }
}
