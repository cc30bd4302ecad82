//! `compare` and `cross-orgunits` as users run them: bad inputs, real rasters, boundaries that were redrawn.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::schemas::assert_valid;
use crate::support::{Ran, Run, tool};

const HEADER: &str =
    "org_unit,code,name,level,path,raster,source,year,sex,age_from,age_to,population";

fn row(unit: &str, level: u32, source: &str, year: i32, people: &str) -> String {
    format!("{unit},,Unit {unit},{level},/N/{unit},r,{source},{year},t,,,{people}\n")
}

fn sums(rows: &[String]) -> String {
    format!("{HEADER}\n{}", rows.concat())
}

fn good() -> String {
    sums(&[
        row("A", 2, "grid", 2025, "100"),
        row("B", 2, "grid", 2025, "50"),
    ])
}

/// Compares `old` with `new` in a folder of their own.
fn compared(old: &str, new: &str) -> (tempfile::TempDir, Run) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("old.csv"), old).unwrap();
    std::fs::write(folder.path().join("new.csv"), new).unwrap();
    let run = tool("compare")
        .folder(folder.path())
        .args(["old.csv", "new.csv"]);
    (folder, run)
}

#[test]
fn bad_inputs_are_refused_with_the_file_and_a_hint() {
    let text_values = "{\"dataValues\":[{\"dataElement\":\"de\",\"period\":\"2025\",\"orgUnit\":\"A\",\"value\":\"many\"}]}";
    let cut = format!(
        "{HEADER},rows\n{}",
        row("A", 2, "grid", 2025, "100").replace("100\n", "100,2\n")
    );
    let two_levels = good() + &row("N", 1, "grid", 2025, "150");
    let mixed = good() + &row("C", 2, "census", 2025, "3");
    let years = sums(&[
        row("A", 2, "grid", 2020, "1"),
        row("A", 2, "grid", 2021, "1").replace(",r,", ",q,"),
    ]);
    let twice = good() + &row("A", 2, "grid", 2025, "1").replace(",r,", ",q,");
    let bands = |ages: &str| good().replace(",t,,,", &format!(",t,{ages},"));
    let cases = [
        ("a cut stream", cut, good(), "old.csv"),
        (
            "a cut value set",
            good(),
            "{\"dataValues\":[{\"dataElement\"".to_owned(),
            "truncated",
        ),
        (
            "JSON for CSV",
            "{\"type\":\"FeatureCollection\",\"features\":[]}".to_owned(),
            good(),
            "old.csv",
        ),
        (
            "two levels on one side",
            two_levels,
            good(),
            "levels 1, 2, the new one 2",
        ),
        (
            "mixed sources",
            mixed,
            good(),
            "several sources: census and grid",
        ),
        (
            "years that do not meet",
            years,
            good(),
            "the years do not meet: 2020, 2021 on the old side, 2025",
        ),
        (
            "text values",
            text_values.to_owned(),
            text_values.to_owned(),
            "\"many\", which is not a number",
        ),
        ("a key twice", twice, good(), "A 2025 t is there twice"),
        (
            "bands without a common one",
            bands("0,10"),
            bands("5,15"),
            "0-9 and 5-14",
        ),
        (
            "sums beside values",
            good(),
            text_values.replace("many", "3"),
            "sums on one side and data values on the other",
        ),
    ];
    for (what, old, new, problem) in cases {
        let (_folder, run) = compared(&old, &new);
        let ran = run.run().expect_nothing(3);
        assert!(ran.stderr.contains(problem), "{what}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("compare: hint: "),
            "{what}: {}",
            ran.stderr
        );
    }
}

#[test]
fn a_unit_whose_path_moved_is_named_and_still_compared() {
    let moved = good().replace("/N/A", "/N/X/A");
    let (_folder, run) = compared(&good(), &moved);
    let ran = run.args(["--format", "json"]).run().expect(0);
    assert!(
        ran.stderr.contains("path of unit A moved"),
        "{}",
        ran.stderr
    );
    let document: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(document["moved_units"], serde_json::json!(["A"]));
    // Its people are in the sum of the old parent on the old side, and of the new parent on the new one.
    let parents: BTreeMap<String, (Option<f64>, Option<f64>)> = document["sums"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["measure"] == "parent")
        .map(|line| {
            let number = |name: &str| line[name].as_f64();
            (
                line["org_unit"].as_str().unwrap().to_owned(),
                (number("old"), number("new")),
            )
        })
        .collect();
    assert_eq!(parents["N"], (Some(150.0), Some(50.0)));
    assert_eq!(parents["X"], (None, Some(100.0)), "no value is never 0");
}

#[test]
fn names_with_escapes_are_safe_for_a_terminal() {
    let old = good().replace("Unit A", "Unit \u{1b}[31mA");
    let (_folder, run) = compared(&old, &old.replace(",100\n", ",150\n"));
    let ran = run.args(["--format", "table"]).run().expect(1);
    assert!(!ran.text().contains('\u{1b}') && !ran.stderr.contains('\u{1b}'));
    assert!(ran.text().contains("+50.0000"), "{}", ran.text());
}

#[test]
fn a_hundred_thousand_differences_are_grouped_on_a_terminal() {
    let side = |extra: u32| {
        let mut text = format!("{HEADER}\n");
        for unit in 0..100_000_u32 {
            let people = unit + 100 + extra * (1 + unit % 20);
            writeln!(
                text,
                "u{unit:06},,,3,/N/p/u{unit:06},r,grid,2025,t,,,{people}"
            )
            .unwrap();
        }
        text
    };
    let (_folder, run) = compared(&side(0), &side(1));
    let ran = run.args(["--format", "table"]).run().expect(1);
    let table = ran.text();
    assert!(table.lines().count() < 300, "{}", table.lines().count());
    let words: Vec<&str> = table.split_whitespace().collect();
    let words = words.join(" ");
    let rest = &words[words.find("and 99,900 ").unwrap()..];
    assert!(
        rest.starts_with("and 99,900 figures with smaller changes: "),
        "{rest}"
    );
    assert!(
        rest.contains(" changed on level 3") && rest.contains(" rounding on level 3"),
        "{rest}"
    );
    assert!(ran.stderr.lines().count() < 10, "{}", ran.stderr);
}

#[test]
fn documents_are_as_their_schemas_say() {
    let bands = |people: &str| {
        let mut rows = Vec::new();
        for (sex, ages) in [("f", "0,5"), ("f", "5,"), ("m", "0,5"), ("m", "5,")] {
            rows.push(
                row("A", 2, "grid", 2025, people).replace(",t,,,", &format!(",{sex},{ages},")),
            );
        }
        sums(&rows)
    };
    let (folder, run) = compared(&bands("100"), &bands("130"));
    std::fs::write(
        folder.path().join("reached.csv"),
        "org_unit,period,value\nA,202501,99\nZ,202501,1\n",
    )
    .unwrap();
    std::fs::write(
        folder.path().join("rates.csv"),
        "rate,numerator,denominator,value\nshare,f 0-4,m 5+,2\n",
    )
    .unwrap();
    let side = [
        "--numerator",
        "reached.csv",
        "--denominator",
        "f 0-4",
        "--reference",
        "rates.csv",
    ];
    let ran = run.args(side).args(["--format", "json"]).run().expect(1);
    assert_valid("comparison", &ran.stdout);
    let document: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    for list in ["figures", "indicators", "coverage"] {
        assert!(!document[list].as_array().unwrap().is_empty(), "{list}");
    }
}

#[test]
fn no_day_of_a_numerator_is_counted_twice() {
    let reached = |text: &str| {
        let (folder, run) = compared(&good(), &good());
        let text = format!("org_unit,period,value\n{text}");
        std::fs::write(folder.path().join("reached.csv"), text).unwrap();
        std::fs::write(
            folder.path().join("survey.csv"),
            "org_unit,coverage\nZ,80\n",
        )
        .unwrap();
        (folder, run.args(["--numerator", "reached.csv"]))
    };
    for (text, cause) in [
        (
            "A,202501,9\nA,2025-01,9\n",
            "line 3: A 202501 is on line 2 already",
        ),
        (
            "A,2025,9\nA,202501,9\n",
            "A: the periods 202501 and 2025 of the numerator overlap",
        ),
        (
            "A,2025Q1,9\nA,202503,9\n",
            "A: the periods 2025Q1 and 202503 of the numerator overlap",
        ),
    ] {
        let (_folder, run) = reached(text);
        run.run().expect_nothing(3).says("reached.csv").says(cause);
    }
    let (_folder, run) = reached("A,202501,9\n");
    let ran = run.args(["--survey", "survey.csv"]).run().expect_nothing(3);
    ran.says("survey.csv: ");
}

#[test]
fn a_numerator_of_a_unit_and_of_one_above_it_is_warned_of() {
    let (folder, _) = compared(&good(), &good());
    let unit = |id: &str, level: u32, path: &str| {
        format!(
            r#"{{"type":"Feature","id":"{id}","geometry":null,"properties":{{"name":"{id}","level":{level},"path":"{path}"}}}}"#
        )
    };
    let units = [
        unit("N", 1, "/N"),
        unit("A", 2, "/N/A"),
        unit("A1", 3, "/N/A/A1"),
    ];
    let tree = format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        units.join(",")
    );
    std::fs::write(folder.path().join("tree.geojson"), tree).unwrap();
    let reached = |text: &str| {
        let text = format!("org_unit,period,value\n{text}");
        std::fs::write(folder.path().join("reached.csv"), text).unwrap();
        tool("compare")
            .folder(folder.path())
            .args(["old.csv", "new.csv", "--numerator", "reached.csv"])
            .args(["--org-units", "tree.geojson"])
            .run()
            .expect(0)
    };
    reached("A,2025,9\nA1,2025,9\n").says(
        "1 org unit of the numerator is below another that has values too, and both are added up: A1",
    );
    // The country has no denominator: its people are added to nothing.
    let ran = reached("N,2025,9\nA,2025,9\n");
    assert!(!ran.stderr.contains("both are added up"), "{}", ran.stderr);
}

#[test]
fn sides_without_a_common_figure_are_warned_of() {
    let bands = good().replace(",t,,,", ",f,0,5,");
    let (_folder, run) = compared(&good(), &bands);
    run.run()
        .expect(1)
        .says("no figure is on both sides: the old side counts t, the new side f 0-4; nothing was compared");
}

/// Runs a tool in a folder and keeps its output as a file there.
fn keep(folder: &Path, run: Run, name: &str) -> Ran {
    let ran = run.folder(folder).args(["-o", name]).run();
    assert!(ran.status <= 1, "{}", ran.stderr);
    ran
}

fn read(folder: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = std::fs::read(folder.join(name)).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    reader.deserialize().map(Result::unwrap).collect()
}

fn sum(folder: &Path, raster: &Path, units: &Path, name: &str) {
    let run = tool("zonal-sum").arg("-r").arg(raster).arg(units);
    keep(folder, run, name);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn growth_of_real_rasters_is_that_of_the_reference() {
    let data = testdata::dir();
    let expected: Vec<BTreeMap<String, String>> = read(&data, "rake/compare-growth.csv");
    let countries = [
        (
            "sle",
            "sierra-leone-districts",
            ["2025", "2026"],
            2.0325,
            "level",
        ),
        (
            "lka",
            "sri-lanka-provinces",
            ["2022", "2023"],
            0.6168,
            "figure",
        ),
    ];
    for (iso, units, years, growth, level) in countries {
        let folder = tempfile::tempdir().unwrap();
        let units = data.join(format!("orgunits/{units}.geojson"));
        for year in years {
            let raster = data.join(format!("worldpop/{iso}_pop_{year}_CN_1km_R2025A_UA_v1.tif"));
            let mut run = tool("zonal-sum").arg("-r").arg(raster).arg(&units);
            if iso == "lka" {
                run = run.args(["--id-property", "shapeID", "--name-property", "shapeName"]);
            }
            keep(folder.path(), run, &format!("{year}.csv"));
        }
        let files = years.map(|year| format!("{year}.csv"));
        let run = tool("compare").args(&files);
        keep(folder.path(), run, "changes.csv");
        let rows = read(folder.path(), "changes.csv");
        for unit in expected.iter().filter(|unit| unit["country"] == iso) {
            let found = rows
                .iter()
                .find(|row| row["measure"] == "figure" && row["org_unit"] == unit["unit"])
                .unwrap();
            for (ours, theirs) in [
                ("old", "old"),
                ("new", "new"),
                ("percent", "of_year_1_percent"),
            ] {
                let number = |text: &str| text.parse::<f64>().unwrap();
                let (ours, theirs) = (number(&found[ours]), number(&unit[theirs]));
                assert!(
                    (ours - theirs).abs() < 2e-6 * theirs.max(1.0),
                    "{unit:?}: {ours}"
                );
            }
            assert_eq!(found["flags"], "");
        }
        let total = |side: &str| -> f64 {
            let figures = rows.iter().filter(|row| row["measure"] == "figure");
            figures.map(|row| row[side].parse::<f64>().unwrap()).sum()
        };
        assert!((100.0 * (total("new") / total("old") - 1.0) - growth).abs() < 5e-5);
        let whole = rows.iter().find(|row| row["measure"] == level).unwrap();
        if level == "level" {
            assert!((whole["percent"].parse::<f64>().unwrap() - growth).abs() < 5e-5);
        }
        let run = tool("compare").args(&files).args(["--fail-on", "flags"]);
        run.folder(folder.path()).run().expect(0);
    }
}

/// Bo split, Kailahun and Kenema merged, a strip of Tonkolili moved: pieces against exactextract's.
#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_real_crosswalk_is_that_of_the_reference() {
    let data = testdata::dir();
    let folder = tempfile::tempdir().unwrap();
    let raster = data.join("worldpop/sle_pop_2025_CN_1km_R2025A_UA_v1.tif");
    let old = data.join("orgunits/sierra-leone-districts.geojson");
    let new = data.join("rake/compare-orgunits-new.geojson");
    keep(
        folder.path(),
        tool("cross-orgunits").arg(&old).arg(&new),
        "pieces.geojson",
    );
    sum(folder.path(), &raster, &old, "old.csv");
    sum(folder.path(), &raster, &new, "new.csv");
    sum(
        folder.path(),
        &raster,
        Path::new("pieces.geojson"),
        "pieces.csv",
    );
    let crosswalk = ["old.csv", "new.csv", "--crosswalk", "pieces.csv"];
    let ran = keep(
        folder.path(),
        tool("compare").args(crosswalk),
        "crosswalk.csv",
    );
    assert!(
        ran.stderr.contains("15 pieces, 8,640,353.28 people"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("do not add up"), "{}", ran.stderr);

    let rows = read(folder.path(), "crosswalk.csv");
    let kept: Vec<_> = rows.iter().filter(|row| row["kind"] != "sliver").collect();
    let expected = read(&data, "rake/compare-crosswalk.csv");
    assert_eq!(kept.len(), expected.len());
    for piece in &expected {
        let found = kept
            .iter()
            .find(|row| row["old"] == piece["old"] && row["new"] == piece["new"])
            .unwrap_or_else(|| panic!("no piece {piece:?}"));
        for (name, limit) in [("people", 0.1), ("of_old", 1e-6), ("of_new", 1e-6)] {
            let number = |row: &BTreeMap<String, String>| row[name].parse::<f64>().unwrap();
            let (ours, theirs) = (number(found), number(piece));
            assert!((ours - theirs).abs() < limit, "{name} of {piece:?}: {ours}");
        }
    }
    let kind = |old: &str, new: &str| {
        let row = kept
            .iter()
            .find(|row| row["old_name"] == old && row["new_name"] == new);
        row.unwrap()["kind"].clone()
    };
    assert_eq!(kind("Bo", "Bo West"), "split");
    assert_eq!(kind("Bo", "Bo East"), "split");
    assert_eq!(kind("Kailahun", "Kailahun-Kenema"), "merged");
    assert_eq!(kind("Kenema", "Kailahun-Kenema"), "merged");
    assert_eq!(kind("Tonkolili", "Bo East"), "moved-border");
    assert_eq!(kind("Kono", "Kono"), "same");

    // Pieces add up to the units' own sums, by old and by new unit.
    for (side, file) in [("old", "old.csv"), ("new", "new.csv")] {
        for unit in read(folder.path(), file) {
            let own: f64 = unit["population"].parse().unwrap();
            let pieces: f64 = rows
                .iter()
                .filter(|row| row[side] == unit["org_unit"])
                .map(|row| row["people"].parse::<f64>().unwrap_or_default())
                .sum();
            assert!(
                (pieces - own).abs() <= 1e-9 * own,
                "{side} {}: {pieces} of {own}",
                unit["name"]
            );
        }
    }
    let json = tool("compare").args(crosswalk).args(["--format", "json"]);
    let json = json.folder(folder.path()).run().expect(1);
    assert_valid("crosswalk", &json.stdout);
}

fn square(id: &str, west: f64, east: f64) -> String {
    format!(
        "{{\"type\":\"Feature\",\"id\":\"{id}\",\"properties\":{{\"name\":\"{id}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[[{west},0],[{east},0],[{east},1],[{west},1],[{west},0]]]}}}}"
    )
}

fn collection(features: &[String]) -> String {
    format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
        features.join(",")
    )
}

#[test]
fn every_unit_comes_out_of_cross_orgunits() {
    let folder = tempfile::tempdir().unwrap();
    let bare = "{\"type\":\"Feature\",\"id\":\"P\",\"properties\":{},\"geometry\":{\"type\":\"Point\",\"coordinates\":[0,0]}}";
    let old = collection(&[
        square("A", 0.0, 2.0),
        square("B", 5.0, 6.0),
        bare.to_owned(),
    ]);
    let new = collection(&[square("A", 0.0, 1.0), square("C", 1.0, 3.0)]);
    std::fs::write(folder.path().join("old.geojson"), old).unwrap();
    let run = tool("cross-orgunits").folder(folder.path());
    let ran = run.args(["old.geojson", "-"]).stdin(new).run().expect(0);
    assert!(
        ran.stderr.contains("1 old unit without a polygon: P"),
        "{}",
        ran.stderr
    );
    let document: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let ids: Vec<&str> = document["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| feature["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["A+A", "A+C", "B+", "+C", "P+"]);
}

#[test]
fn cross_orgunits_tells_whose_outline_it_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let bow_tie = "[[0,0],[2,1],[2,0],[0,1],[0,0]]";
    let bow_tie = square("A", 0.0, 2.0).replace("[[0,0],[2,0],[2,1],[0,1],[0,0]]", bow_tie);
    std::fs::write(folder.path().join("old.geojson"), collection(&[bow_tie])).unwrap();
    let new = collection(&[square("B", 0.0, 3.0)]);
    let run = tool("cross-orgunits").folder(folder.path());
    let ran = run.args(["old.geojson", "-"]).stdin(new).run().expect(0);
    let ran = ran.says("old.geojson: 1 polygon repaired: A (area changed by");
    let document: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let reasons: Vec<_> = document["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| {
            (
                feature["id"].as_str().unwrap(),
                feature["properties"]["reasons"].as_str(),
            )
        })
        .collect();
    assert_eq!(reasons, [("A+B", Some("repaired")), ("+B", None)]);
}

#[test]
fn a_limit_of_consent_counts_the_findings_of_both_files() {
    let folder = tempfile::tempdir().unwrap();
    let star = "[[0,1],[0.59,-0.81],[-0.95,0.31],[0.95,0.31],[-0.59,-0.81],[0,1]]";
    let star = |id: &str| square(id, 0.0, 2.0).replace("[[0,0],[2,0],[2,1],[0,1],[0,0]]", star);
    let write = |name: &str, features: &[String]| {
        std::fs::write(folder.path().join(name), collection(features)).unwrap();
    };
    write("old.geojson", &[star("A"), square("B", 5.0, 6.0)]);
    write("new.geojson", &[star("C"), square("D", 5.0, 6.0)]);
    let run = |allow| {
        let run = tool("cross-orgunits").folder(folder.path());
        run.args(["old.geojson", "new.geojson", "--allow", allow])
            .run()
    };
    run("bad-geometry=1")
        .expect_nothing(3)
        .says("(2 in all, more than the 1 of --allow bad-geometry)");
    run("bad-geometry=2")
        .expect(0)
        .says("allowed: 2 bad-geometry");
}

#[test]
fn cross_orgunits_refuses_ids_that_cannot_be_joined_and_levels_that_are_not_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("good.geojson"),
        collection(&[square("A", 0.0, 2.0)]),
    )
    .unwrap();
    let leveled = |id: &str, level: u32| {
        square(id, 0.0, 1.0).replace(
            "\"properties\":{",
            &format!("\"properties\":{{\"level\":{level},"),
        )
    };
    for (bad, problem) in [
        (
            collection(&[square("A+B", 0.0, 1.0)]),
            "the id \"A+B\" contains '+'",
        ),
        (
            collection(&[leveled("A", 1), leveled("B", 2)]),
            "units of the levels 1, 2",
        ),
    ] {
        std::fs::write(folder.path().join("bad.geojson"), bad).unwrap();
        let run = tool("cross-orgunits").folder(folder.path());
        let ran = run
            .args(["good.geojson", "bad.geojson"])
            .run()
            .expect_nothing(3);
        assert!(ran.stderr.contains(problem), "{}", ran.stderr);
        assert!(
            ran.stderr.contains("bad.geojson") && ran.stderr.contains("hint: "),
            "{}",
            ran.stderr
        );
    }
}
