//! What a run says of itself, and holds for itself alone.

use dhis2_standin::{Fault, FaultRule, Version};
use serde_json::{Value, json};

use crate::test_server::{OURS, SET, TOTAL, TestServer, district, exists, expected, totals};

const BOTH: [Version; 2] = [Version::V42, Version::V43];

/// A server that says it is of another version than it is.
fn lying(version: Version, says: &str) -> TestServer {
    let info = json!({"version": says, "systemId": "eed3d451-4ff5-4193-b951-ffcc68954299", "calendar": "iso8601",
        "serverDate": "2026-08-15T12:00:00.000"});
    let lie = FaultRule::first("GET", "system/info", Fault::Answer(info.to_string())).times(1000);
    let server = TestServer::new(version, 3);
    server.standin.add_fault(lie);
    server
}

fn refused(server: &TestServer) -> Vec<String> {
    let plan = server.read("plan.json");
    let kinds = plan["refusals"].as_array().unwrap().iter();
    kinds
        .map(|refusal| refusal["kind"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_version_that_lies_gets_the_rules_of_both_dialects() {
    // A zero that 2.42 would drop, or delete for, on a server that says it is 2.43.
    let server = lying(Version::V42, "2.43.1");
    let mut bundle = crate::test_server::package(3);
    bundle["dataElements"][0]["zeroIsSignificant"] = json!(false);
    bundle["dataElements"][0]["aggregationType"] = json!("SUM");
    server.standin.load(&bundle).unwrap();
    server
        .standin
        .put_own_value("2025", TOTAL, &district(1), "9", Some(OURS));
    let mut set = totals(3, 100);
    set["dataValues"][0]["value"] = json!("0");
    server.write("values.json", &set);
    assert_eq!(server.push(&["@values.json"]), 1);
    assert!(
        refused(&server)
            .iter()
            .all(|kind| ["insignificant-zero", "dry-run"].contains(&kind.as_str())),
        "{:?}",
        refused(&server)
    );
    // With every value new the counts show the dialect, and its rules are added.
    set["dataValues"][0]["value"] = json!("101");
    let mut first = set.clone();
    first["dataValues"].as_array_mut().unwrap().remove(0);
    server.write("values.json", &first);
    assert_eq!(server.push(&["@values.json"]), 0);
    let warnings = server.read("plan.json")["warnings"].to_string();
    assert!(
        warnings.contains("counts as servers up to 2.42 do"),
        "{warnings}"
    );
    // The other way round: 2.43 refuses a group, whatever it calls itself.
    let server = lying(Version::V43, "2.42.5.2");
    assert_eq!(server.commit(&totals(3, 100)), 0);
    assert_eq!(server.stored(3), expected(3, 100));
    let warnings = server.read("plan.json")["warnings"].to_string();
    assert!(
        warnings.contains("counts as servers from 2.43 on do"),
        "{warnings}"
    );
}

#[test]
fn dates_and_open_periods_are_refused_also_where_the_server_takes_them() {
    for version in BOTH {
        let server = TestServer::new(version, 3);
        server
            .standin
            .load(&json!({"organisationUnits": [{"id": district(2), "name": "Two", "shortName": "Two",
                "openingDate": "2000-01-01", "closedDate": "2020-12-31", "parent": {"id": crate::test_server::ROOT}}]}))
            .unwrap();
        server.write("values.json", &totals(3, 100));
        assert_eq!(server.push(&["@values.json"]), 1, "{version}");
        let plan = server.read("plan.json");
        let closed = &plan["refusals"][0];
        assert_eq!(closed["kind"], "closed-unit");
        assert!(
            closed["message"].to_string().contains("2020-12-31")
                && closed["hint"].to_string().contains("date"),
            "{closed}"
        );
        // Consent sends them where the server takes them, and leaves them out where it does not.
        let commit = [
            "--allow",
            "closed-unit",
            "--commit",
            "--receipt",
            "@r.json",
            "@values.json",
        ];
        assert_eq!(server.push(&commit), 0, "{version}");
        let there = server.standin.values().len();
        assert_eq!(there, if version == Version::V42 { 3 } else { 2 });
    }
}

#[test]
fn a_limit_of_consent_counts_the_values_of_all_refusals_of_a_kind() {
    for version in BOTH {
        let server = TestServer::new(version, 3);
        let closed = [1, 2].map(|number| {
            json!({"id": district(number), "name": "Closed", "shortName": "Closed", "openingDate": "2000-01-01",
                "closedDate": "2020-12-31", "parent": {"id": crate::test_server::ROOT}})
        });
        server
            .standin
            .load(&json!({"organisationUnits": closed}))
            .unwrap();
        server.write("values.json", &totals(3, 100));
        let push = |allow| server.push(&["--allow", allow, "@values.json"]);
        assert_eq!(push("closed-unit=1"), 1, "{version}");
        assert_eq!(refused(&server), ["closed-unit", "closed-unit"]);
        assert_eq!(push("closed-unit=2"), 0, "{version}");
    }
}

#[test]
fn a_year_that_only_a_right_lets_in_is_refused_until_allowed() {
    let server = TestServer::new(Version::V43, 1);
    let set = json!({"dataSet": SET, "dataValues": [
        {"dataElement": TOTAL, "period": "2040", "orgUnit": district(1), "value": "1", "comment": OURS}]});
    assert_eq!(server.commit(&set), 1);
    assert_eq!(refused(&server), ["not-open-period"]);
    let commit = [
        "--allow",
        "not-open-period",
        "--commit",
        "--receipt",
        "@r2.json",
        "@values.json",
    ];
    assert_eq!(server.push(&commit), 0);
    assert_eq!(
        server.standin.value("2040", TOTAL, &district(1)).as_deref(),
        Some("1")
    );
}

#[test]
fn a_receipt_is_left_on_every_exit_and_gives_way_only_while_nothing_was_sent() {
    let server = TestServer::new(Version::V43, 2);
    server.write("values.json", &totals(2, 5));
    let commit = ["--commit", "--receipt", "@r.json", "@values.json"];
    // Nobody there, and a server that refuses: nothing was sent.
    assert_eq!(server.push_at("http://127.0.0.1:9", &commit), 6);
    assert_eq!(server.read("r.json")["outcome"], "nothing");
    let deny = FaultRule::first("GET", "system/info", Fault::Refused(401));
    server.standin.add_fault(deny);
    assert_eq!(server.push(&commit), 5);
    assert_eq!(server.read("r.json")["outcome"], "nothing");
    assert!(server.read("r.json")["alarms"][0].is_string());
    // Another set takes its place; then it stays.
    assert_eq!(server.commit(&totals(2, 7)), 0);
    let written = server.read("r.json");
    assert_eq!(server.commit(&totals(2, 9)), 2);
    assert_eq!(server.read("r.json"), written);
    assert!(!exists(&server.path("r.json.journal")));
    // A folder that is not there is known before the server is asked.
    let asked = server.standin.requests().len();
    let nowhere = ["--commit", "--receipt", "@no/r.json", "@values.json"];
    assert_eq!(server.push(&nowhere), 4);
    assert_eq!(server.push(&["-o", "@no/plan.json", "@values.json"]), 4);
    assert_eq!(server.standin.requests().len(), asked);
}

#[test]
fn what_someone_else_changed_meanwhile_is_named() {
    let server = TestServer::new(Version::V42, 3);
    server
        .standin
        .add_fault(FaultRule::import(Fault::Refused(403)));
    assert_eq!(server.commit(&totals(3, 100)), 5);
    server
        .standin
        .put_value("2025", TOTAL, &district(2), None, "7777", None);
    let commit = ["--commit", "--receipt", "@r.json", "@values.json"];
    assert_eq!(server.push(&commit), 7);
    let receipt = server.read("r.json");
    let others: Vec<&Value> = receipt["values"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|value| value["state"] == "others")
        .collect();
    assert_eq!(others.len(), 1);
    assert_eq!(others[0]["found"]["value"], "7777");
    assert_eq!(others[0]["wanted"]["value"], "102");
    // Its end is in the journal: the receipt can be undone. A run that goes on again has no end yet.
    assert_eq!(server.push(&["--undo", "@r.json"]), 0);
    let path = server.path("r.json.journal");
    let mut journal = std::fs::read_to_string(&path).unwrap();
    journal.push_str("{\"event\":\"send\",\"from\":0,\"to\":3,\"values\":1,\"attempt\":1}\n");
    std::fs::write(&path, journal).unwrap();
    // What it may have written can be taken back all the same; there is nothing to verify yet.
    assert_eq!(server.push(&["--undo", "@r.json"]), 0);
    assert_eq!(server.push(&["--verify", "@r.json"]), 2);
    assert_eq!(server.push(&commit), 7);
    assert_eq!(server.push(&["--undo", "@r.json"]), 0);
}

#[test]
fn a_verification_is_written_down() {
    let server = TestServer::new(Version::V43, 2);
    assert_eq!(server.commit(&totals(2, 5)), 0);
    assert_eq!(server.push(&["--verify", "@r.json", "-o", "@v.json"]), 0);
    assert_eq!(server.read("v.json")["checked"], 2);
    assert_eq!(server.read("v.json")["differ"], json!([]));
    server
        .standin
        .put_value("2025", TOTAL, &district(2), None, "1", None);
    assert_eq!(server.push(&["--verify", "@r.json", "-o", "@v.json"]), 1);
    let differ = &server.read("v.json")["differ"][0];
    assert_eq!(differ["found"]["value"], "1");
    assert_eq!(differ["wanted"]["value"], "7");
}

#[test]
fn an_unknown_data_set_is_the_file_s_fault() {
    for version in BOTH {
        let server = TestServer::new(version, 1);
        let mut set = totals(1, 5);
        set["dataSet"] = json!("dsNoSuch001");
        server.write("values.json", &set);
        assert_eq!(server.push(&["@values.json"]), 3, "{version}");
    }
}
