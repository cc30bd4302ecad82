//! Plan, commit, again, undo, verify: in every version.

use dhis2_standin::Version;
use serde_json::{Value, json};

use crate::test_server::{OURS, SET, TOTAL, TestServer, district, exists, expected, totals};

/// Commits what `signed.json` says.
const COMMIT_SIGNED: &[&str] = &[
    "--commit",
    "--receipt",
    "@r.json",
    "--plan",
    "@signed.json",
    "@values.json",
];

#[test]
fn a_set_is_planned_written_read_back_and_taken_back() {
    for version in Version::ALL {
        let server = TestServer::new(version, 13);
        let set = totals(13, 100);
        server.write("values.json", &set);
        assert_eq!(server.push(&["@values.json"]), 0, "{version}");
        let plan = server.read("plan.json");
        assert_eq!(plan["counts"]["new"], 13, "{version}");
        assert_eq!(server.stored(13), vec![None; 13], "a plan writes nothing");

        assert_eq!(server.commit(&set), 0, "{version}");
        assert_eq!(server.stored(13), expected(13, 100));
        let receipt = server.read("r.json");
        assert_eq!(receipt["outcome"], "written");
        assert_eq!(receipt["counts"], json!({"stored": 13}));
        assert!(!exists(&server.path("r.json.journal")));
        assert_eq!(server.push(&["--verify", "@r.json"]), 0, "{version}");

        // The same command again has nothing left to do.
        let imports = || {
            server
                .standin
                .requests()
                .iter()
                .filter(|request| request.method == "POST")
                .count()
        };
        let before = imports();
        assert_eq!(server.commit(&set), 0);
        assert_eq!(imports(), before);

        assert_eq!(server.push(&["--undo", "@r.json"]), 0, "{version}");
        assert_eq!(
            server.stored(13),
            expected(13, 100),
            "an undo's plan writes nothing"
        );
        assert_eq!(
            server.push(&["--undo", "@r.json", "--commit", "--receipt", "@u.json"]),
            0,
            "{version}"
        );
        assert_eq!(server.stored(13), vec![None; 13], "{version}");
        assert_eq!(server.push(&["--verify", "@r.json"]), 1);
        assert_eq!(server.standin.most_imports_at_once(), 1);
    }
}

#[test]
fn values_before_come_back_with_their_comments() {
    for version in [Version::V42, Version::V43] {
        let server = TestServer::new(version, 3);
        server
            .standin
            .put_value("2025", TOTAL, &district(1), None, "7", Some("census 2021"));
        server
            .standin
            .put_own_value("2025", TOTAL, &district(2), "202", Some(OURS));
        let set = totals(3, 100);
        // What is not ours stays, unless it is asked for.
        assert_eq!(server.commit(&set), 0);
        assert_eq!(
            server.stored(3),
            [Some("7".into()), Some("102".into()), Some("103".into())]
        );
        let plan = server.read("plan.json");
        assert_eq!(plan["counts"]["kept"], 1);
        server.write("values.json", &set);
        assert_eq!(
            server.push(&[
                "--replace-others",
                "--commit",
                "--receipt",
                "@r2.json",
                "@values.json"
            ]),
            0
        );
        assert_eq!(server.stored(3), expected(3, 100));
        // Someone corrects a value: taking back does not touch it.
        server
            .standin
            .put_value("2025", TOTAL, &district(3), None, "999", None);
        assert_eq!(
            server.push(&["--undo", "@r2.json", "--commit", "--receipt", "@u2.json"]),
            0
        );
        assert_eq!(
            server.push(&["--undo", "@r.json", "--commit", "--receipt", "@u.json"]),
            0
        );
        assert_eq!(
            server.stored(3),
            [Some("7".into()), Some("202".into()), Some("999".into())]
        );
        let comment = server
            .standin
            .values()
            .into_iter()
            .find(|(key, _)| *key.unit == *district(1))
            .unwrap()
            .1
            .comment;
        assert_eq!(comment.as_deref(), Some("census 2021"));
    }
}

#[test]
fn a_signed_plan_must_still_hold() {
    let server = TestServer::new(Version::V43, 3);
    let set = totals(3, 100);
    server.write("values.json", &set);
    assert_eq!(server.push(&["-o", "@signed.json", "@values.json"]), 0);
    server
        .standin
        .put_own_value("2025", TOTAL, &district(2), "5", Some(OURS));
    assert_eq!(server.push(COMMIT_SIGNED), 1);
    assert_eq!(server.read("r.json")["outcome"], "nothing");
    assert_eq!(server.push(&["-o", "@signed.json", "@values.json"]), 0);
    server.write("values.json", &totals(3, 200));
    assert_eq!(server.push(COMMIT_SIGNED), 1, "another payload");
    server.write("values.json", &set);
    // What was signed is what was asked for.
    let replacing = [COMMIT_SIGNED, &["--replace-others"]].concat();
    assert_eq!(server.push(&replacing), 1);
    assert!(
        server.read("r.json")["alarms"]
            .to_string()
            .contains("other flags")
    );
    assert_eq!(server.push(COMMIT_SIGNED), 0);
    assert_eq!(server.stored(3), expected(3, 100));
}

#[test]
fn a_signed_plan_binds_every_flag_that_decides_on_what_is_written() {
    let server = TestServer::new(Version::V42, 3);
    // Ours by a receipt only: its comment does not say so.
    let mut earlier = totals(3, 200);
    for value in earlier["dataValues"].as_array_mut().unwrap() {
        value["comment"] = json!("typed in");
    }
    server.write("earlier.json", &earlier);
    assert_eq!(
        server.push(&["--commit", "--receipt", "@e.json", "@earlier.json"]),
        0
    );
    let stored = server.stored(3);
    server.write("values.json", &totals(3, 100));
    std::fs::write(
        server.path("exceptions.csv"),
        format!("unit,kind,reason\n{},closed-unit,census\n", district(1)),
    )
    .unwrap();
    assert_eq!(server.push(&["-o", "@signed.json", "@values.json"]), 0);
    assert_eq!(server.read("signed.json")["counts"]["kept"], 3);
    let flags: [&[&str]; 3] = [
        &["--earlier", "@e.json"],
        &["--exceptions", "@exceptions.csv"],
        &["--no-data-set"],
    ];
    for flag in flags {
        assert_eq!(server.push(&[COMMIT_SIGNED, flag].concat()), 1, "{flag:?}");
        let receipt = server.read("r.json");
        assert_eq!(receipt["outcome"], "nothing", "{flag:?}");
        let why = receipt["alarms"].to_string();
        assert!(why.contains("other flags"), "{flag:?}: {why}");
        assert!(why.contains(flag[0]), "{flag:?}: {why}");
        assert_eq!(server.stored(3), stored, "{flag:?}");
        // And the other way round.
        let planned = [flag, &["-o", "@other.json", "@values.json"]].concat();
        assert_eq!(server.push(&planned), 0, "{flag:?}");
        let without = [
            "--commit",
            "--receipt",
            "@r.json",
            "--plan",
            "@other.json",
            "@values.json",
        ];
        assert_eq!(server.push(&without), 1, "{flag:?}");
    }
    assert_eq!(server.push(COMMIT_SIGNED), 0);
    assert_eq!(server.stored(3), stored, "kept, as the plan says");
}

#[test]
fn a_signed_plan_binds_classes_and_what_is_left_out() {
    let server = TestServer::new(Version::V42, 3);
    server.write("values.json", &totals(3, 100));
    assert_eq!(server.push(&["-o", "@signed.json", "@values.json"]), 0);
    let commit = [
        "--commit",
        "--receipt",
        "@r.json",
        "--plan",
        "@altered.json",
        "@values.json",
    ];
    let signed = server.read("signed.json");
    let alterations: [(&str, Value, &str); 5] = [
        (
            "/values/0/class",
            json!("kept"),
            "new now, kept in the plan",
        ),
        (
            "/values/0/wanted/value",
            json!("9"),
            "101 is wanted, 9 in the plan",
        ),
        (
            "/values/0/orgUnit",
            json!(district(9)),
            "in the plan, not in the set",
        ),
        (
            "/leftOut",
            json!([{"kind": "closed-unit", "consent": "left-out", "rows": [2]}]),
            "closed-unit: 0 values left-out, 1 in the plan",
        ),
        (
            "/refusals",
            json!([{"kind": "refused"}]),
            "the plan has 1 refusal",
        ),
    ];
    for (member, value, why) in alterations {
        let mut altered = signed.clone();
        *altered.pointer_mut(member).unwrap() = value;
        server.write("altered.json", &altered);
        assert_eq!(server.push(&commit), 1, "{member}");
        let alarms = server.read("r.json")["alarms"].to_string();
        assert!(alarms.contains(why), "{member}: {alarms}");
    }
    assert_eq!(server.stored(3), vec![None; 3]);
    server.write("altered.json", &signed);
    assert_eq!(server.push(&commit), 0);
}

#[test]
fn a_receipt_is_never_overwritten() {
    let server = TestServer::new(Version::V42, 2);
    std::fs::write(server.path("r.json"), "precious").unwrap();
    assert_eq!(server.commit(&totals(2, 1)), 2);
    assert_eq!(std::fs::read(server.path("r.json")).unwrap(), b"precious");
    // An empty file holds nothing: a process killed at its first step leaves one.
    std::fs::write(server.path("e.json"), "").unwrap();
    server.write("values.json", &totals(2, 1));
    let empty = ["--commit", "--receipt", "@e.json", "@values.json"];
    assert_eq!(server.push(&empty), 0);
    assert_eq!(
        server.push(&["--undo", "@e.json", "--commit", "--receipt", "@u.json"]),
        0
    );
    assert_eq!(server.stored(2), vec![None; 2]);
}

#[test]
fn duplicates_are_refused_also_through_the_default_combo() {
    for version in [Version::V42, Version::V43] {
        let server = TestServer::new(version, 2);
        let value = |combo: Option<&str>| {
            let mut value = json!({"dataElement": TOTAL, "period": "2025", "orgUnit": district(1), "value": "1"});
            if let Some(combo) = combo {
                value["categoryOptionCombo"] = json!(combo);
            }
            value
        };
        let set = json!({"dataSet": SET, "dataValues": [value(None), value(Some("HllvX50cXC0"))]});
        server.write("values.json", &set);
        assert_eq!(server.push(&["@values.json"]), 1, "{version}");
        assert_eq!(server.commit(&set), 1, "{version}");
        assert_eq!(server.stored(1), [None]);
    }
}
