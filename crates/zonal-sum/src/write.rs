//! The outputs.

use std::io::{self, BufWriter, Write};

use pop_cli::{Align, Console, Output, Table, ToolError, thousands};
use pop_sums::CsvWriter;

use crate::balance::{Document, RasterBalance};
use crate::rows::Row;
use crate::{Format, ZonalSum};

/// Writes the sums, and the balance where it is asked for.
pub(crate) fn all(
    args: &ZonalSum,
    rows: &[Row],
    balance: &[RasterBalance],
    console: &mut Console,
) -> Result<(), ToolError> {
    let failed = |error: io::Error, name: &str| ToolError::io(error).in_file(name);
    let mut outputs = Vec::new();
    let mut sums = console.output("sums", &args.common.output)?;
    write_sums(args.format, rows, &mut sums).map_err(|error| failed(error, &args.common.output))?;
    outputs.push(sums);
    for name in args.balance_files() {
        let mut file = console.output("balance", name)?;
        write_balance(&Document::new(args, balance), &mut file)
            .map_err(|error| failed(error, name))?;
        outputs.push(file);
    }
    console.publish(outputs)
}

fn write_sums(format: Format, rows: &[Row], output: &mut Output) -> io::Result<()> {
    let mut buffer = BufWriter::new(output);
    match format {
        Format::Csv => {
            let mut writer = CsvWriter::new(&mut buffer, rows.len())?;
            for row in rows {
                writer.write(&row.sums)?;
            }
            writer.finish()?;
        }
        Format::Json => {
            let rows: Vec<_> = rows.iter().map(|row| row.sums.clone()).collect();
            pop_sums::write_json(&rows, &mut buffer)?;
        }
        Format::Table => write!(buffer, "{}", table(rows))?,
    }
    buffer.flush()
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new(&[
        ("unit", Align::Left),
        ("name", Align::Left),
        ("raster", Align::Left),
        ("people", Align::Right),
        ("status", Align::Left),
        ("reasons", Align::Left),
    ]);
    for row in rows {
        let sums = &row.sums;
        let reasons: Vec<&str> = sums.reasons.iter().map(pop_sums::Reason::word).collect();
        table.row(&[
            sums.org_unit.as_str(),
            sums.name.as_deref().unwrap_or_default(),
            &sums.raster,
            &sums
                .population
                .map(|people| thousands(people, 1))
                .unwrap_or_default(),
            sums.status.word(),
            &reasons.join(";"),
        ]);
    }
    table
}

fn write_balance(document: &Document<'_>, output: &mut Output) -> io::Result<()> {
    let mut buffer = BufWriter::new(output);
    serde_json::to_writer_pretty(&mut buffer, document)?;
    buffer.write_all(b"\n")?;
    buffer.flush()
}
