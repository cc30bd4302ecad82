//! Taking back what a receipt says was written.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use pop_cli::{Fingerprint, ToolError};
use pop_datavalues::mapping::Limits;
use pop_dhis2::import::stored_state::{ChangeClass, StoredState, stored_state};

use crate::job::{ItemState, Job, RunKind};
use crate::journal;
use crate::journal::lock::{JournalLock, JournalLockError};
use crate::journal::read::{JournalContent, JournalError, journal_error, read as read_journal};
use crate::plan::{Ancestors, Growth, Plan, PlanFlags};
use crate::receipt;
use crate::record::{ContentRecord, Record};
use crate::session::{Session, stored_error};

/// A run that can be taken back.
#[derive(Debug)]
pub(crate) struct Undoable {
    /// Identity of the server it wrote to.
    pub(crate) system_id: String,
    /// SHA-256 of what says what it wrote.
    pub(crate) sha256: String,
    /// The job that takes it back: what was stored before is wanted, what was written is there.
    pub(crate) job: Job,
    /// The run was stopped before its end: its journal, locked so that it does not go on meanwhile.
    pub(crate) open_journal: Option<JournalLock>,
}

/// Reads what a run wrote: from its receipt, or, if the run was stopped before its end, from its
/// journal.
///
/// # Errors
/// I/O; data where the file is not a receipt; usage while the run is going on.
pub(crate) fn read(path: &str) -> Result<Undoable, ToolError> {
    let mut job = Job::empty(RunKind::Undo, None);
    let journal_path = journal::beside(Path::new(path));
    let io = |error: std::io::Error| ToolError::io(error).in_file(path);
    let mut add = |record| add_inverse(&mut job, record);
    let head = receipt::read_any(path, &mut add)?;
    if !receipt::is_open(&head, &journal_path).map_err(io)? {
        job.data_set.clone_from(&head.data_set);
        job.arrange();
        return Ok(Undoable {
            system_id: head.system_id,
            sha256: Fingerprint::of(File::open(path).map_err(io)?)
                .map_err(io)?
                .sha256,
            job,
            open_journal: None,
        });
    }
    let lock = JournalLock::acquire(&journal_path).map_err(|error| match error {
        JournalLockError::Io(error) => io(error),
        busy @ JournalLockError::Busy => ToolError::usage(busy)
            .in_file(path)
            .hint("stop that push first, or wait until it has ended"),
    })?;
    // Journal and receipt together say how far the run came.
    let both = File::open(path)
        .and_then(|receipt| Ok(receipt.chain(lock.reader()?)))
        .map_err(io)?;
    let sha256 = Fingerprint::of(both).map_err(io)?.sha256;
    let content = lock
        .reader()
        .map_err(JournalError::from)
        .and_then(read_journal)
        .map_err(|error| journal_error(&error, &journal_path))?;
    let JournalContent::Open(run) = content else {
        // Nothing was sent.
        lock.release().map_err(io)?;
        return Err(ToolError::usage(
            "the run of this receipt wrote nothing: there is nothing to undo",
        )
        .in_file(path)
        .hint("its command can be run again"));
    };
    for item in &run.job.items {
        let record = Record {
            state: Some(item.state.word().to_owned()),
            ..run.job.record(item)
        };
        add_inverse(&mut job, record).map_err(ToolError::internal)?;
    }
    job.data_set = run.heading.data_set;
    job.arrange();
    Ok(Undoable {
        system_id: run.heading.system_id,
        sha256,
        job,
        open_journal: Some(lock),
    })
}

/// Adds the item that takes a value back, if the run may have written it.
fn add_inverse(job: &mut Job, record: Record) -> Result<(), String> {
    if !may_be_ours(&record) {
        return Ok(());
    }
    let class = if record.before.is_some() {
        ChangeClass::Changed
    } else {
        ChangeClass::Removed
    };
    job.add_record(&Record {
        class: class.word().to_owned(),
        state: None,
        wanted: record.before,
        before: record.wanted,
        found: None,
        ..record
    })
}

/// Whether a run may have put its value there.
fn may_be_ours(record: &Record) -> bool {
    [ItemState::Stored, ItemState::Unknown, ItemState::Lost]
        .iter()
        .any(|state| record.state.as_deref() == Some(state.word()))
}

/// Reads what is stored now: values that someone else changed since are kept.
///
/// # Errors
/// Refused or unreachable: what is stored cannot be read.
pub(crate) fn compare(
    session: &Session,
    mut job: Job,
    payload: String,
    batch_size: usize,
) -> Result<Plan, ToolError> {
    let mut others = Vec::new();
    for batch in job.batches(batch_size) {
        let keys = job.items[batch.clone()]
            .iter()
            .map(|item| item.key)
            .collect();
        let data_set = job.data_set.clone();
        let now = session
            .read_keys(data_set.as_deref(), keys, &mut job.names)
            .map_err(stored_error)?;
        let now = now.sorted();
        for index in batch {
            let item = job.items[index];
            let judged = stored_state(
                now.get(&item.key),
                job.wanted_of(&item),
                job.before_of(&item),
                &job.names,
            );
            let item = &mut job.items[index];
            match judged {
                StoredState::AsBefore => item.state = ItemState::Open,
                StoredState::AsWanted => {
                    item.class = ChangeClass::Same;
                    item.state = ItemState::Same;
                }
                StoredState::ChangedByOthers => {
                    item.class = ChangeClass::Kept;
                    item.state = ItemState::Kept;
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
        flags: PlanFlags::default(),
        not_in_set: Vec::new(),
        refusals: Vec::new(),
        allowed: Vec::new(),
        warnings: Vec::new(),
        growth: Growth::default(),
        limits: Limits::default(),
        tree: Ancestors::default(),
    })
}
