//! A CSV stream in blocks of whole records, with what can be judged over all of it only.

use std::io::{self, ErrorKind, Read};

use crate::{RowPosition, SumsError};

/// Larger streams are refused: no country has that many rows.
const MAX_BYTES: u64 = 4 << 30;

/// So much is read at once: few calls, and a block stays in the processor's cache.
const BLOCK_BYTES: usize = 1 << 18;

/// Larger records are refused.
const MAX_RECORD_BYTES: usize = 1 << 26;

/// Cuts a stream into blocks that begin and end with a record; counts quotes and line ends, and stops at a NUL byte.
pub(super) struct RecordBlocks<R> {
    stream: R,
    buffer: Vec<u8>,
    /// What of the buffer is read, and what of it went into blocks.
    filled: usize,
    taken: usize,
    is_at_end: bool,
    bytes: u64,
    lines: u64,
    quotes: u64,
    last: u8,
    nul: Option<u64>,
}

impl<R: Read> RecordBlocks<R> {
    pub(super) const fn new(stream: R) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            filled: 0,
            taken: 0,
            is_at_end: false,
            bytes: 0,
            lines: 0,
            quotes: 0,
            last: b'\n',
            nul: None,
        }
    }

    /// The next records, as many as fit into a block; `None` at the end of the stream.
    ///
    /// # Errors
    /// What the stream answers, a NUL byte, too many bytes.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, SumsError> {
        self.buffer.copy_within(self.taken..self.filled, 0);
        self.filled -= self.taken;
        self.taken = 0;
        let mut wanted = BLOCK_BYTES;
        loop {
            self.fill(wanted)?;
            self.taken = if self.is_at_end {
                self.filled
            } else {
                records_end(&self.buffer[..self.filled])
            };
            if self.taken > 0 {
                return Ok(Some(&self.buffer[..self.taken]));
            }
            if self.is_at_end {
                return Ok(None);
            }
            if self.filled > MAX_RECORD_BYTES {
                return Err(SumsError::Unreadable(format!(
                    "a row is longer than {MAX_RECORD_BYTES} bytes"
                )));
            }
            wanted = 2 * self.filled;
        }
    }

    /// Reads on until the buffer holds so many bytes, or all that are left.
    fn fill(&mut self, wanted: usize) -> Result<(), SumsError> {
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        }
        while self.filled < wanted && !self.is_at_end {
            let count = match self.stream.read(&mut self.buffer[self.filled..wanted]) {
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(unreadable(&error)),
            };
            self.is_at_end = count == 0;
            self.count(self.filled, self.filled + count);
            self.filled += count;
            if self.nul.is_some() {
                return Err(SumsError::Unreadable("a NUL byte in the text".to_owned()));
            }
            if self.bytes > MAX_BYTES {
                return Err(SumsError::TooLarge(MAX_BYTES));
            }
        }
        Ok(())
    }

    fn count(&mut self, from: usize, to: usize) {
        let bytes = &self.buffer[from..to];
        if self.nul.is_none()
            && let Some(at) = memchr::memchr(0, bytes)
        {
            self.nul = Some(self.lines + count(&bytes[..at], b'\n') + 1);
        }
        self.bytes += bytes.len() as u64;
        self.lines += count(bytes, b'\n');
        self.quotes += count(bytes, b'"');
        self.last = bytes.last().copied().unwrap_or(self.last);
    }

    /// Reads to the end, for what it tells about a record that could not be read.
    pub(super) fn drain(&mut self) {
        while !self.is_at_end {
            self.filled = 0;
            self.taken = 0;
            // Whatever stops it has been noticed by then.
            if self.fill(BLOCK_BYTES).is_err() {
                return;
            }
        }
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

fn unreadable(error: &io::Error) -> SumsError {
    SumsError::Unreadable(error.to_string())
}

fn count(bytes: &[u8], wanted: u8) -> u64 {
    memchr::memchr_iter(wanted, bytes).count() as u64
}

/// Where the last whole record of a block ends that begins with one; 0 where none does.
///
/// A quote opens a quoted field at the start of a field only, as for the `csv` crate.
pub(super) fn records_end(block: &[u8]) -> usize {
    let (mut end, mut from) = (0, 0);
    loop {
        let quote = memchr::memchr(b'"', &block[from..]).map(|at| from + at);
        let plain = &block[from..quote.unwrap_or(block.len())];
        if let Some(at) = memchr::memrchr2(b'\n', b'\r', plain) {
            end = from + at + 1;
        }
        let Some(quote) = quote else {
            return end;
        };
        let before = quote.checked_sub(1).map(|at| block[at]);
        from = quote + 1;
        if !matches!(before, None | Some(b',' | b'\n' | b'\r')) {
            continue;
        }
        // To the quote that closes the field: two of them are one in the text.
        loop {
            let Some(at) = memchr::memchr(b'"', &block[from..]) else {
                return end;
            };
            from += at + 1;
            match block.get(from) {
                Some(b'"') => from += 1,
                Some(_) => break,
                None => return end,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::records_end;

    #[test]
    fn a_block_ends_with_its_last_whole_record() {
        for (block, end) in [
            ("", 0),
            ("a,b", 0),
            ("a,b\n", 4),
            ("a,b\nc,", 4),
            ("a,b\r\nc,", 5),
            ("a,\"b\nc\"\nd", 8),
            ("a,\"b\nc", 0),
            ("a\n\"b\nc", 2),
            ("a,5\" pipe\nb,6\" pipe\nc", 20),
            ("x\"y,\"a\nb", 0),
            ("\"a\"\"\nb\"\nc", 8),
            ("\"a\"", 0),
            ("\"a\"b\"\nc\n", 8),
        ] {
            assert_eq!(records_end(block.as_bytes()), end, "{block:?}");
        }
    }
}
