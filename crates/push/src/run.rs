//! The tool from front to back.

use std::fs::File;
use std::time::Duration;

use crate::args::Push;
use crate::job::Kind;
use crate::labels::Labels;
use crate::payload::{self, Payload};
use crate::place::{Place, Run};
use crate::plan::Plan;
use crate::planning::other_system;
use crate::refusal::{self, KINDS};
use crate::session::{Session, retry_policy};
use crate::sheets::Sheets;
use crate::table;
use crate::writing::Writing;
use crate::{signed, undo, verify};
use pop_cli::{
    AllowKind, CommonArgs, Consent, Console, ExitStatus, Tool, ToolError, shortened_list,
};

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
                verify::run(&session, receipt, self.part_size(), output, console)
            }
            (_, Some(receipt)) => self.undo(receipt, console),
            _ => self.push(console),
        }
    }
}

impl Push {
    fn push(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        let payload = self.read_payload(console)?;
        let consent = Consent::load(&self.consent, Self::ALLOW_KINDS, console)?;
        let sha256 = payload.sha256.clone();
        self.in_place(Kind::Push, sha256, console, |tool, place, console| {
            let sheets = tool.sheets(console)?;
            let mut session = tool.connect(console)?;
            let metadata = match tool.resume(place, &session, console)? {
                Next::Ended(status) => return Ok(status),
                Next::Plan => tool.metadata(&session, &payload, console)?,
            };
            let plan = tool.plan(&mut session, &metadata, payload, console)?;
            let labels = Labels::new(&metadata);
            let writing = tool.writing(&session, &labels);
            tool.proceed(plan, place, &writing, sheets, consent, console)
        })
    }

    fn undo(&self, receipt: &str, console: &mut Console) -> Result<ExitStatus, ToolError> {
        let (head, job) = undo::read(receipt)?;
        let file = File::open(receipt).map_err(|error| ToolError::io(error).in_file(receipt))?;
        let sha256 =
            payload::sha256(file).map_err(|error| ToolError::io(error).in_file(receipt))?;
        let consent = Consent::load(&self.consent, Self::ALLOW_KINDS, console)?;
        self.in_place(
            Kind::Undo,
            sha256.clone(),
            console,
            |tool, place, console| {
                let sheets = tool.sheets(console)?;
                let session = tool.connect(console)?;
                if head.system_id != session.server.system_id() {
                    return Err(
                        other_system("the receipt is", &head.system_id, &session).in_file(receipt)
                    );
                }
                if let Next::Ended(status) = tool.resume(place, &session, console)? {
                    return Ok(status);
                }
                let mut plan = undo::compare(&session, job, sha256, tool.part_size())?;
                let metadata = undo::metadata(&session, &plan.job);
                let labels = metadata.as_ref().map_or_else(Labels::none, Labels::new);
                plan.try_on_server(
                    &session,
                    tool.part_size(),
                    &retry_policy(tool.patience()),
                    console,
                )?;
                let writing = tool.writing(&session, &labels);
                tool.proceed(plan, place, &writing, sheets, consent, console)
            },
        )
    }

    /// Runs with a place for receipt and journal where something is to be written. What ends
    /// before its first request leaves a receipt that says so.
    fn in_place(
        &self,
        kind: Kind,
        payload: String,
        console: &mut Console,
        run: impl FnOnce(&Self, &mut Option<Place>, &mut Console) -> Result<ExitStatus, ToolError>,
    ) -> Result<ExitStatus, ToolError> {
        let receipt = self.receipt.as_ref().filter(|_| self.commit);
        let take = |receipt: &String| {
            let receipt = receipt.clone();
            Place::take(Run {
                kind,
                payload,
                receipt,
            })
        };
        let mut place = receipt.map(take).transpose()?;
        let mut ended = run(self, &mut place, console);
        if let Some(place) = place {
            // The run of an open journal may have written: a failure before it was gone on with does not change that.
            if place.may_have_written() {
                ended = ended.map_err(|error| match error.status() {
                    ExitStatus::Refused | ExitStatus::Unreachable => ToolError::uncertain(error).hint("an earlier run of this command may have written values: run it again when the server answers"),
                    _ => error,
                });
            }
            place.close(&ended, console);
        }
        ended
    }

    /// From a plan to its end: shown, and with --commit written.
    fn proceed(
        &self,
        mut plan: Plan,
        place: &mut Option<Place>,
        writing: &Writing<'_>,
        sheets: Sheets,
        mut consent: Consent,
        console: &mut Console,
    ) -> Result<ExitStatus, ToolError> {
        let (session, labels) = (writing.session, writing.labels);
        plan.consent(&mut consent);
        sheets.show(&plan, session, labels, console)?;
        if let Some(line) = consent.close(console) {
            console.summary(&line);
        }
        let Some(at) = place else {
            let (line, status) = if plan.refusals.is_empty() {
                (table::counts_line(&plan), ExitStatus::Done)
            } else {
                (plan.refused_line(), ExitStatus::CheckFound)
            };
            console.summary(&format!("plan: {line}; nothing was written"));
            return Ok(status);
        };
        if !plan.refusals.is_empty() {
            for refusal in &plan.refusals {
                at.say(format!(
                    "refused: {}",
                    refusal::line(&plan, labels, refusal)
                ));
            }
            return Ok(self.nothing(&plan.refused_line(), console));
        }
        if let Some(path) = &self.plan {
            let differences = signed::differences(path, &mut plan, session)?;
            if !differences.is_empty() {
                let line = format!(
                    "the plan {path} no longer holds: {}",
                    shortened_list(&differences)
                );
                at.say(line.clone());
                console.hint("make a new plan, and have it signed");
                return Ok(self.nothing(&line, console));
            }
        }
        match place.take() {
            Some(place) => writing.begin(place, plan, console),
            None => Ok(ExitStatus::Done),
        }
    }

    /// The last line of a run that was to write and does not.
    fn nothing(&self, why: &str, console: &Console) -> ExitStatus {
        let receipt = self.receipt.as_deref().unwrap_or_default();
        console.warn(&format!(
            "nothing: {why}; nothing was written; receipt {receipt}"
        ));
        ExitStatus::CheckFound
    }

    /// Goes on with the run of an open journal, or finds that it is done.
    fn resume(
        &self,
        place: &mut Option<Place>,
        session: &Session,
        console: &mut Console,
    ) -> Result<Next, ToolError> {
        let Some(at) = place else {
            return Ok(Next::Plan);
        };
        at.meet(session);
        if let Some(begun) = at.begun(session)? {
            return match place.take() {
                Some(place) => self
                    .writing(session, &Labels::none())
                    .resume(place, begun, console)
                    .map(Next::Ended),
                None => Ok(Next::Plan),
            };
        }
        if !at.is_finished(session)? {
            return Ok(Next::Plan);
        }
        console.warn(&format!(
            "written: this run is finished, nothing is left to do; receipt {}",
            at.run.receipt
        ));
        console.hint("--verify tells whether it still stands as written");
        Ok(Next::Ended(ExitStatus::Done))
    }

    fn writing<'a>(&self, session: &'a Session, labels: &'a Labels<'a>) -> Writing<'a> {
        Writing {
            session,
            labels,
            patience: self.patience(),
            part_size: self.part_size(),
        }
    }

    /// Where the plan goes, opened before the work begins.
    fn sheets(&self, console: &mut Console) -> Result<Sheets, ToolError> {
        if let Some(path) = &self.plan {
            File::open(path).map_err(|error| ToolError::io(error).in_file(path))?;
        }
        // A commit's stream is its receipt: the plan is written only where a file is named for it.
        let stream = Some(self.common.output.as_str()).filter(|name| !self.commit || *name != "-");
        Sheets::open(stream, self.plan_table.as_deref(), console)
    }

    fn connect(&self, console: &Console) -> Result<Session, ToolError> {
        Session::connect(&self.server, self.patience(), console)
    }

    pub(crate) fn patience(&self) -> Duration {
        Duration::from_secs(u64::from(self.patience))
    }

    pub(crate) fn part_size(&self) -> usize {
        self.part_size as usize
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
}

/// How a command goes on once the server is known.
enum Next {
    /// It has come to its end.
    Ended(ExitStatus),
    /// A plan is to be made.
    Plan,
}
