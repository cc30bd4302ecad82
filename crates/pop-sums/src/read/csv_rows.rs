//! The CSV form.

use std::io::Read;

use csv::StringRecord;
use rayon::prelude::*;

use super::Completeness;
use super::record_blocks::{RecordBlocks, records_end};
use super::records::{Record, RecordSink, each_record};
use super::table_builder::{Fields, Piece, TableBuilder};
use crate::UnterminatedLine;
use crate::column_names::{DATA_ELEMENT, DATE, HeaderProblem, PassedOver, UNIT, check_header};
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
        (Ok(()), Some(line)) if !rows.is_counted() => {
            Err(SumsError::UnterminatedLine(UnterminatedLine(line)))
        }
        (Ok(()), _) => rows.builder.finish(),
        (Err(error), Some(line)) if error.position() == Some(RowPosition::Line(line)) => {
            Err(SumsError::UnterminatedLine(UnterminatedLine(line)))
        }
        (Err(error), _) => Err(error),
    }
}

/// The rows of a stream or of a piece of it, all of them fit to be used.
struct CsvRows<'a> {
    names: &'a [&'a str],
    completeness: Completeness,
    header: Option<Header>,
    builder: TableBuilder<'a>,
    /// How many rows the first row says there are.
    announced: Option<(String, RowPosition)>,
    count: u64,
}

/// The rows of a block, read without those before them.
struct RowsPiece {
    announced: Option<(String, RowPosition)>,
    count: u64,
    lines: u64,
    piece: Piece,
}

/// The columns of a file.
#[derive(Clone, Copy)]
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
        let several = 2 * rayon::current_num_threads();
        let mut line = 1;
        let mut is_at_end = false;
        while !is_at_end {
            let mut batch: Vec<Vec<u8>> = Vec::with_capacity(several);
            let mut problem = Ok(());
            while batch.len() < several && !is_at_end {
                match blocks.next() {
                    Ok(Some(block)) => batch.push(block.to_vec()),
                    Ok(None) => is_at_end = true,
                    Err(error) => {
                        problem = Err(error);
                        break;
                    }
                }
            }
            line = self.read_batch(&batch, line)?;
            problem?;
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

    /// Reads blocks at once, on all threads, and joins them in their order; gives the line after them.
    fn read_batch(&mut self, batch: &[Vec<u8>], first_line: u64) -> Result<u64, SumsError> {
        let pieces: Vec<Option<RowsPiece>> =
            batch.par_iter().map(|block| self.piece(block)).collect();
        let mut line = first_line;
        for (block, piece) in batch.iter().zip(pieces) {
            let lines = piece.as_ref().map_or(0, |piece| piece.lines);
            let is_joined = piece.is_some_and(|piece| self.join(piece, line - 1));
            line = if is_joined {
                line + lines
            } else {
                // What is wrong with it is found by reading it row by row, and said in the order of the rows.
                self.read_block(block, line)?
            };
        }
        Ok(line)
    }

    fn read_block(&mut self, block: &[u8], first_line: u64) -> Result<u64, SumsError> {
        let (text, is_cut) = valid_text(block);
        let line = each_record(text, first_line, self)?;
        if is_cut {
            return Err(encoding::not_utf8(line));
        }
        Ok(line)
    }

    /// The rows of a block; `None` where something is wrong with one, or it begins with the header.
    fn piece(&self, block: &[u8]) -> Option<RowsPiece> {
        let mut rows = CsvRows {
            names: self.names,
            completeness: self.completeness,
            header: Some(self.header?),
            builder: self.builder.piece(),
            announced: None,
            count: 0,
        };
        let text = std::str::from_utf8(block).ok()?;
        let line = each_record(text, 1, &mut rows).ok()?;
        Some(RowsPiece {
            announced: rows.announced,
            count: rows.count,
            lines: line - 1,
            piece: rows.builder.into_piece(),
        })
    }

    /// Adds the rows of a piece; gives whether they fit those before them.
    fn join(&mut self, rows: RowsPiece, lines_before: u64) -> bool {
        match (&self.announced, rows.announced) {
            (Some((one, _)), Some((other, _))) if *one != other => return false,
            (None, Some((announced, RowPosition::Line(line)))) => {
                let position = RowPosition::Line(line + lines_before);
                self.announced = Some((announced, position));
            }
            _ => {}
        }
        let lines_before = u32::try_from(lines_before).unwrap_or(u32::MAX);
        let is_joined = self.builder.join(rows.piece, lines_before);
        if is_joined {
            self.count += rows.count;
        }
        is_joined
    }

    /// Whether the last column gives the number of rows: then the last line is whole, whatever ends it.
    fn is_counted(&self) -> bool {
        let is_last =
            |header: &Header| header.positions[column::ROWS].is_some_and(|at| at + 1 == header.len);
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
            self.header = Some(Header {
                positions,
                len: titles.len(),
            });
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
    // What --columns reads under another title may be there under a second one.
    let mut ignored: Vec<&str> = COLUMNS
        .iter()
        .zip(names)
        .filter(|(own, title)| own != title)
        .map(|(own, _)| *own)
        .collect();
    // Sums of other tools have such columns of their units.
    ignored.extend([DATE, UNIT, DATA_ELEMENT]);
    let passed_over = PassedOver {
        always: &ignored,
        ..PassedOver::default()
    };
    if let Err(HeaderProblem::OtherName { found, expected }) =
        check_header(header.iter(), names, passed_over)
    {
        return Err(SumsError::OtherName { found, expected });
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
