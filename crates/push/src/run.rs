//! The tool from front to back.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use pop_cli::{CommonArgs, Consent, Console, ExitStatus, Tool, ToolError, interrupt};
use pop_datavalues::Metadata;
use pop_dhis2::import::names::Names;
use pop_dhis2::import::values::Key;

use crate::args::Push;
use crate::commit::{Stop, Writer};
use crate::job::{Job, Kind};
use crate::journal::{self, Event, Found, Heading, Journal};
use crate::outcome::{self, Outcome};
use crate::payload::Payload;
use crate::plan::{self, KINDS, Plan, Wishes};
use crate::receipt::{self, Head};
use crate::session::{Session, retry_policy};
use crate::table::{self, Form, UnitNames};

impl Tool for Push {
    const NAME: &'static str = "push";

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        let payload = self.read_payload(console)?;
        let mut consent = Consent::load(&self.consent, KINDS, console)?;
        let session = Session::connect(&self.server, self.patience(), console)?;
        if let Some(status) = self.resume(&session, &payload, console)? {
            return Ok(status);
        }
        let metadata = self.metadata(&session, &payload, console)?;
        let mut plan = self.plan(&session, &metadata, payload, console)?;
        plan.consent(&mut consent);
        self.show(&plan, &session, &metadata, console)?;
        if let Some(line) = consent.close(console) {
            console.summary(&line);
        }
        if !plan.refusals.is_empty() {
            console.summary(&refused_line(&plan, self.commit));
            return Ok(ExitStatus::CheckFound);
        }
        if !self.commit {
            console.summary(&format!(
                "plan: {}; nothing was written",
                table::counts_line(&plan)
            ));
            return Ok(ExitStatus::Done);
        }
        self.begin(&session, plan, console)
    }
}

impl Push {
    fn patience(&self) -> Duration {
        Duration::from_secs(u64::from(self.patience))
    }

    fn receipt_path(&self) -> &str {
        self.receipt.as_deref().unwrap_or_default()
    }

    fn read_payload(&self, console: &mut Console) -> Result<Payload, ToolError> {
        let source = console.input_reader("data value set", &self.file)?;
        let payload = Payload::read(source).map_err(|error| error.in_file(&self.file))?;
        console.note(&format!(
            "{} values, sha256 {}",
            payload.values.len(),
            payload.sha256
        ));
        Ok(payload)
    }

    fn metadata(
        &self,
        _session: &Session,
        _payload: &Payload,
        console: &mut Console,
    ) -> Result<Metadata, ToolError> {
        let Some(name) = &self.metadata else {
            return Err(ToolError::usage("no metadata document")
                .hint("give one with --metadata (fetch-metadata writes it)"));
        };
        let data = console.input("metadata", name)?;
        Metadata::read(&data.bytes).map_err(|error| ToolError::data(error).in_file(name))
    }

    fn plan(
        &self,
        session: &Session,
        metadata: &Metadata,
        mut payload: Payload,
        console: &mut Console,
    ) -> Result<Plan, ToolError> {
        payload
            .resolve(metadata)
            .map_err(|error| error.in_file(&self.file))?;
        let set = payload
            .data_set
            .as_deref()
            .and_then(|id| metadata.data_set(id).ok());
        payload.name_default_combos(metadata, set);
        let earlier = self.earlier_values(&mut payload.names)?;
        let wishes = Wishes {
            replace_others: self.replace_others,
            update_comments: self.update_comments,
            earlier: &earlier,
        };
        let mut plan = plan::compare(session, metadata, payload, wishes)?;
        plan.try_on_server(
            session,
            self.part_size as usize,
            &retry_policy(self.patience()),
            console,
        )?;
        Ok(plan)
    }

    /// What earlier receipts say was written by us.
    fn earlier_values(&self, names: &mut Names) -> Result<HashSet<(Key, String)>, ToolError> {
        let mut earlier = HashSet::new();
        for path in &self.earlier {
            receipt::read(path, |record| {
                if receipt::was_written(&record)
                    && let Some(wanted) = &record.wanted
                {
                    earlier.insert((record.key(names), wanted.value.clone()));
                }
                Ok(())
            })?;
        }
        Ok(earlier)
    }

    fn show(
        &self,
        plan: &Plan,
        session: &Session,
        metadata: &Metadata,
        console: &mut Console,
    ) -> Result<(), ToolError> {
        let units = UnitNames::new(metadata);
        for warning in &plan.warnings {
            console.warn(warning);
        }
        for refusal in &plan.refusals {
            console.warn(&format!(
                "refused: {}",
                table::refusal_line(plan, &units, refusal)
            ));
            if let Some(remedy) = &refusal.remedy {
                console.hint(remedy);
            }
        }
        let mut outputs = Vec::new();
        if let Some(name) = &self.plan_table {
            let form = if name.ends_with(".csv") {
                Form::Csv
            } else {
                Form::Text
            };
            let mut output = console.output("plan table", name)?;
            table::write(plan, &units, form, &mut output)
                .map_err(|error| ToolError::io(error).in_file(name))?;
            outputs.push(output);
        } else {
            console.show(&table::screen(plan, &units));
        }
        // A commit's stream is its receipt: the plan is written only where a file is named for it.
        if !self.commit || self.common.output != "-" {
            let name = &self.common.output;
            let mut output = console.output("plan", name)?;
            let written = plan
                .write_json(session, &mut output)
                .and_then(|()| output.flush());
            written.map_err(|error| ToolError::io(error).in_file(name))?;
            outputs.push(output);
        }
        console.publish(outputs)
    }

    /// Goes on with the run of an open journal, if this command has one.
    fn resume(
        &self,
        session: &Session,
        payload: &Payload,
        console: &mut Console,
    ) -> Result<Option<ExitStatus>, ToolError> {
        if !self.commit {
            return Ok(None);
        }
        let path = Path::new(self.receipt_path());
        let journal_path = journal::beside(path);
        if !journal_path.exists() {
            return if path.exists() {
                self.already(session, payload, console).map(Some)
            } else {
                Ok(None)
            };
        }
        let in_journal =
            |error: journal::JournalError| ToolError::data(error).in_file(journal_path.display());
        let Found::Run(run) = journal::read(&journal_path).map_err(in_journal)? else {
            // Nothing had left yet.
            return Ok(None);
        };
        let (heading, job) = *run;
        let this = heading_of(
            Kind::Push,
            &payload.sha256,
            session,
            heading.data_set.clone(),
        );
        if heading != this {
            return Err(ToolError::usage(
                "an unfinished run of another payload, or on another server, has this receipt",
            )
            .in_file(journal_path.display())
            .hint("finish that run with its own command, or name another receipt"));
        }
        console.note("going on with the run in the journal");
        let journal = Journal::reopen(&journal_path)
            .map_err(|error| ToolError::io(error).in_file(journal_path.display()))?;
        if !path.exists() {
            let head = receipt::head(Kind::Push, &job, &payload.sha256, session);
            self.begin_receipt(&head)?;
        }
        self.write(session, job, &payload.sha256, journal, console)
            .map(Some)
    }

    /// The receipt of a finished run stands where this one's would go.
    fn already(
        &self,
        session: &Session,
        payload: &Payload,
        console: &Console,
    ) -> Result<ExitStatus, ToolError> {
        let path = self.receipt_path();
        let head = receipt::read(path, |_| Ok(()))?;
        let same = head.payload == payload.sha256 && head.system_id == session.server.system_id();
        if same && head.outcome == Outcome::Written.word() {
            console.summary(&format!(
                "written: nothing left to do, this push is finished; receipt {path}"
            ));
            return Ok(ExitStatus::Done);
        }
        Err(
            ToolError::usage("the receipt of another run; a receipt is never overwritten")
                .in_file(path)
                .hint("name another file with --receipt"),
        )
    }

    fn begin(
        &self,
        session: &Session,
        plan: Plan,
        console: &mut Console,
    ) -> Result<ExitStatus, ToolError> {
        let Plan { job, payload, .. } = plan;
        let path = journal::beside(Path::new(self.receipt_path()));
        let heading = heading_of(job.kind, &payload, session, job.data_set.clone());
        let journal = Journal::begin(&path, &heading, &job)
            .map_err(|error| ToolError::io(error).in_file(path.display()))?;
        self.begin_receipt(&receipt::head(job.kind, &job, &payload, session))?;
        self.write(session, job, &payload, journal, console)
    }

    fn begin_receipt(&self, head: &Head) -> Result<(), ToolError> {
        receipt::begin(Path::new(self.receipt_path()), head)
            .map_err(|error| ToolError::io(error).in_file(self.receipt_path()))
    }

    fn write(
        &self,
        session: &Session,
        mut job: Job,
        payload: &str,
        mut journal: Journal,
        console: &mut Console,
    ) -> Result<ExitStatus, ToolError> {
        interrupt::defer();
        let progress = console.progress("writing", Some(job.items.len() as u64));
        let mut writer = Writer {
            session,
            job: &mut job,
            journal: &mut journal,
            patience: self.patience(),
            retry: retry_policy(self.patience()),
            requests: Vec::new(),
            alarms: Vec::new(),
            progress: progress.clone(),
        };
        let stop = writer.write(self.part_size as usize).err();
        let (requests, alarms) = (writer.requests, writer.alarms);
        progress.finish();
        let outcome = Outcome::of(&job);
        let path = self.receipt_path();
        let closed = journal.write(&Event::Close {
            outcome: outcome.word().to_owned(),
        });
        let head = receipt::head(job.kind, &job, payload, session);
        let in_receipt = |error: std::io::Error| {
            ToolError::uncertain(format!("the receipt cannot be written: {error}")).in_file(path)
        };
        closed
            .and_then(|()| {
                receipt::finish(Path::new(path), &head, outcome, &job, &requests, &alarms)
            })
            .map_err(in_receipt)?;
        if outcome == Outcome::Written {
            journal.remove().map_err(in_receipt)?;
        }
        for alarm in &alarms {
            console.warn(alarm);
        }
        if let Some(stop) = &stop {
            explain(stop, console);
        }
        console.warn(&outcome::last_line(outcome, &job, path));
        Ok(outcome::status(outcome, stop.as_ref()))
    }
}

fn heading_of(kind: Kind, payload: &str, session: &Session, data_set: Option<String>) -> Heading {
    Heading {
        journal: 1,
        kind,
        payload: payload.to_owned(),
        system_id: session.server.system_id().to_owned(),
        data_set,
    }
}

fn refused_line(plan: &Plan, commit: bool) -> String {
    let refused: HashSet<usize> = plan
        .refusals
        .iter()
        .flat_map(|refusal| &refusal.items)
        .copied()
        .collect();
    format!(
        "{}{} of {} values would be refused: {}",
        if commit { "nothing: " } else { "plan: " },
        refused.len(),
        plan.job.items.len(),
        "nothing was written"
    )
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
