//! Small counts, hidden so that nobody can be recognised: also from the totals that they are part of.
//!
//! A. Hundepool et al., "Statistical Disclosure Control" (2012), 4.3: secondary suppression in a hierarchy. A hidden count is told by its
//! total less the counts beside it, so others beside it are hidden too; and by another element of the same unit (all people less the
//! women), so a unit is hidden in all or in none.

use std::collections::{BTreeMap, BTreeSet};

use crate::review::{Pyramid, Review, Row};

/// Suppresses rows in which a count is above 0 and below `least`, so many of their neighbours that no suppressed count can be worked out,
/// and what else of the page would tell it.
pub fn suppress(review: &mut Review, least: f64) {
    let totals = review.measures.iter_mut().map(|measure| &mut measure.total);
    let rows = review.units.iter_mut().chain(&mut review.parents);
    for row in rows.chain(totals) {
        row.is_suppressed = is_small_row(row, least);
    }
    // What is hidden in one place has to be guarded in others: until nothing more has to be.
    let mut guarded = true;
    while guarded {
        guarded = spread_over_measures(review)
            | guard_units(review, least)
            | guard_parents(review, least);
    }
    let has_hidden_unit = review.units.iter().any(|row| row.is_suppressed);
    if has_hidden_unit
        && review
            .units
            .iter()
            .any(|row| row.is_suppressed && row.parent.is_none())
    {
        // Whose sums they are in is not known.
        review.parents.clear();
    }
    suppress_sections(review, least);
}

/// What the files say besides: raking, messages and ages of units name figures of which the rows are hidden.
fn suppress_sections(review: &mut Review, least: f64) {
    let is_small = |people: f64| people > 0.0 && people < least;
    let is_total_hidden = review
        .measures
        .iter()
        .any(|measure| measure.total.is_suppressed);
    let mut lines = review
        .balance
        .iter()
        .flatten()
        .flat_map(|balance| &balance.lines);
    // The lines of a balance add up, and those of age bands to those of all ages: all or none.
    review.is_balance_suppressed = is_total_hidden || lines.any(|line| is_small(line.people));
    let has_small = |pyramid: &Pyramid| {
        let bands = pyramid.bands.iter();
        bands.flat_map(|band| [band.women, band.men]).any(is_small)
    };
    let is_balance_suppressed = review.is_balance_suppressed;
    review.country_pyramid = review
        .country_pyramid
        .take()
        .filter(|pyramid| !is_balance_suppressed && !has_small(pyramid));
    // Bands of the units that are drawn, subtracted from those of the country, would leave those of the others.
    review.unit_pyramids = None;
    let hidden: BTreeSet<&str> = review
        .units
        .iter()
        .chain(&review.parents)
        .filter(|row| row.is_suppressed)
        .map(|row| row.id.as_str())
        .collect();
    if let Some(raking) = &mut review.raking {
        raking.units.clear();
        let is_told = raking.controls.iter().any(|line| {
            let people = [line.before, line.after].into_iter().flatten();
            hidden.contains(line.id.as_str()) || people.into_iter().any(is_small)
        });
        if is_told || is_total_hidden {
            raking.controls.clear();
        }
        raking.is_suppressed = true;
    }
    for refused in &mut review.refused {
        refused.message.clear();
    }
    review.remarks.clear();
}

fn is_small_row(row: &Row, least: f64) -> bool {
    let year = row.year_before.as_ref().map(|year| year.value);
    [row.before, row.after, year]
        .into_iter()
        .flatten()
        .any(|people| people > 0.0 && people < least)
}

/// Hides a unit, a parent or the totals in every measure if they are in one. Whether something was hidden.
fn spread_over_measures(review: &mut Review) -> bool {
    let mut changed = false;
    for rows in [&mut review.units, &mut review.parents] {
        let hidden: BTreeSet<String> = rows
            .iter()
            .filter(|row| row.is_suppressed)
            .map(|row| row.id.clone())
            .collect();
        for row in rows.iter_mut().filter(|row| !row.is_suppressed) {
            row.is_suppressed = hidden.contains(&row.id);
            changed |= row.is_suppressed;
        }
    }
    let mut totals = review.measures.iter_mut().map(|measure| &mut measure.total);
    if totals.any(|total| total.is_suppressed) {
        for measure in &mut review.measures {
            changed |= !measure.total.is_suppressed;
            measure.total.is_suppressed = true;
        }
    }
    changed
}

/// What guarding the rows of a total came to.
struct Guarded {
    /// Whether rows were hidden.
    is_changed: bool,
    /// Whether the rows cannot hide each other: their total has to be hidden.
    needs_total: bool,
}

/// Guards rows that are added up to one total: what is hidden of them has two or more counts, of which those that are not small are so
/// large that a small one can be any.
fn guard(rows: &mut [&mut Row], is_total_suppressed: bool, least: f64) -> Guarded {
    let sides: [fn(&Row) -> f64; 2] = [
        |row| row.before.unwrap_or(0.0),
        |row| row.after.unwrap_or(0.0),
    ];
    let mut guarded = Guarded {
        is_changed: false,
        needs_total: false,
    };
    for side in sides {
        loop {
            let hidden = rows
                .iter()
                .filter(|row| row.is_suppressed)
                .map(|row| side(row))
                .filter(|&people| people > 0.0);
            let (mut count, mut large) = (0, 0.0);
            for people in hidden {
                count += 1;
                large += if people < least { 0.0 } else { people };
            }
            let is_needed = count > 0 || is_total_suppressed;
            if !is_needed || count >= 2 && large >= 2.0 * least {
                break;
            }
            let next = rows
                .iter_mut()
                .filter(|row| !row.is_suppressed && side(row) > 0.0)
                .min_by(|a, b| side(a).total_cmp(&side(b)).then(a.id.cmp(&b.id)));
            let Some(row) = next else {
                guarded.needs_total |= count > 0;
                break;
            };
            row.is_suppressed = true;
            guarded.is_changed = true;
        }
    }
    guarded
}

fn guard_parents(review: &mut Review, least: f64) -> bool {
    let mut groups: BTreeMap<usize, Vec<&mut Row>> = BTreeMap::new();
    for row in &mut review.parents {
        groups.entry(row.measure).or_default().push(row);
    }
    let mut changed = false;
    for (measure, mut rows) in groups {
        let Some(measure) = review.measures.get_mut(measure) else {
            continue;
        };
        let guarded = guard(&mut rows, measure.total.is_suppressed, least);
        changed |= guarded.is_changed;
        if guarded.needs_total && !measure.total.is_suppressed {
            measure.total.is_suppressed = true;
            changed = true;
        }
    }
    changed
}

fn guard_units(review: &mut Review, least: f64) -> bool {
    let mut groups: BTreeMap<(usize, Option<String>), Vec<&mut Row>> = BTreeMap::new();
    for row in &mut review.units {
        groups
            .entry((row.measure, row.parent.clone()))
            .or_default()
            .push(row);
    }
    let mut changed = false;
    for ((measure, parent), mut rows) in groups {
        let parent = parent.and_then(|id| {
            let mut parents = review.parents.iter_mut();
            parents.find(|row| row.measure == measure && row.id == id)
        });
        let total = match parent {
            Some(parent) => parent,
            None => match review.measures.get_mut(measure) {
                Some(measure) => &mut measure.total,
                None => continue,
            },
        };
        let guarded = guard(&mut rows, total.is_suppressed, least);
        changed |= guarded.is_changed;
        if guarded.needs_total && !total.is_suppressed {
            total.is_suppressed = true;
            changed = true;
        }
    }
    changed
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

    fn review(total: f64, parents: &[(&str, f64)], units: &[(&str, &str, f64)]) -> Review {
        Review {
            measures: vec![Measure {
                total: row("", "", total),
                ..Measure::default()
            }],
            parents: parents
                .iter()
                .map(|&(id, after)| row(id, "", after))
                .collect(),
            units: units
                .iter()
                .map(|&(id, parent, after)| row(id, parent, after))
                .collect(),
            ..Review::default()
        }
    }

    #[test]
    fn no_suppressed_count_is_the_difference_to_a_total() {
        let mut review = review(
            1_000.0,
            &[("p", 400.0), ("q", 600.0)],
            &[
                ("a", "p", 4.0),
                ("b", "p", 96.0),
                ("c", "p", 300.0),
                ("d", "q", 250.0),
                ("e", "q", 350.0),
            ],
        );
        suppress(&mut review, 10.0);
        assert_eq!(suppressed(&review), ["a", "b"]);
    }

    #[test]
    fn a_suppressed_parent_hides_units_of_its_neighbour() {
        let mut review = review(
            608.0,
            &[("p", 8.0), ("q", 600.0)],
            &[("a", "p", 8.0), ("d", "q", 250.0), ("e", "q", 350.0)],
        );
        suppress(&mut review, 10.0);
        // q would give p away, and d and e together q.
        assert_eq!(suppressed(&review), ["p", "q", "a", "d", "e"]);
    }

    #[test]
    fn small_counts_that_add_up_to_little_hide_their_total() {
        // 1 + 1: the sum alone would tell both.
        let mut review = review(
            302.0,
            &[("p", 102.0), ("q", 200.0)],
            &[
                ("a", "p", 1.0),
                ("b", "p", 1.0),
                ("c", "p", 100.0),
                ("d", "q", 100.0),
                ("e", "q", 100.0),
            ],
        );
        suppress(&mut review, 10.0);
        assert_eq!(suppressed(&review), ["a", "b", "c"]);
    }

    #[test]
    fn zero_is_no_small_count() {
        let mut review = review(30.0, &[], &[("a", "p", 0.0), ("b", "p", 30.0)]);
        suppress(&mut review, 10.0);
        assert!(suppressed(&review).is_empty());
    }
}
