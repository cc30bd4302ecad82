//! What goes back to the client, and how it is put on the wire.

use std::io::{self, Write};
use std::time::Duration;

use crate::json::Node;

/// The content of an answer.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// Bytes of known length.
    Bytes(Vec<u8>),
    /// JSON, written piece by piece as chunks.
    Json(Node),
}

/// How faithfully an answer reaches the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Delivery {
    /// As it should be.
    #[default]
    Whole,
    /// The connection closes after half of the body.
    Cut,
    /// The connection closes before the first byte.
    Reset,
    /// A few bytes at a time with a pause of that many milliseconds.
    Drip(u64),
    /// The whole answer, after a pause of that many milliseconds.
    Late(u64),
    /// The body alone, which is all that goes over the wire; then the connection closes.
    Raw,
}

/// A status, headers and a body.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
    pub(crate) delivery: Delivery,
}

impl Response {
    /// An answer without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self::bytes(status, Vec::new())
    }

    /// An answer of these bytes, without a content type.
    pub(crate) fn bytes(status: u16, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Bytes(bytes.into()),
            delivery: Delivery::Whole,
        }
    }

    /// A JSON answer.
    pub(crate) fn json(status: u16, node: impl Into<Node>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", "application/json;charset=UTF-8".to_owned())],
            body: Body::Json(node.into()),
            delivery: Delivery::Whole,
        }
    }

    /// The same with a header set, in place of one of that name.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers
            .retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self.headers.push((name, value.into()));
        self
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        match &self.body {
            Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Body::Json(node) => node.to_text(),
        }
    }

    /// Writes the answer; `Err` where the connection is to be closed, wanted or not.
    pub(crate) fn write(&self, out: &mut impl Write, content: Content) -> io::Result<()> {
        match self.delivery {
            Delivery::Whole => self.write_whole(out, content),
            Delivery::Late(pause) => {
                std::thread::sleep(Duration::from_millis(pause));
                self.write_whole(out, content)
            }
            Delivery::Reset => Err(io::ErrorKind::ConnectionReset.into()),
            Delivery::Raw => {
                if let Body::Bytes(bytes) = &self.body {
                    out.write_all(bytes)?;
                    out.flush()?;
                }
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            Delivery::Cut => {
                let body = self.text();
                self.write_head(out, Some(body.len()))?;
                out.write_all(&body.as_bytes()[..body.len() / 2])?;
                out.flush()?;
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            Delivery::Drip(pause) => {
                let body = self.text();
                self.write_head(out, Some(body.len()))?;
                for piece in body.as_bytes().chunks(16) {
                    std::thread::sleep(Duration::from_millis(pause));
                    out.write_all(piece)?;
                    out.flush()?;
                }
                Ok(())
            }
        }
    }

    fn write_whole(&self, out: &mut impl Write, content: Content) -> io::Result<()> {
        match &self.body {
            Body::Bytes(bytes) => {
                // 204 has neither a length nor a body (RFC 9110, section 8.6).
                self.write_head(out, (self.status != 204).then_some(bytes.len()))?;
                if content == Content::Sent && self.status != 204 {
                    out.write_all(bytes)?;
                }
            }
            Body::Json(node) if content == Content::Sent => {
                self.write_head(out, None)?;
                let mut chunks = Chunks {
                    out: &mut *out,
                    piece: Vec::with_capacity(PIECE),
                };
                node.write(&mut chunks)?;
                chunks.finish()?;
            }
            Body::Json(_) => self.write_head(out, None)?,
        }
        out.flush()
    }

    fn write_head(&self, out: &mut impl Write, length: Option<usize>) -> io::Result<()> {
        write!(out, "HTTP/1.1 {} {}\r\n", self.status, reason(self.status))?;
        for (name, value) in &self.headers {
            write!(out, "{name}: {value}\r\n")?;
        }
        match length {
            Some(length) => write!(out, "Content-Length: {length}\r\n")?,
            None if self.status != 204 => out.write_all(b"Transfer-Encoding: chunked\r\n")?,
            None => {}
        }
        out.write_all(b"\r\n")
    }
}

/// Whether the body goes out: it does not in the answer to HEAD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Head and body.
    Sent,
    /// The head alone.
    Withheld,
}

const PIECE: usize = 32 * 1024;

/// The chunked transfer coding.
struct Chunks<'a, W: Write> {
    out: &'a mut W,
    piece: Vec<u8>,
}

impl<W: Write> Chunks<'_, W> {
    fn send(&mut self) -> io::Result<()> {
        if !self.piece.is_empty() {
            write!(self.out, "{:x}\r\n", self.piece.len())?;
            self.out.write_all(&self.piece)?;
            self.out.write_all(b"\r\n")?;
            self.piece.clear();
        }
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        self.send()?;
        self.out.write_all(b"0\r\n\r\n")
    }
}

impl<W: Write> Write for Chunks<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

/// The reason phrase of a status, also used in DHIS2's envelope.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        409 => "Conflict",
        413 => "Request Entity Too Large",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unknown",
    }
}
