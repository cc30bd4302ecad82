//! Recorded requests, sent to a stand-in.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use dhis2_standin::{Standin, StandinOptions, Version};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::{Value, json};

use crate::client::{Answer, base64, send};
use crate::compare::{Comparison, Identities};
use crate::recording::Recording;

/// What stands for the passwords that the recordings leave out.
const PASSWORD: &str = "Conformance-1";

/// A stand-in and what has to be remembered from its answers.
pub(crate) struct Replay {
    server: Standin,
    setup: PathBuf,
    identities: Identities,
    tokens: BTreeMap<&'static str, String>,
    session: Option<String>,
    token_session: Option<String>,
}

impl Replay {
    pub(crate) fn start(version: Version, setup: &Path) -> Self {
        let mut options = StandinOptions::new(version);
        options.admin_has_roots = false;
        options.system_id = None;
        let server = Standin::start(options).unwrap();
        let identities = Identities::known_from(setup);
        Self {
            server,
            setup: setup.to_owned(),
            identities,
            tokens: BTreeMap::new(),
            session: None,
            token_session: None,
        }
    }

    /// Sends a request; what is different in the answer, if anything.
    pub(crate) fn play(&mut self, recording: &Recording) -> Option<String> {
        // A poll some seconds after an import was asked for: the scheduler has had its turn.
        let waited = recording
            .name
            .rsplit_once("poll-")
            .and_then(|(_, rest)| rest.strip_suffix('s'));
        if waited.is_some_and(|seconds| seconds != "0") {
            self.server.advance(Duration::from_secs(20));
        }
        let body = self.body(recording);
        let headers = self.headers(recording);
        let path = self.identities.translate(&recording.path);
        let answer = send(&self.server, &recording.method, &path, &headers, &body);
        self.remember(recording, &headers, &answer);
        Comparison {
            recording,
            answer: &answer,
            base: &self.server.url(),
        }
        .difference(&mut self.identities)
    }

    /// Sends requests whose answers were not kept, or that were sent before as well.
    pub(crate) fn prepare(&mut self, recordings: &[Recording]) {
        let before = self.identities.clone();
        for recording in recordings {
            self.play(recording);
        }
        self.identities = before;
        self.server.advance(Duration::from_secs(1800));
    }

    /// Loads the bundle of the size tests, which ran between the groups played here.
    pub(crate) fn load_bulk(&mut self) {
        let file = std::fs::read(self.setup.join("7-bulk.json")).unwrap();
        self.server
            .load(&serde_json::from_slice(&file).unwrap())
            .unwrap();
    }

    /// Stores a value that an earlier trial had left on the recorded server.
    pub(crate) fn store(&mut self, period: &str, value: &str) {
        self.server
            .put_value(period, "dePopTot001", "O6uvpzGd5pu", None, value, None);
    }

    fn body(&self, recording: &Recording) -> Vec<u8> {
        let two_values = json!({"dataSet": "dsPopYear01", "dataValues": [
            {"dataElement": "dePopTot001", "period": "2023", "orgUnit": "O6uvpzGd5pu", "value": "80"},
            {"dataElement": "dePopTot001", "period": "2023", "orgUnit": "Vth0fbpFcsO", "value": "81"}]})
        .to_string();
        let one_row = "dataElement,period,orgUnit,categoryOptionCombo,attributeOptionCombo,value\n\
                       dePopTot001,2020,O6uvpzGd5pu,,,56\n";
        match &recording.body {
            Value::Null => Vec::new(),
            Value::String(text) => match text.as_str() {
                "<gzip of a two-value JSON body>" => gzip(two_values.as_bytes()),
                "<zip with one file, the two-value JSON body>" => zip(two_values.as_bytes()),
                "<zlib of a two-value JSON body>" => {
                    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
                    encoder.write_all(two_values.as_bytes()).unwrap();
                    encoder.finish().unwrap()
                }
                "<gzip of a one-row CSV>" => gzip(one_row.as_bytes()),
                "<gzip of the indicator package>" => gzip(indicators().to_string().as_bytes()),
                "<the JSON body sent with Transfer-Encoding: chunked>" => {
                    json!({"dataSet": "dsPopYear01", "dataValues": [{"dataElement": "dePopTot001",
                        "period": "2008", "orgUnit": "O6uvpzGd5pu", "value": "1"}]})
                    .to_string()
                    .into_bytes()
                }
                "the organisationUnits of setup/7-bulk.json" => {
                    let file = std::fs::read(self.setup.join("7-bulk.json")).unwrap();
                    let bundle: Value = serde_json::from_slice(&file).unwrap();
                    json!({"organisationUnits": bundle["organisationUnits"]})
                        .to_string()
                        .into_bytes()
                }
                name if name.starts_with("setup/") => {
                    let file = self.setup.join(name.trim_start_matches("setup/"));
                    let text = std::fs::read_to_string(file).unwrap();
                    text.replace("<password>", PASSWORD).into_bytes()
                }
                text => text.as_bytes().to_vec(),
            },
            value => self
                .identities
                .translate(&prolonged(value).to_string())
                .into_bytes(),
        }
    }

    fn headers(&self, recording: &Recording) -> Vec<(String, String)> {
        let mut headers = Vec::new();
        for (name, value) in &recording.headers {
            let value = match name.as_str() {
                "Authorization" => self.credentials(value),
                "Cookie" if value.contains("token call") => {
                    format!(
                        "JSESSIONID={}",
                        self.token_session.as_deref().unwrap_or("none")
                    )
                }
                "Cookie" if value.contains('<') => {
                    format!("JSESSIONID={}", self.session.as_deref().unwrap_or("none"))
                }
                _ => value.clone(),
            };
            headers.push((name.clone(), value));
        }
        headers
    }

    fn credentials(&self, placeholder: &str) -> String {
        let (scheme, name) = placeholder.split_once(' ').unwrap_or((placeholder, ""));
        let user = match name {
            "<admin>" => "admin:district".to_owned(),
            "<pusher>" | "<viewer>" | "<pushnat>" => {
                format!("{}:{PASSWORD}", name.trim_matches(['<', '>']))
            }
            // The scheme word was tried in lower case with a good token.
            _ if scheme == "apitoken" => {
                return format!("apitoken {}", self.token("<superuser token>"));
            }
            _ if name.ends_with("token>") => return format!("ApiToken {}", self.token(name)),
            _ => return placeholder.to_owned(),
        };
        format!("Basic {}", base64(user.as_bytes()))
    }

    fn token(&self, name: &str) -> &str {
        self.tokens.get(name).map_or("none", String::as_str)
    }

    fn remember(&mut self, recording: &Recording, headers: &[(String, String)], answer: &Answer) {
        let by_token = headers
            .iter()
            .any(|(name, value)| name == "Authorization" && value.starts_with("ApiToken"));
        let session = answer
            .header("set-cookie")
            .and_then(|cookie| cookie.strip_prefix("JSESSIONID="));
        if let Some(session) = session.and_then(|rest| rest.split(';').next()) {
            let kept = if by_token {
                &mut self.token_session
            } else {
                &mut self.session
            };
            *kept = Some(session.to_owned());
        }
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        if let Some(key) = body.pointer("/response/key").and_then(Value::as_str) {
            let sent = recording.body.to_string();
            let by_pusher = recording
                .headers
                .iter()
                .any(|(_, value)| value == "Basic <pusher>");
            let name = match () {
                () if recording.name.contains("revoked") => "<revoked token>",
                () if sent.contains("Method") => "<get-only token>",
                () if sent.contains("allowedIps") => "<ip-limited token>",
                () if sent.contains("expire") => "<expired token>",
                () if by_pusher => "<pusher token>",
                () => "<superuser token>",
            };
            self.tokens.insert(name, key.to_owned());
        }
    }
}

/// A value with its cut-off texts as long as they were, where they are one letter repeated.
fn prolonged(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.split_once("…truncated: ") {
            Some((start, rest)) => {
                let length = rest.split(' ').next().unwrap().parse().unwrap();
                start
                    .chars()
                    .next()
                    .unwrap()
                    .to_string()
                    .repeat(length)
                    .into()
            }
            None => value.clone(),
        },
        Value::Array(items) => items.iter().map(prolonged).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), prolonged(value)))
            .collect(),
        other => other.clone(),
    }
}

fn indicators() -> Value {
    json!({"indicatorTypes": [{"id": "itPerThou01", "name": "WP per thousand", "factor": 1000, "number": false}],
        "indicators": [{"id": "inBirthRt01", "name": "WP share of females under 1", "shortName": "WP share F0",
            "indicatorType": {"id": "itPerThou01"}, "numerator": "#{dePopAgeSex.cocF0000000}",
            "numeratorDescription": "F0", "denominator": "#{dePopTot001}",
            "denominatorDescription": "population", "annualized": false}]})
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zip archive of one stored file: only its local header is read.
fn zip(bytes: &[u8]) -> Vec<u8> {
    let size = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let mut archive = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    archive.extend(size);
    archive.extend(size);
    archive.extend([1, 0, 0, 0, b'a']);
    archive.extend(bytes);
    archive
}
