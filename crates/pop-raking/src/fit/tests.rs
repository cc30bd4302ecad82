//! Known tables, tables without an answer, and what must hold for all.

use proptest::prelude::*;

use super::*;

/// Controls on the rows and on the columns of a table.
fn rows_and_columns(rows: &[f64], columns: &[f64]) -> Vec<ControlCells> {
    let all: Vec<u32> = (0..columns.len() as u32).collect();
    let of_rows = rows.iter().enumerate().map(|(row, &target)| ControlCells {
        units: row..row + 1,
        columns: all.clone(),
        target,
    });
    let of_columns = (0_u32..)
        .zip(columns)
        .map(|(column, &target)| ControlCells {
            units: 0..rows.len(),
            columns: vec![column],
            target,
        });
    of_rows.chain(of_columns).collect()
}

fn assert_near(found: &[f64], expected: &[f64], relative: f64) {
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= relative * expected.abs(),
            "{found} is not {expected}"
        );
    }
}

#[test]
fn the_tables_of_the_literature_are_met() {
    let classic = fit(
        &[8., 4., 6., 7., 3., 6., 5., 2., 9., 11., 3., 1.],
        4,
        &rows_and_columns(&[20., 18., 22.], &[18., 16., 12., 14.]),
    )
    .unwrap();
    let expected = [
        5.579361394025,
        2.162466941638,
        3.891873715187,
        8.366297949157,
        3.433199676456,
        5.322602556149,
        5.321827529937,
        3.922370237458,
        8.987438929519,
        8.514930502213,
        2.786298754876,
        1.711331813384,
    ];
    assert_near(&classic.values, &expected, 1e-11);
    let with_zeros = fit(
        &[40., 0., 10., 20., 30., 0., 5., 5., 5.],
        3,
        &rows_and_columns(&[60., 40., 20.], &[62., 38., 20.]),
    )
    .unwrap();
    let expected = [
        46.068808233323,
        0.,
        13.931191766635,
        10.913983487029,
        29.086016513007,
        0.,
        5.017208279648,
        8.913983486993,
        6.068808233365,
    ];
    assert_near(&with_zeros.values, &expected, 1e-10);
}

#[test]
fn a_diagonal_seed_has_no_other_margins() {
    let controls = rows_and_columns(&[10., 20.], &[20., 10.]);
    let error = fit(&[1., 0., 0., 1.], 2, &controls).unwrap_err();
    assert_eq!(
        error,
        NoFit::DifferentTotals {
            first: vec![0],
            first_total: 10.0,
            second: vec![2],
            second_total: 20.0,
            by_zeros: true,
        }
    );
}

#[test]
fn a_table_met_only_by_emptying_a_cell_is_refused() {
    let controls = rows_and_columns(&[10., 10.], &[10., 10.]);
    let error = fit(&[1., 1., 1., 0.], 2, &controls).unwrap_err();
    assert!(
        matches!(&error, NoFit::Emptied { cells, .. } if *cells == [0]),
        "{error:?}"
    );
}

#[test]
fn people_where_there_are_none_are_refused() {
    let controls = rows_and_columns(&[4., 8.], &[5., 7.]);
    let error = fit(&[0., 0., 3., 5.], 2, &controls).unwrap_err();
    assert_eq!(error, NoFit::NoPeople { control: 0 });
}

#[test]
fn margins_of_different_totals_are_refused() {
    let controls = rows_and_columns(&[100., 100.], &[101., 100.]);
    let error = fit(&[40., 30., 35., 50.], 2, &controls).unwrap_err();
    assert_eq!(
        error,
        NoFit::DifferentTotals {
            first: vec![0, 1],
            first_total: 200.0,
            second: vec![2, 3],
            second_total: 201.0,
            by_zeros: false,
        }
    );
}

#[test]
fn zeros_that_leave_no_table_are_refused() {
    // Connected, of equal totals, and the first two rows need 20 people in a column of 15.
    let seed = [1., 0., 0., 1., 0., 0., 1., 1., 1.];
    let controls = rows_and_columns(&[10., 10., 10.], &[15., 8., 7.]);
    let error = fit(&seed, 3, &controls).unwrap_err();
    assert!(matches!(error, NoFit::NoTable { .. }), "{error:?}");
}

#[test]
fn a_cell_may_be_next_to_nothing_in_a_table() {
    // Of four units, the first alone in its region, women and men in four age bands: between margins of everybody, of each sex and of each
    // band some cells end below a billionth of the grid. A linear program says that there is a table.
    let seed = [
        [
            345.2, 0.0447, 10371.9, 0.00646, 381.6, 57.59, 0.0167, 1152.1,
        ],
        [
            389.7, 20275.7, 1592.0, 0.00188, 546.8, 0.0033, 0.0078, 909.7,
        ],
        [
            31044.8, 265.9, 7135.6, 21340.1, 0.00335, 0.0295, 3270.9, 0.361,
        ],
        [81.56, 1206.3, 3.963, 7.781, 0.0527, 6.038, 2.732, 2.263],
    ];
    let control = |units: Range<usize>, columns: &[u32], target| ControlCells {
        units,
        columns: columns.to_vec(),
        target,
    };
    let (women, men) = ([0, 1, 2, 3], [4, 5, 6, 7]);
    let controls = [
        control(0..4, &[4], 12.0),
        control(0..4, &[5], 20.0),
        control(0..1, &men, 9.0),
        control(0..1, &[0, 4], 0.0),
        control(0..1, &women, 8.0),
        control(0..4, &[2, 6], 26.0),
        control(0..1, &[3, 7], 2.0),
        control(1..4, &[3, 7], 32.0),
        control(1..4, &men, 59.0),
        control(1..4, &[2, 6], 20.0),
        control(0..4, &[1], 3.0),
        control(1..4, &[0, 4], 36.0),
        control(0..4, &[6], 22.0),
        control(1..4, &women, 43.0),
        control(0..1, &[2, 6], 6.0),
        control(0..1, &[1, 5], 9.0),
        control(0..4, &[7], 14.0),
        control(1..4, &[1, 5], 14.0),
    ];
    let found = fit(&seed.concat(), 8, &controls).unwrap();
    assert!(
        found
            .factors
            .iter()
            .any(|&factor| 0.0 < factor && factor < 1e-9)
    );
    for control in &controls {
        let sum: f64 = control.cells(8).map(|cell| found.values[cell]).sum();
        assert!((sum - control.target).abs() <= 1e-10 * control.target);
    }
}

#[test]
fn a_total_of_zero_empties_its_cells() {
    let controls = rows_and_columns(&[0., 10.], &[5., 5.]);
    let fit = fit(&[4., 6., 3., 7.], 2, &controls).unwrap();
    assert_eq!(fit.values[..2], [0.0, 0.0]);
    assert_near(&fit.values[2..], &[5.0, 5.0], 1e-12);
}

#[test]
fn nested_totals_leave_the_rest_in_proportion() {
    let control = |units: Range<usize>, target| ControlCells {
        units,
        columns: vec![0],
        target,
    };
    let seed = [10., 20., 30., 40.];
    let nested = fit(
        &seed,
        1,
        &[control(0..4, 200.), control(0..2, 60.), control(0..1, 50.)],
    )
    .unwrap();
    assert_near(&nested.values, &[50., 10., 60., 80.], 1e-14);
    let error = fit(&seed, 1, &[control(0..4, 60.), control(0..2, 60.)]).unwrap_err();
    assert!(
        matches!(error, NoFit::NoRemainder { remainder: 0.0, .. }),
        "{error:?}"
    );
    let error = fit(
        &seed,
        1,
        &[control(0..2, 60.), control(0..1, 20.), control(1..2, 41.)],
    )
    .unwrap_err();
    assert!(
        matches!(
            error,
            NoFit::DifferentTotals {
                second_total: 61.0,
                ..
            }
        ),
        "{error:?}"
    );
}

/// A table near one that meets the controls: row, column and wide-column totals of another table.
fn tables() -> impl Strategy<Value = (Vec<f64>, usize, Vec<ControlCells>)> {
    (2_usize..7, 2_usize..6).prop_flat_map(|(units, columns)| {
        let cells = units * columns;
        (
            prop::collection::vec(prop_oneof![6 => 0.5..500.0, 1 => Just(0.0)], cells),
            prop::collection::vec(0.4..2.5, cells),
            0..=units,
            1..columns,
        )
            .prop_map(move |(seed, factors, split, wide)| {
                let truth: Vec<f64> = seed.iter().zip(&factors).map(|(s, f)| s * f).collect();
                let mut controls = Vec::new();
                let mut add = |units: Range<usize>, of: Vec<u32>| {
                    let mut control = ControlCells {
                        units,
                        columns: of,
                        target: 0.0,
                    };
                    control.target = control.cells(columns).map(|cell| truth[cell]).sum();
                    if control.target > 0.0 {
                        controls.push(control);
                    }
                };
                for unit in 0..units {
                    add(unit..unit + 1, (0..columns as u32).collect());
                }
                for column in 0..columns as u32 {
                    add(0..units, vec![column]);
                }
                for part in [0..split, split..units] {
                    add(part, (0..wide as u32).collect());
                }
                (seed, columns, controls)
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if testdata::long() { 20_000 } else { 300 }))]

    #[test]
    fn every_control_is_met_by_the_seed_times_factors((seed, columns, controls) in tables()) {
        let found = fit(&seed, columns, &controls).unwrap();
        for control in &controls {
            let sum: f64 = control.cells(columns).map(|cell| found.values[cell]).sum();
            prop_assert!((sum / control.target - 1.0).abs() <= 1e-10, "{} is not {}", sum, control.target);
        }
        for (cell, people) in seed.iter().enumerate() {
            prop_assert_eq!(found.values[cell], people * found.factors[cell]);
        }
        // Its own answer is already fitted.
        let again = fit(&found.values, columns, &controls).unwrap();
        for (one, other) in found.values.iter().zip(&again.values) {
            prop_assert!((one - other).abs() <= 1e-10 * one);
        }
    }

    #[test]
    fn the_order_of_the_controls_changes_nothing((seed, columns, controls) in tables(), turn in 0_usize..20) {
        let mut turned = controls.clone();
        turned.rotate_left(turn % controls.len().max(1));
        turned.reverse();
        prop_assert_eq!(fit(&seed, columns, &controls).unwrap(), fit(&seed, columns, &turned).unwrap());
    }

    #[test]
    fn scaling_seed_or_targets_scales_the_answer((seed, columns, controls) in tables(), scale in 0.01_f64..100.0) {
        let found = fit(&seed, columns, &controls).unwrap();
        let larger: Vec<f64> = seed.iter().map(|people| people * scale).collect();
        let same = fit(&larger, columns, &controls).unwrap();
        let mut targets = controls.clone();
        targets.iter_mut().for_each(|control| control.target *= scale);
        let scaled = fit(&seed, columns, &targets).unwrap();
        for (cell, &value) in found.values.iter().enumerate() {
            prop_assert!((same.values[cell] - value).abs() <= 1e-9 * value);
            prop_assert!((scaled.values[cell] - scale * value).abs() <= 1e-9 * scale * value);
        }
    }
}

/// The cells that may hold people, the number of columns, and the totals of rows and columns.
type Context<'a> = (&'a [bool], usize, &'a [Option<i32>], &'a [Option<i32>]);

/// All tables of whole numbers with the zeros of a seed that meet the controls: where there is any table, there is one of whole numbers,
/// and where a cell can have people, it has at least one in such a table (the vertices of a transportation polytope are whole).
fn whole_tables(
    seed: &[bool],
    columns: usize,
    rows: &[Option<i32>],
    column_totals: &[Option<i32>],
    each: &mut impl FnMut(&[i32]),
) {
    fn next(
        cell: usize,
        table: &mut Vec<i32>,
        left: (&mut [i32], &mut [i32]),
        context: Context<'_>,
        each: &mut impl FnMut(&[i32]),
    ) {
        let (seed, columns, rows, column_totals) = context;
        let (in_row, in_column) = left;
        if cell == seed.len() {
            if in_row.iter().chain(in_column.iter()).all(|&left| left == 0) {
                each(table);
            }
            return;
        }
        let (row, column) = (cell / columns, cell % columns);
        let most = match (rows[row], column_totals[column]) {
            _ if !seed[cell] => 0,
            (Some(_), Some(_)) => in_row[row].min(in_column[column]),
            (Some(_), None) => in_row[row],
            (None, Some(_)) => in_column[column],
            (None, None) => 0,
        };
        for people in 0..=most {
            let mut take = |count: i32| {
                if rows[row].is_some() {
                    in_row[row] -= count;
                }
                if column_totals[column].is_some() {
                    in_column[column] -= count;
                }
            };
            take(people);
            table.push(people);
            if (column + 1 < columns) || in_row[row] == 0 {
                next(cell + 1, table, (in_row, in_column), context, each);
            }
            table.pop();
            if rows[row].is_some() {
                in_row[row] += people;
            }
            if column_totals[column].is_some() {
                in_column[column] += people;
            }
        }
    }
    let left = |totals: &[Option<i32>]| -> Vec<i32> {
        totals
            .iter()
            .map(|total| total.unwrap_or_default())
            .collect()
    };
    let (mut in_row, mut in_column) = (left(rows), left(column_totals));
    next(
        0,
        &mut Vec::new(),
        (&mut in_row, &mut in_column),
        (seed, columns, rows, column_totals),
        each,
    );
}

/// A populated pattern of 3 rows and some columns, with totals that often contradict each other.
fn patterns() -> impl Strategy<Value = (Vec<bool>, Vec<Option<i32>>, Vec<Option<i32>>)> {
    (2_usize..4, 2_usize..4).prop_flat_map(|(rows, columns)| {
        let total = || prop_oneof![9 => (1..5).prop_map(Some), 1 => Just(None)];
        (
            prop::collection::vec(prop::bool::weighted(0.65), rows * columns),
            prop::collection::vec(total(), rows),
            prop::collection::vec(total(), columns),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if testdata::long() { 200_000 } else { 4_000 }))]

    #[test]
    fn what_has_no_answer_is_refused_and_nothing_else((pattern, rows, column_totals) in patterns()) {
        let columns = column_totals.len();
        let mut controls = Vec::new();
        for (row, target) in rows.iter().enumerate() {
            if let Some(target) = target {
                controls.push(ControlCells { units: row..row + 1, columns: (0..columns as u32).collect(), target: f64::from(*target) });
            }
        }
        for (column, target) in column_totals.iter().enumerate() {
            if let Some(target) = target {
                controls.push(ControlCells { units: 0..rows.len(), columns: vec![column as u32], target: f64::from(*target) });
            }
        }
        let seed: Vec<f64> = pattern.iter().enumerate().map(|(cell, &p)| if p { 1.0 + cell as f64 } else { 0.0 }).collect();
        let mut has_table = false;
        let mut populated = vec![false; pattern.len()];
        whole_tables(&pattern, columns, &rows, &column_totals, &mut |table| {
            has_table = true;
            for (populated, &people) in populated.iter_mut().zip(table) {
                *populated |= people > 0;
            }
        });
        let is_controlled = |cell: usize| rows[cell / columns].is_some() || column_totals[cell % columns].is_some();
        let emptied: Vec<usize> = (0..pattern.len()).filter(|&cell| pattern[cell] && is_controlled(cell) && !populated[cell]).collect();
        match fit(&seed, columns, &controls) {
            Ok(_) => prop_assert!(has_table && emptied.is_empty(), "{emptied:?} are to be emptied"),
            Err(NoFit::Emptied { cells, .. }) => {
                prop_assert!(has_table);
                prop_assert_eq!(cells, emptied);
            }
            // Where other controls leave nothing for a cell, this names them.
            Err(NoFit::NoRemainder { .. }) => prop_assert!(!has_table || !emptied.is_empty()),
            Err(NoFit::NotConverged { .. }) => prop_assert!(false, "no decision"),
            Err(_) => prop_assert!(!has_table),
        }
    }
}

#[test]
fn both_ways_to_a_step_find_the_same_table() {
    // Two large blocks joined by small cells: scaling alone needs thousands of rounds.
    let size = 40;
    let cell = |row: usize, column: usize| match (row < size / 2) == (column < size / 2) {
        true => 1000.0 + ((row * 7 + column * 13) % 11) as f64,
        false if (row + column).is_multiple_of(9) => 1e-4,
        false => 0.0,
    };
    let seed: Vec<f64> = (0..size * size)
        .map(|at| cell(at / size, at % size))
        .collect();
    let truth: Vec<f64> = (0..size * size)
        .map(|at| {
            if seed[at] > 0.0 {
                1.0 + (at % 5) as f64
            } else {
                0.0
            }
        })
        .collect();
    let rows: Vec<f64> = truth.chunks(size).map(|row| row.iter().sum()).collect();
    let columns: Vec<f64> = (0..size)
        .map(|at| truth.iter().skip(at).step_by(size).sum())
        .collect();
    let controls = rows_and_columns(&rows, &columns);
    let dense = fit(&seed, size, &controls).unwrap();
    assert!(dense.rounds > ROUNDS, "settled in {} rounds", dense.rounds);
    let margins = Margins::new(&seed, size, &controls).unwrap();
    let mut scaling = Scaling::new(&seed, &margins);
    newton::solve_iteratively(&mut scaling, &margins).unwrap();
    assert_near(&scaling.values, &dense.values, 1e-9);
}

#[test]
fn of_thousands_of_controls_the_flow_decides() {
    // 1,600 units and 1,600 columns, each unit with two columns in a ring, and the last without its second: the only table has people in
    // every other cell. Without that unit's zero the ring has an answer.
    let size = 1_600_usize;
    let mut seed = vec![0.0; size * size];
    for unit in 0..size {
        seed[unit * size + unit] = 1.0;
        seed[unit * size + (unit + 1) % size] = 2.0;
    }
    let totals = vec![10.0; size];
    let controls = rows_and_columns(&totals, &totals);
    assert!(fit(&seed, size, &controls).is_ok());
    seed[(size - 1) * size] = 0.0;
    let error = fit(&seed, size, &controls).unwrap_err();
    let NoFit::Emptied { cells, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(cells.len(), size - 1);
}
