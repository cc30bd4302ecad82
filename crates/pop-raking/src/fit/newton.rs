//! Newton's method on the dual of the fit.
//!
//! The factors of the controls minimise the convex function Σ seed·exp(Aᵀλ) − bᵀλ. Where a table exists that
//! meets the controls and keeps every populated cell, the minimum is reached and Newton's method converges
//! quadratically. Where the controls can be met only by emptying cells, or not at all, λ moves away for ever,
//! by about 1 a step, and the cells to be emptied go to 0 geometrically: that is noticed. A cell that is small in
//! the answer stops there. Steps are cut so that no cell changes by more than a factor e, inside which the function
//! is close to its quadratic model (M. B. Cohen, A. Madry, D. Tsipras, A. Vladu, "Matrix scaling and balancing via
//! box constrained Newton's method", FOCS 2017).
//!
//! A step is found from a dense matrix, or by conjugate gradients where there are many controls.

mod conjugate_gradients;
mod system;

use super::margins::{Margin, Margins, NONE};
use super::{NoFit, SETTLED, Scaling, TOLERANCE};
use system::System;

/// The largest dense system that is solved.
const LARGEST: usize = 1_500;

const STEPS: usize = 200;

/// A populated cell with less than this share of each of its totals is being emptied, if it goes on falling.
const EMPTIED: f64 = 1e-11;
/// By so much at least the logarithm of such a cell falls in a step.
const FALLING: f64 = 0.5;

/// How steps are found.
enum StepSolver<'a> {
    Dense(System<'a>),
    ConjugateGradients(&'a Margins),
}

impl<'a> StepSolver<'a> {
    fn new(margins: &'a Margins) -> Self {
        // How many unknowns remain once the largest margin is eliminated.
        let sizes = margins.list.iter().map(|margin| margin.targets.len());
        let unknowns = sizes.clone().sum::<usize>() - sizes.max().unwrap_or_default();
        if unknowns <= LARGEST {
            Self::Dense(System::new(margins))
        } else {
            Self::ConjugateGradients(margins)
        }
    }

    /// The change of the logarithms of all multipliers.
    fn step(&self, values: &[f64], gaps: &[Vec<f64>]) -> Vec<Vec<f64>> {
        match self {
            Self::Dense(system) => system.step(values, gaps),
            Self::ConjugateGradients(margins) => conjugate_gradients::step(margins, values, gaps),
        }
    }
}

pub(super) fn solve(scaling: &mut Scaling<'_>, margins: &Margins) -> Result<(), NoFit> {
    solve_by(&StepSolver::new(margins), scaling, margins)
}

/// By conjugate gradients, whatever the number of controls.
#[cfg(test)]
pub(super) fn solve_iteratively(scaling: &mut Scaling<'_>, margins: &Margins) -> Result<(), NoFit> {
    solve_by(&StepSolver::ConjugateGradients(margins), scaling, margins)
}

fn solve_by(
    solver: &StepSolver<'_>,
    scaling: &mut Scaling<'_>,
    margins: &Margins,
) -> Result<(), NoFit> {
    // Of two margins the flow has shown that they empty no cell.
    let mut has_table = margins.list.len() <= 2;
    let (mut best, mut stalled) = (f64::INFINITY, 0);
    for _ in 0..STEPS {
        let gaps = gaps(scaling, margins);
        let residual = relative(&gaps, margins);
        stalled = if residual < 0.5 * best {
            0
        } else {
            stalled + 1
        };
        best = best.min(residual);
        if residual <= SETTLED || (residual <= TOLERANCE && stalled > 2) {
            return Ok(());
        }
        let step = solver.step(&scaling.values, &gaps);
        if !has_table {
            let emptied = emptied(scaling, margins, &step);
            if !emptied.is_empty() {
                check_pattern(solver, scaling, margins, &step, emptied)?;
                has_table = true;
            }
        }
        let longest = longest(scaling.seed, margins, &step);
        let cut = if longest > 1.0 { 1.0 / longest } else { 1.0 };
        let cut = match solver {
            StepSolver::Dense(_) => cut,
            StepSolver::ConjugateGradients(_) => descent(scaling, margins, &step, &gaps, cut),
        };
        scaling.multiply(&step, cut);
        scaling.refresh(margins);
        scaling.round(margins);
    }
    Err(scaling.not_converged(margins))
}

/// Up to where the function falls along a step, of its halvings; `least` at the least. A cell of next to no people can ask for a long step
/// that costs the others nothing, and would hold them up.
fn descent(
    scaling: &Scaling<'_>,
    margins: &Margins,
    step: &[Vec<f64>],
    gaps: &[Vec<f64>],
    least: f64,
) -> f64 {
    let slope = |gaps: &[Vec<f64>]| -> f64 {
        let pairs = gaps.iter().flatten().zip(step.iter().flatten());
        pairs.map(|(gap, step)| gap * step).sum()
    };
    let flat = 0.1 * slope(gaps).abs();
    let mut share = 1.0;
    while share > least {
        let mut trial = Scaling::new(scaling.seed, margins);
        trial.multipliers.clone_from(&scaling.multipliers);
        trial.multiply(step, share);
        trial.refresh(margins);
        if slope(&self::gaps(&trial, margins)) <= flat {
            return share;
        }
        share /= 2.0;
    }
    least
}

/// Checks whether cells that seem to be emptied are.
///
/// Whether there is a table depends on which cells are populated, not on how many people they have: with one person in each a cell comes near
/// 0 only where the controls want it, and not because the grid has many people there.
fn check_pattern(
    solver: &StepSolver<'_>,
    scaling: &Scaling<'_>,
    margins: &Margins,
    step: &[Vec<f64>],
    emptied: Vec<usize>,
) -> Result<(), NoFit> {
    let is_one = |&people: &f64| people == 0.0 || people == 1.0;
    if scaling.seed.iter().all(is_one) {
        return Err(judge_emptied(solver, scaling, margins, step, emptied));
    }
    let populated = |people: &f64| f64::from(u8::from(*people > 0.0));
    let pattern: Vec<f64> = scaling.seed.iter().map(populated).collect();
    solve_pattern(solver, &pattern, margins)
}

impl Scaling<'_> {
    /// Changes the logarithms of all multipliers by a share of a step.
    fn multiply(&mut self, step: &[Vec<f64>], share: f64) {
        for (multipliers, steps) in self.multipliers.iter_mut().zip(step) {
            for (multiplier, step) in multipliers.iter_mut().zip(steps) {
                *multiplier *= growth(share * step);
            }
        }
    }
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

/// Populated cells that are next to nothing and go on falling.
fn emptied(scaling: &Scaling<'_>, margins: &Margins, step: &[Vec<f64>]) -> Vec<usize> {
    let least_total = |cell: usize| {
        let labels = margins
            .list
            .iter()
            .map(|margin| (margin, margin.labels[cell]));
        labels
            .filter(|(_, label)| *label != NONE)
            .map(|(margin, label)| margin.targets[label as usize])
            .reduce(f64::min)
    };
    let is_emptied = |&cell: &usize| {
        scaling.seed[cell] > 0.0
            && least_total(cell).is_some_and(|total| scaling.values[cell] < EMPTIED * total)
            && change(margins, step, cell) < -FALLING
    };
    (0..scaling.seed.len()).filter(is_emptied).collect()
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
/// those cells can be fitted, perhaps by emptying more of them.
fn judge_emptied(
    solver: &StepSolver<'_>,
    scaling: &Scaling<'_>,
    margins: &Margins,
    step: &[Vec<f64>],
    mut cells: Vec<usize>,
) -> NoFit {
    let controls = driving(margins, step);
    let mut seed = scaling.seed.to_vec();
    for &cell in &cells {
        seed[cell] = 0.0;
    }
    let is_void = |margin: &Margin| margin.sums(&seed).iter().any(|&sum| sum <= 0.0);
    if margins.list.iter().any(is_void) {
        return NoFit::NoTable { controls };
    }
    match solve_pattern(solver, &seed, margins) {
        Ok(()) => NoFit::Emptied { controls, cells },
        Err(NoFit::Emptied { cells: more, .. }) => {
            cells.extend(more);
            cells.sort_unstable();
            NoFit::Emptied { controls, cells }
        }
        Err(_) => NoFit::NoTable { controls },
    }
}

/// Fits a table of zeros and ones.
fn solve_pattern(solver: &StepSolver<'_>, pattern: &[f64], margins: &Margins) -> Result<(), NoFit> {
    let mut scaling = Scaling::new(pattern, margins);
    for _ in 0..super::ROUNDS {
        if scaling.round(margins) <= SETTLED {
            return Ok(());
        }
    }
    solve_by(solver, &mut scaling, margins)
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
