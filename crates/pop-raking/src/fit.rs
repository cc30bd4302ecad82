//! The table nearest to a seed that meets control totals.
//!
//! Among all tables whose cells add up to the controls, the fit is the one of minimum discrimination
//! information, Σ x·ln(x / seed). Where there is one with no populated cell emptied it is unique, and each of
//! its cells is the seed times a factor of each control above it. Iterative proportional fitting (W. E. Deming
//! and F. F. Stephan, "On a least squares adjustment of a sampled frequency table", Annals of Mathematical
//! Statistics 11, 1940) finds these factors by scaling one margin after the other; that it converges to the
//! unique answer is due to I. Csiszár ("I-divergence geometry of probability distributions", Annals of
//! Probability 3, 1975).
//!
//! Scaling alone cannot tell a slow table from one without an answer, where it creeps or oscillates for ever.
//! So controls that contradict each other are found first, exactly ([`margins`], [`consistency`]). What scaling
//! does not settle soon is tested for an answer, by the flow between every two margins ([`feasibility`]), and goes to
//! Newton's method on the dual ([`newton`]), which is fast, and separates the cases that three margins together make.

mod consistency;
mod feasibility;
mod flow;
mod margins;
mod newton;

use std::ops::Range;

use margins::{Margins, NONE};

/// Margins count as equal, and controls as met, within this share of their total.
pub const TOLERANCE: f64 = 5e-11;
/// What is promised: every control is met within this share of it.
const PROMISE: f64 = 1e-10;
/// Scaling ends when no margin is off by more than this share.
const SETTLED: f64 = 1e-13;
/// So many rounds of scaling before Newton's method takes over.
const ROUNDS: usize = 60;

/// Cells by unit and column that must add up to a total.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlCells {
    /// Units, by their positions in the table.
    pub units: Range<usize>,
    /// Columns, ascending.
    pub columns: Vec<u32>,
    /// What the cells must sum to, in people.
    pub target: f64,
}

impl ControlCells {
    /// Indices of the cells in a table of so many columns.
    pub fn cells(&self, columns: usize) -> impl Iterator<Item = usize> + '_ {
        let units = self.units.clone();
        units.flat_map(move |unit| {
            let first = unit * columns;
            self.columns
                .iter()
                .map(move |&column| first + column as usize)
        })
    }
}

/// A table that meets its controls.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// People by unit and column.
    pub values: Vec<f64>,
    /// By what each cell was multiplied; of cells without people, by what it would have been.
    pub factors: Vec<f64>,
    /// Rounds of scaling, from some round on each with a step of Newton's method before it.
    pub rounds: usize,
}

/// Why there is no fit. Controls are named by their positions.
#[derive(Debug, Clone, PartialEq)]
pub enum NoFit {
    /// People are wanted where no cell has any.
    NoPeople {
        /// The control.
        control: usize,
    },
    /// Two sets of controls cover the same people and add up to different totals.
    DifferentTotals {
        /// One set.
        first: Vec<usize>,
        /// What it adds up to.
        first_total: f64,
        /// The other.
        second: Vec<usize>,
        /// What that adds up to.
        second_total: f64,
        /// Whether they cover the same cells only because others have no people.
        by_zeros: bool,
    },
    /// Controls inside others leave nothing, or less, for the cells between.
    NoRemainder {
        /// The outer ones.
        outer: Vec<usize>,
        /// Those inside.
        inner: Vec<usize>,
        /// What is left.
        remainder: f64,
    },
    /// No table with these zeros meets the controls.
    NoTable {
        /// Controls that contradict each other.
        controls: Vec<usize>,
    },
    /// The controls are met only in a table in which populated cells become empty.
    Emptied {
        /// Controls that ask for it.
        controls: Vec<usize>,
        /// The populated cells.
        cells: Vec<usize>,
    },
    /// Neither an answer nor a proof that there is none.
    NotConverged {
        /// The controls that are missed the most.
        controls: Vec<usize>,
        /// The largest miss, as a share of its control.
        residual: f64,
        /// Rounds taken.
        rounds: usize,
    },
}

/// Fits a seed, one row of `columns` cells per unit, to controls.
///
/// The result depends neither on the order of the controls nor on that of units with the same controls.
/// Controls with a target of 0 empty their cells.
///
/// # Errors
/// [`NoFit`] with the controls at fault.
pub fn fit(seed: &[f64], columns: usize, controls: &[ControlCells]) -> Result<Fit, NoFit> {
    let mut work = seed.to_vec();
    let mut emptied = vec![false; seed.len()];
    for control in controls.iter().filter(|control| control.target == 0.0) {
        for cell in control.cells(columns) {
            work[cell] = 0.0;
            emptied[cell] = true;
        }
    }
    for (index, control) in controls.iter().enumerate() {
        if control.target > 0.0 && control.cells(columns).all(|cell| work[cell] == 0.0) {
            return Err(NoFit::NoPeople { control: index });
        }
    }
    let mut margins = Margins::new(&work, columns, controls)?;
    consistency::check(&work, &mut margins)?;
    let mut scaling = Scaling::new(&work, &margins);
    scaling.run(&margins)?;
    let mut factors = margins.factors(&scaling.multipliers);
    for (factor, &emptied) in factors.iter_mut().zip(&emptied) {
        if emptied {
            *factor = 0.0;
        }
    }
    let values: Vec<f64> = seed.iter().zip(&factors).map(|(s, f)| s * f).collect();
    let missed = missed(&values, columns, controls);
    if let Some(&(residual, _)) = missed.first() {
        return Err(NoFit::NotConverged {
            controls: missed.iter().map(|miss| miss.1).collect(),
            residual,
            rounds: scaling.rounds,
        });
    }
    Ok(Fit {
        values,
        factors,
        rounds: scaling.rounds,
    })
}

/// Controls that are missed by more than [`PROMISE`], the worst first.
fn missed(values: &[f64], columns: usize, controls: &[ControlCells]) -> Vec<(f64, usize)> {
    let miss = |control: &ControlCells| {
        let sum: f64 = control.cells(columns).map(|cell| values[cell]).sum();
        (sum - control.target).abs() / control.target.max(f64::MIN_POSITIVE)
    };
    let each = controls.iter().map(miss).zip(0..);
    let mut missed: Vec<(f64, usize)> = each
        .filter(|(miss, _)| miss.is_nan() || *miss > PROMISE)
        .collect();
    missed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    missed
}

/// The state of the fit.
struct Scaling<'a> {
    seed: &'a [f64],
    values: Vec<f64>,
    /// By margin and control.
    multipliers: Vec<Vec<f64>>,
    rounds: usize,
}

impl<'a> Scaling<'a> {
    fn new(seed: &'a [f64], margins: &Margins) -> Self {
        let ones = |margin: &margins::Margin| vec![1.0; margin.targets.len()];
        Self {
            seed,
            values: seed.to_vec(),
            multipliers: margins.list.iter().map(ones).collect(),
            rounds: 0,
        }
    }

    fn run(&mut self, margins: &Margins) -> Result<(), NoFit> {
        while self.rounds < ROUNDS {
            let residual = self.round(margins);
            if residual <= SETTLED || margins.list.len() <= 1 {
                return Ok(());
            }
        }
        feasibility::check(self.seed, margins)?;
        newton::solve(self, margins)
    }

    /// Scales every margin once; gives the largest share by which one was off.
    fn round(&mut self, margins: &Margins) -> f64 {
        self.rounds += 1;
        let mut residual = 0.0_f64;
        for (margin, multipliers) in margins.list.iter().zip(&mut self.multipliers) {
            let sums = margin.sums(&self.values);
            let mut scale = Vec::with_capacity(sums.len());
            for ((sum, target), multiplier) in
                sums.iter().zip(&margin.targets).zip(multipliers.iter_mut())
            {
                residual = residual.max((sum / target - 1.0).abs());
                let factor = target / sum;
                *multiplier *= factor;
                scale.push(factor);
            }
            for (value, &label) in self.values.iter_mut().zip(&margin.labels) {
                if label != NONE {
                    *value *= scale[label as usize];
                }
            }
        }
        residual
    }

    /// Sets the values to the seed times the multipliers.
    fn refresh(&mut self, margins: &Margins) {
        self.values = margins.factors(&self.multipliers);
        for (value, seed) in self.values.iter_mut().zip(self.seed) {
            *value *= seed;
        }
    }

    fn not_converged(&self, margins: &Margins) -> NoFit {
        let mut misses: Vec<(f64, usize)> = Vec::new();
        for margin in &margins.list {
            let sums = margin.sums(&self.values);
            let each = sums.iter().zip(&margin.targets).zip(&margin.controls);
            misses.extend(
                each.map(|((sum, target), &control)| ((sum / target - 1.0).abs(), control)),
            );
        }
        misses.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let worst = misses.first().map_or(0.0, |miss| miss.0);
        let mut controls: Vec<usize> = misses
            .iter()
            .filter(|miss| miss.0 >= worst / 2.0)
            .map(|miss| miss.1)
            .collect();
        controls.sort_unstable();
        NoFit::NotConverged {
            controls,
            residual: worst,
            rounds: self.rounds,
        }
    }
}

#[cfg(test)]
mod tests;
