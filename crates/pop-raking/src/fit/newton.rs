//! Newton's method on the dual of the fit.
//!
//! The factors of the controls minimise the convex function Σ seed·exp(Aᵀλ) − bᵀλ. Where a table exists that
//! meets the controls and keeps every populated cell, the minimum is reached and Newton's method converges
//! quadratically. Where the controls can be met only by emptying cells, or not at all, λ moves away for ever,
//! by about 1 a step, and the factors of the cells to be emptied go to 0 geometrically: that is noticed. Steps
//! are cut so that no cell changes by more than a factor e, inside which the function is close to its quadratic
//! model (M. B. Cohen, A. Madry, D. Tsipras, A. Vladu, "Matrix scaling and balancing via box constrained Newton's
//! method", FOCS 2017).
//!
//! Controls of one margin share no cell, so their block of the Hessian is diagonal: the largest margin is
//! eliminated, and a dense system remains for the others only.

use super::margins::{Margin, Margins, NONE};
use super::{NoFit, SETTLED, Scaling, TOLERANCE};

/// The largest dense system that is solved.
pub(super) const LARGEST: usize = 1_500;

const STEPS: usize = 200;

/// A populated cell below this factor is being emptied.
const EMPTIED: f64 = 1e-9;

/// How many unknowns remain once the largest margin is eliminated.
pub(super) fn size(margins: &Margins) -> usize {
    let sizes = margins.list.iter().map(|margin| margin.targets.len());
    sizes.clone().sum::<usize>() - sizes.max().unwrap_or_default()
}

pub(super) fn solve(scaling: &mut Scaling<'_>, margins: &Margins) -> Result<(), NoFit> {
    let system = System::new(margins);
    let mut best = f64::INFINITY;
    let mut stalled = 0;
    for _ in 0..STEPS {
        let gaps = gaps(scaling, margins);
        let residual = relative(&gaps, margins);
        // Of two margins the flow has shown that they empty no cell, however small a factor becomes.
        let emptied = if margins.list.len() > 2 {
            emptied(scaling, margins)
        } else {
            Vec::new()
        };
        if !emptied.is_empty() {
            return Err(judge_emptied(scaling, margins, &system, &gaps, emptied));
        }
        stalled = if residual < 0.5 * best {
            0
        } else {
            stalled + 1
        };
        best = best.min(residual);
        if residual <= SETTLED || (residual <= TOLERANCE && stalled > 2) {
            return Ok(());
        }
        let step = system.step(&scaling.values, &gaps);
        let longest = longest(scaling.seed, margins, &step);
        let cut = if longest > 1.0 { 1.0 / longest } else { 1.0 };
        for (multipliers, steps) in scaling.multipliers.iter_mut().zip(&step) {
            for (multiplier, step) in multipliers.iter_mut().zip(steps) {
                *multiplier *= growth(cut * step);
            }
        }
        scaling.refresh(margins);
        scaling.round(margins);
    }
    Err(scaling.not_converged(margins))
}

/// For each margin and control what the cells add up to beyond the target.
fn gaps(scaling: &Scaling<'_>, margins: &Margins) -> Vec<Vec<f64>> {
    let of = |margin: &Margin| {
        let sums = margin.sums(&scaling.values);
        sums.iter()
            .zip(&margin.targets)
            .map(|(s, t)| s - t)
            .collect()
    };
    margins.list.iter().map(of).collect()
}

fn relative(gaps: &[Vec<f64>], margins: &Margins) -> f64 {
    let all = gaps.iter().zip(&margins.list);
    all.flat_map(|(gaps, margin)| gaps.iter().zip(&margin.targets))
        .map(|(gap, target)| (gap / target).abs())
        .fold(0.0, f64::max)
}

fn emptied(scaling: &Scaling<'_>, margins: &Margins) -> Vec<usize> {
    let factors = margins.factors(&scaling.multipliers);
    (0..factors.len())
        .filter(|&cell| scaling.seed[cell] > 0.0 && factors[cell] < EMPTIED)
        .collect()
}

/// The largest logarithm by which a step changes a populated cell.
fn longest(seed: &[f64], margins: &Margins, step: &[Vec<f64>]) -> f64 {
    let mut longest = 0.0_f64;
    for (cell, &people) in seed.iter().enumerate() {
        if people > 0.0 {
            longest = longest.max(change(margins, step, cell).abs());
        }
    }
    longest
}

fn change(margins: &Margins, step: &[Vec<f64>], cell: usize) -> f64 {
    let labels = margins.list.iter().map(|margin| margin.labels[cell]);
    labels
        .zip(step)
        .filter(|(label, _)| *label != NONE)
        .map(|(label, step)| step[label as usize])
        .sum()
}

/// exp(x) to second order and always positive. Newton's method needs no more, and plain arithmetic gives the
/// same digits on every machine.
fn growth(x: f64) -> f64 {
    let (mut x, mut halvings) = (x.clamp(-700.0, 700.0), 0);
    while x.abs() > 1.0 {
        x /= 2.0;
        halvings += 1;
    }
    let mut value = (1.0 + x / 2.0) / (1.0 - x / 2.0);
    for _ in 0..halvings {
        value *= value;
    }
    value
}

/// Tells controls that empty cells from controls that no table meets: in the first case the table without
/// those cells can be fitted.
fn judge_emptied(
    scaling: &mut Scaling<'_>,
    margins: &Margins,
    system: &System<'_>,
    gaps: &[Vec<f64>],
    cells: Vec<usize>,
) -> NoFit {
    let controls = driving(margins, &system.step(&scaling.values, gaps));
    for &cell in &cells {
        scaling.values[cell] = 0.0;
    }
    let is_void = |sums: &[f64]| sums.iter().any(|&sum| sum <= 0.0);
    let mut residual = f64::INFINITY;
    for _ in 0..200 {
        if margins
            .list
            .iter()
            .any(|m| is_void(&m.sums(&scaling.values)))
        {
            break;
        }
        residual = scaling.round(margins);
    }
    if residual <= 1e-6 {
        NoFit::Emptied { controls, cells }
    } else {
        NoFit::NoTable { controls }
    }
}

/// The controls whose factors move: those that contradict each other.
fn driving(margins: &Margins, step: &[Vec<f64>]) -> Vec<usize> {
    let steps = || step.iter().flatten().map(|step| step.abs());
    let most = steps().fold(0.0, f64::max);
    let mut controls: Vec<usize> = margins
        .list
        .iter()
        .zip(step)
        .flat_map(|(margin, steps)| margin.controls.iter().zip(steps))
        .filter(|(_, step)| step.abs() >= most / 5.0)
        .map(|(&control, _)| control)
        .collect();
    controls.sort_unstable();
    controls.dedup();
    controls
}

/// The Newton system, with the largest margin eliminated.
struct System<'a> {
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
    fn new(margins: &'a Margins) -> Self {
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
    fn step(&self, values: &[f64], gaps: &[Vec<f64>]) -> Vec<Vec<f64>> {
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
