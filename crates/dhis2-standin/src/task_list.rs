//! Imports that run after their request was answered.

use jiff::civil::DateTime;
use serde_json::Value;

use crate::value_set_import::import_job::ImportJob;

/// One message of a job.
#[derive(Debug, Clone)]
pub(crate) struct Notification {
    pub(crate) id: String,
    pub(crate) level: &'static str,
    pub(crate) time: String,
    pub(crate) message: String,
    pub(crate) completed: bool,
    pub(crate) data: Option<Value>,
}

/// A job and what came of it.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) id: String,
    /// What to import, until it is done.
    pub(crate) job: Option<ImportJob>,
    pub(crate) due: DateTime,
    pub(crate) notifications: Vec<Notification>,
    pub(crate) summary: Option<Value>,
}

/// All import jobs, in the order they came.
#[derive(Debug, Default)]
pub(crate) struct TaskList {
    pub(crate) imports: Vec<Task>,
}
