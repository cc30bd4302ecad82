//! What a plan finds before anything is written.

use dhis2_standin::Version;
use serde_json::{Value, json};

use crate::test_server::{BY_SEX, OURS, ROOT, SET, TOTAL, TestServer, district, exists, totals};

const BOTH: [Version; 2] = [Version::V42, Version::V43];

fn value(element: &str, unit: &str, period: &str, text: &str) -> Value {
    json!({"dataElement": element, "period": period, "orgUnit": unit, "value": text, "comment": OURS})
}

fn set(values: &[Value]) -> Value {
    json!({"dataSet": SET, "dataValues": values})
}

/// The kinds of refusals in the last plan.
fn kinds(server: &TestServer) -> Vec<String> {
    let plan = server.read("plan.json");
    let mut kinds: Vec<String> = plan["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|refusal| refusal["kind"].as_str().unwrap().to_owned())
        .collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

#[test]
fn what_a_server_would_take_wrongly_or_refuse_is_refused_here() {
    let nines = "9".repeat(249);
    let with_combo = |element: &str, combo: &str| {
        let mut value = value(element, &district(1), "2025", "1");
        value["categoryOptionCombo"] = json!(combo);
        value
    };
    for version in BOTH {
        let server = TestServer::new(version, 3);
        for (wrong, kind) in [
            (value(TOTAL, &district(1), "202501", "1"), "period-type"),
            (value(TOTAL, &district(1), "2025Q1", "1"), "period-type"),
            (value(TOTAL, &district(1), "202513", "1"), "period-type"),
            (value(TOTAL, &district(1), "2031", "1"), "not-open-period"),
            (with_combo(TOTAL, "cocSexF0001"), "option-combo"),
            (with_combo(BY_SEX, "HllvX50cXC0"), "option-combo"),
            (value(BY_SEX, &district(1), "2025", "1"), "option-combo"),
            (value(TOTAL, "ouNoSuch001", "2025", "1"), "unassigned-unit"),
            (value("deNoSuch001", &district(1), "2025", "1"), "data-set"),
            (value(TOTAL, &district(1), "2025", " "), "bad-value"),
            (value(TOTAL, &district(1), "2025", ""), "bad-value"),
            (value(TOTAL, &district(1), "2025", "1e3"), "bad-value"),
            (value(TOTAL, &district(1), "2025", "12.5"), "bad-value"),
            (value(TOTAL, &district(1), "2025", &nines), "bad-value"),
        ] {
            let good = value(TOTAL, &district(2), "2025", "5");
            let label = format!("{version}: {wrong}");
            server.write("values.json", &set(&[good, wrong]));
            let status = server.push(&["@values.json"]);
            assert_eq!(status, 1, "{label}");
            assert!(
                kinds(&server).contains(&kind.to_owned()),
                "{label}: {:?}",
                kinds(&server)
            );
            assert_eq!(
                server.push(&["--commit", "--receipt", "@r.json", "@values.json"]),
                1,
                "{label}"
            );
            let receipt = server.read("r.json");
            assert_eq!(receipt["outcome"], "nothing", "{label}");
            assert!(receipt["alarms"].to_string().contains(kind), "{label}");
            assert!(!exists(&server.path("r.json.journal")), "{label}");
            assert!(server.standin.values().is_empty(), "{label}");
        }
    }
}

#[test]
fn two_levels_are_refused_sent_or_stored() {
    for version in BOTH {
        let server = TestServer::new(version, 3);
        server.write(
            "values.json",
            &set(&[
                value(TOTAL, &district(1), "2025", "5"),
                value(TOTAL, ROOT, "2025", "15"),
            ]),
        );
        assert_eq!(server.push(&["@values.json"]), 1);
        assert_eq!(kinds(&server), ["two-levels"]);
        // A facility's value stands below the district that is sent.
        server
            .standin
            .put_own_value("2025", TOTAL, "ouFacil0001", "3", Some(OURS));
        assert_eq!(server.commit(&totals(3, 10)), 1, "{version}");
        assert_eq!(kinds(&server), ["other-level"]);
        assert_eq!(server.read("plan.json")["counts"]["notInSet"], 1);
        assert_eq!(
            server.push(&[
                "--allow",
                "other-level",
                "--commit",
                "--receipt",
                "@r.json",
                "@values.json"
            ]),
            0
        );
        assert_eq!(
            server
                .standin
                .value("2025", TOTAL, "ouFacil0001")
                .as_deref(),
            Some("3"),
            "only listed"
        );
    }
}

#[test]
fn all_classes_of_a_group_refusal_are_found_in_one_plan() {
    let server = TestServer::new(Version::V43, 6);
    // The document is older than two changes on the server.
    server.write("metadata.json", &server.metadata());
    let mut bundle = crate::test_server::package(6);
    for unit in bundle["organisationUnits"].as_array_mut().unwrap() {
        if unit["id"] == json!(district(2)) || unit["id"] == json!(district(5)) {
            unit["closedDate"] = json!("2020-12-31");
        }
    }
    bundle["dataSets"][0]["organisationUnits"] = bundle["dataSets"][0]["organisationUnits"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|unit| unit["id"] != json!(district(3)))
        .cloned()
        .collect();
    server.standin.load(&bundle).unwrap();
    server.write("values.json", &totals(6, 10));
    assert_eq!(
        server.push(&["--metadata", "@metadata.json", "@values.json"]),
        1
    );
    assert_eq!(kinds(&server), ["closed-unit", "unassigned-unit"]);
    let plan = server.read("plan.json");
    let mut rows: Vec<u64> = plan["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|refusal| refusal["rows"].as_array().unwrap())
        .map(|row| row.as_u64().unwrap())
        .collect();
    rows.sort_unstable();
    assert_eq!(rows, [2, 3, 5]);
    // With consent the others are written.
    let commit = [
        "--metadata",
        "@metadata.json",
        "--allow",
        "closed-unit",
        "--allow",
        "unassigned-unit=1",
        "--commit",
        "--receipt",
        "@r.json",
        "@values.json",
    ];
    assert_eq!(server.push(&commit), 0);
    assert_eq!(
        server.read("r.json")["counts"],
        json!({"left-out": 3, "stored": 3})
    );
    assert_eq!(server.standin.values().len(), 3);
}

#[test]
fn classes_of_change_are_told_apart() {
    for version in BOTH {
        let server = TestServer::new(version, 5);
        let put = |number: usize, text: &str, comment: Option<&str>| {
            server
                .standin
                .put_own_value("2025", TOTAL, &district(number), text, comment)
        };
        put(1, "101", Some(OURS)); // same
        put(2, "101", Some(OURS)); // 102: rounding
        put(3, "50", Some(OURS)); // 103: changed
        put(4, "104", Some("by hand")); // same value, another comment
        server.write("values.json", &totals(5, 100));
        assert_eq!(
            server.push(&["--plan-table", "@plan.csv", "@values.json"]),
            0
        );
        let counts = &server.read("plan.json")["counts"];
        assert_eq!(
            *counts,
            json!({"new": 1, "changed": 1, "rounding": 1, "same": 1, "comment": 1, "kept": 0, "zero": 0, "left-out": 0, "notInSet": 0}),
            "{version}"
        );
        let table = std::fs::read_to_string(server.path("plan.csv")).unwrap();
        let lines: Vec<&str> = table.lines().collect();
        assert!(
            lines[1].starts_with("changed,ouDist00003,") && lines[1].contains(",50,103,1.0600,!,"),
            "{table}"
        );
        assert_eq!(
            server.push(&[
                "--update-comments",
                "--commit",
                "--receipt",
                "@r.json",
                "@values.json"
            ]),
            0
        );
        assert_eq!(
            server.read("r.json")["counts"],
            json!({"same": 1, "stored": 4}),
            "{version}"
        );
    }
}

#[test]
fn a_zero_that_is_not_significant_is_no_value_up_to_2_42() {
    for version in BOTH {
        let server = TestServer::new(version, 2);
        let mut bundle = crate::test_server::package(2);
        bundle["dataElements"][0]["zeroIsSignificant"] = json!(false);
        bundle["dataElements"][0]["aggregationType"] = json!("SUM");
        server.standin.load(&bundle).unwrap();
        let zero = set(&[
            value(TOTAL, &district(1), "2025", "0"),
            value(TOTAL, &district(2), "2025", "7"),
        ]);
        assert_eq!(server.commit(&zero), 0, "{version}");
        let stored = usize::from(version == Version::V43) + 1;
        assert_eq!(server.standin.values().len(), stored, "{version}");
        let warnings = server.read("plan.json")["warnings"].to_string();
        assert!(warnings.contains("SUM"), "{warnings}");
        if version == Version::V42 {
            // Over a stored value it would delete in silence.
            server
                .standin
                .put_own_value("2025", TOTAL, &district(1), "9", Some(OURS));
            assert_eq!(server.push(&["@values.json"]), 1);
            assert_eq!(kinds(&server), ["insignificant-zero"]);
        }
    }
}

/// DHIS2's data entry leaves the comment of a value that a person corrects, and stores who did.
#[test]
fn a_value_of_ours_that_a_person_corrected_is_kept() {
    for version in BOTH {
        let server = TestServer::new(version, 2);
        assert_eq!(server.commit(&totals(2, 100)), 0);
        server
            .standin
            .put_value("2025", TOTAL, &district(1), None, "7777", Some(OURS));
        let corrected = || server.standin.value("2025", TOTAL, &district(1));
        server.write("values.json", &totals(2, 200));
        let commit = ["--commit", "--receipt", "@r2.json", "@values.json"];
        assert_eq!(server.push(&["@values.json"]), 0);
        let plan = server.read("plan.json");
        assert_eq!(plan["counts"]["kept"], 1, "{version}");
        assert_eq!(plan["counts"]["changed"], 1, "{version}");
        let warnings = plan["warnings"].to_string();
        assert!(
            warnings.contains("1 value kept with our comment") && warnings.contains("it: someone;"),
            "{warnings}"
        );
        assert_eq!(server.push(&commit), 0);
        assert_eq!(corrected().as_deref(), Some("7777"), "{version}");
        assert_eq!(
            server.push(&[
                "--replace-others",
                "--commit",
                "--receipt",
                "@r3.json",
                "@values.json"
            ]),
            0
        );
        assert_eq!(corrected().as_deref(), Some("201"), "{version}");
    }
}

#[test]
fn a_correction_is_kept_with_metadata_of_a_file_too() {
    let server = TestServer::new(Version::V42, 1);
    assert_eq!(server.commit(&totals(1, 100)), 0);
    server
        .standin
        .put_value("2025", TOTAL, &district(1), None, "7777", Some(OURS));
    server.write("values.json", &totals(1, 200));
    server.write("metadata.json", &server.metadata());
    assert_eq!(
        server.push(&["--metadata", "@metadata.json", "@values.json"]),
        0
    );
    assert_eq!(server.read("plan.json")["counts"]["kept"], 1);
}

#[test]
fn an_earlier_receipt_says_what_is_ours() {
    let server = TestServer::new(Version::V43, 2);
    let plain = |text: &str| {
        set(&[
            json!({"dataElement": TOTAL, "period": "2025", "orgUnit": district(1), "value": text}),
        ])
    };
    assert_eq!(server.commit(&plain("5")), 0);
    server.write("values.json", &plain("6"));
    assert_eq!(server.push(&["@values.json"]), 0);
    assert_eq!(server.read("plan.json")["counts"]["kept"], 1);
    assert_eq!(
        server.push(&[
            "--earlier",
            "@r.json",
            "--commit",
            "--receipt",
            "@r2.json",
            "@values.json"
        ]),
        0
    );
    assert_eq!(
        server.standin.value("2025", TOTAL, &district(1)).as_deref(),
        Some("6")
    );
}

#[test]
fn a_neighbouring_year_of_another_source_is_told() {
    let server = TestServer::new(Version::V42, 2);
    server
        .standin
        .put_value("2024", TOTAL, &district(1), None, "5", Some("census"));
    server.write("values.json", &totals(2, 10));
    assert_eq!(server.push(&["@values.json"]), 0);
    let warnings = server.read("plan.json")["warnings"].to_string();
    assert!(
        warnings.contains("2024 holds 1 value of unknown source"),
        "{warnings}"
    );
    // The numbers are shown, and judged.
    assert!(warnings.contains("5 to 11 (+120.0 %)"), "{warnings}");
    let value = &server.read("plan.json")["values"][0];
    assert_eq!(
        value["yearBefore"],
        json!({"period": "2024", "value": "5", "growth": 1.2})
    );
}

#[test]
fn codes_are_turned_into_ids() {
    let server = TestServer::new(Version::V43, 2);
    let mut set = totals(2, 10);
    set["dataElementIdScheme"] = json!("CODE");
    for value in set["dataValues"].as_array_mut().unwrap() {
        value["dataElement"] = json!(format!("C_{TOTAL}"));
    }
    assert_eq!(server.commit(&set), 0);
    assert_eq!(server.stored(2), crate::test_server::expected(2, 10));
}

#[test]
fn a_set_without_a_data_set_finds_the_one_that_has_its_elements() {
    let server = TestServer::new(Version::V43, 2);
    server.write("metadata.json", &server.metadata());
    let mut set = totals(2, 10);
    set.as_object_mut().unwrap().remove("dataSet");
    server.write("values.json", &set);
    assert_eq!(
        server.push(&[
            "--no-data-set",
            "--metadata",
            "@metadata.json",
            "@values.json"
        ]),
        2
    );
    assert_eq!(
        server.push(&[
            "--metadata",
            "@metadata.json",
            "--commit",
            "--receipt",
            "@r.json",
            "@values.json"
        ]),
        0
    );
    assert_eq!(server.read("r.json")["dataSet"], SET);
    let old = TestServer::new(Version::V42, 2);
    old.write("metadata.json", &old.metadata());
    old.write("values.json", &set);
    assert_eq!(
        old.push(&[
            "--no-data-set",
            "--metadata",
            "@metadata.json",
            "--commit",
            "--receipt",
            "@r.json",
            "@values.json"
        ]),
        0
    );
    assert!(old.read("r.json").get("dataSet").is_none());
    assert_eq!(old.stored(2), crate::test_server::expected(2, 10));
}

#[test]
fn elements_filled_with_other_people_than_their_names_say_are_refused_or_sent() {
    for version in BOTH {
        let server = TestServer::new(version, 2);
        let mut bundle = crate::test_server::package(2);
        bundle["dataElements"][0]["name"] = json!("Population under 5 years");
        bundle["dataElements"][1]["name"] = json!("Women 15-49");
        server.standin.load(&bundle).unwrap();
        let of_group = |element: &str, combo: Option<&str>, group: &str| {
            let mut value = value(element, &district(1), "2025", "7");
            value["comment"] = json!(format!("{OURS} group={group}"));
            if let Some(combo) = combo {
                value["categoryOptionCombo"] = json!(combo);
            }
            value
        };
        let women = |group: &str| of_group(BY_SEX, Some("cocSexF0001"), group);
        for (values, words) in [
            (vec![of_group(TOTAL, None, "t0-4y"), women("f15-19y")], None),
            // Nothing is known of these.
            (vec![value(TOTAL, &district(1), "2025", "7")], None),
            (
                vec![of_group(TOTAL, None, "t")],
                Some("its name says 0-4 years, and it is filled with everybody"),
            ),
            (
                vec![of_group(TOTAL, None, "f0+m10")],
                Some("and it is filled with f0+m10"),
            ),
            (
                vec![women("f15-59y")],
                Some("its name says women, 15-49 years, and it is filled with women, 15-59 years"),
            ),
        ] {
            server.write("values.json", &set(&values));
            let status = server.push(&["@values.json"]);
            let Some(words) = words else {
                assert_eq!(status, 0, "{values:?}");
                continue;
            };
            assert_eq!(status, 1, "{values:?}");
            assert_eq!(kinds(&server), ["other-group"]);
            let plan = server.read("plan.json");
            let message = plan["refusals"][0]["message"].as_str().unwrap();
            assert!(message.contains(words), "{message}");
            assert_eq!(
                server.push(&["--allow", "other-group", "@values.json"]),
                0,
                "{values:?}"
            );
            let element = values[0]["dataElement"].as_str().unwrap();
            let entry = format!("unit,kind,reason\n{element},other-group,agreed\n");
            std::fs::write(server.path("exceptions.csv"), entry).unwrap();
            assert_eq!(
                server.push(&["--exceptions", "@exceptions.csv", "@values.json"]),
                0,
                "{values:?}"
            );
        }
    }
}
