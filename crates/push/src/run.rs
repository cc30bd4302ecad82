//! The tool from front to back.

use std::time::Duration;

use pop_cli::{
    AllowKind, Arg, CommonArgs, Consent, Console, ExitStatus, Fingerprint, Tool, ToolError,
    counted, open_file, shortened_list,
};

use crate::args::Push;
use crate::commit::CommitRun;
use crate::job::RunKind;
use crate::journal::read::OpenRun;
use crate::labels::Labels;
use crate::payload::Payload;
use crate::plan::output::PlanOutput;
use crate::plan::refusal::{self, KINDS};
use crate::plan::{Plan, guard, other_system, table};
use crate::receipt as receipt_file;
use crate::run_files::{RunFiles, RunKey};
use crate::session::{Session, retry_policy};
use crate::{undo, verify};

impl Tool for Push {
    const NAME: &'static str = "push";
    const ALLOW_KINDS: &'static [AllowKind] = KINDS;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        match (&self.verify, &self.undo) {
            (Some(receipt), _) => {
                let output = console.output("verification", &self.common.output)?;
                let session = self.connect(console)?;
                verify::run(&session, receipt, self.batch_size(), output, console)
            }
            (_, Some(receipt)) => self.undo(receipt, console),
            _ => self.push(console),
        }
    }
}

/// Whether a run shows its plan only, or writes it.
enum RunMode {
    PlanOnly,
    Commit(Box<RunFiles>),
}

/// What a run that is to write does once its plan is known.
enum Prepared {
    /// Nothing: the run is done, or is not to write.
    Ended(ExitStatus),
    /// The run of the open journal goes on.
    Resume(Session, Box<OpenRun>),
    /// The plan is written.
    Write(Session, Box<Plan>, Labels),
}

impl Push {
    fn push(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        let payload = self.read_payload(console)?;
        let consent = Consent::load(&self.consent, Self::ALLOW_KINDS, console)?;
        let sha256 = payload.sha256.clone();
        self.plan_and_commit(
            RunKind::Push,
            sha256,
            consent,
            console,
            |session, consent, console| {
                let metadata = self.metadata(session, &payload, console)?;
                let plan = self.plan(session, &metadata, payload, consent, console)?;
                Ok((plan, Labels::new(&metadata)))
            },
        )
    }

    fn undo(&self, receipt: &str, console: &mut Console) -> Result<ExitStatus, ToolError> {
        if receipt_file::read_any(receipt, |_| Ok(()))?.outcome == receipt_file::UNDONE {
            console.warn(&format!(
                "{receipt}: this run is undone, nothing is left to do"
            ));
            return Ok(ExitStatus::Done);
        }
        let undoable = undo::read(receipt)?;
        if undoable.open_journal.is_some() {
            console.warn(&format!(
                "{receipt}: the run was stopped before its end: what it may have written is taken back"
            ));
        }
        let sha256 = undoable.sha256.clone();
        let consent = Consent::load(&self.consent, Self::ALLOW_KINDS, console)?;
        let status = self.plan_and_commit(
            RunKind::Undo,
            sha256.clone(),
            consent,
            console,
            |session, _, console| {
                if undoable.system_id != session.server.system_id() {
                    return Err(other_system("the receipt is", &undoable.system_id, session)
                        .in_file(receipt)
                        .hint("name the server of the receipt with --url"));
                }
                let mut plan = undo::compare(session, undoable.job, sha256, self.batch_size())?;
                let labels = Labels::of_job(session, &plan.job);
                plan.try_on_server(
                    session,
                    self.batch_size(),
                    &retry_policy(self.patience()),
                    console,
                )?;
                Ok((plan, labels))
            },
        )?;
        let is_taken_back = self.commit && status == ExitStatus::Done;
        if let Some(journal) = undoable.open_journal.filter(|_| is_taken_back) {
            // Its own command would go on from the journal, and write again.
            let io = |error: std::io::Error| ToolError::io(error).in_file(receipt);
            receipt_file::finish_undone(receipt)?;
            journal.remove().map_err(io)?;
            console.warn(&format!(
                "{receipt}: the stopped run is undone and given up: its own command writes nothing more"
            ));
        }
        Ok(status)
    }

    /// Makes the plan, shows it, and with --commit writes it. What ends before its first request
    /// leaves a receipt that says so.
    fn plan_and_commit(
        &self,
        kind: RunKind,
        payload: String,
        mut consent: Consent,
        console: &mut Console,
        make_plan: impl FnOnce(
            &mut Session,
            &Consent,
            &mut Console,
        ) -> Result<(Plan, Labels), ToolError>,
    ) -> Result<ExitStatus, ToolError> {
        let mut files = match self.mode(kind, payload)? {
            RunMode::Commit(files) => files,
            RunMode::PlanOnly => {
                let output = self.plan_output(console)?;
                let mut session = self.connect(console)?;
                let (mut plan, labels) = make_plan(&mut session, &consent, console)?;
                show(&mut plan, &labels, &session, output, &mut consent, console)?;
                return Ok(conclude_plan(&plan, console));
            }
        };
        let ended = match self.prepare(&mut files, consent, console, make_plan) {
            Ok(Prepared::Write(session, plan, labels)) => {
                return self
                    .commit_run(&session, &labels)
                    .begin(*files, *plan, console);
            }
            Ok(Prepared::Resume(session, open_run)) => {
                return self
                    .commit_run(&session, &Labels::default())
                    .resume(*files, *open_run, console);
            }
            Ok(Prepared::Ended(status)) => Ok(status),
            Err(error) => Err(files.judge_failure(error)),
        };
        files.close(&ended, console);
        ended
    }

    fn mode(&self, kind: RunKind, payload: String) -> Result<RunMode, ToolError> {
        let Some(receipt) = self.receipt.clone().filter(|_| self.commit) else {
            return Ok(RunMode::PlanOnly);
        };
        RunFiles::open(RunKey {
            kind,
            payload,
            receipt,
        })
        .map(|files| RunMode::Commit(Box::new(files)))
    }

    /// Everything before the first request that writes.
    fn prepare(
        &self,
        files: &mut RunFiles,
        mut consent: Consent,
        console: &mut Console,
        make_plan: impl FnOnce(
            &mut Session,
            &Consent,
            &mut Console,
        ) -> Result<(Plan, Labels), ToolError>,
    ) -> Result<Prepared, ToolError> {
        let output = self.plan_output(console)?;
        let mut session = self.connect(console)?;
        files.set_server(&session);
        if let Some(open_run) = files.open_run(&session)? {
            return Ok(Prepared::Resume(session, Box::new(open_run)));
        }
        if files.is_finished(&session)? {
            console.warn(&format!(
                "written: this run is finished, nothing is left to do; receipt {}",
                files.key.receipt
            ));
            console.hint("--verify checks whether the values are still stored as written");
            return Ok(Prepared::Ended(ExitStatus::Done));
        }
        let (mut plan, labels) = make_plan(&mut session, &consent, console)?;
        show(&mut plan, &labels, &session, output, &mut consent, console)?;
        if !plan.refusals.is_empty() {
            for refusal in &plan.refusals {
                files.add_reason(format!(
                    "refused: {}",
                    refusal::line(&plan.job, &labels, refusal)
                ));
            }
            return Ok(Prepared::Ended(self.nothing_written(
                &plan.refused_line(&console.messages()),
                console,
            )));
        }
        if let Some(path) = &self.plan {
            report_signed(path, &plan, console)?;
            let changes = guard::changes_since(path, &mut plan, &labels, &session)?;
            if !changes.is_empty() {
                let line = format!(
                    "the plan {path} no longer holds: {}",
                    shortened_list(&changes)
                );
                files.add_reason(line.clone());
                console.hint("make a new plan, and have it signed");
                return Ok(Prepared::Ended(self.nothing_written(&line, console)));
            }
        }
        Ok(Prepared::Write(session, Box::new(plan), labels))
    }

    /// The last line of a run that was to write and does not.
    fn nothing_written(&self, why: &str, console: &Console) -> ExitStatus {
        let receipt = self.receipt.as_deref().unwrap_or_default();
        console.warn(&format!(
            "nothing: {why}; nothing was written; receipt {receipt}"
        ));
        ExitStatus::CheckFound
    }

    fn commit_run<'a>(&self, session: &'a Session, labels: &'a Labels) -> CommitRun<'a> {
        CommitRun {
            session,
            labels,
            patience: self.patience(),
            batch_size: self.batch_size(),
        }
    }

    /// Where the plan goes, opened before the work begins.
    fn plan_output(&self, console: &mut Console) -> Result<PlanOutput, ToolError> {
        if let Some(path) = &self.plan {
            open_file(path).map_err(|error| {
                error.hint("the plan is made first: push FILE -o PLAN, then push FILE --plan PLAN --commit --receipt FILE")
            })?;
        }
        // A commit's stream is its receipt: the plan is written only where a file is named for it.
        let stream = Some(self.common.output.as_str()).filter(|name| !self.commit || *name != "-");
        PlanOutput::open(stream, self.plan_table.as_deref(), console)
    }

    fn connect(&self, console: &Console) -> Result<Session, ToolError> {
        Session::connect(&self.server, self.patience(), console)
    }

    pub(crate) fn patience(&self) -> Duration {
        Duration::from_secs(u64::from(self.patience))
    }

    pub(crate) fn batch_size(&self) -> usize {
        self.batch_size as usize
    }

    fn read_payload(&self, console: &mut Console) -> Result<Payload, ToolError> {
        let source = console.input_reader("data value set", &self.file)?;
        let payload = Payload::read(source).map_err(|error| error.in_file(&self.file))?;
        console.note(&format!(
            "{}, sha256 {}",
            counted(payload.values.len(), "value"),
            payload.sha256
        ));
        Ok(payload)
    }
}

/// Applies the user's consent to a plan and shows it.
fn show(
    plan: &mut Plan,
    labels: &Labels,
    session: &Session,
    output: PlanOutput,
    consent: &mut Consent,
    console: &mut Console,
) -> Result<(), ToolError> {
    plan.consent(consent);
    output.show(plan, session, labels, console)?;
    consent.report(console);
    Ok(())
}

/// Prints the hashes by which a signed plan is recognised; `review` writes the same.
fn report_signed(path: &str, plan: &Plan, console: &Console) -> Result<(), ToolError> {
    let file =
        Fingerprint::of(open_file(path)?).map_err(|error| ToolError::io(error).in_file(path))?;
    for (key, hash) in [("plan-hash", &file.sha256), ("plan-payload", &plan.payload)] {
        let hash = [("hash", Arg::Text(hash))];
        console.summary(&console.messages().text_of(key, &hash));
    }
    Ok(())
}

/// The end of a run that shows its plan only.
fn conclude_plan(plan: &Plan, console: &Console) -> ExitStatus {
    let messages = console.messages();
    let (line, status) = if plan.refusals.is_empty() {
        (table::counts_line(plan, &messages), ExitStatus::Done)
    } else {
        (plan.refused_line(&messages), ExitStatus::CheckFound)
    };
    let counts = [("counts", Arg::Text(&line))];
    console.summary(&messages.text_of("summary-plan", &counts));
    status
}
