//! Sierra Leone's facilities: the figures of an independent reference, and the chain to a data value set.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Ran, tool};

type Row = BTreeMap<String, String>;

fn rows(bytes: &[u8]) -> BTreeMap<String, Row> {
    let mut reader = csv::Reader::from_reader(bytes);
    let rows = reader.deserialize::<Row>().map(Result::unwrap);
    rows.map(|row| (row.get("org_unit").or(row.get("id")).unwrap().clone(), row))
        .collect()
}

fn number(text: &str) -> f64 {
    if text.is_empty() {
        0.0
    } else {
        text.parse().unwrap()
    }
}

fn text(path: PathBuf) -> String {
    path.into_os_string().into_string().unwrap()
}

/// People of the catchments that the tool makes with these flags.
fn people(args: &[&str]) -> Ran {
    let data = testdata::dir();
    let catchments = tool("catchments")
        .arg(data.join("orgunits/sierra-leone-facilities.geojson"))
        .args(args)
        .run()
        .expect(0);
    tool("zonal-sum")
        .arg("-r")
        .arg(data.join("worldpop/sle_pop_2025_CN_1km_R2025A_UA_v1.tif"))
        .stdin(catchments.stdout)
        .run()
        .expect(0)
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn the_figures_of_the_reference_are_reached() {
    let data = testdata::dir();
    let file = |name: &str| std::fs::read(data.join("catchments").join(name)).unwrap();
    let (facilities, districts) = (rows(&file("facilities.csv")), rows(&file("districts.csv")));
    let within = text(data.join("orgunits/sierra-leone-districts.geojson"));
    let all = text(data.join("catchments/raster-box.geojson"));
    for (column, flags) in [
        ("within", vec!["--within", &within]),
        ("any", vec!["--within", &all, "--across"]),
    ] {
        for (limit, total) in [
            ("", [8_640_353.3, 8_731_140.0]),
            ("2km", [4_835_983.0, 4_831_399.0]),
            ("5km", [2_497_544.0, 2_425_749.0]),
            ("10km", [869_225.0, 650_300.0]),
        ] {
            let mut args = vec!["--tolerance", "0.1m", "--same-place", "0"];
            args.extend(&flags);
            let mut name = column.to_owned();
            if !limit.is_empty() {
                args.extend(["--max-distance", limit]);
                name = format!("{column}_{limit}");
            }
            let found = rows(&people(&args).stdout);
            for (id, expected) in &facilities {
                let off = number(&found[id]["population"]) - number(&expected[&name]);
                assert!(off.abs() < 5.0, "{id} {name}: off by {off}");
            }
            let is_wanted = |id: &&String| limit.is_empty() != id.ends_with("-unserved");
            let sum: f64 = found
                .keys()
                .filter(is_wanted)
                .map(|id| number(&found[id]["population"]))
                .sum();
            let total = total[usize::from(column == "any")];
            assert!((sum - total).abs() < 3.0, "{name}: {sum}, expected {total}");
            if column == "within" && !limit.is_empty() {
                for (id, expected) in &districts {
                    let off = number(&found[&format!("{id}-unserved")]["population"])
                        - number(&expected[&format!("beyond_{limit}")]);
                    assert!(off.abs() < 3.0, "{id} {name}: off by {off}");
                }
            }
        }
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn by_default_there_are_582_places_and_what_others_reach_is_set_apart() {
    let within = text(testdata::dir().join("orgunits/sierra-leone-districts.geojson"));
    let found = rows(&people(&["--within", &within]).stdout);
    let same_place = found
        .values()
        .filter(|row| row["reasons"].contains("same-place"))
        .count();
    assert_eq!(found.len() - same_place, 582);
    let args = [
        "--within",
        &within,
        "--same-place",
        "0",
        "--tolerance",
        "0.1m",
        "--max-distance",
        "5km",
        "--split-unserved",
    ];
    let found = rows(&people(&args).stdout);
    let in_reach = found.keys().filter(|id| id.ends_with("-unserved-in-reach"));
    let sum: f64 = in_reach.map(|id| number(&found[id]["population"])).sum();
    assert!((sum - 110_524.0).abs() < 3.0, "{sum}");
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn unserved_people_are_rounded_with_the_others_and_never_sent() {
    let within = text(testdata::dir().join("orgunits/sierra-leone-districts.geojson"));
    let sums = people(&["--within", &within, "--max-distance", "5km"]);
    let found = rows(&sums.stdout);
    let folder = tempfile::tempdir().unwrap();
    let report = text(folder.path().join("report.json"));
    // Units at one place and units without an area leave no parent incomplete: nothing asks for that kind.
    let values = tool("to-datavalueset")
        .args(["--data-element", "dePopTot001", "--data-set", "dsPopYear01"])
        .args(["--allow", "same-place", "--allow", "no-area"])
        .args(["--allow", "outside-parent", "--allow", "tiny"])
        .args(["--report", &report])
        .stdin(sums.stdout)
        .run()
        .expect(0)
        .says("more in 13 unserved parts, not sent");
    let document: Value = serde_json::from_slice(&values.stdout).unwrap();
    let values = document["dataValues"].as_array().unwrap();
    let with_people = found
        .iter()
        .filter(|(id, row)| !id.contains("unserved") && !row["population"].is_empty());
    let exact: BTreeMap<&str, f64> = with_people
        .map(|(id, row)| (id.as_str(), number(&row["population"])))
        .collect();
    assert_eq!(values.len(), exact.len());
    let mut sent = 0.0;
    for value in values {
        let (unit, whole) = (
            value["orgUnit"].as_str().unwrap(),
            number(value["value"].as_str().unwrap()),
        );
        assert!((whole - exact[unit]).abs() < 1.0, "{unit}: {whole}");
        sent += whole;
    }
    // Sent and unserved add up to the people of the country, rounded once.
    let report: Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    let target = &report["periods"][0]["targets"][0];
    assert_eq!(target["rounded"].as_f64(), Some(sent));
    let all: f64 = found.values().map(|row| number(&row["population"])).sum();
    let unserved = target["unservedRounded"].as_f64().unwrap();
    assert_eq!(sent + unserved, all.round());
    assert_eq!(
        report["periods"][0]["unserved"].as_array().unwrap().len(),
        13
    );
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn the_report_has_the_people_within_each_limit_and_the_unserved_of_each_parent() {
    let data = testdata::dir();
    let folder = tempfile::tempdir().unwrap();
    let within = text(data.join("orgunits/sierra-leone-districts.geojson"));
    let exact = [
        "--within",
        &within,
        "--tolerance",
        "0.1m",
        "--same-place",
        "0",
    ];
    let mut flags: Vec<String> = Vec::new();
    for limit in ["10km", "2km", "5km"] {
        let sums = people(&[&exact[..], &["--max-distance", limit]].concat());
        let file = folder.path().join(format!("within-{limit}.csv"));
        std::fs::write(&file, &sums.stdout).unwrap();
        flags.extend(["--sums".to_owned(), format!("{limit}={}", text(file))]);
    }
    let report = |form: &str| {
        let file = folder.path().join(form);
        tool("catchments")
            .arg(data.join("orgunits/sierra-leone-facilities.geojson"))
            .args(exact)
            .args(&flags)
            .arg("--report")
            .arg(&file)
            .args(["--report-format", form])
            .run()
            .expect(0);
        std::fs::read_to_string(&file).unwrap()
    };
    let csv = report("csv");
    assert!(
        csv.lines()
            .next()
            .unwrap()
            .ends_with("bytes,people_2km,people_5km,people_10km")
    );
    let found = rows(csv.as_bytes());
    let reference = std::fs::read(data.join("catchments/districts.csv")).unwrap();
    for (id, expected) in rows(&reference) {
        for limit in ["2km", "5km", "10km"] {
            let off = number(&found[&format!("{id}-unserved")][&format!("people_{limit}")])
                - number(&expected[&format!("beyond_{limit}")]);
            assert!(off.abs() < 3.0, "{id} {limit}: off by {off}");
        }
    }
    // 8,640,353.3 in all; beyond 2, 5 and 10 km 4,835,983, 2,497,544 and 869,225.
    let table = report("table");
    let line = |start: [&str; 2]| -> Vec<f64> {
        let words = |line: &&str| line.split_whitespace().take(2).eq(start);
        let line = table.lines().find(words).unwrap();
        let numbers = line.split_whitespace().skip(2).take(3);
        numbers
            .map(|word| word.replace(',', "").parse().unwrap())
            .collect()
    };
    for (place, beyond) in [4_835_983.0, 2_497_544.0, 869_225.0]
        .into_iter()
        .enumerate()
    {
        assert!((line(["all", "unserved"])[place] - beyond).abs() < 3.0);
        assert!((line(["all", "served"])[place] - (8_640_353.3 - beyond)).abs() < 3.0);
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn sums_of_other_catchments_and_of_a_wrong_limit_are_refused() {
    let data = testdata::dir();
    let folder = tempfile::tempdir().unwrap();
    let within = text(data.join("orgunits/sierra-leone-districts.geojson"));
    let base = ["--within", &within];
    let mut files = Vec::new();
    for limit in ["2km", "5km"] {
        let file = folder.path().join(limit);
        let sums = people(&[&base[..], &["--max-distance", limit]].concat());
        std::fs::write(&file, &sums.stdout).unwrap();
        files.push(text(file));
    }
    let run = |flags: [&str; 4]| {
        tool("catchments")
            .arg(data.join("orgunits/sierra-leone-facilities.geojson"))
            .args(base)
            .args(["--report", "-", "-o", &text(folder.path().join("out"))])
            .args(flags)
            .run()
    };
    let [shorter, longer] = [&files[0], &files[1]];
    run([
        "--sums",
        &format!("5km={shorter}"),
        "--sums",
        &format!("2km={longer}"),
    ])
    .expect_nothing(3)
    .says("give each file the limit of its catchments");
    run([
        "--sums",
        &format!("5km={shorter}"),
        "--sums",
        &format!("5000m={longer}"),
    ])
    .expect_nothing(2)
    .says("two files for");
    run(["--same-place", "0", "--sums", &format!("2km={shorter}")])
        .expect_nothing(3)
        .says("no row for");
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn people_within_a_limit_settle_as_the_tolerance_falls() {
    let data = testdata::dir();
    let within = text(data.join("orgunits/sierra-leone-districts.geojson"));
    let reference = std::fs::read(data.join("catchments/tolerance.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(&reference[..]);
    let rows: Vec<Row> = reader.deserialize().map(Result::unwrap).collect();
    for limit in ["2", "5"] {
        // The reference at a tolerance of 1 cm.
        let is_finest = |row: &&Row| {
            row["mode"] == "within" && row["limit_km"] == limit && row["tolerance_m"] == "0.01"
        };
        let finest = number(&rows.iter().find(is_finest).unwrap()["people"]);
        for (tolerance, most) in [("10m", 30.0), ("1m", 3.0), ("0.1m", 0.1), ("1cm", 0.05)] {
            let sums = people(&[
                "--within",
                &within,
                "--same-place",
                "0",
                "--tolerance",
                tolerance,
                "--max-distance",
                &format!("{limit}km"),
            ]);
            let served: f64 = (self::rows(&sums.stdout).values())
                .filter(|row| !row["reasons"].contains("unserved"))
                .map(|row| number(&row["population"]))
                .sum();
            let off = served - finest;
            assert!(off.abs() < most, "{limit} km, {tolerance}: off by {off}");
        }
    }
}
