//! Comparing what is stored with a receipt, with read rights only.

use pop_cli::{Console, ExitStatus, ToolError, first_of};
use pop_dhis2::import::diff::{same_comment, same_value};
use pop_dhis2::import::names::Names;
use pop_dhis2::import::values::Values;

use crate::job::{Job, Kind, State};
use crate::receipt;
use crate::session::{Session, stored_error};

/// Reads everything that a receipt says is stored and tells what stands otherwise.
///
/// # Errors
/// I/O, data for the receipt; usage for another server; refused or unreachable.
pub(crate) fn run(
    session: &Session,
    path: &str,
    part_size: usize,
    console: &Console,
) -> Result<ExitStatus, ToolError> {
    let mut job = Job::new(
        Kind::Push,
        None,
        Names::default(),
        Values::default(),
        Values::default(),
    );
    let head = receipt::read(path, |record| job.add_record(&record))?;
    if head.system_id != session.server.system_id() {
        return Err(ToolError::usage(format!(
            "the receipt is of system {}, this is system {}",
            head.system_id,
            session.server.system_id()
        ))
        .in_file(path));
    }
    job.items
        .retain(|item| matches!(item.state, State::Stored | State::Same));
    job.arrange();
    let found = compare(session, &mut job, head.data_set.as_deref(), part_size)?;
    if found.comments > 0 {
        console.warn(&format!(
            "{} values have another comment now",
            found.comments
        ));
    }
    if found.differ.is_empty() {
        console.summary(&format!(
            "verified: {} values are stored as receipt {path} says (outcome {})",
            job.items.len(),
            head.outcome
        ));
        return Ok(ExitStatus::Done);
    }
    console.warn(&format!(
        "{} of {} values are not as receipt {path} says: {}",
        found.differ.len(),
        job.items.len(),
        first_of(&found.differ)
    ));
    Ok(ExitStatus::CheckFound)
}

/// What stands otherwise than in a receipt.
#[derive(Default)]
struct Found {
    differ: Vec<String>,
    comments: usize,
}

fn compare(
    session: &Session,
    job: &mut Job,
    data_set: Option<&str>,
    part_size: usize,
) -> Result<Found, ToolError> {
    let mut found = Found::default();
    for part in job.parts(part_size) {
        let keys = job.items[part.clone()]
            .iter()
            .map(|item| item.key)
            .collect();
        let now = session
            .read_keys(data_set, keys, &mut job.names)
            .map_err(stored_error)?;
        let now = now.sorted();
        for item in &job.items[part] {
            let (now, due) = (now.get(&item.key), job.wanted_of(item));
            match (now, due) {
                (None, None) => {}
                (Some(now), Some(due)) if same_value(now.value, due.value) => {
                    // Where the value stood there already, the receipt's comment was not written.
                    let written = item.state == State::Stored;
                    if written && !same_comment(now.comment, due.comment, &job.names) {
                        found.comments += 1;
                    }
                }
                (now, due) => {
                    let text = |content: Option<pop_dhis2::import::values::Content<'_>>| {
                        content.map_or("nothing".to_owned(), |c| c.value.to_owned())
                    };
                    found.differ.push(format!(
                        "{} {} {}: {} instead of {}",
                        job.names.text(item.key.unit),
                        job.names.text(item.key.element),
                        job.names.text(item.key.period),
                        text(now),
                        text(due),
                    ));
                }
            }
        }
    }
    Ok(found)
}
