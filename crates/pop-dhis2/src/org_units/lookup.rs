//! Units asked for by their ids, and those directly below one.

use pop_http::Query;
use serde::Deserialize;

use super::selected_units::{MOST_IDS, id_filter};
use super::tree_position::{TreePosition, list_positions};
use crate::{ApiError, Server};

/// Where units are in the tree. A unit that the server does not have, or hides, is left out.
///
/// # Errors
/// Those of the requests, and [`ApiError::Inconsistent`] for a path that does not end in its unit.
pub fn positions(server: &Server, ids: &[&str]) -> Result<Vec<TreePosition>, ApiError> {
    let mut found = Vec::with_capacity(ids.len());
    for part in ids.chunks(MOST_IDS) {
        found.extend(list_positions(server, &[id_filter(part)])?);
    }
    Ok(found)
}

/// A unit directly below another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ChildUnit {
    /// Its UID.
    pub id: String,
    /// The server says that it has no units below.
    #[serde(default)]
    pub leaf: bool,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "organisationUnits")]
    units: Vec<ChildUnit>,
}

/// The units directly below a unit.
///
/// # Errors
/// Those of the request.
pub fn children(server: &Server, unit: &str) -> Result<Vec<ChildUnit>, ApiError> {
    let query = Query::new("/api/organisationUnits.json")
        .with("paging", "false")
        .with("fields", "id,leaf")
        .with("filter", format!("parent.id:eq:{unit}"));
    Ok(server.client().get_json::<Listed>(query)?.units)
}
