//! One bad file for each refusal: the file and line are named, and there is a hint.

use pop_cli::ExitStatus;

use super::{Folder, Sums, guidance};

#[track_caller]
fn assert_refused(sums: &Sums, totals: &[&str], args: &str, problem: &str) {
    let folder = Folder::new(sums, totals);
    let error = folder.run(args).unwrap_err();
    assert_eq!(error.status(), ExitStatus::Data);
    assert!(
        error.to_string().contains(problem),
        "{problem}\nis not in\n{error}"
    );
    assert!(!error.hints().is_empty(), "{error}");
    // A check ends with its own status, unless the files cannot be read.
    if let Ok(ran) = folder.run(&format!("{args} --check")) {
        assert_eq!(ran.status, ExitStatus::CheckFound);
    }
}

/// Women and men of two units.
fn table(seed: [&str; 4]) -> Sums {
    Sums::new()
        .row("A", 2025, "f,,", seed[0])
        .row("A", 2025, "m,,", seed[1])
        .row("B", 2025, "f,,", seed[2])
        .row("B", 2025, "m,,", seed[3])
}

/// Totals of the two units, of women and of men.
fn margins(totals: [&str; 4]) -> Vec<String> {
    ["A,2025,,,", "B,2025,,,", "N,2025,f,,", "N,2025,m,,"]
        .iter()
        .zip(totals)
        .map(|(head, total)| format!("{head},{total},c"))
        .collect()
}

#[track_caller]
fn assert_no_table(seed: [&str; 4], totals: [&str; 4], problem: &str) {
    let totals = margins(totals);
    let totals: Vec<&str> = totals.iter().map(String::as_str).collect();
    assert_refused(&table(seed), &totals, "--factors 0..1000000", problem);
}

#[test]
fn the_same_cells_twice() {
    let totals = ["N,2025,,,,56196,a", "N,2025,t,0,,56197,b"];
    assert_refused(
        &guidance(),
        &totals,
        "",
        "totals.csv: line 3: the same cells as line 2",
    );
}

#[test]
fn an_unknown_unit() {
    let problem =
        "totals.csv: line 2: unit \"X\" is on no path of the sums, and is the code of no unit";
    assert_refused(&guidance(), &["X,2025,,,,1,a"], "", problem);
}

#[test]
fn ages_that_cut_a_band() {
    let sums = Sums::new()
        .row("P1", 2025, "t,0,5", "10")
        .row("P1", 2025, "t,5,", "20");
    let problem = "totals.csv: line 2: t 0-9 would cut the band t 5+";
    assert_refused(&sums, &["N,2025,,0,10,30,a"], "", problem);
}

#[test]
fn people_of_no_raster() {
    let sums = Sums::new()
        .row("P1", 2025, "f,0,5", "10")
        .row("P1", 2025, "f,10,", "20");
    let problem = "totals.csv: line 2: no raster of f 5+, wanted f all ages";
    assert_refused(&sums, &["N,2025,f,,,30,a"], "", problem);
    let problem =
        "totals.csv: line 2: f all ages are wanted, and the sums have both sexes together";
    assert_refused(&guidance(), &["N,2025,f,,,30,a"], "", problem);
}

#[test]
fn people_that_are_negative_or_no_number() {
    for (people, problem) in [
        ("-5", "-5: negative"),
        ("NaN", "expected a number"),
        ("inf", "expected a number"),
    ] {
        let line = format!("N,2025,,,,{people},a");
        assert_refused(
            &guidance(),
            &[&line],
            "",
            &format!(
                "totals.csv: line 2: population is {}",
                if problem.starts_with('-') {
                    problem.to_owned()
                } else {
                    format!("\"{people}\", {problem}")
                }
            ),
        );
    }
}

#[test]
fn no_source() {
    assert_refused(
        &guidance(),
        &["N,2025,,,,5,"],
        "",
        "totals.csv: line 2: source is empty",
    );
}

#[test]
fn a_remainder_of_nothing() {
    let totals = ["N,2025,,,,30,a", "P1,2025,,,,10,a", "P2,2025,,,,20,a"];
    let problem = "of N t all ages (line 2), Unit P1 (P1) t all ages (line 3), Unit P2 (P2) t all ages (line 4) leave 0 people";
    assert_refused(&guidance(), &totals, "--allow factor", problem);
}

#[test]
fn margins_of_different_totals() {
    let problem = "come to 200, and N f all ages (line 4), N m all ages (line 5), for the same people, to 201";
    assert_no_table(
        ["40", "30", "35", "50"],
        ["100", "100", "101", "100"],
        problem,
    );
}

#[test]
fn people_wanted_where_there_are_none() {
    let problem = "line 2: grid 2025: 4 people are wanted in Unit A (A) t all ages (line 2), where all cells have 0 or no value";
    assert_no_table(["0", "0", "3", "5"], ["4", "8", "5", "7"], problem);
}

#[test]
fn zeros_with_no_table() {
    let problem = "(the cells that only one side covers have no people)";
    assert_no_table(["1", "0", "0", "1"], ["10", "20", "20", "10"], problem);
    let sums = Sums::new()
        .row("A", 2025, "t,0,5", "1")
        .row("A", 2025, "t,5,15", "0")
        .row("A", 2025, "t,15,", "0")
        .row("B", 2025, "t,0,5", "1")
        .row("B", 2025, "t,5,15", "0")
        .row("B", 2025, "t,15,", "0")
        .row("C", 2025, "t,0,5", "1")
        .row("C", 2025, "t,5,15", "1")
        .row("C", 2025, "t,15,", "1");
    let totals = [
        "A,2025,,,,10,c",
        "B,2025,,,,10,c",
        "C,2025,,,,10,c",
        "N,2025,,0,5,15,c",
        "N,2025,,5,15,8,c",
        "N,2025,,15,,7,c",
    ];
    assert_refused(
        &sums,
        &totals,
        "--allow factor",
        "no table with these zeros meets the totals together",
    );
}

#[test]
fn a_table_that_empties_a_populated_cell() {
    let problem = "the totals are met only if populated cells become empty (Unit A (A) f all ages)";
    assert_no_table(["1", "1", "1", "0"], ["10", "10", "10", "10"], problem);
}

#[test]
fn a_unit_without_a_value_below_a_total() {
    let sums = guidance().row("P4", 2025, "t,,", "");
    let problem = "sums.csv: grid 2025: 1 cell below a total has no value: their people would go to the units beside them: Unit P4 (P4) t all ages";
    assert_refused(&sums, &["N,2025,,,,60000,c"], "", problem);
    let totals = ["N,2025,,,,60000,c", "P4,2025,,,,10,c"];
    assert_refused(&sums, &totals, "", problem);
}

#[test]
fn a_unit_below_no_total() {
    let problem = "sums.csv: grid 2025: 2 cells are below no total: Unit P2 (P2) t all ages, Unit P3 (P3) t all ages";
    assert_refused(&guidance(), &["P1,2025,,,,10243,c"], "", problem);
}

#[test]
fn a_year_without_totals() {
    let sums = guidance().row("P1", 2026, "t,,", "10300");
    let problem = "sums.csv: grid 2026: no totals for this year; those of 2025 have";
    assert_refused(&sums, &["N,2025,,,,56196,c"], "", problem);
    let problem = "totals.csv: line 2: year is empty, and the sums have 2025, 2026";
    assert_refused(&sums, &["N,,,,,56196,c"], "", problem);
}

#[test]
fn a_row_of_everybody_far_from_its_bands() {
    let sums = Sums::new()
        .row("P1", 2025, "t,,", "100")
        .row("P1", 2025, "f,,", "40")
        .row("P1", 2025, "m,,", "50");
    let problem = "sums.csv: 1 row of everybody differs from its bands by more than 0.5 %";
    assert_refused(&sums, &["N,2025,,,,100,c"], "", problem);
}

#[test]
fn a_unit_whose_people_are_in_no_cell() {
    let sums = guidance().row("P1/D1", 2025, "t,,", "10243");
    let problem =
        "sums.csv: Unit P2 (P2), of level 2, has a value, and no unit below it has one at level 3";
    assert_refused(&sums, &["N,2025,,,,56196,c"], "", problem);
}

#[test]
fn the_factors_of_half_a_census() {
    let problem = "totals.csv: 4 units with a factor outside 0.5..2";
    assert_refused(&guidance(), &["N,2025,,,,20000,c"], "", problem);
}

#[test]
fn a_row_above_that_its_units_do_not_add_up_to_is_not_rewritten_in_silence() {
    let sums = Sums::new()
        .row("P", 2025, "t,,", "100")
        .row("P/A", 2025, "t,,", "40");
    let totals = ["P,2025,,,,60,c"];
    assert_refused(
        &sums,
        &totals,
        "",
        "1 unit has another sum than the units below it, parent-gap: Unit P (P): 100 people of its own, 40 in the units below it",
    );
    let folder = Folder::new(&sums, &totals);
    assert_eq!(folder.rows("--allow parent-gap").len(), 2);
}
