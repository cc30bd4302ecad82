//! Plan, commit, again, undo, verify: in every version.

use dhis2_standin::Version;
use serde_json::json;

use crate::world::{OURS, SET, TOTAL, World, district, exists, expected, totals};

#[test]
fn a_set_is_planned_written_read_back_and_taken_back() {
    for version in Version::ALL {
        let world = World::new(version, 13);
        let set = totals(13, 100);
        world.write("values.json", &set);
        assert_eq!(world.push(&["@values.json"]), 0, "{version}");
        let plan = world.read("plan.json");
        assert_eq!(plan["counts"]["new"], 13, "{version}");
        assert_eq!(world.stored(13), vec![None; 13], "a plan writes nothing");

        assert_eq!(world.commit(&set), 0, "{version}");
        assert_eq!(world.stored(13), expected(13, 100));
        let receipt = world.read("r.json");
        assert_eq!(receipt["outcome"], "written");
        assert_eq!(receipt["counts"], json!({"stored": 13}));
        assert!(!exists(&world.path("r.json.journal")));
        assert_eq!(world.push(&["--verify", "@r.json"]), 0, "{version}");

        // The same command again has nothing left to do.
        let imports = || {
            world
                .server
                .requests()
                .iter()
                .filter(|request| request.method == "POST")
                .count()
        };
        let before = imports();
        assert_eq!(world.commit(&set), 0);
        assert_eq!(imports(), before);

        assert_eq!(world.push(&["--undo", "@r.json"]), 0, "{version}");
        assert_eq!(
            world.stored(13),
            expected(13, 100),
            "an undo's plan writes nothing"
        );
        assert_eq!(
            world.push(&["--undo", "@r.json", "--commit", "--receipt", "@u.json"]),
            0,
            "{version}"
        );
        assert_eq!(world.stored(13), vec![None; 13], "{version}");
        assert_eq!(world.push(&["--verify", "@r.json"]), 1);
        assert_eq!(world.server.most_imports_at_once(), 1);
    }
}

#[test]
fn values_before_come_back_with_their_comments() {
    for version in [Version::V42, Version::V43] {
        let world = World::new(version, 3);
        world
            .server
            .put_value("2025", TOTAL, &district(1), None, "7", Some("census 2021"));
        world
            .server
            .put_value("2025", TOTAL, &district(2), None, "202", Some(OURS));
        let set = totals(3, 100);
        // What is not ours stays, unless it is asked for.
        assert_eq!(world.commit(&set), 0);
        assert_eq!(
            world.stored(3),
            [Some("7".into()), Some("102".into()), Some("103".into())]
        );
        let plan = world.read("plan.json");
        assert_eq!(plan["counts"]["kept"], 1);
        world.write("values.json", &set);
        assert_eq!(
            world.push(&[
                "--replace-others",
                "--commit",
                "--receipt",
                "@r2.json",
                "@values.json"
            ]),
            0
        );
        assert_eq!(world.stored(3), expected(3, 100));
        // Someone corrects a value: taking back does not touch it.
        world
            .server
            .put_value("2025", TOTAL, &district(3), None, "999", None);
        assert_eq!(
            world.push(&["--undo", "@r2.json", "--commit", "--receipt", "@u2.json"]),
            0
        );
        assert_eq!(
            world.push(&["--undo", "@r.json", "--commit", "--receipt", "@u.json"]),
            0
        );
        assert_eq!(
            world.stored(3),
            [Some("7".into()), Some("202".into()), Some("999".into())]
        );
        let comment = world
            .server
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
    let world = World::new(Version::V43, 3);
    let set = totals(3, 100);
    world.write("values.json", &set);
    assert_eq!(world.push(&["-o", "@signed.json", "@values.json"]), 0);
    world
        .server
        .put_value("2025", TOTAL, &district(2), None, "5", Some(OURS));
    let commit = [
        "--commit",
        "--receipt",
        "@r.json",
        "--plan",
        "@signed.json",
        "@values.json",
    ];
    assert_eq!(world.push(&commit), 1);
    assert_eq!(world.read("r.json")["outcome"], "nothing");
    assert_eq!(world.push(&["-o", "@signed.json", "@values.json"]), 0);
    world.write("values.json", &totals(3, 200));
    assert_eq!(world.push(&commit), 1, "another payload");
    world.write("values.json", &set);
    // What was signed is what was asked for.
    let replacing = [&commit[..], &["--replace-others"]].concat();
    assert_eq!(world.push(&replacing), 1);
    assert!(
        world.read("r.json")["alarms"]
            .to_string()
            .contains("other flags")
    );
    assert_eq!(world.push(&commit), 0);
    assert_eq!(world.stored(3), expected(3, 100));
}

#[test]
fn a_receipt_is_never_overwritten() {
    let world = World::new(Version::V42, 2);
    std::fs::write(world.path("r.json"), "precious").unwrap();
    assert_eq!(world.commit(&totals(2, 1)), 2);
    assert_eq!(std::fs::read(world.path("r.json")).unwrap(), b"precious");
    // An empty file holds nothing: a process killed at its first step leaves one.
    std::fs::write(world.path("e.json"), "").unwrap();
    world.write("values.json", &totals(2, 1));
    let empty = ["--commit", "--receipt", "@e.json", "@values.json"];
    assert_eq!(world.push(&empty), 0);
    assert_eq!(
        world.push(&["--undo", "@e.json", "--commit", "--receipt", "@u.json"]),
        0
    );
    assert_eq!(world.stored(2), vec![None; 2]);
}

#[test]
fn duplicates_are_refused_also_through_the_default_combo() {
    for version in [Version::V42, Version::V43] {
        let world = World::new(version, 2);
        let value = |combo: Option<&str>| {
            let mut value = json!({"dataElement": TOTAL, "period": "2025", "orgUnit": district(1), "value": "1"});
            if let Some(combo) = combo {
                value["categoryOptionCombo"] = json!(combo);
            }
            value
        };
        let set = json!({"dataSet": SET, "dataValues": [value(None), value(Some("HllvX50cXC0"))]});
        world.write("values.json", &set);
        assert_eq!(world.push(&["@values.json"]), 1, "{version}");
        assert_eq!(world.commit(&set), 1, "{version}");
        assert_eq!(world.stored(1), [None]);
    }
}
