//! Controls sorted into margins: sets of controls that share no cell.

use std::collections::BTreeMap;

use super::{ControlCells, NoFit, TOLERANCE};

/// The label of a cell that no control of a margin covers.
pub(super) const NONE: u32 = u32::MAX;

/// Controls that share no cell, each by its label in every cell.
#[derive(Debug, Clone)]
pub(super) struct Margin {
    /// For each cell the position of its control in this margin.
    pub(super) labels: Vec<u32>,
    /// What the cells of each label must add up to.
    pub(super) targets: Vec<f64>,
    /// The control behind each label.
    pub(super) controls: Vec<usize>,
}

/// All margins of a table.
#[derive(Debug, Clone)]
pub(super) struct Margins {
    pub(super) list: Vec<Margin>,
    cells: usize,
}

impl Margin {
    fn new(cells: usize) -> Self {
        Self {
            labels: vec![NONE; cells],
            targets: Vec::new(),
            controls: Vec::new(),
        }
    }

    /// Sum of the values below each label (compensated: A. Neumaier, ZAMM 54, 1974).
    pub(super) fn sums(&self, values: &[f64]) -> Vec<f64> {
        let mut sums = vec![(0.0_f64, 0.0_f64); self.targets.len()];
        for (&value, &label) in values.iter().zip(&self.labels) {
            if label != NONE {
                let (sum, rest) = &mut sums[label as usize];
                let total = *sum + value;
                *rest += if *sum >= value {
                    (*sum - total) + value
                } else {
                    (value - total) + *sum
                };
                *sum = total;
            }
        }
        sums.into_iter().map(|(sum, rest)| sum + rest).collect()
    }
}

impl Margins {
    /// Sorts controls into margins.
    ///
    /// Of controls over the same columns, one inside another, the outer becomes what the inner ones leave:
    /// the two say the same, and the fit of nested totals is then found at once, in closed form.
    pub(super) fn new(
        seed: &[f64],
        columns: usize,
        controls: &[ControlCells],
    ) -> Result<Self, NoFit> {
        let mut by_columns: BTreeMap<&[u32], Vec<usize>> = BTreeMap::new();
        for (index, control) in controls.iter().enumerate() {
            if control.target > 0.0 {
                by_columns.entry(&control.columns).or_default().push(index);
            }
        }
        // Wide columns first: totals of units before those of single bands.
        let mut patterns: Vec<(&[u32], Vec<usize>)> = by_columns.into_iter().collect();
        patterns.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(b.0)));
        let mut margins = Self {
            list: Vec::new(),
            cells: seed.len(),
        };
        for (_, members) in patterns {
            let pieces = remainders(seed, columns, controls, members)?;
            margins.add(controls, columns, &pieces);
        }
        Ok(margins)
    }

    /// Puts the controls of one pattern into the first margin whose cells they leave alone.
    fn add(&mut self, controls: &[ControlCells], columns: usize, pieces: &[Piece]) {
        let covered: Vec<usize> = pieces
            .iter()
            .filter(|piece| piece.is_outermost)
            .flat_map(|piece| controls[piece.control].cells(columns))
            .collect();
        let is_free = |margin: &Margin| covered.iter().all(|&cell| margin.labels[cell] == NONE);
        let at = self.list.iter().position(is_free).unwrap_or_else(|| {
            self.list.push(Margin::new(self.cells));
            self.list.len() - 1
        });
        let margin = &mut self.list[at];
        for piece in pieces {
            let label = match piece.target {
                Some(target) => {
                    margin.targets.push(target);
                    margin.controls.push(piece.control);
                    (margin.targets.len() - 1) as u32
                }
                None => NONE,
            };
            for cell in controls[piece.control].cells(columns) {
                margin.labels[cell] = label;
            }
        }
    }

    /// The product of the multipliers above each cell.
    pub(super) fn factors(&self, multipliers: &[Vec<f64>]) -> Vec<f64> {
        let mut factors = vec![1.0; self.cells];
        for (margin, multipliers) in self.list.iter().zip(multipliers) {
            for (factor, &label) in factors.iter_mut().zip(&margin.labels) {
                if label != NONE {
                    *factor *= multipliers[label as usize];
                }
            }
        }
        factors
    }
}

/// A control of a pattern without those inside it.
struct Piece {
    control: usize,
    /// What is left of its total; `None` where those inside cover all its people.
    target: Option<f64>,
    is_outermost: bool,
}

/// Controls over the same columns, the outer before the inner, each with what those inside leave of it.
fn remainders(
    seed: &[f64],
    columns: usize,
    controls: &[ControlCells],
    mut members: Vec<usize>,
) -> Result<Vec<Piece>, NoFit> {
    members.sort_by_key(|&index| {
        let units = &controls[index].units;
        (units.start, usize::MAX - units.end)
    });
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); members.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut outermost = vec![false; members.len()];
    for position in 0..members.len() {
        let start = controls[members[position]].units.start;
        while open
            .last()
            .is_some_and(|&outer| controls[members[outer]].units.end <= start)
        {
            open.pop();
        }
        match open.last() {
            Some(&outer) => children[outer].push(members[position]),
            None => outermost[position] = true,
        }
        open.push(position);
    }
    let mut pieces = Vec::with_capacity(members.len());
    for (position, &index) in members.iter().enumerate() {
        let inner = &children[position];
        let target = if inner.is_empty() {
            Some(controls[index].target)
        } else {
            remainder(seed, columns, controls, index, inner)?
        };
        pieces.push(Piece {
            control: index,
            target,
            is_outermost: outermost[position],
        });
    }
    Ok(pieces)
}

fn remainder(
    seed: &[f64],
    columns: usize,
    controls: &[ControlCells],
    outer: usize,
    inner: &[usize],
) -> Result<Option<f64>, NoFit> {
    let control = &controls[outer];
    let total: f64 = inner.iter().map(|&index| controls[index].target).sum();
    let remainder = control.target - total;
    let has_people_between = has_people_between(seed, columns, controls, outer, inner);
    let is_equal = remainder.abs() <= TOLERANCE * control.target;
    match (has_people_between, is_equal) {
        (false, true) => Ok(None),
        (false, false) => Err(NoFit::DifferentTotals {
            first: vec![outer],
            first_total: control.target,
            second: inner.to_vec(),
            second_total: total,
            by_zeros: inner
                .iter()
                .map(|&i| controls[i].units.len())
                .sum::<usize>()
                < control.units.len(),
        }),
        (true, false) if remainder > 0.0 => Ok(Some(remainder)),
        (true, _) => Err(NoFit::NoRemainder {
            outer: vec![outer],
            inner: inner.to_vec(),
            remainder,
        }),
    }
}

/// Whether some cell of the outer control has people and belongs to none inside.
fn has_people_between(
    seed: &[f64],
    columns: usize,
    controls: &[ControlCells],
    outer: usize,
    inner: &[usize],
) -> bool {
    let control = &controls[outer];
    let has_people = |units: std::ops::Range<usize>| {
        let gap = ControlCells {
            units,
            columns: control.columns.clone(),
            target: 0.0,
        };
        gap.cells(columns).any(|cell| seed[cell] > 0.0)
    };
    let mut reached = control.units.start;
    for &index in inner {
        let units = &controls[index].units;
        if has_people(reached..units.start) {
            return true;
        }
        reached = units.end;
    }
    has_people(reached..control.units.end)
}
