//! The CSV form.

use std::io::Read;

use csv::StringRecord;

use super::Completeness;
use super::checked_reader::CheckedReader;
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
    let mut reader = csv::ReaderBuilder::new()
        .flexible(false)
        .buffer_capacity(1 << 16)
        .from_reader(CheckedReader::new(stream));
    let read = rows(&mut reader, names, completeness);
    let stream = reader.get_mut();
    if read.is_err() {
        stream.drain();
    }
    // A quote that is never closed, or a last line cut short, explains a record that cannot be read.
    if let Some(problem) = stream.problem() {
        return Err(problem);
    }
    let open = stream.unterminated_line();
    match (read, open) {
        (Ok(rows), Some(line)) if !rows.is_counted => Err(SumsError::UnterminatedLine(line)),
        (Ok(rows), _) => rows.builder.finish(),
        (Err(error), Some(line)) if error.position() == Some(RowPosition::Line(line)) => {
            Err(SumsError::UnterminatedLine(line))
        }
        (Err(error), _) => Err(error),
    }
}

/// The rows of a stream, all of them fit to be used.
struct CsvRows {
    builder: TableBuilder,
    /// Whether the last column gives their number: then the last line is whole, whatever ends it.
    is_counted: bool,
}

fn rows<R: Read>(
    reader: &mut csv::Reader<R>,
    names: &[&str],
    completeness: Completeness,
) -> Result<CsvRows, SumsError> {
    let header = reader.headers().map_err(|e| csv_error(&e))?.clone();
    let positions = positions(&header, names)?;
    let mut builder = TableBuilder::csv(positions[column::STATUS].is_some());
    let mut announced: Option<(String, RowPosition)> = None;
    let mut record = StringRecord::new();
    let mut count: u64 = 0;
    while reader.read_record(&mut record).map_err(|e| csv_error(&e))? {
        count += 1;
        let position = RowPosition::Line(record.position().map_or(0, csv::Position::line));
        let fields: Fields<'_> = std::array::from_fn(|i| {
            positions[i]
                .and_then(|at| record.get(at))
                .unwrap_or_default()
        });
        if completeness == Completeness::Whole && positions[column::ROWS].is_some() {
            check_announced_rows(&mut announced, fields[column::ROWS], position)?;
        }
        builder.push(position, &fields)?;
    }
    if let Some((rows, _)) = &announced
        && rows.parse() != Ok(count)
    {
        return Err(SumsError::Truncated(format!(
            "its rows say there are {rows} of them, found {count}"
        )));
    }
    if count == 0 {
        return Err(SumsError::Empty);
    }
    let is_last = positions[column::ROWS].is_some_and(|at| at + 1 == header.len());
    Ok(CsvRows {
        builder,
        is_counted: is_last && announced.is_some(),
    })
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

fn csv_error(error: &csv::Error) -> SumsError {
    let line = |pos: &Option<csv::Position>| pos.as_ref().map_or(0, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => {
            let why = if len > expected_len {
                "; is a comma in a number or a name without quotes?"
            } else {
                ""
            };
            let columns = if *len == 1 { "column" } else { "columns" };
            SumsError::Record {
                position: RowPosition::Line(line(pos)),
                what: format!("{len} {columns}, expected {expected_len} as in the header{why}"),
            }
        }
        csv::ErrorKind::Utf8 { pos, .. } => encoding::not_utf8(line(pos)),
        _ => SumsError::Unreadable(error.to_string()),
    }
}
