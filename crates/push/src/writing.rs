//! From a plan, or from an open journal, to a receipt.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::time::Duration;

use pop_cli::{Console, ExitStatus, ToolError, interrupt, shortened_list};
use pop_dhis2::import::remedy;

use crate::answer::RequestRecord;
use crate::commit::{Stop, Writer};
use crate::job::{Job, State};
use crate::journal::{Event, Heading, Journal};
use crate::labels::Labels;
use crate::outcome::{self, Outcome};
use crate::place::{Place, Run};
use crate::plan::Plan;
use crate::receipt::{self, Head, Report};
use crate::resume::Begun;
use crate::session::{Session, retry_policy};

/// A run on a server.
#[derive(Debug)]
pub(crate) struct Writing<'a> {
    pub(crate) session: &'a Session,
    pub(crate) labels: &'a Labels<'a>,
    pub(crate) patience: Duration,
    pub(crate) part_size: usize,
}

impl Writing<'_> {
    /// Begins: the journal is whole before the first request leaves.
    ///
    /// # Errors
    /// I/O: nothing was sent.
    pub(crate) fn begin(
        &self,
        place: Place,
        plan: Plan,
        console: &mut Console,
    ) -> Result<ExitStatus, ToolError> {
        let heading = Heading {
            journal: 1,
            kind: place.run.kind,
            payload: place.run.payload.clone(),
            system_id: self.session.server.system_id().to_owned(),
            data_set: plan.job.data_set.clone(),
        };
        let Place { run, claim, .. } = place;
        let journal = Journal::begin(claim, &heading, &plan.job)
            .map_err(|error| ToolError::io(error).in_file(&run.receipt))?;
        self.write(&run, plan.job, Vec::new(), journal, console)
    }

    /// Goes on with the run of an open journal.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn resume(
        &self,
        place: Place,
        begun: Begun,
        console: &mut Console,
    ) -> Result<ExitStatus, ToolError> {
        console.note("going on with the run in the journal");
        let Place { run, claim, .. } = place;
        let journal = Journal::reopen(claim)
            .map_err(|error| ToolError::uncertain(error).in_file(&run.receipt))?;
        self.write(&run, begun.job, begun.requests, journal, console)
    }

    fn write(
        &self,
        run: &Run,
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
            found: HashMap::new(),
            unasked: false,
            progress: progress.clone(),
        };
        let stop = writer.write(self.part_size).err();
        let (requests, alarms, unasked) = (writer.requests, writer.alarms, writer.unasked);
        let found = writer.found;
        progress.finish();
        let outcome = match Outcome::of(&job) {
            // All of ours is there; what else was done, only the server knows.
            Outcome::Written if unasked => Outcome::Unknown,
            outcome => outcome,
        };
        let report = Report {
            outcome,
            job: &job,
            found: &found,
            requests: &requests,
            alarms: &alarms,
        };
        self.record(run, &report, journal)?;
        self.tell(run, &report, stop.as_ref(), console);
        Ok(outcome::status(outcome, stop.as_ref()))
    }

    /// Closes the journal and writes the receipt.
    fn record(
        &self,
        run: &Run,
        report: &Report<'_>,
        mut journal: Journal,
    ) -> Result<(), ToolError> {
        let outcome = report.outcome;
        let head = Head {
            data_set: report.job.data_set.clone(),
            ..Head::new(run.kind, &run.payload).at(self.session)
        };
        receipt::finish(Path::new(&run.receipt), &head, report)
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
                .in_file(&run.receipt)
            })
    }

    fn tell(&self, run: &Run, report: &Report<'_>, stop: Option<&Stop>, console: &Console) {
        for alarm in report.alarms {
            console.warn(alarm);
        }
        explain_conflicts(report.requests, console);
        explain_others(report, self.labels, console);
        if let Some(stop) = stop {
            explain(stop, console);
        }
        if matches!(report.outcome, Outcome::Written | Outcome::Partly) {
            console.summary(&analytics(self.session));
        }
        console.warn(&outcome::last_line(
            report.outcome,
            report.job,
            &run.receipt,
        ));
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
            format!(" (value {})", shortened_list(&rows))
        };
        console.warn(&format!("refused: {code} {}{rows}", conflict.message));
        if let Some(remedy) = remedy::of(code) {
            console.hint(remedy);
        }
    }
}

/// Whose values were kept because someone else changed them meanwhile, and what ends it.
fn explain_others(report: &Report<'_>, labels: &Labels<'_>, console: &Console) {
    let job = report.job;
    let items = job.items.iter().enumerate();
    let lines: Vec<String> = items
        .filter(|(_, item)| item.state == State::Others)
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
    if lines.is_empty() {
        return;
    }
    console.warn(&format!(
        "changed by someone else meanwhile and kept: {}",
        shortened_list(&lines)
    ));
    console.hint("these stay as they are, however often this command runs; to write ours over them, push again with --replace-others and another receipt");
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
