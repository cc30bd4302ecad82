//! `review`: the page of a plan, in both languages, with hostile and unfit inputs.

mod browser;
mod hidden_counts;
mod markup;
mod picture;
mod plans;
mod real_files;

use plans::{PlanUnit, balance, org_units, plan};

use crate::sample::Sample;
use crate::support::{Ran, Run, tool};

/// A folder with a plan, org units and a balance of these units.
pub(crate) struct Files {
    pub(crate) folder: tempfile::TempDir,
}

impl Files {
    pub(crate) fn new(units: &[PlanUnit<'_>]) -> Self {
        let files = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        files.write("plan.json", &plan(units).to_string());
        files.write("units.geojson", &org_units(units).to_string());
        files.write("balance.json", &balance().to_string());
        files.write(
            "exceptions.csv",
            "unit,kind,reason\nUnitB00000b,no-geometry,not drawn yet\n",
        );
        files
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    pub(crate) fn review(&self) -> Run {
        tool("review")
            .folder(self.folder.path())
            .args(["plan.json", "--lang", "en"])
    }

    fn full(&self, language: &str) -> Ran {
        tool("review")
            .folder(self.folder.path())
            .args([
                "plan.json",
                "--org-units",
                "units.geojson",
                "--balance",
                "balance.json",
            ])
            .args(["--exceptions", "exceptions.csv", "--lang", language])
            .run()
    }
}

const UNITS: [PlanUnit<'static>; 4] = [
    PlanUnit::new("UnitA00000a", "Amberin", Some(1_000.0), Some(1_250.0)),
    PlanUnit::new(
        "UnitB00000b",
        "Bekosa",
        Some(8_640_353.0),
        Some(8_640_353.0),
    ),
    PlanUnit::new("UnitC00000c", "Calundi", Some(2_000.0), Some(1_700.0)),
    PlanUnit::new("UnitD00000d", "Dorravi", None, Some(400.0)),
];

#[test]
fn both_languages_say_what_is_asked_and_what_is_missing() {
    let files = Files::new(&UNITS);
    let english = files.full("en").expect(0).text();
    for text in [
        "<html lang=\"en\">",
        "Write 3 values for 4 units to the data set Population of DHIS2 2.42.5.2",
        "8,643,703",
        "+25.0\u{a0}%",
        "\u{2212}300",
        "2 units are flagged.",
        "not drawn yet",
        "No raking report was given (--raking FILE)",
        "No provenance record was given",
        "counted more than once",
    ] {
        assert!(english.contains(text), "{text}\n{english}");
    }
    let french = files.full("fr").expect(0).text();
    for text in [
        "<html lang=\"fr\">",
        "Enregistrer 3 valeurs pour 4 unités",
        "8\u{202f}643\u{202f}703",
        "+25,0\u{202f}%",
        "\u{2212}300",
        "2 unités sont signalées.",
        "Aucun rapport d’ajustement",
    ] {
        assert!(french.contains(text), "{text}\n{french}");
    }
    assert_eq!(english, files.full("en").text());
    for page in [&english, &french] {
        let names = markup::elements(&markup::parse(page));
        assert_eq!(names.iter().filter(|name| *name == "section").count(), 11);
    }
    for page in [&english, &french] {
        assert!(page.contains("default-src 'none'"));
        for absent in [
            "<script", "http://", "https://", "url(http", "@import", " style=",
        ] {
            assert!(!page.contains(absent), "{absent}");
        }
    }
}

#[test]
fn the_language_comes_from_the_environment() {
    let files = Files::new(&UNITS);
    let run = |name: &str, value: &str| {
        let run = tool("review").folder(files.folder.path()).arg("plan.json");
        run.env("LC_ALL", "")
            .env("LC_MESSAGES", "")
            .env("LANG", "")
            .env(name, value)
            .run()
            .expect(0)
            .text()
    };
    assert!(run("LANG", "fr_CD.UTF-8").contains("lang=\"fr\""));
    assert!(run("LANG", "C").contains("lang=\"en\""));
    tool("review")
        .folder(files.folder.path())
        .args(["plan.json", "--lang", "xx"])
        .run()
        .expect_nothing(2)
        .says("expected one of: en, fr");
}

#[test]
fn missing_inputs_leave_a_section_that_says_so() {
    let page = Files::new(&UNITS).review().run().expect(0).text();
    for text in [
        "no org units were given (--org-units FILE)",
        "No balance was given (--balance FILE)",
        "No exceptions file was given (--exceptions FILE)",
        "which units have no value is not known",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn a_page_is_bound_to_its_plan() {
    let files = Files::new(&UNITS);
    files.review().args(["-o", "page.html"]).run().expect(0);
    let verify = |page: &str| {
        tool("review")
            .folder(files.folder.path())
            .args(["--verify", page, "--plan", "plan.json"])
            .run()
    };
    let verified = verify("page.html").expect(0);
    let sha256 = verified
        .stderr
        .trim()
        .rsplit(' ')
        .next()
        .unwrap()
        .to_owned();
    let page = files.read("page.html");
    // In the title's page twice, in <meta>, and at the foot of each printed page.
    assert_eq!(page.matches(&sha256).count(), 4);
    for altered in [
        page.replacen(&sha256, &"0".repeat(64), 1),
        page.replace(
            "<code class=\"payload-sha256\">a",
            "<code class=\"payload-sha256\">b",
        ),
    ] {
        files.write("altered.html", &altered);
        verify("altered.html").expect(1).says("sha256 is");
    }
    files.write(
        "plan.json",
        &files.read("plan.json").replace("1250", "1251"),
    );
    verify("page.html")
        .expect(1)
        .says("hint: make the page again");
    verify("balance.json")
        .expect(3)
        .says("not a page of review");
}

#[test]
fn push_prints_the_hashes_that_the_page_has() {
    let sample = Sample::ready();
    let values = sample.value_set(&sample.sums(&sample.org_units()));
    let plan = sample.file("plan.json");
    std::fs::write(
        &plan,
        sample.push().stdin(values.clone()).run().expect(0).stdout,
    )
    .unwrap();
    let page = tool("review").arg(plan.as_str()).run().expect(0);
    let sha256 = page.stderr.trim().rsplit(' ').next().unwrap().to_owned();
    let pushed = sample
        .push()
        .args([
            "--plan",
            &plan,
            "--commit",
            "--receipt",
            &sample.file("receipt.json"),
        ])
        .stdin(values)
        .run();
    assert!(
        pushed
            .stderr
            .contains(&format!("push: plan: sha256 {sha256}")),
        "{}",
        pushed.stderr
    );
    assert!(
        pushed.stderr.contains("push: payload: sha256 "),
        "{}",
        pushed.stderr
    );
    tool("review")
        .arg(sample.file("receipt.json"))
        .run()
        .expect_nothing(3)
        .says("a receipt of push, expected a plan of push or a comparison of compare");
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    let files = Files::new(&UNITS);
    let other = [PlanUnit::new("Elsewhere0x", "Elsewhere", None, Some(1.0))];
    files.write("other.geojson", &org_units(&other).to_string());
    files
        .review()
        .args(["--org-units", "other.geojson"])
        .run()
        .expect_nothing(3)
        .says("other.geojson: 4 of 4 units are not among the org units: UnitA00000a");
    files.write(
        "other-balance.json",
        &balance().to_string().replace("R2025A", "R2024B"),
    );
    files
        .review()
        .args(["--balance", "other-balance.json"])
        .run()
        .expect_nothing(3)
        .says(
            "the balance is of worldpop-global2;R2024B;CN;100m;v1, the values of the plan are from",
        );
    files.write(
        "other-year.json",
        &balance()
            .to_string()
            .replace("\"year\":2025", "\"year\":2026"),
    );
    files
        .review()
        .args(["--balance", "other-year.json"])
        .run()
        .expect_nothing(3)
        .says("the balance is of 2026, the values of the plan are about 2025");
    files.write(
        "other-units.json",
        &balance().to_string().replace("50724.8", "4110.7"),
    );
    let of_all = files
        .read("plan.json")
        .replace("reference=2025-01-01", "reference=2025-01-01 group=t");
    files.write("of-all.json", &of_all);
    tool("review")
        .folder(files.folder.path())
        .args([
            "of-all.json",
            "--balance",
            "other-units.json",
            "-o",
            "page.html",
        ])
        .run()
        .expect_nothing(3)
        .says("the balance has 4110.7 in org units: it is of other org units");
    files.write(
        "raking.json",
        r#"{"format": "headcount-raking-report", "blocks": []}"#,
    );
    files
        .review()
        .args(["--raking", "raking.json"])
        .run()
        .expect_nothing(3)
        .says("a raking report, but no value of the plan was raked");
    files.write("empty.json", "{}");
    files
        .review()
        .args(["--balance", "empty.json"])
        .run()
        .expect_nothing(3);
    files.write("list.csv", "unit;kind;reason\nA;b;c\n");
    files
        .review()
        .args(["--exceptions", "list.csv"])
        .run()
        .expect_nothing(3)
        .says("separated by semicolons or tabs");
}

#[test]
fn a_break_in_the_chain_of_provenance_is_refused() {
    let files = Files::new(&UNITS);
    let record = |tool: &str, inputs: &[[&str; 3]], outputs: &[[&str; 3]]| {
        let list = |files: &[[&str; 3]]| -> Vec<serde_json::Value> {
            files
                .iter()
                .map(|[role, name, sha256]| serde_json::json!({"role": role, "name": name, "bytes": 1, "sha256": sha256}))
                .collect()
        };
        serde_json::json!({
            "format": "headcount-provenance/1", "tool": tool, "version": "0.1.0", "arguments": ["-o", "x"],
            "inputs": list(inputs), "outputs": list(outputs),
        })
        .to_string()
    };
    let (sums, payload) = ("5".repeat(64), "a".repeat(64));
    let review = || {
        files.review().args([
            "--provenance-record",
            "2.json",
            "--provenance-record",
            "1.json",
        ])
    };
    files.write(
        "1.json",
        &record(
            "zonal-sum",
            &[["raster", "r.tif", &"7".repeat(64)]],
            &[["sums", "sums.csv", &sums]],
        ),
    );
    files.write(
        "2.json",
        &record(
            "to-datavalueset",
            &[["sums", "sums.csv", &sums]],
            &[["output", "values.json", &payload]],
        ),
    );
    let page = review().run().expect(0).text();
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}"));
    assert!(at("<h3>zonal-sum 0.1.0</h3>") < at("<h3>to-datavalueset 0.1.0</h3>"));
    review()
        .args(["--balance", "balance.json"])
        .run()
        .expect_nothing(3)
        .says("balance.json: not the balance of this run: no provenance record wrote this file");
    files.write(
        "1.json",
        &record("zonal-sum", &[], &[["sums", "sums.csv", &"6".repeat(64)]]),
    );
    review()
        .run()
        .expect_nothing(3)
        .says("the chain of provenance is broken: to-datavalueset read sums.csv with sha256 555");
    files.write(
        "2.json",
        &record(
            "to-datavalueset",
            &[],
            &[["output", "values.json", &"b".repeat(64)]],
        ),
    );
    review()
        .run()
        .expect_nothing(3)
        .says("no record wrote the data value set of the plan");
}

#[test]
fn hostile_names_are_shown_and_the_page_stays_whole() {
    let long = "n".repeat(10_000);
    let units = [
        PlanUnit::new(
            "UnitA00000a",
            "</title><script>alert(1)</script>",
            Some(1_000.0),
            Some(1_250.0),
        ),
        PlanUnit::new("UnitB00000b", "a\"b'c&d<e>", Some(1_000.0), Some(1_250.0)),
        PlanUnit::new(
            "UnitC00000c",
            "x\u{202e}y\u{0}z\u{1b}[31m\u{ffff}",
            Some(1_000.0),
            Some(1_250.0),
        ),
        PlanUnit::new("UnitD00000d", &long, Some(1_000.0), Some(1_250.0)),
        PlanUnit::new("UnitE00000e", "", Some(1_000.0), Some(1_250.0)),
    ];
    let files = Files::new(&units);
    files.write(
        "exceptions.csv",
        "unit,kind,reason\nUnitA00000a,no-geometry,\"</td></table><script>\"\n",
    );
    let page = files.full("en").expect(0).text();
    assert!(!page.contains("<script"));
    assert!(!page.contains('\u{202e}') && !page.contains('\u{0}') && !page.contains('\u{1b}'));
    assert!(page.contains("x\\u{202e}y\\u{0}z\\u{1b}[31m\\u{ffff}"));
    assert!(page.len() < 40_000, "{}", page.len());
    assert!(page.contains("UnitE00000e"));
    let plain = markup::elements(&markup::parse(
        &Files::new(&UNITS).full("en").expect(0).text(),
    ));
    let hostile = markup::elements(&markup::parse(&page));
    let sections = |names: &[String]| names.iter().filter(|name| *name == "section").count();
    assert_eq!(sections(&plain), sections(&hostile));
    assert_eq!(
        hostile.last().map(String::as_str),
        Some("td"),
        "the signatures are whole"
    );
}

#[test]
fn plans_without_much_in_them_have_a_page() {
    let none = Files::new(&[]);
    none.write("units.geojson", &org_units(&UNITS).to_string());
    assert!(
        none.full("en")
            .expect(0)
            .text()
            .contains("there is no value in it.")
    );
    let one = Files::new(&UNITS[..1]);
    assert!(
        one.full("en")
            .expect(0)
            .text()
            .contains("Write 1 value for 1 unit to")
    );
    let new = Files::new(&[
        PlanUnit::new("UnitA00000a", "A", None, Some(5.0)),
        PlanUnit::new("UnitB00000b", "B", None, Some(5.0)),
    ]);
    let page = new.full("fr").expect(0).text();
    assert!(page.contains("là où rien n’est enregistré"), "{page}");
    let same = Files::new(&UNITS[1..2]);
    assert!(
        same.full("en")
            .expect(0)
            .text()
            .contains("No unit meets a rule.")
    );
    let flat = Files::new(&UNITS);
    let mut units = org_units(&UNITS);
    for feature in units["features"].as_array_mut().unwrap() {
        feature["geometry"] = serde_json::Value::Null;
    }
    flat.write("units.geojson", &units.to_string());
    let page = flat.full("en").expect(0).text();
    assert!(page.contains("No unit has a polygon"));
    assert!(page.contains("Units without a polygon"));
}

#[test]
fn counts_of_several_levels_cannot_be_hidden() {
    let files = Files::new(&UNITS);
    let figure = |unit: &str, level: u32| serde_json::json!({"measure": "figure", "org_unit": unit, "level": level, "old": 5.0, "new": 6.0, "difference": 1.0, "percent": 20.0});
    let comparison = serde_json::json!({
        "format": "headcount-comparison", "version": 1, "old": {}, "new": {}, "classes": {"changed": 2},
        "figures": [figure("UnitA00000a", 2), figure("UnitB00000b", 3)], "sums": [],
    });
    files.write("comparison.json", &comparison.to_string());
    let review = || {
        tool("review")
            .folder(files.folder.path())
            .args(["comparison.json", "--lang", "en"])
    };
    review().run().expect(0);
    review()
        .args(["--suppress", "10"])
        .run()
        .expect_nothing(3)
        .says("comparison.json: units of several levels are compared");
}

#[test]
fn small_counts_are_not_shown_nor_given_away() {
    let units = [
        PlanUnit::new("UnitA00000a", "A", Some(6.0), Some(7.0)),
        PlanUnit::new("UnitB00000b", "B", Some(4_111.0), Some(4_222.0)),
        PlanUnit::new("UnitC00000c", "C", Some(5_333.0), Some(5_444.0)),
    ];
    let files = Files::new(&units);
    let page = files
        .review()
        .args(["--suppress", "10", "--annex", "all"])
        .run()
        .expect(0)
        .text();
    assert!(
        page.contains("&lt; 10") || page.contains("&#60; 10"),
        "{page}"
    );
    assert!(!page.contains("4,222"), "B and the total give A away");
    assert!(page.contains("5,444"));
    assert!(page.contains("<details open"));
    tool("review")
        .args(["--suppress", "1", "x"])
        .run()
        .expect(2);
}
