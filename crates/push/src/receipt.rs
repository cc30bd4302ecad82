//! The receipt: what was asked, what the server answered, and every value before and after.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use pop_cli::{Fingerprint, FingerprintReader, ToolError, open_file};
use serde::Serialize;
use serde_json::{Value, json};

use crate::job::{ItemState, Job, RunKind};
use crate::journal;
use crate::outcome::Outcome;
use crate::record::{ContentRecord, Record, RequestRecord, read_document, write_open_object};
use crate::session::Session;

/// What to do with a file that is not a receipt.
const WHICH_FILE: &str = "name the file that --receipt named in the run of push --commit";

/// The outcome in a receipt whose run goes on, or was stopped.
pub(crate) const OPEN: &str = "open";
/// The outcome of a run that was stopped and then taken back.
pub(crate) const UNDONE: &str = "undone";

/// The members of a receipt beside its values.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReceiptHead {
    /// Version of this format.
    pub(crate) receipt: u32,
    /// `push` and its version.
    pub(crate) tool: String,
    /// `push` or `undo`.
    pub(crate) kind: String,
    /// `open` while the run goes on, then `written`, `partly`, `unknown` or `nothing`; `undone` if it was stopped and taken back.
    pub(crate) outcome: String,
    /// SHA-256 of the file that was pushed, or of the receipt that was undone.
    pub(crate) payload: String,
    /// The data set named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data_set: Option<String>,
    /// Identity of the server.
    pub(crate) system_id: String,
    /// Its version.
    pub(crate) version: String,
    /// Its day and time when the run began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) server_date: Option<String>,
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
pub(crate) fn begin(path: &Path, head: &ReceiptHead) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text(head)?.as_bytes())?;
    file.sync_all()
}

/// The same over the receipt of a run that sent nothing.
///
/// # Errors
/// Those of the file system.
pub(crate) fn begin_again(path: &Path, head: &ReceiptHead) -> io::Result<()> {
    let text = text(head)?;
    replace(path, |out| out.write_all(text.as_bytes()))
}

fn text(head: &ReceiptHead) -> io::Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(head)?))
}

/// What a run that has come to its end did.
#[derive(Debug)]
pub(crate) struct RunReport<'a> {
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// Its values, with what became of them.
    pub(crate) job: &'a Job,
    /// What was found of values that someone else changed meanwhile.
    pub(crate) found: &'a HashMap<usize, Option<ContentRecord>>,
    /// All its requests.
    pub(crate) requests: &'a [RequestRecord],
    /// Alarms that the user was shown.
    pub(crate) alarms: &'a [String],
}

/// Replaces the receipt of this run by its final form.
///
/// # Errors
/// Those of the file system.
pub(crate) fn finish(path: &Path, head: &ReceiptHead, report: &RunReport<'_>) -> io::Result<()> {
    let job = report.job;
    let head = ReceiptHead {
        outcome: report.outcome.word().to_owned(),
        ..head.clone()
    };
    let tail = Tail {
        counts: counts(job),
        requests: report.requests,
        alarms: report.alarms,
    };
    replace(path, |out| {
        write_open_object(
            out,
            &[&serde_json::to_value(&head)?, &serde_json::to_value(&tail)?],
        )?;
        out.write_all(b",\n\"values\":[")?;
        for (index, item) in job.items.iter().enumerate() {
            out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            let record = Record {
                state: Some(item.state.word().to_owned()),
                found: report.found.get(&index).cloned().flatten(),
                ..job.record(item)
            };
            serde_json::to_writer(&mut *out, &record)?;
        }
        out.write_all(b"\n]}\n")
    })
}

/// Replaces the receipt of a run that ended before its first request.
///
/// # Errors
/// Those of the file system.
pub(crate) fn finish_unsent(path: &Path, head: &ReceiptHead, why: &[String]) -> io::Result<()> {
    let head = ReceiptHead {
        outcome: Outcome::Nothing.word().to_owned(),
        ..head.clone()
    };
    let tail = json!({"counts": {}, "requests": [], "alarms": why});
    replace(path, |out| {
        write_open_object(out, &[&serde_json::to_value(&head)?, &tail])?;
        out.write_all(b",\n\"values\":[]}\n")
    })
}

/// Replaces the receipt of a stopped run of which everything was taken back.
///
/// # Errors
/// I/O; data where it is not a receipt of this form.
pub(crate) fn finish_undone(path: &str) -> Result<(), ToolError> {
    let head = ReceiptHead {
        outcome: UNDONE.to_owned(),
        ..read_any(path, |_| Ok(()))?
    };
    let tail = json!({"counts": {}, "requests": [], "alarms": ["the run was stopped before its end, and what it had written was taken back"]});
    replace(Path::new(path), |out| {
        write_open_object(out, &[&serde_json::to_value(&head)?, &tail])?;
        out.write_all(b",\n\"values\":[]}\n")
    })
    .map_err(|error| ToolError::io(error).in_file(path))
}

/// Writes a new file beside the old one, syncs it and moves it over.
fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let temporary = Path::new(&name);
    let mut out = BufWriter::with_capacity(1 << 16, File::create(temporary)?);
    write(&mut out)?;
    out.into_inner()?.sync_all()?;
    pop_cli::move_into_place(temporary, path)
}

fn counts(job: &Job) -> std::collections::BTreeMap<&'static str, usize> {
    let mut counts = std::collections::BTreeMap::new();
    for item in &job.items {
        *counts.entry(item.state.word()).or_default() += 1;
    }
    counts
}

/// Reads the receipt of a run that came to its end; hands each of its values to `each`.
///
/// # Errors
/// I/O; data where it is not a receipt of this form; usage where its run goes on, or was stopped.
pub(crate) fn read(
    path: &str,
    each: impl FnMut(Record) -> Result<(), String>,
) -> Result<ReceiptHead, ToolError> {
    read_with_fingerprint(path, each).map(|(head, _)| head)
}

/// As [`read`], with the fingerprint of the file, which is read once: it may be a pipe.
pub(crate) fn read_with_fingerprint(
    path: &str,
    each: impl FnMut(Record) -> Result<(), String>,
) -> Result<(ReceiptHead, Fingerprint), ToolError> {
    let (head, fingerprint) = parse(path, each)?;
    let is_open = is_open(&head, &journal::beside(Path::new(path)))
        .map_err(|error| ToolError::io(error).in_file(path))?;
    if is_open {
        return Err(
            ToolError::usage("the run of this receipt was stopped before its end")
                .in_file(path)
                .hint("run its command again: it goes on from the journal; or take back with --undo what it wrote"),
        );
    }
    Ok((head, fingerprint))
}

/// Whether the run of a receipt goes on, or was stopped before its end.
///
/// # Errors
/// Those of the file system.
pub(crate) fn is_open(head: &ReceiptHead, journal: &Path) -> io::Result<bool> {
    Ok(head.outcome == OPEN || journal::is_open(journal)?)
}

/// Reads a receipt, also one whose run goes on.
///
/// # Errors
/// I/O; data where it is not a receipt of this form.
pub(crate) fn read_any(
    path: &str,
    each: impl FnMut(Record) -> Result<(), String>,
) -> Result<ReceiptHead, ToolError> {
    parse(path, each).map(|(head, _)| head)
}

fn parse(
    path: &str,
    mut each: impl FnMut(Record) -> Result<(), String>,
) -> Result<(ReceiptHead, Fingerprint), ToolError> {
    let mut file = FingerprintReader::new(open_file(path)?);
    let mut fill = |head: &mut ReceiptHead, key: &str, value: Value| -> Result<(), String> {
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
    let head: ReceiptHead = read_document(&mut file, &mut fill, &mut each).map_err(|error| {
        ToolError::data(format!("not a receipt: {error}"))
            .in_file(path)
            .hint(WHICH_FILE)
    })?;
    if head.receipt != 1 {
        return Err(ToolError::data("not a receipt of version 1")
            .in_file(path)
            .hint(WHICH_FILE));
    }
    Ok((head, file.fingerprint()))
}

impl ReceiptHead {
    /// The head of a new receipt, as far as it is known before the server was spoken to.
    #[must_use]
    pub(crate) fn new(kind: RunKind, payload: &str) -> Self {
        Self {
            receipt: 1,
            tool: format!("push {}", pop_cli::VERSION),
            kind: match kind {
                RunKind::Push => "push".into(),
                RunKind::Undo => "undo".into(),
            },
            outcome: OPEN.into(),
            payload: payload.to_owned(),
            ..Self::default()
        }
    }

    /// With the server of the run.
    #[must_use]
    pub(crate) fn at(self, session: &Session) -> Self {
        Self {
            system_id: session.server.system_id().to_owned(),
            version: session.server.version().to_string(),
            server_date: session.server.info().server_date.clone(),
            ..self
        }
    }
}

/// Whether a state in a receipt means that this run wrote the value.
#[must_use]
pub(crate) fn was_written(record: &Record) -> bool {
    record.state.as_deref() == Some(ItemState::Stored.word())
}
