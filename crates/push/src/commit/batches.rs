//! Writing a job batch by batch: read what is stored, note down, send, read again.
//!
//! One loop serves the first run, the resumed run and every retry. It reads what is stored for a
//! batch, applies the three-way rule to each value (ours, as before, someone else's), and sends only
//! what is stored as before. What the server answers decides how to go on; what counts as stored
//! is decided by the next reading alone.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use pop_cli::{Progress, interrupt};
use pop_datavalues::value_set::table::ValueTable;
use pop_dhis2::import::reconcile::Strategy;
use pop_dhis2::import::send::{self, ImportMode};
use pop_dhis2::import::stored::StoredError;
use pop_dhis2::import::stored_state::{StoredState, stored_state};
use pop_http::{Retry, RetryAdvice, RetryPolicy, sleep_unless};

use crate::job::{ItemState, Job};
use crate::journal::{Event, Journal};
use crate::outcome::StopReason;
use crate::record::{ContentRecord, RequestRecord};
use crate::session::Session;

/// Tries of one batch whose values are not stored however often they are sent.
const MOST_ATTEMPTS: u32 = 4;

/// A job being written.
#[derive(Debug)]
pub(crate) struct BatchWriter<'a> {
    /// The server.
    pub(crate) session: &'a Session,
    /// What is to be written, and what became of it.
    pub(crate) job: &'a mut Job,
    /// Where each step is noted down first.
    pub(crate) journal: &'a mut Journal,
    /// How long an import whose answer was lost may still be going on.
    pub(crate) patience: Duration,
    /// Pauses between tries.
    pub(crate) retry: RetryPolicy,
    /// All requests so far.
    pub(crate) requests: Vec<RequestRecord>,
    /// Doubts about what the server did, for the user.
    pub(crate) alarms: Vec<String>,
    /// What is stored where someone else changed a value meanwhile, by item.
    pub(crate) found: HashMap<usize, Option<ContentRecord>>,
    /// The server says that it did something nobody asked for.
    pub(crate) unasked: bool,
    /// Shown on a terminal.
    pub(crate) progress: Progress,
}

/// The items of a request, and what they were before it.
pub(crate) struct Attempt<'a> {
    pub(crate) items: &'a [usize],
    pub(crate) states: Vec<ItemState>,
    pub(crate) strategy: Strategy,
}

/// What is to be done after a request.
pub(crate) enum NextStep {
    /// Read back.
    ReadBack,
    /// Read back until it is done, or the patience is over.
    WaitForImport,
    /// Send the halves.
    Halve,
    /// Pause and try again; nothing was done.
    Retry(Option<Duration>, String),
    /// Send nothing more.
    Stop(StopReason),
}

impl BatchWriter<'_> {
    /// Writes all batches.
    ///
    /// # Errors
    /// [`StopReason`], the states of the items say how far it came.
    pub(crate) fn write(&mut self, batch_size: usize) -> Result<(), StopReason> {
        for batch in self.job.batches(batch_size) {
            self.write_batch(batch.clone())?;
            self.progress.advance(batch.len() as u64);
        }
        Ok(())
    }

    fn write_batch(&mut self, batch: Range<usize>) -> Result<(), StopReason> {
        let mut retry = Retry::new(&self.retry);
        let mut attempts = 0;
        loop {
            let open = self.reread(&batch)?;
            if open.is_empty() {
                return Ok(());
            }
            if attempts == MOST_ATTEMPTS {
                for &index in &open {
                    self.job.items[index].state = ItemState::Lost;
                }
                return Ok(());
            }
            if interrupt::requested() {
                return Err(StopReason::Interrupted);
            }
            match self.request(&batch, &open, attempts + 1)? {
                NextStep::ReadBack => self.pause_if(attempts > 0, &mut retry),
                NextStep::WaitForImport => self.wait_for_import(&batch)?,
                // Nothing was done: no attempt that could be lost.
                NextStep::Retry(asked, why) => match retry.next_pause(RetryAdvice::Again(asked)) {
                    Some(pause) => {
                        sleep_unless(pause, interrupt::requested);
                        continue;
                    }
                    None => return Err(StopReason::Unreachable(why)),
                },
                NextStep::Halve => return self.write_halves(&batch, &open),
                NextStep::Stop(stop) => return Err(stop),
            }
            attempts += 1;
        }
    }

    fn write_halves(&mut self, batch: &Range<usize>, open: &[usize]) -> Result<(), StopReason> {
        let &[first, .., _] = open else {
            return Err(StopReason::Refused {
                why: "the server answers 413 to a single value".into(),
                hint: Some("a proxy before the server limits request bodies: raise client_max_body_size there".into()),
            });
        };
        // Half of what is open, which need not be half of the batch.
        let middle = open[open.len() / 2];
        self.write_batch(batch.start.min(first)..middle)?;
        self.write_batch(middle..batch.end)
    }

    /// Reads what is stored for a batch and judges its items. Gives those still to be sent.
    fn reread(&mut self, batch: &Range<usize>) -> Result<Vec<usize>, StopReason> {
        let pending = |state: ItemState| matches!(state, ItemState::Open | ItemState::Unknown);
        if !self.job.items[batch.clone()]
            .iter()
            .any(|item| pending(item.state))
        {
            return Ok(Vec::new());
        }
        let now = self
            .read_batch(batch)
            .map_err(|error| match interrupt::requested() {
                true => StopReason::Interrupted,
                false => StopReason::Unread(error),
            })?;
        let now = now.sorted();
        let mut open = Vec::new();
        for index in batch.clone() {
            let item = self.job.items[index];
            if !pending(item.state) {
                continue;
            }
            let stored = now.get(&item.key);
            let judged = stored_state(
                stored,
                self.job.wanted_of(&item),
                self.job.before_of(&item),
                &self.job.names,
            );
            if judged == StoredState::ChangedByOthers {
                let record = stored.map(|content| ContentRecord::of(content, &self.job.names));
                self.found.insert(index, record);
            }
            self.job.items[index].state = match (judged, item.state) {
                (StoredState::AsWanted, ItemState::Unknown) => ItemState::Stored,
                (StoredState::AsWanted, _) => ItemState::Same,
                (StoredState::ChangedByOthers, _) => ItemState::ChangedByOthers,
                (StoredState::AsBefore, state) => {
                    open.push(index);
                    state
                }
            };
        }
        self.note(&Event::Read {
            from: batch.start as u64,
            to: batch.end as u64,
            stored: (batch.len() - open.len()) as u64,
        })?;
        Ok(open)
    }

    fn read_batch(&mut self, batch: &Range<usize>) -> Result<ValueTable, StoredError> {
        let keys = self.job.items[batch.clone()].iter().map(|item| item.key);
        let data_set = self.job.data_set.as_deref();
        self.session
            .read_keys(data_set, keys.collect(), &mut self.job.names)
    }

    /// Notes a request down, sends it, notes its answer down.
    fn request(
        &mut self,
        batch: &Range<usize>,
        open: &[usize],
        attempt: u32,
    ) -> Result<NextStep, StopReason> {
        let strategy = self.job.strategy_of(&self.job.items[open[0]]);
        let body = self
            .job
            .request_body(open, ImportMode::Commit)
            .map_err(StopReason::Journal)?;
        self.note(&Event::Send {
            from: batch.start as u64,
            to: batch.end as u64,
            values: open.len() as u64,
            attempt,
        })?;
        let sent = Attempt {
            items: open,
            states: open
                .iter()
                .map(|&index| self.job.items[index].state)
                .collect(),
            strategy,
        };
        for &index in open {
            self.job.items[index].state = ItemState::Unknown;
        }
        let reply = send::post(self.session.client(), ImportMode::Commit, strategy, &body);
        let (next, record) = self.read_reply(reply, &sent);
        self.requests.push(record.clone());
        self.note(&Event::Answer(record))?;
        if matches!(next, NextStep::Retry(..) | NextStep::Stop(_)) {
            self.recheck(batch, &sent);
        }
        Ok(next)
    }

    /// The server, or a proxy, says that nothing was done: that too is only a claim, so look.
    fn recheck(&mut self, batch: &Range<usize>, attempt: &Attempt<'_>) {
        let looked = self.reread(batch).is_ok();
        for (&index, &state) in attempt.items.iter().zip(&attempt.states) {
            let item = &mut self.job.items[index];
            if !looked || item.state == ItemState::Unknown {
                item.state = state;
            }
        }
    }

    /// An import whose answer was lost may still be going on: two at once would lose values.
    /// Reads back until everything is there or the patience is over.
    fn wait_for_import(&mut self, batch: &Range<usize>) -> Result<(), StopReason> {
        let mut pause = (self.patience / 32)
            .max(Duration::from_millis(10))
            .min(self.patience);
        let mut waited = Duration::ZERO;
        while !self.reread(batch)?.is_empty() && waited < self.patience {
            if interrupt::requested() {
                return Err(StopReason::Interrupted);
            }
            sleep_unless(pause, interrupt::requested);
            waited += pause;
            pause = (pause * 2).min(self.patience - waited.min(self.patience));
        }
        Ok(())
    }

    fn pause_if(&self, needed: bool, retry: &mut Retry) {
        if needed && let Some(pause) = retry.next_pause(RetryAdvice::Again(None)) {
            sleep_unless(pause, interrupt::requested);
        }
    }

    fn note(&mut self, event: &Event) -> Result<(), StopReason> {
        self.journal.write(event).map_err(StopReason::Journal)
    }
}
