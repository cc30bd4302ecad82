//! The records of a block.

use csv::StringRecord;

use crate::SumsError;

/// The fields of a record.
pub(super) trait Record {
    /// How many there are.
    fn len(&self) -> usize;
    /// One of them, unquoted; empty where there is none.
    fn field(&self, at: usize) -> &str;
}

impl Record for StringRecord {
    fn len(&self) -> usize {
        self.len()
    }

    fn field(&self, at: usize) -> &str {
        self.get(at).unwrap_or_default()
    }
}

/// A record without quotes.
struct PlainRecord<'a> {
    line: &'a str,
    /// Where its fields end, each at a comma but the last.
    ends: &'a [u32],
}

impl Record for PlainRecord<'_> {
    fn len(&self) -> usize {
        self.ends.len()
    }

    fn field(&self, at: usize) -> &str {
        let Some(&end) = self.ends.get(at) else {
            return "";
        };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] + 1);
        &self.line[start as usize..end as usize]
    }
}

/// What takes the records of a block, each with its line.
pub(super) trait RecordSink {
    fn take(&mut self, line: u64, record: &impl Record) -> Result<(), SumsError>;
}

/// Gives every record of a block to a sink; gives the line after the block.
pub(super) fn each_record(
    block: &str,
    first_line: u64,
    sink: &mut impl RecordSink,
) -> Result<u64, SumsError> {
    if is_plain(block.as_bytes()) {
        each_plain_record(block, first_line, sink)
    } else {
        each_quoted_record(block, first_line, sink)
    }
}

/// Whether a block has no quote, and its lines end with LF or CRLF.
fn is_plain(block: &[u8]) -> bool {
    memchr::memchr(b'"', block).is_none()
        && memchr::memchr_iter(b'\r', block)
            .all(|at| matches!(block.get(at + 1), None | Some(b'\n')))
}

fn each_plain_record(
    block: &str,
    first_line: u64,
    sink: &mut impl RecordSink,
) -> Result<u64, SumsError> {
    let mut ends: Vec<u32> = Vec::with_capacity(32);
    let mut number = first_line;
    for line in block.split_inclusive('\n') {
        let whole = line.strip_suffix('\n').unwrap_or(line);
        let text = whole.strip_suffix('\r').unwrap_or(whole);
        // Empty lines are no records.
        if !text.is_empty() {
            ends.clear();
            ends.extend(memchr::memchr_iter(b',', text.as_bytes()).map(|at| at as u32));
            ends.push(text.len() as u32);
            let record = PlainRecord {
                line: text,
                ends: &ends,
            };
            sink.take(number, &record)?;
        }
        number += u64::from(whole.len() < line.len());
    }
    Ok(number)
}

/// Leaves quotes to the `csv` crate.
fn each_quoted_record(
    block: &str,
    first_line: u64,
    sink: &mut impl RecordSink,
) -> Result<u64, SumsError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(block.as_bytes());
    let mut record = StringRecord::new();
    loop {
        let line = first_line + reader.position().line() - 1;
        let is_read = reader.read_record(&mut record);
        if !is_read.map_err(|error| SumsError::Unreadable(error.to_string()))? {
            return Ok(line);
        }
        sink.take(line, &record)?;
    }
}
