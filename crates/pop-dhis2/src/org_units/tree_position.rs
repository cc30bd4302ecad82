//! Where org units are in the tree, and lists of these positions.

use pop_hierarchy::path_ids;
use pop_http::Query;
use serde::Deserialize;

use crate::{ApiError, Server};

/// The position of a unit in the tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct TreePosition {
    /// `/root/…/self`.
    pub path: String,
    /// UID.
    pub id: String,
    /// Whether it came along only because a selected unit is below it.
    #[serde(skip)]
    pub context: bool,
}

impl TreePosition {
    /// UIDs of the units above, root first.
    pub fn ancestors(&self) -> impl DoubleEndedIterator<Item = &str> {
        path_ids(&self.path).filter(|id| *id != self.id)
    }

    /// Whether this unit is `id`, or is below it.
    #[must_use]
    pub fn is_within(&self, id: &str) -> bool {
        path_ids(&self.path).any(|part| part == id)
    }

    pub(super) fn is_valid(&self) -> bool {
        self.path.starts_with('/') && self.path.rsplit('/').next() == Some(self.id.as_str())
    }
}

#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "organisationUnits")]
    units: Vec<TreePosition>,
}

/// The places of all units that pass the filters, in one answer.
pub(super) fn list_positions(
    server: &Server,
    filters: &[String],
) -> Result<Vec<TreePosition>, ApiError> {
    let mut query = Query::new("/api/organisationUnits.json")
        .with("paging", "false")
        .with("fields", "id,path");
    for filter in filters {
        query = query.with("filter", filter);
    }
    let places = server.client().get_json::<Listed>(query)?.units;
    match places.iter().find(|place| !place.is_valid()) {
        Some(place) => Err(ApiError::Inconsistent(format!(
            "org unit {} has the path {:?}, which does not end in its own id",
            place.id, place.path
        ))),
        None => Ok(places),
    }
}
