//! One bad input for each refusal: the file is named, and there is a hint.

use pop_cli::ExitStatus;

use super::{Folder, HEADER, grid, sums};

#[track_caller]
fn assert_refused(old: &str, new: &str, args: &str, problem: &str) {
    let error = Folder::new(old, new).run(args).unwrap_err();
    assert_eq!(error.status(), ExitStatus::Data);
    assert!(
        error.to_string().contains(problem),
        "{problem}\nis not in\n{error}"
    );
    assert!(error.to_string().contains(".csv"), "{error}");
    assert!(!error.hints().is_empty(), "{error}");
}

#[test]
fn a_cut_stream() {
    let whole = format!("{HEADER},rows\nA,,,2,/N/A,r,grid,2025,t,,,1,2\n");
    assert_refused(&grid(2025, &["A,1"]), &whole, "", "new.csv: ");
    assert_refused(
        &grid(2025, &["A,1"]),
        "{\"dataValues\":[{\"dataElement\"",
        "",
        "new.csv: ",
    );
}

#[test]
fn text_that_is_neither() {
    assert_refused(&grid(2025, &["A,1"]), "{\"features\":[]}", "", "new.csv: ");
    let error = Folder::new("", &grid(2025, &["A,1"])).run("").unwrap_err();
    assert!(
        error.to_string().contains("old.csv: empty input"),
        "{error}"
    );
}

#[test]
fn a_key_twice() {
    let twice = grid(2025, &["A,1", "A,2"]).replacen("r_t__", "other", 1);
    assert_refused(
        &twice,
        &grid(2025, &["A,1"]),
        "",
        "old.csv: A 2025 t is there twice",
    );
}

#[test]
fn levels_on_one_side_only() {
    let two = format!("{}N,,,1,/N,r_t__,grid,2025,t,,,3\n", grid(2025, &["A,1"]));
    let problem = "the old side has levels 1, 2, the new one 2";
    assert_refused(&two, &grid(2025, &["A,1"]), "", problem);
    assert!(
        Folder::new(&two, &grid(2025, &["A,1"]))
            .run("--level 2")
            .is_ok()
    );
}

#[test]
fn several_sources_in_one_file() {
    let census = sums(2025, "census", &["B,1"]);
    let mixed = grid(2025, &["A,1"]) + census.lines().nth(1).unwrap() + "\n";
    assert_refused(
        &mixed,
        &grid(2025, &["A,1"]),
        "",
        "old.csv: sums of several sources: census and grid",
    );
}

#[test]
fn years_that_do_not_meet() {
    let two = grid(2020, &["A,1"]) + grid(2021, &["B,1"]).lines().nth(1).unwrap() + "\n";
    let problem = "the years do not meet: 2020, 2021 on the old side, 2025 on the new one";
    assert_refused(&two, &grid(2025, &["A,1"]), "", problem);
}

#[test]
fn bands_without_a_common_boundary() {
    let problem = "the age bands of the two sides have none in common: 0-9 and 5-14";
    assert_refused(
        &grid(2025, &["A,1,f,0,10"]),
        &grid(2025, &["A,1,f,5,15"]),
        "",
        problem,
    );
}

#[test]
fn values_that_are_text() {
    // DHIS2 takes none of them as a number.
    for value in ["many", "1e3", "+5", "05", "inf", "NaN"] {
        let set = format!(
            "{{\"dataValues\":[{{\"dataElement\":\"de\",\"period\":\"2025\",\"orgUnit\":\"A\",\"value\":\"{value}\"}}]}}"
        );
        assert_refused(
            &set,
            &set,
            "",
            &format!("old.csv: the value of A de 2025 is \"{value}\", which is not a number"),
        );
    }
}

#[test]
fn sums_beside_data_values() {
    let set = "{\"dataValues\":[{\"dataElement\":\"de\",\"period\":\"2025\",\"orgUnit\":\"A\",\"value\":\"1\"}]}";
    assert_refused(
        &grid(2025, &["A,1"]),
        set,
        "",
        "sums on one side and data values on the other",
    );
}

#[test]
fn units_without_codes() {
    let bare = grid(2025, &["A,1"]).replace("A,cA,", "A,,");
    assert_refused(
        &bare,
        &grid(2025, &["A,1"]),
        "--by code",
        "old.csv: unit A has no code",
    );
}

#[test]
fn thresholds_that_are_no_share() {
    let folder = Folder::new(&grid(2025, &["A,1"]), &grid(2025, &["A,1"]));
    for text in [
        "growth = -1\n",
        "growth = 10\n",
        "grow = 0.1\n",
        "growth = \"ten\"\n",
    ] {
        folder.write("limits.toml", text);
        let error = folder.run("--thresholds limits.toml").unwrap_err();
        assert_eq!(error.status(), ExitStatus::Data, "{text}");
        assert!(error.to_string().contains("limits.toml: "), "{error}");
    }
}
