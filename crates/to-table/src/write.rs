//! What is written: a text file, or a workbook.

use std::io::Write;

use pop_cli::{Output, ResultExt, ToolError};
use pop_datavalues::DataValueSet;
use pop_datavalues::value_set::write_csv;
use pop_tables::{Cell, OutputTable};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as CellFormat, Workbook, XlsxError};

use crate::Format;

pub(crate) fn table(
    table: &OutputTable,
    format: Format,
    output: &mut Output,
) -> Result<(), ToolError> {
    match format {
        Format::Csv => csv(table, output),
        Format::Xlsx => {
            let bytes = workbook(table).map_err(|e| {
                ToolError::data(format!("the table does not fit a workbook: {e}"))
                    .hint("take --format csv")
            })?;
            output.write_all(&bytes).or_io()
        }
    }
}

fn csv(table: &OutputTable, output: &mut Output) -> Result<(), ToolError> {
    let mut writer = csv::Writer::from_writer(output);
    writer.write_record(&table.header).or_io()?;
    for row in &table.rows {
        writer.write_record(row.iter().map(Cell::as_str)).or_io()?;
    }
    writer.flush().or_io()
}

/// Numbers as numbers, everything else as text cells, which no program reads as a number.
fn workbook(table: &OutputTable) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // the same inputs give the same bytes: no date of today
    let date = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&date));
    let text = CellFormat::new().set_num_format("@");
    let sheet = workbook.add_worksheet();
    for (column, name) in table.header.iter().enumerate() {
        sheet.write_string(0, column_index(column)?, name)?;
    }
    for (row, cells) in table.rows.iter().enumerate() {
        let row = u32::try_from(row + 1).map_err(|_| XlsxError::RowColumnLimitError)?;
        for (column, cell) in cells.iter().enumerate() {
            let column = column_index(column)?;
            match cell {
                Cell::Number(number) => {
                    let number = number.parse::<f64>().unwrap_or(f64::NAN);
                    sheet.write_number(row, column, number)?;
                }
                Cell::Text(content) => {
                    sheet.write_string_with_format(row, column, content, &text)?;
                }
                Cell::Empty => {}
            }
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

fn column_index(column: usize) -> Result<u16, XlsxError> {
    u16::try_from(column).map_err(|_| XlsxError::RowColumnLimitError)
}

/// The columns of the Import/Export app, as `to-datavalueset --format csv` writes them.
pub(crate) fn import_app(set: &DataValueSet) -> Result<OutputTable, String> {
    let mut bytes = Vec::new();
    write_csv(set, &mut bytes).map_err(|e| e.to_string())?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().map_err(|e| e.to_string())?;
    let header: Vec<String> = header.iter().map(str::to_owned).collect();
    let mut table = OutputTable {
        header,
        ..OutputTable::default()
    };
    for record in reader.records() {
        let record = record.map_err(|e| e.to_string())?;
        let cells = record.iter().map(|cell| Cell::text(Some(cell)));
        table.rows.push(cells.collect());
    }
    Ok(table)
}
