//! The files of a run that writes: its receipt and, beside it, its journal.
//!
//! Both are there, and the journal is locked, before the server is asked anything: a receipt that
//! cannot be written is known at once, and no second run with the same receipt begins.

use std::path::Path;

use pop_cli::{Console, ExitStatus, ToolError, check_output_name, unwritable};

use crate::job::RunKind;
use crate::journal;
use crate::journal::lock::{JournalLock, JournalLockError};
use crate::journal::read::{JournalContent, JournalError, OpenRun, journal_error, read};
use crate::outcome::Outcome;
use crate::receipt::{self, ReceiptHead};
use crate::session::Session;

/// What makes two commands the same run.
#[derive(Debug)]
pub(crate) struct RunKey {
    /// Push or undo.
    pub(crate) kind: RunKind,
    /// SHA-256 of the file that is pushed, or of the receipt that is undone.
    pub(crate) payload: String,
    /// Where its receipt goes.
    pub(crate) receipt: String,
}

/// A receipt and a journal that are this run's alone.
#[derive(Debug)]
pub(crate) struct RunFiles {
    pub(crate) key: RunKey,
    pub(crate) lock: JournalLock,
    /// The run of the journal.
    journal_run: Option<Box<OpenRun>>,
    /// What the receipt says of an earlier command.
    before: Option<ReceiptHead>,
    /// What it says of this one, as far as it is known.
    head: ReceiptHead,
    /// Why nothing was sent.
    why: Vec<String>,
}

impl RunFiles {
    /// Opens and locks them.
    ///
    /// # Errors
    /// Usage: they belong to another run, or to one that goes on; I/O; data: the journal is broken.
    pub(crate) fn open(key: RunKey) -> Result<Self, ToolError> {
        let receipt = key.receipt.clone();
        check_output_name(&receipt)?;
        let path = journal::beside(Path::new(&receipt));
        let lock = JournalLock::acquire(&path).map_err(|error| match error {
            JournalLockError::Io(error) => ToolError::io(unwritable(&error)).in_file(&receipt),
            busy @ JournalLockError::Busy => ToolError::usage(busy)
                .in_file(&receipt)
                .hint("wait until it has ended: this command then goes on, or finds it done"),
        })?;
        let found = lock.reader().map_err(JournalError::from).and_then(read);
        let open_run = match found.map_err(|error| journal_error(&error, &path))? {
            JournalContent::Open(open_run) => Some(open_run),
            JournalContent::Unready => None,
        };
        let mut files = Self {
            head: ReceiptHead::new(key.kind, &key.payload),
            key,
            lock,
            journal_run: open_run,
            before: None,
            why: Vec::new(),
        };
        match files.receipt_found() {
            Ok(()) => Ok(files),
            Err(error) => {
                // What is there was there before: only the empty journal goes.
                drop(files.lock.release());
                Err(error)
            }
        }
    }

    /// Begins the receipt, or looks whose is there.
    fn receipt_found(&mut self) -> Result<(), ToolError> {
        let path = self.key.receipt.as_str();
        if !Path::new(path).exists() {
            return receipt::begin(Path::new(path), &self.head)
                .map_err(|error| ToolError::io(unwritable(&error)).in_file(path));
        }
        // A process killed between making its receipt and writing it leaves an empty one.
        if std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() == 0) {
            return receipt::begin_again(Path::new(path), &self.head)
                .map_err(|error| ToolError::io(error).in_file(path));
        }
        let head = receipt::read_any(path, |_| Ok(())).map_err(|_| self.foreign())?;
        if head.outcome == receipt::UNDONE {
            return Err(ToolError::usage(
                "the run of this receipt was stopped, and then undone: nothing is written",
            )
            .in_file(path)
            .hint("to write the values after all, name another file with --receipt"));
        }
        let is_own = head.payload == self.key.payload && head.kind == self.head.kind;
        // The receipt of a run that sent nothing is worth nothing: it gives way to the next.
        let is_unsent = self.journal_run.is_none() && head.outcome == Outcome::Nothing.word();
        if !is_own && !is_unsent {
            return Err(self.foreign());
        }
        self.before = is_own.then_some(head);
        if is_unsent {
            receipt::begin_again(Path::new(path), &self.head)
                .map_err(|error| ToolError::io(error).in_file(path))?;
        }
        Ok(())
    }

    fn foreign(&self) -> ToolError {
        ToolError::usage("this is the receipt of another run, and receipts are never overwritten")
            .in_file(&self.key.receipt)
            .hint("name another file with --receipt")
    }

    /// The server is known: the receipt names it.
    pub(crate) fn set_server(&mut self, session: &Session) {
        self.head = self.head.clone().at(session);
    }

    /// The error of a run that fails before its first request: that of an open journal may have
    /// written, and a failure before it was continued does not change that.
    pub(crate) fn judge_failure(&self, error: ToolError) -> ToolError {
        let is_server = matches!(
            error.status(),
            ExitStatus::Refused | ExitStatus::Unreachable
        );
        if self.journal_run.is_some() && is_server {
            ToolError::uncertain(error).hint("an earlier run of this command may have written values: run it again when the server answers")
        } else {
            error
        }
    }

    /// The run of the journal, to go on with.
    ///
    /// # Errors
    /// Usage: it is another run, or of another server.
    pub(crate) fn open_run(&mut self, session: &Session) -> Result<Option<OpenRun>, ToolError> {
        let Some(open_run) = self.journal_run.take() else {
            return Ok(None);
        };
        let heading = &open_run.heading;
        let is_this = heading.kind == self.key.kind
            && heading.payload == self.key.payload
            && heading.system_id == session.server.system_id();
        if is_this {
            return Ok(Some(*open_run));
        }
        let path = journal::beside(Path::new(&self.key.receipt));
        self.journal_run = Some(open_run);
        Err(ToolError::usage(
            "the journal of an unfinished run with another payload, or on another server",
        )
        .in_file(path.display())
        .hint("finish that run with its own command, or name another receipt"))
    }

    /// Whether the receipt says that this run is done; a receipt that says something else must be its own.
    ///
    /// # Errors
    /// Usage: the receipt is that of another run.
    pub(crate) fn is_finished(&self, session: &Session) -> Result<bool, ToolError> {
        let Some(head) = &self.before else {
            return Ok(false);
        };
        let is_unsent = [Outcome::Nothing.word(), receipt::OPEN].contains(&head.outcome.as_str());
        if is_unsent {
            return Ok(false);
        }
        if head.system_id != session.server.system_id() || head.outcome != Outcome::Written.word() {
            return Err(self.foreign());
        }
        Ok(true)
    }

    /// Keeps for the receipt why nothing is sent.
    pub(crate) fn add_reason(&mut self, why: String) {
        self.why.push(why);
    }

    /// The run ended before its first request: the receipt says so.
    pub(crate) fn close(self, ended: &Result<ExitStatus, ToolError>, console: &Console) {
        let receipt = self.key.receipt.clone();
        let is_done = self
            .before
            .as_ref()
            .is_some_and(|head| head.outcome == Outcome::Written.word());
        let closed = if self.journal_run.is_some() || is_done {
            Ok(())
        } else {
            let mut why = self.why.clone();
            why.extend(ended.as_ref().err().map(ToString::to_string));
            receipt::finish_unsent(Path::new(&receipt), &self.head, &why)
        };
        if let Err(error) = closed.and_then(|()| self.lock.release()) {
            console.warn(&format!("{receipt}: {error}"));
        }
    }
}
