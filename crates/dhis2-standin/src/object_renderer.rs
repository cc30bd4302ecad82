//! Objects as a caller sees them: stored members and those that follow from others.

mod field_presets;
mod sharing;

use field_presets::transform;
use sharing::user_reference;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Value, json};

use crate::field_filter::FieldFilter;
use crate::json::{Node, Object, reference, references, text};
use crate::metadata_store::{MetadataStore, StoredObject};
use crate::schema::Schema;
use crate::users::Caller;
use crate::version::Version;

type Inverse = Rc<HashMap<String, Vec<String>>>;

/// Renders metadata objects as a caller may see them.
pub(crate) struct ObjectRenderer<'a> {
    pub(crate) store: &'a MetadataStore,
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
    One(&'static Schema, &'a StoredObject),
    /// References to objects.
    Many(&'static Schema, Vec<&'a StoredObject>),
    /// An object without an id of its own.
    Part(&'a Value),
    /// A list of such objects.
    Parts(&'a [Value]),
}

impl<'a> ObjectRenderer<'a> {
    pub(crate) fn new(
        store: &'a MetadataStore,
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
    pub(crate) fn show(
        &self,
        kind: &'static Schema,
        object: &'a StoredObject,
        fields: &FieldFilter,
    ) -> Node {
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

    /// A property of an object; `None` where it has no such property, or none now.
    pub(crate) fn property(
        &self,
        kind: &'static Schema,
        object: &'a StoredObject,
        name: &str,
    ) -> Option<Property<'a>> {
        let id = text(&object.members, "id").unwrap_or_default();
        if let Some((_, plural, theirs)) = kind.inverse.iter().find(|(ours, _, _)| *ours == name) {
            let target = Schema::find(plural)?;
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
        kind: &'static Schema,
        object: &'a StoredObject,
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
                Some(user.and_then(|user| Some(Property::One(Schema::find("users")?, user))))
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
        object: &'a StoredObject,
        id: &str,
        name: &str,
    ) -> Option<Option<Property<'a>>> {
        let node = self.store.tree_node(id)?;
        let leaf = |value: Value| Some(Some(Property::Leaf(value.into())));
        match name {
            "path" => leaf(node.path.clone().into()),
            "level" => leaf(node.level.into()),
            "leaf" => leaf(node.children.is_empty().into()),
            "geometry" => Some(
                object
                    .geometry
                    .as_ref()
                    .map(|shape| Property::Leaf(Node::Text(shape.text()))),
            ),
            "ancestors" => {
                let steps = node
                    .path
                    .split('/')
                    .filter(|step| !step.is_empty() && *step != id);
                let units = steps.filter_map(|step| self.store.get("organisationUnits", step));
                Some(
                    Schema::find("organisationUnits")
                        .map(|kind| Property::Many(kind, units.collect())),
                )
            }
            _ => None,
        }
    }

    /// Which objects of a type refer to which ids by a property.
    fn inverse(&self, kind: &'static Schema, property: &'static str) -> Inverse {
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

    fn print(&self, property: Property<'a>, nested: Option<&FieldFilter>) -> Node {
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
                let ids = nested.cloned().unwrap_or_else(|| FieldFilter::parse("id"));
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

    fn refer(
        &self,
        kind: &'static Schema,
        object: &'a StoredObject,
        nested: Option<&FieldFilter>,
    ) -> Node {
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
    fn part(&self, part: &'a Value, nested: Option<&FieldFilter>) -> Node {
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
            let target = Schema::of_class(name).zip(reference(Some(value)));
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
