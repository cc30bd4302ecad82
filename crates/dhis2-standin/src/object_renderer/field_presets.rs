//! Which properties a list of fields means, and what is made of them.

use serde_json::Value;

use super::ObjectRenderer;
use crate::field_filter::{Field, FieldFilter, Role};
use crate::json::Node;
use crate::metadata_store::StoredObject;
use crate::schema::Schema;
use crate::version::Version;

impl ObjectRenderer<'_> {
    /// The names to show, each with the entry that asks for it.
    pub(super) fn select<'f>(
        &self,
        kind: &Schema,
        object: &StoredObject,
        fields: &'f FieldFilter,
    ) -> Vec<(String, Option<&'f Field>)> {
        let mut names: Vec<(String, Option<&Field>)> = Vec::new();
        for preset in fields.presets() {
            for name in self.preset(preset, kind, object) {
                if !names.iter().any(|(other, _)| *other == name) && !fields.excludes(&name) {
                    let field = fields.find(&name);
                    names.push((name, field));
                }
            }
        }
        for field in fields.0.iter().filter(|field| field.role == Role::Include) {
            if !names.iter().any(|(other, _)| *other == field.name) {
                names.push((field.name.clone(), Some(field)));
            }
        }
        names
    }

    pub(super) fn preset(&self, preset: &str, kind: &Schema, object: &StoredObject) -> Vec<String> {
        let stored = || {
            object
                .members
                .keys()
                .filter(|key| *key != "password")
                .cloned()
        };
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        match preset {
            "identifiable" => named(&["id", "name", "code", "created", "lastUpdated", "href"]),
            "nameable" => named(&[
                "id",
                "name",
                "shortName",
                "code",
                "description",
                "created",
                "lastUpdated",
                "href",
            ]),
            "owner" | "persisted" => {
                let unit = kind.plural == "organisationUnits";
                let derived = ["dimensionItemType", "legendSets", "programs"];
                let mut names: Vec<String> = stored()
                    .filter(|name| !(unit && derived.contains(&name.as_str())))
                    .collect();
                if unit {
                    names.extend(named(&["path", "level", "geometry"]));
                }
                names
            }
            "simple" => stored()
                .filter(|key| {
                    object
                        .members
                        .get(key)
                        .is_some_and(|value| !value.is_object() && !value.is_array())
                })
                .chain(["displayName".to_owned(), "href".to_owned()])
                .collect(),
            "all" => {
                let mut names: Vec<String> = stored().collect();
                names.extend(self.computed(kind));
                names
            }
            _ => Vec::new(),
        }
    }

    /// Names of the properties that follow from others.
    pub(super) fn computed(&self, kind: &Schema) -> Vec<String> {
        let mut names = vec![
            "displayName",
            "access",
            "favorite",
            "favorites",
            "href",
            "sharing",
        ];
        names.extend(["createdBy", "lastUpdatedBy", "user"]);
        if self.version <= Version::V40 {
            names.extend([
                "externalAccess",
                "publicAccess",
                "userAccesses",
                "userGroupAccesses",
            ]);
        }
        if kind.nameable {
            names.extend(["displayShortName", "displayFormName", "dimensionItem"]);
        }
        if kind.plural == "organisationUnits" {
            names.extend(["path", "level", "leaf", "ancestors", "geometry"]);
        }
        names.extend(kind.inverse.iter().map(|(name, _, _)| *name));
        names.into_iter().map(str::to_owned).collect()
    }
}

/// A member with transformers applied: `size`, `isEmpty`, `rename(x)`, `pluck(x)`.
pub(super) fn transform(name: String, node: Node, transforms: &[String]) -> Option<(String, Node)> {
    let (mut name, mut node) = (name, node);
    for transform in transforms {
        let (word, argument) = transform.split_once('(').unwrap_or((transform, ""));
        let argument = argument.trim_end_matches(')');
        match (word, node) {
            ("size", Node::List(items)) => node = Value::from(items.len()).into(),
            ("isEmpty", Node::List(items)) => node = Value::from(items.is_empty()).into(),
            ("isNotEmpty", Node::List(items)) => node = Value::from(!items.is_empty()).into(),
            ("rename", same) => {
                argument.clone_into(&mut name);
                node = same;
            }
            ("pluck", Node::List(items)) => {
                let key = if argument.is_empty() { "id" } else { argument };
                node = items
                    .into_iter()
                    .filter_map(|item| match item {
                        Node::Object(members) => members
                            .into_iter()
                            .find(|(name, _)| name == key)
                            .map(|(_, node)| node),
                        _ => None,
                    })
                    .collect::<Vec<_>>()
                    .into();
            }
            (_, same) => node = same,
        }
    }
    Some((name, node))
}
