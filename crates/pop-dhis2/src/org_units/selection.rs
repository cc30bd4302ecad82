//! Which units are asked for, and whether the server has such things.

use std::collections::BTreeSet;

use pop_http::Query;
use serde::Deserialize;

use super::suggestions::suggestions;
use super::tree_position::{TreePosition, list_positions};
use crate::{ApiError, Server};

/// Which units to fetch. Levels, parents and groups each narrow the choice; `units` excludes the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Numbers or names of levels.
    pub levels: Vec<String>,
    /// UIDs or codes of units whose subtrees are meant, themselves included.
    pub parents: Vec<String>,
    /// UIDs, codes or names of groups.
    pub groups: Vec<String>,
    /// UIDs of single units.
    pub units: Vec<String>,
    /// Whether the whole tree is meant where nothing else is said.
    pub everything: bool,
}

impl Selection {
    /// Whether nothing is selected at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.everything
            && self.levels.is_empty()
            && self.parents.is_empty()
            && self.groups.is_empty()
            && self.units.is_empty()
    }
}

/// A level of the tree that has units.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Level {
    /// 1 for the root.
    pub level: u32,
    /// Its name; `Level 3` where nobody gave it one.
    #[serde(default)]
    pub name: String,
}

/// A group of units.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Group {
    /// UID.
    pub id: String,
    /// Code.
    #[serde(default)]
    pub code: Option<String>,
    /// Name.
    #[serde(default)]
    pub name: String,
}

/// The levels that have units, from the root down (`filledOrganisationUnitLevels`: the plain
/// list lacks those that nobody named).
///
/// # Errors
/// Those of the request.
pub fn levels(server: &Server) -> Result<Vec<Level>, ApiError> {
    let mut levels: Vec<Level> = server
        .client()
        .get_json("/api/filledOrganisationUnitLevels")?;
    levels.sort_by_key(|level| level.level);
    Ok(levels)
}

/// All groups, by id.
///
/// # Errors
/// Those of the request.
pub fn groups(server: &Server) -> Result<Vec<Group>, ApiError> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "organisationUnitGroups")]
        groups: Vec<Group>,
    }
    let query = Query::new("/api/organisationUnitGroups.json")
        .with("paging", "false")
        .with("fields", "id,code,name");
    let mut groups = server.client().get_json::<Answer>(query)?.groups;
    groups.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(groups)
}

/// UIDs of the units that a group says are in it.
pub(super) fn members(server: &Server, group: &str) -> Result<BTreeSet<String>, ApiError> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "organisationUnits", default)]
        units: Vec<Member>,
    }
    #[derive(Deserialize)]
    struct Member {
        id: String,
    }
    let query = Query::new("/api/organisationUnitGroups")
        .segment(group)
        .with("fields", "organisationUnits[id]");
    let answer: Answer = server.client().get_json(query)?;
    Ok(answer.units.into_iter().map(|member| member.id).collect())
}

/// The numbers of the levels named.
pub(super) fn resolve_levels(server: &Server, named: &[String]) -> Result<Vec<u32>, ApiError> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let existing = levels(server)?;
    let mut numbers = Vec::new();
    for given in named {
        let given = given.trim();
        let mut matching = existing
            .iter()
            .filter(|level| match given.parse::<u32>() {
                Ok(number) => level.level == number,
                Err(_) => level.name.to_lowercase() == given.to_lowercase(),
            })
            .map(|level| level.level);
        let number = matching.next().ok_or_else(|| ApiError::Unknown {
            what: "level",
            given: given.to_owned(),
            known: existing
                .iter()
                .map(|level| format!("{} {}", level.level, level.name))
                .collect(),
        })?;
        if let Some(second) = matching.next() {
            return Err(ApiError::Ambiguous {
                what: "level",
                given: given.to_owned(),
                ids: vec![number.to_string(), second.to_string()],
            });
        }
        numbers.push(number);
    }
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

/// The units named as parents, each by UID or code. An unknown one would silently widen the
/// answer to the whole country in DHIS2's own list.
pub(crate) fn resolve_parents(
    server: &Server,
    named: &[String],
) -> Result<Vec<TreePosition>, ApiError> {
    let mut parents: Vec<TreePosition> = Vec::new();
    for given in named {
        let given = given.trim();
        let mut found = Vec::new();
        for property in ["id", "code"] {
            if found.is_empty() && !given.is_empty() {
                found = list_positions(server, &[format!("{property}:eq:{given}")])?;
            }
        }
        match found.as_slice() {
            [] => {
                return Err(ApiError::Unknown {
                    what: "org unit",
                    given: given.to_owned(),
                    known: suggestions(server, given),
                });
            }
            [_] => parents.append(&mut found),
            several => {
                return Err(ApiError::Ambiguous {
                    what: "org unit",
                    given: given.to_owned(),
                    ids: several.iter().map(|place| place.id.clone()).collect(),
                });
            }
        }
    }
    Ok(outermost(parents))
}

/// Without units that lie below another one of them.
fn outermost(mut parents: Vec<TreePosition>) -> Vec<TreePosition> {
    parents.sort_by(|a, b| a.path.cmp(&b.path));
    let mut kept: Vec<TreePosition> = Vec::new();
    for place in parents {
        if !kept.iter().any(|above| place.is_within(&above.id)) {
            kept.push(place);
        }
    }
    kept
}

/// The groups named, each by UID, code or name.
pub(super) fn resolve_groups(server: &Server, named: &[String]) -> Result<Vec<Group>, ApiError> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let existing = groups(server)?;
    let mut chosen: Vec<Group> = Vec::new();
    for given in named {
        let given = given.trim();
        let by_id = existing.iter().filter(|group| group.id == given);
        let mut matching: Vec<&Group> = by_id.collect();
        if matching.is_empty() {
            matching = existing
                .iter()
                .filter(|group| group.code.as_deref() == Some(given) || group.name == given)
                .collect();
        }
        match matching.as_slice() {
            [] => {
                return Err(ApiError::Unknown {
                    what: "org unit group",
                    given: given.to_owned(),
                    known: existing.iter().take(20).map(|g| g.name.clone()).collect(),
                });
            }
            [group] => chosen.push((*group).clone()),
            several => {
                return Err(ApiError::Ambiguous {
                    what: "org unit group",
                    given: given.to_owned(),
                    ids: several.iter().map(|group| group.id.clone()).collect(),
                });
            }
        }
    }
    chosen.sort_by(|a, b| a.id.cmp(&b.id));
    chosen.dedup();
    Ok(chosen)
}
