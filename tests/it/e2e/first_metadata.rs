//! From an instance with org units and nothing else to denominators in it: the metadata of target groups,
//! imported as the documentation says, filled, pushed, and found again by the next run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use dhis2_standin::Version;
use pop_http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::site::{Site, send};
use crate::schemas::assert_valid;
use crate::support::{Run, tool, write_credentials};

const DISTRICTS: [&str; 2] = ["ouFirstDi01", "ouFirstDi02"];
const ALL_TARGETS: &str =
    "population,immunisation,malaria,nutrition,tb-hiv,education,social-protection";

/// An instance with units, and a folder for the files of the runs.
struct FirstDay {
    site: Site,
    folder: TempDir,
}

impl FirstDay {
    fn on(version: Version) -> Self {
        let day = Self {
            site: Site::standin(version),
            folder: tempfile::tempdir().unwrap(),
        };
        write_credentials(&day.path().join("me.txt"));
        let unit = |id: &str, name: &str, parent: Option<&str>| {
            let mut unit = json!({"id": id, "code": id, "name": name, "shortName": name, "openingDate": "2000-01-01"});
            if let Some(parent) = parent {
                unit["parent"] = json!({"id": parent});
            }
            unit
        };
        let units = json!({
            "organisationUnits": [
                unit("ouFirstRt01", "First country", None),
                unit(DISTRICTS[0], "District one", Some("ouFirstRt01")),
                unit(DISTRICTS[1], "District two", Some("ouFirstRt01")),
            ],
        });
        assert_eq!(day.import(&units, "COMMIT").0, 200);
        let me: Value = day.site.superuser.get_json("/api/me?fields=id").unwrap();
        let path = format!(
            "/api/users/{}/organisationUnits/ouFirstRt01",
            me["id"].as_str().unwrap()
        );
        send(&day.site.superuser, Method::Post, &path, None);
        day
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn tool(&self, name: &str, args: &str) -> Run {
        let run = tool(name).folder(self.path());
        let run = match name {
            "fetch-metadata" | "push" => run
                .env("DHIS2_URL", &self.site.url)
                .env("DHIS2_CREDENTIALS_FILE", "me.txt"),
            _ => run,
        };
        run.args(args.split_whitespace())
    }

    fn import(&self, document: &Value, mode: &str) -> (u16, Value) {
        let path = format!("/api/metadata?importMode={mode}&importStrategy=CREATE_AND_UPDATE");
        send(&self.site.superuser, Method::Post, &path, Some(document))
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    /// Fetches everything, writes the document and the mapping, and returns both.
    fn metadata(&self, targets: &str) -> (String, String) {
        self.tool("fetch-metadata", "--all --level 2 -o instance.json")
            .run()
            .expect(0);
        let args = format!(
            "instance.json --targets {targets} --level 2 --write-mapping map.toml --report report.json -o import.json"
        );
        self.tool("population-metadata", &args).run().expect(0);
        let document = self.read("import.json");
        assert_valid("metadata", self.read("instance.json").as_bytes());
        assert_valid("metadata-import", document.as_bytes());
        assert_valid("metadata-report", self.read("report.json").as_bytes());
        (document, self.read("map.toml"))
    }

    /// Imports a document after a dry run, as the documentation says; how many objects were made and changed.
    fn imported(&self, document: &str) -> [u64; 2] {
        let document: Value = serde_json::from_str(document).unwrap();
        let count = |answer: &Value| {
            let stats = &answer["response"]["stats"];
            assert_eq!(stats["ignored"], 0, "{answer:#}");
            ["created", "updated"].map(|word| stats[word].as_u64().unwrap())
        };
        let (status, answer) = self.import(&document, "VALIDATE");
        assert_eq!(status, 200, "{answer:#}");
        let expected = count(&answer);
        let (status, answer) = self.import(&document, "COMMIT");
        assert_eq!((status, count(&answer)), (200, expected), "{answer:#}");
        expected
    }

    /// The values that the mapping makes of [`sums`], by code of the element, with the sex or ages of its option
    /// combo behind it.
    fn values(&self) -> BTreeMap<String, i64> {
        self.tool(
            "fetch-metadata",
            "--data-set WP_POPULATION -o metadata.json",
        )
        .run()
        .expect(0);
        self.write("sums.csv", &sums());
        self.tool(
            "to-datavalueset",
            "sums.csv --mapping map.toml --metadata metadata.json --check -o values.json",
        )
        .run()
        .expect(0);
        let metadata: Value = serde_json::from_str(&self.read("metadata.json")).unwrap();
        let names = names(&metadata);
        let values: Value = serde_json::from_str(&self.read("values.json")).unwrap();
        let of_first = |value: &&Value| value["orgUnit"] == DISTRICTS[0];
        let values = values["dataValues"].as_array().unwrap().iter();
        values
            .filter(of_first)
            .map(|value| {
                let part = |key: &str| value[key].as_str().and_then(|id| names.get(id));
                let mut name = part("dataElement").unwrap().clone();
                if let Some(combo) = part("categoryOptionCombo") {
                    let _ = write!(name, " {combo}");
                }
                (name, value["value"].as_str().unwrap().parse().unwrap())
            })
            .collect()
    }
}

/// Codes of elements and names of option combos by UID; the default one has none.
fn names(metadata: &Value) -> BTreeMap<String, String> {
    let list = |key: &str| metadata[key].as_array().unwrap().clone();
    let text = |object: &Value, key: &str| object[key].as_str().unwrap_or_default().to_owned();
    let elements = list("dataElements");
    let elements = elements.iter().map(|e| (text(e, "id"), text(e, "code")));
    let combos: Vec<Value> = list("categoryCombos")
        .iter()
        .filter(|combo| combo["isDefault"] != true)
        .flat_map(|combo| combo["categoryOptionCombos"].as_array().unwrap().clone())
        .collect();
    let combos = combos.iter().map(|c| (text(c, "id"), text(c, "name")));
    elements.chain(combos).collect()
}

/// Forty bands: of the 20 bands, counted from 0, band i has 120 (20 - i) women and half as many men in the first
/// district, and twice as many of both in the second.
fn sums() -> String {
    let mut text = "org_unit,level,raster,year,sex,age_from,age_to,population,status\n".to_owned();
    let starts: Vec<u32> = [0, 1].into_iter().chain((5..=90).step_by(5)).collect();
    for (unit, times) in DISTRICTS.iter().zip([1, 2]) {
        for (sex, people) in [("f", 120), ("m", 60)] {
            for (band, from) in starts.iter().enumerate() {
                let to = starts.get(band + 1).map_or(String::new(), u32::to_string);
                let people = times * people * (20 - band);
                let _ = writeln!(
                    text,
                    "{unit},2,xfd_{sex}_{from:02}_2025,2025,{sex},{from},{to},{people},ok"
                );
            }
        }
    }
    text
}

/// Fills in the rates that the mapping asks for.
fn with_rates(mapping: &str) -> String {
    let mut lines = Vec::new();
    let mut rate = None;
    for line in mapping.lines() {
        for (code, value) in [
            ("(WP_LIVE_BIRTHS", 0.035),
            ("(WP_SURVIVING_INFANTS", 0.033),
            ("(WP_PREGNANT_WOMEN", 0.04),
            ("(WP_HOUSEHOLDS", 0.2),
        ] {
            if line.contains(code) {
                rate = Some(value);
            }
        }
        let entry = ["[[value]]", "data_element", "data_set"];
        let bare = line.strip_prefix("# ").unwrap_or(line);
        match rate {
            Some(value) if bare.starts_with("rate = ") => {
                lines.push(format!(
                    "rate = {{ value = {value}, source = \"an example\", year = 2022, level = \"national\" }}"
                ));
                rate = None;
            }
            Some(_) if entry.iter().any(|word| bare.starts_with(word)) => lines.push(bare.into()),
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

#[test]
fn an_empty_instance_gets_what_two_programmes_need_and_the_next_run_finds_it() {
    for version in Version::ALL {
        let day = FirstDay::on(version);
        let (document, mapping) = day.metadata("population,immunisation,malaria");
        let [created, updated] = day.imported(&document);
        assert!(created > 80 && updated == 0, "{created} {updated}");
        let (again, mapping_again) = day.metadata("population,immunisation,malaria");
        assert_eq!(document, again, "{}", version.text());
        assert_eq!(mapping, mapping_again);
        assert_eq!(day.imported(&again), [0, created]);
        day.write("map.toml", &with_rates(&mapping));
        let values = day.values();
        assert_eq!(values["WP_P0Y--P5Y"], 7020);
        day.tool("push", "values.json --metadata metadata.json -o plan.json")
            .run()
            .expect(0);
        day.tool(
            "push",
            "values.json --metadata metadata.json --plan plan.json --commit --receipt receipt.json",
        )
        .run()
        .expect(0);
        day.tool("push", "--verify receipt.json -o verified.json")
            .run()
            .expect(0);
    }
}

/// The totals of every group of every file, by hand: f00 2400, f01 2280, f05 2160, … f90 120, men half of it.
#[test]
fn the_groups_of_every_file_have_the_totals_worked_out_by_hand() {
    let day = FirstDay::on(Version::V42);
    let (document, mapping) = day.metadata(ALL_TARGETS);
    day.imported(&document);
    day.write("map.toml", &with_rates(&mapping));
    let values = day.values();
    for (group, people) in [
        ("WP_POP_TOTAL", 37_800),
        ("WP_POP_AGESEX Female, <1 year", 2_400),
        ("WP_POP_AGESEX Male, 90+ years", 60),
        // immunisation
        ("WP_LIVE_BIRTHS", 1_323),
        ("WP_SURVIVING_INFANTS", 1_247),
        ("WP_P0Y--P1Y", 3_600),
        ("WP_P12M--P24M", 855),
        ("WP_P0Y--P2Y", 4_455),
        ("WP_P0Y--P5Y", 7_020),
        ("WP_F_P15Y--P50Y", 10_920),
        ("WP_PREGNANT_WOMEN", 1_512),
        ("WP_F_P9Y--P15Y", 2_472),
        // malaria
        ("WP_MAL_AGE 0-4 years", 7_020),
        ("WP_MAL_AGE 5-14 years", 6_300),
        ("WP_MAL_AGE 15+ years", 24_480),
        ("WP_P3M--P60M", 6_120),
        // nutrition
        ("WP_P6M--P60M", 5_220),
        ("WP_P6M--P24M", 2_655),
        ("WP_P0M--P6M", 1_800),
        // TB and HIV
        ("WP_TB_AGE_SEX Female, 0-4 years", 4_680),
        ("WP_TB_AGE_SEX Male, 25-34 years", 1_620),
        ("WP_TB_AGE_SEX Female, 65+ years", 2_520),
        ("WP_P0Y--P15Y", 13_320),
        ("WP_P15Y--P999Y", 24_480),
        ("WP_HIV_P15Y--P50Y_SEX Female", 10_920),
        ("WP_HIV_P15Y--P50Y_SEX Male", 5_460),
        ("WP_HIV_P15Y--P25Y_SEX Female", 3_720),
        // education
        ("WP_EDU_PRE_PRIMARY Female", 1_572),
        ("WP_EDU_PRE_PRIMARY Male", 786),
        ("WP_EDU_PRIMARY Female", 2_544),
        ("WP_EDU_PRIMARY Male", 1_272),
        ("WP_EDU_LOWER_SECONDARY Female", 1_224),
        ("WP_EDU_UPPER_SECONDARY Female", 1_152),
        // social protection
        ("WP_P0Y--P18Y", 15_048),
        ("WP_P15Y--P65Y", 20_700),
        ("WP_P60Y--P999Y", 5_040),
        ("WP_P65Y--P999Y", 3_780),
        ("WP_HOUSEHOLDS", 7_560),
    ] {
        assert_eq!(values.get(group), Some(&people), "{group}");
    }
    // Every element of the document has a value.
    let document: Value = serde_json::from_str(&document).unwrap();
    for element in document["dataElements"].as_array().unwrap() {
        let code = element["code"].as_str().unwrap();
        let is_filled = values
            .keys()
            .any(|name| name.split(' ').next() == Some(code));
        assert!(is_filled, "{code}");
    }
}

#[test]
fn a_mapping_of_target_groups_is_that_of_the_metadata_document() {
    let day = FirstDay::on(Version::V43);
    let (document, mapping) = day.metadata("malaria,education");
    day.imported(&document);
    day.tool(
        "fetch-metadata",
        "--data-set WP_POPULATION -o metadata.json",
    )
    .run()
    .expect(0);
    let init = "--init --targets malaria,education --metadata metadata.json";
    let ran = day.tool("to-datavalueset", init).run().expect(0);
    let set = |text: &str| {
        let lines = text.lines().filter(|line| !line.contains("data_set"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(set(&ran.text()), set(&mapping));
}

/// What a ministry may have already: elements and options of the standard packages, with their odd codes.
fn packages() -> Value {
    let element = |id: &str, code: &str, name: &str, extra: Value| {
        let mut element = json!({"id": id, "code": code, "name": name, "shortName": id, "domainType": "AGGREGATE",
            "valueType": "INTEGER_ZERO_OR_POSITIVE", "aggregationType": "AVERAGE_SUM_ORG_UNIT", "zeroIsSignificant": true});
        for (key, value) in extra.as_object().unwrap() {
            element[key] = value.clone();
        }
        element
    };
    let option = |id: &str, code: &str, name: &str| json!({"id": id, "code": code, "name": name, "shortName": name});
    json!({
        "categoryOptions": [
            option("coPkgFem001", "FEMALE", "Female"),
            option("coPkgMal001", "MALE", "Male"),
            option("coPkg0004a1", "P0Y--P4Y", "0-4 years"),
            option("coPkg0514a1", "5-14Y", "5-14 years"),
            option("coPkg15up01", "P15Y--P999Y", "15+ years"),
        ],
        "categories": [
            {"id": "caPkgSex001", "code": "GEN_SEX", "name": "Sex", "shortName": "Sex", "dataDimensionType": "DISAGGREGATION",
             "categoryOptions": [{"id": "coPkgFem001"}, {"id": "coPkgMal001"}]},
            {"id": "caPkgMal001", "name": "Age (malaria)", "shortName": "Age (malaria)", "dataDimensionType": "DISAGGREGATION",
             "categoryOptions": [{"id": "coPkg0004a1"}, {"id": "coPkg0514a1"}, {"id": "coPkg15up01"}]},
        ],
        "categoryCombos": [
            {"id": "ccPkgMal001", "name": "Age (malaria)", "dataDimensionType": "DISAGGREGATION", "categories": [{"id": "caPkgMal001"}]},
        ],
        "categoryOptionCombos": [
            {"id": "cxPkg000001", "code": "MAL-0004Y", "name": "0-4 years", "categoryCombo": {"id": "ccPkgMal001"}, "categoryOptions": [{"id": "coPkg0004a1"}]},
            {"id": "cxPkg000002", "code": "MAL-0514Y", "name": "5-14 years", "categoryCombo": {"id": "ccPkgMal001"}, "categoryOptions": [{"id": "coPkg0514a1"}]},
            {"id": "cxPkg000003", "code": "MAL-15YP", "name": "15+ years", "categoryCombo": {"id": "ccPkgMal001"}, "categoryOptions": [{"id": "coPkg15up01"}]},
        ],
        "dataElements": [
            element("dePkgPop001", "GEN_POP_NUM", "GEN - Population", json!({})),
            element("dePkgU5y001", "GEN_P0Y--P5Y", "GEN - Population < 5 year(s)", json!({"aggregationType": "SUM"})),
            element("dePkgWra001", "GEN_F_15-19", "GEN - Population female 15-49 years", json!({})),
            element("dePkgU1y001", "GEN_P0Y--P1Y", "GEN - Population < 2 years", json!({})),
            element("dePkgMal001", "MAL_POP_TOTAL", "MAL - Population with malaria age disaggregation", json!({"categoryCombo": {"id": "ccPkgMal001"}})),
        ],
        "dataSets": [
            {"id": "dsPkgMal001", "code": "MAL_AGG_YEARLY", "name": "Malaria yearly", "shortName": "Malaria yearly", "periodType": "Yearly",
             "openFuturePeriods": 1, "dataSetElements": [{"dataSet": {"id": "dsPkgMal001"}, "dataElement": {"id": "dePkgMal001"}}],
             "organisationUnits": [{"id": DISTRICTS[0]}]},
        ],
    })
}

#[test]
fn what_the_instance_has_is_reused_and_never_made_twice() {
    let day = FirstDay::on(Version::V43);
    let (status, answer) = day.import(&packages(), "COMMIT");
    assert_eq!(status, 200, "{answer:#}");
    let (document, _) = day.metadata("population,immunisation,malaria,education");
    let report: Value = serde_json::from_str(&day.read("report.json")).unwrap();
    let actions: BTreeMap<&str, (&str, &str)> = report["objects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|object| {
            let text = |key: &str| object[key].as_str().unwrap_or_default();
            (text("id"), (text("action"), text("note")))
        })
        .collect();
    for (id, action, note) in [
        ("dePkgPop001", "reuse", ""),
        ("dePkgU5y001", "reuse", "its aggregation type is SUM"),
        ("dePkgWra001", "reuse", ""),
        ("dePkgU1y001", "leave", "its name says 0-1 years"),
        (
            "dePkgMal001",
            "reuse",
            "not assigned to 1 of the 2 org units",
        ),
        ("coPkgFem001", "reuse", ""),
        ("caPkgSex001", "reuse", ""),
    ] {
        let (found, said) = actions
            .get(id)
            .unwrap_or_else(|| panic!("{id}: {report:#}"));
        assert_eq!(*found, action, "{id}");
        assert!(said.contains(note), "{id}: {said}");
    }
    let parsed: Value = serde_json::from_str(&document).unwrap();
    for object in parsed["categoryOptions"].as_array().unwrap() {
        assert_ne!(object["name"], "0-4 years");
        assert_ne!(object["name"], "Female");
    }
    let codes: Vec<&str> = parsed["dataElements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|element| element["code"].as_str().unwrap())
        .collect();
    assert!(
        codes.contains(&"WP_P0Y--P1Y") && !codes.contains(&"WP_P0Y--P5Y"),
        "{codes:?}"
    );
    assert!(!codes.contains(&"WP_MAL_AGE"), "{codes:?}");
    day.imported(&document);
    assert_eq!(
        day.metadata("population,immunisation,malaria,education").0,
        document
    );
}

#[test]
fn what_stands_in_the_way_is_named_and_nothing_is_written() {
    let day = FirstDay::on(Version::V42);
    day.tool("fetch-metadata", "--all --level 2 -o instance.json")
        .run()
        .expect(0);
    let refused = |args: &str, status: i32, text: &str| {
        day.tool("population-metadata", args)
            .run()
            .expect_nothing(status)
            .says(text);
    };
    refused(
        "instance.json --targets malria --level 2",
        2,
        "no target group file is called \"malria\"",
    );
    refused(
        "instance.json --targets malaria --level 4",
        3,
        "no org units of level 4",
    );
    refused(
        "instance.json --targets none.toml --level 2",
        4,
        "none.toml",
    );
    day.write("odd.toml", "version = 1\nname = \"x\"\n[[group]]\ncode = \"A\"\nname = \"a\"\nshort_name = \"a\"\nages = \"9-14 years\"\nkind = \"exact\"\nmeaning = \"m\"\nsource = \"s\"\n");
    refused(
        "instance.json --targets odd.toml --level 2",
        3,
        "divides a band",
    );
    let set = json!({"dataSets": [{"id": "dsOther0001", "code": "WP_POPULATION", "name": "Another", "shortName": "Another", "periodType": "Monthly"}]});
    assert_eq!(day.import(&set, "COMMIT").0, 200);
    day.tool("fetch-metadata", "--data-set WP_POPULATION -o part.json")
        .run()
        .expect(0);
    refused(
        "part.json --targets malaria --level 2",
        3,
        "only what was selected",
    );
    day.tool("fetch-metadata", "--all --level 2 -o instance.json")
        .run()
        .expect(0);
    refused(
        "instance.json --targets malaria --level 2",
        3,
        "--data-set-code",
    );
    let shown = day
        .tool("population-metadata", "--show education")
        .run()
        .expect(0);
    let file = crate::support::root().join("mappings/education.toml");
    assert_eq!(shown.text(), std::fs::read_to_string(file).unwrap());
}

/// Ages edited for a country, several levels, a user group, a rate in the file.
#[test]
fn a_country_edits_ages_and_rates() {
    let day = FirstDay::on(Version::V42);
    let text =
        std::fs::read_to_string(crate::support::root().join("mappings/education.toml")).unwrap();
    day.write(
        "schools.toml",
        &text.replace("\"6-11 years\"", "\"7-13 years\""),
    );
    let text =
        std::fs::read_to_string(crate::support::root().join("mappings/social-protection.toml"))
            .unwrap();
    let look_up = text
        .lines()
        .find(|line| line.starts_with("look_up"))
        .unwrap();
    day.write(
        "social.toml",
        &text.replace(
            look_up,
            "rate = { value = 0.25, source = \"census\", year = 2022, level = \"national\" }",
        ),
    );
    let group = json!({"userGroups": [{"id": "ugFirstDay1", "name": "Population"}]});
    assert_eq!(day.import(&group, "COMMIT").0, 200);
    day.tool("fetch-metadata", "--all --level 1,2 -o instance.json")
        .run()
        .expect(0);
    day.tool(
        "population-metadata",
        "instance.json --targets schools.toml,social.toml --level 2,1 --user-group ugFirstDay1 --write-mapping map.toml -o import.json",
    )
    .run()
    .expect(0);
    let document: Value = serde_json::from_str(&day.read("import.json")).unwrap();
    assert_eq!(
        document["dataElements"][0]["aggregationLevels"],
        json!([1, 2])
    );
    assert_eq!(
        document["dataSets"][0]["organisationUnits"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    assert_eq!(
        document["dataSets"][0]["sharing"]["userGroups"]["ugFirstDay1"]["access"],
        "r-rw----"
    );
    day.imported(&day.read("import.json"));
    let values = day.values();
    // 7-13 years of girls: three fifths of 2160 and four fifths of 2040.
    assert_eq!(values["WP_EDU_PRIMARY Female"], 2_928);
    assert_eq!(values["WP_HOUSEHOLDS"], 9_450);
}
