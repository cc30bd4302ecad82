//! Suppressed counts attacked by linear algebra: everything that is shown is known, every sum that the page states is an equation, and no
//! small count may be determined by them.

#![allow(clippy::indexing_slicing, reason = "indices of the test's own tables")]

use pop_page::{Measure, Review, Row, suppress};
use proptest::prelude::*;

const LEAST: f64 = 10.0;

/// People of a unit: before and after, women and men.
type People = [[f64; 2]; 2];

/// Units of three measures: all, women, men. `parents` has the number of units below each.
fn review(parents: &[Vec<People>]) -> Review {
    let row = |id: String, parent: Option<String>, measure: usize, people: [f64; 2]| Row {
        id,
        parent,
        measure,
        before: Some(people[0]),
        after: Some(people[1]),
        ..Row::default()
    };
    let of = |people: &People, measure: usize| {
        [0, 1].map(|side| match measure {
            0 => people[side][0] + people[side][1],
            sex => people[side][sex - 1],
        })
    };
    let add = |sum: [f64; 2], people: [f64; 2]| [sum[0] + people[0], sum[1] + people[1]];
    let mut review = Review::default();
    for measure in 0..3 {
        let mut total = [0.0; 2];
        for (p, units) in parents.iter().enumerate() {
            let mut sum = [0.0; 2];
            for (u, people) in units.iter().enumerate() {
                let people = of(people, measure);
                sum = add(sum, people);
                let parent = Some(format!("p{p}"));
                review
                    .units
                    .push(row(format!("u{p}-{u}"), parent, measure, people));
            }
            total = add(total, sum);
            review
                .parents
                .push(row(format!("p{p}"), None, measure, sum));
        }
        review.measures.push(Measure {
            total: row(String::new(), None, measure, total),
            ..Measure::default()
        });
    }
    review
}

/// All counts of one side: those of measure 0, then 1 and 2, each the total, parents and units.
fn cells(review: &Review, side: usize) -> Vec<(&Row, f64)> {
    let mut cells = Vec::new();
    for (index, measure) in review.measures.iter().enumerate() {
        cells.push(&measure.total);
        cells.extend(review.parents.iter().filter(|row| row.measure == index));
        cells.extend(review.units.iter().filter(|row| row.measure == index));
    }
    let people = |row: &Row| [row.before, row.after][side].unwrap_or(0.0);
    cells.into_iter().map(|row| (row, people(row))).collect()
}

/// Sums that a reader knows: of units to their parent, of parents to the total, of women and men to all.
fn equations(review: &Review, count: usize) -> Vec<Vec<f64>> {
    let (parents, width) = (review.parents.len() / 3, count / 3);
    let cells = cells(review, 0);
    let mut equations = Vec::new();
    for measure in 0..3 {
        let start = measure * width;
        let mut of_total = vec![0.0; count];
        of_total[start] = -1.0;
        for parent in 0..parents {
            let at = start + 1 + parent;
            of_total[at] = 1.0;
            let mut of_parent = vec![0.0; count];
            of_parent[at] = -1.0;
            for unit in start + 1 + parents..start + width {
                if cells[unit].0.parent.as_deref() == Some(cells[at].0.id.as_str()) {
                    of_parent[unit] = 1.0;
                }
            }
            equations.push(of_parent);
        }
        equations.push(of_total);
    }
    for cell in 0..width {
        let mut of_sexes = vec![0.0; count];
        of_sexes[cell] = -1.0;
        of_sexes[width + cell] = 1.0;
        of_sexes[2 * width + cell] = 1.0;
        equations.push(of_sexes);
    }
    equations
}

/// Unknowns that the equations determine: reduced to row echelon form, their row has no other unknown.
fn determined(mut rows: Vec<Vec<f64>>, unknowns: usize) -> Vec<usize> {
    let mut pivot = 0;
    let mut pivots = Vec::new();
    for column in 0..unknowns {
        let Some(at) = (pivot..rows.len()).find(|&row| rows[row][column].abs() > 1e-9) else {
            continue;
        };
        rows.swap(pivot, at);
        let scale = rows[pivot][column];
        rows[pivot].iter_mut().for_each(|value| *value /= scale);
        let reduced = rows[pivot].clone();
        for row in (0..rows.len()).filter(|&row| row != pivot) {
            let factor = rows[row][column];
            for (value, known) in rows[row].iter_mut().zip(&reduced) {
                *value -= factor * known;
            }
        }
        pivots.push(column);
        pivot += 1;
    }
    let is_alone = |row: &[f64]| row.iter().filter(|value| value.abs() > 1e-9).count() == 1;
    (pivots.iter().zip(&rows))
        .filter(|(_, row)| is_alone(row))
        .map(|(&column, _)| column)
        .collect()
}

fn people() -> impl Strategy<Value = People> {
    let count = prop_oneof![
        1 => Just(0.0),
        2 => (1_u32..10).prop_map(f64::from),
        5 => (10_u32..2_000).prop_map(f64::from),
    ];
    prop::array::uniform2(prop::array::uniform2(count))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn no_small_count_is_determined_by_what_is_shown(
        parents in prop::collection::vec(prop::collection::vec(people(), 1..6), 1..5),
    ) {
        let mut review = review(&parents);
        suppress(&mut review, LEAST);
        for side in 0..2 {
            let cells = cells(&review, side);
            let unknown: Vec<usize> = (0..cells.len()).filter(|&cell| cells[cell].0.is_suppressed).collect();
            for (cell, (row, people)) in cells.iter().enumerate() {
                prop_assert!(row.is_suppressed || *people == 0.0 || *people >= LEAST, "{} {cell}", row.id);
            }
            let rows = equations(&review, cells.len())
                .into_iter()
                .map(|row| unknown.iter().map(|&cell| row[cell]).collect())
                .collect();
            for place in determined(rows, unknown.len()) {
                let (row, people) = cells[unknown[place]];
                prop_assert!(people == 0.0 || people >= LEAST, "{} of measure {}: {people}", row.id, row.measure);
            }
        }
    }
}

#[test]
fn the_attack_finds_a_count_that_only_its_total_hides() {
    let equal = [[50.0; 2]; 2];
    let mut review = review(&[
        vec![[[4.0, 50.0], [4.0, 50.0]], equal, equal],
        vec![equal, equal],
    ]);
    for row in &mut review.units {
        row.is_suppressed = row.before == Some(4.0);
    }
    let cells = cells(&review, 0);
    let unknown: Vec<usize> = (0..cells.len())
        .filter(|&cell| cells[cell].0.is_suppressed)
        .collect();
    let rows = equations(&review, cells.len())
        .into_iter()
        .map(|row| unknown.iter().map(|&cell| row[cell]).collect())
        .collect();
    assert_eq!(determined(rows, unknown.len()), [0]);
}
