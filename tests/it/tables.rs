//! Tables for reading, in 80 columns: of every tool that prints one, with the names of real places.

use serde_json::{Value, json};

use crate::sample::Sample;
use crate::support::{Ran, Run, tool};

/// The longest names of units in French-speaking countries, as their DHIS2 instances write them.
const NAMES: [&str; 6] = [
    "Préfecture de la Nana-Grébizi, sous-préfecture de Kaga-Bandoro",
    "Centre de santé de référence intégré de Mbaïki-Bambio (Lobaye)",
    "District sanitaire de N'Djaména Sud — 9ᵉ arrondissement (Walia)",
    "Délégation sanitaire provinciale du Logone Oriental",
    "Zone de santé rurale de Kalamu-Ngiri-Ngiri-Bandalungwa",
    "Hôpital de l'Amitié sino-centrafricaine Élisabeth-Domitien, Bimbo",
];

/// Units under long names.
fn renamed(units: &[u8]) -> Vec<u8> {
    let mut units: Value = serde_json::from_slice(units).unwrap();
    for (unit, name) in units["features"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .zip(NAMES.iter().cycle())
    {
        unit["properties"]["name"] = json!(name);
    }
    serde_json::to_vec(&units).unwrap()
}

pub(crate) fn in_80_columns(run: Run) -> Ran {
    run.env("COLUMNS", "80").run()
}

/// Fails where a line is wider; lines that start with the tool's name are messages, not tables.
#[track_caller]
pub(crate) fn assert_fits(tool: &str, ran: &Ran) {
    let prefix = format!("{tool}: ");
    let stdout = ran.text();
    let told = ran.stderr.lines().filter(|line| !line.starts_with(&prefix));
    let lines: Vec<&str> = stdout.lines().chain(told).collect();
    assert!(lines.len() > 2, "{tool}: no table: {}", ran.stderr);
    for line in lines {
        // No name here has characters of another width than one.
        assert!(line.chars().count() <= 80, "{tool}: {line}");
    }
}

#[test]
fn tables_of_sums_and_rasters() {
    let sample = Sample::ready();
    let units = renamed(&sample.org_units());
    let table = tool("zonal-sum").args(["-r", sample.raster(), "--format", "table"]);
    let ran = in_80_columns(table.stdin(units)).expect(0);
    assert_fits("zonal-sum", &ran);
    assert!(ran.text().contains("total of the raster"));
    let info = tool("clip-raster").args(["--info", "-r", sample.raster()]);
    assert_fits("clip-raster", &in_80_columns(info).expect(0));
}

#[test]
fn tables_of_values() {
    let sample = Sample::ready();
    let sums = sample.sums(&renamed(&sample.org_units()));
    let metadata = sample.file("described.json");
    sample
        .with_server(tool("fetch-metadata"))
        .args(["--data-set", "dsPopYear01", "-o", &metadata])
        .run()
        .expect_nothing(0);
    let run = |args: &[&str]| {
        let run = tool("to-datavalueset").args(args).stdin(sums.clone());
        in_80_columns(run)
    };
    // Units without a value, and the parent that lacks them.
    let ran = run(&["--data-element", "dePopTot001"]).expect(3);
    assert!(ran.stdout.is_empty());
    assert_fits("to-datavalueset", &ran);
    for form in [&["--format", "table"][..], &["--explain"]] {
        let mut args = sample.mapping();
        args.extend(["--metadata", &metadata]);
        args.extend(form);
        assert_fits("to-datavalueset", &run(&args).expect(0));
    }
}

#[test]
fn tables_of_servers_and_plans() {
    let sample = Sample::ready();
    for name in ["fetch-orgunits", "fetch-metadata"] {
        let ran = in_80_columns(sample.with_server(tool(name))).expect(2);
        assert_fits(name, &ran);
    }
    let sums = sample.sums(&sample.org_units());
    let values = sample.value_set(&sums);
    let mut ran = in_80_columns(sample.push().stdin(values.clone())).expect(0);
    // The plan is JSON; its table is on the screen.
    ran.stdout.clear();
    assert_fits("push", &ran);
    let file = sample.file("plan.txt");
    let mut ran = in_80_columns(sample.push().args(["--plan-table", &file]).stdin(values));
    ran.stdout = std::fs::read(&file).unwrap();
    assert_fits("push", &ran);
}

#[test]
fn tables_of_comparisons_and_rakings() {
    let sample = Sample::ready();
    let folder = sample.path();
    let sums = String::from_utf8(sample.sums(&renamed(&sample.org_units()))).unwrap();
    std::fs::write(folder.join("old.csv"), &sums).unwrap();
    std::fs::write(folder.join("new.csv"), sums.replace(",2025,", ",2026,")).unwrap();
    let compare = tool("compare").folder(folder);
    let ran = in_80_columns(compare.args(["old.csv", "new.csv", "--format", "table"]));
    assert_fits("compare", &ran);
    let mut lines = csv::Reader::from_reader(sums.as_bytes());
    let record = lines
        .records()
        .map(Result::unwrap)
        .find(|row| !row[13].is_empty());
    let totals = format!(
        "org_unit,year,sex,age_from,age_to,population,source\n{},2025,,,,1234567,INS\n",
        &record.unwrap()[0]
    );
    std::fs::write(folder.join("totals.csv"), totals).unwrap();
    let rake = tool("rake").folder(folder);
    let ran = in_80_columns(rake.args([
        "--totals",
        "totals.csv",
        "old.csv",
        "--check",
        "--report-format",
        "table",
    ]));
    assert_fits("rake", &ran);
}
