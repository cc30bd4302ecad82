//! Writing the stream.

mod table_text;

use std::io::{self, Write};

use serde::Serialize;

use crate::sums_row::UNADJUSTED_COLUMNS;
use crate::{COLUMNS, Reason, SumsRow, number};

/// Writes CSV row by row; the number of rows must be known beforehand, since
/// every row carries it.
pub struct CsvWriter<W: Write> {
    inner: csv::Writer<W>,
    columns: &'static [&'static str],
    rows: usize,
    written: usize,
}

impl<W: Write> CsvWriter<W> {
    /// Writes the header of sums as they were summed.
    ///
    /// # Errors
    /// What the writer answers.
    pub fn new(writer: W, rows: usize) -> io::Result<Self> {
        Self::with_columns(writer, rows, &COLUMNS[..UNADJUSTED_COLUMNS])
    }

    fn with_columns(writer: W, rows: usize, columns: &'static [&'static str]) -> io::Result<Self> {
        let mut inner = csv_writer(writer);
        inner.write_record(columns)?;
        Ok(Self {
            inner,
            columns,
            rows,
            written: 0,
        })
    }

    /// Writes one row.
    ///
    /// # Errors
    /// What the writer answers.
    pub fn write(&mut self, row: &SumsRow) -> io::Result<()> {
        let number = |value: Option<f64>| value.map(number::text).unwrap_or_default();
        let integer = |value: Option<u32>| value.map(|v| v.to_string()).unwrap_or_default();
        let fields: [&str; COLUMNS.len()] = [
            &row.org_unit,
            row.code.as_deref().unwrap_or_default(),
            row.name.as_deref().unwrap_or_default(),
            &integer(row.level),
            row.path.as_deref().unwrap_or_default(),
            &row.raster,
            &row.source,
            &row.year.map(|v| v.to_string()).unwrap_or_default(),
            &row.sex.map(|v| v.to_string()).unwrap_or_default(),
            &integer(row.age_from),
            &integer(row.age_to),
            &number(row.population),
            &number(row.cells),
            &number(row.area_cells),
            &number(row.inside_share),
            row.status.word(),
            &joined(&row.reasons),
            &row.method,
            &self.rows.to_string(),
            row.adjustment.as_deref().unwrap_or_default(),
            &number(row.unadjusted),
        ];
        self.inner.write_record(&fields[..self.columns.len()])?;
        self.written += 1;
        Ok(())
    }

    /// Ends the stream and gives the writer back.
    ///
    /// # Errors
    /// What the writer answers; also when the number of rows differs from the one announced.
    pub fn finish(self) -> io::Result<W> {
        if self.written != self.rows {
            return Err(io::Error::other(format!(
                "{} rows were announced and {} written",
                self.rows, self.written
            )));
        }
        self.inner.into_inner().map_err(|e| e.into_error())
    }
}

fn csv_writer<W: Write>(writer: W) -> csv::Writer<W> {
    csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::Any(b'\n'))
        .from_writer(writer)
}

fn joined(reasons: &[Reason]) -> String {
    reasons
        .iter()
        .map(Reason::word)
        .collect::<Vec<_>>()
        .join(";")
}

/// Writes all rows as CSV: header, comma, point, LF; the last two columns only where some row was adjusted.
///
/// # Errors
/// What the writer answers.
pub fn write_csv(rows: &[SumsRow], writer: impl Write) -> io::Result<()> {
    let is_adjusted = |row: &SumsRow| row.adjustment.is_some() || row.unadjusted.is_some();
    let columns = if rows.iter().any(is_adjusted) {
        &COLUMNS
    } else {
        &COLUMNS[..UNADJUSTED_COLUMNS]
    };
    let mut csv = CsvWriter::with_columns(writer, rows.len(), columns)?;
    for row in rows {
        csv.write(row)?;
    }
    csv.finish()?.flush()
}

/// Writes all rows as JSON: `{"format":"headcount-sums","version":1,"rows":[…]}`,
/// one row a line, with the names of the CSV columns; reasons are a list, unknown values `null`.
///
/// # Errors
/// What the writer answers.
pub fn write_json(rows: &[SumsRow], mut writer: impl Write) -> io::Result<()> {
    writer.write_all(b"{\"format\":\"headcount-sums\",\"version\":1,\"rows\":[")?;
    for (index, row) in rows.iter().enumerate() {
        writer.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut writer, &JsonRow::from(row))?;
    }
    writer.write_all(b"\n]}\n")?;
    writer.flush()
}

/// A row as it is written.
#[derive(Serialize)]
struct JsonRow<'a> {
    org_unit: &'a str,
    code: Option<&'a str>,
    name: Option<&'a str>,
    level: Option<u32>,
    path: Option<&'a str>,
    raster: &'a str,
    source: &'a str,
    year: Option<i32>,
    sex: Option<char>,
    age_from: Option<u32>,
    age_to: Option<u32>,
    population: Option<f64>,
    cells: Option<f64>,
    area_cells: Option<f64>,
    inside_share: Option<f64>,
    status: &'static str,
    reasons: Vec<&'a str>,
    method: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    adjustment: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unadjusted: Option<f64>,
}

impl<'a> From<&'a SumsRow> for JsonRow<'a> {
    fn from(row: &'a SumsRow) -> Self {
        Self {
            org_unit: &row.org_unit,
            code: row.code.as_deref(),
            name: row.name.as_deref(),
            level: row.level,
            path: row.path.as_deref(),
            raster: &row.raster,
            source: &row.source,
            year: row.year,
            sex: row.sex.map(crate::Sex::letter),
            age_from: row.age_from,
            age_to: row.age_to,
            population: row.population,
            cells: row.cells,
            area_cells: row.area_cells,
            inside_share: row.inside_share,
            status: row.status.word(),
            reasons: row.reasons.iter().map(Reason::word).collect(),
            method: &row.method,
            adjustment: row.adjustment.as_deref(),
            unadjusted: row.unadjusted,
        }
    }
}
