//! The commit: from a plan, or from an open journal, to a receipt.

mod answer;
mod batches;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::time::Duration;

use pop_cli::{Arg, Console, ExitStatus, Messages, ToolError, interrupt, shortened_list};
use pop_dhis2::import::hint;

use batches::BatchWriter;

use crate::job::{ItemState, Job};
use crate::journal::read::OpenRun;
use crate::journal::{Event, Heading, Journal};
use crate::labels::Labels;
use crate::outcome::{self, Outcome, StopReason};
use crate::plan::Plan;
use crate::receipt::{self, ReceiptHead, RunReport};
use crate::record::RequestRecord;
use crate::run_files::{RunFiles, RunKey};
use crate::session::{Session, retry_policy};

/// A run on a server.
#[derive(Debug)]
pub(crate) struct CommitRun<'a> {
    pub(crate) session: &'a Session,
    pub(crate) labels: &'a Labels,
    pub(crate) patience: Duration,
    pub(crate) batch_size: usize,
}

impl CommitRun<'_> {
    /// Begins: the journal is whole before the first request leaves.
    ///
    /// # Errors
    /// I/O: nothing was sent.
    pub(crate) fn begin(
        &self,
        files: RunFiles,
        plan: Plan,
        console: &mut Console,
    ) -> Result<ExitStatus, ToolError> {
        let heading = Heading {
            journal: 1,
            kind: files.key.kind,
            payload: files.key.payload.clone(),
            system_id: self.session.server.system_id().to_owned(),
            data_set: plan.job.data_set.clone(),
        };
        let RunFiles { key, lock, .. } = files;
        let journal = Journal::begin(lock, &heading, &plan.job)
            .map_err(|error| ToolError::io(error).in_file(&key.receipt))?;
        self.write(&key, plan.job, Vec::new(), journal, console)
    }

    /// Goes on with the run of an open journal.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn resume(
        &self,
        files: RunFiles,
        open_run: OpenRun,
        console: &mut Console,
    ) -> Result<ExitStatus, ToolError> {
        console.note("going on with the run in the journal");
        let RunFiles { key, lock, .. } = files;
        let journal = Journal::reopen(lock)
            .map_err(|error| ToolError::uncertain(error).in_file(&key.receipt))?;
        self.write(&key, open_run.job, open_run.requests, journal, console)
    }

    fn write(
        &self,
        key: &RunKey,
        mut job: Job,
        requests: Vec<RequestRecord>,
        mut journal: Journal,
        console: &mut Console,
    ) -> Result<ExitStatus, ToolError> {
        interrupt::defer();
        let progress = console.progress("writing", Some(job.items.len() as u64));
        let mut writer = BatchWriter {
            session: self.session,
            job: &mut job,
            journal: &mut journal,
            patience: self.patience,
            retry: retry_policy(self.patience),
            requests,
            alarms: Vec::new(),
            found: HashMap::new(),
            unasked: false,
            progress: progress.clone(),
        };
        let stop = writer.write(self.batch_size).err();
        let (requests, alarms, unasked) = (writer.requests, writer.alarms, writer.unasked);
        let found = writer.found;
        progress.finish();
        let outcome = match Outcome::of(&job) {
            // All of ours is there; what else was done, only the server knows.
            Outcome::Written if unasked => Outcome::Unknown,
            outcome => outcome,
        };
        let report = RunReport {
            outcome,
            job: &job,
            found: &found,
            requests: &requests,
            alarms: &alarms,
        };
        self.write_receipt(key, &report, journal)?;
        self.report(key, &report, stop.as_ref(), console);
        Ok(outcome::status(outcome, stop.as_ref()))
    }

    /// Closes the journal and writes the receipt.
    fn write_receipt(
        &self,
        key: &RunKey,
        report: &RunReport<'_>,
        mut journal: Journal,
    ) -> Result<(), ToolError> {
        let outcome = report.outcome;
        let head = ReceiptHead {
            data_set: report.job.data_set.clone(),
            ..ReceiptHead::new(key.kind, &key.payload).at(self.session)
        };
        receipt::finish(Path::new(&key.receipt), &head, report)
            .and_then(|()| {
                journal.write(&Event::Close {
                    outcome: outcome.word().to_owned(),
                })
            })
            .and_then(|()| match outcome {
                Outcome::Written => journal.remove(),
                _ => Ok(()),
            })
            .map_err(|error| {
                ToolError::uncertain(format!(
                    "{}, but the receipt cannot be written: {error}",
                    outcome.word()
                ))
                .in_file(&key.receipt)
            })
    }

    fn report(
        &self,
        key: &RunKey,
        report: &RunReport<'_>,
        stop: Option<&StopReason>,
        console: &Console,
    ) {
        for alarm in report.alarms {
            console.warn(alarm);
        }
        explain_conflicts(report.requests, console);
        self.explain_conflicts_with_others(report, console);
        if let Some(stop) = stop {
            explain_stop(stop, console);
        }
        if matches!(report.outcome, Outcome::Written | Outcome::Partly) {
            console.summary(&analytics(self.session, &console.messages()));
        }
        console.warn(&outcome::last_line(
            report.outcome,
            report.job,
            &key.receipt,
            &console.messages(),
        ));
    }

    /// Whose values were kept because someone else changed them meanwhile, and what ends it.
    fn explain_conflicts_with_others(&self, report: &RunReport<'_>, console: &Console) {
        let job = report.job;
        if job.count(ItemState::ChangedByOthers) == 0 {
            return;
        }
        // A resumed run has made no plan, and knows no names.
        let fetched;
        let labels = if self.labels.is_empty() {
            fetched = Labels::of_job(self.session, job);
            &fetched
        } else {
            self.labels
        };
        let items = job.items.iter().enumerate();
        let lines: Vec<String> = items
            .filter(|(_, item)| item.state == ItemState::ChangedByOthers)
            .map(|(index, item)| {
                let stored = report.found.get(&index).and_then(Option::as_ref);
                format!(
                    "{}: {} is stored, {} was to be written",
                    labels.of_key(&item.key, &job.names),
                    stored.map_or("nothing", |content| content.value.as_str()),
                    job.wanted_of(item)
                        .map_or("nothing", |content| content.value),
                )
            })
            .collect();
        console.warn(&format!(
            "changed by someone else meanwhile and kept: {}",
            shortened_list(&lines)
        ));
        console.hint("these stay as they are, however often this command runs; to write ours over them, push again with --replace-others and another receipt");
    }
}

/// When people will see the values: analytics read tables that a job rebuilds.
fn analytics(session: &Session, messages: &Messages) -> String {
    let last = session
        .server
        .info()
        .last_analytics_table_success
        .as_deref();
    // A server that never ran the job says 1970, or nothing.
    match last.filter(|last| !last.starts_with("1970")) {
        Some(last) => messages.text_of("analytics-rebuilt", &[("last", Arg::Text(last))]),
        None => messages.text("analytics-never-built"),
    }
}

/// What the server refused while writing, each reason once.
fn explain_conflicts(requests: &[RequestRecord], console: &Console) {
    let mut seen = BTreeSet::new();
    for conflict in requests.iter().flat_map(|request| &request.conflicts) {
        let code = conflict.code.as_deref().unwrap_or("");
        if !seen.insert((code, conflict.message.as_str())) {
            continue;
        }
        let rows: Vec<String> = conflict.rows.iter().map(u32::to_string).collect();
        let rows = if rows.is_empty() {
            String::new()
        } else {
            format!(" (value {})", shortened_list(&rows))
        };
        console.warn(&format!("refused: {code} {}{rows}", conflict.message));
        if let Some(hint) = hint::of(code) {
            console.hint(hint);
        }
    }
}

fn explain_stop(stop: &StopReason, console: &Console) {
    const RESUME: &str = "run the same command again: it goes on from the journal";
    match stop {
        StopReason::Refused { why, hint } => {
            console.warn(why);
            if let Some(hint) = hint {
                console.hint(hint);
            }
            console.hint("then run the same command again: it goes on from the journal");
        }
        StopReason::Unreachable(why) => {
            console.warn(why);
            console.hint(RESUME);
        }
        StopReason::Unread(error) => {
            console.warn(&format!("cannot read back what is stored: {error}"));
            if let Some(hint) = error.hint() {
                console.hint(&hint);
            }
            console.hint(RESUME);
        }
        StopReason::Interrupted => {
            console.warn("stopped as asked");
            console.hint(RESUME);
        }
        StopReason::Journal(error) => {
            console.warn(&format!(
                "cannot write the journal: {error}; nothing more was sent"
            ));
            console.hint("free space on the disk, or fix its permissions; then run the same command again: it goes on from the journal");
        }
    }
}
