//! What a user may have meant by an org unit that the server does not have.

use pop_hierarchy::unit_label;
use pop_http::Query;
use serde::Deserialize;

use crate::Server;

/// Units that are named at most.
const MOST: usize = 12;

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "organisationUnits", default)]
    units: Vec<NamedUnit>,
}

#[derive(Deserialize)]
struct NamedUnit {
    id: String,
    #[serde(default)]
    name: String,
}

/// Units whose name holds what was given, else those of the two upper levels: `name (UID)`. Empty where the server does not say: the
/// failure that asks for them is told in any case.
pub(super) fn suggestions(server: &Server, given: &str) -> Vec<String> {
    let filters = [
        format!("name:ilike:{given}"),
        "level:eq:1".to_owned(),
        "level:eq:2".to_owned(),
    ];
    let by_name = list(server, &filters[0]);
    if !by_name.is_empty() {
        return by_name;
    }
    let mut upper = list(server, &filters[1]);
    upper.extend(list(server, &filters[2]));
    upper.truncate(MOST);
    upper
}

fn list(server: &Server, filter: &str) -> Vec<String> {
    let query = Query::new("/api/organisationUnits.json")
        .with("fields", "id,name")
        .with("pageSize", MOST.to_string())
        .with("order", "name:asc")
        .with("filter", filter);
    let answer = server.client().get_json::<Answer>(query);
    let units = answer.map_or_else(|_| Vec::new(), |answer| answer.units);
    units
        .into_iter()
        .take(MOST)
        .map(|unit| unit_label(&unit.id, Some(&unit.name)))
        .collect()
}
