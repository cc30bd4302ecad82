//! The bytes before they are columns: encoding and form.

use crate::{RowPosition, SumsError};

/// What the stream is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StreamFormat {
    Csv,
    Json,
}

const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// The format that the first bytes show, and how many of them are a byte order mark.
///
/// # Errors
/// Empty input, UTF-16, archives and workbooks.
pub(crate) fn detect(head: &[u8]) -> Result<(StreamFormat, usize), SumsError> {
    let encoding = |found: &str| SumsError::Encoding {
        found: found.to_owned(),
    };
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        return Err(encoding("UTF-16"));
    }
    if head.starts_with(&[0x1F, 0x8B]) || head.starts_with(b"PK\x03\x04") {
        return Err(encoding("no text but an archive or a workbook"));
    }
    let mark = if head.starts_with(&MARK) {
        MARK.len()
    } else {
        0
    };
    // Half of the bytes of UTF-16 without a mark are NUL.
    if head.iter().take(2).any(|&b| b == 0) {
        return Err(encoding("UTF-16"));
    }
    match head[mark..].iter().find(|b| !b.is_ascii_whitespace()) {
        None => Err(SumsError::Empty),
        Some(b'{' | b'[') => Ok((StreamFormat::Json, mark)),
        Some(_) => Ok((StreamFormat::Csv, mark)),
    }
}

/// A JSON document as text.
///
/// # Errors
/// NUL bytes, and encodings other than UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> Result<&str, SumsError> {
    let line = |at: usize| 1 + bytes[..at].iter().filter(|&&b| b == b'\n').count() as u64;
    if let Some(at) = bytes.iter().position(|&b| b == 0) {
        return Err(SumsError::Record {
            position: RowPosition::Line(line(at)),
            what: "a NUL byte in the text".to_owned(),
        });
    }
    std::str::from_utf8(bytes).map_err(|e| not_utf8(line(e.valid_up_to())))
}

/// Bytes of another encoding in a line.
pub(crate) fn not_utf8(line: u64) -> SumsError {
    SumsError::Encoding {
        found: format!("not UTF-8 in line {line} (Latin-1, perhaps)"),
    }
}
