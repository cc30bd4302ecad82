//! Jobs that run after their request was answered, and what they say.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::DateTime;
use serde_json::{Value, json};

use crate::clock::{epoch_millis, stamp};
use crate::envelope::envelope;
use crate::http::Response;
use crate::json::Node;
use crate::server_state::ServerState;
use crate::task_list::{Notification, Task, TaskList};
use crate::uid::UidMaker;
use crate::value_set_import::{ImportAbort, ImportJob, ImportSummary};
use crate::version::Version;

/// How often the scheduler looks for jobs, in seconds (`JobScheduler.LOOP_SECONDS`).
const LOOP_SECONDS: i64 = 20;

/// Takes an import to be done later, and answers.
pub(crate) fn schedule(state: &mut ServerState, job: ImportJob, api: &str) -> Response {
    let now = state.clock.now();
    let id = state.uids.next();
    let queued = state.version >= Version::V41;
    let name = if queued {
        format!("DATAVALUE_IMPORT ({})", epoch_millis(now))
    } else {
        "dataValueImport".to_owned()
    };
    let due = if queued {
        next_free_loop(&state.tasks, now)
    } else {
        now
    };
    let mut report = json!({
        "name": name, "id": id, "created": stamp(now), "jobType": "DATAVALUE_IMPORT",
        "jobStatus": if queued { "NOT_STARTED" } else { "SCHEDULED" },
        "relativeNotifierEndpoint": format!("/api/system/tasks/DATAVALUE_IMPORT/{id}"),
    });
    if queued {
        report["jobParameters"] = job.options.json();
    }
    if state.version >= Version::V42 {
        report["responseType"] = "JobConfiguration".into();
    }
    state.tasks.imports.push(Task {
        id,
        job: Some(job),
        due,
        notifications: Vec::new(),
        summary: None,
    });
    let message = format!("Initiated {name}");
    Response::json(
        200,
        envelope(200, "OK", Some(&message)).member("response", report),
    )
    .with("Location", format!("{api}/system/tasks/DATAVALUE_IMPORT"))
}

/// The first turn of the scheduler that no other import has taken: one of a type a turn.
fn next_free_loop(tasks: &TaskList, now: DateTime) -> DateTime {
    let seconds = i64::from(now.second()) % LOOP_SECONDS;
    let start = now.date().at(now.hour(), now.minute(), now.second(), 0);
    let mut due = start.saturating_add((LOOP_SECONDS - seconds).seconds());
    while tasks
        .imports
        .iter()
        .any(|task| task.job.is_some() && task.due == due)
    {
        due = due.saturating_add(LOOP_SECONDS.seconds());
    }
    due
}

/// Does what is due by now.
pub(crate) fn run_due(state: &mut ServerState) {
    let now = state.clock.now();
    for at in 0..state.tasks.imports.len() {
        let task = &mut state.tasks.imports[at];
        if task.due > now {
            continue;
        }
        let Some(mut job) = task.job.take() else {
            continue;
        };
        let outcome = job.run(state, None);
        let id = state.tasks.imports[at].id.clone();
        let (notifications, summary) = report(state, &id, &job, outcome);
        let task = &mut state.tasks.imports[at];
        task.notifications = notifications;
        task.summary = summary;
    }
}

/// The messages of a job, newest first, and its summary.
fn report(
    state: &mut ServerState,
    id: &str,
    job: &ImportJob,
    outcome: Result<ImportSummary, ImportAbort>,
) -> (Vec<Notification>, Option<Value>) {
    let version = state.version;
    let queued = version >= Version::V41;
    let data = parameters(job);
    let mut lines: Vec<(&'static str, String, Option<Value>)> = if queued {
        vec![("INFO", "Data value set import".to_owned(), Some(data))]
    } else {
        vec![("INFO", "Process started".to_owned(), None)]
    };
    let mut say = |level, text: &str| lines.push((level, text.to_owned(), None));
    if queued {
        say("INFO", "Loading file resource");
        say("INFO", "Loading file content");
    }
    let (last, summary) = match outcome {
        Ok(summary) => {
            let failed = summary
                .description
                .as_ref()
                .filter(|text| text.starts_with("The import process failed"));
            for step in steps(version, &summary, failed.is_some()) {
                say("INFO", &step);
            }
            if let Some(text) = failed.filter(|_| version == Version::V42) {
                say("ERROR", text);
            }
            let last = match (queued, failed) {
                (true, _) => ("INFO", last_line(&summary)),
                (false, None) => ("INFO", "Import done".to_owned()),
                (false, Some(text)) => {
                    let cause = text.trim_start_matches("The import process failed: ");
                    ("ERROR", format!("Process failed: {cause}"))
                }
            };
            let mut shown = summary.json(&job.options, version);
            if failed.is_some() && version == Version::V42 {
                shown["description"] = "The import process failed: Non-null post-condition failed \
                    after: Data value set import\n  => Reading data set header"
                    .into();
            }
            shown["responseType"] = "ImportSummary".into();
            (last, shown)
        }
        Err(abort) => {
            say("INFO", "Deserializing JSON data");
            if let ImportAbort::Failure(failure) = abort {
                say("ERROR", failure.message());
            }
            let cause = "Non-null post-condition failed after: Data value set import\n  => Deserializing JSON data";
            (
                ("ERROR", format!("Process failed: {cause}")),
                failed_summary(cause),
            )
        }
    };
    if !queued && last.0 == "ERROR" {
        lines.clear();
    }
    lines.push((last.0, last.1, None));
    (new_notifications(state, id, lines), Some(summary))
}

/// Lines as notifications, newest first.
fn new_notifications(
    state: &mut ServerState,
    id: &str,
    lines: Vec<(&'static str, String, Option<Value>)>,
) -> Vec<Notification> {
    let version = state.version;
    let time = stamp(state.clock.now());
    let count = lines.len();
    let mut notifications: Vec<Notification> = lines
        .into_iter()
        .enumerate()
        .map(|(at, (level, message, data))| Notification {
            id: if version == Version::V38 {
                id.to_owned()
            } else {
                state.uids.next()
            },
            level,
            time: time.clone(),
            message,
            completed: at + 1 == count,
            data,
        })
        .collect();
    notifications.reverse();
    notifications
}

fn parameters(job: &ImportJob) -> Value {
    let mut parameters = job.options.json();
    for key in ["preheatCache", "filename", "notificationLevel", "dataSet"] {
        if parameters.get(key).is_none() {
            parameters[key] = Value::Null;
        }
    }
    parameters
}

fn failed_summary(cause: &str) -> Value {
    json!({"status": "ERROR", "description": cause,
        "importCount": {"imported": 0, "updated": 0, "ignored": 0, "deleted": 0},
        "conflicts": [], "rejectedIndexes": [], "responseType": "ImportSummary"})
}

fn last_line(summary: &ImportSummary) -> String {
    let count = summary.count;
    format!(
        "Import complete with status {}, {} created, {} updated, {} deleted, {} ignored",
        summary.status.text(),
        count.imported,
        count.updated,
        count.deleted,
        count.ignored
    )
}

/// What a release says between the start of an import and its end.
fn steps(version: Version, summary: &ImportSummary, failed: bool) -> Vec<String> {
    let own = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    match version {
        Version::V38 | Version::V40 if failed => Vec::new(),
        Version::V38 | Version::V40 => own(&["Importing data values"]),
        Version::V41 => own(&["Importing data..."]),
        Version::V42 if failed => own(&["Reading data set header"]),
        Version::V42 => {
            let mut steps = own(&[
                "Reading data set header",
                "Creating import context",
                "Preheat caches...",
                "Loading base metadata",
                "Run data set validation",
                "Importing values (list)",
            ]);
            let count = summary.count;
            steps.push(format!(
                "Import summary: [imports={}, updates={}, ignores={}]",
                count.imported, count.updated, count.ignored
            ));
            steps
        }
        Version::V43 | Version::V44 => {
            let mut steps = own(&["Deserializing JSON data"]);
            steps.extend(summary.steps.iter().cloned());
            steps
        }
    }
}

impl Notification {
    fn json(&self) -> Value {
        let mut shown = json!({"uid": self.id, "id": self.id, "level": self.level,
            "category": "DATAVALUE_IMPORT", "time": self.time, "message": self.message,
            "completed": self.completed});
        if let Some(data) = &self.data {
            shown["dataType"] = "PARAMETERS".into();
            shown["data"] = data.clone();
        }
        shown
    }
}

/// `GET /api/system/tasks/DATAVALUE_IMPORT/{id}`
pub(crate) fn notifications(state: &ServerState, id: &str) -> Node {
    let task = state.tasks.imports.iter().find(|task| task.id == id);
    let list: Vec<Value> = task
        .into_iter()
        .flat_map(|task| &task.notifications)
        .map(Notification::json)
        .collect();
    Value::from(list).into()
}

/// `GET /api/system/tasks/DATAVALUE_IMPORT`: newest and oldest message of each job.
pub(crate) fn overview(state: &ServerState) -> Node {
    let jobs: BTreeMap<String, Value> = state
        .tasks
        .imports
        .iter()
        .filter(|task| !task.notifications.is_empty())
        .map(|task| {
            let last = task.notifications.len() - 1;
            let ends = task.notifications.iter().enumerate();
            let ends: Vec<Value> = ends
                .filter(|(at, _)| *at == 0 || *at == last || state.version == Version::V38)
                .map(|(_, notification)| notification.json())
                .collect();
            (task.id.clone(), ends.into())
        })
        .collect();
    json!(jobs).into()
}

/// `GET /api/system/taskSummaries/DATAVALUE_IMPORT/{id}`
pub(crate) fn summary(state: &ServerState, id: &str) -> Response {
    match state
        .tasks
        .imports
        .iter()
        .find(|task| task.id == id)
        .and_then(|task| task.summary.clone())
    {
        Some(summary) => Response::json(200, summary),
        None => Response::empty(200),
    }
}

/// An identifier for the job of an endpoint that starts one and does nothing else here.
pub(crate) fn started(
    version: Version,
    uids: &mut UidMaker,
    now: DateTime,
    kind: &str,
    base: &str,
) -> Response {
    let id = uids.next();
    let queued = version >= Version::V41;
    let name = match kind {
        _ if queued => format!("{kind} ({})", epoch_millis(now)),
        "METADATA_IMPORT" => "metadataImport".to_owned(),
        _ => kind.to_owned(),
    };
    let mut report = json!({"name": name, "id": id, "created": stamp(now), "jobType": kind,
        "jobStatus": if queued { "NOT_STARTED" } else { "SCHEDULED" },
        "relativeNotifierEndpoint": format!("/api/system/tasks/{kind}/{id}")});
    if queued && kind == "METADATA_IMPORT" {
        report["jobParameters"] = json!({"importMode": "COMMIT", "identifier": "UID",
            "preheatMode": "REFERENCE", "importStrategy": "CREATE_AND_UPDATE", "atomicMode": "ALL",
            "flushMode": "AUTO", "importReportMode": "ERRORS", "skipSharing": false,
            "skipTranslation": false, "skipValidation": false, "metadataSyncImport": false,
            "async": true, "firstRowIsHeader": true});
    }
    if version >= Version::V42 {
        report["responseType"] = "JobConfiguration".into();
    }
    let message = format!("Initiated {name}");
    Response::json(
        200,
        envelope(200, "OK", Some(&message)).member("response", report),
    )
    .with("Location", format!("{base}/api/system/tasks/{kind}"))
}
