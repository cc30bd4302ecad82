//! The stream as it passes by, with what can be judged over all of it only.

use std::io::{self, Read};

use crate::{RowPosition, SumsError};

/// Larger streams are refused: no country has that many rows.
const MAX_BYTES: u64 = 4 << 30;

/// A reader that counts quotes and line ends, and stops at a NUL byte.
pub(super) struct CheckedReader<R> {
    inner: R,
    bytes: u64,
    lines: u64,
    quotes: u64,
    last: u8,
    nul: Option<u64>,
}

impl<R: Read> CheckedReader<R> {
    pub(super) const fn new(inner: R) -> Self {
        Self {
            inner,
            bytes: 0,
            lines: 0,
            quotes: 0,
            last: b'\n',
            nul: None,
        }
    }

    /// Reads to the end, for what it tells about a record that could not be read.
    pub(super) fn drain(&mut self) {
        // Whatever stops it has been noticed by then.
        let _ = io::copy(self, &mut io::sink());
    }

    /// What is wrong with the stream as a whole, and explains why a record cannot be read.
    pub(super) fn problem(&self) -> Option<SumsError> {
        if let Some(line) = self.nul {
            return Some(SumsError::Record {
                position: RowPosition::Line(line),
                what: "a NUL byte in the text".to_owned(),
            });
        }
        if self.bytes > MAX_BYTES {
            return Some(SumsError::TooLarge(MAX_BYTES));
        }
        (self.quotes % 2 == 1)
            .then(|| SumsError::Truncated("a quote is opened and never closed".to_owned()))
    }

    /// The number of the last line, if it has no end.
    pub(super) fn unterminated_line(&self) -> Option<u64> {
        (!matches!(self.last, b'\n' | b'\r')).then_some(self.lines + 1)
    }
}

impl<R: Read> Read for CheckedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let bytes = &buffer[..count];
        let of = |wanted: u8| bytes.iter().filter(|&&b| b == wanted).count() as u64;
        if self.nul.is_none() && bytes.contains(&0) {
            let before = bytes.iter().take_while(|&&b| b != 0);
            let lines = before.filter(|&&b| b == b'\n').count() as u64;
            self.nul = Some(self.lines + lines + 1);
        }
        self.bytes += count as u64;
        self.lines += of(b'\n');
        self.quotes += of(b'"');
        self.last = bytes.last().copied().unwrap_or(self.last);
        if self.nul.is_some() || self.bytes > MAX_BYTES {
            return Err(io::Error::other("the stream cannot be read on"));
        }
        Ok(count)
    }
}
