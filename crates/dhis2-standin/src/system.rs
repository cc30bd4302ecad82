//! What the server says about itself, its settings, and the user.

use jiff::civil::DateTime;
use serde_json::{Value, json};

use crate::clock::{epoch_millis, stamp};
use crate::envelope::{Failure, envelope};
use crate::field_filter::FieldFilter;
use crate::http::{Request, Response};
use crate::json::{Node, Object, text};
use crate::object_renderer::ObjectRenderer;
use crate::period::PeriodType;
use crate::query::QueryParameters;
use crate::schema::Schema;
use crate::server_state::ServerState;
use crate::users::Caller;
use crate::version::Version;

const NO_STORE: &str = "no-cache, no-store, max-age=0, must-revalidate";
const NEVER: &str = "1970-01-01T00:00:00.000";

/// `GET /api/system/info`
pub(crate) fn info(
    state: &ServerState,
    caller: &Caller,
    request: &Request,
    query: &QueryParameters,
    base: &str,
) -> Response {
    let now = state.clock.now();
    let version = state.version;
    let mut info = json!({
        "contextPath": base,
        "userAgent": request.header("user-agent").unwrap_or_default(),
        "calendar": state.settings.text("keyCalendar"),
        "dateFormat": "yyyy-mm-dd",
        "serverDate": stamp(now),
        "serverTimeZoneId": "UTC",
        "serverTimeZoneDisplayName": "Coordinated Universal Time",
        "databaseInfo": {"spatialSupport": true},
        "version": version.text(),
        "revision": version.revision(),
        "buildTime": "2026-11-22T05:00:00.000",
        "encryption": false,
        "emailConfigured": false,
        "redisEnabled": false,
        "systemName": "DHIS 2",
        "isMetadataVersionEnabled": false,
    });
    if let Some(id) = &state.system_id {
        info["systemId"] = id.clone().into();
    }
    if version >= Version::V42 {
        put_analytics_times(&mut info, now);
    }
    if version >= Version::V41 {
        info["databaseInfo"] = json!({"spatialSupport": true, "time": stamp(now)});
    }
    if version >= Version::V43 {
        info["sessionTimeout"] = 3600.into();
        info["capability"] = json!({"analyticsTotalCounts": false});
    }
    if caller.is_superuser() {
        put_machine(&mut info, version, now);
    }
    Response::json(200, narrowed(info, query)).with("Cache-Control", NO_STORE)
}

/// When analytics tables were built, and how long ago that is: never.
fn put_analytics_times(info: &mut Value, now: DateTime) {
    let mut put = |key: &str, value: Value| info[key] = value;
    let hours = epoch_millis(now) / 3_600_000;
    for key in [
        "lastAnalyticsTableSuccess",
        "lastAnalyticsTablePartitionSuccess",
        "lastSystemMonitoringSuccess",
    ] {
        put(key, NEVER.into());
    }
    for key in [
        "intervalSinceLastAnalyticsTableSuccess",
        "intervalSinceLastAnalyticsTablePartitionSuccess",
    ] {
        put(
            key,
            format!("{hours} h, {} m, {} s", now.minute(), now.second()).into(),
        );
    }
    for key in [
        "lastAnalyticsTableRuntime",
        "lastAnalyticsTablePartitionRuntime",
        "systemMetadataVersion",
    ] {
        put(key, "".into());
    }
    put("lastMetadataVersionSyncAttempt", NEVER.into());
}

/// What only superusers see of the machine.
fn put_machine(info: &mut Value, version: Version, now: DateTime) {
    let mut put = |key: &str, value: Value| info[key] = value;
    let mut database = json!({"name": "dhis2", "user": "dhis", "url": "jdbc:postgresql:dhis2",
        "databaseVersion": "PostgreSQL 15", "spatialSupport": true});
    if version >= Version::V41 {
        database["time"] = stamp(now).into();
    }
    put("databaseInfo", database);
    let inside = [
        ("environmentVariable", json!("DHIS2_HOME")),
        ("fileStoreProvider", json!("filesystem")),
        ("readOnlyMode", json!("off")),
        ("nodeId", json!("")),
        ("javaVersion", json!("17")),
        ("javaVendor", json!("none")),
        ("osName", json!("Linux")),
        ("osArchitecture", json!("amd64")),
        ("osVersion", json!("6")),
        ("externalDirectory", json!("/opt/dhis2")),
        ("readReplicaCount", json!(0)),
        (
            "memoryInfo",
            json!("Mem Total in JVM: 0 Free in JVM: 0 Max Limit: 0"),
        ),
        ("cpuCores", json!(2)),
        ("jasperReportsVersion", json!("6")),
        ("clusterHostname", json!("")),
        ("encryption", json!(true)),
    ];
    for (key, value) in inside {
        put(key, value);
    }
}

/// Only the fields asked for.
fn narrowed(whole: Value, query: &QueryParameters) -> Value {
    let Some(fields) = query.get("fields").map(FieldFilter::parse) else {
        return whole;
    };
    if fields.presets().next().is_some() {
        return whole;
    }
    let Value::Object(members) = whole else {
        return whole;
    };
    let kept: Object = members
        .into_iter()
        .filter(|(key, _)| fields.find(key).is_some())
        .collect();
    Value::Object(kept)
}

/// `GET /api/configuration/systemId`
pub(crate) fn system_id(state: &ServerState) -> Response {
    let id = state.system_id.as_deref().unwrap_or_default();
    Response::bytes(200, id).with("Content-Type", "text/plain;charset=UTF-8")
}

/// `GET /api/system/ping`
pub(crate) fn ping() -> Response {
    Response::bytes(200, "pong")
        .with("Content-Type", "application/json;charset=UTF-8")
        .with("Cache-Control", NO_STORE)
}

/// `GET /api/system/id?limit=n`
pub(crate) fn ids(state: &mut ServerState, query: &QueryParameters) -> Response {
    let limit = query.number("limit").unwrap_or(1).min(10_000);
    let codes: Vec<String> = (0..limit).map(|_| state.uids.next()).collect();
    Response::json(200, json!({"codes": codes})).with("Cache-Control", NO_STORE)
}

/// `GET /api/periodTypes`
pub(crate) fn period_types(version: Version) -> Response {
    let types: Vec<Value> = PeriodType::known(version)
        .map(|kind| {
            // 2.38 gives one format wrong.
            let format = match kind.name {
                "QuarterlyNov" if version == Version::V38 => "yyyyQn",
                _ => kind.format,
            };
            let mut shown = json!({"name": kind.name, "isoDuration": kind.duration,
                "isoFormat": format, "frequencyOrder": kind.frequency});
            if version >= Version::V43 {
                shown["displayName"] = kind.display_name().into();
            }
            shown
        })
        .collect();
    Response::json(200, json!({"periodTypes": types}))
}

/// `GET /api/systemSettings[/{name}]`
pub(crate) fn setting(state: &ServerState, name: Option<&str>) -> Response {
    let body = match name {
        None => json!(state.settings.all()),
        Some(name) => json!({name: state.settings.get(name)}),
    };
    let control = if state.version >= Version::V42 {
        "no-cache, no-store, must-revalidate"
    } else {
        "no-cache, private"
    };
    Response::json(200, body).with("Cache-Control", control)
}

/// `POST /api/systemSettings/{name}?value=…`
pub(crate) fn set_setting(
    state: &mut ServerState,
    caller: &Caller,
    name: &str,
    query: &QueryParameters,
    body: &[u8],
) -> Result<Response, Failure> {
    if !caller.may("F_SYSTEM_SETTING") {
        return Err(Failure::forbidden(state.version, "F_SYSTEM_SETTING"));
    }
    let sent = String::from_utf8_lossy(body).trim().to_owned();
    let word = query.get("value").map_or(sent, str::to_owned);
    if !state.settings.set(name, &word) {
        return Err(if state.version > Version::V41 {
            Failure::new(404, format!("Setting does not exist: {name}")).code("E1005")
        } else {
            Failure::new(409, format!("Key is not supported: {name}"))
        });
    }
    let message = format!("System setting '{name}' set to value '{word}'.");
    Ok(Response::json(200, envelope(200, "OK", Some(&message))))
}

/// `GET /api/me`
pub(crate) fn me(
    renderer: &ObjectRenderer<'_>,
    query: &QueryParameters,
) -> Result<Response, Failure> {
    let kind = Schema::find("users").ok_or_else(|| Failure::new(500, "no users"))?;
    let stored = renderer
        .store
        .get("users", &renderer.caller.id)
        .ok_or_else(|| Failure::not_found(renderer.version, "User", &renderer.caller.id))?;
    let fields = query
        .get("fields")
        .map_or_else(|| FieldFilter::parse("*"), FieldFilter::parse);
    let mut node = renderer.show(kind, stored, &fields);
    let name = format!(
        "{} {}",
        text(&stored.members, "firstName").unwrap_or_default(),
        text(&stored.members, "surname").unwrap_or_default()
    );
    let everything = fields.presets().next().is_some();
    let computed: [(&str, Value); 3] = [
        ("authorities", json!(renderer.caller.authorities)),
        ("name", name.clone().into()),
        ("displayName", name.into()),
    ];
    if let Node::Object(members) = &mut node {
        for (key, value) in computed {
            if everything || fields.find(key).is_some() {
                members.retain(|(other, _)| other != key);
                members.push((key.to_owned(), value.into()));
            }
        }
    }
    Ok(Response::json(200, node))
}

/// `GET /api/me/authorities[/{name}]`
pub(crate) fn authorities(caller: &Caller, name: Option<&str>) -> Response {
    let body = match name {
        None => json!(caller.authorities),
        Some(name) => json!(caller.may(name)),
    };
    Response::json(200, body).with("Cache-Control", "no-store")
}
