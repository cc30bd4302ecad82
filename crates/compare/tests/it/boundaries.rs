//! What became of units whose boundaries were redrawn.

use std::collections::BTreeMap;

use pop_cli::ExitStatus;

use super::{Folder, grid};

/// Units by the rules of the page: A split, B and C merged, a strip of D went to the neighbour, E the same, F gone, K new.
fn folder() -> Folder {
    let folder = Folder::new(
        &grid(2025, &["A,100", "B,30", "C,70", "D,200", "E,50", "F,20"]),
        &grid(2025, &["A1,40", "A2,80", "BC,100", "D,180", "E,50", "K,5"]),
    );
    folder.write(
        "pieces.csv",
        &grid(
            2025,
            &[
                "A+A1,40",
                "A+A2,60",
                "B+BC,30",
                "C+BC,70",
                "D+A2,20",
                "D+D,180",
                "E+E,49.999",
                "E+D,0.001",
                "F+,20",
                "+K,5",
            ],
        )
        .replace(",2,/N/", ",,/N/"),
    );
    folder
}

fn kinds(folder: &Folder) -> BTreeMap<String, (String, String, String)> {
    let ran = folder.run("--crosswalk pieces.csv").unwrap();
    assert_eq!(ran.status, ExitStatus::CheckFound);
    csv::Reader::from_reader(ran.text.as_bytes())
        .deserialize::<BTreeMap<String, String>>()
        .map(Result::unwrap)
        .map(|row| {
            (
                format!("{}+{}", row["old"], row["new"]),
                (
                    row["kind"].clone(),
                    row["of_old"].clone(),
                    row["of_new"].clone(),
                ),
            )
        })
        .collect()
}

#[test]
fn every_kind_has_its_example() {
    let found = kinds(&folder());
    let expected = [
        ("+K", "new"),
        ("A+A1", "split"),
        ("A+A2", "split"),
        ("B+BC", "merged"),
        ("C+BC", "merged"),
        ("D+A2", "moved-border"),
        ("D+D", "moved-border"),
        ("E+D", "sliver"),
        ("E+E", "same"),
        ("F+", "gone"),
    ];
    let listed: Vec<(&str, &str)> = found
        .iter()
        .map(|(pair, row)| (pair.as_str(), row.0.as_str()))
        .collect();
    assert_eq!(listed, expected);
    assert_eq!(
        (found["A+A2"].1.as_str(), found["A+A2"].2.as_str()),
        ("0.6", "0.75")
    );
    assert_eq!(
        (found["D+A2"].1.as_str(), found["D+A2"].2.as_str()),
        ("0.1", "0.25")
    );
}

#[test]
fn slivers_are_one_line_of_the_table_and_nobody_is_dropped() {
    let folder = folder();
    let table = folder
        .run("--crosswalk pieces.csv --format table")
        .unwrap()
        .text;
    assert!(table.contains("and 1 sliver with 0.0 people"), "{table}");
    assert!(!table.contains("sliver\n"), "{table}");
    let json: serde_json::Value = serde_json::from_str(
        &folder
            .run("--crosswalk pieces.csv --format json")
            .unwrap()
            .text,
    )
    .unwrap();
    assert!((json["people"].as_f64().unwrap() - 475.0).abs() < 1e-9);
    assert_eq!(json["slivers"]["count"], 1);
    assert_eq!(json["pieces"].as_array().unwrap().len(), 10);
}

#[test]
fn pieces_that_do_not_add_up_are_listed() {
    let folder = folder();
    let json = |folder: &Folder| -> serde_json::Value {
        serde_json::from_str(
            &folder
                .run("--crosswalk pieces.csv --format json")
                .unwrap()
                .text,
        )
        .unwrap()
    };
    let open = json(&folder)["open_sums"].clone();
    // The sliver of E is too much for the new D.
    assert_eq!(open.as_array().unwrap().len(), 2, "{open}");
    assert_eq!(open[0]["org_unit"], "D");
    assert_eq!(open[0]["side"], "new");
}

#[test]
fn pieces_of_other_units_are_refused() {
    let folder = folder();
    for (piece, problem) in [
        ("Z+A1,3", "piece Z+A1: org unit Z is not on the old side"),
        ("A+Z,3", "piece A+Z: org unit Z is not on the new side"),
        ("A,3", "\"A\" is not a piece"),
        ("+,3", "\"+\" is not a piece"),
    ] {
        folder.write("pieces.csv", &grid(2025, &[piece]));
        let error = folder.run("--crosswalk pieces.csv").unwrap_err();
        assert_eq!(error.status(), ExitStatus::Data);
        assert!(error.to_string().contains(problem), "{error}");
    }
}

#[test]
fn pieces_of_another_year_or_raster_are_refused() {
    let pieces = |folder: &Folder| {
        let text = std::fs::read_to_string(folder.path("pieces.csv")).unwrap();
        text.replace(",2025,", ",2026,")
    };
    let folder = folder();
    folder.write("pieces.csv", &pieces(&folder));
    let error = folder.run("--crosswalk pieces.csv").unwrap_err();
    assert_eq!(error.status(), ExitStatus::Data);
    assert!(
        error
            .to_string()
            .contains("pieces.csv: the pieces are of 2026, the old side of 2025"),
        "{error}"
    );
}
