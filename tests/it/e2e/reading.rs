//! What the tools read.

use serde_json::{Value, json};

use super::country::Country;

/// Without a selection `fetch-orgunits` shows what there is, and ends with 2.
pub(crate) fn survey(country: &Country<'_>) {
    let ran = country.run(country.tool("fetch-orgunits"), 2);
    assert!(ran.stdout.is_empty());
    for column in ["level", "units", "polygon", "point", "none", "closed"] {
        assert!(ran.stderr.contains(column), "{}", ran.stderr);
    }
    let ran = country.run(country.tool("fetch-metadata"), 2);
    assert!(
        ran.stderr.contains(country.id("dsPopYear01")),
        "{}",
        ran.stderr
    );
}

/// Every unit of the country comes, with its geometry's numbers, and twice the same bytes.
pub(crate) fn org_units(country: &Country<'_>) {
    let fetch = |name: &str| {
        let run = country
            .tool("fetch-orgunits")
            .args(["--parent", country.root(), "-o", name]);
        country.run(run.args(["--provenance", "units.provenance.json"]), 0);
        std::fs::read(country.path(name)).unwrap()
    };
    let bytes = fetch("all.geojson");
    assert_eq!(bytes, fetch("again.geojson"));
    let features = country.read("all.geojson");
    let features = features["features"].as_array().unwrap();
    let made = country.made("organisationUnits");
    assert_eq!(features.len(), made.len());
    for unit in made {
        let feature = features
            .iter()
            .find(|feature| feature["id"] == unit["id"])
            .unwrap();
        assert_eq!(feature["properties"]["name"], unit["name"]);
        assert_eq!(feature["properties"]["code"], unit["code"]);
        let parent = &feature["properties"]["parent"];
        assert_eq!(parent, &unit["parent"]["id"]);
        assert_eq!(
            numbers(&feature["geometry"]),
            numbers(&unit["geometry"]),
            "{}",
            unit["name"]
        );
    }
    let run = country.tool("fetch-orgunits").args([
        "--parent",
        country.root(),
        "--level",
        "2",
        "-o",
        "orgunits.geojson",
    ]);
    country.run(run, 0);
    let level = country.read("orgunits.geojson");
    let asked = level["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|unit| unit["properties"]["context"].is_null());
    assert_eq!(asked.count(), country.districts().len());
}

fn numbers(geometry: &Value) -> Vec<f64> {
    match geometry {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        Value::Object(members) => numbers(&members["coordinates"]),
        Value::Number(number) => vec![number.as_f64().unwrap()],
        _ => Vec::new(),
    }
}

/// What the server does not have is an error, and never something else instead.
pub(crate) fn unknown(country: &Country<'_>) {
    let cases = [
        ("fetch-orgunits", vec!["--parent", "noSuchUnit1"]),
        (
            "fetch-orgunits",
            vec!["--parent", country.root(), "--level", "77"],
        ),
        ("fetch-orgunits", vec!["--group", "noSuchGroup"]),
        ("fetch-orgunits", vec!["--id", "noSuchUnit1"]),
        ("fetch-metadata", vec!["--data-set", "noSuchSet01"]),
        ("fetch-metadata", vec!["--data-element", "noSuchElem1"]),
    ];
    for (name, arguments) in cases {
        let ran = country.run(country.tool(name).args(arguments), 2);
        assert!(ran.stdout.is_empty());
    }
}

/// The document holds what mapping and checking need, and no user name.
pub(crate) fn metadata(country: &Country<'_>) {
    let set = country.id("dsPopYear01");
    let run = country
        .tool("fetch-metadata")
        .args(["--data-set", set, "-o", "metadata-now.json"]);
    country.run(run, 0);
    let document = country.read("metadata-now.json");
    assert_eq!(document["dataSets"][0]["id"], set);
    assert_eq!(document["dataSets"][0]["access"]["write"], json!(true));
    assert_eq!(document["dataElements"].as_array().unwrap().len(), 2);
    let combos = document["categoryCombos"].as_array().unwrap();
    let count = |id: &str| {
        let combo = combos
            .iter()
            .find(|combo| combo["id"] == json!(id))
            .unwrap();
        combo["categoryOptionCombos"].as_array().unwrap().len()
    };
    assert_eq!(count(country.id("ccSexAge001")), 40);
    let text = document.to_string();
    assert!(
        !text.contains(&country.username("pusher")),
        "a user name in the document"
    );
    let assigned = document["dataSets"][0]["organisationUnits"]
        .as_array()
        .unwrap();
    assert_eq!(assigned.len(), country.made("organisationUnits").len());
}

/// A token that allows `GET` is enough for reading, and for nothing else.
pub(crate) fn token(country: &Country<'_>) {
    country.reading_token("token.txt");
    let run = country
        .tool("fetch-orgunits")
        .env("DHIS2_CREDENTIALS_FILE", "token.txt");
    let run = run.args(["--parent", country.root(), "-o", "by-token.geojson"]);
    country.run(run, 0);
    let same = std::fs::read(country.path("by-token.geojson")).unwrap()
        == std::fs::read(country.path("all.geojson")).unwrap();
    assert!(same, "another tree by token");
}

/// Once only: accounts lock.
pub(crate) fn wrong_password(country: &Country<'_>) {
    country.write(
        "wrong.txt",
        format!("{}:not-this-one\n", country.username("census")),
    );
    let run = country
        .tool("fetch-orgunits")
        .env("DHIS2_CREDENTIALS_FILE", "wrong.txt");
    let ran = country.run(run.args(["--parent", country.root()]), 5);
    assert!(ran.stdout.is_empty());
    assert!(!ran.stderr.contains("not-this-one"), "{}", ran.stderr);
}
