//! The layout's arrows and absences, checked instead of promised.

mod hints;
mod imports;
mod registration;

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{cargo_metadata, root};

/// Which of our own crates each crate may use. A new arrow is a decision: it goes here and
/// into ARCHITECTURE.md.
const ARROWS: &[(&str, &[&str])] = &[
    ("pop-cli", &["pop-messages"]),
    ("pop-http", &[]),
    ("pop-messages", &[]),
    ("pop-map", &["pop-sums"]),
    ("pop-zip", &[]),
    ("pop-geo", &["pop-crs", "pop-hierarchy"]),
    ("pop-crs", &[]),
    ("pop-hierarchy", &[]),
    ("pop-raster", &["pop-crs"]),
    ("pop-zonal", &["pop-geo", "pop-raster"]),
    ("pop-catchments", &["pop-geo"]),
    ("pop-worldpop", &[]),
    ("pop-sums", &["pop-worldpop", "pop-hierarchy"]),
    ("pop-raking", &["pop-sums", "pop-hierarchy"]),
    (
        "pop-targets",
        &["pop-sums", "pop-worldpop", "pop-datavalues"],
    ),
    (
        "population-metadata",
        &["pop-cli", "pop-datavalues", "pop-targets"],
    ),
    (
        "pop-datavalues",
        &["pop-sums", "pop-worldpop", "pop-hierarchy"],
    ),
    (
        "pop-dhis2",
        &["pop-http", "pop-geo", "pop-datavalues", "pop-hierarchy"],
    ),
    ("dhis2-session", &["pop-cli", "pop-http", "pop-dhis2"]),
    (
        "fetch-orgunits",
        &["pop-cli", "pop-dhis2", "dhis2-session", "pop-geo"],
    ),
    (
        "fetch-metadata",
        &["pop-cli", "pop-dhis2", "dhis2-session", "pop-datavalues"],
    ),
    (
        "fetch-values",
        &["pop-cli", "pop-dhis2", "dhis2-session", "pop-datavalues"],
    ),
    (
        "fetch-worldpop",
        &[
            "pop-cli",
            "pop-http",
            "pop-raster",
            "pop-worldpop",
            "pop-zip",
        ],
    ),
    (
        "geo-inputs",
        &[
            "pop-cli",
            "pop-geo",
            "pop-hierarchy",
            "pop-raster",
            "pop-sums",
            "pop-worldpop",
        ],
    ),
    ("sums-inputs", &["pop-cli", "pop-sums", "pop-hierarchy"]),
    (
        "clip-raster",
        &[
            "geo-inputs",
            "pop-cli",
            "pop-geo",
            "pop-raster",
            "pop-zonal",
            "pop-worldpop",
        ],
    ),
    (
        "catchments",
        &[
            "pop-cli",
            "pop-geo",
            "pop-catchments",
            "pop-sums",
            "geo-inputs",
            "sums-inputs",
        ],
    ),
    (
        "zonal-sum",
        &[
            "geo-inputs",
            "pop-cli",
            "pop-geo",
            "pop-raster",
            "pop-zonal",
            "pop-sums",
            "pop-worldpop",
        ],
    ),
    ("pop-tables", &["pop-sums", "pop-datavalues"]),
    (
        "to-table",
        &[
            "pop-cli",
            "pop-sums",
            "pop-datavalues",
            "pop-tables",
            "sums-inputs",
        ],
    ),
    ("pop-compare", &["pop-sums", "pop-datavalues"]),
    (
        "compare",
        &[
            "pop-cli",
            "pop-geo",
            "pop-sums",
            "sums-inputs",
            "pop-datavalues",
            "pop-compare",
        ],
    ),
    ("cross-orgunits", &["pop-cli", "pop-geo", "geo-inputs"]),
    (
        "rake",
        &["pop-cli", "pop-sums", "sums-inputs", "pop-raking"],
    ),
    (
        "to-datavalueset",
        &[
            "pop-cli",
            "pop-sums",
            "sums-inputs",
            "pop-worldpop",
            "pop-datavalues",
            "pop-targets",
            "pop-hierarchy",
        ],
    ),
    (
        "push",
        &[
            "pop-cli",
            "pop-http",
            "pop-dhis2",
            "dhis2-session",
            "pop-datavalues",
            "pop-sums",
            "pop-hierarchy",
        ],
    ),
    ("pop-page", &["pop-map", "pop-messages"]),
    (
        "review",
        &[
            "pop-cli",
            "pop-datavalues",
            "pop-geo",
            "pop-map",
            "pop-messages",
            "pop-page",
            "pop-sums",
            "sums-inputs",
        ],
    ),
    ("dhis2-standin", &[]),
    ("sample-country", &["pop-raster", "pop-cli"]),
    ("testdata", &[]),
];

/// Crates that open a network connection; none may be below the tools that only compute.
const NETWORK: &[&str] = &[
    "ureq",
    "rustls",
    "reqwest",
    "hyper",
    "native-tls",
    "pop-http",
];

/// Crates that must not reach files, clock, environment or network.
const PURE: &[&str] = &[
    "pop-zip",
    "pop-crs",
    "pop-hierarchy",
    "pop-geo",
    "pop-raster",
    "pop-zonal",
    "pop-catchments",
    "pop-sums",
    "pop-worldpop",
    "pop-raking",
    "pop-compare",
    "pop-targets",
    "pop-tables",
    "pop-datavalues",
    "pop-messages",
    "pop-map",
    "pop-page",
];

struct Graph {
    /// Package name to the names of its normal dependencies.
    normal: BTreeMap<String, BTreeSet<String>>,
    ours: BTreeSet<String>,
}

fn graph() -> Graph {
    let metadata = cargo_metadata();
    let mut names = BTreeMap::new();
    let mut ours = BTreeSet::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap().to_owned();
        if package["source"].is_null() {
            ours.insert(name.clone());
        }
        names.insert(package["id"].as_str().unwrap(), name);
    }
    let mut normal = BTreeMap::new();
    for node in metadata["resolve"]["nodes"].as_array().unwrap() {
        let below = node["deps"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|dependency| {
                let kinds = dependency["dep_kinds"].as_array().unwrap();
                kinds.iter().any(|kind| kind["kind"].is_null())
            });
        let below = below
            .map(|dependency| names[dependency["pkg"].as_str().unwrap()].clone())
            .collect();
        normal.insert(names[node["id"].as_str().unwrap()].clone(), below);
    }
    Graph { normal, ours }
}

impl Graph {
    fn all_below(&self, name: &str) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let mut open = vec![name.to_owned()];
        while let Some(name) = open.pop() {
            for below in &self.normal[&name] {
                if seen.insert(below.clone()) {
                    open.push(below.clone());
                }
            }
        }
        seen
    }
}

#[test]
fn arrows_point_one_way() {
    let graph = graph();
    for (name, allowed) in ARROWS {
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        for below in graph.normal[*name].intersection(&graph.ours) {
            assert!(
                allowed.contains(below.as_str()),
                "{name} uses {below}, which the layout does not allow"
            );
        }
    }
    let named: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let rest: Vec<_> = graph
        .ours
        .iter()
        .filter(|name| {
            !named.contains(name.as_str()) && !["headcount", "manual"].contains(&name.as_str())
        })
        .collect();
    assert!(
        rest.is_empty(),
        "crates without a place in the layout: {rest:?}"
    );
}

#[test]
fn what_only_computes_has_no_network_below_it() {
    let graph = graph();
    for tool in [
        "zonal-sum",
        "clip-raster",
        "catchments",
        "population-metadata",
        "to-datavalueset",
        "compare",
        "cross-orgunits",
        "rake",
        "review",
        "to-table",
    ] {
        let below = graph.all_below(tool);
        for network in NETWORK {
            assert!(!below.contains(*network), "{tool} has {network} below it");
        }
    }
    for (name, only) in [
        ("tiff", "pop-raster"),
        ("ureq", "pop-http"),
        ("i_overlay", "pop-geo"),
    ] {
        for package in &graph.ours {
            assert!(
                package == only || !graph.normal[package].contains(name),
                "{package} uses {name}, which only {only} may"
            );
        }
    }
}

#[test]
fn pure_crates_are_linted_as_such() {
    let model = std::fs::read_to_string(root().join("crates/pop-zonal/clippy.toml")).unwrap();
    assert!(model.contains("std::fs::File::open") && model.contains("SystemTime::now"));
    for name in PURE {
        let found = std::fs::read_to_string(root().join(format!("crates/{name}/clippy.toml")));
        assert_eq!(
            found.ok().as_deref(),
            Some(model.as_str()),
            "crates/{name}/clippy.toml"
        );
    }
}

#[test]
fn a_folder_is_named_as_its_crate() {
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(manifest) = std::fs::read_to_string(folder.join("Cargo.toml")) else {
            continue;
        };
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            manifest.contains(&format!("name = \"{name}\"")) || name == "fuzz",
            "the crate in {} has another name",
            folder.display()
        );
    }
}
