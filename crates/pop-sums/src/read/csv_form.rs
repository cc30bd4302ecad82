//! The CSV form.

use std::io::Read;

use csv::StringRecord;

use super::watch::Watched;
use super::{Builder, Completeness, Fields};
use crate::{COLUMNS, Place, SumTable, SumsError, text};

const ORG_UNIT: usize = 0;
const POPULATION: usize = 11;
const ROWS: usize = 18;

/// For each column of the stream, where it stands in the file.
type Positions = [Option<usize>; COLUMNS.len()];

pub(super) fn read(
    stream: impl Read,
    names: &[&str],
    completeness: Completeness,
) -> Result<SumTable, SumsError> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(false)
        .buffer_capacity(1 << 16)
        .from_reader(Watched::new(stream));
    let read = rows(&mut reader, names, completeness);
    let watched = reader.get_mut();
    if read.is_err() {
        watched.drain();
    }
    // A quote that is never closed, or a last line cut short, explains a record that cannot be read.
    if let Some(problem) = watched.problem() {
        return Err(problem);
    }
    let open = watched.open_line();
    match (read, open) {
        (Ok(rows), Some(line)) if !rows.is_counted => Err(SumsError::OpenLine(line)),
        (Ok(rows), _) => rows.builder.finish(),
        (Err(error), Some(line)) if error.place() == Some(Place::Line(line)) => {
            Err(SumsError::OpenLine(line))
        }
        (Err(error), _) => Err(error),
    }
}

/// The rows of a stream, all of them fit to be used.
struct Rows {
    builder: Builder,
    /// Whether the last column gives their number: then the last line is whole, whatever ends it.
    is_counted: bool,
}

fn rows<R: Read>(
    reader: &mut csv::Reader<R>,
    names: &[&str],
    completeness: Completeness,
) -> Result<Rows, SumsError> {
    let header = reader.headers().map_err(|e| broken(&e))?.clone();
    let positions = positions(&header, names)?;
    let mut builder = Builder::csv(positions[15].is_some());
    let mut announced: Option<(String, Place)> = None;
    let mut record = StringRecord::new();
    let mut count: u64 = 0;
    while reader.read_record(&mut record).map_err(|e| broken(&e))? {
        count += 1;
        let place = Place::Line(record.position().map_or(0, csv::Position::line));
        let fields: Fields<'_> = std::array::from_fn(|i| {
            positions[i]
                .and_then(|at| record.get(at))
                .unwrap_or_default()
        });
        if completeness == Completeness::Whole && positions[ROWS].is_some() {
            same_rows(&mut announced, fields[ROWS], place)?;
        }
        builder.push(place, &fields)?;
    }
    if let Some((rows, _)) = &announced
        && rows.parse() != Ok(count)
    {
        return Err(SumsError::Cut(format!(
            "its rows say there are {rows} of them, found {count}"
        )));
    }
    if count == 0 {
        return Err(SumsError::Empty);
    }
    let is_last = positions[ROWS].is_some_and(|at| at + 1 == header.len());
    Ok(Rows {
        builder,
        is_counted: is_last && announced.is_some(),
    })
}

/// Every row must announce the same number of rows.
fn same_rows(
    announced: &mut Option<(String, Place)>,
    field: &str,
    place: Place,
) -> Result<(), SumsError> {
    match announced {
        Some((rows, _)) if rows == field => Ok(()),
        Some((rows, first)) => {
            let what = format!("rows is {field:?}, but {rows:?} in {first}");
            Err(SumsError::Record { place, what })
        }
        None => {
            *announced = Some((field.to_owned(), place));
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
            return Err(SumsError::TwiceColumn((*name).to_owned()));
        }
    }
    for wanted in [ORG_UNIT, POPULATION] {
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

fn broken(error: &csv::Error) -> SumsError {
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
                place: Place::Line(line(pos)),
                what: format!("{len} {columns}, expected {expected_len} as in the header{why}"),
            }
        }
        csv::ErrorKind::Utf8 { pos, .. } => text::not_utf8(line(pos)),
        _ => SumsError::Unreadable(error.to_string()),
    }
}
