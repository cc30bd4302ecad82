//! What can go wrong with a DHIS2 server, beyond transport.

use crate::import::hint;
use pop_http::{BaseUrl, Effect, HttpError, HttpErrorKind, Outcome};

/// A failure in talking to DHIS2.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// See [`HttpError`].
    #[error("{0}")]
    Http(#[from] HttpError),
    /// The first request of a run failed: the address may be the reason.
    #[error("{base}: {source}")]
    Connect {
        /// The address.
        base: String,
        /// What failed.
        source: HttpError,
    },
    /// Something answers, but no DHIS2.
    #[error("{base}: does not answer as DHIS2 does: {found}")]
    NotDhis2 {
        /// The address.
        base: String,
        /// What it answers.
        found: String,
    },
    /// What the user named is not on the server.
    #[error("no {what} {given:?} on the server{}", known_list(known))]
    Unknown {
        /// `level`, `org unit`, `group`, …
        what: &'static str,
        /// What was named.
        given: String,
        /// What there is instead, where that is a short list.
        known: Vec<String>,
    },
    /// A name of more than one thing.
    #[error("{given:?} names more than one {what}: {}", ids.join(", "))]
    Ambiguous {
        /// `level`, `group`, …
        what: &'static str,
        /// What was named.
        given: String,
        /// UIDs of all that have the name.
        ids: Vec<String>,
    },
    /// A list that is not what it should be, however often it is asked for.
    #[error("{0}")]
    Inconsistent(String),
    /// The caller's own output failed while an answer was handed on.
    #[error("{0}")]
    Output(std::io::Error),
}

fn known_list(known: &[String]) -> String {
    if known.is_empty() {
        String::new()
    } else {
        format!(", there are: {}", known.join(", "))
    }
}

impl ApiError {
    /// The error of the first request of a run, which also shows a wrong address.
    pub(crate) fn at_connect(error: HttpError, base: &BaseUrl) -> Self {
        let found = match &error.kind {
            HttpErrorKind::NotJson { found } => format!("expected JSON, found {found}"),
            HttpErrorKind::BadJson(reason) => format!("its system info does not parse: {reason}"),
            HttpErrorKind::Status { status: 404, .. } => "there is no /api/system/info".to_owned(),
            _ => {
                return Self::Connect {
                    base: base.to_string(),
                    source: error,
                };
            }
        };
        Self::NotDhis2 {
            base: base.to_string(),
            found,
        }
    }

    /// How a tool that only reads should end.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Http(error) | Self::Connect { source: error, .. } => error.outcome(),
            Self::NotDhis2 { .. } => Outcome::Refused,
            Self::Unknown { .. } | Self::Ambiguous { .. } => Outcome::Refused,
            Self::Inconsistent(_) | Self::Output(_) => Outcome::BadAnswer,
        }
    }

    /// Whether the request can have had an effect.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self {
            Self::Http(error) | Self::Connect { source: error, .. } => error.effect,
            _ => Effect::None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Http(error) | Self::Connect { source: error, .. } => http_hint(error),
            Self::NotDhis2 { .. } => Some(
                "the address is the part before /dhis-web-… or /apps in the browser, with its path if it has one".into(),
            ),
            Self::Unknown { .. } => Some(
                "check the spelling; what this user may not see is hidden by the server".into(),
            ),
            Self::Ambiguous { .. } => Some("name it by its UID".into()),
            Self::Inconsistent(_) => Some("try again: somebody may be changing the tree".into()),
            // What the system says of the output is all there is to know.
            Self::Output(_) => None,
        }
    }
}

/// What DHIS2 means by an answer, else what HTTP means by it.
fn http_hint(error: &HttpError) -> Option<String> {
    hint::of_message(&error.kind.to_string())
        .map(str::to_owned)
        .or_else(|| error.hint())
}
