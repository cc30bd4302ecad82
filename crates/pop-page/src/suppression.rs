//! Small counts, hidden so that nobody can be recognised: also from the totals that they are part of.

use std::collections::BTreeMap;

use crate::review::{Review, Row};

/// Suppresses rows in which a count is above 0 and below `least`, and so many of their neighbours that no suppressed count is the
/// difference between a total and the rows beside it: under each parent at least two rows are suppressed, or none.
///
/// A. Hundepool et al., "Statistical Disclosure Control" (2012), 4.3: secondary suppression in a hierarchy.
pub fn suppress(review: &mut Review, least: f64) {
    for row in review.units.iter_mut().chain(&mut review.parents) {
        row.is_suppressed = is_small(row, least);
    }
    for measure in &mut review.measures {
        measure.total.is_suppressed = is_small(&measure.total, least);
    }
    // A parent that has to be suppressed hides units, and suppressed units may hide parents: once more after that.
    for _ in 0..2 {
        guard_parents(review);
        guard_units(review);
    }
    review.pyramids.retain(|pyramid| {
        let people = |count: f64| count > 0.0 && count < least;
        !pyramid
            .bands
            .iter()
            .any(|band| people(band.women) || people(band.men))
    });
}

fn is_small(row: &Row, least: f64) -> bool {
    let year = row.year_before.as_ref().map(|year| year.value);
    [row.before, row.after, year]
        .into_iter()
        .flatten()
        .any(|people| people > 0.0 && people < least)
}

/// Rows that are added up to one total.
fn guard(rows: &mut [&mut Row], is_total_suppressed: bool) {
    let suppressed = rows.iter().filter(|row| row.is_suppressed).count();
    let wanted = match suppressed {
        0 if !is_total_suppressed => 0,
        0 | 1 => 2 - suppressed,
        _ => 0,
    };
    let size = |row: &Row| row.after.or(row.before).unwrap_or(0.0);
    for _ in 0..wanted {
        let next = rows
            .iter_mut()
            .filter(|row| !row.is_suppressed && size(row) > 0.0)
            .min_by(|a, b| size(a).total_cmp(&size(b)).then(a.id.cmp(&b.id)));
        if let Some(row) = next {
            row.is_suppressed = true;
        }
    }
}

fn guard_parents(review: &mut Review) {
    let mut groups: BTreeMap<usize, Vec<&mut Row>> = BTreeMap::new();
    for row in &mut review.parents {
        groups.entry(row.measure).or_default().push(row);
    }
    for (measure, mut rows) in groups {
        let total = review.measures.get(measure);
        guard(
            &mut rows,
            total.is_some_and(|measure| measure.total.is_suppressed),
        );
    }
}

fn guard_units(review: &mut Review) {
    let parents: BTreeMap<(usize, &str), bool> = review
        .parents
        .iter()
        .map(|row| ((row.measure, row.id.as_str()), row.is_suppressed))
        .collect();
    let mut groups: BTreeMap<(usize, Option<String>), Vec<&mut Row>> = BTreeMap::new();
    for row in &mut review.units {
        groups
            .entry((row.measure, row.parent.clone()))
            .or_default()
            .push(row);
    }
    for ((measure, parent), mut rows) in groups {
        let parent = parent.as_deref().unwrap_or_default();
        guard(
            &mut rows,
            parents.get(&(measure, parent)).copied().unwrap_or(false),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::Measure;

    fn row(id: &str, parent: &str, after: f64) -> Row {
        Row {
            id: id.into(),
            parent: (!parent.is_empty()).then(|| parent.into()),
            after: Some(after),
            ..Row::default()
        }
    }

    fn suppressed(review: &Review) -> Vec<&str> {
        let rows = review.parents.iter().chain(&review.units);
        rows.filter(|row| row.is_suppressed)
            .map(|row| row.id.as_str())
            .collect()
    }

    #[test]
    fn no_suppressed_count_is_the_difference_to_a_total() {
        let mut review = Review {
            measures: vec![Measure {
                total: row("", "", 1_000.0),
                ..Measure::default()
            }],
            parents: vec![row("p", "", 400.0), row("q", "", 600.0)],
            units: vec![
                row("a", "p", 4.0),
                row("b", "p", 96.0),
                row("c", "p", 300.0),
                row("d", "q", 250.0),
                row("e", "q", 350.0),
            ],
            ..Review::default()
        };
        suppress(&mut review, 10.0);
        assert_eq!(suppressed(&review), ["a", "b"]);
    }

    #[test]
    fn a_suppressed_parent_hides_units_of_its_neighbour() {
        let mut review = Review {
            measures: vec![Measure {
                total: row("", "", 608.0),
                ..Measure::default()
            }],
            parents: vec![row("p", "", 8.0), row("q", "", 600.0)],
            units: vec![
                row("a", "p", 8.0),
                row("d", "q", 250.0),
                row("e", "q", 350.0),
            ],
            ..Review::default()
        };
        suppress(&mut review, 10.0);
        // q would give p away, and d and e together q.
        assert_eq!(suppressed(&review), ["p", "q", "a", "d", "e"]);
    }

    #[test]
    fn zero_is_no_small_count() {
        let mut review = Review {
            units: vec![row("a", "p", 0.0), row("b", "p", 30.0)],
            ..Review::default()
        };
        suppress(&mut review, 10.0);
        assert!(suppressed(&review).is_empty());
    }
}
