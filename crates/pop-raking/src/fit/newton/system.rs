//! The Newton system as a dense matrix.
//!
//! Controls of one margin share no cell, so their block of the Hessian is diagonal: the largest margin is
//! eliminated, and a dense system remains for the others only.

use crate::fit::margins::{Margins, NONE};

/// The Newton system, with the largest margin eliminated.
pub(super) struct System<'a> {
    margins: &'a Margins,
    largest: usize,
    /// Position of the first control of each margin among the unknowns that remain.
    offsets: Vec<usize>,
    unknowns: usize,
    /// Cells by their label in the largest margin; those without one last.
    cells: Vec<u32>,
    starts: Vec<usize>,
}

impl<'a> System<'a> {
    pub(super) fn new(margins: &'a Margins) -> Self {
        let largest = (0..margins.list.len())
            .max_by_key(|&at| (margins.list[at].targets.len(), usize::MAX - at))
            .unwrap_or_default();
        let mut unknowns = 0;
        let mut offsets = Vec::with_capacity(margins.list.len());
        for (at, margin) in margins.list.iter().enumerate() {
            offsets.push(unknowns);
            if at != largest {
                unknowns += margin.targets.len();
            }
        }
        let margin = &margins.list[largest];
        let count = margin.targets.len();
        let group = |label: u32| if label == NONE { count } else { label as usize };
        let mut starts = vec![0; count + 2];
        for &label in &margin.labels {
            starts[group(label) + 1] += 1;
        }
        for at in 0..=count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut cells = vec![0; margin.labels.len()];
        for (cell, &label) in (0_u32..).zip(&margin.labels) {
            let place = &mut next[group(label)];
            cells[*place] = cell;
            *place += 1;
        }
        Self {
            margins,
            largest,
            offsets,
            unknowns,
            cells,
            starts,
        }
    }

    /// The unknowns of a cell that remain.
    fn unknowns_of(&self, cell: usize) -> impl Iterator<Item = usize> + Clone + '_ {
        let margins = self.margins.list.iter().zip(&self.offsets).enumerate();
        margins
            .filter(|(at, _)| *at != self.largest)
            .map(move |(_, (margin, offset))| (margin.labels[cell], offset))
            .filter(|(label, _)| *label != NONE)
            .map(|(label, offset)| offset + label as usize)
    }

    /// The change of the logarithms of all multipliers.
    pub(super) fn step(&self, values: &[f64], gaps: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let size = self.unknowns;
        let mut matrix = vec![0.0; size * size];
        let mut right: Vec<f64> = Vec::with_capacity(size);
        for (at, gaps) in gaps.iter().enumerate() {
            if at != self.largest {
                right.extend(gaps.iter().map(|gap| -gap));
            }
        }
        let count = self.starts.len() - 2;
        let mut diagonal = vec![0.0; count];
        let mut row = vec![0.0; size];
        let mut touched: Vec<usize> = Vec::new();
        for group in 0..=count {
            let cells = &self.cells[self.starts[group]..self.starts[group + 1]];
            for &cell in cells {
                let people = values[cell as usize];
                if people == 0.0 {
                    continue;
                }
                for one in self.unknowns_of(cell as usize) {
                    for other in self.unknowns_of(cell as usize) {
                        matrix[one * size + other] += people;
                    }
                    if row[one] == 0.0 {
                        touched.push(one);
                    }
                    row[one] += people;
                }
                if group < count {
                    diagonal[group] += people;
                }
            }
            if group < count && diagonal[group] > 0.0 {
                let share = gaps[self.largest][group] / diagonal[group];
                for &one in &touched {
                    right[one] += row[one] * share;
                    for &other in &touched {
                        matrix[one * size + other] -= row[one] * row[other] / diagonal[group];
                    }
                }
            }
            for one in touched.drain(..) {
                row[one] = 0.0;
            }
        }
        let solved = solve_symmetric(matrix, right);
        let mut eliminated = vec![0.0; count];
        for group in 0..count {
            let cells = &self.cells[self.starts[group]..self.starts[group + 1]];
            let moved: f64 = cells
                .iter()
                .map(|&cell| {
                    let change: f64 = self.unknowns_of(cell as usize).map(|u| solved[u]).sum();
                    values[cell as usize] * change
                })
                .sum();
            if diagonal[group] > 0.0 {
                eliminated[group] = (-gaps[self.largest][group] - moved) / diagonal[group];
            }
        }
        let margins = self.margins.list.iter().enumerate();
        margins
            .map(|(at, margin)| {
                if at == self.largest {
                    eliminated.clone()
                } else {
                    solved[self.offsets[at]..][..margin.targets.len()].to_vec()
                }
            })
            .collect()
    }
}

/// A pivot below this share of its diagonal is rounding: its control says what others say.
const REDUNDANT: f64 = 1e-13;

/// Solves a positive semidefinite system by Cholesky's method with pivoting (N. J. Higham, "Analysis of the
/// Cholesky decomposition of a semi-definite matrix", 1990). Controls that say what others say make it singular;
/// they are left where they are.
fn solve_symmetric(matrix: Vec<f64>, right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    let mut matrix = matrix;
    let diagonal: Vec<f64> = (0..size).map(|i| matrix[i * size + i]).collect();
    let mut open: Vec<usize> = (0..size).collect();
    let mut order: Vec<usize> = Vec::with_capacity(size);
    let pivot = |matrix: &[f64], at: usize| matrix[at * size + at] / diagonal[at];
    while let Some((place, at)) = open
        .iter()
        .copied()
        .enumerate()
        .filter(|&(_, at)| pivot(&matrix, at) > REDUNDANT)
        .max_by(|a, b| pivot(&matrix, a.1).total_cmp(&pivot(&matrix, b.1)))
    {
        open.remove(place);
        order.push(at);
        // Outer products: the rest of the matrix is what the pivots so far leave.
        for &row in &open {
            let share = matrix[row * size + at] / matrix[at * size + at];
            for &column in &open {
                matrix[row * size + column] -= share * matrix[at * size + column];
            }
        }
    }
    let mut solution = right;
    for (done, &at) in order.iter().enumerate() {
        for &row in &order[done + 1..] {
            solution[row] -= matrix[at * size + row] / matrix[at * size + at] * solution[at];
        }
    }
    for (done, &at) in order.iter().enumerate().rev() {
        for &column in &order[done + 1..] {
            solution[at] -= matrix[at * size + column] * solution[column];
        }
        solution[at] /= matrix[at * size + at];
    }
    for at in open {
        solution[at] = 0.0;
    }
    solution
}
