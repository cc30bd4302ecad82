//! The bytes before they are columns: encoding, line ends, cut ends.

use crate::{Place, SumsError};

/// The stream as text, without a byte order mark.
///
/// # Errors
/// Empty input, UTF-16, other encodings, NUL bytes.
pub(crate) fn decode(bytes: &[u8]) -> Result<&str, SumsError> {
    let encoding = |found: &str| SumsError::Encoding {
        found: found.to_owned(),
    };
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(encoding("UTF-16"));
    }
    if bytes.starts_with(&[0x1F, 0x8B]) || bytes.starts_with(b"PK\x03\x04") {
        return Err(encoding("no text but an archive or a workbook"));
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(SumsError::Empty);
    }
    let line = |at: usize| 1 + bytes[..at].iter().filter(|&&b| b == b'\n').count() as u64;
    if let Some(at) = bytes.iter().position(|&b| b == 0) {
        // Half of the bytes of UTF-16 without a mark are NUL.
        if at < 2 {
            return Err(encoding("UTF-16"));
        }
        return Err(SumsError::Record {
            place: Place::Line(line(at)),
            what: "a NUL byte in the text".to_owned(),
        });
    }
    std::str::from_utf8(bytes).map_err(|e| {
        encoding(&format!(
            "not UTF-8 in line {} (Latin-1, perhaps)",
            line(e.valid_up_to())
        ))
    })
}

/// Refuses CSV that ends in the middle of a line or inside quotes.
///
/// # Errors
/// [`SumsError::Cut`], [`SumsError::Record`].
pub(crate) fn check_end(text: &str) -> Result<(), SumsError> {
    if text.bytes().filter(|&b| b == b'"').count() % 2 == 1 {
        return Err(SumsError::Cut(
            "a quote is opened and never closed".to_owned(),
        ));
    }
    if !text.ends_with(['\n', '\r']) {
        let line = text.bytes().filter(|&b| b == b'\n').count() + 1;
        return Err(SumsError::Cut(format!(
            "line {line}, the last one, has no line end, so its last number may be shortened"
        )));
    }
    Ok(())
}
