//! Bodies of answers: bounded, and never slower than a floor.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use crate::error::{HttpError, HttpErrorKind};
use crate::sent::Sent;

/// What an answer may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyLimits {
    /// The most bytes that are read, counted after decompression.
    pub bytes: u64,
    /// The fewest bytes, before which a window must not pass …
    pub floor_bytes: u64,
    /// … and how long the window is.
    pub floor_window: Duration,
}

impl Default for BodyLimits {
    /// 256 MiB, and 4 kB in any minute.
    fn default() -> Self {
        Self {
            bytes: 256 << 20,
            floor_bytes: 4096,
            floor_window: Duration::from_secs(60),
        }
    }
}

/// The body of an answer, read as it comes.
///
/// A failed read is an [`io::Error`] around an [`HttpError`], see [`HttpError::from_io`].
pub struct BodyReader {
    inner: ureq::BodyReader<'static>,
    limits: BodyLimits,
    read: u64,
    window_bytes: u64,
    window_time: Duration,
    sent: Sent,
}

impl BodyReader {
    pub(crate) fn new(body: ureq::Body, limits: BodyLimits, sent: Sent) -> Self {
        Self {
            // ureq's own limit counts compressed bytes: ours counts what is handed out.
            inner: body.into_with_config().limit(u64::MAX).reader(),
            limits,
            read: 0,
            window_bytes: 0,
            window_time: Duration::ZERO,
            sent,
        }
    }

    /// Reads to the end.
    pub(crate) fn into_bytes(mut self) -> Result<Vec<u8>, HttpError> {
        let mut bytes = Vec::new();
        let sent = self.sent.clone();
        match self.read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(HttpError::from_io(error)
                .unwrap_or_else(|error| sent.error(HttpErrorKind::Cut(error.to_string())))),
        }
    }

    fn fail(&self, kind: HttpErrorKind) -> io::Error {
        io::Error::other(self.sent.error(kind))
    }

    fn keep_pace(&mut self, bytes: u64, time: Duration) -> io::Result<()> {
        self.window_bytes += bytes;
        self.window_time += time;
        if self.window_time < self.limits.floor_window {
            return Ok(());
        }
        if self.window_bytes < self.limits.floor_bytes {
            return Err(self.fail(HttpErrorKind::TooSlow {
                bytes: self.window_bytes,
                seconds: self.window_time.as_secs(),
            }));
        }
        self.window_bytes = 0;
        self.window_time = Duration::ZERO;
        Ok(())
    }
}

impl Read for BodyReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Time the caller takes between two reads is not the server's.
        let started = Instant::now();
        let count = self
            .inner
            .read(buffer)
            .map_err(|error| io::Error::other(self.sent.failed(error.into())))?;
        self.read += count as u64;
        if self.read > self.limits.bytes {
            return Err(self.fail(HttpErrorKind::TooLarge {
                limit: self.limits.bytes,
            }));
        }
        if count > 0 {
            self.keep_pace(count as u64, started.elapsed())?;
        }
        Ok(count)
    }
}

impl std::fmt::Debug for BodyReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BodyReader")
            .field("read", &self.read)
            .finish_non_exhaustive()
    }
}
