//! Ratios of age bands, and rates against those from elsewhere.

use std::collections::BTreeMap;

use pop_cli::ExitStatus;

use super::{Folder, grid};

/// Rows of a measure by what they are.
fn rows(folder: &Folder, args: &str, measure: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let ran = folder.run(args).unwrap();
    csv::Reader::from_reader(ran.text.as_bytes())
        .deserialize::<BTreeMap<String, String>>()
        .map(Result::unwrap)
        .filter(|row| row["measure"] == measure)
        .map(|row| (row["indicator"].clone(), row))
        .collect()
}

/// A unit of 100: 20 children, 30 women of 15 to 49 of 35 women in working age, 35 men, 10 old people.
const UNIT: [&str; 8] = [
    "A,10,f,0,5",
    "A,10,m,0,5",
    "A,30,f,15,50",
    "A,5,f,50,65",
    "A,35,m,15,65",
    "A,6,f,65,",
    "A,4,m,65,",
    "A,0,f,5,15",
];

#[test]
fn ratios_are_those_worked_out_by_hand() {
    let mut new: Vec<&str> = UNIT.to_vec();
    new.push("A,0,m,5,15");
    let folder = Folder::new(&grid(2025, &new), &grid(2025, &new));
    let found = rows(&folder, "", "indicator");
    let new = |name: &str| found[name]["new"].parse::<f64>().unwrap();
    assert!((new("sex-ratio") - 49.0 / 51.0).abs() < 1e-12);
    assert!((new("dependency-ratio") - 30.0 / 70.0).abs() < 1e-12);
    assert!((new("under-five-share") - 0.2).abs() < 1e-12);
    assert!((new("child-woman-ratio") - 20.0 / 30.0).abs() < 1e-12);
    assert!(found.values().all(|row| row["flags"].is_empty()));
}

#[test]
fn a_ratio_beyond_a_limit_is_noted_as_one_of_this_tool() {
    let rows_of = |men: &str| grid(2025, &["A,100,f,,", men]);
    let folder = Folder::new(&rows_of("A,100,m,,"), &rows_of("A,126,m,,"));
    let found = rows(&folder, "", "indicator");
    assert_eq!(
        found["sex-ratio"]["flags"],
        "limit 1.2600, above the limit 1.25 (of this tool, not of the guidance)"
    );
    folder.write(
        "limits.toml",
        "sex_ratio = [0.8, 1.3]\nother_source = 0.5\n",
    );
    let found = rows(&folder, "--thresholds limits.toml", "indicator");
    assert!(found["sex-ratio"]["flags"].is_empty());
    let ran = folder
        .run("--fail-on flags --thresholds limits.toml")
        .unwrap();
    assert_eq!(ran.status, ExitStatus::Done);
}

#[test]
fn a_ratio_needs_every_band() {
    let old = grid(2025, &["A,10,f,0,5", "A,10,m,0,5"]);
    let folder = Folder::new(&old, &old);
    let found = rows(&folder, "", "indicator");
    assert!(found.is_empty(), "{found:?}");
}

/// 20 per cent and more off the reference, included: 24 against 20 is flagged, 23.9 is not.
#[test]
fn an_implied_rate_is_held_against_the_reference() {
    let year = |births: &str| grid(2025, &["A,1000", births]);
    let flags = |births: &str| {
        let folder = Folder::new(&year("A,20,t,0,1"), &year(births));
        folder.write(
            "rates.csv",
            "rate,numerator,denominator,per,value\nbirth rate,t 0,t,1000,20\n",
        );
        let row = rows(&folder, "--reference rates.csv", "indicator")["birth rate"].clone();
        (row["old"].clone(), row["flags"].clone())
    };
    assert_eq!(
        flags("A,24,t,0,1"),
        (
            "20.0".to_owned(),
            "implied-rate +20.0000 % of reference, threshold 20 %".to_owned()
        )
    );
    assert_eq!(flags("A,23.9,t,0,1").1, "");
    assert_eq!(
        flags("A,16,t,0,1").1,
        "implied-rate -20.0000 % of reference, threshold 20 %"
    );
}

#[test]
fn references_that_cannot_be_used_are_refused() {
    let year = grid(2025, &["A,1000", "A,20,t,0,1"]);
    let folder = Folder::new(&year, &year);
    let head = "rate,numerator,denominator,per,value,org_unit\n";
    for (text, problem) in [
        ("rate,value\nx,1\n".to_owned(), "no column numerator"),
        (format!("{head}births,t 0,t,1000,-3,\n"), "line 2: rate -3"),
        (
            format!("{head}births,f 0,t,1000,3,\n"),
            "no figures of f 0, there are: t, t <1",
        ),
        (
            format!("{head}births,t 0,t,1000,3,Z\n"),
            "org unit Z is on neither side",
        ),
        (format!("{head}births,t 0,t,1000,many,\n"), "line 2"),
    ] {
        folder.write("rates.csv", &text);
        let error = folder.run("--reference rates.csv").unwrap_err();
        assert_eq!(error.status(), ExitStatus::Data, "{error}");
        let said = error.to_string();
        assert!(
            said.contains("rates.csv: ") && said.contains(problem),
            "{said}"
        );
        assert!(!error.hints().is_empty(), "{said}");
    }
}
