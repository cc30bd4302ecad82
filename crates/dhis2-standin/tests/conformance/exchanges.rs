//! Exchanges written by hand from DHIS2's documentation and source, for both import dialects.
//!
//! Each entry of `exchanges/exchanges.json` starts from a fresh server with the metadata of
//! `exchanges/setup.json` and the values `given`; `request` is sent to every release of a
//! dialect in `answers`. Members of the expected body must be there with their values; the
//! answer may have more members, a list not more items. `stored` is what the server holds after it.

use dhis2_standin::{Standin, StandinOptions, Version};
use serde_json::Value;

use crate::client::{Answer, base64, send};

const SETUP: &str = include_str!("exchanges/setup.json");
const EXCHANGES: &str = include_str!("exchanges/exchanges.json");

/// 2.38 has fewer members in its summaries and other texts: the recordings cover it.
const PER_VALUE: [Version; 3] = [Version::V40, Version::V41, Version::V42];
const GROUPED: [Version; 2] = [Version::V43, Version::V44];

#[test]
fn exchanges_of_the_per_value_dialect() {
    play("per-value", &PER_VALUE);
}

#[test]
fn exchanges_of_the_grouped_dialect() {
    play("grouped", &GROUPED);
}

fn play(dialect: &str, versions: &[Version]) {
    let exchanges: Vec<Value> = serde_json::from_str(EXCHANGES).unwrap();
    let mut problems = Vec::new();
    let mut played = 0;
    for exchange in &exchanges {
        let Some(expected) = exchange["answers"].get(dialect) else {
            continue;
        };
        for &version in versions {
            played += 1;
            if let Some(problem) = problem(exchange, expected, dialect, version) {
                problems.push(format!("{} on {version}: {problem}", exchange["name"]));
            }
        }
    }
    assert!(played > 30 * versions.len(), "{played} exchanges");
    assert!(
        problems.is_empty(),
        "{} of {played}:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

fn problem(exchange: &Value, expected: &Value, dialect: &str, version: Version) -> Option<String> {
    let server = server(exchange, version);
    let answer = request(&server, &exchange["request"]);
    let body = String::from_utf8_lossy(&answer.body);
    if answer.status != expected["status"].as_u64().unwrap() {
        return Some(format!("status {}: {body}", answer.status));
    }
    match expected.get("body") {
        None => {}
        Some(Value::String(text)) if *text != body => return Some(format!("body {body}")),
        Some(Value::String(_)) => {}
        Some(members) => {
            let found = serde_json::from_str(&body).unwrap_or(Value::Null);
            if let Some(problem) = missing("", members, &found) {
                return Some(format!("{problem}\n  {body}"));
            }
        }
    }
    let wanted = exchange.pointer("/stored")?.get(dialect)?;
    let found: Vec<Value> = server
        .values()
        .iter()
        .map(|(key, value)| serde_json::json!({"orgUnit": &*key.unit, "value": value.value.as_deref()}))
        .collect();
    (*wanted != Value::from(found.clone())).then(|| format!("stored {found:?}"))
}

fn server(exchange: &Value, version: Version) -> Standin {
    let server = Standin::start(StandinOptions {
        bundles: vec![serde_json::from_str(SETUP).unwrap()],
        ..StandinOptions::new(version)
    })
    .unwrap();
    for value in exchange["given"].as_array().into_iter().flatten() {
        let text = |key: &str| value[key].as_str().unwrap();
        let (period, element) = (text("period"), text("dataElement"));
        server.put_value(period, element, text("orgUnit"), None, text("value"), None);
    }
    server
}

fn request(server: &Standin, request: &Value) -> Answer {
    let mut headers: Vec<(String, String)> = request["headers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    let credentials = match request["user"].as_str() {
        Some("admin") => Some("admin:district".to_owned()),
        Some(user) => Some(format!("{user}:Exchange-1")),
        None => request["authorization"].as_str().map(str::to_owned),
    };
    if let Some(credentials) = credentials {
        let basic = format!("Basic {}", base64(credentials.as_bytes()));
        headers.push(("Authorization".to_owned(), basic));
    }
    let body = match &request["body"] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        body => body.to_string(),
    };
    let text = |key: &str| request[key].as_str().unwrap();
    send(
        server,
        text("method"),
        text("path"),
        &headers,
        body.as_bytes(),
    )
}

/// The first expected value that is not in what was found.
fn missing(at: &str, expected: &Value, found: &Value) -> Option<String> {
    match (expected, found) {
        (Value::Object(members), Value::Object(_)) => members
            .iter()
            .find_map(|(key, value)| missing(&format!("{at}/{key}"), value, &found[key])),
        (Value::Array(items), Value::Array(others)) if items.len() == others.len() => items
            .iter()
            .zip(others)
            .enumerate()
            .find_map(|(number, (item, other))| missing(&format!("{at}/{number}"), item, other)),
        _ => (expected != found).then(|| format!("{at}: {found} instead of {expected}")),
    }
}
