//! The Newton step of many controls, by conjugate gradients (M. R. Hestenes, E. Stiefel, "Methods of conjugate gradients for solving
//! linear systems", Journal of Research of the National Bureau of Standards 49, 1952), each control scaled by its diagonal.

use crate::fit::margins::{Margins, NONE};

/// The square of what the gaps may still be, as a share of what they were.
const ACCURACY: f64 = 1e-16;

/// So many cells are visited at most to find a step, in 200 iterations or more.
const MOST_CELLS: usize = 200_000_000;

/// Rounding leaves gaps that no step closes: so many iterations without progress are the end.
const MOST_STALLED: usize = 300;

/// A number for every control of every margin.
type Vector = Vec<Vec<f64>>;

/// The change of the logarithms of all multipliers.
pub(super) fn step(margins: &Margins, values: &[f64], gaps: &[Vec<f64>]) -> Vector {
    let diagonal: Vector = margins.list.iter().map(|m| m.sums(values)).collect();
    let scaled = |vector: &Vector| -> Vector {
        let pairs = vector.iter().zip(&diagonal);
        let divide = |(x, d): (&f64, &f64)| if *d > 0.0 { x / d } else { 0.0 };
        pairs
            .map(|(x, d)| x.iter().zip(d).map(divide).collect())
            .collect()
    };
    let mut solution: Vector = gaps.iter().map(|gaps| vec![0.0; gaps.len()]).collect();
    let mut rest: Vector = gaps
        .iter()
        .map(|gaps| gaps.iter().map(|gap| -gap).collect())
        .collect();
    let mut direction = scaled(&rest);
    let mut size = product(&rest, &direction);
    let wanted = ACCURACY * size;
    let (mut best, mut least, mut stalled) = (solution.clone(), size, 0);
    for _ in 0..(MOST_CELLS / values.len().max(1)).clamp(200, 10_000) {
        if size <= wanted || stalled > MOST_STALLED {
            break;
        }
        let image = image(margins, values, &direction);
        let curvature = product(&direction, &image);
        if curvature <= 0.0 {
            break;
        }
        add(&mut solution, size / curvature, &direction);
        add(&mut rest, -size / curvature, &image);
        let next = scaled(&rest);
        let next_size = product(&rest, &next);
        let share = next_size / size;
        for (direction, next) in direction.iter_mut().flatten().zip(next.iter().flatten()) {
            *direction = next + share * *direction;
        }
        size = next_size;
        if size < least {
            least = size;
            best.clone_from(&solution);
            stalled = 0;
        } else {
            stalled += 1;
        }
    }
    best
}

/// The Hessian times a vector.
fn image(margins: &Margins, values: &[f64], vector: &Vector) -> Vector {
    let mut weighted = vec![0.0; values.len()];
    for (margin, vector) in margins.list.iter().zip(vector) {
        for (sum, &label) in weighted.iter_mut().zip(&margin.labels) {
            if label != NONE {
                *sum += vector[label as usize];
            }
        }
    }
    for (sum, value) in weighted.iter_mut().zip(values) {
        *sum *= value;
    }
    let sums = |margin: &crate::fit::margins::Margin| {
        let mut sums = vec![0.0; margin.targets.len()];
        for (&value, &label) in weighted.iter().zip(&margin.labels) {
            if label != NONE {
                sums[label as usize] += value;
            }
        }
        sums
    };
    margins.list.iter().map(sums).collect()
}

fn product(one: &Vector, other: &Vector) -> f64 {
    one.iter()
        .flatten()
        .zip(other.iter().flatten())
        .map(|(a, b)| a * b)
        .sum()
}

fn add(to: &mut Vector, factor: f64, vector: &Vector) {
    for (to, value) in to.iter_mut().flatten().zip(vector.iter().flatten()) {
        *to += factor * value;
    }
}
