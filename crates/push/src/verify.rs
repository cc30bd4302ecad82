//! Comparing what is stored with a receipt, with read rights only.

use std::io::{self, Write};

use pop_cli::{
    Arg, Console, ExitStatus, Output, ResultExt, ToolError, by_number, counted, shortened_list,
};
use pop_dhis2::import::stored_state::{same_comment, same_value};
use serde_json::json;

use crate::job::{ItemState, Job, RunKind};
use crate::labels::Labels;
use crate::plan::other_system;
use crate::receipt::{self, ReceiptHead};
use crate::record::{ContentRecord, Record, write_open_object};
use crate::session::{Session, stored_error};

/// Reads everything that a receipt says is stored, and reports what differs.
///
/// # Errors
/// I/O, data for the receipt; usage for another server; refused or unreachable.
pub(crate) fn run(
    session: &Session,
    path: &str,
    batch_size: usize,
    mut output: Output,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    let mut job = Job::empty(RunKind::Push, None);
    let head = receipt::read(path, |record| job.add_record(&record))?;
    if head.system_id != session.server.system_id() {
        return Err(other_system("the receipt is", &head.system_id, session)
            .in_file(path)
            .hint("name the server of the receipt with --url or DHIS2_URL"));
    }
    job.items
        .retain(|item| matches!(item.state, ItemState::Stored | ItemState::Same));
    job.arrange();
    job.data_set.clone_from(&head.data_set);
    let found = compare(session, &mut job, head.data_set.as_deref(), batch_size)?;
    write_json(&head, &job, &found, &mut output).or_io()?;
    console.publish(vec![output])?;
    if found.comments > 0 {
        console.warn(&format!(
            "{} another comment now",
            counted(found.comments, "value") + by_number(found.comments, " has", " have")
        ));
    }
    if found.differ.is_empty() {
        let args = [
            ("count", Arg::Count(job.items.len())),
            ("receipt", Arg::Text(path)),
            ("outcome", Arg::Text(&head.outcome.to_string())),
        ];
        console.summary(&console.messages().text_of("summary-verified", &args));
        return Ok(ExitStatus::Done);
    }
    let labels = Labels::of_job(session, &job);
    console.warn(&format!(
        "{} of {} {} not as receipt {path} says: {}",
        found.differ.len(),
        counted(job.items.len(), "value"),
        by_number(found.differ.len(), "is", "are"),
        shortened_list(
            &found
                .differ
                .iter()
                .map(|record| line(record, &labels))
                .collect::<Vec<_>>()
        )
    ));
    Ok(ExitStatus::CheckFound)
}

/// Values that differ from a receipt.
#[derive(Default)]
struct Found {
    differ: Vec<Record>,
    comments: usize,
}

/// `Bo dePopTot001 2025: 7 instead of 5`
fn line(record: &Record, labels: &Labels) -> String {
    let text = |content: &Option<ContentRecord>| {
        content
            .as_ref()
            .map_or("nothing".to_owned(), |c| c.value.clone())
    };
    let combo = labels.of(record.category_option_combo.as_deref().unwrap_or(""));
    format!(
        "{} {} {combo} {}: {} instead of {}",
        labels.of(&record.org_unit),
        labels.of(&record.data_element),
        record.period,
        text(&record.found),
        text(&record.wanted),
    )
}

fn write_json(
    head: &ReceiptHead,
    job: &Job,
    found: &Found,
    out: &mut impl Write,
) -> io::Result<()> {
    let top = json!({
        "verification": 1,
        "payload": head.payload,
        "systemId": head.system_id,
        "outcome": head.outcome,
        "checked": job.items.len(),
        "otherComment": found.comments,
    });
    write_open_object(out, &[&top])?;
    out.write_all(b",\n\"differ\":[")?;
    for (index, record) in found.differ.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, record)?;
    }
    out.write_all(b"\n]}\n")?;
    out.flush()
}

fn compare(
    session: &Session,
    job: &mut Job,
    data_set: Option<&str>,
    batch_size: usize,
) -> Result<Found, ToolError> {
    let mut found = Found::default();
    for batch in job.batches(batch_size) {
        let keys = job.items[batch.clone()]
            .iter()
            .map(|item| item.key)
            .collect();
        let now = session
            .read_keys(data_set, keys, &mut job.names)
            .map_err(stored_error)?;
        let now = now.sorted();
        for item in &job.items[batch] {
            let (now, due) = (now.get(&item.key), job.wanted_of(item));
            match (now, due) {
                (None, None) => {}
                (Some(now), Some(due)) if same_value(now.value, due.value) => {
                    // Where the value stood there already, the receipt's comment was not written.
                    let written = item.state == ItemState::Stored;
                    if written && !same_comment(now.comment, due.comment, &job.names) {
                        found.comments += 1;
                    }
                }
                (now, _) => found.differ.push(Record {
                    found: now.map(|content| ContentRecord::of(content, &job.names)),
                    state: Some(item.state.word().to_owned()),
                    before: None,
                    ..job.record(item)
                }),
            }
        }
    }
    Ok(found)
}
