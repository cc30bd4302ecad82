//! The tool from front to back.

use std::collections::HashSet;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use pop_cli::{CommonArgs, Consent, Console, ExitStatus, Tool, ToolError, first_of};
use pop_datavalues::Metadata;
use pop_datavalues::metadata::{DataSet, Dialect};
use pop_dhis2::import::names::Names;
use pop_dhis2::import::values::Key;
use pop_dhis2::metadata::{self, Wanted};

use crate::args::Push;
use crate::compare::{self, Wishes};
use crate::job::Kind;
use crate::journal;
use crate::levels::Tree;
use crate::payload::{self, Payload};
use crate::plan::Plan;
use crate::refusal::KINDS;
use crate::session::{Session, api_error, retry_policy};
use crate::table::{self, Form, Labels};
use crate::writing::{Run, Writing};
use crate::{checks, receipt, signed, undo, verify};

impl Tool for Push {
    const NAME: &'static str = "push";

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        match (&self.verify, &self.undo) {
            (Some(receipt), _) => {
                verify::run(&self.connect(console)?, receipt, self.part_size(), console)
            }
            (_, Some(receipt)) => self.undo(receipt, console),
            _ => self.push(console),
        }
    }
}

impl Push {
    fn push(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        let payload = self.read_payload(console)?;
        let consent = Consent::load(&self.consent, KINDS, console)?;
        let session = self.connect(console)?;
        let run = self.this_run(Kind::Push, payload.sha256.clone());
        if let Some(status) = self.resume(&run, &session, console)? {
            return Ok(status);
        }
        let metadata = self.metadata(&session, &payload, console)?;
        let plan = self.plan(&session, &metadata, payload, console)?;
        self.proceed(
            plan,
            &run,
            &session,
            &Labels::new(&metadata),
            consent,
            console,
        )
    }

    fn undo(&self, receipt: &str, console: &mut Console) -> Result<ExitStatus, ToolError> {
        let (head, job) = undo::read(receipt)?;
        let file = File::open(receipt).map_err(|error| ToolError::io(error).in_file(receipt))?;
        let sha256 =
            payload::sha256(file).map_err(|error| ToolError::io(error).in_file(receipt))?;
        let consent = Consent::load(&self.consent, KINDS, console)?;
        let session = self.connect(console)?;
        if head.system_id != session.server.system_id() {
            return Err(ToolError::usage(format!(
                "the receipt is of system {}, this is system {}",
                head.system_id,
                session.server.system_id()
            ))
            .in_file(receipt));
        }
        let run = self.this_run(Kind::Undo, sha256.clone());
        if let Some(status) = self.resume(&run, &session, console)? {
            return Ok(status);
        }
        let mut plan = undo::compare(&session, job, sha256, self.part_size())?;
        plan.try_on_server(
            &session,
            self.part_size(),
            &retry_policy(self.patience()),
            console,
        )?;
        self.proceed(plan, &run, &session, &Labels::none(), consent, console)
    }

    /// From a plan to its end: shown, and with --commit written.
    fn proceed(
        &self,
        mut plan: Plan,
        run: &Run<'_>,
        session: &Session,
        labels: &Labels<'_>,
        mut consent: Consent,
        console: &mut Console,
    ) -> Result<ExitStatus, ToolError> {
        plan.consent(&mut consent);
        self.show(&plan, session, labels, console)?;
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
        if let Some(path) = &self.plan {
            let differences = signed::differences(path, &mut plan, session)?;
            if !differences.is_empty() {
                console.warn(&format!(
                    "nothing: the plan {path} no longer holds: {}",
                    first_of(&differences)
                ));
                console.hint("make a new plan, and have it signed");
                return Ok(ExitStatus::CheckFound);
            }
        }
        self.writing(run, session).begin(plan, console)
    }

    fn resume(
        &self,
        run: &Run<'_>,
        session: &Session,
        console: &mut Console,
    ) -> Result<Option<ExitStatus>, ToolError> {
        if !self.commit {
            return Ok(None);
        }
        self.writing(run, session).resume(console)
    }

    fn this_run(&self, kind: Kind, payload: String) -> Run<'_> {
        Run {
            kind,
            payload,
            receipt: self.receipt.as_deref().unwrap_or_default(),
        }
    }

    fn writing<'a>(&self, run: &'a Run<'a>, session: &'a Session) -> Writing<'a> {
        Writing {
            run,
            session,
            patience: self.patience(),
            part_size: self.part_size(),
        }
    }

    fn connect(&self, console: &Console) -> Result<Session, ToolError> {
        let connected = Session::connect(&self.server, self.patience(), console);
        // The run of an open journal may have written: a later failure to connect does not change that.
        connected.map_err(|error| match &self.receipt {
            Some(receipt) if self.commit && journal::beside(Path::new(receipt)).exists() => {
                ToolError::uncertain(error).hint("an earlier run of this command may have written values: run it again when the server answers")
            }
            _ => error,
        })
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(u64::from(self.patience))
    }

    fn part_size(&self) -> usize {
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

    /// The document named, or what the server says of the data set.
    fn metadata(
        &self,
        session: &Session,
        payload: &Payload,
        console: &mut Console,
    ) -> Result<Metadata, ToolError> {
        let Some(name) = &self.metadata else {
            let wanted = Wanted {
                data_sets: payload.data_set.iter().cloned().collect(),
                // The set's own elements come with it.
                data_elements: if payload.data_set.is_none() {
                    payload.elements()
                } else {
                    Vec::new()
                },
            };
            return metadata::fetch(&session.server, &wanted).map_err(api_error);
        };
        let data = console.input("metadata", name)?;
        let metadata =
            Metadata::read(&data.bytes).map_err(|error| ToolError::data(error).in_file(name))?;
        let (theirs, ours) = (
            metadata.server.system_id.as_str(),
            session.server.system_id(),
        );
        if !theirs.is_empty() && theirs != ours {
            return Err(ToolError::usage(format!(
                "the metadata are of system {theirs}, this is system {ours}"
            ))
            .in_file(name)
            .hint("run fetch-metadata on the server that is pushed to"));
        }
        Ok(metadata)
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
        payload.data_set = self.data_set(&payload, metadata, console)?;
        let set = payload
            .data_set
            .as_deref()
            .and_then(|id| metadata.data_set(id).ok());
        payload.name_default_combos(metadata, set);
        let earlier = self.earlier_values(&mut payload.names)?;
        let mut tree = Tree::new(metadata, &mut payload.names);
        let wishes = Wishes {
            replace_others: self.replace_others,
            update_comments: self.update_comments,
            earlier: &earlier,
        };
        let mut plan = compare::compare(session, metadata, &tree, payload, wishes)?;
        checks::check(&mut plan, metadata, &mut tree, session)?;
        plan.try_on_server(
            session,
            self.part_size(),
            &retry_policy(self.patience()),
            console,
        )?;
        Ok(plan)
    }

    /// The data set to name in every request: the file's, else the only one that holds all elements.
    fn data_set(
        &self,
        payload: &Payload,
        metadata: &Metadata,
        console: &Console,
    ) -> Result<Option<String>, ToolError> {
        if self.no_data_set {
            if metadata.dialect == Dialect::B {
                return Err(ToolError::usage(
                    "--no-data-set: servers from 2.43 on find a data set of their own, or refuse",
                ));
            }
            console.warn("no data set is named: assignment, period type and data write of the set are not checked by the server");
            return Ok(None);
        }
        if payload.data_set.is_some() {
            return Ok(payload.data_set.clone());
        }
        let elements = payload.elements();
        let holds_all = |set: &&DataSet| elements.iter().all(|element| set.holds(element));
        let sets: Vec<&DataSet> = metadata.data_sets.iter().filter(holds_all).collect();
        if let [only] = sets.as_slice() {
            console.note(&format!("data set {} ({})", only.name, only.id));
            return Ok(Some(only.id.clone()));
        }
        let names: Vec<String> = sets
            .iter()
            .map(|set| format!("{} ({})", set.name, set.id))
            .collect();
        let error = ToolError::data(if names.is_empty() {
            "the set names no data set, and none in the metadata holds all its elements".to_owned()
        } else {
            format!(
                "the set names no data set, and {} hold all its elements: {}",
                names.len(),
                first_of(&names)
            )
        });
        Err(error
            .in_file(&self.file)
            .hint("name it as dataSet at the top of the file; an element in no set is added to one in the Maintenance app, Data sets")
            .hint("up to 2.42, --no-data-set sends without one"))
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
        labels: &Labels<'_>,
        console: &mut Console,
    ) -> Result<(), ToolError> {
        for warning in &plan.warnings {
            console.warn(warning);
        }
        for refusal in &plan.refusals {
            console.warn(&format!(
                "refused: {}",
                table::refusal_line(plan, labels, refusal)
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
            table::write(plan, labels, form, &mut output)
                .map_err(|error| ToolError::io(error).in_file(name))?;
            outputs.push(output);
        } else {
            console.show(&table::screen(plan, labels));
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
}

fn refused_line(plan: &Plan, commit: bool) -> String {
    let refused: HashSet<usize> = plan
        .refusals
        .iter()
        .flat_map(|refusal| &refusal.items)
        .copied()
        .collect();
    format!(
        "{}{} of {} values would be refused; nothing was written",
        if commit { "nothing: " } else { "plan: " },
        refused.len(),
        plan.job.items.len(),
    )
}
