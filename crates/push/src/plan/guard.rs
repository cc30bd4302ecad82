//! A plan that was signed: it must still hold before anything is written.

use std::fs::File;

use pop_cli::{ToolError, counted};
use pop_datavalues::value_set::table::{Content, ValueTable};
use pop_dhis2::import::stored_state::same_content;
use serde_json::Value;

use super::build::other_system_words;
use super::{Asked, Plan};
use crate::labels::Labels;
use crate::record::{Record, read_document};
use crate::session::Session;

/// What to do with a file that is not a plan.
const PLAN_AGAIN: &str = "name the JSON that push wrote without --commit: push -o plan.json FILE";

/// What a plan says at its head.
#[derive(Debug, Default)]
struct PlanHead {
    plan: u64,
    payload: String,
    system_id: String,
    asked: Option<Asked>,
}

impl PlanHead {
    fn fill(&mut self, key: &str, value: Value) -> Result<(), String> {
        let text = || value.as_str().unwrap_or_default().to_owned();
        match key {
            "plan" => self.plan = value.as_u64().unwrap_or_default(),
            "payload" => self.payload = text(),
            "systemId" => self.system_id = text(),
            "asked" => {
                let asked = serde_json::from_value(value);
                self.asked = Some(asked.map_err(|error| error.to_string())?);
            }
            _ => {}
        }
        Ok(())
    }
}

/// A plan that was signed, beside the one of now.
struct SignedPlan {
    head: PlanHead,
    /// How many values it has.
    values: usize,
    /// Values that are stored otherwise than when it was made.
    changed: Vec<String>,
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
    let mut signed = read_signed(path, plan, labels)?;
    if signed.head.plan != 1 {
        return Err(ToolError::data("not a plan of version 1")
            .in_file(path)
            .hint(PLAN_AGAIN));
    }
    let mut differences = Vec::new();
    if signed.head.payload != plan.payload {
        differences.push("the plan is of another data value set".to_owned());
    } else if signed.values != plan.job.items.len() {
        differences.push(format!(
            "the plan has {}, the set {}",
            counted(signed.values, "value"),
            plan.job.items.len()
        ));
    }
    if let Some(asked) = signed.head.asked {
        differences.extend(other_flags(&asked, &plan.asked));
    }
    if signed.head.system_id != session.server.system_id() {
        differences.push(other_system_words(
            "the plan is for",
            &signed.head.system_id,
            session,
        ));
    }
    differences.append(&mut signed.changed);
    Ok(differences)
}

/// Reads a plan as a stream, and compares what it says was stored with what is stored now.
fn read_signed(path: &str, plan: &mut Plan, labels: &Labels) -> Result<SignedPlan, ToolError> {
    let file = File::open(path).map_err(|error| ToolError::io(error).in_file(path))?;
    let job = &mut plan.job;
    let mut values = 0;
    let mut changed = Vec::new();
    let mut one = ValueTable::default();
    let mut each = |record: Record| -> Result<(), String> {
        values += 1;
        let key = record.key(&mut job.names);
        // Those of a push are arranged by key.
        let Ok(at) = job.items.binary_search_by_key(&key, |item| item.key) else {
            return Ok(());
        };
        one.truncate(0);
        if let Some(before) = &record.before {
            before
                .store(key, &mut job.names, &mut one)
                .map_err(|error| error.to_string())?;
        }
        let then = one.rows().first().map(|row| one.content(row));
        let now = job.before_of(&job.items[at]);
        if !same_content(then, now, &job.names) {
            let text = |content: Option<Content<'_>>| {
                content.map_or("nothing".to_owned(), |content| content.value.to_owned())
            };
            changed.push(format!(
                "{}: {} is stored, {} when the plan was made",
                labels.of_key(&key, &job.names),
                text(now),
                text(then)
            ));
        }
        Ok(())
    };
    let head = read_document(file, &mut PlanHead::fill, &mut each).map_err(|error| {
        ToolError::data(format!("not a plan: {error}"))
            .in_file(path)
            .hint(PLAN_AGAIN)
    })?;
    Ok(SignedPlan {
        head,
        values,
        changed,
    })
}

/// The flags that were given when the plan was made and are not now, and the other way round.
fn other_flags(then: &Asked, now: &Asked) -> Vec<String> {
    let flags = |asked: &Asked| {
        let mut flags: Vec<String> = asked
            .allow
            .iter()
            .map(|kind| format!("--allow {kind}"))
            .collect();
        if asked.replace_others {
            flags.push("--replace-others".to_owned());
        }
        if asked.update_comments {
            flags.push("--update-comments".to_owned());
        }
        flags
    };
    let (then, now) = (flags(then), flags(now));
    let missing = then.iter().filter(|flag| !now.contains(flag));
    let added = now.iter().filter(|flag| !then.contains(flag));
    missing
        .map(|flag| format!("it was made with other flags: give {flag} here too"))
        .chain(added.map(|flag| format!("it was made with other flags: leave out {flag} here")))
        .collect()
}
