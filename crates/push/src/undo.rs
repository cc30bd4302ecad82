//! Taking back what a receipt says was written.

use pop_cli::ToolError;
use pop_datavalues::Metadata;
use pop_dhis2::import::diff::{Class, Standing, standing};
use pop_dhis2::import::names::Names;
use pop_dhis2::import::values::Values;
use pop_dhis2::metadata::{self, Wanted};

use crate::job::{Job, Kind, State};
use crate::plan::{Asked, Plan};
use crate::receipt::{self, Head};
use crate::record::{ContentRecord, Record};
use crate::session::{Session, stored_error};

/// The job that takes a run back: what stood there before is wanted, what was written stands there.
///
/// # Errors
/// I/O; data where the file is no receipt.
pub(crate) fn read(path: &str) -> Result<(Head, Job), ToolError> {
    let mut job = Job::new(
        Kind::Undo,
        None,
        Names::default(),
        Values::default(),
        Values::default(),
    );
    let head = receipt::read(path, |record| {
        if may_be_ours(&record) {
            let class = if record.before.is_some() {
                Class::Changed
            } else {
                Class::Removed
            };
            job.add_record(&Record {
                class: class.word().to_owned(),
                state: None,
                wanted: record.before,
                before: record.wanted,
                found: None,
                ..record
            })?;
        }
        Ok(())
    })?;
    job.data_set.clone_from(&head.data_set);
    job.arrange();
    Ok((head, job))
}

/// Whether a run may have put its value there.
fn may_be_ours(record: &Record) -> bool {
    [State::Stored, State::Unknown, State::Lost]
        .iter()
        .any(|state| record.state.as_deref() == Some(state.word()))
}

/// What the server says of the data set of a job, for names. A plan can do without.
pub(crate) fn metadata(session: &Session, job: &Job) -> Option<Metadata> {
    let wanted = Wanted {
        data_sets: vec![job.data_set.clone()?],
        ..Wanted::default()
    };
    metadata::fetch(&session.server, &wanted).ok()
}

/// Looks what stands there now: what was changed since by someone else is kept.
///
/// # Errors
/// Refused or unreachable: what is stored cannot be read.
pub(crate) fn compare(
    session: &Session,
    mut job: Job,
    payload: String,
    part_size: usize,
) -> Result<Plan, ToolError> {
    let mut others = Vec::new();
    for part in job.parts(part_size) {
        let keys = job.items[part.clone()]
            .iter()
            .map(|item| item.key)
            .collect();
        let data_set = job.data_set.clone();
        let now = session
            .read_keys(data_set.as_deref(), keys, &mut job.names)
            .map_err(stored_error)?;
        let now = now.sorted();
        for index in part {
            let item = job.items[index];
            let judged = standing(
                now.get(&item.key),
                job.wanted_of(&item),
                job.before_of(&item),
                &job.names,
            );
            let item = &mut job.items[index];
            match judged {
                Standing::Untouched => item.state = State::Open,
                Standing::Done => {
                    item.class = Class::Same;
                    item.state = State::Same;
                }
                Standing::Others => {
                    item.class = Class::Kept;
                    item.state = State::Kept;
                    others.push((
                        index,
                        now.get(&item.key)
                            .map(|content| ContentRecord::of(content, &job.names)),
                    ));
                }
            }
        }
    }
    // What is kept is shown as it stands, not as it was written.
    for (index, content) in others {
        job.set_before(index, content.as_ref())
            .map_err(ToolError::internal)?;
    }
    Ok(Plan {
        job,
        payload,
        asked: Asked::default(),
        not_in_set: Vec::new(),
        refusals: Vec::new(),
        left_out: Vec::new(),
        warnings: Vec::new(),
    })
}
