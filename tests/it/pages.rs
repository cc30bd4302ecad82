//! What the pages show is what the tools print, and the tests that they name are there.

use std::path::Path;

use crate::sample::Sample;
use crate::support::{root, tool};

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// The README and the pages of docs, by path.
fn pages() -> Vec<String> {
    let mut pages = vec!["README.md".to_owned()];
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if Path::new(&name)
            .extension()
            .is_some_and(|kind| kind == "md")
        {
            pages.push(format!("docs/{name}"));
        }
    }
    pages
}

/// A command that a page shows behind a `$`, and the lines below it.
struct Shown {
    command: String,
    lines: Vec<String>,
}

fn shown(page: &str) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    let mut is_inside = false;
    for line in page.lines() {
        if let Some(command) = line.strip_prefix("    $ ") {
            is_inside = true;
            all.push(Shown {
                command: command.to_owned(),
                lines: Vec::new(),
            });
        } else if let Some(text) = line.strip_prefix("    ").filter(|_| is_inside) {
            all.last_mut().unwrap().lines.push(text.to_owned());
        } else if !line.is_empty() {
            is_inside = false;
        }
    }
    all
}

/// One kind of blank, and none at the end.
fn plain(line: &str) -> String {
    line.replace(['\u{a0}', '\u{202f}'], " ")
        .trim_end()
        .to_owned()
}

/// Runs the tools of a line in a folder, one into the next. The bytes of the last, and all that they print.
fn run_line(line: &str, folder: &Path) -> (Vec<u8>, String) {
    let mut bytes = Vec::new();
    let mut printed = String::new();
    for command in line.split(" | ") {
        let mut words = command.split_whitespace();
        let name = words.next().unwrap();
        let ran = tool(name).args(words).folder(folder).stdin(bytes).run();
        assert!(matches!(ran.status, 0 | 1), "{command}:\n{}", ran.stderr);
        printed.push_str(&ran.stderr);
        bytes = ran.stdout;
    }
    printed.push_str(&String::from_utf8_lossy(&bytes));
    (bytes, printed)
}

/// Each command of a page prints the lines that are below it; `...` stands for others.
fn prints_what_it_shows(name: &str, folder: &Path) {
    let commands = shown(&page(name));
    assert!(!commands.is_empty(), "{name} shows no command");
    for Shown { command, lines } in commands {
        let (bytes, printed) = run_line(&command, folder);
        let printed: Vec<String> = printed.lines().map(plain).collect();
        for line in lines.iter().map(|line| plain(line)) {
            assert!(
                line == "..." || printed.contains(&line),
                "{name}: {command}\nnot printed: {line}\nprinted:\n{}",
                printed.join("\n")
            );
        }
        // The next command of the page reads it under this name.
        if command.contains("| zonal-sum") {
            std::fs::write(folder.join("sums.csv"), bytes).unwrap();
        }
    }
}

#[test]
fn outputs_of_the_sample_country_are_those_of_the_tools() {
    let sample = Sample::ready();
    std::fs::write(sample.file("sums.csv"), sample.sums(&sample.org_units())).unwrap();
    for name in ["README.md", "docs/fr/README.md", "docs/tables.md"] {
        prints_what_it_shows(name, sample.path());
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn outputs_of_sierra_leone_are_those_of_the_tools() {
    let data = testdata::dir();
    let folder = tempfile::tempdir().unwrap();
    let copy =
        |from: &str, to: &str| std::fs::copy(data.join(from), folder.path().join(to)).unwrap();
    copy(
        "orgunits/sierra-leone-districts.geojson",
        "districts.geojson",
    );
    copy(
        "orgunits/sierra-leone-facilities.geojson",
        "facilities.geojson",
    );
    for year in ["2025", "2026"] {
        let raster = format!("sle_pop_{year}_CN_1km_R2025A_UA_v1.tif");
        copy(&format!("worldpop/{raster}"), &raster);
        let sums = format!("zonal-sum -r {raster} districts.geojson -o sums-{year}.csv");
        run_line(&sums, folder.path());
    }
    for name in ["docs/catchments.md", "docs/compare.md"] {
        prints_what_it_shows(name, folder.path());
    }
}

/// A promise names the test that checks it: `name` in `path`.
#[test]
fn tests_that_pages_name_exist() {
    let mut named = 0;
    for name in pages() {
        let text = page(&name);
        let pieces: Vec<&str> = text.split('`').collect();
        for at in (1..pieces.len()).step_by(2) {
            let is_named = pieces.get(at + 1) == Some(&" in ");
            let Some(file) = pieces
                .get(at + 2)
                .filter(|file| is_named && file.ends_with(".rs"))
            else {
                continue;
            };
            let source = std::fs::read_to_string(root().join(file))
                .unwrap_or_else(|error| panic!("{name}: {file}: {error}"));
            let test = format!("fn {}(", pieces[at]);
            assert!(source.contains(&test), "{name}: {file} has no {test}");
            named += 1;
        }
    }
    assert!(named >= 7, "{named}");
}
