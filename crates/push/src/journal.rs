//! The journal: what a run is about to do, on disk before it does it.
//!
//! JSON lines, only ever appended to. The items with what stood there before come first and are
//! synced; a line is written and synced before each request leaves. Whatever stops the run, the
//! journal holds all that is needed to go on: with it the three-way rule (ours, before, someone
//! else's) needs no memory of what was sent. A line without its end is a write that was cut.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::job::{Job, Kind, State};
use crate::record::Record;

/// What a journal begins with; the run is the same only if all of it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heading {
    /// Version of this format.
    pub journal: u32,
    /// Push or undo.
    pub kind: Kind,
    /// SHA-256 of the file that is pushed, or of the receipt that is undone.
    pub payload: String,
    /// Identity of the server.
    pub system_id: String,
    /// Data set named in the requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_set: Option<String>,
}

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
#[allow(
    clippy::large_enum_variant,
    reason = "items are written one by one, never kept"
)]
pub enum Event {
    /// The first line.
    Open(Heading),
    /// A value the run is about.
    Item(Record),
    /// All items are written: from here on requests may follow.
    Ready {
        /// How many there are.
        items: u64,
    },
    /// A request is about to leave.
    Send {
        /// Position of the part's first item.
        from: u64,
        /// Position after its last item.
        to: u64,
        /// How many of them it carries.
        values: u64,
        /// Which try of this part it is, from 1.
        attempt: u32,
    },
    /// What came back.
    Answer {
        /// HTTP status; absent where there was no answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        http: Option<u16>,
        /// What it amounts to, in words.
        claim: String,
    },
    /// What was read back of a part.
    Read {
        /// Position of the part's first item.
        from: u64,
        /// Position after its last item.
        to: u64,
        /// Items that stand as wanted.
        stored: u64,
    },
    /// The run came to its end; the receipt is next.
    Close {
        /// `written`, `partly`, `unknown` or `nothing`.
        outcome: String,
    },
}

/// A journal open for appending.
#[derive(Debug)]
pub struct Journal {
    file: BufWriter<File>,
    path: PathBuf,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
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

/// What a journal on disk holds.
#[derive(Debug)]
pub enum Found {
    /// Nothing was sent yet: it can be begun anew.
    Unready,
    /// A run to go on with.
    Run(Box<(Heading, Job)>),
}

/// Where the journal of a receipt is.
#[must_use]
pub fn beside(receipt: &Path) -> PathBuf {
    let mut name = receipt.as_os_str().to_owned();
    name.push(".journal");
    PathBuf::from(name)
}

impl Journal {
    /// Begins a journal: writes and syncs heading and items. Replaces one that never became ready.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn begin(path: &Path, heading: &Heading, job: &Job) -> io::Result<Self> {
        let file = File::create(path)?;
        let mut journal = Self {
            file: BufWriter::new(file),
            path: path.to_owned(),
        };
        journal.append(&Event::Open(heading.clone()))?;
        for item in &job.items {
            let mut record = job.record(item);
            record.state = (item.state != State::Open).then(|| item.state.word().to_owned());
            journal.append(&Event::Item(record))?;
        }
        journal.write(&Event::Ready {
            items: job.items.len() as u64,
        })?;
        sync_folder(path);
        Ok(journal)
    }

    /// Opens an existing journal to append to it, after cutting off an unfinished last line.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn reopen(path: &Path) -> io::Result<Self> {
        let whole = whole_lines(BufReader::new(File::open(path)?))?;
        let file = OpenOptions::new().append(true).open(path)?;
        file.set_len(whole)?;
        Ok(Self {
            file: BufWriter::new(file),
            path: path.to_owned(),
        })
    }

    /// Writes an event and waits until it is on disk.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&mut self, event: &Event) -> io::Result<()> {
        self.append(event)?;
        self.file.flush()?;
        self.file.get_ref().sync_data()
    }

    fn append(&mut self, event: &Event) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, event)?;
        self.file.write_all(b"\n")
    }

    /// Removes the journal: its receipt says everything now.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn remove(self) -> io::Result<()> {
        drop(self.file);
        std::fs::remove_file(&self.path)
    }
}

/// Length of the lines that have an end.
fn whole_lines(mut reader: impl BufRead) -> io::Result<u64> {
    let (mut whole, mut line) = (0, Vec::new());
    loop {
        line.clear();
        let count = reader.read_until(b'\n', &mut line)?;
        if count == 0 || line.last() != Some(&b'\n') {
            return Ok(whole);
        }
        whole += count as u64;
    }
}

/// A new name is safe only once its folder is synced too; where that cannot be done, nothing is lost but that.
fn sync_folder(path: &Path) {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or_else(|| Path::new("."))) {
        let _ = folder.sync_all();
    }
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
        if item.state == State::Open {
            item.state = State::Unknown;
        }
    }
}

/// Reads a journal.
///
/// # Errors
/// [`JournalError`].
pub fn read(path: &Path) -> Result<Found, JournalError> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut text = Vec::new();
    let mut run: Option<(Heading, Job)> = None;
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
                let job = Job::new(
                    heading.kind,
                    heading.data_set.clone(),
                    pop_dhis2::import::names::Names::default(),
                    pop_dhis2::import::values::Values::default(),
                    pop_dhis2::import::values::Values::default(),
                );
                run = Some((heading, job));
            }
            (Event::Item(record), Some((_, job))) if !ready => {
                job.add_record(&record).map_err(broken)?;
            }
            (Event::Ready { items }, Some((_, job))) if !ready => {
                if job.items.len() as u64 != items {
                    return Err(broken(format!(
                        "{items} items announced, {} found",
                        job.items.len()
                    )));
                }
                ready = true;
            }
            (Event::Send { from, to, .. }, Some((_, job))) if ready => mark_sent(job, from, to),
            (Event::Answer { .. } | Event::Read { .. } | Event::Close { .. }, Some(_)) if ready => {
            }
            (event, _) => return Err(broken(format!("out of place: {event:?}"))),
        }
    }
    Ok(match run {
        Some(run) if ready => Found::Run(Box::new(run)),
        _ => Found::Unready,
    })
}

#[cfg(test)]
mod tests {
    use pop_dhis2::import::diff::Class;
    use pop_dhis2::import::names::{Names, Sym};
    use pop_dhis2::import::values::{Content, Key, Values};

    use super::*;

    fn job() -> Job {
        let mut names = Names::default();
        let mut wanted = Values::default();
        let mut before = Values::default();
        let mut keys = Vec::new();
        for unit in ["ouDist00001", "ouDist00002"] {
            let key = Key {
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
            Kind::Push,
            Some("dsPopYear01".into()),
            names,
            wanted,
            before,
        );
        job.add(keys[0], Class::New, Some(0), None).row = 1;
        job.add(keys[1], Class::Kept, Some(1), Some(0)).state = State::Kept;
        job
    }

    fn heading() -> Heading {
        Heading {
            journal: 1,
            kind: Kind::Push,
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
        let mut journal = Journal::begin(&path, &heading(), &job).unwrap();
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
            match read(&path).unwrap() {
                Found::Unready => {
                    let ready = whole.windows(7).position(|w| w == b"\"ready\"").unwrap();
                    assert!(cut < ready + 30, "cut at {cut}");
                }
                Found::Run(run) => {
                    let (found, resumed) = *run;
                    assert_eq!(found, heading());
                    let records = |job: &Job| -> Vec<Record> {
                        job.items.iter().map(|item| job.record(item)).collect()
                    };
                    assert_eq!(records(&resumed), records(&job));
                    assert_eq!(resumed.items[1].state, State::Kept);
                    let mut journal = Journal::reopen(&path).unwrap();
                    journal.write(&send).unwrap();
                    assert!(matches!(read(&path).unwrap(), Found::Run(_)));
                }
            }
        }
    }

    #[test]
    fn a_changed_journal_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("j");
        drop(Journal::begin(&path, &heading(), &job()).unwrap());
        let text = std::fs::read_to_string(&path).unwrap();
        for (from, to) in [
            ("\"items\":2", "\"items\":3"),
            ("\"class\":\"new\"", "\"class\":\"nwe\""),
            ("{\"event\":\"item\"", "{\"event\":\"itme\""),
        ] {
            assert!(text.contains(from));
            std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
            assert!(
                matches!(read(&path), Err(JournalError::Broken { .. })),
                "{to}"
            );
        }
    }
}
