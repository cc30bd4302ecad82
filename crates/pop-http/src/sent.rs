//! What became of a request that was sent.

use std::io::{self, Read};

use ureq::Timeout;

use crate::error::{Effect, HttpError, HttpErrorKind};
use crate::request::{Method, Request};
use crate::timeouts::Timeouts;

/// Knows whether any of it was taken to be sent.
pub(crate) struct WatchedBody<'a> {
    rest: &'a [u8],
    pub(crate) touched: bool,
}

impl<'a> WatchedBody<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            touched: false,
        }
    }
}

impl Read for WatchedBody<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.touched = true;
        self.rest.read(buffer)
    }
}

/// What was sent, as far as messages and judgements need it.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) request: String,
    pub(crate) effect: Effect,
    timeouts: Timeouts,
}

impl Sent {
    pub(crate) fn new(request: &Request<'_>, path: &str, timeouts: Timeouts) -> Self {
        // Long lists of ids say nothing to a reader.
        let shown: String = path.chars().take(120).collect();
        let dots = if shown.len() < path.len() { "…" } else { "" };
        Self {
            request: format!("{} {shown}{dots}", request.method.name()),
            effect: match request.method {
                Method::Get | Method::Head => Effect::None,
                _ => Effect::Possible,
            },
            timeouts: Timeouts {
                answer: request.answer_within.unwrap_or(timeouts.answer),
                ..timeouts
            },
        }
    }

    pub(crate) fn error(&self, kind: HttpErrorKind) -> HttpError {
        HttpError {
            kind,
            request: self.request.clone(),
            effect: self.effect,
        }
    }

    pub(crate) fn error_without_effect(&self, kind: HttpErrorKind) -> HttpError {
        HttpError {
            effect: Effect::None,
            ..self.error(kind)
        }
    }

    /// What an error of ureq means.
    pub(crate) fn failed(&self, error: ureq::Error) -> HttpError {
        let (kind, connected) = interpret(error, self.timeouts);
        if connected {
            self.error(kind)
        } else {
            self.error_without_effect(kind)
        }
    }
}

/// The kind of an error, and whether a connection had come about.
fn interpret(error: ureq::Error, timeouts: Timeouts) -> (HttpErrorKind, bool) {
    use ureq::Error as E;
    match error {
        E::HostNotFound => (
            HttpErrorKind::HostNotFound("its name is unknown".into()),
            false,
        ),
        E::ConnectionFailed => (HttpErrorKind::Connect("no address answers".into()), false),
        E::ConnectProxyFailed(reason) => (HttpErrorKind::Proxy(reason), false),
        E::InvalidProxyUrl => (HttpErrorKind::Proxy("not a valid address".into()), false),
        E::Timeout(phase) => {
            let (during, connected) = match phase {
                Timeout::Resolve => ("looking up the host", false),
                Timeout::Connect => ("connecting", false),
                Timeout::SendRequest | Timeout::SendBody | Timeout::PerWrite => ("sending", true),
                Timeout::RecvBody => ("reading the answer", true),
                _ => ("waiting for the answer", true),
            };
            let allowed = if connected {
                timeouts.answer
            } else {
                timeouts.connect
            };
            let seconds = allowed.as_secs();
            (HttpErrorKind::Timeout { seconds, during }, connected)
        }
        E::Io(error) => interpret_io(&error),
        E::Rustls(error) => (HttpErrorKind::Tls(error.to_string()), true),
        E::Tls(reason) => (HttpErrorKind::Tls(reason.to_owned()), true),
        E::TlsRequired => (HttpErrorKind::Tls("not offered".into()), false),
        E::LargeResponseHeader(size, limit) => (
            HttpErrorKind::Protocol(format!("{size} bytes of headers, at most {limit} are read")),
            true,
        ),
        E::Decompress(_, error) => (HttpErrorKind::Decompress(error.to_string()), true),
        E::Protocol(error) => (HttpErrorKind::Protocol(error.to_string()), true),
        E::BadUri(_) | E::Http(_) | E::RequireHttpsOnly(_) => {
            (HttpErrorKind::BadPath("it makes no address".into()), false)
        }
        other => (HttpErrorKind::Other(other.to_string()), true),
    }
}

fn interpret_io(error: &io::Error) -> (HttpErrorKind, bool) {
    use io::ErrorKind as K;
    let text = error.to_string();
    match error.kind() {
        K::ConnectionRefused
        | K::HostUnreachable
        | K::NetworkUnreachable
        | K::AddrNotAvailable
        | K::NetworkDown => (HttpErrorKind::Connect(text), false),
        // A handshake that fails comes as invalid data.
        K::InvalidData => (HttpErrorKind::Tls(text), true),
        K::TimedOut | K::WouldBlock => (HttpErrorKind::Connect(text), true),
        _ => (HttpErrorKind::Cut(text), true),
    }
}
