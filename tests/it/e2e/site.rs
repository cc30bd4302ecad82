//! The server that the suite runs against.

use std::path::PathBuf;

use dhis2_standin::{Standin, StandinOptions, Version};
use pop_http::{BaseUrl, Client, Method, Request};
use serde_json::Value;

use crate::support::{PASSWORD, guarded};

const URL: &str = "HEADCOUNT_E2E_URL";
const CREDENTIALS: &str = "HEADCOUNT_E2E_CREDENTIALS";
const SYSTEM_ID: &str = "HEADCOUNT_E2E_SYSTEM_ID";

/// A server, and its superuser's way to it.
pub(crate) struct Site {
    pub(crate) url: String,
    pub(crate) superuser: Client,
    _standin: Option<Standin>,
}

/// Whether a server is named that takes the stand-in's place.
pub(crate) fn is_named() -> bool {
    std::env::var_os(URL).is_some()
}

/// Whether the suite may make objects on a server.
pub(crate) fn may_touch(url: &str, id: &str, named: Option<&str>) -> Result<(), String> {
    let loopback = BaseUrl::parse(url).is_ok_and(|base| base.is_loopback());
    if loopback || !id.is_empty() && named == Some(id) {
        return Ok(());
    }
    Err(format!(
        "{url} is not on this machine: it is left alone unless {SYSTEM_ID} is its systemId"
    ))
}

impl Site {
    /// A stand-in, below a path as many servers are.
    pub(crate) fn standin(version: Version) -> Self {
        let standin = Standin::start(StandinOptions {
            context_path: "/dhis".to_owned(),
            ..guarded(version)
        })
        .unwrap();
        let url = standin.url();
        let superuser = client(&url, &format!("admin:{PASSWORD}"));
        Self {
            url,
            superuser,
            _standin: Some(standin),
        }
    }

    /// The server of the environment, where one is named.
    pub(crate) fn named() -> Option<Self> {
        let url = std::env::var(URL).ok()?;
        let file = std::env::var_os(CREDENTIALS)
            .map(PathBuf::from)
            .unwrap_or_else(|| {
                panic!("{CREDENTIALS} has to name a file with user:password or a token")
            });
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let site = Self {
            superuser: client(&url, &text),
            url,
            _standin: None,
        };
        let named = std::env::var(SYSTEM_ID).ok();
        may_touch(&site.url, &site.system_id(), named.as_deref())
            .unwrap_or_else(|why| panic!("{why}"));
        Some(site)
    }

    /// Address and release.
    pub(crate) fn name(&self) -> String {
        let info: Value = self
            .superuser
            .get_json("/api/system/info?fields=version")
            .unwrap();
        format!(
            "{} ({})",
            self.url,
            info["version"].as_str().unwrap_or_default()
        )
    }

    /// The identity of the server; empty where it has none.
    pub(crate) fn system_id(&self) -> String {
        let info: Value = self.superuser.get_json("/api/system/info").unwrap();
        if let Some(id) = info["systemId"].as_str() {
            return id.to_owned();
        }
        let answer = self.superuser.get("/api/configuration/systemId").unwrap();
        let text = String::from_utf8(answer.bytes().unwrap()).unwrap();
        text.trim().trim_matches('"').to_owned()
    }

    /// Whether any object has this id.
    pub(crate) fn knows(&self, id: &str) -> bool {
        crate::e2e::country::TYPES.iter().any(|plural| {
            self.superuser
                .get(format!("/api/{plural}/{id}.json?fields=id"))
                .unwrap()
                .status()
                == 200
        })
    }
}

/// A client as one user.
pub(crate) fn client(url: &str, credentials: &str) -> Client {
    let base = BaseUrl::parse(url).unwrap().without_last("api");
    let credentials = pop_dhis2::parse_credentials(credentials).unwrap();
    Client::new(pop_dhis2::client_options(base, credentials)).unwrap()
}

/// Sends something, and gives status and answer.
pub(crate) fn send(
    client: &Client,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> (u16, Value) {
    let body = body.map(Value::to_string);
    let mut request = Request::new(method, path);
    if let Some(body) = &body {
        request = request.body("application/json", body.as_bytes());
    }
    let answer = client.send(&request).unwrap();
    let status = answer.status();
    let bytes = answer.bytes().unwrap();
    let value = serde_json::from_slice(&bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
    (status, value)
}
