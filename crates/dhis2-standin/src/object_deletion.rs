//! Objects deleted, and data pruned so that they can be.

use serde_json::{Value, json};

use crate::envelope::{Failure, envelope, object_report};
use crate::http::Response;
use crate::json::{reference, references, text};
use crate::metadata_store::StoredObject;
use crate::objects::{refused, writable};
use crate::schema::Schema;
use crate::server_state::ServerState;
use crate::users::Caller;
use crate::version::Version;

/// `DELETE /api/<type>/{id}`
pub(crate) fn delete(
    state: &mut ServerState,
    caller: &Caller,
    kind: &'static Schema,
    id: &str,
) -> Result<Response, Failure> {
    writable(state, caller, kind, id)?;
    if let Some(holder) = holder(state, kind, id) {
        let message = format!(
            "Object could not be deleted because it is associated with another object: {holder}"
        );
        if state.version == Version::V38 {
            return Err(Failure::new(409, message).code("E4030"));
        }
        let mut problem = json!({"message": message, "mainKlass": kind.klass(),
            "errorCode": "E4030", "errorProperties": []});
        if state.version >= Version::V41 {
            problem["args"] = json!([]);
        }
        return Ok(refused("WARNING", kind, id, vec![problem]));
    }
    if kind.plural == "categoryCombos" {
        remove_option_combos(state, id);
    }
    state.store.remove(kind, id);
    Ok(object_report(
        state.version,
        200,
        &kind.klass(),
        id,
        Vec::new(),
    ))
}

/// What stands in the way of a deletion (the `DeletionHandler`s of DHIS2), as its report names it.
fn holder(state: &ServerState, kind: &Schema, id: &str) -> Option<String> {
    let store = &state.store;
    let newer = state.version >= Version::V43;
    // Only the older releases name the object beside its class.
    let named = |class: &str, name: &str| {
        if newer {
            class.to_owned()
        } else {
            format!("{class} ({name})")
        }
    };
    if state.values.mention(id) {
        let trail = if newer {
            "DataValueChangelog"
        } else {
            "DataValueAudit"
        };
        return Some(trail.to_owned());
    }
    match kind.plural {
        "organisationUnits" => {
            let mut children = store.tree_node(id)?.children.iter();
            let child = store.members("organisationUnits", children.next()?)?;
            let name = text(child, "name").unwrap_or_default();
            Some(format!("OrganisationUnit ({name})"))
        }
        "categoryCombos" => store
            .option_combos(id)
            .any(|combo| text(combo, "id").is_some_and(|id| state.values.mention(id)))
            .then(|| "CategoryOptionCombo".to_owned()),
        "categories" => users_of(state, "categoryCombos", "categories", id)
            .next()
            .map(|combo| named("CategoryCombo", name_of(combo))),
        "userRoles" => users_of(state, "users", "userRoles", id)
            .next()
            .map(|user| {
                let part = |key| text(&user.members, key).unwrap_or_default();
                named(
                    "User",
                    &format!("{} {}", part("firstName"), part("surname")),
                )
            }),
        _ => None,
    }
}

/// Objects of a type whose list mentions `id`.
fn users_of<'a>(
    state: &'a ServerState,
    plural: &str,
    list: &'a str,
    id: &'a str,
) -> impl Iterator<Item = &'a StoredObject> {
    let all = Schema::find(plural)
        .into_iter()
        .flat_map(|kind| state.store.all(kind));
    all.filter(move |other| references(other.members.get(list)).any(|item| item == id))
}

fn name_of(stored: &StoredObject) -> &str {
    text(&stored.members, "name").unwrap_or_default()
}

fn remove_option_combos(state: &mut ServerState, combo: &str) {
    let ids: Vec<String> = state
        .store
        .option_combos(combo)
        .filter_map(|members| reference(Some(&Value::Object(members.clone()))).map(str::to_owned))
        .collect();
    if let Some(kind) = Schema::find("categoryOptionCombos") {
        for id in ids {
            state.store.remove(kind, &id);
        }
    }
}

/// `POST /api/maintenance/dataPruning/{dataElements|organisationUnits}/{id}`: every row of it is
/// gone for good, deleted ones and the audit trail too.
pub(crate) fn prune(
    state: &mut ServerState,
    caller: &Caller,
    plural: &str,
    id: &str,
) -> Result<Response, Failure> {
    if !caller.is_superuser() {
        return Err(Failure::forbidden(state.version, "ALL"));
    }
    if state.store.get(plural, id).is_none() {
        let what = if plural == "dataElements" {
            "Data element"
        } else {
            "Organisation unit"
        };
        return Err(Failure::new(409, format!("{what} does not exist: {id}")));
    }
    state.values.prune(id);
    Ok(Response::json(
        200,
        envelope(200, "OK", Some("Data was pruned successfully")),
    ))
}
