//! Items put into and taken out of the lists of an object.

use serde_json::{Value, json};

use crate::envelope::Failure;
use crate::http::Response;
use crate::json::{reference, references};
use crate::objects::writable;
use crate::schema::Schema;
use crate::server_state::ServerState;
use crate::users::Caller;

/// Adds to or takes from a list of an object: `POST` and `DELETE /api/<type>/{id}/<list>[/{id}]`.
pub(crate) fn change_list(
    state: &mut ServerState,
    caller: &Caller,
    kind: &'static Schema,
    id: &str,
    property: &str,
    change: &ListChange,
) -> Result<Response, Failure> {
    writable(state, caller, kind, id)?;
    let mut stored = state
        .store
        .get(kind.plural, id)
        .cloned()
        .unwrap_or_default();
    let list = stored.members.entry(property).or_insert_with(|| json!([]));
    let mut changed = 0;
    if let Some(list) = list.as_array_mut() {
        let before = list.len();
        list.retain(|item| {
            !change
                .removed
                .iter()
                .any(|gone| reference(Some(item)) == Some(gone))
        });
        changed += before - list.len();
        for added in &change.added {
            if !list.iter().any(|item| reference(Some(item)) == Some(added)) {
                list.push(json!({"id": added}));
                changed += 1;
            }
        }
    }
    let geometry = stored
        .geometry
        .as_ref()
        .map(|geometry| (**geometry).clone());
    state.store.put(kind, stored.members, geometry);
    let report = json!({"status": "OK", "objectReports": [], "stats": {"created": 0, "updated": changed,
        "deleted": 0, "ignored": 0, "total": changed}});
    Ok(crate::envelope::reply(
        state.version,
        200,
        "OK",
        None,
        "TypeReport",
        report,
    ))
}

/// Ids to put into a list and to take out of it.
#[derive(Debug, Default)]
pub(crate) struct ListChange {
    pub(crate) added: Vec<String>,
    pub(crate) removed: Vec<String>,
}

impl ListChange {
    /// Reads `{"additions":[{"id":…}],"deletions":[…]}`.
    pub(crate) fn parse(body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let ids = |key: &str| references(body.get(key)).map(str::to_owned).collect();
        let mut change = Self {
            added: ids("additions"),
            removed: ids("deletions"),
        };
        change
            .added
            .extend(references(body.get("identifiableObjects")).map(str::to_owned));
        change
    }
}
