//! Sides that outlines share: a point that cuts one of them cuts all.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::tessellation::{Tessellation, side_key};
use crate::{CatchmentError, Position};

/// Rounds after which points are taken not to settle; one is usual.
const MOST_ROUNDS: usize = 50;

/// Cuts the lines of all tessellations where they meet, and sides that several have at the same points in all of them.
pub(crate) fn cut_all(tessellations: &mut [Tessellation]) -> Result<(), CatchmentError> {
    tessellations
        .par_iter_mut()
        .try_for_each(Tessellation::cut)?;
    for _ in 0..MOST_ROUNDS {
        let points = points_of_sides(tessellations);
        let changed = tessellations
            .par_iter_mut()
            .map(|tessellation| {
                let changed = tessellation.cut_at(&points);
                tessellation.cut()?;
                Ok(changed)
            })
            .try_reduce(|| false, |a, b| Ok(a || b))?;
        if !changed {
            return Ok(());
        }
    }
    Err(CatchmentError::Unsettled)
}

/// The points of every side that is cut, in order from the smaller end.
fn points_of_sides(tessellations: &[Tessellation]) -> HashMap<[[u64; 2]; 2], Vec<Position>> {
    let found: Vec<_> = tessellations
        .par_iter()
        .map(Tessellation::cut_sides)
        .collect();
    let mut points: HashMap<[[u64; 2]; 2], Vec<Position>> = HashMap::new();
    for (ends, cuts) in found.into_iter().flatten() {
        points.entry(side_key(&ends)).or_default().extend(cuts);
    }
    for (key, points) in &mut points {
        let [from, to] = key.map(|end| end.map(f64::from_bits));
        let axis = usize::from((to[1] - from[1]).abs() > (to[0] - from[0]).abs());
        let sign = [0, 1].map(|axis: usize| if to[axis] < from[axis] { -1.0 } else { 1.0 });
        points.sort_by(|a, b| {
            let along = |axis: usize| (sign[axis] * a[axis]).total_cmp(&(sign[axis] * b[axis]));
            along(axis).then_with(|| along(1 - axis))
        });
        points.dedup();
    }
    points
}
