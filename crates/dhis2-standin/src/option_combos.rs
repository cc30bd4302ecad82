//! Option combinations, made from the options of a category combination.

use serde_json::{Value, json};

use crate::envelope::{Failure, envelope};
use crate::http::Response;
use crate::json::{Object, references, text};
use crate::metadata_store::{option_set, with_defaults};
use crate::schema::Schema;
use crate::server_state::ServerState;
use crate::version::Version;

/// Makes the option combinations that a category combination lacks; their names.
pub(crate) fn complete_combos(state: &mut ServerState, combo: &str) -> Vec<String> {
    let Some(members) = state.store.members("categoryCombos", combo) else {
        return Vec::new();
    };
    let mut product: Vec<Vec<String>> = vec![Vec::new()];
    for category in references(members.get("categories")) {
        let category = state.store.members("categories", category);
        let options: Vec<&str> =
            references(category.and_then(|category| category.get("categoryOptions"))).collect();
        product = product
            .into_iter()
            .flat_map(|chosen| {
                options.iter().map(move |option| {
                    let mut chosen = chosen.clone();
                    chosen.push((*option).to_owned());
                    chosen
                })
            })
            .collect();
    }
    let mut made = Vec::new();
    for chosen in product {
        let mut sorted: Vec<&str> = chosen.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        if state
            .store
            .option_combos(combo)
            .any(|stored| option_set(stored) == sorted)
        {
            continue;
        }
        let names: Vec<&str> = chosen
            .iter()
            .filter_map(|option| state.store.members("categoryOptions", option))
            .filter_map(|option| text(option, "name"))
            .collect();
        let name = names.join(", ");
        let options: Vec<Value> = chosen.iter().map(|id| json!({"id": id})).collect();
        let mut members = Object::new();
        members.insert("id".to_owned(), state.uids.next().into());
        members.insert("name".to_owned(), name.clone().into());
        members.insert("categoryCombo".to_owned(), json!({"id": combo}));
        members.insert("categoryOptions".to_owned(), options.into());
        if let Some(kind) = Schema::find("categoryOptionCombos") {
            state.store.put(kind, with_defaults(kind, members), None);
        }
        made.push(name);
    }
    made
}

/// `POST /api/maintenance/categoryOptionComboUpdate/categoryCombo/{id}`
pub(crate) fn maintain_combo(state: &mut ServerState, combo: &str) -> Result<Response, Failure> {
    let Some(members) = state.store.members("categoryCombos", combo) else {
        return Err(Failure::new(
            409,
            format!("CategoryCombo does not exist: {combo}"),
        ));
    };
    let combo_name = text(members, "name").unwrap_or_default().to_owned();
    let made = complete_combos(state, combo);
    let (open, close, tick) = if state.version > Version::V38 {
        ("`", "`", "`")
    } else {
        ("(", ")", "")
    };
    let summaries: Vec<Value> = made
        .iter()
        .map(|name| {
            json!({"responseType": "ImportSummary", "status": "SUCCESS", "description":
                format!("Added missing category option combo: {open}{name}{close} for category combo: {tick}{combo_name}{tick}"),
                "importCount": {"imported": 1, "updated": 0, "ignored": 0, "deleted": 0},
                "conflicts": []})
        })
        .collect();
    let mut summaries = summaries;
    for summary in summaries
        .iter_mut()
        .filter(|_| state.version > Version::V38)
    {
        summary["rejectedIndexes"] = json!([]);
    }
    let report = json!({"responseType": "ImportSummaries", "status": "SUCCESS", "imported": made.len(),
        "updated": 0, "deleted": 0, "ignored": 0, "importSummaries": summaries, "total": made.len()});
    Ok(Response::json(
        200,
        envelope(200, "OK", Some("Import was successful.")).member("response", report),
    ))
}
