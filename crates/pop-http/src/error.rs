//! What can go wrong between us and a server, and whether it may have done something.

use std::fmt;

use crate::retry::{RetryAdvice, is_transient};

/// Whether a request that failed can have changed something on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It cannot: the method is safe, or nothing of the request's body left.
    None,
    /// It may have: only the server's own state shows it.
    Possible,
}

/// What a failed request means for a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The server is out of reach, or too busy: trying later may help.
    Unreachable,
    /// The server does not give what was asked for.
    Refused,
    /// It answers, with something that cannot be used.
    BadAnswer,
}

/// A request without a usable answer.
#[derive(Debug)]
pub struct HttpError {
    /// What went wrong.
    pub kind: HttpErrorKind,
    /// Method and path, without host and without secrets: `GET /api/me`.
    pub request: String,
    /// Whether the request can have had an effect.
    pub effect: Effect,
}

/// The ways in which a request fails.
#[derive(Debug, thiserror::Error)]
pub enum HttpErrorKind {
    /// The path cannot be sent as it is; a fault of the caller, or a hostile link of the server.
    #[error("not a path on the server: {0}")]
    BadPath(String),
    /// The request line is longer than servers take.
    #[error("a request line of {length} bytes, at most {limit} are accepted by common servers")]
    LongRequestLine {
        /// Bytes of method, path and query.
        length: usize,
        /// The most that is sent.
        limit: usize,
    },
    /// The host's name is unknown.
    #[error("no such host: {0}")]
    HostNotFound(String),
    /// No connection came about.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// The proxy of the environment did not let us through.
    #[error("the proxy refused: {0}")]
    Proxy(String),
    /// The server's certificate is not trusted, or encryption failed otherwise.
    #[error("no trusted encryption: {0}")]
    Tls(String),
    /// Nothing came within the time allowed.
    #[error("timed out after {seconds} s {during}")]
    Timeout {
        /// The time allowed.
        seconds: u64,
        /// What was waited for.
        during: &'static str,
    },
    /// Bytes come, but too slowly to be anything but a fault.
    #[error("the answer came too slowly: {bytes} bytes in {seconds} s")]
    TooSlow {
        /// Bytes that came.
        bytes: u64,
        /// Seconds they took.
        seconds: u64,
    },
    /// The connection ended before the answer did.
    #[error("the connection ended before the answer was whole: {0}")]
    Cut(String),
    /// The answer breaks HTTP's own rules.
    #[error("the answer is not HTTP as it should be: {0}")]
    Protocol(String),
    /// The answer is larger than the caller allowed.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The most that is read, counted after decompression.
        limit: u64,
    },
    /// The answer's compression is broken.
    #[error("the answer cannot be decompressed: {0}")]
    Decompress(String),
    /// The server sends us elsewhere, where we do not go.
    #[error("the server answers {status} and points to {location}")]
    Redirect {
        /// 301, 302, 303, 307 or 308.
        status: u16,
        /// Where to, without query.
        location: String,
        /// The address to use instead, where the redirect gives it.
        base: Option<String>,
    },
    /// A status other than 2xx.
    #[error("the server answers {status}{}", Said(message))]
    Status {
        /// 400 and above, or an unexpected 2xx.
        status: u16,
        /// What the server says about it, shortened.
        message: Option<String>,
        /// How long the server asks us to wait.
        retry_after: Option<std::time::Duration>,
    },
    /// Something else than JSON where JSON is due.
    #[error("expected JSON, found {found}")]
    NotJson {
        /// What the answer is instead.
        found: String,
    },
    /// JSON that does not parse, or not into what was expected.
    #[error("the answer is not valid JSON for this request: {0}")]
    BadJson(String),
    /// Everything else.
    #[error("{0}")]
    Other(String),
}

struct Said<'a>(&'a Option<String>);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

impl HttpError {
    /// How a tool that only reads should end; where the request may have had an effect, that
    /// comes first.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match &self.kind {
            HttpErrorKind::HostNotFound(_)
            | HttpErrorKind::Connect(_)
            | HttpErrorKind::Proxy(_)
            | HttpErrorKind::Tls(_)
            | HttpErrorKind::Timeout { .. }
            | HttpErrorKind::TooSlow { .. }
            | HttpErrorKind::Cut(_)
            | HttpErrorKind::Protocol(_) => Outcome::Unreachable,
            HttpErrorKind::Status { status, .. } if is_transient(*status) => Outcome::Unreachable,
            HttpErrorKind::TooLarge { .. }
            | HttpErrorKind::Decompress(_)
            | HttpErrorKind::BadJson(_) => Outcome::BadAnswer,
            _ => Outcome::Refused,
        }
    }

    /// Whether the server was never reached, or could not serve us now: trying later may help.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        self.outcome() == Outcome::Unreachable
    }

    /// The status the server answered with, where that is the trouble.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match &self.kind {
            HttpErrorKind::Status { status, .. } | HttpErrorKind::Redirect { status, .. } => {
                Some(*status)
            }
            _ => None,
        }
    }

    /// Whether the same request, if it has no effect, is worth another try.
    #[must_use]
    pub fn retry_advice(&self) -> RetryAdvice {
        match &self.kind {
            HttpErrorKind::Connect(_) | HttpErrorKind::Cut(_) => RetryAdvice::Again(None),
            // The whole time allowed has passed already.
            HttpErrorKind::Timeout { .. } | HttpErrorKind::TooSlow { .. } => RetryAdvice::OnceMore,
            HttpErrorKind::Status {
                status,
                retry_after,
                ..
            } => RetryAdvice::of_status(*status, *retry_after),
            _ => RetryAdvice::Never,
        }
    }

    /// The error inside a failed read of a [`BodyReader`](crate::BodyReader).
    ///
    /// # Errors
    /// The error itself where it comes from elsewhere.
    pub fn from_io(error: std::io::Error) -> Result<Self, std::io::Error> {
        error.downcast::<Self>()
    }

    /// What to do about it, as far as transport knows.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match &self.kind {
            HttpErrorKind::Redirect {
                base: Some(base), ..
            } => return Some(format!("give {base} as the server's address")),
            HttpErrorKind::Redirect { .. } | HttpErrorKind::NotJson { .. } => {
                "is the server's address right, and does it need a login elsewhere?"
            }
            HttpErrorKind::HostNotFound(_) => "check the server's address and the network",
            HttpErrorKind::Connect(_) | HttpErrorKind::Cut(_) => {
                "is the server running, and is it reachable from here? try again later"
            }
            HttpErrorKind::Proxy(_) => {
                "check https_proxy, http_proxy and all_proxy in the environment; no_proxy lists hosts reached directly"
            }
            HttpErrorKind::Tls(_) => "use --ca-file for a private certificate authority",
            HttpErrorKind::TooSlow { .. } | HttpErrorKind::Timeout { .. } => {
                "a longer --timeout may help"
            }
            HttpErrorKind::Status { status, .. } => return Some(status_hint(*status)),
            HttpErrorKind::TooLarge { .. } => "ask for less at a time",
            HttpErrorKind::Decompress(_)
            | HttpErrorKind::Protocol(_)
            | HttpErrorKind::BadJson(_) => {
                "is there a proxy that changes answers? ask for the same address in a browser"
            }
            // The path comes from the tool or from a link of the server, not from the user.
            HttpErrorKind::BadPath(_) | HttpErrorKind::LongRequestLine { .. } => return None,
            // What the library says is all there is to know.
            HttpErrorKind::Other(_) => return None,
        };
        Some(text.to_owned())
    }
}

/// What to do about a status, as far as HTTP says what it means.
fn status_hint(status: u16) -> String {
    let text = match status {
        401 => "check user and password, or the token; it is not tried again",
        403 => "the user may not do this: ask for the right, or use another user",
        404 => "is the server's address right?",
        408 | 429 | 502 | 503 => "the server is busy or restarting: try again later",
        413 => "a proxy before the server limits request bodies (client_max_body_size in nginx)",
        504 => {
            "a proxy before the server waits less long than the answer takes (proxy_read_timeout in nginx)"
        }
        500..=599 => "the server failed: its log says why",
        _ => "the server refuses the request as it is: its message or its log says why",
    };
    text.to_owned()
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.request, self.kind)
    }
}

impl std::error::Error for HttpError {}
