//! Writing a job, part by part: look, note down, send, look again.
//!
//! One loop serves the first run, the resumed run and every retry. It reads what is stored for a
//! part, applies the three-way rule to each value (ours, as before, someone else's), and sends only
//! what stands as before. What the server answers decides how to go on; what counts as stored
//! is decided by the next reading alone.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use pop_cli::{Progress, interrupt};
use pop_dhis2::import::diff::{Standing, standing};
use pop_dhis2::import::reconcile::Strategy;
use pop_dhis2::import::send::{self, Mode};
use pop_dhis2::import::stored::StoredError;
use pop_dhis2::import::values::Values;
use pop_dhis2::import::wire::{self, Body};
use pop_http::{Retry, RetryAdvice, RetryPolicy, sleep_unless};

use crate::answer::RequestRecord;
use crate::job::{Job, State};
use crate::journal::{Event, Journal};
use crate::record::ContentRecord;
use crate::session::Session;

/// Tries of one part whose values keep not being there.
const MOST_ATTEMPTS: u32 = 4;

/// Why a run ended before its last part.
#[derive(Debug)]
pub enum Stop {
    /// The server refuses whatever is sent.
    Refused {
        /// Why.
        why: String,
        /// What to do about it.
        remedy: Option<String>,
    },
    /// The server cannot be reached, or has no time.
    Unreachable(String),
    /// What is stored could not be read.
    Unread(StoredError),
    /// The user asked to stop.
    Interrupted,
    /// The journal could not be written: nothing more may be sent.
    Journal(std::io::Error),
}

/// A job being written.
#[derive(Debug)]
pub struct Writer<'a> {
    /// The server.
    pub session: &'a Session,
    /// What is to be written, and what became of it.
    pub job: &'a mut Job,
    /// Where each step is noted down first.
    pub journal: &'a mut Journal,
    /// How long an import whose answer was lost may still be going on.
    pub patience: Duration,
    /// Pauses between tries.
    pub retry: RetryPolicy,
    /// All requests so far.
    pub requests: Vec<RequestRecord>,
    /// Doubts about what the server did, for the user.
    pub alarms: Vec<String>,
    /// What stands where someone else changed a value meanwhile, by item.
    pub found: HashMap<usize, Option<ContentRecord>>,
    /// The server says that it did something nobody asked for.
    pub unasked: bool,
    /// Shown on a terminal.
    pub progress: Progress,
}

/// The items of a request, and what they were before it.
pub(crate) struct Attempt<'a> {
    pub(crate) items: &'a [usize],
    pub(crate) states: Vec<State>,
    pub(crate) strategy: Strategy,
}

/// What is to be done after a request.
pub(crate) enum Next {
    /// Read back.
    Look,
    /// Read back until it is done, or the patience is over.
    Wait,
    /// Send the halves.
    Halve,
    /// Pause and try again; nothing was done.
    Again(Option<Duration>, String),
    /// Send nothing more.
    Give(Stop),
}

impl Writer<'_> {
    /// Writes all parts.
    ///
    /// # Errors
    /// [`Stop`], with the states of the items telling how far it came.
    pub fn write(&mut self, part_size: usize) -> Result<(), Stop> {
        for part in self.job.parts(part_size) {
            self.write_part(part.clone())?;
            self.progress.advance(part.len() as u64);
        }
        Ok(())
    }

    fn write_part(&mut self, part: Range<usize>) -> Result<(), Stop> {
        let mut retry = Retry::new(&self.retry);
        let mut attempts = 0;
        loop {
            let open = self.settle(&part)?;
            if open.is_empty() {
                return Ok(());
            }
            if attempts == MOST_ATTEMPTS {
                for &index in &open {
                    self.job.items[index].state = State::Lost;
                }
                return Ok(());
            }
            if interrupt::requested() {
                return Err(Stop::Interrupted);
            }
            match self.request(&part, &open, attempts + 1)? {
                Next::Look => self.pause_if(attempts > 0, &mut retry),
                Next::Wait => self.outlast(&part)?,
                // Nothing was done: no attempt that could be lost.
                Next::Again(asked, why) => match retry.next_pause(RetryAdvice::Again(asked)) {
                    Some(pause) => {
                        sleep_unless(pause, interrupt::requested);
                        continue;
                    }
                    None => return Err(Stop::Unreachable(why)),
                },
                Next::Halve => return self.write_halves(&part, &open),
                Next::Give(stop) => return Err(stop),
            }
            attempts += 1;
        }
    }

    fn write_halves(&mut self, part: &Range<usize>, open: &[usize]) -> Result<(), Stop> {
        let &[first, .., _] = open else {
            return Err(Stop::Refused {
                why: "the server answers 413 to a single value".into(),
                remedy: Some("a proxy before the server limits request bodies: raise client_max_body_size there".into()),
            });
        };
        // Half of what is open, which need not be half of the part.
        let middle = open[open.len() / 2];
        self.write_part(part.start.min(first)..middle)?;
        self.write_part(middle..part.end)
    }

    /// Reads what is stored for a part and judges its items. Gives those still to be sent.
    fn settle(&mut self, part: &Range<usize>) -> Result<Vec<usize>, Stop> {
        let pending = |state: State| matches!(state, State::Open | State::Unknown);
        if !self.job.items[part.clone()]
            .iter()
            .any(|item| pending(item.state))
        {
            return Ok(Vec::new());
        }
        let now = self
            .read_part(part)
            .map_err(|error| match interrupt::requested() {
                true => Stop::Interrupted,
                false => Stop::Unread(error),
            })?;
        let now = now.sorted();
        let mut open = Vec::new();
        for index in part.clone() {
            let item = self.job.items[index];
            if !pending(item.state) {
                continue;
            }
            let stored = now.get(&item.key);
            let judged = standing(
                stored,
                self.job.wanted_of(&item),
                self.job.before_of(&item),
                &self.job.names,
            );
            if judged == Standing::Others {
                let record = stored.map(|content| ContentRecord::of(content, &self.job.names));
                self.found.insert(index, record);
            }
            self.job.items[index].state = match (judged, item.state) {
                (Standing::Done, State::Unknown) => State::Stored,
                (Standing::Done, _) => State::Same,
                (Standing::Others, _) => State::Others,
                (Standing::Untouched, state) => {
                    open.push(index);
                    state
                }
            };
        }
        self.note(&Event::Read {
            from: part.start as u64,
            to: part.end as u64,
            stored: (part.len() - open.len()) as u64,
        })?;
        Ok(open)
    }

    fn read_part(&mut self, part: &Range<usize>) -> Result<Values, StoredError> {
        let keys = self.job.items[part.clone()].iter().map(|item| item.key);
        let data_set = self.job.data_set.as_deref();
        self.session
            .read_keys(data_set, keys.collect(), &mut self.job.names)
    }

    /// Notes a request down, sends it, notes its answer down.
    fn request(&mut self, part: &Range<usize>, open: &[usize], attempt: u32) -> Result<Next, Stop> {
        let strategy = self.job.strategy_of(&self.job.items[open[0]]);
        let body = body(self.job, open, Mode::Commit).map_err(Stop::Journal)?;
        self.note(&Event::Send {
            from: part.start as u64,
            to: part.end as u64,
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
            self.job.items[index].state = State::Unknown;
        }
        let reply = send::post(self.session.client(), Mode::Commit, strategy, &body);
        let (next, record) = self.understand(reply, &sent);
        self.requests.push(record.clone());
        self.note(&Event::Answer(record))?;
        if matches!(next, Next::Again(..) | Next::Give(_)) {
            self.doubt(part, &sent);
        }
        Ok(next)
    }

    /// The server, or a proxy, says that nothing was done: that too is only a claim, so look.
    fn doubt(&mut self, part: &Range<usize>, attempt: &Attempt<'_>) {
        let looked = self.settle(part).is_ok();
        for (&index, &state) in attempt.items.iter().zip(&attempt.states) {
            let item = &mut self.job.items[index];
            if !looked || item.state == State::Unknown {
                item.state = state;
            }
        }
    }

    /// An import whose answer was lost may still be going on: two at once would lose values.
    /// Reads back until everything is there or the patience is over.
    fn outlast(&mut self, part: &Range<usize>) -> Result<(), Stop> {
        let mut pause = (self.patience / 32)
            .max(Duration::from_millis(10))
            .min(self.patience);
        let mut waited = Duration::ZERO;
        while !self.settle(part)?.is_empty() && waited < self.patience {
            if interrupt::requested() {
                return Err(Stop::Interrupted);
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

    fn note(&mut self, event: &Event) -> Result<(), Stop> {
        self.journal.write(event).map_err(Stop::Journal)
    }
}

/// The body of a request for some items of a job.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn body(job: &Job, items: &[usize], mode: Mode) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(items.len() * 160);
    let body = Body {
        data_set: job.data_set.as_deref(),
        dry_run: mode == Mode::DryRun,
    };
    let rows = items.iter().filter_map(|&index| {
        let item = &job.items[index];
        // A deletion names the value it deletes.
        let content = job.wanted_of(item).or_else(|| job.before_of(item))?;
        Some((item.key, content))
    });
    wire::write(&mut bytes, body, &job.names, rows)?;
    Ok(bytes)
}
