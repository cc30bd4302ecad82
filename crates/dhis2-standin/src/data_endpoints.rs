//! Endpoints around data values: single values, completions, approvals, output period types.

use serde_json::{Value, json};

use crate::api_call::ApiCall;
use crate::approvals::Approval;
use crate::clock::{parse_date, stamp};
use crate::envelope::Failure;
use crate::http::Response;
use crate::json::{reference, text};
use crate::metadata_store::DEFAULT_OPTION_COMBO;
use crate::period::Period;
use crate::query::QueryParameters;
use crate::server_state::ServerState;
use crate::users::Caller;

pub(crate) fn one_value(state: &ServerState, query: &QueryParameters) -> Result<Response, Failure> {
    let word = |name: &str| query.get(name).unwrap_or_default();
    let groups = state.version.has_grouped_import();
    if !groups && state.store.get("dataElements", word("de")).is_none() {
        return Err(Failure::new(
            409,
            format!("Data element not found or not accessible: `{}`", word("de")),
        )
        .code("E1100"));
    }
    let period = Period::parse(state.version, word("pe"))
        .map(|period| period.id())
        .unwrap_or_default();
    let combo = query.get("co").unwrap_or(DEFAULT_OPTION_COMBO);
    let found = state
        .values
        .of(&period, Some(word("de")))
        .find(|(key, row)| {
            !row.deleted
                && *key.unit == *word("ou")
                && *key.combo == *combo
                && *key.attribute_combo == *DEFAULT_OPTION_COMBO
        });
    match found {
        Some((_, row)) => Ok(Response::json(200, json!([row.value]))),
        None if groups => Err(Failure::new(404, "Data value does not exist").code("E1005")),
        None => Err(Failure::new(409, "Data value does not exist")),
    }
}

pub(crate) fn completions(state: &ServerState, query: &QueryParameters) -> Response {
    let day = |key: &str| query.get(key).and_then(parse_date);
    let list: Vec<Value> = state
        .completions
        .iter()
        .filter(|(completion, _)| {
            let period = Period::parse(state.version, &completion.period);
            query.all("dataSet").any(|set| set == completion.data_set)
                && query.all("orgUnit").any(|unit| unit == completion.unit)
                && period.is_some_and(|period| {
                    day("startDate").is_none_or(|start| start <= period.start)
                        && day("endDate").is_none_or(|end| period.end <= end)
                })
        })
        .map(|(completion, (date, user))| {
            json!({"period": completion.period, "dataSet": completion.data_set,
                "organisationUnit": completion.unit, "attributeOptionCombo": completion.attribute_combo,
                "date": date, "storedBy": user, "completed": true})
        })
        .collect();
    let body = if list.is_empty() {
        json!({})
    } else {
        json!({"completeDataSetRegistrations": list})
    };
    Response::json(200, body)
}

pub(crate) fn approvals(
    state: &mut ServerState,
    caller: &Caller,
    call: &ApiCall<'_>,
) -> Result<Response, Failure> {
    let word = |name: &str| call.query.get(name).unwrap_or_default().to_owned();
    let set = word("ds");
    let Some(members) = state.store.members("dataSets", &set) else {
        return Err(Failure::new(409, format!("Data set does not exist: {set}")));
    };
    let Some(workflow) = reference(members.get("workflow")).map(str::to_owned) else {
        return Err(Failure::new(
            409,
            format!("Data set does not have an approval workflow: {set}"),
        ));
    };
    let approval = Approval {
        workflow,
        period: word("pe"),
        unit: word("ou"),
        attribute_combo: DEFAULT_OPTION_COMBO.to_owned(),
    };
    match call.request.method.as_str() {
        "POST" => {
            state.approvals.add(approval);
            Ok(Response::empty(204))
        }
        "DELETE" => {
            state.approvals.remove(&approval);
            Ok(Response::empty(204))
        }
        _ => {
            let approved = state.approvals.contains(&approval);
            let user = state
                .store
                .members("users", &caller.id)
                .and_then(|user| text(user, "firstName"));
            let mut body = json!({"mayApprove": !approved, "mayUnapprove": approved, "mayAccept": false,
                "mayUnaccept": false, "mayReadData": true,
                "state": if approved { "APPROVED_HERE" } else { "UNAPPROVED_READY" }});
            if approved {
                body["approvedBy"] = format!("{0} {0}", user.unwrap_or_default()).into();
                body["approvedAt"] = stamp(state.clock.now()).into();
                body["acceptedAt"] = stamp(state.clock.now()).into();
            }
            Ok(Response::json(200, body))
        }
    }
}

pub(crate) fn output_period_types(
    state: &mut ServerState,
    call: &ApiCall<'_>,
) -> Result<Response, Failure> {
    if !state.version.has_grouped_import() {
        return Err(Failure::no_such_path(call.path));
    }
    if call.request.method == "POST" {
        let body: Value = serde_json::from_slice(&call.request.body).unwrap_or(Value::Null);
        let names = body
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.get("name")?.as_str());
        state.output_period_types = names.map(str::to_owned).collect();
        return Ok(Response::empty(204));
    }
    let list: Vec<Value> = state
        .output_period_types
        .iter()
        .map(|name| json!({"name": name}))
        .collect();
    Ok(Response::json(200, json!(list)))
}
