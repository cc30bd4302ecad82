//! What a walk will visit: ids and paths, without the bulk.

use std::collections::{BTreeMap, BTreeSet};

use pop_http::Query;
use serde::Deserialize;

use super::selection::{Selection, members, resolve_groups, resolve_levels, resolve_parents};
use super::suggestions::suggestions;
use super::tree_position::{TreePosition, list_positions};
use crate::{ApiError, Server};

/// Ids in one request: with the fields that are asked for, 400 of them stay below the 8 kB that servers take as a request line.
pub(crate) const MOST_IDS: usize = 400;
/// How often a list is asked for until it has as many units as the server counts.
const TRIES: usize = 3;

/// Everything a walk visits, in the order of the tree: each unit after its ancestors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectedUnits {
    /// Ordered by path, byte by byte.
    pub places: Vec<TreePosition>,
}

impl SelectedUnits {
    /// Finds what a selection means on this server.
    ///
    /// # Errors
    /// What is unknown to the server ([`ApiError::Unknown`]), lists that do not add up
    /// ([`ApiError::Inconsistent`]), and those of the requests.
    pub fn new(server: &Server, selection: &Selection) -> Result<Self, ApiError> {
        let mut chosen: BTreeMap<String, TreePosition> = BTreeMap::new();
        if !selection.units.is_empty() {
            for place in units_by_id(server, &selection.units)? {
                chosen.insert(place.id.clone(), place);
            }
        }
        let narrows = !(selection.levels.is_empty()
            && selection.parents.is_empty()
            && selection.groups.is_empty());
        if narrows || selection.everything {
            for wanted in wanted_lists(server, selection)? {
                for place in wanted.fetch(server)? {
                    chosen.insert(place.id.clone(), place);
                }
            }
        }
        Ok(Self::with_ancestors(chosen.into_values().collect()))
    }

    /// These units: the ancestors that are not among them come along.
    #[must_use]
    pub fn with_ancestors(chosen: Vec<TreePosition>) -> Self {
        let ids: BTreeSet<&str> = chosen.iter().map(|place| place.id.as_str()).collect();
        let mut above = BTreeSet::new();
        for place in &chosen {
            let mut path = String::new();
            for id in place.ancestors() {
                path.push('/');
                path.push_str(id);
                if !ids.contains(id) {
                    above.insert(TreePosition {
                        path: path.clone(),
                        id: id.to_owned(),
                        context: true,
                    });
                }
            }
        }
        let mut places = chosen;
        places.extend(above);
        places.sort();
        Self { places }
    }

    /// How many units were asked for, without the ancestors that came along.
    #[must_use]
    pub fn count(&self) -> usize {
        self.places.iter().filter(|place| !place.context).count()
    }
}

/// One list that has to be asked for.
struct WantedList {
    /// Filters on the unit itself.
    filters: Vec<String>,
    /// UID of a group that the units must be in.
    group: Option<String>,
}

/// The lists that together give the selection.
fn wanted_lists(server: &Server, selection: &Selection) -> Result<Vec<WantedList>, ApiError> {
    let levels = resolve_levels(server, &selection.levels)?;
    let parents = resolve_parents(server, &selection.parents)?;
    let groups = resolve_groups(server, &selection.groups)?;
    let by_level = one_or_none(&levels, |level| format!("level:eq:{level}"));
    let by_parent = one_or_none(&parents, |place| format!("path:like:{}", place.id));
    let by_group = one_or_none(&groups, |group| group.id.clone());
    let mut lists = Vec::new();
    for level in &by_level {
        for parent in &by_parent {
            for group in &by_group {
                lists.push(WantedList {
                    filters: [level, parent].into_iter().flatten().cloned().collect(),
                    group: group.clone(),
                });
            }
        }
    }
    Ok(lists)
}

fn one_or_none<T>(items: &[T], filter: impl Fn(&T) -> String) -> Vec<Option<String>> {
    if items.is_empty() {
        vec![None]
    } else {
        items.iter().map(|item| Some(filter(item))).collect()
    }
}

/// How many units pass the filters, as the server counts them for its pager: another query of
/// its database than the list.
pub(super) fn count(server: &Server, filters: &[String]) -> Result<u64, ApiError> {
    #[derive(Deserialize)]
    struct Answer {
        pager: Pager,
    }
    #[derive(Deserialize)]
    struct Pager {
        total: u64,
    }
    // From 2.44 on, paged lists of simple fields may be answered by another engine
    // (`GistBridge`); a geometry among the fields keeps this one.
    let fields = if server.version().line() >= 44 {
        "id,geometry"
    } else {
        "id"
    };
    let mut query = Query::new("/api/organisationUnits.json")
        .with("pageSize", "1")
        .with("fields", fields);
    for filter in filters {
        query = query.with("filter", filter);
    }
    Ok(server.client().get_json::<Answer>(query)?.pager.total)
}

impl WantedList {
    /// The list, with as many different units as another way of counting gives.
    fn fetch(&self, server: &Server) -> Result<Vec<TreePosition>, ApiError> {
        let mut filters = self.filters.clone();
        filters.extend(
            self.group
                .iter()
                .map(|group| format!("organisationUnitGroups.id:eq:{group}")),
        );
        let mut last = (0, 0);
        for _ in 0..TRIES {
            let mut places = list_positions(server, &filters)?;
            places.sort();
            places.dedup();
            let counted = self.count(server)?;
            if places.len() as u64 == counted {
                return Ok(places);
            }
            last = (places.len(), counted);
        }
        let (listed, counted) = last;
        Err(ApiError::Inconsistent(format!(
            "the server lists {listed} org units, but counts {counted} ({})",
            if filters.is_empty() {
                "all".to_owned()
            } else {
                filters.join(", ")
            }
        )))
    }

    /// How many units the list should have: by the server's own count, or, for a group, by the
    /// members that the group itself names.
    fn count(&self, server: &Server) -> Result<u64, ApiError> {
        let Some(group) = &self.group else {
            return count(server, &self.filters);
        };
        let members = members(server, group)?;
        if self.filters.is_empty() {
            return Ok(members.len() as u64);
        }
        let others = list_positions(server, &self.filters)?;
        Ok(others
            .iter()
            .filter(|place| members.contains(&place.id))
            .count() as u64)
    }
}

/// The units with these UIDs, every one of them.
fn units_by_id(server: &Server, ids: &[String]) -> Result<Vec<TreePosition>, ApiError> {
    let wanted: BTreeSet<&str> = ids.iter().map(|id| id.trim()).collect();
    if let Some(given) = wanted.iter().find(|id| !pop_datavalues::is_uid(id)) {
        return Err(ApiError::Unknown {
            what: "org unit",
            given: (*given).to_owned(),
            known: suggestions(server, given),
        });
    }
    let all: Vec<&str> = wanted.iter().copied().collect();
    let mut places = Vec::new();
    for part in all.chunks(MOST_IDS) {
        places.extend(list_positions(server, &[id_filter(part)])?);
    }
    let found: BTreeSet<&str> = places.iter().map(|place| place.id.as_str()).collect();
    let missing: Vec<&str> = wanted.difference(&found).copied().collect();
    if missing.is_empty() {
        return Ok(places);
    }
    Err(ApiError::Unknown {
        what: "org unit",
        known: suggestions(server, missing.first().copied().unwrap_or_default()),
        given: missing.join(", "),
    })
}

/// The filter for units with these ids.
pub(super) fn id_filter(ids: &[&str]) -> String {
    format!("id:in:[{}]", ids.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str, context: bool) -> TreePosition {
        TreePosition {
            path: path.to_owned(),
            id: path.rsplit('/').next().unwrap().to_owned(),
            context,
        }
    }

    #[test]
    fn ancestors_that_were_not_chosen_come_along_before_their_units() {
        let selected =
            SelectedUnits::with_ancestors(vec![place("/r/b/y", false), place("/r/a", false)]);
        let expected = vec![
            place("/r", true),
            place("/r/a", false),
            place("/r/b", true),
            place("/r/b/y", false),
        ];
        assert_eq!(selected.places, expected);
        assert_eq!(selected.count(), 2);
    }

    #[test]
    fn a_path_ends_in_its_own_id() {
        assert!(place("/r/b", false).is_valid());
        let broken = TreePosition {
            id: "c".into(),
            ..place("/r/b", false)
        };
        assert!(!broken.is_valid());
        assert!(place("/r/b/y", false).is_within("b"));
        assert!(!place("/r/b/y", false).is_within("/r"));
    }
}
