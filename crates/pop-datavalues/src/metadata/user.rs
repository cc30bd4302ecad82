//! Who the document was fetched as, and what this user may do.

use serde::{Deserialize, Serialize};

/// The user the document was fetched as.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct User {
    /// UID.
    pub id: String,
    /// The login name, known while connected: the document says what may be done, not by whom.
    #[serde(skip)]
    pub username: String,
    /// Authorities; `ALL` for a superuser.
    pub authorities: Vec<String>,
    /// Units below which the user may enter data.
    pub organisation_units: Vec<UserUnit>,
    /// Units below which the user may look at data.
    pub data_view_organisation_units: Vec<UserUnit>,
}

/// Root of a part of the hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserUnit {
    /// UID.
    pub id: String,
    /// Ids from the root.
    pub path: String,
}

impl User {
    /// Whether the user has an authority, or all of them.
    #[must_use]
    pub fn has(&self, authority: &str) -> bool {
        self.is_superuser() || self.authorities.iter().any(|a| a == authority)
    }

    /// Whether the user has the authority `ALL`.
    #[must_use]
    pub fn is_superuser(&self) -> bool {
        self.authorities.iter().any(|a| a == "ALL")
    }
}
