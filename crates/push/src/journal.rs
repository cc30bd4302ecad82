//! The journal: what a run is about to do, on disk before it does it.
//!
//! JSON lines, only ever appended to. The items with what stood there before come first and are
//! synced; a line is written and synced before each request leaves. Whatever stops the run, the
//! journal holds all that is needed to go on: with it the three-way rule (ours, before, someone
//! else's) needs no memory of what was sent. A line without its end is a write that was cut.
//! Its file is locked while a process works with it ([`lock::JournalLock`]).

pub(crate) mod lock;
pub(crate) mod read;

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use lock::JournalLock;

use crate::job::{ItemState, Job, RunKind};
use crate::record::{Record, RequestRecord};

/// What a journal begins with; the run is the same only if all of it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Heading {
    /// Version of this format.
    pub(crate) journal: u32,
    /// Push or undo.
    pub(crate) kind: RunKind,
    /// SHA-256 of the file that is pushed, or of the receipt that is undone.
    pub(crate) payload: String,
    /// Identity of the server.
    pub(crate) system_id: String,
    /// Data set named in the requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) data_set: Option<String>,
}

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
#[allow(
    clippy::large_enum_variant,
    reason = "items are written one by one, never kept"
)]
pub(crate) enum Event {
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
        /// Position of the batch's first item.
        from: u64,
        /// Position after its last item.
        to: u64,
        /// How many of them it carries.
        values: u64,
        /// Which try of this batch it is, from 1.
        attempt: u32,
    },
    /// What came back.
    Answer(RequestRecord),
    /// What was read back of a batch.
    Read {
        /// Position of the batch's first item.
        from: u64,
        /// Position after its last item.
        to: u64,
        /// Items that stand as wanted.
        stored: u64,
    },
    /// The run came to its end, and its receipt says all.
    Close {
        /// `written`, `partly`, `unknown` or `nothing`.
        outcome: String,
    },
}

/// Bytes at the end of a journal in which its last line is looked for: that of an end is short.
const LAST_BYTES: u64 = 4096;

/// A journal open for appending. Its file is locked as long as it is open.
#[derive(Debug)]
pub(crate) struct Journal {
    file: BufWriter<File>,
    path: PathBuf,
}

/// Where the journal of a receipt is.
#[must_use]
pub(crate) fn beside(receipt: &Path) -> PathBuf {
    let mut name = receipt.as_os_str().to_owned();
    name.push(".journal");
    PathBuf::from(name)
}

impl Journal {
    /// Begins a journal: writes and syncs heading and items. Replaces one that never became ready.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn begin(lock: JournalLock, heading: &Heading, job: &Job) -> io::Result<Self> {
        let mut journal = Self::after(lock, 0)?;
        journal.append(&Event::Open(heading.clone()))?;
        for item in &job.items {
            let mut record = job.record(item);
            record.state = (item.state != ItemState::Open).then(|| item.state.word().to_owned());
            journal.append(&Event::Item(record))?;
        }
        journal.write(&Event::Ready {
            items: job.items.len() as u64,
        })?;
        sync_folder(&journal.path);
        Ok(journal)
    }

    /// Goes on with an existing journal, after cutting off an unfinished last line.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn reopen(lock: JournalLock) -> io::Result<Self> {
        let whole = whole_lines(BufReader::new(lock.reader()?))?;
        Self::after(lock, whole)
    }

    /// Keeps the first `length` bytes and writes behind them.
    fn after(lock: JournalLock, length: u64) -> io::Result<Self> {
        let mut file = lock.file;
        file.set_len(length)?;
        file.seek(SeekFrom::Start(length))?;
        Ok(Self {
            file: BufWriter::new(file),
            path: lock.path,
        })
    }

    /// Writes an event and waits until it is on disk.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn write(&mut self, event: &Event) -> io::Result<()> {
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
    pub(crate) fn remove(self) -> io::Result<()> {
        // Before the lock goes: whoever waits for it must not find a journal that is done.
        std::fs::remove_file(&self.path)
    }
}

/// Whether a journal is of a run that has not ended: then no receipt has all of it.
///
/// # Errors
/// Those of the file system.
pub(crate) fn is_open(path: &Path) -> io::Result<bool> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        opened => opened?,
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LAST_BYTES)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    let last = end.strip_suffix(b"\n").unwrap_or(&end);
    let last = last.rsplit(|&byte| byte == b'\n').next().unwrap_or(last);
    let is_closed = matches!(serde_json::from_slice(last), Ok(Event::Close { .. }));
    Ok(length > 0 && !is_closed)
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
