//! The outputs.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use pop_cli::{Arg, Column, Console, Messages, Output, ResultExt, Table, ToolError};
use pop_geo::OrgUnitSet;
use pop_sums::CsvWriter;

use crate::balance::{BalanceDocument, RasterBalance};
use crate::by_unit::{write_geojson, write_wide};
use crate::rows::UnitRow;
use crate::{Format, ZonalSum};

/// Where a run writes to, opened before the long work.
pub(crate) struct Outputs {
    sums: Output,
    balance: Vec<Output>,
}

impl Outputs {
    /// Opens the stream, and the balance where it is asked for.
    pub(crate) fn open(args: &ZonalSum, console: &mut Console) -> Result<Self, ToolError> {
        let sums = console.output("sums", &args.common.output)?;
        let balance = args
            .balance_files()
            .map(|name| console.output("balance", name))
            .collect::<Result<_, _>>()?;
        Ok(Self { sums, balance })
    }

    /// Writes the sums and the balance, and puts them in place.
    pub(crate) fn write(
        mut self,
        args: &ZonalSum,
        units: &OrgUnitSet,
        rows: &[UnitRow],
        balance: &[RasterBalance],
        console: &mut Console,
    ) -> Result<(), ToolError> {
        write_sums(args.format, units, rows, balance, &mut self.sums).or_io()?;
        let document = BalanceDocument::new(args, balance);
        for file in &mut self.balance {
            write_balance(&document, file).or_io()?;
        }
        let outputs = std::iter::once(self.sums).chain(self.balance).collect();
        console.publish(outputs)
    }
}

fn write_sums(
    format: Format,
    units: &OrgUnitSet,
    rows: &[UnitRow],
    balance: &[RasterBalance],
    output: &mut Output,
) -> io::Result<()> {
    let (columns, messages) = (output.columns(), output.messages());
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
        Format::Wide => {
            let rasters: Vec<String> = balance.iter().map(|of| of.raster.clone()).collect();
            write_wide(units, rows, &rasters, &mut buffer)?;
        }
        Format::Geojson => write_geojson(units, rows, &mut buffer)?,
        Format::Table => {
            let (rows, balance) = (table(rows, &messages), balance_table(balance, &messages));
            let (rows, balance) = (rows.within(columns), balance.within(columns));
            write!(buffer, "{rows}\n{balance}")?;
        }
    }
    buffer.flush()
}

fn table(rows: &[UnitRow], messages: &Arc<Messages>) -> Table {
    let mut table = Table::new(
        messages,
        &[
            Column::code("unit").optional(2),
            Column::text("name"),
            Column::text("raster").optional(3),
            Column::number("people"),
            Column::code("status").optional(1),
            Column::text("reasons"),
        ],
    )
    .complete_in("--format csv");
    for row in rows {
        let sums = &row.sums;
        let reasons: Vec<&str> = sums.reasons.iter().map(pop_sums::Reason::word).collect();
        table.row(&[
            sums.org_unit.as_str(),
            sums.name.as_deref().unwrap_or_default(),
            &sums.raster,
            &sums
                .population
                .map(|people| messages.number(people, 1))
                .unwrap_or_default(),
            sums.status.word(),
            &reasons.join(", "),
        ]);
    }
    table
}

/// The balance for reading, with the total that it adds up to.
fn balance_table(balance: &[RasterBalance], messages: &Arc<Messages>) -> Table {
    let mut table = Table::new(
        messages,
        &[
            Column::heading(),
            Column::text("balance"),
            Column::number("people"),
        ],
    );
    for raster in balance {
        for level in &raster.levels {
            let heading = match level.level {
                Some(number) => {
                    let level = [("level", Arg::Text(&number.to_string()))];
                    format!("{}, {}", raster.raster, messages.text_of("level", &level))
                }
                None => raster.raster.clone(),
            };
            for (line, people) in level.lines() {
                table.row(&[&heading, &messages.text(line), &messages.number(people, 1)]);
            }
            let total = messages.number(raster.total, 1);
            table.row(&[&heading, &messages.text("balance-line-total"), &total]);
            if let Some(Some(people)) = raster.outside_clip {
                let people = messages.number(people, 1);
                table.row(&[
                    &heading,
                    &messages.text("balance-line-outside-clip"),
                    &people,
                ]);
            }
        }
    }
    table
}

fn write_balance(document: &BalanceDocument<'_>, output: &mut Output) -> io::Result<()> {
    let mut buffer = BufWriter::new(output);
    serde_json::to_writer_pretty(&mut buffer, document)?;
    buffer.write_all(b"\n")?;
    buffer.flush()
}
