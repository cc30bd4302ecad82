//! A set as large as a country with every age and year would make it.

use std::process::{Command, Stdio};
use std::time::Duration;

use dhis2_standin::{Standin, StandinOptions, Version};
use serde_json::{Value, json};

use super::{Country, SET, TOTAL, package};
use crate::support::{binary, guarded, write_credentials};

/// A million values of a year nobody has, in one go (20,000 of them without HEADCOUNT_LONG).
#[test]
fn a_very_large_set_is_pushed_in_bounded_memory() {
    let (units, most_mib) = if testdata::long() {
        (25_000, 256)
    } else {
        (500, 64)
    };
    let server = Standin::start(StandinOptions {
        bundles: vec![large_package(units)],
        ..guarded(Version::V43)
    })
    .unwrap();
    let country = Country {
        server,
        folder: tempfile::tempdir().unwrap(),
    };
    write_credentials(&country.path("credentials"));
    large_values(&country.path("values.json"), units);
    let mut child = Command::new(binary("push"))
        .current_dir(country.folder.path())
        .env("DHIS2_URL", country.server.url())
        .env("DHIS2_CREDENTIALS_FILE", "credentials")
        .args([
            "--batch-size",
            "5000",
            "--commit",
            "--receipt",
            "r.json",
            "values.json",
        ])
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let mut peak = 0;
    let status = loop {
        peak = peak.max(peak_memory(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    eprintln!("{} values, peak {} MiB", units * 40, peak >> 10);
    assert_eq!(status.code(), Some(0));
    assert_eq!(country.server.values().len(), units * 40);
    assert!(peak >> 10 < most_mib, "{} MiB", peak >> 10);
}

/// The most memory a process has had, in KiB.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Many units, and an element by sex and twenty ages.
fn large_package(units: usize) -> Value {
    let mut package = package();
    let list = package["organisationUnits"].as_array_mut().unwrap();
    list.extend((1..=units).map(|number| {
        json!({"id": format!("ouMany{number:05}"), "name": format!("Unit {number}"), "shortName": format!("Unit {number}"), "openingDate": "1900-01-01", "parent": {"id": "ouRoot00001"}})
    }));
    let assigned: Vec<Value> = (1..=units)
        .map(|number| json!({"id": format!("ouMany{number:05}")}))
        .collect();
    let ages: Vec<String> = (0..20).map(|age| format!("coAge{age:06}")).collect();
    let sexes = ["coSexF00001", "coSexM00001"];
    let option = |id: &str| json!({"id": id, "code": id, "name": id, "shortName": id});
    let category = |id: &str, options: &[&str]| {
        let options: Vec<Value> = options.iter().map(|id| json!({"id": id})).collect();
        json!({"id": id, "name": id, "shortName": id, "dataDimensionType": "DISAGGREGATION", "categoryOptions": options})
    };
    let ages: Vec<&str> = ages.iter().map(String::as_str).collect();
    package["categoryOptions"] = sexes.iter().chain(&ages).map(|id| option(id)).collect();
    package["categories"] = json!([
        category("caSex000001", &sexes),
        category("caAge000001", &ages)
    ]);
    package["categoryCombos"] = json!([{"id": "ccSexAge001", "name": "Sex and age", "dataDimensionType": "DISAGGREGATION",
        "categories": [{"id": "caSex000001"}, {"id": "caAge000001"}]}]);
    let combos = (0..40).map(|number| {
        json!({"id": format!("cocSA{number:06}"), "name": format!("combo {number}"), "categoryCombo": {"id": "ccSexAge001"},
            "categoryOptions": [{"id": sexes[number / 20]}, {"id": ages[number % 20]}]})
    });
    package["categoryOptionCombos"] = combos.collect();
    package["dataElements"][0]["categoryCombo"] = json!({"id": "ccSexAge001"});
    package["dataSets"][0]["organisationUnits"] = json!(assigned);
    package
}

fn large_values(path: &std::path::Path, units: usize) {
    use std::io::Write as _;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    write!(file, "{{\"dataSet\":\"{SET}\",\"dataValues\":[").unwrap();
    for number in 0..units * 40 {
        let comma = if number == 0 { "" } else { "," };
        write!(
            file,
            r#"{comma}{{"dataElement":"{TOTAL}","period":"1950","orgUnit":"ouMany{:05}","categoryOptionCombo":"cocSA{:06}","value":"{}","comment":"headcount source=worldpop-global2;R2025A;CN;1km;UA;v1 method=fraction reference=1950-01-01"}}"#,
            number / 40 + 1,
            number % 40,
            number * 7 % 100_000,
        )
        .unwrap();
    }
    write!(file, "]}}").unwrap();
    file.flush().unwrap();
}
