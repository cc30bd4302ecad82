//! Where a plan is shown: on stderr or in a table to sign, and as JSON.

use std::collections::HashMap;
use std::io::Write as _;

use pop_cli::{Console, Output, ToolError, thousands};

use crate::labels::Labels;
use crate::plan::Plan;
use crate::refusal::{self, Refusal};
use crate::session::Session;
use crate::table::{self, Form};

/// Refusals of one kind that are told one by one.
const TOLD: usize = 10;

/// The places of a plan, open before it is made.
#[derive(Debug)]
pub(crate) struct Sheets {
    stream: Option<Output>,
    table: Option<(Form, Output)>,
}

impl Sheets {
    /// Opens what was named.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn open(
        stream: Option<&str>,
        table: Option<&str>,
        console: &mut Console,
    ) -> Result<Self, ToolError> {
        let stream = stream
            .map(|name| console.output("plan", name))
            .transpose()?;
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
        labels: &Labels<'_>,
        console: &mut Console,
    ) -> Result<(), ToolError> {
        for warning in &plan.warnings {
            console.warn(warning);
        }
        tell(plan, labels, console);
        let mut outputs = Vec::new();
        match self.table {
            Some((form, mut output)) => {
                table::write(plan, labels, form, &mut output)
                    .map_err(|error| ToolError::io(error).in_file(output.name()))?;
                outputs.push(output);
            }
            None => {
                let screen = table::screen(plan, labels);
                if !screen.is_empty() {
                    console.show(&screen);
                }
            }
        }
        if let Some(mut output) = self.stream {
            plan.write_json(session, &mut output)
                .and_then(|()| output.flush())
                .map_err(|error| ToolError::io(error).in_file(output.name()))?;
            outputs.push(output);
        }
        console.publish(outputs)
    }
}

/// Refusals, those of one kind together, and what to do about them.
fn tell(plan: &Plan, labels: &Labels<'_>, console: &Console) {
    let mut places: HashMap<_, usize> = HashMap::new();
    let mut groups: Vec<Vec<&Refusal>> = Vec::new();
    for refusal in &plan.refusals {
        let alike = (refusal.kind, &refusal.code, &refusal.remedy);
        let place = *places.entry(alike).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(refusal);
    }
    for group in groups {
        for refusal in group.iter().take(TOLD) {
            let line = refusal::line(plan, labels, refusal);
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
        if let Some(remedy) = &first.remedy {
            console.hint(remedy);
        }
    }
}
