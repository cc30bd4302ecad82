//! docs/formats.md against what the tools print: no column, member or reason that is not written down.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::sample::Sample;
use crate::support::{root, tool};

/// A section of the page, from its heading to the next.
fn section(title: &str) -> String {
    let page = std::fs::read_to_string(root().join("docs/formats.md")).unwrap();
    let start = page.find(&format!("\n## {title}\n")).unwrap();
    let rest = &page[start + 4..];
    rest[..rest.find("\n## ").unwrap_or(rest.len())].to_owned()
}

/// The words in backticks at the beginning of table rows, in order.
fn rows(section: &str) -> Vec<String> {
    section
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split('`').next())
        .map(str::to_owned)
        .collect()
}

/// The words in backticks in the first column of the section's tables of members.
fn listed_members(section: &str) -> BTreeSet<String> {
    let first_columns = section
        .lines()
        .skip_while(|line| !line.starts_with("| member"))
        .filter_map(|line| line.strip_prefix("| `"))
        .map(|line| line.split(" | ").next().unwrap_or_default());
    first_columns
        .flat_map(|column| column.split('`'))
        .filter(|word| !word.is_empty() && !word.starts_with(','))
        .map(str::to_owned)
        .collect()
}

/// Every member name of a document, at any depth.
fn members(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                into.insert(name.clone());
                members(value, into);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| members(value, into)),
        _ => {}
    }
}

/// Fails unless the page lists every member of the documents, and the documents have every
/// member that the page lists. `elsewhere` are members that another page or section describes,
/// `absent` members of cases that other tests bring about.
#[track_caller]
pub(crate) fn assert_described(
    title: &str,
    documents: &[&[u8]],
    elsewhere: &[&str],
    absent: &[&str],
) {
    let section = section(title);
    let mut printed = BTreeSet::new();
    for document in documents {
        members(&serde_json::from_slice(document).unwrap(), &mut printed);
    }
    let unlisted: Vec<&String> = printed
        .iter()
        .filter(|name| !elsewhere.contains(&name.as_str()))
        .filter(|name| !section.contains(&format!("`{name}`")))
        .collect();
    let listed = listed_members(&section);
    let unprinted: Vec<&String> = listed
        .difference(&printed)
        .filter(|name| !absent.contains(&name.as_str()))
        .collect();
    assert!(
        unlisted.is_empty() && unprinted.is_empty(),
        "docs/formats.md, {title}: printed, but not on the page: {unlisted:?}; \
         on the page, but not printed: {unprinted:?}"
    );
}

#[test]
fn columns_of_the_sums_are_those_of_the_page() {
    let sample = Sample::ready();
    let sums = sample.sums(&sample.org_units());
    let header = String::from_utf8(sums).unwrap();
    let columns: Vec<&str> = header.lines().next().unwrap().split(',').collect();
    let page = rows(&section("Sums"));
    assert_eq!(page[..columns.len()], columns);
    // Those of adjusted sums follow.
    let columns = pop_sums::COLUMNS;
    assert_eq!(page[..columns.len()], columns);
    let reasons: Vec<String> = pop_sums::Reason::KNOWN
        .iter()
        .map(|reason| reason.word().to_owned())
        .collect();
    assert_eq!(page[columns.len()..], reasons);
}

#[test]
fn members_of_org_units_and_balance_are_on_the_page() {
    let sample = Sample::ready();
    sample.load(&json!({"organisationUnits": [{"id": "ouClosed001", "name": "Old", "shortName": "Old",
        "openingDate": "2000-01-01", "closedDate": "2020-12-31", "parent": {"id": "ua0XKdzB41j"}}]}));
    let units = sample.org_units();
    // What GeoJSON itself defines (RFC 7946) is not described again.
    let geojson = ["type", "features", "properties", "coordinates"];
    assert_described("Org units", &[&units], &geojson, &[]);
    let balance = sample.file("balance.json");
    tool("zonal-sum")
        .args(["-r", sample.raster(), "--balance", &balance])
        .stdin(units)
        .run()
        .expect(0);
    // Of a unit that is named: what the sums call it.
    let unit = ["unit", "units", "name", "people", "reasons"];
    let balance = std::fs::read(balance).unwrap();
    assert_described("Balance", &[&balance], &unit, &["outside_clip"]);
}

/// Values with option combos of both kinds, of units that travel by code.
fn values_by_code(sample: &Sample) -> Vec<u8> {
    let sums = tool("zonal-sum")
        .args([
            "-r",
            sample.raster(),
            "--id-property",
            "code",
            "--level",
            "2",
        ])
        .arg(sample.file("orgunits.geojson"))
        .run()
        .expect(0)
        .stdout;
    let mapping = sample.file("by-code.toml");
    let text = "version = 1\ndata_set = \"dsPopYear01\"\nattribute_option_combo = \"cocM0000000\"\n\
                [[value]]\ndata_element = \"dePopAgeSex\"\ncategory_option_combo = \"cocF0000000\"\n";
    std::fs::write(&mapping, text).unwrap();
    tool("to-datavalueset")
        .args(["--mapping", &mapping, "--org-unit-ids", "code"])
        .args(["--allow", "no-geometry", "--allow", "incomplete-parent"])
        .stdin(sums)
        .run()
        .expect(0)
        .stdout
}

/// The ids that a document gives names to.
fn ids_of(names: &serde_json::Value) -> Vec<String> {
    let kinds = names.as_object().into_iter().flat_map(|kinds| kinds.iter());
    kinds
        .flat_map(|(kind, named)| match named.as_object() {
            Some(ids) => ids.keys().cloned().collect(),
            None => vec![kind.clone()],
        })
        .collect()
}

#[test]
fn members_of_value_set_plan_and_receipt_are_on_the_page() {
    let sample = Sample::ready();
    let values = sample.value_set(&sample.sums(&sample.org_units()));
    assert_described(
        "Data value set",
        &[&values, &values_by_code(&sample)],
        &[],
        &[],
    );
    let receipt = sample.file("receipt.json");
    let plan = sample.push().stdin(values.clone()).run().expect(0).stdout;
    sample
        .push()
        .args(["--commit", "--receipt", &receipt])
        .stdin(values)
        .run()
        .expect_nothing(0);
    // Classes are values in the list of members; `value` and `comment` are those of the value set.
    let values = [
        "value", "comment", "new", "changed", "kept", "same", "rounding",
    ];
    // The keys of `names` and of the sums are ids.
    let document: serde_json::Value = serde_json::from_slice(&plan).unwrap();
    let ids = ids_of(&document["names"]);
    let mut known: Vec<&str> = ids.iter().map(String::as_str).collect();
    known.extend(values);
    assert_described("Plan", &[&plan], &known, &[]);
    let shared: Vec<String> = rows(&section("Plan"));
    let mut known: Vec<&str> = shared.iter().map(String::as_str).collect();
    known.extend(values);
    known.extend(["row", "wanted", "class", "stored"]);
    known.extend([
        "orgUnit",
        "period",
        "dataElement",
        "categoryOptionCombo",
        "attributeOptionCombo",
    ]);
    // Nothing went wrong here, so there are no alarms.
    assert_described(
        "Receipt",
        &[&std::fs::read(receipt).unwrap()],
        &known,
        &["alarms"],
    );
}

#[test]
fn members_of_the_metadata_and_the_provenance_are_on_the_page() {
    let sample = Sample::ready();
    let provenance = sample.file("provenance.json");
    let metadata = sample
        .with_server(tool("fetch-metadata"))
        .args(["--data-set", "dsPopYear01", "--provenance", &provenance])
        .run()
        .expect(0)
        .stdout;
    // The settings and rights are listed by their common beginning.
    let mut found = BTreeSet::new();
    members(&serde_json::from_slice(&metadata).unwrap(), &mut found);
    let listed: Vec<&str> = found
        .iter()
        .map(String::as_str)
        .filter(|name| name.starts_with("strict") || name.starts_with("require"))
        .chain(["read", "write"])
        .chain(["dataElement"])
        .collect();
    assert_described("Metadata", &[&metadata], &listed, &[]);
    assert_described(
        "Provenance",
        &[&std::fs::read(provenance).unwrap()],
        &[],
        &[],
    );
}
