//! What the tools make, write, and take back.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use pop_http::Method;
use serde_json::{Value, json};

use super::country::{Country, by_key};
use super::site::send;
use crate::support::{Run, binary};

/// The bands that the mapping fills, as option codes of the sample and people.
const BANDS: [(&str, &str, &str, &str); 6] = [
    ("coSexF00001", "coAge000001", "female", "<1 years"),
    ("coSexF00001", "coAge010001", "female", "1-4 years"),
    ("coSexF00001", "coAge050001", "female", "5-9 years"),
    ("coSexM00001", "coAge000001", "male", "<1 years"),
    ("coSexM00001", "coAge010001", "male", "1-4 years"),
    ("coSexM00001", "coAge050001", "male", "5-9 years"),
];

fn sums(country: &Country<'_>) -> Run {
    let mut run = country.tool("zonal-sum");
    let rasters = ["pop", "f_00", "f_01", "f_05", "m_00", "m_01", "m_05"];
    for raster in rasters {
        run = run.args([
            "-r".to_owned(),
            format!("xsc_{raster}_2025_CN_100m_R2025A_v1.tif"),
        ]);
    }
    run
}

fn set(country: &Country<'_>) -> Run {
    country.tool("to-datavalueset").args([
        "--mapping",
        "map.toml",
        "--metadata",
        "metadata-now.json",
        "--exceptions",
        "exceptions.csv",
    ])
}

/// A mapping by identifiers: the codes of this run say nothing about sex and age.
fn mapping(country: &Country<'_>) -> String {
    let element = country.id("dePopAgeSex");
    let mut text = format!(
        "version = 1\ndata_set = \"{}\"\ntotal = \"raster\"\n[[value]]\ndata_element = \"{}\"\n",
        country.id("dsPopYear01"),
        country.id("dePopTot001")
    );
    for (sex, age, people, years) in BANDS {
        let (sex, age) = (country.id(sex), country.id(age));
        text += &format!(
            "[[value]]\ndata_element = \"{element}\"\nsex = \"{people}\"\nages = \"{years}\"\noptions = [\"{sex}\", \"{age}\"]\n"
        );
    }
    text
}

/// From org units and rasters to a data value set.
pub(crate) fn values(country: &Country<'_>) {
    if !country.path("metadata-now.json").exists() {
        super::reading::org_units(country);
        super::reading::metadata(country);
    }
    let undrawn = country.unit("Esenga")["id"].as_str().unwrap();
    country.write("map.toml", mapping(country));
    country.write(
        "exceptions.csv",
        format!("unit,kind,reason\n{undrawn},no-geometry,not drawn yet\n{},incomplete-parent,until it is drawn\n", country.root()),
    );
    let run = sums(country).args([
        "orgunits.geojson",
        "-o",
        "sums.csv",
        "--balance",
        "balance.json",
    ]);
    country.run(run.args(["--provenance", "sums.provenance.json"]), 0);
    let run = set(country).args([
        "sums.csv",
        "-o",
        "values.json",
        "--provenance",
        "values.provenance.json",
    ]);
    country.run(run, 0);
    let values = by_key(&country.read("values.json"));
    assert_eq!(
        values.len(),
        (country.districts().len() - 1) * (1 + BANDS.len())
    );
}

fn push(country: &Country<'_>) -> Run {
    country
        .tool("push")
        .args(["--metadata", "metadata-now.json"])
}

/// Everything would be new, and nothing is there afterwards.
pub(crate) fn plan(country: &Country<'_>) {
    let run = push(country).args(["values.json", "-o", "plan.json", "--plan-table", "plan.csv"]);
    country.run(run, 0);
    let plan = country.read("plan.json");
    assert_eq!(
        plan["counts"]["new"],
        json!(by_key(&country.read("values.json")).len())
    );
    assert!(country.stored().is_empty(), "{:?}", country.stored());
}

fn commit_as(receipt: &str) -> [&str; 4] {
    ["--commit", "--receipt", receipt, "values.json"]
}

/// What is written is what a user then reads; it can be proven, and the same again is nothing.
pub(crate) fn commit(country: &Country<'_>) {
    country.run(push(country).args(commit_as("first.json")), 0);
    let values = by_key(&country.read("values.json"));
    assert_eq!(country.stored(), values);
    country.run(country.tool("push").args(["--verify", "first.json"]), 0);
    country.run(
        push(country).args(["values.json", "-o", "plan-again.json"]),
        0,
    );
    let again = country.read("plan-again.json");
    assert_eq!(again["counts"]["same"], json!(values.len()));
    // What is stored comes back as what was pushed.
    let fetch = country.tool("fetch-values").args([
        "--data-set",
        country.id("dsPopYear01"),
        "--period",
        "2025",
        "-o",
        "stored.json",
    ]);
    country.run(fetch, 0);
    assert_eq!(by_key(&country.read("stored.json")).len(), values.len());
    let compare = country.tool("compare").args(["stored.json", "values.json"]);
    country.run(compare, 0);
    // The whole way in one pipe plans the same.
    let units = country
        .tool("fetch-orgunits")
        .args(["--parent", country.root(), "--level", "2"]);
    let units = country.run(units, 0).stdout;
    let sums = country.run(sums(country).stdin(units), 0).stdout;
    let set = country.run(set(country).stdin(sums), 0).stdout;
    let plan = country.run(country.tool("push").stdin(set), 0).stdout;
    let plan: Value = serde_json::from_slice(&plan).unwrap();
    assert_eq!(plan["counts"]["same"], json!(values.len()));
}

/// Somebody else's correction shows, and is not taken back with the rest.
pub(crate) fn undo(country: &Country<'_>) {
    let district = country.unit("Amberin")["id"].as_str().unwrap();
    let key = [country.id("dePopTot001"), district, "HllvX50cXC0"].map(str::to_owned);
    let correct = |value: &str| {
        let set = json!({"dataSet": country.id("dsPopYear01"), "dataValues": [{"dataElement": key[0],
            "orgUnit": key[1], "period": "2025", "value": value, "comment": "census office"}]});
        let (status, answer) = send(
            &country.client("census"),
            Method::Post,
            "/api/dataValueSets",
            Some(&set),
        );
        assert_eq!(status, 200, "{answer:#}");
    };
    correct("4711");
    let ran = country.run(country.tool("push").args(["--verify", "first.json"]), 1);
    assert!(
        ran.stderr.contains("4711") || String::from_utf8_lossy(&ran.stdout).contains("4711"),
        "{}",
        ran.stderr
    );
    let undo = ["--undo", "first.json", "--commit", "--receipt", "undo.json"];
    country.run(country.tool("push").args(undo), 0);
    let stored = country.stored();
    assert_eq!(stored.len(), 1, "{stored:?}");
    assert_eq!(stored[&key], "4711");
    // Made ours again for the steps that follow.
    let run = push(country)
        .args(["--replace-others"])
        .args(commit_as("second.json"));
    country.run(run, 0);
    country.run(country.tool("push").args(["--verify", "second.json"]), 0);
    let set =
        json!({"dataSet": country.id("dsPopYear01"), "dataValues": values_to_delete(country)});
    let path = "/api/dataValueSets?importStrategy=DELETE";
    let (status, answer) = send(&country.client("census"), Method::Post, path, Some(&set));
    assert_eq!(status, 200, "{answer:#}");
    assert!(country.stored().is_empty());
}

fn values_to_delete(country: &Country<'_>) -> Value {
    country.read("values.json")["dataValues"].clone()
}

/// Killed twice on the way, the same command ends where it would have ended.
pub(crate) fn killed(country: &Country<'_>) {
    for _ in 0..2 {
        let mut child = pushing(country);
        if let Some(status) = until_it_writes(&mut child, country) {
            assert!(status, "push failed before it was killed");
            break;
        }
        // SIGKILL on Unix: nothing of it can tidy up.
        child.kill().unwrap();
        child.wait().unwrap();
        eprintln!("e2e: killed with {} values stored", country.stored().len());
    }
    let run = push(country)
        .args(["--batch-size", "2", "--patience", "5"])
        .args(commit_as("killed.json"));
    country.run(run, 0);
    assert_eq!(country.stored(), by_key(&country.read("values.json")));
    country.run(country.tool("push").args(["--verify", "killed.json"]), 0);
    let undo = [
        "--undo",
        "killed.json",
        "--commit",
        "--receipt",
        "killed-undo.json",
    ];
    country.run(country.tool("push").args(undo), 0);
    assert!(country.stored().is_empty(), "{:?}", country.stored());
}

fn pushing(country: &Country<'_>) -> Child {
    let mut command = Command::new(binary("push"));
    command
        .args([
            "--metadata",
            "metadata-now.json",
            "--batch-size",
            "2",
            "--patience",
            "5",
        ])
        .args(commit_as("killed.json"))
        .current_dir(country.folder())
        .env("DHIS2_URL", &country.site.url)
        .env("DHIS2_CREDENTIALS_FILE", "pusher.txt")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Waits until the journal has grown by some events; how the process ended where it was faster.
fn until_it_writes(child: &mut Child, country: &Country<'_>) -> Option<bool> {
    let lines = || {
        std::fs::read(country.path("killed.json.journal"))
            .map_or(0, |text| text.split(|byte| *byte == b'\n').count())
    };
    let before = lines();
    let patience = Instant::now() + Duration::from_secs(120);
    while lines() < before + 12 {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status.success());
        }
        assert!(Instant::now() < patience, "push writes no journal");
        std::thread::sleep(Duration::from_millis(1));
    }
    None
}

/// What the server would refuse, the plan refuses, and nothing is written.
pub(crate) fn refusals(country: &Country<'_>) {
    let value = |changed: &[(&str, Value)]| {
        let mut value = json!({"dataElement": country.id("dePopTot001"), "period": "2025",
            "orgUnit": country.districts()[0]["id"], "value": "12"});
        for (key, to) in changed {
            value[*key] = to.clone();
        }
        json!({"dataSet": country.id("dsPopYear01"), "dataValues": [value]}).to_string()
    };
    let cases = [
        value(&[("value", json!("12.5"))]),
        value(&[("value", json!("-3"))]),
        value(&[("orgUnit", json!("noSuchUnit1"))]),
        value(&[("period", json!("202501"))]),
        value(&[("period", json!("2099"))]),
        value(&[("dataElement", json!(country.id("dePopAgeSex")))]),
    ];
    for set in cases {
        country.run(country.tool("push").stdin(set), 1);
    }
    assert!(country.stored().is_empty());
}
