//! Requests.

use std::time::Duration;

use crate::error::HttpErrorKind;

/// Bytes of a request line (method, path, query) that common servers and proxies take.
const LONGEST_REQUEST_LINE: usize = 8_000;

/// The methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Safe: changes nothing, and may be tried again.
    Get,
    /// Safe: the head of the answer to a `GET`, without its body.
    Head,
    /// Sent once.
    Post,
    /// Sent once.
    Put,
    /// Sent once.
    Patch,
    /// Sent once.
    Delete,
}

impl Method {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// One request: a method, a path with its query below the base address, and perhaps a body.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) content: Option<(&'a str, &'a [u8])>,
    pub(crate) accept: &'a str,
    pub(crate) as_stored: bool,
    pub(crate) answer_within: Option<Duration>,
    pub(crate) range: Option<RangeFrom<'a>>,
}

/// The rest of a file, from a byte on (RFC 9110, sections 13.1.5 and 14.2).
#[derive(Debug, Clone, Copy)]
pub(crate) struct RangeFrom<'a> {
    pub(crate) offset: u64,
    /// A strong ETag or a date: if the file has another, the server sends all of it.
    pub(crate) if_range: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// A request without a body, for JSON.
    #[must_use]
    pub fn new(method: Method, path: &'a str) -> Self {
        Self {
            method,
            path,
            content: None,
            accept: "application/json",
            as_stored: false,
            answer_within: None,
            range: None,
        }
    }

    /// With a body of this type.
    #[must_use]
    pub fn body(mut self, content_type: &'a str, body: &'a [u8]) -> Self {
        self.content = Some((content_type, body));
        self
    }

    /// For another type of answer than JSON.
    #[must_use]
    pub fn accept(mut self, media_type: &'a str) -> Self {
        self.accept = media_type;
        self
    }

    /// For the bytes as they are stored, not compressed for the way: their length is then the
    /// one the server announces.
    #[must_use]
    pub fn as_stored(mut self) -> Self {
        self.as_stored = true;
        self
    }

    /// For the bytes from `offset` on, if the file still has this strong ETag or date. The server
    /// may send the whole file with status 200.
    #[must_use]
    pub fn range_from(mut self, offset: u64, if_range: Option<&'a str>) -> Self {
        self.range = Some(RangeFrom { offset, if_range });
        self
    }

    /// With another patience than the client's: how long until the answer begins.
    #[must_use]
    pub fn answer_within(mut self, time: Duration) -> Self {
        self.answer_within = Some(time);
        self
    }
}

/// Only a path below the base may be glued to it: `@host/…` or `//host` would lead elsewhere.
pub(crate) fn check_path(method: Method, path: &str) -> Result<(), HttpErrorKind> {
    let plain = path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'#' && byte != b'\\');
    if !plain || !path.starts_with('/') || path.starts_with("//") {
        let shown: String = path.chars().take(80).collect();
        return Err(HttpErrorKind::BadPath(shown.escape_debug().to_string()));
    }
    let length = method.name().len() + path.len() + " HTTP/1.1  ".len();
    if length > LONGEST_REQUEST_LINE {
        return Err(HttpErrorKind::LongRequestLine {
            length,
            limit: LONGEST_REQUEST_LINE,
        });
    }
    Ok(())
}
