//! From a plan, or from an open journal, to a receipt.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pop_cli::{Console, ExitStatus, ToolError, first_of, interrupt};
use pop_dhis2::import::remedy;

use crate::answer::RequestRecord;
use crate::commit::{Stop, Writer};
use crate::job::{Job, Kind};
use crate::journal::{self, Event, Heading, Journal};
use crate::outcome::{self, Outcome};
use crate::plan::Plan;
use crate::receipt;
use crate::resume::{self, Begun, Found, JournalError};
use crate::session::{Session, retry_policy};

/// What makes two commands the same run.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    /// Push or undo.
    pub(crate) kind: Kind,
    /// SHA-256 of the file that is pushed, or of the receipt that is undone.
    pub(crate) payload: String,
    /// Where its receipt goes.
    pub(crate) receipt: &'a str,
}

/// A run on a server.
#[derive(Debug)]
pub(crate) struct Writing<'a> {
    pub(crate) run: &'a Run<'a>,
    pub(crate) session: &'a Session,
    pub(crate) patience: Duration,
    pub(crate) part_size: usize,
}

impl Writing<'_> {
    /// Begins: journal first, then the receipt, then the first request.
    ///
    /// # Errors
    /// I/O: nothing was sent.
    pub(crate) fn begin(&self, plan: Plan, console: &mut Console) -> Result<ExitStatus, ToolError> {
        let path = self.journal_path();
        let heading = self.heading(plan.job.data_set.clone());
        let journal = Journal::begin(&path, &heading, &plan.job)
            .map_err(|error| ToolError::io(error).in_file(path.display()))?;
        self.begin_receipt(&plan.job)?;
        self.write(plan.job, Vec::new(), journal, console)
    }

    /// Goes on with the run of an open journal, if this command has one.
    ///
    /// # Errors
    /// Usage: the journal or receipt of another run stands there; data: the journal is broken.
    pub(crate) fn resume(&self, console: &mut Console) -> Result<Option<ExitStatus>, ToolError> {
        let path = self.journal_path();
        if !path.exists() {
            return self.finished(console);
        }
        let in_journal = |error: JournalError| ToolError::data(error).in_file(path.display());
        let Found::Run(run) = resume::read(&path).map_err(in_journal)? else {
            // Nothing had left yet: the run begins anew.
            return if self.receipt_path().exists() {
                self.finished(console)
            } else {
                Ok(None)
            };
        };
        let Begun {
            heading,
            job,
            requests,
        } = *run;
        if heading != self.heading(heading.data_set.clone()) {
            return Err(ToolError::usage(
                "the journal of an unfinished run with another payload, or on another server",
            )
            .in_file(path.display())
            .hint("finish that run with its own command, or name another receipt"));
        }
        console.note("going on with the run in the journal");
        let journal =
            Journal::reopen(&path).map_err(|error| ToolError::io(error).in_file(path.display()))?;
        if !self.receipt_path().exists() {
            self.begin_receipt(&job)?;
        }
        self.write(job, requests, journal, console).map(Some)
    }

    /// Without a journal there is nothing to go on with: is the receipt that of this run, finished?
    fn finished(&self, console: &Console) -> Result<Option<ExitStatus>, ToolError> {
        let path = self.run.receipt;
        if !self.receipt_path().exists() {
            return Ok(None);
        }
        let foreign = || {
            ToolError::usage("the receipt of another run stands here, and none is ever overwritten")
                .in_file(path)
                .hint("name another file with --receipt")
        };
        let head = receipt::read(path, |_| Ok(())).map_err(|_| foreign())?;
        let same =
            head.payload == self.run.payload && head.system_id == self.session.server.system_id();
        if same && head.outcome == Outcome::Written.word() {
            console.warn(&format!(
                "written: this run is finished, nothing is left to do; receipt {path}"
            ));
            console.hint("--verify tells whether it still stands as written");
            return Ok(Some(ExitStatus::Done));
        }
        Err(foreign())
    }

    fn write(
        &self,
        mut job: Job,
        requests: Vec<RequestRecord>,
        mut journal: Journal,
        console: &mut Console,
    ) -> Result<ExitStatus, ToolError> {
        interrupt::defer();
        let progress = console.progress("writing", Some(job.items.len() as u64));
        let mut writer = Writer {
            session: self.session,
            job: &mut job,
            journal: &mut journal,
            patience: self.patience,
            retry: retry_policy(self.patience),
            requests,
            alarms: Vec::new(),
            unasked: false,
            progress: progress.clone(),
        };
        let stop = writer.write(self.part_size).err();
        let (requests, alarms, unasked) = (writer.requests, writer.alarms, writer.unasked);
        progress.finish();
        let outcome = match Outcome::of(&job) {
            // All of ours is there; what else was done, only the server knows.
            Outcome::Written if unasked => Outcome::Unknown,
            outcome => outcome,
        };
        let closed = journal.write(&Event::Close {
            outcome: outcome.word().to_owned(),
        });
        let head = receipt::head(&job, &self.run.payload, self.session);
        let in_receipt = |error: std::io::Error| {
            ToolError::uncertain(format!(
                "{}, but the receipt cannot be written: {error}",
                outcome.word()
            ))
            .in_file(self.run.receipt)
        };
        closed
            .and_then(|()| {
                receipt::finish(
                    self.receipt_path(),
                    &head,
                    outcome,
                    &job,
                    &requests,
                    &alarms,
                )
            })
            .map_err(in_receipt)?;
        if outcome == Outcome::Written {
            journal.remove().map_err(in_receipt)?;
        }
        for alarm in &alarms {
            console.warn(alarm);
        }
        explain_conflicts(&requests, console);
        if let Some(stop) = &stop {
            explain(stop, console);
        }
        if matches!(outcome, Outcome::Written | Outcome::Partly) {
            console.summary(&analytics(self.session));
        }
        console.warn(&outcome::last_line(outcome, &job, self.run.receipt));
        Ok(outcome::status(outcome, stop.as_ref()))
    }

    fn receipt_path(&self) -> &Path {
        Path::new(self.run.receipt)
    }

    fn journal_path(&self) -> PathBuf {
        journal::beside(self.receipt_path())
    }

    fn begin_receipt(&self, job: &Job) -> Result<(), ToolError> {
        let head = receipt::head(job, &self.run.payload, self.session);
        receipt::begin(self.receipt_path(), &head)
            .map_err(|error| ToolError::io(error).in_file(self.run.receipt))
    }

    fn heading(&self, data_set: Option<String>) -> Heading {
        Heading {
            journal: 1,
            kind: self.run.kind,
            payload: self.run.payload.clone(),
            system_id: self.session.server.system_id().to_owned(),
            data_set,
        }
    }
}

/// When people will see the values: analytics read tables that a job rebuilds.
fn analytics(session: &Session) -> String {
    let last = session
        .server
        .info()
        .last_analytics_table_success
        .as_deref();
    // A server that never ran the job says 1970, or nothing.
    match last.filter(|last| !last.starts_with("1970")) {
        Some(last) => format!("analytics show the values after the next rebuild of their tables (the last one: {last})"),
        None => "analytics show the values once their tables are built; this server has never built them".to_owned(),
    }
}

/// What the server refused while writing, each reason once.
fn explain_conflicts(requests: &[RequestRecord], console: &Console) {
    let mut told = BTreeSet::new();
    for conflict in requests.iter().flat_map(|request| &request.conflicts) {
        let code = conflict.code.as_deref().unwrap_or("");
        if !told.insert((code, conflict.message.as_str())) {
            continue;
        }
        let rows: Vec<String> = conflict.rows.iter().map(u32::to_string).collect();
        let rows = if rows.is_empty() {
            String::new()
        } else {
            format!(" (value {})", first_of(&rows))
        };
        console.warn(&format!("refused: {code} {}{rows}", conflict.message));
        if let Some(remedy) = remedy::of(code) {
            console.hint(remedy);
        }
    }
}

fn explain(stop: &Stop, console: &Console) {
    match stop {
        Stop::Refused { why, remedy } => {
            console.warn(why);
            if let Some(remedy) = remedy {
                console.hint(remedy);
            }
        }
        Stop::Unreachable(why) => console.warn(why),
        Stop::Unread(error) => {
            console.warn(&format!("what is stored could not be read back: {error}"))
        }
        Stop::Interrupted => console.warn("stopped as asked; the same command goes on from here"),
        Stop::Journal(error) => console.warn(&format!(
            "the journal cannot be written: {error}; nothing more was sent"
        )),
    }
}
