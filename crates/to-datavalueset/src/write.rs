//! What is written.

use std::io::{BufWriter, Write};

use pop_cli::{Align, Output, ResultExt, Table, ToolError};
use pop_datavalues::{DataValueSet, write_csv};
use pop_sums::SumTable;

use crate::Format;

/// Writes a set in the form asked for; `units` are those of its values.
pub(crate) fn set(
    format: Format,
    table: &SumTable,
    set: &DataValueSet,
    units: &[u32],
    output: &mut Output,
) -> Result<(), ToolError> {
    match format {
        Format::Json => set
            .write_json(BufWriter::with_capacity(1 << 16, output))
            .or_io(),
        Format::Csv => write_csv(set, BufWriter::with_capacity(1 << 16, output)).or_data(),
        Format::Table => {
            let mut text = Table::new(&[
                ("org unit", Align::Left),
                ("name", Align::Left),
                ("period", Align::Left),
                ("data element", Align::Left),
                ("option combo", Align::Left),
                ("value", Align::Right),
            ]);
            for (value, &unit) in set.values.iter().zip(units) {
                let name = table.units[unit as usize]
                    .name
                    .as_deref()
                    .unwrap_or_default();
                let combo = value.category_option_combo.as_deref().unwrap_or_default();
                text.row(&[
                    &value.org_unit,
                    name,
                    &value.period,
                    &value.data_element,
                    combo,
                    &value.value,
                ]);
            }
            write!(output, "{text}").or_io()
        }
    }
}
