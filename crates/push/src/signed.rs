//! A plan that was signed: it must still hold before anything is written.

use std::fs::File;

use pop_cli::ToolError;
use pop_dhis2::import::diff::{same_comment, same_value};
use pop_dhis2::import::values::Values;
use serde_json::Value;

use crate::plan::{Asked, Plan};
use crate::record::{Record, read_document};
use crate::session::Session;

/// What a plan says at its head.
#[derive(Debug, Default)]
struct Head {
    plan: u64,
    payload: String,
    system_id: String,
    asked: Option<Asked>,
}

/// What no longer is as in the plan at `path`; empty where the plan still holds.
///
/// # Errors
/// I/O; data where the file is no plan.
pub(crate) fn differences(
    path: &str,
    plan: &mut Plan,
    session: &Session,
) -> Result<Vec<String>, ToolError> {
    let file = File::open(path).map_err(|error| ToolError::io(error).in_file(path))?;
    let mut fill = |head: &mut Head, key: &str, value: Value| -> Result<(), String> {
        let text = || value.as_str().unwrap_or_default().to_owned();
        match key {
            "plan" => head.plan = value.as_u64().unwrap_or_default(),
            "payload" => head.payload = text(),
            "systemId" => head.system_id = text(),
            "asked" => {
                let asked = serde_json::from_value(value);
                head.asked = Some(asked.map_err(|error| error.to_string())?);
            }
            _ => {}
        }
        Ok(())
    };
    let job = &mut plan.job;
    let mut signed = 0;
    let mut changed = Vec::new();
    let mut one = Values::default();
    let mut each = |record: Record| -> Result<(), String> {
        signed += 1;
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
        let same = match (then, now) {
            (None, None) => true,
            (Some(then), Some(now)) => {
                same_value(then.value, now.value)
                    && same_comment(then.comment, now.comment, &job.names)
            }
            _ => false,
        };
        if !same {
            let text = |content: Option<pop_dhis2::import::values::Content<'_>>| {
                content.map_or("nothing".to_owned(), |c| c.value.to_owned())
            };
            changed.push(format!(
                "{} {} {}: {} is stored, {} when the plan was made",
                record.org_unit,
                record.data_element,
                record.period,
                text(now),
                text(then)
            ));
        }
        Ok(())
    };
    let head: Head = read_document(file, &mut fill, &mut each)
        .map_err(|error| ToolError::data(format!("no plan: {error}")).in_file(path))?;
    if head.plan != 1 {
        return Err(ToolError::data("no plan of version 1").in_file(path));
    }
    let mut differences = Vec::new();
    if head.payload != plan.payload {
        differences.push("the plan is of another data value set".to_owned());
    } else if signed != plan.job.items.len() {
        differences.push(format!(
            "the plan has {signed} values, the set {}",
            plan.job.items.len()
        ));
    }
    if head.asked.is_some_and(|asked| asked != plan.asked) {
        differences.push(
            "the plan was made with other flags (--allow, --replace-others, --update-comments)"
                .to_owned(),
        );
    }
    if head.system_id != session.server.system_id() {
        differences.push(format!(
            "the plan is for system {}, this is system {}",
            head.system_id,
            session.server.system_id()
        ));
    }
    differences.append(&mut changed);
    Ok(differences)
}
