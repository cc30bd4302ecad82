//! Pages of real districts and facilities: comparisons, raking reports, catchments.

use std::path::Path;

use super::markup;
use crate::support::{Run, tool};

/// Runs a tool in a folder and keeps what it writes. `compare` ends with 1 where figures differ.
fn keep(folder: &Path, run: Run, file: &str) {
    let ran = run.folder(folder).args(["-o", file]).run();
    assert!(folder.join(file).is_file(), "{file}: {}", ran.stderr);
}

/// Sums of two years of one raster product, their comparison, and a balance.
fn compare_years(folder: &Path, org_units: &Path) {
    let data = testdata::dir().join("worldpop");
    for year in ["2025", "2026"] {
        let raster = data.join(format!("sle_pop_{year}_CN_1km_R2025A_UA_v1.tif"));
        let balance = format!("balance-{year}.json");
        let run = tool("zonal-sum")
            .arg(org_units)
            .arg("-r")
            .arg(&raster)
            .args(["--balance", &balance]);
        keep(folder, run, &format!("{year}.csv"));
    }
    let run = tool("compare").args(["2025.csv", "2026.csv", "--format", "json"]);
    keep(folder, run, "comparison.json");
}

fn page(folder: &Path, org_units: &Path, language: &str) -> String {
    tool("review")
        .folder(folder)
        .args(["comparison.json", "--balance", "balance-2026.json"])
        .arg("--org-units")
        .arg(org_units)
        .args(["--lang", language])
        .run()
        .expect(0)
        .text()
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_comparison_of_real_districts_says_what_differs() {
    let folder = tempfile::tempdir().unwrap();
    let districts = testdata::dir().join("orgunits/sierra-leone-districts.geojson");
    compare_years(folder.path(), &districts);
    let english = page(folder.path(), &districts, "en");
    for text in [
        "13 figures of 13 units differ between the old and the new file; nothing is written.",
        "8,815,964.5 people instead of 8,640,353.3 (+175,611.2, +2.0\u{a0}%)",
        "Old: worldpop-global2;R2025A;CN;1km;UA;v1 · 2025",
        "SHA-256 of the comparison",
        "8,908,448.0",
    ] {
        assert!(english.contains(text), "{text}");
    }
    // All 92 parts, as rings: every one begins with a move.
    let (_, svg) = english.split_once("<svg class=\"map\"").unwrap();
    let (svg, _) = svg.split_once("</svg>").unwrap();
    assert_eq!(
        svg.matches('M').count() - svg.matches("Moyamba").count(),
        92
    );
    assert!(english.len() <= 60_000, "{}", english.len());
    let french = page(folder.path(), &districts, "fr");
    assert!(
        french.contains("13 chiffres de 13 unités diffèrent entre l’ancien et le nouveau fichier")
    );
    assert!(french.contains("8\u{202f}640\u{202f}353,3"));
    for page in [&english, &french] {
        markup::parse(page);
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn catchments_without_a_polygon_are_named_with_their_reason() {
    let folder = tempfile::tempdir().unwrap();
    let data = testdata::dir().join("orgunits");
    let run = tool("catchments")
        .arg(data.join("sierra-leone-facilities.geojson"))
        .arg("--within")
        .arg(data.join("sierra-leone-districts.geojson"));
    keep(folder.path(), run, "catchments.geojson");
    let catchments = folder.path().join("catchments.geojson");
    compare_years(folder.path(), &catchments);
    let english = page(folder.path(), &catchments, "en");
    assert!(english.contains("576 figures of 601 units differ"));
    assert!(english.contains("25 units have no value."));
    assert!(english.contains("at the place of another facility, which has the catchment"));
    let french = page(folder.path(), &catchments, "fr");
    assert!(french.contains("qui a l’aire de desserte"));
    markup::parse(&french);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn a_real_raking_report_is_shown_with_its_factors() {
    let folder = tempfile::tempdir().unwrap();
    let data = testdata::dir();
    let case = data.join("rake/b-census");
    let run = tool("rake")
        .arg(case.join("sums.csv"))
        .arg("--totals")
        .arg(case.join("totals.csv"))
        .args(["--report", "raking.json"]);
    keep(folder.path(), run, "raked.csv");
    let districts = data.join("orgunits/sierra-leone-districts.geojson");
    compare_years(folder.path(), &districts);
    let page = |args: &[&str]| {
        tool("review")
            .folder(folder.path())
            .args(["comparison.json", "--raking", "raking.json", "--lang", "en"])
            .args(args)
            .run()
            .expect(0)
            .text()
    };
    let whole = page(&[]);
    // Bo: 930,504.6 people to the 575,478 of the census.
    for text in ["575,478.0", "0.6185 (flagged)", "census2015"] {
        assert!(whole.contains(text), "{text}");
    }
    let hidden = page(&["--suppress", "10"]);
    // Adjustments of units are left out.
    let caption = "Adjusted units, by factor";
    assert!(whole.contains(caption) && !hidden.contains(caption));
    markup::parse(&hidden);
}
