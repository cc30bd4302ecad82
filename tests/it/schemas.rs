//! docs/schemas against what the tools print.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::sample::Sample;
use crate::support::{root, tool};

/// Fails unless the document is as its schema says, and the schema names every member of it.
#[track_caller]
pub(crate) fn assert_valid(name: &str, document: &[u8]) {
    let path = root().join(format!("docs/schemas/{name}.schema.json"));
    let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let document = serde_json::from_slice(document).unwrap();
    let mut problems = BTreeSet::new();
    check(&schema, &document, "", &mut problems);
    assert!(problems.is_empty(), "{name}: {problems:#?}");
}

/// The part of JSON Schema (draft 2020-12) that the schemas use, but for `pattern`. An object
/// with `properties` has no other members here: the schemas allow them to readers, for versions to come.
fn check(schema: &Value, value: &Value, at: &str, problems: &mut BTreeSet<String>) {
    for (keyword, wanted) in schema.as_object().unwrap() {
        let is_met = match keyword.as_str() {
            "$schema" | "title" | "description" | "pattern" => true,
            "type" => is_of_type(wanted, value),
            "const" => value == wanted,
            "enum" => wanted.as_array().unwrap().contains(value),
            "minimum" => value
                .as_f64()
                .is_none_or(|number| number >= wanted.as_f64().unwrap()),
            "maximum" => value
                .as_f64()
                .is_none_or(|number| number <= wanted.as_f64().unwrap()),
            "minItems" => length(value).is_none_or(|length| length >= wanted.as_u64().unwrap()),
            "maxItems" => length(value).is_none_or(|length| length <= wanted.as_u64().unwrap()),
            "required" => {
                let names = wanted
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|name| name.as_str().unwrap());
                value
                    .as_object()
                    .is_none_or(|object| names.clone().all(|name| object.contains_key(name)))
            }
            "properties" => {
                for (name, member) in value.as_object().into_iter().flatten() {
                    match wanted.get(name) {
                        Some(schema) => check(schema, member, &format!("{at}/{name}"), problems),
                        None => drop(problems.insert(format!("{at}/{name}: not in the schema"))),
                    }
                }
                true
            }
            "additionalProperties" => {
                for (name, member) in value.as_object().into_iter().flatten() {
                    check(wanted, member, &format!("{at}/{name}"), problems);
                }
                true
            }
            "items" => {
                for item in value.as_array().into_iter().flatten() {
                    check(wanted, item, &format!("{at}/*"), problems);
                }
                true
            }
            "anyOf" => wanted.as_array().unwrap().iter().any(|schema| {
                let mut own = BTreeSet::new();
                check(schema, value, at, &mut own);
                own.is_empty()
            }),
            other => panic!("{at}: the keyword {other} is not checked here"),
        };
        if !is_met {
            problems.insert(format!("{at}: {value} does not meet {keyword} {wanted}"));
        }
    }
}

fn is_of_type(wanted: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("unknown type {other}"),
    };
    match wanted {
        Value::Array(names) => names.iter().any(|name| is(name.as_str().unwrap())),
        name => is(name.as_str().unwrap()),
    }
}

fn length(value: &Value) -> Option<u64> {
    value.as_array().map(|items| items.len() as u64)
}

#[test]
fn a_document_that_differs_is_found() {
    let schema = json!({"type": "object", "required": ["a"], "properties": {
        "a": {"type": ["integer", "null"], "minimum": 0}, "b": {"enum": ["x"]}}});
    let problems = |document: Value| {
        let mut problems = BTreeSet::new();
        check(&schema, &document, "", &mut problems);
        problems.len()
    };
    assert_eq!(problems(json!({"a": 1, "b": "x"})), 0);
    assert_eq!(problems(json!({"a": null})), 0);
    for wrong in [
        json!({}),
        json!({"a": -1}),
        json!({"a": "1"}),
        json!({"a": 1, "b": "y"}),
        json!({"a": 1, "c": 1}),
        json!([]),
    ] {
        assert_eq!(problems(wrong.clone()), 1, "{wrong}");
    }
}

#[test]
fn streams_of_a_run_are_as_their_schemas_say() {
    let sample = Sample::ready();
    let file = |name: &str| sample.file(name);
    let read = |name: &str| std::fs::read(sample.path().join(name)).unwrap();
    let units = sample
        .with_server(tool("fetch-orgunits"))
        .args(["--level", "2", "--provenance", &file("provenance.json")])
        .run()
        .expect(0)
        .stdout;
    assert_valid("org-units", &units);
    assert_valid("provenance", &read("provenance.json"));
    let sums = tool("zonal-sum")
        .args([
            "-r",
            sample.raster(),
            "--format",
            "json",
            "--balance",
            &file("balance.json"),
        ])
        .stdin(units.clone())
        .run()
        .expect(0)
        .stdout;
    assert_valid("sums", &sums);
    assert_valid("balance", &read("balance.json"));
    let for_gis = tool("zonal-sum")
        .args(["-r", sample.raster(), "--format", "geojson"])
        .stdin(units.clone())
        .run()
        .expect(0)
        .stdout;
    assert_valid("sums-geojson", &for_gis);
    let metadata = sample
        .with_server(tool("fetch-metadata"))
        .args(["--data-set", "dsPopYear01"])
        .run()
        .expect(0)
        .stdout;
    assert_valid("metadata", &metadata);
    let values = tool("to-datavalueset")
        .args(sample.mapping())
        .args(["--report", &file("report.json")])
        .stdin(sample.sums(&units))
        .run()
        .expect(0)
        .stdout;
    assert_valid("data-value-set", &values);
    assert_valid("values-report", &read("report.json"));
    let plan = sample.push().stdin(values.clone()).run().expect(0).stdout;
    assert_valid("plan", &plan);
    let receipt = file("receipt.json");
    sample
        .push()
        .args(["--commit", "--receipt", &receipt])
        .stdin(values)
        .run()
        .expect_nothing(0);
    assert_valid("receipt", &read("receipt.json"));
    let stored = sample
        .with_server(tool("fetch-values"))
        .args(["--data-set", "dsPopYear01", "--period", "2025"])
        .run()
        .expect(0)
        .stdout;
    assert_valid("stored-values", &stored);
    assert!(stored.len() > 1000, "values were pushed");
    let verification = sample
        .push()
        .args(["--verify", &receipt])
        .run()
        .expect(0)
        .stdout;
    assert_valid("verification", &verification);
    let undo = sample
        .push()
        .args(["--undo", &receipt])
        .run()
        .expect(0)
        .stdout;
    assert_valid("plan", &undo);
}

/// Years beside, a refusal, a value left out by consent, an incomplete key, a mark for follow-up.
#[test]
fn a_plan_with_every_member_is_as_its_schema_says() {
    let sample = Sample::ready();
    let (total, unit) = ("dePopTot001", "sRE4DiyLDfD");
    for (year, value) in [("2024", "990"), ("2026", "1500")] {
        let stored = json!({"dataSet": "dsPopYear01", "dataValues": [
            {"dataElement": total, "period": year, "orgUnit": unit, "value": value, "followup": true}]});
        sample
            .push()
            .args([
                "--commit",
                "--receipt",
                &sample.file(&format!("{year}.json")),
            ])
            .stdin(stored.to_string())
            .run()
            .expect_nothing(0);
    }
    let value = |element: &str, unit: &str, value: &str| json!({"dataElement": element, "period": "2025", "orgUnit": unit, "value": value});
    let set = json!({"dataSet": "dsPopYear01", "dataValues": [
        value(total, unit, "1000"),
        value(total, "ouNoSuch001", "5"),
        value(total, "tApSh1sNeww", "12.5"),
        value("dePopSex001", unit, "7"),
    ]});
    let plan = sample
        .push()
        .args(["--allow", "unassigned-unit"])
        .stdin(set.to_string())
        .run()
        .expect(1)
        .stdout;
    assert_valid("plan", &plan);
    let plan: Value = serde_json::from_slice(&plan).unwrap();
    let first = plan["values"]
        .as_array()
        .unwrap()
        .iter()
        .find(|record| record["row"] == 1)
        .unwrap();
    assert_eq!(
        first["yearBefore"],
        json!({"period": "2024", "value": "990", "growth": 0.0101})
    );
    assert_eq!(
        first["yearAfter"],
        json!({"period": "2026", "value": "1500", "growth": 0.5})
    );
    assert!(!plan["refusals"].as_array().unwrap().is_empty());
    assert!(!plan["leftOut"].as_array().unwrap().is_empty());
}

#[test]
fn values_carried_forward_are_reported_as_the_schema_says() {
    let sample = Sample::ready();
    let report = sample.file("report.json");
    tool("to-datavalueset")
        .args(sample.mapping())
        .args(["--report", &report, "--period", "2027"])
        .args(["--project", "growth=2.5%", "--project-source", "INS"])
        .stdin(sample.sums(&sample.org_units()))
        .run()
        .expect(0);
    assert_valid("values-report", &std::fs::read(report).unwrap());
}

#[test]
fn reports_of_raking_are_as_their_schema_says() {
    let sample = Sample::ready();
    let units = sample.org_units();
    let sums = sample.file("sums.csv");
    std::fs::write(&sums, sample.sums(&units)).unwrap();
    let balance = sample.file("balance.json");
    tool("zonal-sum")
        .args(["-r", sample.raster(), "--balance", &balance])
        .stdin(units)
        .run()
        .expect(0);
    let rows = String::from_utf8(std::fs::read(&sums).unwrap()).unwrap();
    let mut reader = csv::Reader::from_reader(rows.as_bytes());
    let mut people = reader.records().map(Result::unwrap).filter_map(|row| {
        let people: f64 = row[11].parse().ok()?;
        Some((row[0].to_owned(), people))
    });
    let (unit, people) = people.next().unwrap();
    let target = (1.1 * people).round();
    let totals = sample.file("totals.csv");
    std::fs::write(
        &totals,
        format!(
            "org_unit,year,sex,age_from,age_to,population,source\n{unit},2025,,,,{target},INS\n"
        ),
    )
    .unwrap();
    for rest in [vec![], vec!["--balance", &balance]] {
        let report = sample.file("report.json");
        tool("rake")
            .args(["--totals", &totals, "--report", &report, &sums])
            .args(["--uncontrolled", "keep"])
            .args(rest)
            .run()
            .expect(0);
        assert_valid("raking-report", &std::fs::read(report).unwrap());
    }
}

#[test]
fn catchments_are_as_their_schema_says() {
    let facility = |id: &str, position: [f64; 2]| {
        json!({"type": "Feature", "id": id,
            "geometry": {"type": "Point", "coordinates": position},
            "properties": {"name": id, "code": null, "level": "3", "parent": "ouParent001",
                "parentGraph": "ouCountry01/ouParent001", "groups": [],
                "path": format!("/ouCountry01/ouParent001/{id}")}})
    };
    let ring = json!([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]);
    let parent = json!({"type": "Feature", "id": "ouParent001",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"name": "Parent", "level": "2", "parent": "ouCountry01",
            "parentGraph": "ouCountry01", "groups": [], "path": "/ouCountry01/ouParent001"}});
    let folder = tempfile::tempdir().unwrap();
    let collection = |features: Vec<Value>| {
        json!({"type": "FeatureCollection", "features": features}).to_string()
    };
    let within = folder.path().join("parents.geojson");
    std::fs::write(&within, collection(vec![parent])).unwrap();
    let facilities = [
        facility("ouInside001", [0.2, 0.2]),
        facility("ouSamePlac1", [0.2, 0.2]),
        facility("ouOutside01", [1.1, 0.5]),
    ];
    let made = tool("catchments")
        .args(["--max-distance", "30km", "--within"])
        .arg(&within)
        .stdin(collection(facilities.to_vec()))
        .run()
        .expect(0)
        .stdout;
    assert_valid("catchments", &made);
    let made = String::from_utf8(made).unwrap();
    for member in ["samePlaceAs", "kmOutside", "within", "reasons"] {
        assert!(made.contains(member), "{member}: {made}");
    }
}

#[test]
fn every_schema_is_named_on_the_page_of_formats() {
    let page = std::fs::read_to_string(root().join("docs/formats.md")).unwrap();
    for entry in std::fs::read_dir(root().join("docs/schemas")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(page.contains(&format!("(schemas/{name})")), "{name}");
    }
}
