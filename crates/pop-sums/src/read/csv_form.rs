//! The CSV form.

use csv::StringRecord;

use super::{Builder, Completeness, Fields};
use crate::{COLUMNS, Place, SumTable, SumsError, text};

const ORG_UNIT: usize = 0;
const POPULATION: usize = 11;
const ROWS: usize = 18;

/// For each column of the stream, where it stands in the file.
type Positions = [Option<usize>; COLUMNS.len()];

pub(super) fn read(
    source: &str,
    names: &[&str],
    completeness: Completeness,
) -> Result<SumTable, SumsError> {
    text::check_end(source)?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(false)
        .from_reader(source.as_bytes());
    let header = reader.headers().map_err(|e| broken(&e))?.clone();
    let positions = positions(&header, names, source)?;
    let mut builder = Builder::new(positions[15].is_some());
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
    if let Some((rows, _)) = announced
        && rows.parse() != Ok(count)
    {
        return Err(SumsError::Cut(format!(
            "its rows say there are {rows} of them, found {count}"
        )));
    }
    if count == 0 {
        return Err(SumsError::Empty);
    }
    Ok(builder.finish())
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

fn positions(header: &StringRecord, names: &[&str], source: &str) -> Result<Positions, SumsError> {
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
            return Err(missing(names[wanted], source));
        }
    }
    Ok(positions)
}

fn missing(wanted: &str, source: &str) -> SumsError {
    let first = source.lines().next().unwrap_or_default();
    for (separator, found) in [(';', "semicolons"), ('\t', "tabs")] {
        if first
            .split(separator)
            .any(|title| title.trim_matches(['"', ' ']).eq_ignore_ascii_case(wanted))
        {
            return SumsError::Separator { found };
        }
    }
    let found = first.chars().take(200).collect();
    SumsError::MissingColumn {
        wanted: wanted.to_owned(),
        found,
    }
}

fn broken(error: &csv::Error) -> SumsError {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => SumsError::Record {
            place: Place::Line(pos.as_ref().map_or(0, csv::Position::line)),
            what: format!("{len} columns, expected {expected_len} as in the header"),
        },
        _ => SumsError::Record {
            place: Place::Line(0),
            what: error.to_string(),
        },
    }
}
