//! Lists of a collection of the API, whole or by UID, and the objects that a user names in them.

use std::collections::{BTreeMap, BTreeSet};

use pop_http::Query;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::org_units::MOST_IDS;
use crate::{ApiError, Server};

/// An object, as far as a user names it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) name: String,
}

/// The UIDs of the data sets named.
///
/// # Errors
/// What is not on the server, and those of the request.
pub(crate) fn resolve_sets(
    server: &Server,
    named: &[String],
) -> Result<BTreeSet<String>, ApiError> {
    resolve(server, "dataSets", "data set", named)
}

/// The UIDs of the data elements named.
///
/// # Errors
/// What is not on the server, and those of the request.
pub(crate) fn resolve_elements(
    server: &Server,
    named: &[String],
) -> Result<BTreeSet<String>, ApiError> {
    resolve(server, "dataElements", "data element", named)
}

/// The UIDs of the objects named, each by UID, else code, else name; ordered, without doubles.
///
/// They are looked for in the whole list: a name may hold characters that end a filter.
fn resolve(
    server: &Server,
    collection: &str,
    what: &'static str,
    named: &[String],
) -> Result<BTreeSet<String>, ApiError> {
    let mut ids = BTreeSet::new();
    if named.is_empty() {
        return Ok(ids);
    }
    let mut known: Vec<Named> = list(server, collection, "id,code,name", None)?;
    known.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    for given in named {
        let given = given.trim();
        let by = |fits: fn(&Named, &str) -> bool| -> Vec<&Named> {
            known.iter().filter(|item| fits(item, given)).collect()
        };
        let found = [
            by(|item, given| item.id == given),
            by(|item, given| item.code.as_deref() == Some(given)),
            by(|item, given| item.name == given),
        ]
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_default();
        match found.as_slice() {
            [one] => ids.insert(one.id.clone()),
            [] => {
                return Err(ApiError::Unknown {
                    what,
                    given: given.to_owned(),
                    known: known
                        .iter()
                        .take(20)
                        .map(|item| item.name.clone())
                        .collect(),
                });
            }
            several => {
                return Err(ApiError::Ambiguous {
                    what,
                    given: given.to_owned(),
                    ids: several.iter().map(|item| item.id.clone()).collect(),
                });
            }
        };
    }
    Ok(ids)
}

/// The objects of a collection with these UIDs, in several requests where one would be too long.
pub(super) fn by_ids<T: DeserializeOwned>(
    server: &Server,
    collection: &str,
    fields: &str,
    ids: &BTreeSet<String>,
) -> Result<Vec<T>, ApiError> {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut items = Vec::new();
    for part in ids.chunks(MOST_IDS) {
        let filter = format!("id:in:[{}]", part.join(","));
        items.extend(list(server, collection, fields, Some(&filter))?);
    }
    Ok(items)
}

/// One unpaged list of a collection: `{"dataSets":[…]}`.
pub(super) fn list<T: DeserializeOwned>(
    server: &Server,
    collection: &str,
    fields: &str,
    filter: Option<&str>,
) -> Result<Vec<T>, ApiError> {
    let mut query = Query::new(&format!("/api/{collection}.json"))
        .with("paging", "false")
        .with("fields", fields);
    if let Some(filter) = filter {
        query = query.with("filter", filter);
    }
    let mut answer: BTreeMap<String, serde_json::Value> = server.client().get_json(&query)?;
    let items = answer.remove(collection).unwrap_or_default();
    serde_json::from_value(items).map_err(|error| {
        ApiError::Inconsistent(format!("the list of {collection} does not parse: {error}"))
    })
}
