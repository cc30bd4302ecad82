//! How a run ended, in one word, one line and one exit status.

use pop_cli::ExitStatus;

use crate::commit::Stop;
use crate::job::{Job, State};

/// What the server holds of what was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of it, as far as it was to be written.
    Written,
    /// Some of it.
    Partly,
    /// It is not known for some values.
    Unknown,
    /// None of it.
    Nothing,
}

impl Outcome {
    /// The word for it, first on the last line and in the receipt.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Partly => "partly",
            Self::Unknown => "unknown",
            Self::Nothing => "nothing",
        }
    }

    /// Judges a job after the last reading.
    #[must_use]
    pub fn of(job: &Job) -> Self {
        let count = |state| job.count(state);
        let missing = count(State::Open) + count(State::Refused) + count(State::Others);
        if count(State::Unknown) + count(State::Lost) > 0 {
            Self::Unknown
        } else if missing == 0 {
            Self::Written
        } else if count(State::Stored) > 0 {
            Self::Partly
        } else {
            Self::Nothing
        }
    }
}

/// The exit status of a run that was to write.
#[must_use]
pub fn status(outcome: Outcome, stop: Option<&Stop>) -> ExitStatus {
    match (outcome, stop) {
        (Outcome::Partly | Outcome::Unknown, _) => ExitStatus::Uncertain,
        (_, Some(Stop::Interrupted)) => ExitStatus::Interrupted,
        (_, Some(Stop::Journal(_))) => ExitStatus::Io,
        (Outcome::Written, _) => ExitStatus::Done,
        (Outcome::Nothing, Some(Stop::Unreachable(_))) => ExitStatus::Unreachable,
        (Outcome::Nothing, Some(Stop::Unread(error))) if error.is_unreachable() => {
            ExitStatus::Unreachable
        }
        (Outcome::Nothing, _) => ExitStatus::Refused,
    }
}

/// The last line: what is stored, and where it is written down.
#[must_use]
pub fn last_line(outcome: Outcome, job: &Job, receipt: &str) -> String {
    let stored = job.count(State::Stored);
    let mut others = Vec::new();
    for (state, words) in [
        (State::Same, "stood there already"),
        (State::Kept, "kept as someone else's"),
        (State::LeftOut, "left out"),
        (State::Refused, "refused by the server"),
        (State::Others, "changed by someone else meanwhile and kept"),
        (State::Lost, "sent and not found"),
        (State::Unknown, "sent and not read back"),
        (State::Open, "not sent"),
    ] {
        let count = job.count(state);
        if count > 0 {
            others.push(format!("{count} {words}"));
        }
    }
    let verb = match job.kind {
        crate::job::Kind::Push => "stored and read back",
        crate::job::Kind::Undo => "restored and read back",
    };
    let rest = if others.is_empty() {
        String::new()
    } else {
        format!(", {}", others.join(", "))
    };
    format!(
        "{}: {stored} {verb}{rest}; receipt {receipt}",
        outcome.word()
    )
}
