//! Answers.

use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::body::{BodyLimits, BodyReader};
use crate::error::{Effect, HttpError, HttpErrorKind};
use crate::retry::{RetryAdvice, parse_retry_after};
use crate::sent::Sent;

/// Bytes of an error page that are looked at for what it says.
const MESSAGE_BYTES: usize = 64 << 10;
/// Characters of it that are shown.
const MESSAGE_CHARS: usize = 300;

/// An answer of the server, of any status, with its body still to be read.
#[derive(Debug)]
pub struct Response {
    status: u16,
    headers: ureq::http::HeaderMap,
    body: BodyReader,
    sent: Sent,
}

impl Response {
    pub(crate) fn new(
        response: ureq::http::Response<ureq::Body>,
        limits: BodyLimits,
        sent: Sent,
    ) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: BodyReader::new(body, limits, sent.clone()),
            sent,
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// A header's value, where it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// How long the server asks us to wait before we come again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        parse_retry_after(self.header("retry-after")?, Timestamp::now())
    }

    /// Whether the same request, if it has no effect, is worth another try.
    pub(crate) fn retry_advice(&self) -> RetryAdvice {
        RetryAdvice::of_status(self.status, self.retry_after())
    }

    /// How many bytes the server says the body has; `None` where it does not say, or where the
    /// body is compressed for the way.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        if self.headers.contains_key("content-encoding") {
            return None;
        }
        self.header("content-length")?.trim().parse().ok()
    }

    /// Whether the answer says that it is HTML: a page for people, mostly about an error.
    #[must_use]
    pub fn is_html(&self) -> bool {
        self.header("content-type")
            .is_some_and(|value| value.to_ascii_lowercase().contains("html"))
    }

    /// Whether the answer says that it is JSON (`application/json`, `application/…+json`).
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.header("content-type").is_some_and(|value| {
            let essence = value.split(';').next().unwrap_or_default().trim();
            let essence = essence.to_ascii_lowercase();
            essence == "application/json"
                || (essence.starts_with("application/") && essence.ends_with("+json"))
        })
    }

    /// Method and path of the request this answers, for messages.
    #[must_use]
    pub fn request(&self) -> &str {
        &self.sent.request
    }

    /// The body, to be read as it comes.
    #[must_use]
    pub fn into_reader(self) -> BodyReader {
        self.body
    }

    /// The whole body, of whatever kind and status.
    ///
    /// # Errors
    /// When it is cut, too large, too slow or cannot be decompressed.
    pub fn bytes(self) -> Result<Vec<u8>, HttpError> {
        self.body.into_bytes()
    }

    /// The answer itself where its status is 2xx, else the error it stands for.
    ///
    /// # Errors
    /// [`HttpErrorKind::Status`] with what the server says.
    pub fn success(self) -> Result<Self, HttpError> {
        if (200..300).contains(&self.status) {
            Ok(self)
        } else {
            Err(self.into_error())
        }
    }

    /// The whole body of an answer that must be JSON, without a BOM. Any status.
    ///
    /// # Errors
    /// As [`Self::bytes`]; [`HttpErrorKind::NotJson`] where it is something else, or empty.
    pub fn json_bytes(self) -> Result<Vec<u8>, HttpError> {
        let sent = self.sent.clone();
        let not_json = |found: String| sent.error(HttpErrorKind::NotJson { found });
        if !self.is_json() {
            return Err(not_json(self.describe()));
        }
        let status = self.status;
        let mut bytes = self.bytes()?;
        if bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(not_json(format!("status {status} with an empty body")));
        }
        Ok(bytes)
    }

    /// The body as a value. Any status.
    ///
    /// # Errors
    /// As [`Self::json_bytes`]; [`HttpErrorKind::BadJson`] where it does not parse.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, HttpError> {
        let sent = self.sent.clone();
        let bytes = self.json_bytes()?;
        parse_json(&bytes).map_err(|error| sent.error(HttpErrorKind::BadJson(error)))
    }

    /// The error that this answer stands for, with what the server says in its body.
    #[must_use]
    pub fn into_error(self) -> HttpError {
        let status = self.status;
        let retry_after = self.retry_after();
        let waits = self
            .header("retry-after")
            .map(|value| format!("retry after {}", shortened(value)));
        let mut error = self.sent.error(HttpErrorKind::Status {
            status,
            message: None,
            retry_after,
        });
        error.effect = error.effect.min(effect_of_status(status));
        let said = self.message();
        if let HttpErrorKind::Status { message, .. } = &mut error.kind {
            let parts: Vec<String> = said.into_iter().chain(waits).collect();
            *message = (!parts.is_empty()).then(|| parts.join("; "));
        }
        error
    }

    /// What the body says about itself: the `message` of a JSON object, the title of an HTML page.
    fn message(self) -> Option<String> {
        use std::io::Read as _;
        let mut bytes = Vec::new();
        // What can be read of a broken error page is enough.
        let _ = self.body.take(MESSAGE_BYTES as u64).read_to_end(&mut bytes);
        if let Ok(value) = serde_json::from_slice::<serde_json::Value>(&bytes) {
            return value.get("message")?.as_str().map(shortened);
        }
        let text = String::from_utf8_lossy(&bytes);
        let title = text.split_once("<title>")?.1.split_once("</title>")?.0;
        Some(shortened(title.trim()))
    }

    fn describe(&self) -> String {
        match self.header("content-type") {
            Some(value) if value.to_ascii_lowercase().contains("html") => {
                format!("an HTML page with status {}", self.status)
            }
            Some(value) => format!("{} with status {}", shortened(value), self.status),
            None => format!("status {} without a content type", self.status),
        }
    }
}

/// What a status says about a request that could have had an effect.
///
/// These are given before a body is worked on. All others (a 409 with a report, any 5xx) may
/// come after part of the work.
const fn effect_of_status(status: u16) -> Effect {
    match status {
        401 | 403 | 404 | 405 | 406 | 411 | 413 | 414 | 415 | 417 | 429 | 431 => Effect::None,
        _ => Effect::Possible,
    }
}

/// Parses JSON; serde_json bounds the depth at 128.
pub(crate) fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= MESSAGE_CHARS {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(MESSAGE_CHARS).collect();
    short.push('…');
    short
}
