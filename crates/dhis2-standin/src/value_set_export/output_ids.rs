//! Identifiers in the schemes that a reader asked for.

use serde_json::Value;

use crate::json::text;
use crate::query::QueryParameters;
use crate::server_state::ServerState;
use crate::value_set_import::Scheme;

/// How identifiers are put out.
pub(super) struct OutputIds<'a> {
    state: &'a ServerState,
    pub(super) schemes: Vec<(&'static str, Scheme)>,
}

impl<'a> OutputIds<'a> {
    pub(super) fn of(state: &'a ServerState, query: &QueryParameters) -> Self {
        let general = query.get("idScheme").and_then(Scheme::parse);
        let scheme = |name: &'static str| {
            let own = query.get(name).and_then(Scheme::parse);
            (name, own.or_else(|| general.clone()).unwrap_or_default())
        };
        Self {
            state,
            schemes: [
                "dataSetIdScheme",
                "dataElementIdScheme",
                "orgUnitIdScheme",
                "categoryOptionComboIdScheme",
                "attributeOptionComboIdScheme",
                "categoryIdScheme",
                "categoryOptionIdScheme",
            ]
            .map(scheme)
            .to_vec(),
        }
    }

    pub(super) fn name(&self, plural: &str, scheme: &str, id: &str) -> String {
        let scheme = self
            .schemes
            .iter()
            .find(|(name, _)| *name == scheme)
            .map(|(_, scheme)| scheme);
        let members = self.state.store.members(plural, id);
        let found = match (scheme, members) {
            (Some(Scheme::Code), Some(members)) => text(members, "code"),
            (Some(Scheme::Identifier), Some(members)) => text(members, "name"),
            (Some(Scheme::Attribute(attribute)), Some(members)) => members
                .get("attributeValues")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .find(|entry| {
                    entry.pointer("/attribute/id").and_then(Value::as_str) == Some(attribute)
                })
                .and_then(|entry| entry.get("value").and_then(Value::as_str)),
            _ => None,
        };
        found.unwrap_or(id).to_owned()
    }

    /// The same where an object may have no such name: then there is none.
    pub(super) fn name_or_null(&self, plural: &str, scheme: &str, id: &str) -> Value {
        let uid = self
            .schemes
            .iter()
            .any(|(name, own)| *name == scheme && *own == Scheme::Uid);
        let name = self.name(plural, scheme, id);
        if !uid && name == id {
            Value::Null
        } else {
            name.into()
        }
    }

    pub(super) fn element(&self, id: &str) -> String {
        self.name("dataElements", "dataElementIdScheme", id)
    }

    pub(super) fn unit(&self, id: &str) -> String {
        self.name("organisationUnits", "orgUnitIdScheme", id)
    }

    pub(super) fn combo(&self, id: &str) -> String {
        self.name("categoryOptionCombos", "categoryOptionComboIdScheme", id)
    }

    pub(super) fn attribute_combo(&self, id: &str) -> String {
        self.name("categoryOptionCombos", "attributeOptionComboIdScheme", id)
    }
}
