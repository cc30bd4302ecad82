//! Sierra Leone's facilities: the figures of an independent reference, and the chain to a data value set.

use std::collections::BTreeMap;
use std::path::PathBuf;

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
