//! Where a run writes itself down: its receipt and, beside it, its journal.
//!
//! Both are there, and the journal is locked, before the server is asked anything: a receipt that
//! cannot be written is known at once, and no second run with the same receipt begins.

use std::path::Path;

use pop_cli::{Console, ExitStatus, ToolError};

use crate::claim::{Claim, ClaimError};
use crate::job::Kind;
use crate::journal;
use crate::outcome::Outcome;
use crate::receipt::{self, Head};
use crate::resume::{self, Begun, Found, JournalError};
use crate::session::Session;

/// What makes two commands the same run.
#[derive(Debug)]
pub(crate) struct Run {
    /// Push or undo.
    pub(crate) kind: Kind,
    /// SHA-256 of the file that is pushed, or of the receipt that is undone.
    pub(crate) payload: String,
    /// Where its receipt goes.
    pub(crate) receipt: String,
}

/// A receipt and a journal that are this run's alone.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) run: Run,
    pub(crate) claim: Claim,
    /// The run that the journal tells of.
    begun: Option<Box<Begun>>,
    /// What the receipt says of an earlier command.
    before: Option<Head>,
    /// What it says of this one, as far as it is known.
    head: Head,
    /// Why nothing was sent.
    why: Vec<String>,
}

impl Place {
    /// Takes the place.
    ///
    /// # Errors
    /// Usage: another run stands there, or is running; I/O; data: the journal is broken.
    pub(crate) fn take(run: Run) -> Result<Self, ToolError> {
        let receipt = run.receipt.clone();
        let path = journal::beside(Path::new(&receipt));
        let claim = Claim::take(&path).map_err(|error| match error {
            ClaimError::Io(error) => ToolError::io(error).in_file(&receipt),
            busy @ ClaimError::Busy => ToolError::usage(busy)
                .in_file(&receipt)
                .hint("wait until it has ended: this command then goes on, or finds it done"),
        })?;
        let found = claim
            .reader()
            .map_err(JournalError::from)
            .and_then(resume::read);
        let begun = match found.map_err(|error| ToolError::data(error).in_file(path.display()))? {
            Found::Run(begun) => Some(begun),
            Found::Unready => None,
        };
        let mut place = Self {
            head: Head::new(run.kind, &run.payload),
            run,
            claim,
            begun,
            before: None,
            why: Vec::new(),
        };
        match place.receipt_found() {
            Ok(()) => Ok(place),
            Err(error) => {
                // What is there was there before: only the empty journal goes.
                drop(place.claim.give_up());
                Err(error)
            }
        }
    }

    /// Begins the receipt, or looks whose is there.
    fn receipt_found(&mut self) -> Result<(), ToolError> {
        let path = self.run.receipt.as_str();
        if !Path::new(path).exists() {
            return receipt::begin(Path::new(path), &self.head)
                .map_err(|error| ToolError::io(error).in_file(path));
        }
        // A process killed between making its receipt and writing it leaves an empty one.
        if std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() == 0) {
            return receipt::begin_again(Path::new(path), &self.head)
                .map_err(|error| ToolError::io(error).in_file(path));
        }
        let head = receipt::read_any(path, |_| Ok(())).map_err(|_| self.foreign())?;
        let is_own = head.payload == self.run.payload && head.kind == self.head.kind;
        // The receipt of a run that sent nothing is worth nothing: it gives way to the next.
        let is_unsent = self.begun.is_none() && head.outcome == Outcome::Nothing.word();
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
        ToolError::usage("the receipt of another run stands here, and none is ever overwritten")
            .in_file(&self.run.receipt)
            .hint("name another file with --receipt")
    }

    /// The server is known: the receipt names it.
    pub(crate) fn meet(&mut self, session: &Session) {
        self.head = self.head.clone().at(session);
    }

    /// Whether an earlier command may have written values.
    pub(crate) fn may_have_written(&self) -> bool {
        self.begun.is_some()
    }

    /// The run of the journal, to go on with.
    ///
    /// # Errors
    /// Usage: it is another run, or of another server.
    pub(crate) fn begun(&mut self, session: &Session) -> Result<Option<Begun>, ToolError> {
        let Some(begun) = self.begun.take() else {
            return Ok(None);
        };
        let heading = &begun.heading;
        let is_this = heading.kind == self.run.kind
            && heading.payload == self.run.payload
            && heading.system_id == session.server.system_id();
        if is_this {
            return Ok(Some(*begun));
        }
        let path = journal::beside(Path::new(&self.run.receipt));
        self.begun = Some(begun);
        Err(ToolError::usage(
            "the journal of an unfinished run with another payload, or on another server",
        )
        .in_file(path.display())
        .hint("finish that run with its own command, or name another receipt"))
    }

    /// Whether the receipt says that this run is done; what else stands there must be its own.
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
    pub(crate) fn say(&mut self, why: String) {
        self.why.push(why);
    }

    /// The run ended before its first request: the receipt says so.
    pub(crate) fn close(self, ended: &Result<ExitStatus, ToolError>, console: &Console) {
        let receipt = self.run.receipt.clone();
        let is_done = self
            .before
            .as_ref()
            .is_some_and(|head| head.outcome == Outcome::Written.word());
        let closed = if self.begun.is_some() || is_done {
            Ok(())
        } else {
            let mut why = self.why.clone();
            why.extend(ended.as_ref().err().map(ToString::to_string));
            receipt::finish_unsent(Path::new(&receipt), &self.head, &why)
        };
        if let Err(error) = closed.and_then(|()| self.claim.give_up()) {
            console.warn(&format!("{receipt}: {error}"));
        }
    }
}
