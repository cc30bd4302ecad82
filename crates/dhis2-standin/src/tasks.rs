//! Jobs that run after their request was answered, and what they say.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::DateTime;
use serde_json::{Value, json};

use crate::clock::{epoch_millis, stamp};
use crate::envelope::envelope;
use crate::http::Response;
use crate::import::{Job, Summary, Trouble};
use crate::json::Node;
use crate::state::State;
use crate::uid::UidMaker;
use crate::version::Version;

/// How often the scheduler looks for jobs, in seconds (`JobScheduler.LOOP_SECONDS`).
const LOOP_SECONDS: i64 = 20;

/// One message of a job.
#[derive(Debug, Clone)]
struct Notification {
    id: String,
    level: &'static str,
    time: String,
    message: String,
    completed: bool,
    data: Option<Value>,
}

/// A job and what came of it.
#[derive(Debug, Clone)]
struct Task {
    id: String,
    /// What to import, until it is done.
    job: Option<Job>,
    due: DateTime,
    notifications: Vec<Notification>,
    summary: Option<Value>,
}

/// All import jobs, in the order they came.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    imports: Vec<Task>,
}

/// Takes an import to be done later, and answers.
pub(crate) fn schedule(state: &mut State, job: Job, base: &str) -> Response {
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
    .with(
        "Location",
        format!("{base}/api/system/tasks/DATAVALUE_IMPORT"),
    )
}

/// The first turn of the scheduler that no other import has taken: one of a type a turn.
fn next_free_loop(tasks: &Tasks, now: DateTime) -> DateTime {
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
pub(crate) fn run_due(state: &mut State) {
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
        let (notifications, summary) = report(state, &job, outcome);
        let task = &mut state.tasks.imports[at];
        task.notifications = notifications;
        task.summary = summary;
    }
}

/// The messages of a job, newest first, and its summary.
fn report(
    state: &mut State,
    job: &Job,
    outcome: Result<Summary, Trouble>,
) -> (Vec<Notification>, Option<Value>) {
    let version = state.version;
    let queued = version >= Version::V41;
    let groups = version.imports_groups();
    let mut data = job.options.json();
    for key in ["preheatCache", "filename", "notificationLevel", "dataSet"] {
        if data.get(key).is_none() {
            data[key] = Value::Null;
        }
    }
    let mut lines: Vec<(&str, String, Option<Value>)> = if queued {
        vec![("INFO", "Data value set import".to_owned(), Some(data))]
    } else {
        vec![("INFO", "Process started".to_owned(), None)]
    };
    let (last, summary) = match outcome {
        Ok(summary) => {
            let line = format!(
                "Import complete with status {}, {} created, {} updated, {} deleted, {} ignored",
                summary.status.text(),
                summary.count.imported,
                summary.count.updated,
                summary.count.deleted,
                summary.count.ignored
            );
            let failed = summary
                .description
                .as_ref()
                .filter(|text| text.starts_with("The import process failed"));
            let last = match (queued, failed) {
                (true, _) => ("INFO", line),
                (false, None) => ("INFO", "Import done".to_owned()),
                (false, Some(text)) => ("ERROR", format!("Process failed: {text}")),
            };
            if !queued {
                lines.push(("INFO", "Importing data values".to_owned(), None));
            }
            let mut shown = summary.json(&job.options, version);
            shown["responseType"] = "ImportSummary".into();
            (last, shown)
        }
        Err(_) => {
            let cause = "Non-null post-condition failed after: Data value set import\n  => Deserializing JSON data";
            let mut shown = json!({"status": "ERROR", "description": cause,
                "importCount": {"imported": 0, "updated": 0, "ignored": 0, "deleted": 0},
                "conflicts": [], "rejectedIndexes": [], "responseType": "ImportSummary"});
            if !groups {
                shown["description"] = format!("The import process failed: {cause}").into();
            }
            (("ERROR", format!("Process failed: {cause}")), shown)
        }
    };
    lines.push((last.0, last.1, None));
    let time = stamp(state.clock.now());
    let count = lines.len();
    let mut notifications: Vec<Notification> = lines
        .into_iter()
        .enumerate()
        .map(|(at, (level, message, data))| Notification {
            id: state.uids.next(),
            level,
            time: time.clone(),
            message,
            completed: at + 1 == count,
            data,
        })
        .collect();
    notifications.reverse();
    (notifications, Some(summary))
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
pub(crate) fn notifications(state: &State, id: &str) -> Node {
    let task = state.tasks.imports.iter().find(|task| task.id == id);
    let list: Vec<Value> = task
        .into_iter()
        .flat_map(|task| &task.notifications)
        .map(Notification::json)
        .collect();
    Value::from(list).into()
}

/// `GET /api/system/tasks/DATAVALUE_IMPORT`: newest and oldest message of each job.
pub(crate) fn overview(state: &State) -> Node {
    let jobs: BTreeMap<String, Value> = state
        .tasks
        .imports
        .iter()
        .filter(|task| !task.notifications.is_empty())
        .map(|task| {
            let ends = [task.notifications.first(), task.notifications.last()];
            let ends: Vec<Value> = ends.into_iter().flatten().map(Notification::json).collect();
            (task.id.clone(), ends.into())
        })
        .collect();
    json!(jobs).into()
}

/// `GET /api/system/taskSummaries/DATAVALUE_IMPORT/{id}`
pub(crate) fn summary(state: &State, id: &str) -> Response {
    match state
        .tasks
        .imports
        .iter()
        .find(|task| task.id == id)
        .and_then(|task| task.summary.clone())
    {
        Some(summary) => Response::json(200, summary),
        None => Response::empty(200).with("Content-Type", "application/json;charset=UTF-8"),
    }
}

/// An identifier for the job of an endpoint that starts one and does nothing else here.
pub(crate) fn started(
    version: Version,
    uids: &mut UidMaker,
    now: DateTime,
    kind: &str,
) -> Response {
    let id = uids.next();
    let mut report = json!({"name": kind, "id": id, "created": stamp(now), "jobType": kind,
        "jobStatus": "SCHEDULED", "relativeNotifierEndpoint": format!("/api/system/tasks/{kind}/{id}")});
    if version >= Version::V42 {
        report["responseType"] = "JobConfiguration".into();
    }
    Response::json(
        200,
        envelope(200, "OK", Some(&format!("Initiated {kind}"))).member("response", report),
    )
}
