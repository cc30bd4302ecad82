//! A DHIS2 server that has been spoken to.

use pop_http::{BaseUrl, Client};
use serde::Deserialize;

use crate::{ApiError, ImportDialect, Version};

/// A server that answered who it is, and the client to talk to it with.
#[derive(Debug)]
pub struct Server {
    client: Client,
    info: SystemInfo,
    version: Version,
}

/// What `GET /api/system/info` says (`SystemInfo` in DHIS2); what is null is left out there.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SystemInfo {
    /// As the server writes it.
    pub version: String,
    /// Short hash of the build.
    pub revision: Option<String>,
    /// Identity of the instance, which stays when its address changes.
    pub system_id: Option<String>,
    /// The name people gave the instance.
    pub system_name: Option<String>,
    /// `iso8601`, `gregorian`, `ethiopian`, `nepali`, …
    pub calendar: Option<String>,
    /// The address at which the server believes to be.
    pub context_path: Option<String>,
    /// Its day and time, without zone.
    pub server_date: Option<String>,
    /// Its time zone.
    pub server_time_zone_id: Option<String>,
    /// End of the last analytics run; 1970 or absent for never.
    pub last_analytics_table_success: Option<String>,
    /// Whether the server stores nothing (`on`), superusers only.
    pub read_only_mode: Option<String>,
}

impl Server {
    /// Asks the server who it is. Also the check of address and credentials.
    ///
    /// # Errors
    /// When it cannot be reached, refuses us, or is not DHIS2.
    pub fn connect(client: Client) -> Result<Self, ApiError> {
        let mut info: SystemInfo = client
            .get_json("/api/system/info")
            .map_err(|error| ApiError::at_connect(error, client.base_url()))?;
        let version = Version::parse(&info.version).map_err(|error| ApiError::NotDhis2 {
            base: client.base_url().to_string(),
            found: error.to_string(),
        })?;
        if info.system_id.is_none() {
            info.system_id = configured_id(&client);
        }
        Ok(Self {
            client,
            info,
            version,
        })
    }

    /// The client, for requests.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The server's address.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        self.client.base_url()
    }

    /// What it said about itself.
    #[must_use]
    pub fn info(&self) -> &SystemInfo {
        &self.info
    }

    /// Its release.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// How it imports values, by its release.
    #[must_use]
    pub fn dialect(&self) -> ImportDialect {
        self.version.dialect()
    }

    /// Identity of the instance; empty where it has none.
    #[must_use]
    pub fn system_id(&self) -> &str {
        self.info.system_id.as_deref().unwrap_or_default()
    }

    /// The calendar that its period ids are in.
    #[must_use]
    pub fn calendar(&self) -> &str {
        self.info.calendar.as_deref().unwrap_or("iso8601")
    }

    /// A warning about a release that the tools are not tested with.
    #[must_use]
    pub fn untested_release(&self) -> Option<String> {
        use crate::version::{NEWEST_LINE, OLDEST_LINE};
        (!self.version.is_known()).then(|| {
            format!(
                "the server runs DHIS2 {}, tested are 2.{OLDEST_LINE} to 2.{NEWEST_LINE}",
                self.version
            )
        })
    }
}

/// The identity that a server made after its system info was cached: it appears there only after
/// the next restart. A text or a JSON string; `None` where there is none to be had.
fn configured_id(client: &Client) -> Option<String> {
    let response = client.get("/api/configuration/systemId").ok()?;
    let bytes = response.success().ok()?.bytes().ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let id = text.trim().trim_matches('"');
    let is_id = (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_id.then(|| id.to_owned())
}
