//! Reading a journal: what the run is about, and how far it came.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use pop_cli::ToolError;

use super::{Event, Heading};
use crate::job::{ItemState, Job};
use crate::record::RequestRecord;

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalError {
    /// The file system said no.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A line that is not the last is broken: the file was changed, or the disk lost it.
    #[error("line {line}: {what}")]
    Broken {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
}

impl JournalError {
    /// What to do about it.
    #[must_use]
    pub(crate) const fn hint(&self) -> &'static str {
        match self {
            Self::Io(_) => "make the journal readable: it says what was sent already",
            Self::Broken { .. } => {
                "keep the file: it says what was sent already; plan again (push without --commit) to see what is stored, then commit with another --receipt"
            }
        }
    }
}

/// The end of a run whose journal cannot be used.
pub(crate) fn journal_error(error: &JournalError, path: &Path) -> ToolError {
    let failure = match error {
        JournalError::Io(_) => ToolError::io(error),
        JournalError::Broken { .. } => ToolError::data(error),
    };
    failure.in_file(path.display()).hint(error.hint())
}

/// What a journal on disk holds.
#[derive(Debug)]
pub(crate) enum JournalContent {
    /// Nothing was sent yet: it can be begun anew.
    Unready,
    /// A run to go on with.
    Open(Box<OpenRun>),
}

/// A run that has begun.
#[derive(Debug)]
pub(crate) struct OpenRun {
    /// What makes it this run.
    pub(crate) heading: Heading,
    /// What it sets out to do, and what may have been sent of it.
    pub(crate) job: Job,
    /// The requests whose answers came.
    pub(crate) requests: Vec<RequestRecord>,
}

/// A request for these items may have left: what is found of them is ours.
fn mark_sent(job: &mut Job, from: u64, to: u64) {
    let index = |at: u64| {
        usize::try_from(at)
            .unwrap_or(usize::MAX)
            .min(job.items.len())
    };
    let (from, to) = (index(from), index(to));
    for item in job.items.get_mut(from..to).unwrap_or_default() {
        if item.state == ItemState::Open {
            item.state = ItemState::Unknown;
        }
    }
}

/// Reads a journal.
///
/// # Errors
/// [`JournalError`].
pub(crate) fn read(source: impl Read) -> Result<JournalContent, JournalError> {
    let mut reader = BufReader::with_capacity(1 << 16, source);
    let mut text = Vec::new();
    let mut run: Option<OpenRun> = None;
    let mut ready = false;
    for line in 1.. {
        text.clear();
        let count = reader.read_until(b'\n', &mut text)?;
        if count == 0 || text.last() != Some(&b'\n') {
            break;
        }
        let broken = |what: String| JournalError::Broken { line, what };
        let event: Event =
            serde_json::from_slice(&text).map_err(|error| broken(error.to_string()))?;
        match (event, &mut run) {
            (Event::Open(heading), None) => {
                let job = Job::empty(heading.kind, heading.data_set.clone());
                run = Some(OpenRun {
                    heading,
                    job,
                    requests: Vec::new(),
                });
            }
            (Event::Item(record), Some(OpenRun { job, .. })) if !ready => {
                job.add_record(&record).map_err(broken)?;
            }
            (Event::Ready { items }, Some(OpenRun { job, .. })) if !ready => {
                if job.items.len() as u64 != items {
                    return Err(broken(format!(
                        "{items} items announced, {} found",
                        job.items.len()
                    )));
                }
                ready = true;
            }
            (Event::Send { from, to, .. }, Some(OpenRun { job, .. })) if ready => {
                mark_sent(job, from, to)
            }
            (Event::Answer(record), Some(OpenRun { requests, .. })) if ready => {
                requests.push(record)
            }
            (Event::Read { .. } | Event::Close { .. }, Some(_)) if ready => {}
            (event, _) => return Err(broken(format!("out of place: {event:?}"))),
        }
    }
    Ok(match run {
        Some(run) if ready => JournalContent::Open(Box::new(run)),
        _ => JournalContent::Unready,
    })
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use pop_datavalues::value_set::names::{Names, Sym};
    use pop_datavalues::value_set::table::{Content, ValueKey, ValueTable};
    use pop_dhis2::import::stored_state::ChangeClass;

    use super::*;
    use crate::job::RunKind;
    use crate::journal::lock::JournalLock;
    use crate::journal::{Journal, beside};
    use crate::record::Record;

    fn job() -> Job {
        let mut names = Names::default();
        let mut wanted = ValueTable::default();
        let mut before = ValueTable::default();
        let mut keys = Vec::new();
        for unit in ["ouDist00001", "ouDist00002"] {
            let key = ValueKey {
                period: names.intern("2025"),
                unit: names.intern(unit),
                element: names.intern("dePopTot001"),
                combo: names.intern("HllvX50cXC0"),
                attribute: Sym::NONE,
            };
            let comment = names.intern("WorldPop \"R2025A\"");
            wanted
                .push(
                    key,
                    Content {
                        value: "12",
                        comment,
                        follow_up: false,
                    },
                )
                .unwrap();
            keys.push(key);
        }
        before
            .push(
                keys[1],
                Content {
                    value: "11",
                    comment: Sym::NONE,
                    follow_up: true,
                },
            )
            .unwrap();
        let mut job = Job::new(
            RunKind::Push,
            Some("dsPopYear01".into()),
            names,
            wanted,
            before,
        );
        job.add(keys[0], ChangeClass::New, Some(0), None).row = 1;
        job.add(keys[1], ChangeClass::Kept, Some(1), Some(0)).state = ItemState::Kept;
        job
    }

    fn heading() -> Heading {
        Heading {
            journal: 1,
            kind: RunKind::Push,
            payload: "ab".into(),
            system_id: "sys".into(),
            data_set: Some("dsPopYear01".into()),
        }
    }

    #[test]
    fn what_was_written_is_read_again_and_a_cut_line_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = beside(&folder.path().join("r.json"));
        let job = job();
        let mut journal =
            Journal::begin(JournalLock::acquire(&path).unwrap(), &heading(), &job).unwrap();
        let send = Event::Send {
            from: 0,
            to: 2,
            values: 1,
            attempt: 1,
        };
        journal.write(&send).unwrap();
        drop(journal);
        let whole = std::fs::read(&path).unwrap();
        for cut in 0..=whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            match read(File::open(&path).unwrap()).unwrap() {
                JournalContent::Unready => {
                    let ready = whole.windows(7).position(|w| w == b"\"ready\"").unwrap();
                    assert!(cut < ready + 30, "cut at {cut}");
                }
                JournalContent::Open(run) => {
                    let (found, resumed) = (run.heading, run.job);
                    assert_eq!(found, heading());
                    let records = |job: &Job| -> Vec<Record> {
                        job.items.iter().map(|item| job.record(item)).collect()
                    };
                    assert_eq!(records(&resumed), records(&job));
                    assert_eq!(resumed.items[1].state, ItemState::Kept);
                    let mut journal =
                        Journal::reopen(JournalLock::acquire(&path).unwrap()).unwrap();
                    journal.write(&send).unwrap();
                    assert!(matches!(
                        read(File::open(&path).unwrap()).unwrap(),
                        JournalContent::Open(_)
                    ));
                }
            }
        }
    }

    #[test]
    fn a_changed_journal_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("j");
        drop(Journal::begin(JournalLock::acquire(&path).unwrap(), &heading(), &job()).unwrap());
        let text = std::fs::read_to_string(&path).unwrap();
        for (from, to) in [
            ("\"items\":2", "\"items\":3"),
            ("\"class\":\"new\"", "\"class\":\"nwe\""),
            ("{\"event\":\"item\"", "{\"event\":\"itme\""),
        ] {
            assert!(text.contains(from));
            std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
            assert!(
                matches!(
                    read(File::open(&path).unwrap()),
                    Err(JournalError::Broken { .. })
                ),
                "{to}"
            );
        }
    }
}
