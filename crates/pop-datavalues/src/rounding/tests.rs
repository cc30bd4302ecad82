//! Small tables by hand, and what must hold for all of them.

use proptest::prelude::*;

use super::*;

/// Sums a set of cells exactly enough to judge it, and its whole counterpart.
fn sums(values: &[f64], rounded: &[i64], cells: impl Iterator<Item = usize> + Clone) -> (f64, i64) {
    (
        cells.clone().map(|i| values[i]).sum(),
        cells.map(|i| rounded[i]).sum(),
    )
}

/// Every set whose total counts: cells, groups, units, inner nodes, columns of each, the whole.
fn all_sets(tree: &RoundingTree, columns: usize, groups: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut sets: Vec<Vec<usize>> = (0..tree.units * columns).map(|i| vec![i]).collect();
    for unit in 0..tree.units {
        sets.extend(
            groups
                .iter()
                .map(|g| g.iter().map(|c| unit * columns + c).collect()),
        );
    }
    let below = |node: usize| {
        (0..tree.units).filter(move |&unit| {
            std::iter::successors(Some(unit), |&n| tree.parents[n]).any(|n| n == node)
        })
    };
    for node in 0..tree.parents.len() {
        sets.push(
            below(node)
                .flat_map(|u| (0..columns).map(move |c| u * columns + c))
                .collect(),
        );
        sets.extend((0..columns).map(|c| below(node).map(|u| u * columns + c).collect()));
    }
    sets.extend((0..columns).map(|c| (0..tree.units).map(|u| u * columns + c).collect()));
    sets.push((0..tree.units * columns).collect());
    sets
}

fn check(tree: &RoundingTree, columns: usize, groups: &[Vec<usize>], values: &[f64]) -> Vec<i64> {
    let rounded = round(tree, columns, groups, values).unwrap();
    for set in all_sets(tree, columns, groups) {
        let (exact, whole) = sums(values, &rounded, set.iter().copied());
        let target = snap_to_integer(exact);
        // A sum of many values is itself only known to some digits.
        let slack = 1e-9;
        assert!(
            (whole as f64) > target - 1.0 - slack && (whole as f64) < target + 1.0 + slack,
            "{exact} became {whole}"
        );
        if target == target.round() {
            assert_eq!(whole as f64, target, "{exact} became {whole}");
        }
    }
    let (exact, whole) = sums(values, &rounded, 0..values.len());
    assert!(
        (exact - whole as f64).abs() <= 0.5 + 1e-9,
        "the whole, {exact}, became {whole}"
    );
    rounded
}

#[test]
fn two_units_of_two_halves_have_bands_of_one() {
    let rounded = check(&RoundingTree::flat(2), 2, &[], &[0.5, 0.5, 0.5, 0.5]);
    assert_eq!([rounded[0] + rounded[2], rounded[1] + rounded[3]], [1, 1]);
    assert_eq!([rounded[0] + rounded[1], rounded[2] + rounded[3]], [1, 1]);
    assert_eq!(rounded, [1, 0, 0, 1]);
}

#[test]
fn a_total_of_thirds_is_kept() {
    assert_eq!(
        check(&RoundingTree::flat(3), 1, &[], &[33.333_333; 3])
            .iter()
            .sum::<i64>(),
        100
    );
    assert_eq!(
        check(&RoundingTree::flat(2), 1, &[], &[100.4, 0.5]),
        [100, 1]
    );
}

#[test]
fn top_down_alone_would_fail_here() {
    // Columns of one half each under a row that is exactly one: not both of the first two may rise with the third.
    check(
        &RoundingTree::flat(2),
        3,
        &[],
        &[0.5, 0.5, 0.0, 0.0, 0.0, 0.5],
    );
}

#[test]
fn groups_within_a_unit_are_kept() {
    // Under five is exactly two in each unit.
    let rounded = check(
        &RoundingTree::flat(2),
        3,
        &[vec![0, 1]],
        &[0.5, 1.5, 7.3, 1.25, 0.75, 7.3],
    );
    assert_eq!([rounded[0] + rounded[1], rounded[3] + rounded[4]], [2, 2]);
}

#[test]
fn whole_numbers_and_zeros_stay() {
    let values = [0.0, 5.0, 17.0, 2_147_483_647.0, 0.0, 1.0];
    assert_eq!(
        round(&RoundingTree::flat(3), 2, &[], &values).unwrap(),
        values.map(|v| v as i64)
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    assert_eq!(
        RoundingTree::new(1, vec![Some(1), Some(1)]),
        Err(RoundingError::Tree(0))
    );
    assert_eq!(
        RoundingTree::new(2, vec![None, Some(0)]),
        Err(RoundingError::Tree(1))
    );
    let groups = [vec![0, 1], vec![1, 2]];
    assert_eq!(
        round(&RoundingTree::flat(1), 3, &groups, &[0.1; 3]),
        Err(RoundingError::Groups(0, 1))
    );
    for value in [-0.5, f64::NAN, f64::INFINITY, 1e300] {
        assert!(matches!(
            round(&RoundingTree::flat(1), 1, &[], &[value]),
            Err(RoundingError::Value { .. })
        ));
    }
    assert_eq!(
        round(&RoundingTree::flat(2), 2, &[], &[1.0]),
        Err(RoundingError::Size {
            found: 1,
            expected: 4
        })
    );
    assert_eq!(round(&RoundingTree::flat(0), 2, &[], &[]), Ok(vec![]));
}

prop_compose! {
    fn trees()(inner in 0_usize..6, units in 1_usize..9)(
        above in prop::collection::vec(any::<prop::sample::Index>(), inner),
        homes in prop::collection::vec(any::<prop::sample::Index>(), units),
        inner in Just(inner), units in Just(units),
    ) -> RoundingTree {
        // A parent is drawn among the nodes before, 0 being the whole.
        let place = |index: usize| index.checked_sub(1).map(|i| units + i);
        let mut parents: Vec<Option<usize>> = homes.iter().map(|h| place(h.index(inner + 1))).collect();
        parents.extend(above.iter().enumerate().map(|(i, a)| place(a.index(i + 1))));
        RoundingTree::new(units, parents).unwrap()
    }
}

/// Chains of nodes with one child each, as deep as a hierarchy may be and deeper.
fn chains() -> impl Strategy<Value = RoundingTree> {
    (1_usize..4, 1_usize..40).prop_map(|(units, depth)| {
        let first = |chain: usize| units + chain * depth;
        let mut parents: Vec<Option<usize>> = (0..units).map(|u| Some(first(u))).collect();
        for chain in 0..units {
            parents.extend((1..=depth).map(|step| (step < depth).then(|| first(chain) + step)));
        }
        RoundingTree::new(units, parents).unwrap()
    })
}

fn values() -> impl Strategy<Value = f64> {
    prop_oneof![
        2 => Just(0.0),
        1 => 0.0..2_147_483_647.0,
        1 => (1_u32..1000, prop::sample::select(vec![-1e-7, 1e-7, -9e-7, 9e-7]))
            .prop_map(|(n, dust)| f64::from(n) + dust),
        3 => 0.0..3.0,
        1 => 0.0..1e6,
        2 => (0_u32..12).prop_map(|n| f64::from(n) / 4.0),
        1 => (0_u32..5).prop_map(f64::from),
        1 => (0_u32..5).prop_map(|n| f64::from(n) / 3.0),
        1 => 0.0..1e-9,
        1 => (1_u32..5, -1e-8..1e-8).prop_map(|(n, dust)| f64::from(n) + dust),
    ]
}

prop_compose! {
    fn tables()(tree in prop_oneof![4 => trees(), 1 => chains()], columns in 1_usize..7)(
        values in prop::collection::vec(values(), tree.units * columns),
        cut in 0..columns,
        tree in Just(tree), columns in Just(columns),
    ) -> (RoundingTree, usize, Vec<Vec<usize>>, Vec<f64>) {
        // Three nested groups and one beside them.
        let groups = vec![(0..cut).collect(), (0..cut / 2).collect(), (cut..columns).collect(), (0..columns).collect()];
        (tree, columns, groups, values)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if testdata::long() { 60_000 } else { 600 }))]

    #[test]
    fn every_total_is_whole_and_next_to_the_exact_one((tree, columns, groups, values) in tables()) {
        let rounded = check(&tree, columns, &groups, &values);
        for (value, whole) in values.iter().zip(&rounded) {
            prop_assert!(*value != 0.0 || *whole == 0);
        }
        let again: Vec<f64> = rounded.iter().map(|&v| v as f64).collect();
        prop_assert_eq!(round(&tree, columns, &groups, &again).unwrap(), rounded);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if testdata::long() { 5_000 } else { 100 }))]

    /// Margins that differ from a whole number by dust only, whatever the cells are.
    #[test]
    fn margins_of_dust_are_that_whole_number(
        tree in trees(), columns in 1_usize..5, quarters in prop::collection::vec(0_u32..9, 64), dust in -5e-7..5e-7,
    ) {
        let count = tree.units * columns;
        let mut values: Vec<f64> = (0..count).map(|i| f64::from(quarters[i % 64]) / 4.0).collect();
        // One cell makes the whole a whole number, but for the dust.
        let rest: f64 = values[1..].iter().sum();
        values[0] = f64::max(rest.ceil() - rest + dust, 0.0) + 1.0;
        let rounded = check(&tree, columns, &[], &values);
        let whole: i64 = rounded.iter().sum();
        prop_assert_eq!(whole as f64, values.iter().sum::<f64>().round());
    }

    #[test]
    fn rounding_again_changes_nothing((tree, columns, groups, values) in tables()) {
        let rounded = round(&tree, columns, &groups, &values).unwrap();
        prop_assert_eq!(round(&tree, columns, &groups, &values).unwrap(), rounded);
    }
}

#[test]
fn many_empty_bands_and_one_person_stay_one_person() {
    // Forty bands in ten units that hold a tenth of a person each, all in one band.
    let tree = RoundingTree::new(
        10,
        (0..10)
            .map(|u| Some(10 + u % 2))
            .chain([None, None])
            .collect(),
    )
    .unwrap();
    let mut values = vec![0.0; 400];
    for unit in 0..10 {
        values[unit * 40 + 7] = 0.1;
    }
    let rounded = check(&tree, 40, &[(0..20).collect(), (20..40).collect()], &values);
    assert_eq!(rounded.iter().sum::<i64>(), 1);
}

#[test]
fn the_largest_values_keep_their_fractions() {
    let most = 4_294_967_295.5;
    let rounded = check(&RoundingTree::flat(2), 2, &[], &[most, 0.5, 0.5, most]);
    assert_eq!(rounded.iter().sum::<i64>(), 8_589_934_592);
}

#[test]
fn a_deep_hierarchy_takes_no_deep_stack() {
    let depth = 2_000;
    let parents = (1..=depth).map(|node| (node < depth).then_some(node + 1));
    let tree = RoundingTree::new(1, std::iter::once(Some(1)).chain(parents).collect()).unwrap();
    assert_eq!(
        round(&tree, 2, &[], &[0.5, 0.5])
            .unwrap()
            .iter()
            .sum::<i64>(),
        1
    );
}

/// A country's size: provinces, districts, units; ages by sex.
#[test]
fn a_country_is_rounded_within_its_time() {
    let (provinces, districts, units, columns) =
        (20, 500, if testdata::long() { 25_000 } else { 2_000 }, 40);
    let mut parents: Vec<Option<usize>> = (0..units)
        .map(|u| Some(units + provinces + u * districts / units))
        .collect();
    parents.extend(vec![None; provinces]);
    parents.extend((0..districts).map(|d| Some(units + d * provinces / districts)));
    let tree = RoundingTree::new(units, parents).unwrap();
    let mut seed = 1_u64;
    let values: Vec<f64> = (0..units * columns)
        .map(|_| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 11) as f64 / (1_u64 << 53) as f64 * 300.0
        })
        .collect();
    let rounded = round(&tree, columns, &[], &values).unwrap();
    for unit in 0..units {
        let (exact, whole) = sums(&values, &rounded, unit * columns..(unit + 1) * columns);
        assert!((exact - whole as f64).abs() < 1.0 + 1e-6);
    }
    let (exact, whole) = sums(&values, &rounded, 0..values.len());
    assert!((exact - whole as f64).abs() < 0.5 + 1e-6);
}
