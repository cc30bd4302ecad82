//! Margins that contradict each other, found from their totals and the populated cells.
//!
//! Two margins divide the populated cells into connected components: sets of controls of either margin that
//! share cells. In a component that both cover, the totals must be equal; where only one covers it, its total
//! must be larger. These conditions are necessary for any number of margins.

use super::margins::{Margin, Margins, NONE};
use super::{NoFit, TOLERANCE};

pub(super) fn check(seed: &[f64], margins: &mut Margins) -> Result<(), NoFit> {
    for second in 1..margins.list.len() {
        for first in 0..second {
            let (head, tail) = margins.list.split_at_mut(second);
            check_pair(seed, &head[first], &mut tail[0])?;
        }
    }
    Ok(())
}

/// What two margins say about a component.
#[derive(Clone, Copy)]
struct Component {
    first_total: f64,
    second_total: f64,
    first_covers: bool,
    second_covers: bool,
}

/// Compares two margins; totals that differ by rounding only are made equal.
fn check_pair(seed: &[f64], first: &Margin, second: &mut Margin) -> Result<(), NoFit> {
    let offset = first.targets.len();
    let mut sets = Sets::new(offset + second.targets.len());
    let mut first_uncovered = vec![false; second.targets.len()];
    let mut second_uncovered = vec![false; offset];
    let populated = || (0..seed.len()).filter(|&cell| seed[cell] > 0.0);
    for cell in populated() {
        match (first.labels[cell], second.labels[cell]) {
            (NONE, NONE) => {}
            (a, NONE) => second_uncovered[a as usize] = true,
            (NONE, b) => first_uncovered[b as usize] = true,
            (a, b) => sets.join(a as usize, offset + b as usize),
        }
    }
    let blank = Component {
        first_total: 0.0,
        second_total: 0.0,
        first_covers: true,
        second_covers: true,
    };
    let mut components = vec![blank; offset + second.targets.len()];
    for (label, target) in first.targets.iter().enumerate() {
        let component = &mut components[sets.find(label)];
        component.first_total += target;
        component.second_covers &= !second_uncovered[label];
    }
    for (label, target) in second.targets.iter().enumerate() {
        let component = &mut components[sets.find(offset + label)];
        component.second_total += target;
        component.first_covers &= !first_uncovered[label];
    }
    for label in 0..second.targets.len() {
        let root = sets.find(offset + label);
        let component = components[root];
        let (one, other) = (component.first_total, component.second_total);
        let is_equal = (one - other).abs() <= TOLERANCE * one.max(other);
        let is_sound = match (component.first_covers, component.second_covers) {
            (true, true) => is_equal,
            (true, false) => one > other && !is_equal,
            (false, true) => other > one && !is_equal,
            (false, false) => true,
        };
        if !is_sound {
            return Err(contradiction(
                seed, first, second, &mut sets, root, component,
            ));
        }
        if component.first_covers && component.second_covers && one != other {
            second.targets[label] *= one / other;
        }
    }
    Ok(())
}

fn contradiction(
    seed: &[f64],
    first: &Margin,
    second: &Margin,
    sets: &mut Sets,
    root: usize,
    component: Component,
) -> NoFit {
    let offset = first.targets.len();
    let mut members = |margin: &Margin, offset: usize| -> Vec<usize> {
        let of = (0..margin.controls.len()).filter(|&label| sets.find(offset + label) == root);
        of.map(|label| margin.controls[label]).collect()
    };
    let (ours, theirs) = (members(first, 0), members(second, offset));
    if component.first_covers && component.second_covers {
        // Cells without people that only one side covers, or that would join it to others.
        let by_zeros = (0..seed.len()).any(|cell| {
            let (a, b) = (first.labels[cell], second.labels[cell]);
            let is_in = |label: u32, offset: usize, sets: &mut Sets| {
                label != NONE && sets.find(offset + label as usize) == root
            };
            seed[cell] == 0.0 && (is_in(a, 0, sets) != is_in(b, offset, sets))
        });
        return NoFit::DifferentTotals {
            first: ours,
            first_total: component.first_total,
            second: theirs,
            second_total: component.second_total,
            by_zeros,
        };
    }
    let (outer, inner, remainder) = if component.first_covers {
        (ours, theirs, component.first_total - component.second_total)
    } else {
        (theirs, ours, component.second_total - component.first_total)
    };
    NoFit::NoRemainder {
        outer,
        inner,
        remainder,
    }
}

/// Disjoint sets, joined with path halving.
struct Sets {
    parents: Vec<usize>,
}

impl Sets {
    fn new(count: usize) -> Self {
        Self {
            parents: (0..count).collect(),
        }
    }

    fn find(&mut self, member: usize) -> usize {
        let mut at = member;
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        // The smaller index stays the root, so that the roots do not depend on the order of the cells.
        self.parents[one.max(other)] = one.min(other);
    }
}
