//! The receipt: what was asked, what the server answered, and every value before and after.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use pop_cli::ToolError;
use serde::Serialize;
use serde_json::Value;

use crate::answer::RequestRecord;
use crate::job::{Job, Kind, State};
use crate::outcome::Outcome;
use crate::record::{Record, read_document};

/// The outcome in a receipt whose run goes on, or was stopped.
const OPEN: &str = "open";

/// What stands in a receipt beside its values.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// Version of this format.
    pub receipt: u32,
    /// `push` and its version.
    pub tool: String,
    /// `push` or `undo`.
    pub kind: String,
    /// `open` while the run goes on, then `written`, `partly`, `unknown` or `nothing`.
    pub outcome: String,
    /// SHA-256 of the file that was pushed, or of the receipt that was undone.
    pub payload: String,
    /// The data set named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_set: Option<String>,
    /// Identity of the server.
    pub system_id: String,
    /// Its version.
    pub version: String,
    /// Its day and time when the run began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_date: Option<String>,
}

/// What a run can add to the head at its end.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tail<'a> {
    counts: std::collections::BTreeMap<&'static str, usize>,
    requests: &'a [RequestRecord],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    alarms: &'a [String],
}

/// The receipt of a run that goes on. Never replaces a file.
///
/// # Errors
/// Those of the file system; the file exists.
pub fn begin(path: &Path, head: &Head) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let mut text = serde_json::to_string_pretty(head)?;
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Replaces the receipt of this run by its final form: a new file is written, synced and moved over it.
///
/// # Errors
/// Those of the file system.
pub fn finish(
    path: &Path,
    head: &Head,
    outcome: Outcome,
    job: &Job,
    requests: &[RequestRecord],
    alarms: &[String],
) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let temporary = Path::new(&name);
    let mut out = BufWriter::with_capacity(1 << 16, File::create(temporary)?);
    let head = Head {
        outcome: outcome.word().to_owned(),
        ..head.clone()
    };
    let tail = Tail {
        counts: counts(job),
        requests,
        alarms,
    };
    write_open_object(
        &mut out,
        &[&serde_json::to_value(&head)?, &serde_json::to_value(&tail)?],
    )?;
    out.write_all(b",\n\"values\":[")?;
    for (index, item) in job.items.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        let record = Record {
            state: Some(item.state.word().to_owned()),
            ..job.record(item)
        };
        serde_json::to_writer(&mut out, &record)?;
    }
    out.write_all(b"\n]}\n")?;
    out.into_inner()?.sync_all()?;
    std::fs::rename(temporary, path)
}

/// Writes the members of some objects as one object, a line each, and leaves it open.
///
/// # Errors
/// Those of `out`.
pub fn write_open_object(out: &mut impl Write, parts: &[&Value]) -> io::Result<()> {
    out.write_all(b"{")?;
    let members = parts.iter().filter_map(|part| part.as_object()).flatten();
    for (index, (key, value)) in members.enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, key)?;
        out.write_all(b":")?;
        serde_json::to_writer(&mut *out, value)?;
    }
    Ok(())
}

fn counts(job: &Job) -> std::collections::BTreeMap<&'static str, usize> {
    let mut counts = std::collections::BTreeMap::new();
    for item in &job.items {
        *counts.entry(item.state.word()).or_default() += 1;
    }
    counts
}

/// Reads a receipt; hands each of its values to `each`.
///
/// # Errors
/// I/O; data where it is no receipt of this form.
pub fn read(
    path: &str,
    mut each: impl FnMut(Record) -> Result<(), String>,
) -> Result<Head, ToolError> {
    let file = File::open(path).map_err(|error| ToolError::io(error).in_file(path))?;
    let mut fill = |head: &mut Head, key: &str, value: Value| -> Result<(), String> {
        let text = || value.as_str().map(str::to_owned);
        match key {
            "receipt" => {
                head.receipt = value
                    .as_u64()
                    .and_then(|n| u32::try_from(n).ok())
                    .unwrap_or(0)
            }
            "tool" => head.tool = text().unwrap_or_default(),
            "kind" => head.kind = text().unwrap_or_default(),
            "outcome" => head.outcome = text().unwrap_or_default(),
            "payload" => head.payload = text().unwrap_or_default(),
            "dataSet" => head.data_set = text(),
            "systemId" => head.system_id = text().unwrap_or_default(),
            "version" => head.version = text().unwrap_or_default(),
            "serverDate" => head.server_date = text(),
            _ => {}
        }
        Ok(())
    };
    let head: Head = read_document(file, &mut fill, &mut each)
        .map_err(|error| ToolError::data(format!("no receipt: {error}")).in_file(path))?;
    if head.receipt != 1 {
        return Err(ToolError::data("no receipt of version 1").in_file(path));
    }
    if head.outcome == OPEN {
        return Err(
            ToolError::usage("the run of this receipt was stopped before its end")
                .in_file(path)
                .hint("run its command again: it goes on from the journal"),
        );
    }
    Ok(head)
}

/// The head of a new receipt.
#[must_use]
pub fn head(job: &Job, payload: &str, session: &crate::session::Session) -> Head {
    Head {
        receipt: 1,
        tool: format!("push {}", pop_cli::VERSION),
        kind: match job.kind {
            Kind::Push => "push".into(),
            Kind::Undo => "undo".into(),
        },
        outcome: OPEN.into(),
        payload: payload.to_owned(),
        data_set: job.data_set.clone(),
        system_id: session.server.system_id().to_owned(),
        version: session.server.version().to_string(),
        server_date: session.server.info().server_date.clone(),
    }
}

/// Whether a state in a receipt means that this run wrote the value.
#[must_use]
pub fn was_written(record: &Record) -> bool {
    record.state.as_deref() == Some(State::Stored.word())
}
