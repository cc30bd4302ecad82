//! `--master LEVEL`: the totals of one level hold, those of others give the structure.

use crate::fit::ControlCells;

use super::RakedControl;

/// Scales the controls of other levels so that they add up to those of the master level, wherever both cover the
/// same people. Controls over the same columns are scaled together.
pub(super) fn to_master(master: u32, seed: &[f64], columns: usize, controls: &mut [RakedControl]) {
    let others: Vec<usize> = (0..controls.len())
        .filter(|&at| controls[at].control.level != master)
        .collect();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    // Controls of one level that share no cell are one margin: unit totals, or the bands of a nation.
    for at in others {
        let level = controls[at].control.level;
        let is_apart = |group: &Vec<usize>| {
            group.iter().all(|&other| {
                let (one, other) = (&controls[at].control.cells, &controls[other].control.cells);
                !share(one, other)
            })
        };
        let found = groups.iter().position(|group| {
            group
                .first()
                .is_some_and(|&first| controls[first].control.level == level)
                && is_apart(group)
        });
        match found {
            Some(group) => groups[group].push(at),
            None => groups.push(vec![at]),
        }
    }
    for group in groups {
        scale_group(master, seed, columns, controls, &group);
    }
}

fn share(one: &ControlCells, other: &ControlCells) -> bool {
    one.units.start < other.units.end
        && other.units.start < one.units.end
        && one
            .columns
            .iter()
            .any(|column| other.columns.contains(column))
}

/// Scales a group by units: within each unit of the master level above or around it.
fn scale_group(
    master: u32,
    seed: &[f64],
    columns: usize,
    controls: &mut [RakedControl],
    group: &[usize],
) {
    // Label of each cell in the group, and in the masters that cover the most columns.
    let mut own = vec![usize::MAX; seed.len()];
    for &at in group {
        for cell in controls[at].control.cells.cells(columns) {
            own[cell] = at;
        }
    }
    let mut masters: Vec<usize> = (0..controls.len())
        .filter(|&at| controls[at].control.level == master)
        .collect();
    masters.sort_by_key(|&at| usize::MAX - controls[at].control.cells.columns.len());
    let mut theirs = vec![usize::MAX; seed.len()];
    let mut used = Vec::new();
    for &at in &masters {
        let cells = &controls[at].control.cells;
        if cells.cells(columns).all(|cell| theirs[cell] == usize::MAX) {
            for cell in cells.cells(columns) {
                theirs[cell] = at;
            }
            used.push(at);
        }
    }
    // Connected sets of controls; those that cover the same populated cells are compared.
    let mut root: Vec<usize> = (0..controls.len()).collect();
    let find = |root: &[usize], at: usize| {
        let mut at = at;
        while root[at] != at {
            at = root[at];
        }
        at
    };
    for cell in (0..seed.len()).filter(|&cell| seed[cell] > 0.0) {
        if own[cell] != usize::MAX && theirs[cell] != usize::MAX {
            let (a, b) = (find(&root, own[cell]), find(&root, theirs[cell]));
            root[a.max(b)] = a.min(b);
        }
    }
    let mut is_partial = vec![false; controls.len()];
    for cell in (0..seed.len()).filter(|&cell| seed[cell] > 0.0) {
        match (own[cell], theirs[cell]) {
            (usize::MAX, usize::MAX) => {}
            (at, usize::MAX) | (usize::MAX, at) => is_partial[find(&root, at)] = true,
            _ => {}
        }
    }
    let mut sums = vec![(0.0, 0.0); controls.len()];
    for &at in group {
        sums[find(&root, at)].0 += controls[at].control.cells.target;
    }
    for &at in &used {
        sums[find(&root, at)].1 += controls[at].control.cells.target;
    }
    for &at in group {
        let root = find(&root, at);
        let (ours, target) = sums[root];
        if !is_partial[root] && ours > 0.0 && target > 0.0 {
            let scale = target / ours;
            controls[at].scale = scale;
            controls[at].control.cells.target *= scale;
        }
    }
}
