//! Where a plan is shown: on stderr or in a table to sign, and as JSON.

use std::collections::HashMap;
use std::io::Write as _;

use pop_cli::{Console, Output, ResultExt, ToolError, counted, thousands};
use pop_dhis2::import::stored_state::ChangeClass;

use super::refusal::{self, Consented, KINDS, Refusal};
use crate::job::RunKind;
use crate::labels::Labels;
use crate::plan::Plan;
use crate::plan::table::{self, Form};
use crate::session::Session;

/// Refusals of one kind that are shown one by one.
const TOLD: usize = 10;

/// The outputs of a plan, opened before it is made.
#[derive(Debug)]
pub(crate) struct PlanOutput {
    stream: Option<Output>,
    table: Option<(Form, Output)>,
}

impl PlanOutput {
    /// Opens what was named.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn open(
        stream: Option<&str>,
        table: Option<&str>,
        console: &mut Console,
    ) -> Result<Self, ToolError> {
        let stream = console.optional_output("plan", stream)?;
        let form = |name: &str| {
            if name.ends_with(".csv") {
                Form::Csv
            } else {
                Form::Text
            }
        };
        let table = table
            .map(|name| Ok((form(name), console.output("plan table", name)?)))
            .transpose()?;
        Ok(Self { stream, table })
    }

    /// Tells what is wrong, and writes the plan.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn show(
        self,
        plan: &Plan,
        session: &Session,
        labels: &Labels,
        console: &mut Console,
    ) -> Result<(), ToolError> {
        for warning in &plan.warnings {
            console.warn(warning);
        }
        report_refusals(plan, labels, console);
        report_allowed(plan, labels, console);
        hint_at_kept_values(plan, console);
        let mut outputs = Vec::new();
        match self.table {
            Some((form, mut output)) => {
                table::write(plan, labels, form, &mut output).or_io()?;
                outputs.push(output);
            }
            None => {
                let screen = table::screen(plan, labels, console.columns(), &console.messages());
                if !screen.is_empty() {
                    console.show(&screen);
                }
            }
        }
        if let Some(mut output) = self.stream {
            plan.write_json(session, labels, &mut output)
                .and_then(|()| output.flush())
                .or_io()?;
            outputs.push(output);
        }
        console.publish(outputs)
    }
}

/// Refusals, those of one kind together, and what to do about them.
fn report_refusals(plan: &Plan, labels: &Labels, console: &Console) {
    let mut places: HashMap<_, usize> = HashMap::new();
    let mut groups: Vec<Vec<&Refusal>> = Vec::new();
    for refusal in &plan.refusals {
        let alike = (refusal.kind, &refusal.code, &refusal.hint);
        let place = *places.entry(alike).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(refusal);
    }
    for group in groups {
        for refusal in group.iter().take(TOLD) {
            let line = refusal::line(&plan.job, labels, refusal);
            console.warn(&format!("refused: {line}"));
        }
        let Some(first) = group.first() else { continue };
        if group.len() > TOLD {
            console.warn(&format!(
                "refused: {}: and {} more of this kind (--plan-table FILE has all)",
                first.kind,
                thousands((group.len() - TOLD) as f64, 0)
            ));
        }
        if let Some(hint) = &first.hint {
            console.hint(hint);
        }
    }
    hint_at_consent(plan, console);
}

/// What the user consented to, and what that means on this server.
fn report_allowed(plan: &Plan, labels: &Labels, console: &Console) {
    for refusal in plan.allowed.iter().take(TOLD) {
        let line = refusal::line(&plan.job, labels, refusal);
        console.warn(&format!("allowed: {line}; {}", refusal.consented.effect()));
    }
    if plan.allowed.len() > TOLD {
        console.warn(&format!(
            "allowed: and {} more (--plan-table FILE has all)",
            thousands((plan.allowed.len() - TOLD) as f64, 0)
        ));
    }
}

/// All consents that the plan needs, in one line.
fn hint_at_consent(plan: &Plan, console: &Console) {
    let mut kinds: Vec<&str> = Vec::new();
    for refusal in &plan.refusals {
        let can_be_allowed = refusal.consented != Consented::Never;
        if can_be_allowed && !kinds.contains(&refusal.kind) {
            kinds.push(refusal.kind);
        }
    }
    if kinds.is_empty() {
        return;
    }
    let flags: Vec<String> = kinds.iter().map(|kind| format!("--allow {kind}")).collect();
    let meanings: Vec<String> = KINDS
        .iter()
        .filter(|kind| kinds.contains(&kind.name))
        .map(|kind| format!("{}: {}", kind.name, kind.meaning))
        .collect();
    console.hint(&format!(
        "or continue without fixing it: {} ({})",
        flags.join(" "),
        meanings.join("; ")
    ));
    if plan
        .refusals
        .iter()
        .any(|r| r.consented == Consented::Never)
    {
        console.hint("the other refusals cannot be allowed");
    }
}

/// Kept values are a decision: how to make another one, and what to look at then.
fn hint_at_kept_values(plan: &Plan, console: &Console) {
    let kept = plan
        .job
        .items
        .iter()
        .filter(|item| item.class == ChangeClass::Kept)
        .count();
    if kept > 0 && plan.job.kind == RunKind::Push {
        console.hint(&format!(
            "{} kept as someone else's: --replace-others writes over them; where a unit's total is kept and its groups change, they no longer add up",
            counted(kept, "value")
        ));
    }
}
