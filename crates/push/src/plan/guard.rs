//! A plan that was signed: it must still hold before anything is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

use pop_cli::{ToolError, counted};
use pop_datavalues::value_set::table::{Content, ValueTable};
use pop_dhis2::import::stored_state::same_content;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::build::other_system_words;
use super::{Plan, PlanFlags};
use crate::job::Job;
use crate::labels::Labels;
use crate::record::{ContentRecord, Record, read_document};
use crate::session::Session;

/// What to do with a file that is not a plan.
const PLAN_AGAIN: &str = "name the JSON that push wrote without --commit: push -o plan.json FILE";

/// What a plan says at its head.
#[derive(Debug, Default)]
struct PlanHead {
    plan: u64,
    payload: String,
    system_id: String,
    data_set: Option<String>,
    flags: PlanFlags,
    /// Whether all flags are recorded: the first version left some out.
    has_all_flags: bool,
    refusals: usize,
    left_out: Vec<LeftOut>,
}

/// Values that go by consent only.
#[derive(Debug, Deserialize)]
struct LeftOut {
    kind: String,
    consent: String,
    rows: Vec<u32>,
}

impl PlanHead {
    fn fill(&mut self, key: &str, value: Value) -> Result<(), String> {
        let text = || value.as_str().map(str::to_owned);
        match key {
            "plan" => self.plan = value.as_u64().unwrap_or_default(),
            "payload" => self.payload = text().unwrap_or_default(),
            "systemId" => self.system_id = text().unwrap_or_default(),
            "dataSet" => self.data_set = text(),
            "refusals" => self.refusals = value.as_array().map_or(0, Vec::len),
            "asked" => {
                self.has_all_flags = value.get("earlier").is_some();
                self.flags = parsed(value)?;
            }
            "leftOut" => self.left_out = parsed(value)?,
            _ => {}
        }
        Ok(())
    }

    /// What it says otherwise than the plan of now, of all but the values.
    fn differences(&self, plan: &Plan, session: &Session) -> Vec<String> {
        let mut differences = Vec::new();
        if self.payload != plan.payload {
            differences.push("the plan is of another data value set".to_owned());
        }
        if self.has_all_flags {
            differences.extend(other_flags(&self.flags, &plan.flags));
        } else {
            differences.push(
                "it was made by an earlier version, which did not record all flags".to_owned(),
            );
        }
        if self.system_id != session.server.system_id() {
            differences.push(other_system_words(
                "the plan is for",
                &self.system_id,
                session,
            ));
        }
        if self.data_set != plan.job.data_set {
            let name = |set: &Option<String>| set.clone().unwrap_or_else(|| "none".to_owned());
            differences.push(format!(
                "the plan names data set {}, this run {}",
                name(&self.data_set),
                name(&plan.job.data_set)
            ));
        }
        if self.refusals > 0 {
            differences.push(format!(
                "the plan has {}, and none of them is left",
                counted(self.refusals, "refusal")
            ));
        }
        differences.extend(other_consent(&self.left_out, plan));
        differences
    }
}

fn parsed<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// What no longer is as in the plan at `path`; empty where the plan still holds.
///
/// # Errors
/// I/O; data where the file is not a plan.
pub(crate) fn changes_since(
    path: &str,
    plan: &mut Plan,
    labels: &Labels,
    session: &Session,
) -> Result<Vec<String>, ToolError> {
    let file = File::open(path).map_err(|error| ToolError::io(error).in_file(path))?;
    let mut values = ValueComparison::new(&mut plan.job, labels);
    let mut each = |record: Record| values.add(&record);
    let head = read_document(file, &mut PlanHead::fill, &mut each).map_err(|error| {
        ToolError::data(format!("not a plan: {error}"))
            .in_file(path)
            .hint(PLAN_AGAIN)
    })?;
    if head.plan != 1 {
        return Err(ToolError::data("not a plan of version 1")
            .in_file(path)
            .hint(PLAN_AGAIN));
    }
    let of_values = values.finish();
    let mut differences = head.differences(plan, session);
    // The values of another set say nothing more.
    if head.payload == plan.payload {
        differences.extend(of_values);
    }
    Ok(differences)
}

/// The values of a signed plan, read as a stream, beside those of now.
struct ValueComparison<'a> {
    job: &'a mut Job,
    labels: &'a Labels,
    /// Which items of the job the plan has.
    is_planned: Vec<bool>,
    differences: Vec<String>,
    /// Holds the value that is compared.
    scratch: ValueTable,
}

impl<'a> ValueComparison<'a> {
    fn new(job: &'a mut Job, labels: &'a Labels) -> Self {
        Self {
            is_planned: vec![false; job.items.len()],
            job,
            labels,
            differences: Vec::new(),
            scratch: ValueTable::default(),
        }
    }

    /// Compares a value: what was stored, what is wanted, and what writing it would do.
    fn add(&mut self, record: &Record) -> Result<(), String> {
        let key = record.key(&mut self.job.names);
        // Those of a push are arranged by key.
        let Ok(at) = self.job.items.binary_search_by_key(&key, |item| item.key) else {
            let label = self.labels.of_key(&key, &self.job.names);
            self.differences
                .push(format!("{label}: in the plan, not in the set"));
            return Ok(());
        };
        self.is_planned[at] = true;
        if let Some(difference) = self.difference(record, at)? {
            let label = self.labels.of_key(&key, &self.job.names);
            self.differences.push(format!("{label}: {difference}"));
        }
        Ok(())
    }

    /// How the item at `at` is otherwise than in the plan.
    fn difference(&mut self, record: &Record, at: usize) -> Result<Option<String>, String> {
        self.scratch.truncate(0);
        if let Some(before) = &record.before {
            let key = self.job.items[at].key;
            before
                .store(key, &mut self.job.names, &mut self.scratch)
                .map_err(|error| error.to_string())?;
        }
        let job = &*self.job;
        let item = &job.items[at];
        let then = self.scratch.rows().first();
        let then = then.map(|row| self.scratch.content(row));
        let now = job.before_of(item);
        let text = |content: Option<Content<'_>>| {
            content.map_or("nothing".to_owned(), |content| content.value.to_owned())
        };
        if !same_content(then, now, &job.names) {
            return Ok(Some(format!(
                "{} is stored, {} when the plan was made",
                text(now),
                text(then)
            )));
        }
        let wanted = job.wanted_of(item);
        if wanted.map(|content| ContentRecord::of(content, &job.names)) != record.wanted {
            let planned = record.wanted.as_ref().map(|content| content.value.as_str());
            return Ok(Some(format!(
                "{} is wanted, {} in the plan",
                text(wanted),
                planned.unwrap_or("nothing")
            )));
        }
        let class = item.class.word();
        Ok((class != record.class).then(|| format!("{class} now, {} in the plan", record.class)))
    }

    /// The differences of all values, once every one was compared.
    fn finish(mut self) -> Vec<String> {
        let missing = self.is_planned.iter().filter(|planned| !**planned).count();
        if missing > 0 {
            self.differences.push(format!(
                "the plan lacks {} of the set",
                counted(missing, "value")
            ));
        }
        self.differences
    }
}

/// The flags that were given when the plan was made and are not now, and the other way round.
fn other_flags(then: &PlanFlags, now: &PlanFlags) -> Vec<String> {
    let (then, now) = (words(then), words(now));
    let missing = then.iter().filter(|flag| !now.contains(flag));
    let added = now.iter().filter(|flag| !then.contains(flag));
    missing
        .map(|flag| format!("it was made with other flags: give {flag} here too"))
        .chain(added.map(|flag| format!("it was made with other flags: leave out {flag} here")))
        .collect()
}

/// Each flag as it is given on the command line.
fn words(flags: &PlanFlags) -> Vec<String> {
    let mut words: Vec<String> = [
        (flags.replace_others, "--replace-others"),
        (flags.update_comments, "--update-comments"),
        (flags.no_data_set, "--no-data-set"),
    ]
    .into_iter()
    .filter(|(is_given, _)| *is_given)
    .map(|(_, flag)| flag.to_owned())
    .collect();
    words.extend(flags.allow.iter().map(|kind| format!("--allow {kind}")));
    words.extend(
        flags
            .exceptions
            .iter()
            .map(|exception| format!("--exceptions with {exception}")),
    );
    words.extend(
        flags
            .earlier
            .iter()
            .map(|hash| format!("--earlier with the receipt of sha256 {hash}")),
    );
    words
}

/// Where other values go by consent than in the plan.
fn other_consent(then: &[LeftOut], plan: &Plan) -> Vec<String> {
    type RowsByConsent = BTreeMap<(String, String), BTreeSet<u32>>;
    let mut planned = RowsByConsent::new();
    for left_out in then {
        let consent = (left_out.kind.clone(), left_out.consent.clone());
        planned.entry(consent).or_default().extend(&left_out.rows);
    }
    let mut now = RowsByConsent::new();
    for refusal in &plan.allowed {
        let consent = (refusal.kind.to_owned(), refusal.consented.word().to_owned());
        let rows = refusal.items.iter().map(|&item| plan.job.items[item].row);
        now.entry(consent).or_default().extend(rows);
    }
    let consents: BTreeSet<_> = planned.keys().chain(now.keys()).collect();
    let rows = |of: &RowsByConsent, consent| of.get(consent).cloned().unwrap_or_default();
    consents
        .into_iter()
        .map(|consent| (consent, rows(&planned, consent), rows(&now, consent)))
        .filter(|(_, planned, now)| planned != now)
        .map(|((kind, consent), planned, now)| {
            format!(
                "{kind}: {} {consent}, {} in the plan",
                counted(now.len(), "value"),
                planned.len()
            )
        })
        .collect()
}
