//! What we build on: known licences, one version of each crate, nothing from outside the registry.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{cargo_metadata, root};

/// Licences that a BSD-3-Clause project may ship with, as SPDX names.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that stand in the tree in more than one version, each with its reason. The list may only shrink.
const TWICE: &[(&str, &str)] = &[
    ("getrandom", "ring has not followed what tempfile uses"),
    (
        "syn",
        "derive macros of two generations; none of it is in the binaries",
    ),
    (
        "weezl",
        "the tiff crate, a second opinion in pop-raster's tests, has an older one",
    ),
];

/// Whether one way of reading an SPDX expression (`OR` offers a choice, `AND` does not) is allowed.
fn allowed(expression: &str) -> bool {
    let expression = expression.replace(['(', ')'], "").replace('/', " OR ");
    expression.split(" OR ").any(|choice| {
        choice
            .split(" AND ")
            .all(|licence| LICENCES.contains(&licence.trim()))
    })
}

#[test]
fn licences_are_known_and_permissive() {
    for package in cargo_metadata()["packages"].as_array().unwrap() {
        let licence = package["license"].as_str().unwrap_or("none stated");
        assert!(
            allowed(licence),
            "{} {} is under {licence}",
            package["name"],
            package["version"]
        );
    }
}

#[test]
fn nothing_comes_from_outside_the_registry() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for line in lock.lines().filter(|line| line.starts_with("source = ")) {
        assert!(line.contains("\"registry+"), "{line}");
    }
}

#[test]
fn crates_stand_in_the_tree_once() {
    let metadata = cargo_metadata();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        versions
            .entry(package["name"].as_str().unwrap())
            .or_default()
            .insert(package["version"].as_str().unwrap());
    }
    let twice: Vec<&str> = versions
        .iter()
        .filter(|(_, versions)| versions.len() > 1)
        .map(|(name, _)| *name)
        .collect();
    let known: Vec<&str> = TWICE.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        twice, known,
        "crates in several versions, against those with a reason"
    );
}
