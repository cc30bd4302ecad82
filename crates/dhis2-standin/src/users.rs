//! Users: what they may do, and the units they work in.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::json::{Object, references, text};
use crate::metadata_store::{ADMIN, MetadataStore};
use crate::schema::{Schema, Sharing};
use crate::version::Version;

/// The user behind a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    pub(crate) id: String,
    pub(crate) username: String,
    pub(crate) authorities: BTreeSet<String>,
    /// Ids of the user's groups.
    pub(crate) groups: BTreeSet<String>,
    /// Units for data entry.
    pub(crate) units: Vec<String>,
    /// Units for reading data.
    pub(crate) view_units: Vec<String>,
}

impl Caller {
    /// The user with that id.
    pub(crate) fn load(store: &MetadataStore, version: Version, id: &str) -> Option<Self> {
        let user = store.members("users", id)?;
        let ids = |property: &str| references(user.get(property)).map(str::to_owned).collect();
        let groups = Schema::find("userGroups")
            .into_iter()
            .flat_map(|kind| store.all(kind));
        let mut authorities: BTreeSet<String> = references(user.get("userRoles"))
            .filter_map(|role| store.members("userRoles", role))
            .flat_map(|role| {
                role.get("authorities")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
            })
            .filter_map(|authority| authority.as_str().map(str::to_owned))
            .collect();
        if id == ADMIN {
            authorities.extend(superuser_authorities(version).map(str::to_owned));
        }
        Some(Self {
            id: id.to_owned(),
            username: text(user, "username").unwrap_or_default().to_owned(),
            authorities,
            groups: groups
                .filter(|group| references(group.members.get("users")).any(|member| member == id))
                .filter_map(|group| text(&group.members, "id").map(str::to_owned))
                .collect(),
            units: ids("organisationUnits"),
            view_units: ids("dataViewOrganisationUnits"),
        })
    }

    /// Whether the user may do everything.
    pub(crate) fn is_superuser(&self) -> bool {
        self.authorities.contains("ALL")
    }

    /// Whether the user has an authority, or all of them.
    pub(crate) fn may(&self, authority: &str) -> bool {
        self.is_superuser() || self.authorities.contains(authority)
    }

    /// What an object's sharing grants the user.
    pub(crate) fn access(&self, kind: &Schema, object: &Object) -> Access {
        if self.is_superuser() {
            return Access {
                read: true,
                write: true,
                data_read: true,
                data_write: true,
            };
        }
        if kind.sharing == Sharing::None {
            return Access {
                read: true,
                write: false,
                data_read: true,
                data_write: true,
            };
        }
        let sharing = object.get("sharing");
        let member = |key: &str| sharing.and_then(|sharing| sharing.get(key));
        let public = member("public")
            .and_then(Value::as_str)
            .unwrap_or("--------");
        let mut grants = vec![public];
        for (key, mine) in [
            ("userGroups", &self.groups),
            ("users", &[self.id.clone()].into()),
        ] {
            let entries = member(key).and_then(Value::as_object).into_iter().flatten();
            grants.extend(
                entries
                    .filter(|(id, _)| mine.contains(*id))
                    .filter_map(|(_, entry)| entry.get("access").and_then(Value::as_str)),
            );
        }
        let is_owner = member("owner").and_then(Value::as_str) == Some(&self.id);
        let granted = |at: usize, letter: u8| {
            is_owner
                || grants
                    .iter()
                    .any(|grant| grant.as_bytes().get(at) == Some(&letter))
        };
        let creates = format!("F_{}_PUBLIC_ADD", kind.class.to_uppercase());
        Access {
            read: granted(0, b'r'),
            write: granted(1, b'w') && self.authorities.contains(&creates),
            data_read: granted(2, b'r'),
            data_write: granted(3, b'w'),
        }
    }
}

/// What a user may do with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) read: bool,
    pub(crate) write: bool,
    pub(crate) data_read: bool,
    pub(crate) data_write: bool,
}

/// The authorities of the superuser role on a new server, and the releases that know them.
fn superuser_authorities(version: Version) -> impl Iterator<Item = &'static str> {
    AUTHORITIES
        .iter()
        .filter(move |(first, last, _)| (*first..=*last).contains(&version))
        .flat_map(|(_, _, names)| *names)
        .copied()
}

const AUTHORITIES: &[(Version, Version, &[&str])] = &[
    (
        Version::V38,
        Version::V44,
        &[
            "ALL",
            "F_ACCEPT_DATA_LOWER_LEVELS",
            "F_APPROVE_DATA",
            "F_APPROVE_DATA_LOWER_LEVELS",
            "F_DATAVALUE_ADD",
            "F_EDIT_EXPIRED",
            "F_ENROLLMENT_CASCADE_DELETE",
            "F_EXPORT_DATA",
            "F_GENERATE_MIN_MAX_VALUES",
            "F_INSERT_CUSTOM_JS_CSS",
            "F_LOCALE_ADD",
            "F_METADATA_EXPORT",
            "F_METADATA_IMPORT",
            "F_ORGANISATIONUNIT_MOVE",
            "F_ORGANISATION_UNIT_MERGE",
            "F_ORGANISATION_UNIT_SPLIT",
            "F_ORG_UNIT_PROFILE_ADD",
            "F_PERFORM_ANALYTICS_EXPLAIN",
            "F_PERFORM_MAINTENANCE",
            "F_PREDICTOR_RUN",
            "F_REPLICATE_USER",
            "F_RUN_VALIDATION",
            "F_SEND_EMAIL",
            "F_SKIP_DATA_IMPORT_AUDIT",
            "F_SYSTEM_SETTING",
            "F_TEI_CASCADE_DELETE",
            "F_TRACKED_ENTITY_INSTANCE_SEARCH_IN_ALL_ORGUNITS",
            "F_TRACKED_ENTITY_MERGE",
            "F_UNCOMPLETE_EVENT",
            "F_USER_GROUPS_READ_ONLY_ADD_MEMBERS",
            "F_USER_VIEW",
            "F_VIEW_EVENT_ANALYTICS",
            "F_VIEW_SERVER_INFO",
            "F_VIEW_UNAPPROVED_DATA",
        ],
    ),
    (
        Version::V40,
        Version::V44,
        &["F_CAPTURE_DATASTORE_UPDATE", "F_IMPERSONATE_USER"],
    ),
    (
        Version::V41,
        Version::V44,
        &[
            "F_INDICATOR_MERGE",
            "F_INDICATOR_TYPE_MERGE",
            "F_PREVIOUS_IMPERSONATOR_AUTHORITY",
        ],
    ),
    (
        Version::V42,
        Version::V44,
        &[
            "F_CATEGORY_OPTION_COMBO_MERGE",
            "F_CATEGORY_OPTION_MERGE",
            "F_DATA_ELEMENT_MERGE",
            "F_JOB_LOG_READ",
            "F_LEGEND_SET_DELETE",
            "F_LEGEND_SET_PRIVATE_ADD",
            "F_LEGEND_SET_PUBLIC_ADD",
            "F_LOCALE_DELETE",
            "F_METADATA_MANAGE",
            "F_MINMAX_DATAELEMENT_ADD",
            "F_MOBILE_SENDSMS",
            "F_MOBILE_SETTINGS",
            "F_OAUTH2_CLIENT_MANAGE",
            "M_dhis-web-app-management",
        ],
    ),
    (
        Version::V43,
        Version::V44,
        &["F_CATEGORY_COMBO_MERGE", "F_CATEGORY_MERGE"],
    ),
    (
        Version::V38,
        Version::V40,
        &[
            "F_DATAVALUE_DELETE",
            "F_EXPORT_EVENTS",
            "F_IMPORT_DATA",
            "F_IMPORT_EVENTS",
            "F_PROGRAM_DASHBOARD_CONFIG_ADMIN",
            "F_TRACKER_IMPORTER_EXPERIMENTAL",
            "F_USERGROUP_MANAGING_RELATIONSHIPS_ADD",
            "F_USERGROUP_MANAGING_RELATIONSHIPS_VIEW",
        ],
    ),
    (
        Version::V38,
        Version::V41,
        &["F_IGNORE_TRACKER_REQUIRED_VALUE_VALIDATION"],
    ),
];
