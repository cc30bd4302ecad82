//! The reference cases, solved by numpy in two other ways (see docs/raking.md), and refusals that others miss.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests read files and fail by panicking"
)]

use std::collections::HashMap;

use pop_raking::{Cells, Raked, RakingOptions, apply, rake, read_totals};
use pop_sums::{ReadOptions, SumsTable};

fn read(text: &[u8]) -> SumsTable {
    pop_sums::read(text, &ReadOptions::default()).unwrap()
}

fn raked(sums: &[u8], totals: &[u8], options: &RakingOptions) -> (SumsTable, Raked) {
    let table = read(sums);
    let cells = Cells::new(&table, None, |_| false).unwrap();
    let totals = read_totals(totals).unwrap();
    let raked = rake(&cells, &totals, options);
    (apply(table, &cells, &raked), raked)
}

type Key = (String, String, String, String);

/// Compares with `expected.csv` of a case; gives the largest relative error.
fn compare(case: &str) -> f64 {
    let folder = testdata::dir().join("rake").join(case);
    let file = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let (table, raked) = raked(
        &file("sums.csv"),
        &file("totals.csv"),
        &RakingOptions::default(),
    );
    assert_eq!(raked.refusals, []);
    assert_eq!(raked.out_of_range, []);
    let found: HashMap<Key, (f64, f64)> = table
        .rows()
        .map(|row| {
            let age = |age: Option<u32>| age.map(|age| age.to_string()).unwrap_or_default();
            let sex = row.sex.map(|sex| sex.to_string()).unwrap_or_default();
            let key = (row.org_unit, sex, age(row.age_from), age(row.age_to));
            (key, (row.population.unwrap(), row.unadjusted.unwrap()))
        })
        .collect();
    let expected = file("expected.csv");
    let mut reader = csv::Reader::from_reader(expected.as_slice());
    let (mut worst, mut count) = (0.0_f64, 0);
    for record in reader.records() {
        let record = record.unwrap();
        let text = |at: usize| record[at].to_owned();
        let number = |at: usize| record[at].parse::<f64>().unwrap();
        let (population, unadjusted) = found[&(text(0), text(1), text(2), text(3))];
        worst = worst.max((population / number(4) - 1.0).abs());
        assert_eq!(unadjusted, number(5));
        count += 1;
    }
    assert_eq!(count, found.len());
    worst
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn the_reference_cases_are_met_to_a_billionth() {
    for case in [
        "a-guidance",
        "b-national",
        "b-census",
        "c-nested",
        "d-units-x-bands",
        "e-three-margins",
    ] {
        let worst = compare(case);
        assert!(worst <= 1e-9, "{case}: {worst:e}");
    }
}

const HEADER: &str = "org_unit,level,path,raster,source,year,sex,age_from,age_to,population\n";
const TOTALS: &str = "org_unit,year,sex,age_from,age_to,population,source\n";

#[test]
fn the_example_of_the_guidance_is_met() {
    let sums = format!(
        "{HEADER}P1,2,/N/P1,r,g,2025,t,,,10243\nP2,2,/N/P2,r,g,2025,t,,,20167\nP3,2,/N/P3,r,g,2025,t,,,29329\n"
    );
    let totals = format!("{TOTALS}N,2025,,,,56196,nso2022\n");
    let (table, raked) = raked(
        sums.as_bytes(),
        totals.as_bytes(),
        &RakingOptions::default(),
    );
    let rows: Vec<_> = table.rows().collect();
    for (row, expected) in
        rows.iter()
            .zip([9635.508260935068, 18970.93577060212, 27589.555968462813])
    {
        assert!((row.population.unwrap() - expected).abs() < 1e-9);
        assert_eq!(row.adjustment.as_deref(), Some("raked=nso2022*0.9407"));
    }
    assert_eq!(rows[0].unadjusted, Some(10243.0));
    assert_eq!(raked.blocks[0].rounds, 1);
}

/// The worked table of docs/raking.md.
#[test]
fn the_worked_table_is_the_limit_of_both_margins() {
    let sums = format!(
        "{HEADER}A,2,/N/A,r,g,2025,t,0,15,40\nA,2,/N/A,r,g,2025,t,15,,60\nB,2,/N/B,r,g,2025,t,0,15,30\nB,2,/N/B,r,g,2025,t,15,,70\n"
    );
    let totals =
        format!("{TOTALS}A,2025,,,,120,o\nB,2025,,,,90,o\nN,2025,,0,15,80,o\nN,2025,,15,,130,o\n");
    let (table, raked) = raked(
        sums.as_bytes(),
        totals.as_bytes(),
        &RakingOptions::default(),
    );
    assert_eq!(raked.refusals, []);
    let found: Vec<f64> = table.rows().map(|row| row.population.unwrap()).collect();
    for (found, expected) in found.iter().zip([51.0063, 68.9937, 28.9937, 61.0063]) {
        assert!((found - expected).abs() < 5e-5, "{found} {expected}");
    }
    // The odds ratio of the seed is kept, which with the margins makes the table unique.
    let odds = |t: &[f64]| t[0] * t[3] / (t[1] * t[2]);
    assert!((odds(&found) - odds(&[40.0, 60.0, 30.0, 70.0])).abs() < 1e-9);
}
