//! Objects as a caller sees them: stored members and those that follow from others.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Value, json};

use crate::fields::{Field, Fields, Role};
use crate::json::{Node, Object, reference, references, text};
use crate::schema::{Sharing, Type};
use crate::store::{Store, Stored};
use crate::users::Caller;
use crate::version::Version;

type Inverse = Rc<HashMap<String, Vec<String>>>;

/// A caller's view of the metadata.
pub(crate) struct View<'a> {
    pub(crate) store: &'a Store,
    pub(crate) caller: &'a Caller,
    pub(crate) version: Version,
    /// The server's own URL, without a slash at its end.
    pub(crate) base: &'a str,
    inverse: RefCell<HashMap<(&'static str, &'static str), Inverse>>,
}

/// What a property holds.
pub(crate) enum Property<'a> {
    /// Something to print as it is.
    Leaf(Node),
    /// A reference to an object.
    One(&'static Type, &'a Stored),
    /// References to objects.
    Many(&'static Type, Vec<&'a Stored>),
    /// An object without an id of its own.
    Part(&'a Value),
    /// A list of such objects.
    Parts(&'a [Value]),
}

impl<'a> View<'a> {
    pub(crate) fn new(
        store: &'a Store,
        caller: &'a Caller,
        version: Version,
        base: &'a str,
    ) -> Self {
        Self {
            store,
            caller,
            version,
            base,
            inverse: RefCell::default(),
        }
    }

    /// An object with the fields asked for.
    pub(crate) fn show(&self, kind: &'static Type, object: &'a Stored, fields: &Fields) -> Node {
        let mut shown = Vec::new();
        for (name, field) in self.select(kind, object, fields) {
            let Some(property) = self.property(kind, object, &name) else {
                continue;
            };
            let node = self.print(property, field.and_then(|field| field.nested.as_ref()));
            let transforms = field.map_or(&[][..], |field| &field.transforms);
            if let Some((name, node)) = transform(name, node, transforms) {
                shown.push((name, node));
            }
        }
        Node::Object(shown)
    }

    /// The names to show, each with the entry that asks for it.
    fn select<'f>(
        &self,
        kind: &Type,
        object: &Stored,
        fields: &'f Fields,
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

    fn preset(&self, preset: &str, kind: &Type, object: &Stored) -> Vec<String> {
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
    fn computed(&self, kind: &Type) -> Vec<String> {
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

    /// A property of an object; `None` where it has no such property, or none now.
    pub(crate) fn property(
        &self,
        kind: &'static Type,
        object: &'a Stored,
        name: &str,
    ) -> Option<Property<'a>> {
        let id = text(&object.members, "id").unwrap_or_default();
        if let Some((_, plural, theirs)) = kind.inverse.iter().find(|(ours, _, _)| *ours == name) {
            let target = Type::find(plural)?;
            let members = self.inverse(target, theirs);
            let ids = members.get(id).map_or(&[][..], Vec::as_slice);
            let found = ids
                .iter()
                .filter_map(|id| self.store.get(plural, id))
                .collect();
            return Some(Property::Many(target, found));
        }
        if let Some(node) = self.special(kind, object, id, name) {
            return node;
        }
        let value = object.members.get(name).filter(|value| !value.is_null())?;
        if let Some(target) = kind.target(name) {
            if kind.is_collection(name) {
                let found =
                    references(Some(value)).filter_map(|id| self.store.get(target.plural, id));
                return Some(Property::Many(target, found.collect()));
            }
            let found = self.store.get(target.plural, reference(Some(value))?)?;
            return Some(Property::One(target, found));
        }
        Some(match value {
            Value::Array(parts) if parts.iter().all(Value::is_object) && !parts.is_empty() => {
                Property::Parts(parts)
            }
            Value::Object(_) if name == "sharing" => Property::Leaf(value.clone().into()),
            Value::Object(_) => Property::Part(value),
            _ => Property::Leaf(value.clone().into()),
        })
    }

    /// Properties that are computed: `Some(None)` is one that is absent here.
    #[expect(
        clippy::option_option,
        reason = "told apart: not computed, and computed but absent"
    )]
    fn special(
        &self,
        kind: &'static Type,
        object: &'a Stored,
        id: &str,
        name: &str,
    ) -> Option<Option<Property<'a>>> {
        let leaf = |value: Value| Some(Some(Property::Leaf(value.into())));
        let own = |name: &str| object.members.get(name).cloned();
        match name {
            "displayName" | "displayFormName" => leaf(own("name")?),
            "displayShortName" => leaf(own("shortName").or_else(|| own("name"))?),
            "displayDescription" => leaf(own("description")?),
            "dimensionItem" if kind.nameable => leaf(id.into()),
            "favorite" => leaf(false.into()),
            "isDefault" => leaf((object.members.get("name") == Some(&json!("default"))).into()),
            "favorites" => leaf(json!([])),
            "href" => leaf(format!("{}/api/{}/{id}", self.base, kind.plural).into()),
            "access" => leaf(self.access(kind, &object.members)),
            "sharing" => leaf(self.sharing(kind, &object.members)),
            "externalAccess" | "publicAccess" | "userAccesses" | "userGroupAccesses" => Some(
                self.old_sharing(kind, &object.members, name)
                    .map(|value| Property::Leaf(value.into())),
            ),
            "user" | "createdBy" | "lastUpdatedBy" => {
                let key = if name == "user" { "createdBy" } else { name };
                let user =
                    reference(object.members.get(key)).and_then(|id| self.store.get("users", id));
                Some(user.and_then(|user| Some(Property::One(Type::find("users")?, user))))
            }
            _ if kind.plural == "organisationUnits" => self.unit_property(object, id, name),
            _ => None,
        }
    }

    #[expect(
        clippy::option_option,
        reason = "told apart: not computed, and computed but absent"
    )]
    fn unit_property(
        &self,
        object: &'a Stored,
        id: &str,
        name: &str,
    ) -> Option<Option<Property<'a>>> {
        let place = self.store.place(id)?;
        let leaf = |value: Value| Some(Some(Property::Leaf(value.into())));
        match name {
            "path" => leaf(place.path.clone().into()),
            "level" => leaf(place.level.into()),
            "leaf" => leaf(place.children.is_empty().into()),
            "geometry" => Some(
                object
                    .geometry
                    .as_ref()
                    .map(|shape| Property::Leaf(Node::Text(shape.text()))),
            ),
            "ancestors" => {
                let steps = place
                    .path
                    .split('/')
                    .filter(|step| !step.is_empty() && *step != id);
                let units = steps.filter_map(|step| self.store.get("organisationUnits", step));
                Some(
                    Type::find("organisationUnits")
                        .map(|kind| Property::Many(kind, units.collect())),
                )
            }
            _ => None,
        }
    }

    /// Which objects of a type refer to which ids by a property.
    fn inverse(&self, kind: &'static Type, property: &'static str) -> Inverse {
        let mut cache = self.inverse.borrow_mut();
        let entry = cache.entry((kind.plural, property)).or_insert_with(|| {
            let mut found: HashMap<String, Vec<String>> = HashMap::new();
            for object in self.store.all(kind) {
                let Some(id) = text(&object.members, "id") else {
                    continue;
                };
                let value = object.members.get(property);
                for target in reference(value).into_iter().chain(references(value)) {
                    found
                        .entry(target.to_owned())
                        .or_default()
                        .push(id.to_owned());
                }
            }
            Rc::new(found)
        });
        Rc::clone(entry)
    }

    pub(crate) fn access(&self, kind: &Type, object: &Object) -> Value {
        let access = self.caller.access(kind, object);
        let mut shown = json!({"read": access.read, "write": access.write, "update": access.write,
            "delete": access.write, "manage": access.write});
        if self.version < Version::V43 && self.version != Version::V41 {
            shown["externalize"] = self.caller.is_superuser().into();
        }
        if kind.sharing == Sharing::Data {
            shown["data"] = json!({"read": access.data_read, "write": access.data_write});
        }
        shown
    }

    fn sharing(&self, kind: &Type, object: &Object) -> Value {
        let mut shown = json!({"users": {}, "userGroups": {}});
        if self.version < Version::V43 && self.version != Version::V41 {
            shown["external"] = false.into();
        }
        if kind.sharing == Sharing::None {
            return shown;
        }
        if let (Some(stored), Some(shown)) = (
            object.get("sharing").and_then(Value::as_object),
            shown.as_object_mut(),
        ) {
            shown.extend(stored.clone());
            for (key, plural) in [("userGroups", "userGroups"), ("users", "users")] {
                for (id, entry) in shown
                    .get_mut(key)
                    .and_then(Value::as_object_mut)
                    .into_iter()
                    .flatten()
                {
                    if let Some(name) = self
                        .store
                        .members(plural, id)
                        .and_then(|other| other.get("name"))
                    {
                        entry["displayName"] = name.clone();
                    }
                }
            }
        }
        shown
    }

    /// Sharing in the form that releases up to 2.40 give as well.
    fn old_sharing(&self, kind: &Type, object: &Object, name: &str) -> Option<Value> {
        let sharing = self.sharing(kind, object);
        match name {
            "externalAccess" => Some(false.into()),
            "publicAccess" => sharing.get("public").cloned(),
            _ => {
                let (key, uid) = if name == "userAccesses" {
                    ("users", "userUid")
                } else {
                    ("userGroups", "userGroupUid")
                };
                let entries = sharing
                    .get(key)
                    .and_then(Value::as_object)
                    .into_iter()
                    .flatten();
                let list = entries.map(|(id, entry)| {
                    let mut entry = entry.clone();
                    entry[uid] = id.as_str().into();
                    entry
                });
                Some(list.collect())
            }
        }
    }

    fn print(&self, property: Property<'a>, nested: Option<&Fields>) -> Node {
        match property {
            // 2.38 looks for the fields among properties that a geometry has not.
            Property::Leaf(Node::Text(_)) if nested.is_some() && self.version == Version::V38 => {
                Node::object()
            }
            Property::Leaf(Node::Value(Value::Object(members))) if nested.is_some() => {
                let wanted =
                    |name: &String| nested.is_none_or(|fields| fields.find(name).is_some());
                let kept: Object = members
                    .into_iter()
                    .filter(|(name, _)| wanted(name))
                    .collect();
                Value::Object(kept).into()
            }
            Property::Leaf(node) => node,
            Property::One(kind, object) => self.refer(kind, object, nested),
            Property::Many(kind, objects)
                if kind.plural == "users" && self.version == Version::V38 =>
            {
                let ids = nested.cloned().unwrap_or_else(|| Fields::parse("id"));
                objects
                    .into_iter()
                    .map(|object| self.show(kind, object, &ids))
                    .collect::<Vec<_>>()
                    .into()
            }
            Property::Many(kind, objects) => objects
                .into_iter()
                .map(|object| self.refer(kind, object, nested))
                .collect::<Vec<_>>()
                .into(),
            Property::Part(part) => self.part(part, nested),
            Property::Parts(parts) => parts
                .iter()
                .map(|part| self.part(part, nested))
                .collect::<Vec<_>>()
                .into(),
        }
    }

    fn refer(&self, kind: &'static Type, object: &'a Stored, nested: Option<&Fields>) -> Node {
        match nested {
            Some(fields) => self.show(kind, object, fields),
            None if kind.plural == "users" => user_reference(&object.members),
            None => {
                let id = text(&object.members, "id").unwrap_or_default();
                Node::object().member("id", id)
            }
        }
    }

    /// An embedded object: its members are references, or are printed as they are.
    fn part(&self, part: &'a Value, nested: Option<&Fields>) -> Node {
        let Some(members) = part.as_object() else {
            return part.clone().into();
        };
        let mut shown = Vec::new();
        for (name, value) in members {
            let field = nested.and_then(|fields| fields.find(name));
            let everything = nested.is_none_or(|fields| fields.presets().next().is_some());
            if !everything && field.is_none() {
                continue;
            }
            let target = Type::of_class(name).zip(reference(Some(value)));
            let found =
                target.and_then(|(kind, id)| Some((kind, self.store.get(kind.plural, id)?)));
            let node = match found {
                Some((kind, object)) => {
                    self.refer(kind, object, field.and_then(|field| field.nested.as_ref()))
                }
                None => value.clone().into(),
            };
            shown.push((name.clone(), node));
        }
        Node::Object(shown)
    }
}

/// A user as other objects refer to it.
fn user_reference(user: &Object) -> Node {
    let name = format!(
        "{} {}",
        text(user, "firstName").unwrap_or_default(),
        text(user, "surname").unwrap_or_default()
    );
    Node::object()
        .member("id", text(user, "id").unwrap_or_default())
        .member("code", user.get("code").cloned().unwrap_or(Value::Null))
        .member("name", name.as_str())
        .member("displayName", name.as_str())
        .member("username", text(user, "username").unwrap_or_default())
}

/// A member with transformers applied: `size`, `isEmpty`, `rename(x)`, `pluck(x)`.
fn transform(name: String, node: Node, transforms: &[String]) -> Option<(String, Node)> {
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
