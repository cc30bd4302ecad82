//! What is written.

use std::collections::HashMap;
use std::io::Write;

use pop_cli::{Column, Console, Output, ResultExt, Table, ToolError};
use pop_datavalues::{
    CsvError, CsvWriter, DataValue, DataValueSet, IdSchemes, JsonWriter, Metadata, check,
};

use crate::target_sets::TargetSet;
use crate::unit_judgement::JudgedUnits;
use crate::{Format, ToDataValueSet};
use pop_datavalues::conversion::{Conversion, ConversionError, PeriodValues};

/// A stream of values in one of the forms.
enum Writer<'a> {
    Json(JsonWriter<&'a mut Output>),
    Csv(CsvWriter<&'a mut Output>),
    /// With the names that the metadata have.
    Table(&'a mut Output, Table, HashMap<&'a str, &'a str>),
}

impl<'a> Writer<'a> {
    fn new(
        format: Format,
        data_set: Option<&str>,
        schemes: &IdSchemes,
        metadata: Option<&'a Metadata>,
        output: &'a mut Output,
    ) -> Result<Self, ToolError> {
        Ok(match format {
            Format::Json => Self::Json(JsonWriter::new(output, data_set, schemes).or_io()?),
            Format::Csv => Self::Csv(CsvWriter::new(output, schemes).map_err(csv_error)?),
            Format::Table => {
                let columns = [
                    Column::code("org-unit").optional(1),
                    Column::text("name"),
                    Column::code("period"),
                    Column::text("data-element"),
                    Column::text("option-combo"),
                    Column::number("value"),
                ];
                let names = metadata.map(Metadata::names).unwrap_or_default();
                let table = Table::new(&output.messages(), &columns).complete_in("--format csv");
                Self::Table(output, table, names)
            }
        })
    }

    /// Adds a value; `name` is that of its unit.
    fn write(&mut self, name: &str, value: &DataValue) -> Result<(), ToolError> {
        match self {
            Self::Json(writer) => writer.write(value).or_io(),
            Self::Csv(writer) => writer.write(value).map_err(csv_error),
            Self::Table(_, table, names) => {
                let named = |id| names.get(id).copied().unwrap_or(id);
                let combo = value.category_option_combo.as_deref().unwrap_or_default();
                table.row(&[
                    &*value.org_unit,
                    if name.is_empty() {
                        named(&value.org_unit)
                    } else {
                        name
                    },
                    &*value.period,
                    named(&value.data_element),
                    named(combo),
                    &value.value,
                ]);
                Ok(())
            }
        }
    }

    fn finish(self) -> Result<(), ToolError> {
        match self {
            Self::Json(writer) => writer.finish().or_io().map(|_| ()),
            Self::Csv(writer) => writer.finish().or_io().map(|_| ()),
            Self::Table(output, table, _) => {
                let columns = output.columns();
                write!(output, "{}", table.within(columns)).or_io()
            }
        }
    }
}

fn csv_error(error: CsvError) -> ToolError {
    let hint = error.hint();
    match error {
        CsvError::Unfit(_) => ToolError::data(error).hint_if_any(hint),
        CsvError::Io(_) => ToolError::io(error),
    }
}

/// Writes the values of one data set; says whether a server would refuse or misplace some.
pub(crate) fn data_set(
    args: &ToDataValueSet,
    conversion: &Conversion<'_>,
    all: &[(PeriodValues, JudgedUnits)],
    set: &mut TargetSet,
    console: &Console,
) -> Result<bool, ToolError> {
    let schemes = all
        .first()
        .map(|(values, _)| values.ids.schemes.clone())
        .unwrap_or_default();
    // A check looks at all values together; without one none is kept.
    let mut checked = conversion.metadata.map(|metadata| {
        let set = DataValueSet {
            data_set: set.data_set.clone(),
            schemes: schemes.clone(),
            values: Vec::new(),
        };
        (metadata, set)
    });
    let data_set = set.data_set.as_deref();
    let mut writer = Writer::new(
        args.format,
        data_set,
        &schemes,
        conversion.metadata,
        &mut set.output,
    )?;
    for (values, _) in all {
        values.each_value(conversion, &set.targets, |unit, value| {
            if let Some((_, set)) = &mut checked {
                set.values.push(value.clone());
            }
            let name = conversion.table.units[unit as usize].name.as_deref();
            writer
                .write(name.unwrap_or_default(), value)
                .map_err(WriteError::Tool)
        })?;
    }
    writer.finish()?;
    Ok(checked.is_some_and(|(metadata, set)| report_refusals(args, &set, metadata, console)))
}

/// A value that cannot be made, or not be written.
enum WriteError {
    Conversion(ConversionError),
    Tool(ToolError),
}

impl From<ConversionError> for WriteError {
    fn from(error: ConversionError) -> Self {
        Self::Conversion(error)
    }
}

impl From<WriteError> for ToolError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Conversion(error) => conversion_error(&error),
            WriteError::Tool(error) => error,
        }
    }
}

/// A conversion that failed, with what to do about it.
pub(crate) fn conversion_error(error: &ConversionError) -> ToolError {
    let hints = error.hints();
    hints
        .into_iter()
        .fold(ToolError::data(error), |error, hint| error.hint(hint))
}

/// Says what a server would say to the values; whether it would refuse or misplace some.
fn report_refusals(
    args: &ToDataValueSet,
    set: &DataValueSet,
    metadata: &Metadata,
    console: &Console,
) -> bool {
    let mut is_refused = false;
    for finding in check(set, metadata, None) {
        is_refused |= finding.is_refusal();
        if finding.is_refusal() || args.check {
            console.warn(&finding.to_string());
            console.hint(&finding.hint);
        } else {
            console.note(&finding.to_string());
        }
    }
    is_refused
}
