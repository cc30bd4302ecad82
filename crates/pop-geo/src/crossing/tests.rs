//! Contacts against every pair of segments.

use proptest::prelude::*;

use super::*;

/// Every two segments that do not follow each other, in whole numbers.
fn brute(ring: &[[i64; 2]]) -> Option<bool> {
    let count = ring.len();
    let segment = |index: usize| (ring[index % count], ring[(index + 1) % count]);
    let turn = |a: [i64; 2], b: [i64; 2], c: [i64; 2]| {
        ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).signum()
    };
    let boxed = |(a, b): ([i64; 2], [i64; 2]), (c, d): ([i64; 2], [i64; 2])| {
        (0..2).all(|axis| {
            a[axis].min(b[axis]) <= c[axis].max(d[axis])
                && c[axis].min(d[axis]) <= a[axis].max(b[axis])
        })
    };
    let mut found = None;
    for i in 0..count {
        for j in i + 2..count {
            if i == 0 && j == count - 1 {
                continue;
            }
            let ((a, b), (c, d)) = (segment(i), segment(j));
            let sides = turn(a, b, c) * turn(a, b, d);
            let others = turn(c, d, a) * turn(c, d, b);
            if sides > 0 || others > 0 || !boxed((a, b), (c, d)) {
                continue;
            }
            let crosses = sides < 0 && others < 0;
            found = Some(found.unwrap_or(false) || crosses);
        }
    }
    found
}

fn found(ring: &[[i64; 2]]) -> Option<bool> {
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    let ring: Vec<[f64; 2]> = ring
        .iter()
        .map(|point| point.map(|value| value as f64))
        .collect();
    IndexedRing::new(&ring)
        .self_contact()
        .map(|contact| matches!(contact, Contact::Cross(_)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Few places, so that touches, shared points and collinear segments are common.
    #[test]
    fn contacts_on_a_coarse_grid_are_those_of_every_pair(ring in proptest::collection::vec([-6_i64..7, -6_i64..7], 3..40)) {
        let mut ring = ring;
        ring.dedup();
        while ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        prop_assume!(ring.len() >= 3);
        prop_assert_eq!(found(&ring), brute(&ring));
    }

    /// Long wandering lines, so that the tree is deep and contacts are rare.
    #[test]
    fn contacts_of_a_wandering_line_are_those_of_every_pair(steps in proptest::collection::vec([-5_i64..6, -2_i64..9], 20..200)) {
        let mut at = [0_i64, 0];
        let mut ring = vec![at];
        for step in steps {
            at = [at[0] + step[0], at[1] + step[1]];
            if ring.last() != Some(&at) {
                ring.push(at);
            }
        }
        ring.push([-5_000, at[1] / 2]);
        prop_assume!(ring.len() >= 4);
        prop_assert_eq!(found(&ring), brute(&ring));
    }
}

#[test]
fn a_point_lies_within_or_not() {
    let ring = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [2.0, 1.0], [0.0, 4.0]];
    let indexed = IndexedRing::new(&ring);
    assert!(indexed.encloses([1.0, 1.0]));
    assert!(!indexed.encloses([2.0, 2.0]));
    assert!(!indexed.encloses([5.0, 1.0]));
    assert_eq!(
        indexed.bounds(),
        Bounds {
            west: 0.0,
            south: 0.0,
            east: 4.0,
            north: 4.0
        }
    );
}
