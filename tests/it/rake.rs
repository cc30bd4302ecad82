//! `rake` in the pipeline: the guidance's example to the person, and the way to the server.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::sample::Sample;
use crate::support::tool;

const TOTALS: &str = "org_unit,year,sex,age_from,age_to,population,source";

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn the_guidance_s_provinces_add_up_to_the_agreed_total() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "sums.csv",
        "org_unit,level,path,raster,source,year,sex,population,method\n\
         P1,2,/N/P1,r,grid,2025,t,10243,exact\n\
         P2,2,/N/P2,r,grid,2025,t,20167,exact\n\
         P3,2,/N/P3,r,grid,2025,t,29329,exact\n",
    );
    write(
        "totals.csv",
        &format!("{TOTALS}\nN,2025,,,,56196,nso2022\n"),
    );
    let raked = tool("rake")
        .folder(folder.path())
        .args(["--totals", "totals.csv", "sums.csv"])
        .run()
        .expect(0);
    assert!(
        raked.stderr.contains("rake: 1 total met in 1 round"),
        "{}",
        raked.stderr
    );
    // Rounded to the nearest the three would be 56,197.
    let set = tool("to-datavalueset")
        .args([
            "--data-element",
            "dePopTot001",
            "--data-set",
            "dsPopYear01",
            "--org-unit-ids",
            "code",
        ])
        .stdin(raked.stdout)
        .run()
        .expect(0);
    let set: Value = serde_json::from_slice(&set.stdout).unwrap();
    let values: Vec<&str> = set["dataValues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value["value"].as_str().unwrap())
        .collect();
    assert_eq!(values, ["9635", "18971", "27590"]);
    assert_eq!(
        set["dataValues"][0]["comment"],
        "headcount source=grid method=exact reference=unstated group=t raked=nso2022*0.9407"
    );
}

#[test]
fn what_is_stored_in_the_end_is_the_official_total() {
    let sample = Sample::ready();
    let sums = sample.sums(&sample.org_units());
    std::fs::write(sample.file("sums.csv"), &sums).unwrap();
    // Each district with a value gets a whole number of its own, 4 % above the grid.
    let districts: BTreeMap<String, i64> = rows(std::str::from_utf8(&sums).unwrap())
        .iter()
        .filter(|row| !row["population"].is_empty())
        .map(|row| {
            let people: f64 = row["population"].parse().unwrap();
            (row["org_unit"].clone(), (people * 1.04).round() as i64)
        })
        .collect();
    let lines: Vec<String> = districts
        .iter()
        .map(|(unit, people)| format!("{unit},2025,,,,{people},census"))
        .collect();
    std::fs::write(
        sample.file("totals.csv"),
        format!("{TOTALS}\n{}\n", lines.join("\n")),
    )
    .unwrap();
    let raked = tool("rake")
        .args([
            &sample.file("sums.csv"),
            "--totals",
            &sample.file("totals.csv"),
        ])
        .run()
        .expect(0)
        .stdout;
    let values = sample.value_set(&raked);
    sample
        .push()
        .args(["--commit", "--receipt", &sample.file("receipt.json")])
        .stdin(values.clone())
        .run()
        .expect(0);
    let stored: BTreeMap<String, i64> = sample
        .stored()
        .into_iter()
        .map(|(unit, value)| (unit, value.parse().unwrap()))
        .collect();
    assert_eq!(stored, districts);
    // A second push knows its own values.
    let ran = sample.push().stdin(values).run().expect(0);
    assert!(!ran.stderr.contains("not ours"), "{}", ran.stderr);
}

/// Sums of four facilities of one district: one has no catchment because another is at its place, one because others are nearer.
const FACILITIES: &str = "org_unit,level,path,raster,source,year,sex,population,status,reasons,method\n\
    A,3,/N/D/A,r,grid,2025,t,100,ok,,exact\n\
    B,3,/N/D/B,r,grid,2025,t,300,ok,,exact\n\
    C,3,/N/D/C,r,grid,2025,t,,none,same-place,exact\n\
    E,3,/N/D/E,r,grid,2025,t,,none,no-area;outside-parent,exact\n";

fn rake_with(totals: &str, sums: &str, flags: &[&str]) -> crate::support::Ran {
    let folder = tempfile::tempdir().unwrap();
    let totals = format!("{TOTALS}\n{totals}\n");
    std::fs::write(folder.path().join("totals.csv"), totals).unwrap();
    std::fs::write(folder.path().join("sums.csv"), sums).unwrap();
    let run = tool("rake").folder(folder.path());
    run.args(["--totals", "totals.csv", "sums.csv"])
        .args(flags.to_vec())
        .run()
}

#[test]
fn facilities_whose_people_others_count_do_not_stop_the_raking() {
    let ran = rake_with("D,2025,,,,800,nso", FACILITIES, &[]).expect(0);
    let people: Vec<String> = rows(&ran.text())
        .iter()
        .map(|row| row["population"].clone())
        .collect();
    assert_eq!(people, ["200", "600", "", ""]);
    // a facility that nobody stands in for still does, and a total of the facility itself
    let unknown = FACILITIES.replace("no-area;outside-parent", "no-geometry");
    rake_with("D,2025,,,,800,nso", &unknown, &[])
        .expect_nothing(3)
        .says("their people would go to the units beside them: E");
    rake_with("C,2025,,,,50,nso", FACILITIES, &["--uncontrolled", "keep"])
        .expect_nothing(3)
        .says("--fill official");
}

#[test]
fn a_balance_of_another_run_is_refused() {
    let balance = |raster: &str, source: &str, year: u32, level: u32| {
        format!(
            r#"{{"format":"headcount-balance","version":1,"rasters":[{{"raster":"{raster}","source":"{source}","year":{year},"levels":[{{"level":{level},"in_no_unit":488.0}}]}}]}}"#
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("balance.json");
    let report = folder.path().join("report.json");
    let run = |text: String| {
        std::fs::write(&file, text).unwrap();
        let flags = [
            "--balance",
            file.to_str().unwrap(),
            "--report",
            report.to_str().unwrap(),
        ];
        rake_with("D,2025,,,,800,nso", FACILITIES, &flags)
    };
    run(balance("r", "grid", 2025, 3)).expect(0);
    let report: Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    assert_eq!(report["blocks"][0]["in_no_unit"], 488.0);
    for (text, problem) in [
        (balance("q", "grid", 2025, 3), "no raster \"r\""),
        (
            balance("r", "census", 2025, 3),
            "source \"census\", expected \"grid\"",
        ),
        (balance("r", "grid", 2026, 3), "year 2026, expected 2025"),
        (balance("r", "grid", 2025, 2), "no level 3"),
    ] {
        run(text)
            .expect_nothing(3)
            .says(&format!(
                "balance.json: {}",
                if problem.starts_with("no raster") {
                    ""
                } else {
                    "raster r: "
                }
            ))
            .says(problem);
    }
}
