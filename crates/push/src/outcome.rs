//! How a run ended, in one word, one line and one exit status.

use pop_cli::{Arg, ExitStatus, Messages};
use pop_dhis2::import::stored::StoredError;

use crate::job::{ItemState, Job, RunKind};

/// Why a run ended before its last batch.
#[derive(Debug)]
pub(crate) enum StopReason {
    /// The server refuses whatever is sent.
    Refused {
        /// Why.
        why: String,
        /// What to do about it.
        hint: Option<String>,
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

/// What the server holds of what was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
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
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Partly => "partly",
            Self::Unknown => "unknown",
            Self::Nothing => "nothing",
        }
    }

    /// Judges a job after the last reading.
    #[must_use]
    pub(crate) fn of(job: &Job) -> Self {
        let count = |state| job.count(state);
        let missing =
            count(ItemState::Open) + count(ItemState::Refused) + count(ItemState::ChangedByOthers);
        if count(ItemState::Unknown) + count(ItemState::Lost) > 0 {
            Self::Unknown
        } else if missing == 0 {
            Self::Written
        } else if count(ItemState::Stored) > 0 {
            Self::Partly
        } else {
            Self::Nothing
        }
    }
}

/// The exit status of a run that was to write.
#[must_use]
pub(crate) fn status(outcome: Outcome, stop: Option<&StopReason>) -> ExitStatus {
    match (outcome, stop) {
        (Outcome::Partly | Outcome::Unknown, _) => ExitStatus::Uncertain,
        (_, Some(StopReason::Interrupted)) => ExitStatus::Interrupted,
        (_, Some(StopReason::Journal(_))) => ExitStatus::Io,
        (Outcome::Written, _) => ExitStatus::Done,
        (Outcome::Nothing, Some(StopReason::Unreachable(_))) => ExitStatus::Unreachable,
        (Outcome::Nothing, Some(StopReason::Unread(error))) if error.is_unreachable() => {
            ExitStatus::Unreachable
        }
        (Outcome::Nothing, _) => ExitStatus::Refused,
    }
}

/// The last line: what is stored, and where it is written down.
#[must_use]
pub(crate) fn last_line(outcome: Outcome, job: &Job, receipt: &str, messages: &Messages) -> String {
    let stored = job.count(ItemState::Stored);
    let mut others = Vec::new();
    for (state, key) in [
        (ItemState::Same, "count-stood-there"),
        (ItemState::Kept, "count-kept"),
        (ItemState::LeftOut, "count-left-out"),
        (ItemState::Refused, "count-refused"),
        (ItemState::ChangedByOthers, "count-conflict"),
        (ItemState::Lost, "count-lost"),
        (ItemState::Unknown, "count-unknown"),
        (ItemState::Open, "count-not-sent"),
    ] {
        let count = job.count(state);
        if count > 0 {
            others.push(messages.counted(key, count));
        }
    }
    let stored = match job.kind {
        RunKind::Push => messages.counted("count-stored", stored),
        RunKind::Undo => messages.counted("count-taken-back", stored),
    };
    let rest = if others.is_empty() {
        String::new()
    } else {
        format!(", {}", others.join(", "))
    };
    let args = [
        ("outcome", Arg::Text(outcome.word())),
        ("counts", Arg::Text(&format!("{stored}{rest}"))),
        ("receipt", Arg::Text(receipt)),
    ];
    messages.text_of("summary-outcome", &args)
}
