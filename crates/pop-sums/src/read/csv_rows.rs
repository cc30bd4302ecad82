//! The CSV form.

use std::io::Read;

use csv::StringRecord;

use super::Completeness;
use super::record_blocks::{RecordBlocks, records_end};
use super::records::{Record, RecordSink, each_record};
use super::table_builder::{Fields, TableBuilder};
use crate::sums_row::column;
use crate::{COLUMNS, RowPosition, SumsError, SumsTable, encoding};

/// For each column of the stream, where it stands in the file.
type Positions = [Option<usize>; COLUMNS.len()];

pub(super) fn read(
    stream: impl Read,
    names: &[&str],
    completeness: Completeness,
) -> Result<SumsTable, SumsError> {
    let mut blocks = RecordBlocks::new(stream);
    let mut rows = CsvRows::new(names, completeness);
    let read = rows.read(&mut blocks);
    if read.is_err() {
        blocks.drain();
    }
    // A quote that is never closed, or a last line cut short, explains a record that cannot be read.
    if let Some(problem) = blocks.problem() {
        return Err(problem);
    }
    let open = blocks.unterminated_line();
    match (read, open) {
        (Ok(()), Some(line)) if !rows.is_counted() => Err(SumsError::UnterminatedLine(line)),
        (Ok(()), _) => rows.builder.finish(),
        (Err(error), Some(line)) if error.position() == Some(RowPosition::Line(line)) => {
            Err(SumsError::UnterminatedLine(line))
        }
        (Err(error), _) => Err(error),
    }
}

/// The rows of a stream, all of them fit to be used.
struct CsvRows<'a> {
    names: &'a [&'a str],
    completeness: Completeness,
    header: Option<Header>,
    builder: TableBuilder,
    /// How many rows the first row says there are.
    announced: Option<(String, RowPosition)>,
    count: u64,
}

/// The columns of a file.
struct Header {
    positions: Positions,
    len: usize,
}

impl<'a> CsvRows<'a> {
    fn new(names: &'a [&'a str], completeness: Completeness) -> Self {
        Self {
            names,
            completeness,
            header: None,
            builder: TableBuilder::csv(),
            announced: None,
            count: 0,
        }
    }

    fn read<R: Read>(&mut self, blocks: &mut RecordBlocks<R>) -> Result<(), SumsError> {
        let mut line = 1;
        while let Some(block) = blocks.next()? {
            let (text, fault) = valid_text(block);
            line = each_record(text, line, self)?;
            if fault {
                return Err(encoding::not_utf8(line));
            }
        }
        if let Some((rows, _)) = &self.announced
            && rows.parse() != Ok(self.count)
        {
            return Err(SumsError::Truncated(format!(
                "its rows say there are {rows} of them, found {}",
                self.count
            )));
        }
        if self.count == 0 {
            return Err(SumsError::Empty);
        }
        Ok(())
    }

    /// Whether the last column gives the number of rows: then the last line is whole, whatever ends it.
    fn is_counted(&self) -> bool {
        let is_last = |header: &Header| {
            header.positions[column::ROWS].is_some_and(|at| at + 1 == header.len)
        };
        self.header.as_ref().is_some_and(is_last) && self.announced.is_some()
    }
}

/// The text of a block, up to the record that is not UTF-8, and whether there is one.
fn valid_text(block: &[u8]) -> (&str, bool) {
    match std::str::from_utf8(block) {
        Ok(text) => (text, false),
        Err(error) => {
            let valid = &block[..error.valid_up_to()];
            let whole = &valid[..records_end(valid)];
            (std::str::from_utf8(whole).unwrap_or_default(), true)
        }
    }
}

impl RecordSink for CsvRows<'_> {
    fn take(&mut self, line: u64, record: &impl Record) -> Result<(), SumsError> {
        let Some(header) = &self.header else {
            let titles: StringRecord = (0..record.len()).map(|at| record.field(at)).collect();
            let positions = positions(&titles, self.names)?;
            if positions[column::STATUS].is_some() {
                self.builder.states_status();
            }
            self.header = Some(Header { positions, len: titles.len() });
            return Ok(());
        };
        let position = RowPosition::Line(line);
        if record.len() != header.len {
            return Err(other_length(record.len(), header.len, position));
        }
        let fields: Fields<'_> =
            std::array::from_fn(|i| header.positions[i].map_or("", |at| record.field(at)));
        self.count += 1;
        if self.completeness == Completeness::Whole && header.positions[column::ROWS].is_some() {
            check_announced_rows(&mut self.announced, fields[column::ROWS], position)?;
        }
        self.builder.push(position, &fields)
    }
}

fn other_length(len: usize, expected: usize, position: RowPosition) -> SumsError {
    let why = if len > expected {
        "; is a comma in a number or a name without quotes?"
    } else {
        ""
    };
    let columns = if len == 1 { "column" } else { "columns" };
    SumsError::Record {
        position,
        what: format!("{len} {columns}, expected {expected} as in the header{why}"),
    }
}

/// Every row must announce the same number of rows.
fn check_announced_rows(
    announced: &mut Option<(String, RowPosition)>,
    field: &str,
    position: RowPosition,
) -> Result<(), SumsError> {
    match announced {
        Some((rows, _)) if rows == field => Ok(()),
        Some((rows, first)) => {
            let what = format!("rows is {field:?}, but {rows:?} in {first}");
            Err(SumsError::Record { position, what })
        }
        None => {
            *announced = Some((field.to_owned(), position));
            Ok(())
        }
    }
}

fn positions(header: &StringRecord, names: &[&str]) -> Result<Positions, SumsError> {
    let mut positions: Positions = [None; COLUMNS.len()];
    for (position, name) in positions.iter_mut().zip(names) {
        let mut hits = header
            .iter()
            .enumerate()
            .filter(|(_, title)| title.trim().eq_ignore_ascii_case(name));
        *position = hits.next().map(|(at, _)| at);
        if hits.next().is_some() {
            return Err(SumsError::DuplicateColumn((*name).to_owned()));
        }
    }
    for wanted in [column::ORG_UNIT, column::POPULATION] {
        if positions[wanted].is_none() {
            return Err(missing(names[wanted], header));
        }
    }
    Ok(positions)
}

/// A header that lacks a column, mostly because something else than commas parts its titles.
fn missing(wanted: &str, header: &StringRecord) -> SumsError {
    let titles: Vec<&str> = header.iter().collect();
    let found = titles.join(",");
    for (separator, word) in [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")] {
        if found.matches(separator).count() >= header.len() {
            return SumsError::Separator { found: word };
        }
    }
    SumsError::MissingColumn {
        wanted: wanted.to_owned(),
        found: found.chars().take(200).collect(),
    }
}
