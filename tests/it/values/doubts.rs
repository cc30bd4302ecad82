//! Units without a value, doubtful ones, those that did not exist, and parents that would come out too low.

use super::Folder;

const TOTAL: &str = "--data-element dePopTot001 --data-set dsPopYear01";

const HEAD: &str = "org_unit,name,level,path,raster,year,population,inside_share,status,reasons\n";

/// A row of a unit below some ancestors.
fn row(path: &str, people: &str, status: &str) -> String {
    let ids: Vec<&str> = path.split(' ').collect();
    let (id, level) = (ids[ids.len() - 1], ids.len());
    format!(
        "{id},{id},{level},/{},p,2025,{people},{status}\n",
        ids.join("/")
    )
}

/// A country, two provinces, four districts; `rows` replace those of their units.
fn sums(rows: &[String]) -> String {
    let ok = |path: &str, people: &str| row(path, people, "1,ok,");
    let mut all = vec![
        ok("ouRoot00001", "104.5"),
        ok("ouRoot00001 ouNorth0001", "60.25"),
        ok("ouRoot00001 ouSouth0001", "40.25"),
        ok("ouRoot00001 ouNorth0001 ouNorthA001", "30.5"),
        ok("ouRoot00001 ouNorth0001 ouNorthB001", "29.5"),
        ok("ouRoot00001 ouSouth0001 ouSouthA001", "20.125"),
        ok("ouRoot00001 ouSouth0001 ouSouthB001", "20.125"),
    ];
    for new in rows {
        let id = new.split(',').next().unwrap();
        all.retain(|old| !old.starts_with(id));
        all.push(new.clone());
    }
    format!("{HEAD}{}", all.concat())
}

fn folder(rows: &[String]) -> Folder {
    Folder::new(&[("sums.csv", &sums(rows))])
}

const B: &str = "ouRoot00001 ouNorth0001 ouNorthB001";

fn units(folder: &Folder, args: &str) -> Vec<(String, i64)> {
    let values = folder.values(&format!("sums.csv {TOTAL} {args}"));
    values
        .by_period()
        .into_iter()
        .map(|(_, unit, value)| (unit.to_owned(), value))
        .collect()
}

#[test]
fn a_unit_without_a_value_stops_the_run_and_is_never_zero() {
    let folder = folder(&[row(B, "", ",none,no-geometry")]);
    let run = |args: &str| {
        folder
            .run(&format!("sums.csv {TOTAL} --level 3 {args}"))
            .run()
    };
    run("")
        .expect_nothing(3)
        .says("1 unit has no value, no-geometry: ouNorthB001 (ouNorthB001)");
    let ran = run("--allow no-geometry").expect_nothing(3);
    ran.says("1 parent would come out too low: ouNorth0001 (ouNorth0001: own polygon 60, children with a value 30, without: ouNorthB001")
        .says("the deepest level at which every unit has a value is 2: --level 2");
    let allowed = run("--allow no-geometry --allow incomplete-parent").expect(0);
    let allowed = allowed
        .says("1 unit left out")
        .says("allowed: 1 incomplete-parent, 1 no-geometry");
    assert!(!allowed.text().contains("ouNorthB001"));
    assert_eq!(
        units(&folder, "--level 2"),
        [
            ("ouNorth0001".to_owned(), 61),
            ("ouSouth0001".to_owned(), 40)
        ]
    );
}

#[test]
fn every_unit_and_every_parent_is_listed_however_many() {
    let path = |district: usize, unit: usize| {
        format!("ouRoot00001 ouDistr{district:04} ouUnit{district:02}{unit:03}")
    };
    let rows: Vec<String> = (0..8)
        .flat_map(|d| {
            [
                row(&path(d, 0), "10", "1,ok,"),
                row(&path(d, 1), "", ",none,no-geometry"),
            ]
        })
        .collect();
    let folder = Folder::new(&[("sums.csv", &format!("{HEAD}{}", rows.concat()))]);
    let run = |args: &str| folder.run(&format!("sums.csv {TOTAL} {args}")).run();
    let ran = run("")
        .expect_nothing(3)
        .says("8 units have no value, no-geometry: ");
    assert!(
        (0..8).all(|d| ran.stderr.contains(&format!("ouUnit{d:02}001"))),
        "{}",
        ran.stderr
    );
    let ran = run("--allow no-geometry")
        .expect_nothing(3)
        .says("8 parents would come out too low: ");
    assert!(
        (0..8).all(|d| ran.stderr.contains(&format!("ouDistr{d:04}"))),
        "{}",
        ran.stderr
    );
    // By consent the values are written, and the parents are named all the same.
    let ran = run("--allow no-geometry --allow incomplete-parent").expect(0);
    assert!(
        (0..8).all(|d| ran.stderr.contains(&format!("ouDistr{d:04}"))),
        "{}",
        ran.stderr
    );
}

#[test]
fn exceptions_name_units_and_warn_when_they_are_no_longer_met() {
    let exceptions = "unit,kind,reason\nouNorthB001,no-geometry,not drawn yet\nouNorth0001,incomplete-parent,known\nouSouthA001,point,was a point once\n";
    let files = [
        ("sums.csv", sums(&[row(B, "", ",none,no-geometry")])),
        ("exceptions.csv", exceptions.to_owned()),
    ];
    let folder = Folder::new(&files.each_ref().map(|(name, text)| (*name, text.as_str())));
    let ran = folder
        .run(&format!(
            "sums.csv {TOTAL} --level 3 --exceptions exceptions.csv"
        ))
        .run()
        .expect(0);
    ran.says("exceptions.csv: line 4: ouSouthA001 no longer has point: the exception can go");
    // Another unit in doubt is not covered.
    let other = row(
        "ouRoot00001 ouSouth0001 ouSouthA001",
        "",
        ",none,no-geometry",
    );
    std::fs::write(
        folder.0.path().join("sums.csv"),
        sums(&[row(B, "", ",none,no-geometry"), other]),
    )
    .unwrap();
    let run = folder
        .run(&format!(
            "sums.csv {TOTAL} --level 3 --exceptions exceptions.csv"
        ))
        .run();
    run.expect_nothing(3)
        .says("1 unit has no value, no-geometry: ouSouthA001");
}

#[test]
fn a_branch_that_ends_above_the_level_makes_its_parent_too_low() {
    let folder = folder(&[row("ouRoot00001 ouWest00001", "4.0", "1,ok,")]);
    let ran = folder
        .run(&format!("sums.csv {TOTAL} --level 3"))
        .run()
        .expect_nothing(3);
    ran.says("1 parent would come out too low: ouRoot00001 (ouRoot00001: own polygon 104, children with a value 100, without: ouWest00001")
        .says("--level 2");
    assert_eq!(units(&folder, "--level 2").len(), 3);
    assert_eq!(
        units(&folder, "--level 3 --allow incomplete-parent").len(),
        4
    );
}

#[test]
fn doubtful_values_are_allowed_by_kind_and_small_ones_not_asked_for() {
    for (status, kind) in [
        ("0.5,doubtful,partly-outside", "partly-outside"),
        ("1,doubtful,fallback-geometry", "fallback-geometry"),
        // A sliver outside is no doubt of its own.
        (
            "0.995,doubtful,fallback-geometry;partly-outside",
            "fallback-geometry",
        ),
        ("1,doubtful,from-the-future", "unknown-reason"),
    ] {
        let folder = folder(&[row(B, "29.5", status)]);
        let ran = folder
            .run(&format!("sums.csv {TOTAL} --level 3"))
            .run()
            .expect_nothing(3);
        ran.says(&format!("1 unit has a doubtful value, {kind}: ouNorthB001"));
        assert_eq!(
            units(&folder, &format!("--level 3 --allow {kind}")).len(),
            4,
            "{status}"
        );
        folder
            .run(&format!("sums.csv {TOTAL} --level 3 --allow point"))
            .run()
            .expect_nothing(3);
    }
    let both = folder(&[row(
        B,
        "29.5",
        "0.5,doubtful,fallback-geometry;partly-outside",
    )]);
    both.run(&format!(
        "sums.csv {TOTAL} --level 3 --allow fallback-geometry"
    ))
    .run()
    .expect_nothing(3)
    .says("partly-outside");
    let fine = folder(&[row(B, "29.5", "0.995,ok,partly-outside")]);
    assert_eq!(units(&fine, "--level 3").len(), 4);
}

#[test]
fn units_that_did_not_exist_stay_out_unless_they_are_asked_for() {
    for (kind, left_out) in [
        ("closed", ""),
        ("not-yet-open", "--allow inactive --allow incomplete-parent"),
    ] {
        let folder = folder(&[row(B, "29.5", &format!("1,doubtful,{kind}"))]);
        let ran = folder
            .run(&format!("sums.csv {TOTAL} --level 3 {left_out}"))
            .run()
            .expect(0);
        let ran = ran.says("3 values for 3 units").says("1 unit left out");
        // They are no part of what the rounded values add up to: 30.5 + 20.125 + 20.125.
        let sum: i64 = super::Values::of(&ran).0.values().sum();
        assert_eq!(sum, 71);
        assert_eq!(
            units(&folder, &format!("--level 3 --allow {kind}")).len(),
            4
        );
    }
}

#[test]
fn all_consents_are_asked_for_at_once_and_drafted() {
    let rows = [
        row(B, "", ",none,no-geometry"),
        row(
            "ouRoot00001 ouSouth0001 ouSouthA001",
            "20.125",
            "1,doubtful,not-yet-open",
        ),
    ];
    let folder = folder(&rows);
    let ran = folder
        .run(&format!(
            "sums.csv {TOTAL} --level 3 --write-exceptions draft.csv"
        ))
        .run()
        .expect_nothing(3);
    ran.says("1 unit was not yet open, not-yet-open: ouSouthA001")
        .says("1 unit has no value, no-geometry: ouNorthB001")
        .says("2 parents would come out too low: ouNorth0001")
        .says("--allow not-yet-open --allow no-geometry --allow incomplete-parent")
        .says("--allow inactive: leave them out instead");
    let draft = folder.read("draft.csv");
    assert!(
        draft.starts_with("unit,kind,reason,detail\nouSouthA001,not-yet-open,,ouSouthA001\n"),
        "{draft}"
    );
    // With the reasons filled in the draft is the consent.
    let filled: Vec<String> = draft
        .lines()
        .enumerate()
        .map(|(line, text)| match line {
            0 => text.to_owned(),
            _ => text.replacen(",,", ",known,", 1),
        })
        .collect();
    std::fs::write(folder.0.path().join("filled.csv"), filled.join("\n") + "\n").unwrap();
    assert_eq!(units(&folder, "--level 3 --exceptions filled.csv").len(), 3);
}

#[test]
fn an_exception_without_effect_says_why() {
    let exceptions = "unit,kind,reason\nNorth B,no-geometry,by name\nouNowhere01,no-geometry,unknown\nouNorthB001,point,another kind\n";
    let row = row(B, "", ",none,no-geometry").replacen(
        "ouNorthB001,ouNorthB001",
        "ouNorthB001,North B",
        1,
    );
    let files = [
        ("sums.csv", sums(&[row])),
        ("exceptions.csv", exceptions.to_owned()),
    ];
    let folder = Folder::new(&files.each_ref().map(|(name, text)| (*name, text.as_str())));
    let ran = folder
        .run(&format!(
            "sums.csv {TOTAL} --level 3 --exceptions exceptions.csv"
        ))
        .run()
        .expect_nothing(3);
    ran.says("line 2: North B is the name of ouNorthB001, not an id: the exception has no effect")
        .says(
            "line 3: ouNowhere01 is not the id of a unit of the sums: the exception has no effect",
        )
        .says("line 4: ouNorthB001 has no-geometry, not point: the exception has no effect");
}

#[test]
fn what_looks_odd_is_said_and_the_limits_are_those_of_the_mapping() {
    let rows = |people: [f64; 2]| {
        format!(
            "org_unit,raster,source,year,population\nouDist00001,a,s,2025,{}\nouDist00001,b,s,2026,{}\nouDist00002,a,s,2025,0\nouDist00002,b,s,2026,0\n",
            people[0], people[1]
        )
    };
    let mapping = "data_set = \"dsPopYear01\"\n[[value]]\ndata_element = \"dePopTot001\"\n";
    let wide = format!("limits.growth = 0.2\n{mapping}");
    let said = |people: [f64; 2], mapping: &str| {
        let folder = Folder::new(&[("sums.csv", &rows(people)), ("map.toml", mapping)]);
        folder
            .run("sums.csv --mapping map.toml")
            .run()
            .expect(0)
            .stderr
    };
    let grown = said([1000.0, 1150.0], mapping);
    assert!(
        grown.contains("2026: growth in 1 unit: ouDist00001 +15.0 %"),
        "{grown}"
    );
    assert!(
        grown.contains("2025 and 2026: no people in 1 unit: ouDist00002\n"),
        "{grown}"
    );
    assert!(!said([1000.0, 1150.0], &wide).contains("growth"));
    assert!(!said([1000.0, 1050.0], mapping).contains("growth"));
    assert!(said([1000.0, 999.0], mapping).contains("2026: decline in 1 unit: ouDist00001 -0.1 %"));
}
