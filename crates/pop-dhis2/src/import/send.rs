//! One import request, sent once, and what its answer says about it.

use std::io::Read as _;
use std::time::Duration;

use pop_http::{Client, Effect, HttpError, HttpErrorKind, Method, Query, Request, Response};

use super::hint;
use super::reconcile::Strategy;
use super::summary::{self, Answer, ImportSummary};

/// Bytes of an answer that are read: 5 000 conflicts with an index each are far below.
const LARGEST_ANSWER: u64 = 64 << 20;
/// Characters of a server's message that are passed on.
const LONGEST_MESSAGE: usize = 400;

/// Whether values are to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportMode {
    /// Check only.
    DryRun,
    /// Write.
    Commit,
}

/// What became of a request.
#[derive(Debug)]
pub enum Reply {
    /// The server gave a summary.
    Summary {
        /// HTTP status, which is not the outcome.
        http: u16,
        /// What it says.
        summary: ImportSummary,
    },
    /// The body is too large for the server or a proxy before it (413): nothing was done.
    TooLarge,
    /// Nothing was done, and asking again as it is would not help.
    Refused {
        /// HTTP status, where there was an answer.
        http: Option<u16>,
        /// Why, in words.
        why: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// Nothing was done; later it may be.
    Unreached {
        /// HTTP status, where there was an answer.
        http: Option<u16>,
        /// Why, in words.
        why: String,
        /// How long the server asks us to wait.
        wait: Option<Duration>,
    },
    /// It may have been done.
    Unknown {
        /// HTTP status, where there was an answer.
        http: Option<u16>,
        /// Why, in words.
        why: String,
    },
}

impl Reply {
    /// The HTTP status, where there was an answer.
    #[must_use]
    pub fn http(&self) -> Option<u16> {
        match self {
            Self::Summary { http, .. } => Some(*http),
            Self::TooLarge => Some(413),
            Self::Refused { http, .. }
            | Self::Unreached { http, .. }
            | Self::Unknown { http, .. } => *http,
        }
    }
}

/// Sends a data value set once and reads the answer.
#[must_use]
pub fn post(client: &Client, mode: ImportMode, strategy: Strategy, body: &[u8]) -> Reply {
    let mut query = Query::new("/api/dataValueSets");
    if strategy == Strategy::Delete {
        query = query.with("importStrategy", "DELETE");
    }
    if mode == ImportMode::DryRun {
        query = query.with("dryRun", "true");
    }
    let request = Request::new(Method::Post, query.as_str()).body("application/json", body);
    match client.send(&request) {
        Ok(response) => answered(response),
        Err(error) => failed(&error),
    }
}

fn answered(response: Response) -> Reply {
    let http = response.status();
    match http {
        413 => return Reply::TooLarge,
        400 | 401 | 403 | 404 | 405 | 406 | 411 | 414 | 415 | 417 | 431 => {
            return refused(&response.into_error());
        }
        429 => {
            let wait = response.retry_after();
            let why = response.into_error().kind.to_string();
            return Reply::Unreached {
                http: Some(http),
                why,
                wait,
            };
        }
        _ => {}
    }
    let content_type = response.header("content-type").map(str::to_owned);
    let mut body = Vec::new();
    if let Err(error) = response
        .into_reader()
        .take(LARGEST_ANSWER)
        .read_to_end(&mut body)
    {
        let why = match HttpError::from_io(error) {
            Ok(error) => error.kind.to_string(),
            Err(error) => error.to_string(),
        };
        return Reply::Unknown {
            http: Some(http),
            why,
        };
    }
    match summary::parse(content_type.as_deref(), &body) {
        Answer::Summary(summary) => Reply::Summary { http, summary },
        // The envelope of a 409 without a summary: refused before the import began.
        Answer::Message { code, text } if http == 409 => Reply::Refused {
            http: Some(http),
            why: said(code.as_deref(), &text),
            hint: None,
        },
        Answer::Message { code, text } => Reply::Unknown {
            http: Some(http),
            why: format!(
                "the server answers {http}: {}",
                said(code.as_deref(), &text)
            ),
        },
        Answer::Unreadable(what) => Reply::Unknown {
            http: Some(http),
            why: format!("the server answers {http} with {what}"),
        },
    }
}

fn said(code: Option<&str>, text: &str) -> String {
    let text: String = text.chars().take(LONGEST_MESSAGE).collect();
    match code {
        Some(code) => format!("{text} ({code})"),
        None => text,
    }
}

fn refused(error: &HttpError) -> Reply {
    Reply::Refused {
        http: error.status(),
        hint: error
            .hint()
            .or_else(|| hint::of_message(&error.kind.to_string()).map(str::to_owned)),
        why: error.kind.to_string(),
    }
}

fn failed(error: &HttpError) -> Reply {
    let redirected = matches!(error.kind, HttpErrorKind::Redirect { .. });
    match error.effect {
        Effect::None if redirected || !error.is_unreachable() => refused(error),
        Effect::None => Reply::Unreached {
            http: error.status(),
            why: error.kind.to_string(),
            wait: None,
        },
        Effect::Possible => Reply::Unknown {
            http: error.status(),
            why: error.kind.to_string(),
        },
    }
}
