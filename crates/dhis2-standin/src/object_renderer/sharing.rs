//! What an object's sharing grants a caller, and how each release writes it.

use serde_json::{Value, json};

use super::ObjectRenderer;
use crate::json::{Node, Object, text};
use crate::schema::{Schema, Sharing};
use crate::version::Version;

impl ObjectRenderer<'_> {
    pub(crate) fn access(&self, kind: &Schema, object: &Object) -> Value {
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

    pub(super) fn sharing(&self, kind: &Schema, object: &Object) -> Value {
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
    pub(super) fn old_sharing(&self, kind: &Schema, object: &Object, name: &str) -> Option<Value> {
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
}

/// A user as other objects refer to it.
pub(super) fn user_reference(user: &Object) -> Node {
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
