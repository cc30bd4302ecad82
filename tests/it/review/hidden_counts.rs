//! `--suppress`: what is hidden in one table is not told by another, in either language.

use serde_json::json;

use super::Files;
use super::plans::PlanUnit;
use crate::support::tool;

/// The figures of these units are found nowhere else on a page.
const UNITS: [PlanUnit<'static>; 5] = [
    PlanUnit::new("UnitA00000a", "Amberin", Some(6.0), Some(7.0)),
    PlanUnit::new("UnitB00000b", "Bekosa", Some(4_111.0), Some(4_733.0)),
    PlanUnit::new("UnitC00000c", "Calundi", Some(5_333.0), Some(5_944.0)),
    PlanUnit::new("UnitD00000d", "Dorravi", Some(8_123.0), Some(8_234.0)),
    PlanUnit::new("UnitE00000e", "Eskalo", Some(9_123.0), Some(9_345.0)),
];

/// A page of all inputs that could tell a count.
fn page(language: &str) -> String {
    let files = Files::new(&UNITS);
    let mut plan: serde_json::Value = serde_json::from_str(&files.read("plan.json")).unwrap();
    plan["warnings"] = json!(["UnitA00000a: 7 people, 6 the year before"]);
    plan["refusals"] =
        json!([{"kind": "conflict", "message": "value 7 of UnitA00000a", "rows": [1]}]);
    files.write("plan.json", &plan.to_string());
    let line = |unit: &str, before: f64, after: f64| json!({"org_unit": unit, "name": unit, "before": before, "after": after, "factor": after / before, "origin": "x", "source": "census", "flag": ""});
    let raking = json!({"format": "headcount-raking-report", "version": 1, "blocks": [{
        "controls": [line("UnitA00000a", 12.5, 7.0), line("CountryXSC1", 27_000.5, 28_263.0)],
        "units": [line("UnitA00000a", 12.5, 7.0), line("UnitB00000b", 4_700.5, 4_733.0)],
    }]});
    files.write("raking.json", &raking.to_string());
    let raked = files.read("plan.json").replace(
        "reference=2025-01-01",
        "reference=2025-01-01 raked=census*1.0000",
    );
    files.write("plan.json", &raked);
    let mut sums = String::from("org_unit,raster,source,year,sex,age_from,age_to,population\n");
    for (sex, people) in [("f", "3"), ("m", "4")] {
        for (from, to) in [("0", "50"), ("50", "")] {
            sums.push_str(&format!(
                "UnitA00000a,x,worldpop-global2;R2025A;CN;100m;v1,2025,{sex},{from},{to},{people}\n"
            ));
        }
    }
    files.write("sums.csv", &sums);
    tool("review")
        .folder(files.folder.path())
        .args([
            "plan.json",
            "--org-units",
            "units.geojson",
            "--balance",
            "balance.json",
        ])
        .args(["--raking", "raking.json", "--sums", "sums.csv"])
        .args(["--annex", "all", "--suppress", "10", "--lang", language])
        .run()
        .expect(0)
        .text()
}

#[test]
fn nothing_on_the_page_tells_a_hidden_count() {
    for (language, group, hidden) in [("en", ",", "hidden"), ("fr", "\u{202f}", "masqué")] {
        let page = page(language);
        let number = |text: &str| text.replace(',', group);
        // B is hidden with A; the others and the total are shown.
        for told in [
            "4,111", "4,733", "4,117", "4,740", "622", "12.5", "12,5", "4,700", "28,263",
            "27,000.5",
        ] {
            let told = if told == "12,5" {
                told.to_owned()
            } else {
                number(told)
            };
            let is_total = told == number("28,263");
            assert!(is_total || !page.contains(&told), "{language}: {told}");
        }
        for shown in ["5,333", "5,944", "8,234", "9,345", "28,263"] {
            assert!(page.contains(&number(shown)), "{language}: {shown}");
        }
        assert!(page.contains(hidden));
        for absent in [
            "value 7", "7 people", "16.7", "16,7", "14.9", "14,9", ">3<", ">4<", "0.56", "0,56",
        ] {
            assert!(!page.contains(absent), "{language}: {absent}");
        }
    }
}

#[test]
fn pages_without_suppression_have_the_ages_of_flagged_units() {
    let files = Files::new(&UNITS);
    let bands = [
        ("f", "0", "50", 2_001),
        ("f", "50", "", 360),
        ("m", "0", "50", 2_002),
        ("m", "50", "", 359),
    ];
    let mut sums = String::from("org_unit,raster,source,year,sex,age_from,age_to,population\n");
    for unit in ["UnitB00000b", "UnitD00000d"] {
        for (sex, from, to, people) in bands {
            sums.push_str(&format!(
                "{unit},x,worldpop-global2;R2025A;CN;100m;v1,2025,{sex},{from},{to},{people}\n"
            ));
        }
    }
    files.write("sums.csv", &sums);
    let page = files
        .review()
        .args(["--sums", "sums.csv"])
        .run()
        .expect(0)
        .text();
    // D is not flagged.
    assert_eq!(page.matches("<figcaption><bdi>Bekosa</bdi>").count(), 1);
    assert!(!page.contains("<figcaption><bdi>Dorravi</bdi>"));
    // The oldest first, as they are drawn.
    let figures = "50+: 360 women, 359 men; 0–49: 2,001 women, 2,002 men";
    assert!(page.contains(figures), "{page}");
    files.write("other.csv", &sums.replace("R2025A", "R2024B"));
    files
        .review()
        .args(["--sums", "other.csv"])
        .run()
        .expect_nothing(3)
        .says("other.csv: the sums are of worldpop-global2;R2024B;CN;100m;v1, the values of the plan are from");
}
