//! What all tools have in common: help, versions, statuses, messages.

use crate::support::{tool, tools};

/// The tools that read a stream and need no server, with flags that are right.
fn filters() -> (tempfile::TempDir, Vec<(&'static str, Vec<String>)>) {
    let folder = tempfile::tempdir().unwrap();
    let file = sample_country::files()
        .unwrap()
        .into_iter()
        .find(|file| file.name == "xsc_pop_2025_CN_100m_R2025A_v1.tif")
        .unwrap();
    let raster = folder.path().join(&file.name);
    std::fs::write(&raster, &file.bytes).unwrap();
    let raster = vec![
        "-r".to_owned(),
        raster.into_os_string().into_string().unwrap(),
    ];
    let element = ["--data-element", "dePopTot001", "--data-set", "dsPopYear01"];
    let totals = folder.path().join("totals.csv");
    std::fs::write(&totals, "org_unit,population,source\nN,1,a\n").unwrap();
    let totals = vec![
        "--totals".to_owned(),
        totals.into_os_string().into_string().unwrap(),
    ];
    let tools = vec![
        ("clip-raster", raster.clone()),
        ("zonal-sum", raster),
        ("rake", totals),
        ("to-datavalueset", element.map(str::to_owned).to_vec()),
    ];
    (folder, tools)
}

#[test]
fn help_shows_two_examples_and_the_exit_statuses() {
    for name in &tools() {
        let help = tool(name).arg("--help").run().expect(0).text();
        let examples: Vec<&str> = help
            .split("Examples:")
            .nth(1)
            .unwrap_or_else(|| panic!("{name} --help has no examples"))
            .split("Exit codes:")
            .next()
            .unwrap()
            .lines()
            .filter(|line| line.contains(name))
            .collect();
        assert!(examples.len() >= 2, "{name}: {examples:?}");
        let statuses = help.split("Exit codes:").nth(1).unwrap();
        for status in ["0 ", "2 ", "3 ", "4 "] {
            assert!(
                statuses
                    .lines()
                    .any(|line| line.trim_start().starts_with(status)),
                "{name} --help does not explain status {status}"
            );
        }
        let short = tool(name).arg("-h").run().expect(0).text();
        assert!(short.contains("Usage:"), "{name} -h");
    }
}

#[test]
fn versions_are_released_together() {
    for name in &tools() {
        let version = tool(name).arg("--version").run().expect(0).text();
        assert_eq!(version, format!("{name} {}\n", env!("CARGO_PKG_VERSION")));
    }
}

#[test]
fn a_wrong_flag_is_a_usage_error_under_the_tools_name() {
    for name in &tools() {
        let ran = tool(name).arg("--no-such-flag").run().expect_nothing(2);
        assert!(
            ran.stderr.starts_with(&format!("{name}: ")),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn an_unknown_kind_of_consent_is_a_usage_error_that_lists_the_kinds() {
    let (_folder, filters) = filters();
    for (name, args) in filters.iter().filter(|(name, _)| *name != "clip-raster") {
        tool(name)
            .args(args)
            .args(["--allow", "everything"])
            .stdin("x")
            .run()
            .expect_nothing(2)
            .says("hint: kinds: ");
    }
}

#[test]
fn empty_input_is_an_error_that_names_the_pipe() {
    let (_folder, filters) = filters();
    for (name, args) in &filters {
        tool(name)
            .args(args)
            .run()
            .expect_nothing(3)
            .says("stdin: empty input");
    }
}

#[test]
fn a_missing_file_is_an_io_error_that_names_it() {
    let (_folder, filters) = filters();
    for (name, args) in &filters {
        tool(name)
            .args(args)
            .arg("no-such-file")
            .run()
            .expect_nothing(4)
            .says("no-such-file: no such file");
    }
    let server = ["--url", "http://127.0.0.1:9", "--credentials-file"];
    let others: [(&str, &[&str]); 8] = [
        ("compare", &["no-such-file", "no-such-file"]),
        ("cross-orgunits", &["no-such-file", "no-such-file"]),
        ("to-table", &["no-such-file"]),
        ("review", &["no-such-file"]),
        ("push", &["no-such-file"]),
        ("push", &["--undo", "no-such-file"]),
        ("push", &["--verify", "no-such-file"]),
        ("fetch-metadata", &["--all"]),
    ];
    for (name, args) in others {
        let run = tool(name).args(args);
        let run = match name {
            "push" | "fetch-metadata" => run.args(server).arg("no-such-file"),
            _ => run,
        };
        run.run()
            .expect_nothing(4)
            .says("no-such-file: no such file");
    }
}

#[test]
fn a_folder_that_is_not_there_fails_before_the_work() {
    let (_folder, filters) = filters();
    for (name, args) in &filters {
        tool(name)
            .args(args)
            .args(["-o", "no-such-folder/out"])
            .stdin("not even read")
            .run()
            .expect_nothing(4)
            .says("no such folder");
    }
}

#[test]
fn no_output_takes_the_place_of_an_input() {
    let folder = tempfile::tempdir().unwrap();
    let files = sample_country::files().unwrap();
    let put = |name: &str| {
        let file = files.iter().find(|file| file.name == name).unwrap();
        std::fs::write(folder.path().join(name), &file.bytes).unwrap();
        file.bytes.clone()
    };
    let raster = "xsc_pop_2025_CN_100m_R2025A_v1.tif";
    let before = (put(raster), put("orgunits.geojson"));
    let onto = |tool_name: &str, flags: &[&str]| {
        tool(tool_name)
            .folder(folder.path())
            .args(["-r", raster, "orgunits.geojson"])
            .args(flags.iter().copied())
            .run()
            .expect_nothing(2)
    };
    onto("zonal-sum", &["-o", raster]);
    onto("zonal-sum", &["--balance", "./orgunits.geojson"]);
    onto("zonal-sum", &["--provenance", raster, "-o", "sums.csv"]);
    onto("clip-raster", &["-o", raster]);
    let after = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert_eq!((after(raster), after("orgunits.geojson")), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}
