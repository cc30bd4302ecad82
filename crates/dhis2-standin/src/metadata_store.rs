//! The metadata: objects by type, and the tree of organisation units.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::geometry::Geometry;
use crate::json::{Object, reference, references, text};
use crate::schema::{SCHEMAS, Schema};

/// The superuser of a new server.
pub(crate) const ADMIN: &str = "M5zQapPyTZI";
/// The role of the superuser.
pub(crate) const SUPERUSER_ROLE: &str = "yrB6vc5Ip3r";
/// The category combination of a new server that does not disaggregate.
pub(crate) const DEFAULT_COMBO: &str = "bjDvmb4bfuf";
/// The only option combination of [`DEFAULT_COMBO`].
pub(crate) const DEFAULT_OPTION_COMBO: &str = "HllvX50cXC0";

/// An object with the geometry that belongs to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct StoredObject {
    pub(crate) members: Object,
    pub(crate) geometry: Option<Arc<Geometry>>,
}

type Collection = BTreeMap<String, StoredObject>;

/// Where a unit stands in the tree.
#[derive(Debug, Clone, Default)]
pub(crate) struct TreeNode {
    /// `/root/…/self`
    pub(crate) path: String,
    /// 1 at the root.
    pub(crate) level: u32,
    /// Ids of the units right below, in no order that means anything.
    pub(crate) children: Vec<String>,
}

/// All metadata.
#[derive(Debug, Default)]
pub(crate) struct MetadataStore {
    collections: BTreeMap<&'static str, Collection>,
    nodes: HashMap<String, TreeNode>,
    shapes: HashMap<Arc<str>, Arc<Geometry>>,
}

impl MetadataStore {
    /// What a new server has: a superuser and the default category combination.
    pub(crate) fn new() -> Self {
        let mut store = Self::default();
        let defaults = [
            (
                "categoryOptions",
                json!({"id": "xYerKDKCefk", "code": "default", "name": "default",
                "shortName": "default", "sharing": {"public": "rwrw----"}}),
            ),
            (
                "categories",
                json!({"id": "GLevLNI9wkl", "code": "default", "name": "default",
                "shortName": "default", "dataDimensionType": "DISAGGREGATION",
                "categoryOptions": [{"id": "xYerKDKCefk"}], "sharing": {"public": "rw------"}}),
            ),
            (
                "categoryCombos",
                json!({"id": DEFAULT_COMBO, "code": "default", "name": "default",
                "dataDimensionType": "DISAGGREGATION", "categories": [{"id": "GLevLNI9wkl"}],
                "sharing": {"public": "rw------"}}),
            ),
            (
                "categoryOptionCombos",
                json!({"id": DEFAULT_OPTION_COMBO, "code": "default",
                "name": "default", "categoryCombo": {"id": DEFAULT_COMBO},
                "categoryOptions": [{"id": "xYerKDKCefk"}]}),
            ),
            (
                "userRoles",
                json!({"id": SUPERUSER_ROLE, "code": "Superuser", "name": "Superuser",
                "authorities": ["ALL"]}),
            ),
            (
                "users",
                json!({"id": ADMIN, "code": "admin", "username": "admin",
                "firstName": "admin", "surname": "admin", "password": "district",
                "userRoles": [{"id": SUPERUSER_ROLE}], "organisationUnits": [],
                "dataViewOrganisationUnits": []}),
            ),
        ];
        for (plural, object) in defaults {
            if let (Some(kind), Value::Object(members)) = (Schema::find(plural), object) {
                store.put(kind, with_defaults(kind, members), None);
            }
        }
        store
    }

    /// The objects of a type in the order of their ids.
    pub(crate) fn all(&self, kind: &Schema) -> impl Iterator<Item = &StoredObject> {
        self.collections
            .get(kind.plural)
            .into_iter()
            .flat_map(BTreeMap::values)
    }

    /// The object of that type and id.
    pub(crate) fn get(&self, plural: &str, id: &str) -> Option<&StoredObject> {
        self.collections.get(plural)?.get(id)
    }

    /// The members of the object of that type and id.
    pub(crate) fn members(&self, plural: &str, id: &str) -> Option<&Object> {
        self.get(plural, id).map(|stored| &stored.members)
    }

    /// Stores an object in place of one with the same id; [`MetadataStore::rebuild_tree`] must follow.
    pub(crate) fn put(
        &mut self,
        kind: &'static Schema,
        members: Object,
        geometry: Option<Geometry>,
    ) {
        let Some(id) = text(&members, "id").map(str::to_owned) else {
            return;
        };
        let geometry = geometry.map(|geometry| self.shape(geometry));
        self.collections
            .entry(kind.plural)
            .or_default()
            .insert(id, StoredObject { members, geometry });
    }

    /// Removes an object and all references to it from lists.
    pub(crate) fn remove(&mut self, kind: &'static Schema, id: &str) {
        if let Some(collection) = self.collections.get_mut(kind.plural) {
            collection.remove(id);
        }
        for other in SCHEMAS {
            for (property, target) in other.collections {
                if *target != kind.plural {
                    continue;
                }
                for stored in self
                    .collections
                    .get_mut(other.plural)
                    .into_iter()
                    .flat_map(BTreeMap::values_mut)
                {
                    if let Some(Value::Array(list)) = stored.members.get_mut(*property) {
                        list.retain(|item| reference(Some(item)) != Some(id));
                    }
                }
            }
        }
        self.rebuild_tree();
    }

    /// One copy of a geometry however many units have it.
    fn shape(&mut self, geometry: Geometry) -> Arc<Geometry> {
        Arc::clone(
            self.shapes
                .entry(geometry.text())
                .or_insert_with(|| Arc::new(geometry)),
        )
    }

    /// Where a unit stands.
    pub(crate) fn tree_node(&self, unit: &str) -> Option<&TreeNode> {
        self.nodes.get(unit)
    }

    /// Whether a unit is one of these or below one of them.
    pub(crate) fn is_within<'a>(
        &self,
        unit: &str,
        mut roots: impl Iterator<Item = &'a str>,
    ) -> bool {
        let Some(node) = self.tree_node(unit) else {
            return false;
        };
        roots.any(|root| node.path.split('/').any(|step| step == root))
    }

    /// Ids of the units without a parent.
    pub(crate) fn roots(&self) -> Vec<&str> {
        let mut roots: Vec<_> = self
            .nodes
            .iter()
            .filter(|(_, node)| node.level == 1)
            .map(|(id, _)| id.as_str())
            .collect();
        roots.sort_unstable();
        roots
    }

    /// The deepest level that has a unit.
    pub(crate) fn deepest_level(&self) -> u32 {
        self.nodes
            .values()
            .map(|node| node.level)
            .max()
            .unwrap_or(0)
    }

    /// Builds the tree of organisation units anew.
    pub(crate) fn rebuild_tree(&mut self) {
        let Some(units) = self.collections.get("organisationUnits") else {
            return;
        };
        let parent = |id: &str| {
            units
                .get(id)
                .and_then(|unit| reference(unit.members.get("parent")))
                .filter(|parent| units.contains_key(*parent))
        };
        let mut nodes: HashMap<String, TreeNode> = HashMap::with_capacity(units.len());
        for id in units.keys() {
            let mut chain = vec![id.as_str()];
            while let Some(above) = parent(chain[chain.len() - 1]) {
                if chain.contains(&above) {
                    break;
                }
                chain.push(above);
            }
            chain.reverse();
            let node = nodes.entry(id.clone()).or_default();
            node.path = format!("/{}", chain.join("/"));
            node.level = u32::try_from(chain.len()).unwrap_or(u32::MAX);
            if let Some(above) = parent(id) {
                nodes
                    .entry(above.to_owned())
                    .or_default()
                    .children
                    .push(id.clone());
            }
        }
        self.nodes = nodes;
    }

    /// Option combinations of a category combination.
    pub(crate) fn option_combos(&self, combo: &str) -> impl Iterator<Item = &Object> {
        self.collections
            .get("categoryOptionCombos")
            .into_iter()
            .flat_map(BTreeMap::values)
            .map(|stored| &stored.members)
            .filter(move |members| reference(members.get("categoryCombo")) == Some(combo))
    }

    /// Data sets that contain a data element, by id.
    pub(crate) fn sets_of(&self, element: &str) -> impl Iterator<Item = (&str, &Object)> {
        self.collections
            .get("dataSets")
            .into_iter()
            .flat_map(BTreeMap::iter)
            .filter(move |(_, set)| elements_of(&set.members).any(|other| other == element))
            .map(|(id, set)| (id.as_str(), &set.members))
    }
}

/// The data elements of a data set.
pub(crate) fn elements_of(set: &Object) -> impl Iterator<Item = &str> {
    set.get("dataSetElements")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|link| reference(link.get("dataElement")))
}

/// The option combination's options, sorted: two combinations of the same options are the same.
pub(crate) fn option_set(combo: &Object) -> Vec<&str> {
    let mut options: Vec<_> = references(combo.get("categoryOptions")).collect();
    options.sort_unstable();
    options
}

/// A new object's members with the defaults of its type below them.
pub(crate) fn with_defaults(kind: &Schema, members: Object) -> Object {
    let mut whole: Object = serde_json::from_str(kind.defaults).unwrap_or_default();
    for (property, _) in kind.collections {
        whole.insert((*property).to_owned(), json!([]));
    }
    whole.insert("translations".to_owned(), json!([]));
    whole.insert("attributeValues".to_owned(), json!([]));
    whole.extend(members);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, parent: Option<&str>) -> Object {
        let mut unit = Object::new();
        unit.insert("id".into(), id.into());
        if let Some(parent) = parent {
            unit.insert("parent".into(), json!({"id": parent}));
        }
        unit
    }

    #[test]
    fn the_tree_follows_the_parents_whatever_their_order() {
        let mut store = MetadataStore::new();
        let kind = Schema::find("organisationUnits").unwrap();
        for (id, parent) in [
            ("a", Some("b")),
            ("b", Some("c")),
            ("c", None),
            ("d", Some("d")),
        ] {
            store.put(kind, unit(id, parent), None);
        }
        store.rebuild_tree();
        assert_eq!(store.tree_node("a").unwrap().path, "/c/b/a");
        assert_eq!(store.tree_node("a").unwrap().level, 3);
        assert_eq!(store.tree_node("d").unwrap().level, 1);
        assert!(store.is_within("a", ["b"].into_iter()));
        assert!(!store.is_within("b", ["a"].into_iter()));
    }
}
