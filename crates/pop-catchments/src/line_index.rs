//! Lines by where they are: a grid whose cells list the lines through them.

use crate::Position;
use crate::line::Line;

/// Lines by cell, in one list.
#[derive(Debug)]
pub(crate) struct LineIndex {
    starts: Vec<usize>,
    lines: Vec<u32>,
}

/// A grid over a box.
#[derive(Debug, Clone, Copy)]
struct Grid {
    west: f64,
    south: f64,
    cell: f64,
    columns: usize,
    rows: usize,
}

impl Grid {
    /// About as many cells as lines.
    fn of(vertices: &[Position], lines: usize) -> Self {
        let mut low = [f64::INFINITY; 2];
        let mut high = [f64::NEG_INFINITY; 2];
        for vertex in vertices {
            for axis in 0..2 {
                low[axis] = low[axis].min(vertex[axis]);
                high[axis] = high[axis].max(vertex[axis]);
            }
        }
        let [width, height] = [0, 1].map(|axis| (high[axis] - low[axis]).max(1e-9));
        let cell = (width * height / lines.max(1) as f64)
            .sqrt()
            .max(width.max(height) / 1e6);
        Self {
            west: low[0],
            south: low[1],
            cell,
            columns: (width / cell) as usize + 1,
            rows: (height / cell) as usize + 1,
        }
    }

    fn column(&self, x: f64) -> usize {
        (((x - self.west) / self.cell) as usize).min(self.columns - 1)
    }

    fn row(&self, y: f64) -> usize {
        (((y - self.south) / self.cell) as usize).min(self.rows - 1)
    }

    /// Calls back with every cell that a line may touch, a little more than those it does.
    fn each_cell(&self, a: Position, b: Position, mut call: impl FnMut(usize)) {
        let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
        let (first, last) = (self.row(low[1]), self.row(high[1]));
        let slope = (high[0] - low[0]) / (high[1] - low[1]);
        let (west, east) = (a[0].min(b[0]), a[0].max(b[0]));
        let slack = 1e-9 * self.cell + 1e-13;
        for row in first..=last {
            let (mut from, mut to) = (west, east);
            if first != last {
                let south = self.south + row as f64 * self.cell;
                let at_south = low[0] + (south - low[1]) * slope;
                let at_north = low[0] + (south + self.cell - low[1]) * slope;
                from = from.max(at_south.min(at_north) - slack);
                to = to.min(at_south.max(at_north) + slack);
            }
            let columns = self.column(from - slack)..=self.column(to + slack);
            columns.for_each(|column| call(row * self.columns + column));
        }
    }
}

impl LineIndex {
    pub(crate) fn of(vertices: &[Position], lines: &[Line]) -> Self {
        let grid = Grid::of(vertices, lines.len());
        let ends = |line: &Line| (vertices[line.from as usize], vertices[line.to as usize]);
        let mut starts = vec![0_usize; grid.columns * grid.rows + 2];
        for line in lines {
            let (from, to) = ends(line);
            grid.each_cell(from, to, |cell| starts[cell + 2] += 1);
        }
        for cell in 2..starts.len() {
            starts[cell] += starts[cell - 1];
        }
        let mut listed = vec![0; starts.last().copied().unwrap_or(0)];
        for (number, line) in (0..).zip(lines) {
            let (from, to) = ends(line);
            grid.each_cell(from, to, |cell| {
                listed[starts[cell + 1]] = number;
                starts[cell + 1] += 1;
            });
        }
        starts.pop();
        Self {
            starts,
            lines: listed,
        }
    }

    /// The lists of lines of the cells; numbers in a list ascend.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &[u32]> {
        self.starts
            .windows(2)
            .map(|ends| &self.lines[ends[0]..ends[1]])
    }
}
