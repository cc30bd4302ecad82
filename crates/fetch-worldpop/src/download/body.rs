//! The body of a response while it is received.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

use pop_cli::{ExitStatus, ToolError};
use pop_http::{BodyReader, HttpError, Response};

use super::ProgressSink;
use crate::server::AttemptError;

/// Size of the read buffer.
pub(super) const BUFFER: usize = 1 << 18;

/// A response body that reports its progress and can be stopped.
pub(super) struct CountedBody<'a> {
    body: BodyReader,
    /// `Content-Length`.
    length: Option<u64>,
    received: u64,
    progress: &'a dyn ProgressSink,
    stop: &'a AtomicBool,
}

impl<'a> CountedBody<'a> {
    pub(super) fn new(
        response: Response,
        progress: &'a dyn ProgressSink,
        stop: &'a AtomicBool,
    ) -> Self {
        Self {
            length: response.content_length(),
            body: response.into_reader(),
            received: 0,
            progress,
            stop,
        }
    }

    /// Compares the bytes received with the Content-Length.
    pub(super) fn check_length(&self, url: &str) -> Result<(), AttemptError> {
        match self.length {
            Some(length) if length != self.received => Err(AttemptError::Damaged(
                ToolError::data(format!(
                    "{} bytes received, {length} announced",
                    self.received
                ))
                .in_file(url)
                .hint("try again later"),
            )),
            _ => Ok(()),
        }
    }
}

impl Read for CountedBody<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(std::io::Error::other("stopped"));
        }
        let count = self.body.read(buffer)?;
        self.received += count as u64;
        self.progress.advanced(count as u64);
        Ok(count)
    }
}

/// The error for a failed read of a body.
pub(super) fn read_error(error: std::io::Error, url: &str) -> AttemptError {
    match HttpError::from_io(error) {
        Ok(error) => AttemptError::Http(error),
        Err(error) => match error.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => {
                AttemptError::Damaged(
                    ToolError::data(error)
                        .in_file(url)
                        .hint("the file may be damaged on the server: try again later"),
                )
            }
            // CountedBody was stopped.
            _ => AttemptError::Permanent(ToolError::new(ExitStatus::Interrupted, error)),
        },
    }
}
