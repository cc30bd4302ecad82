//! The server looked into, and told what to do, over HTTP: what tests in the same process do by
//! its methods.
//!
//! | request | answer |
//! |---|---|
//! | `GET /standin/state` | release, clock, whether it is dead, requests, most imports at once |
//! | `GET /standin/values` | all stored values |
//! | `GET /standin/requests` | method, path, query and status of every request, without headers |
//! | `POST /standin/values` | stores one value as another user would |
//! | `POST /standin/metadata` | loads a package |
//! | `POST /standin/faults` | adds rules, one a line |
//! | `DELETE /standin/faults` | takes all rules away |
//! | `POST /standin/advance` | moves the clock forward by seconds |
//! | `POST /standin/revive` | starts the server again after a crash |

use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::stamp;
use crate::data_values::{DataValue, DataValueKey};
use crate::fault_rules::FaultRule;
use crate::http::Response;
use crate::service::Service;

/// Answers a request below `/standin/`.
pub(crate) fn answer(service: &Service, method: &str, order: &str, body: &[u8]) -> Response {
    let text = String::from_utf8_lossy(body);
    let done = match (method, order) {
        ("GET", "state") => return Response::json(200, state(service)),
        ("GET", "values") => {
            let values: Vec<Value> = service.values().iter().map(value).collect();
            return Response::json(200, Value::from(values));
        }
        ("GET", "requests") => return Response::json(200, requests(service)),
        ("POST", "values") => put_value(service, body),
        ("POST", "metadata") => parsed(body).and_then(|bundle| service.load(&bundle)),
        ("POST", "faults") => add_faults(service, &text),
        ("DELETE", "faults") => {
            service.state().faults.clear();
            Ok(())
        }
        ("POST", "advance") => match text.trim().parse() {
            Ok(seconds) => {
                service.advance(Duration::from_secs(seconds));
                Ok(())
            }
            Err(_) => Err(format!("{text:?} is no number of seconds")),
        },
        ("POST", "revive") => {
            service.state().dead = false;
            Ok(())
        }
        _ => return Response::json(404, json!({"message": format!("no {method} of {order:?}")})),
    };
    match done {
        Ok(()) => Response::json(200, json!({"done": order})),
        Err(message) => Response::json(400, json!({"message": message})),
    }
}

fn parsed(body: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn state(service: &Service) -> Value {
    let requests = service.requests().len();
    let at_once = service.most_imports_at_once();
    let state = service.state();
    json!({
        "version": state.version.text(),
        "now": stamp(state.clock.now()),
        "dead": state.dead,
        "requests": requests,
        "mostImportsAtOnce": at_once,
    })
}

fn value((key, row): &(DataValueKey, DataValue)) -> Value {
    json!({
        "dataElement": *key.element,
        "period": *key.period,
        "orgUnit": *key.unit,
        "categoryOptionCombo": *key.combo,
        "attributeOptionCombo": *key.attribute_combo,
        "value": row.value,
        "comment": row.comment,
        "storedBy": *row.stored_by,
        "followUp": row.follow_up,
    })
}

/// Without headers: there are credentials among them.
fn requests(service: &Service) -> Value {
    let shown = service.requests().into_iter().map(|request| {
        json!({"method": request.method, "path": request.path, "query": request.query,
            "status": request.status, "bytes": request.body.len()})
    });
    shown.collect()
}

fn put_value(service: &Service, body: &[u8]) -> Result<(), String> {
    let value = parsed(body)?;
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let needed = |key: &str| text(key).ok_or_else(|| format!("{key} is missing"));
    let cell = [
        needed("period")?,
        needed("dataElement")?,
        needed("orgUnit")?,
    ];
    service.put_value(
        cell,
        text("categoryOptionCombo"),
        needed("value")?,
        text("comment"),
        text("storedBy").unwrap_or("someone"),
    );
    Ok(())
}

fn add_faults(service: &Service, text: &str) -> Result<(), String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let rules = lines
        .map(str::parse)
        .collect::<Result<Vec<FaultRule>, String>>()?;
    let mut state = service.state();
    for rule in rules {
        state.faults.add(rule);
    }
    Ok(())
}
