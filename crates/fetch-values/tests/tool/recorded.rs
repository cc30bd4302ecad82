//! What real servers answered: every value of it, and no other, is in the output.

use std::collections::BTreeSet;
use std::path::PathBuf;

use dhis2_standin::{Fault, FaultRule, Standin, StandinOptions, Version};
use serde_json::Value;

use super::Run;

/// The recorded servers, and the release that plays them.
const SERVERS: [(&str, Version); 5] = [
    ("2.38.7", Version::V38),
    ("2.40.12", Version::V40),
    ("2.41.9.1", Version::V41),
    ("2.42.5.2", Version::V42),
    ("2.43.1", Version::V43),
];

fn recordings() -> PathBuf {
    testdata::dir().join("dhis2-recordings")
}

fn json(file: PathBuf) -> Value {
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// Element, period, unit, combos and value of each row, completed from the top of the document.
fn values(answer: &Value) -> BTreeSet<[String; 6]> {
    let rows = answer["dataValues"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            [
                "dataElement",
                "period",
                "orgUnit",
                "categoryOptionCombo",
                "attributeOptionCombo",
                "value",
            ]
            .map(|name| {
                let text = row[name].as_str().or_else(|| answer[name].as_str());
                text.unwrap_or_default().to_owned()
            })
        })
        .collect()
}

/// Runs the tool with a recorded answer in the place of what the stand-in stores.
fn assert_same(server: &str, version: Version, recording: &str, arguments: &str) {
    let bundles = [
        "1-orgunits.json",
        "2-population-package.json",
        "3-other-metadata.json",
    ]
    .map(|name| json(recordings().join("setup").join(name)));
    let mut answer = json(recordings().join(server).join(recording))["response"]["body"].take();
    // A long list is cut in the recording, and ends in a text that says so.
    let rows = answer["dataValues"].as_array_mut().unwrap();
    rows.retain(Value::is_object);
    let standin = Standin::start(StandinOptions {
        bundles: bundles.to_vec(),
        ..StandinOptions::new(version)
    })
    .unwrap();
    let rule = FaultRule::first("GET", "dataValueSets", Fault::Answer(answer.to_string()));
    standin.add_fault(rule);
    let run = Run::against(&standin, "admin");
    run.set(arguments);
    let written = json(PathBuf::from(run.path("out.json")));
    let expected: BTreeSet<[String; 6]> = values(&answer)
        .into_iter()
        .filter(|value| !value[5].is_empty())
        .collect();
    assert!(expected.len() >= 2, "{server}: {}", expected.len());
    assert_eq!(values(&written), expected, "{server} {recording}");
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_data_set_of_a_unit() {
    for (server, version) in SERVERS {
        let arguments = "--data-set WP_POP --period 2025 --parent O6uvpzGd5pu";
        assert_same(server, version, "06005-set-period-unit.json", arguments);
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_data_set_of_a_subtree() {
    for (server, version) in SERVERS {
        let arguments = "--data-set WP_POP --period 2025 --parent ouSLE000001";
        let recording = "06006-set-period-root-with-children.json";
        assert_same(server, version, recording, arguments);
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn an_element_of_a_subtree_and_elements_of_several_periods() {
    // 2.38 takes no question by element: recorded there is the refusal.
    for (server, version) in &SERVERS[1..] {
        let arguments = "--data-element dePopTot001 --period 2025 --parent ouSLE000001";
        assert_same(
            server,
            *version,
            "06008-element-period-children.json",
            arguments,
        );
        let arguments = "--data-element dePopTot001 --data-element dePopAgeSex --period 2024,2025 --parent O6uvpzGd5pu";
        assert_same(
            server,
            *version,
            "06009-element-repeated-periods.json",
            arguments,
        );
    }
}
