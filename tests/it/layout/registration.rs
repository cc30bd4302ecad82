//! A tool is registered in `manual::tools` and in the root `Cargo.toml`; every other place is named here when it is forgotten.

use std::fs;

use crate::support::{cargo_metadata, root, tools};

/// Pages that name every tool.
const PAGES: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "docs/formats.md",
];

/// The program that is all of them.
const ALL_IN_ONE: &str = "headcount";

#[test]
fn a_tool_is_registered_everywhere() {
    let mut forgotten = Vec::new();
    let binaries = binaries();
    let practice: Vec<String> = manual::practice_programs()
        .iter()
        .map(|program| program.get_name().to_owned())
        .collect();
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for tool in tools() {
        if !binaries.contains(&tool) {
            forgotten.push(format!("Cargo.toml: no [[bin]] {tool}"));
        }
        // Optional for what `make demo` does not run.
        let required = format!("\n{tool}.workspace = true\n");
        let optional = format!("\n{tool} = {{ workspace = true, optional = true }}\n");
        if !manifest.contains(&required) && !manifest.contains(&optional) {
            forgotten.push(format!("Cargo.toml: [dependencies] without {tool}"));
        }
        for page in PAGES {
            let text = fs::read_to_string(root().join(page)).unwrap();
            if !text.contains(&format!("`{tool}`")) {
                forgotten.push(format!("{page}: no word of `{tool}`"));
            }
        }
    }
    for program in &practice {
        if !binaries.contains(program) {
            forgotten.push(format!("Cargo.toml: no [[bin]] {program}"));
        }
    }
    for binary in &binaries {
        let is_known = tools().contains(binary) || practice.contains(binary);
        if !is_known && binary != ALL_IN_ONE {
            forgotten.push(format!(
                "crates/manual/src/lib.rs: tools() without {binary}"
            ));
        }
    }
    assert!(forgotten.is_empty(), "{}", forgotten.join("\n"));
}

/// The binaries of the root package.
fn binaries() -> Vec<String> {
    let metadata = cargo_metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages
        .iter()
        .find(|package| package["name"] == "headcount")
        .unwrap();
    package["targets"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|target| target["kind"][0] == "bin")
        .map(|target| target["name"].as_str().unwrap().to_owned())
        .collect()
}
