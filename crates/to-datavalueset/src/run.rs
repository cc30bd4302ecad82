//! The run, from sums to values.

use std::collections::HashMap;
use std::io::Write;

use pop_cli::{
    Align, Consent, Console, ExitStatus, Output, ResultExt, Table, ToolError, thousands,
};
use pop_datavalues::{
    Comment, DataValue, DataValueSet, Hierarchy, IdSchemes, Metadata, PeriodType, Text, number,
    rounding, write_csv,
};
use pop_sums::{Completeness, ReadOptions, Sex, SumTable};

use crate::years::YearRun;
use crate::{Format, Reference, Rounding, ToDataValueSet, consent, ids, units, years};

pub(crate) fn run(args: &ToDataValueSet, console: &mut Console) -> Result<ExitStatus, ToolError> {
    if args.reference == Reference::MidYear {
        return Err(ToolError::usage("--reference mid-year is not there yet"));
    }
    let output = console.output("output", &args.common.output)?;
    let metadata = read_metadata(args, console)?;
    let mut consent = Consent::load(&args.consent, consent::KINDS, console)?;
    let table = read_sums(args, console)?;
    let metadata = metadata.as_ref();
    let key = args
        .data_element
        .as_deref()
        .ok_or_else(|| ToolError::usage("no data element: name one with --data-element"))?;
    let element = ids::uid(
        "--data-element",
        key,
        metadata.map(|m| || m.data_element(key).map(|e| e.id.as_str())),
    )?;
    let set = args
        .data_set
        .as_deref()
        .map(|key| {
            ids::uid(
                "--data-set",
                key,
                metadata.map(|m| || m.data_set(key).map(|s| s.id.as_str())),
            )
        })
        .transpose()?;
    let level = units::level(args.level, &table).map_err(|e| e.in_file(&args.sums))?;
    let kind = args.period_type.unwrap_or(PeriodType::Yearly);
    let mut values = Values {
        element,
        set,
        ids: HashMap::new(),
        schemes: IdSchemes::default(),
        values: Vec::new(),
    };
    let mut lines = Vec::new();
    for year in years::runs(&table, args.period.as_deref(), kind, metadata)? {
        let judged = units::judge(&table, level, &year.layers, &mut consent, console)?;
        let (ids, schemes) = ids::org_units(&table, &judged.valued, args.org_unit_ids, metadata)
            .map_err(|e| e.in_file(&args.sums))?;
        values.ids.extend(ids);
        values.schemes = schemes;
        lines.push(values.add_totals(args, &table, &year, &judged)?);
    }
    let (set, ids) = values.finish();
    write(args, &table, &set, &ids, output, console)?;
    let allowed = consent
        .close(console)
        .map(|allowed| format!("; {allowed}"))
        .unwrap_or_default();
    console.summary(&format!("{}{allowed}", lines.join("; ")));
    Ok(ExitStatus::Done)
}

fn read_metadata(
    args: &ToDataValueSet,
    console: &mut Console,
) -> Result<Option<Metadata>, ToolError> {
    let Some(name) = &args.metadata else {
        return Ok(None);
    };
    let data = console.input("metadata", name)?;
    Metadata::read(&data.bytes)
        .or_data()
        .map(Some)
        .map_err(|e| e.in_file(name))
}

fn read_sums(args: &ToDataValueSet, console: &mut Console) -> Result<SumTable, ToolError> {
    let data = console.input("sums", &args.sums)?;
    let completeness = if args.subset {
        Completeness::Subset
    } else {
        Completeness::Whole
    };
    let options = ReadOptions {
        columns: args.columns.clone(),
        completeness,
    };
    pop_sums::read(&data.bytes, &options).map_err(|e| {
        let error = ToolError::data(&e).in_file(&args.sums);
        e.hint().map_or(error.clone(), |hint| error.hint(hint))
    })
}

/// The values as they are collected.
struct Values {
    element: Text,
    set: Option<Text>,
    ids: HashMap<u32, Text>,
    schemes: IdSchemes,
    values: Vec<(u32, DataValue)>,
}

impl Values {
    /// Adds the total population of one year; says what was done.
    fn add_totals(
        &mut self,
        args: &ToDataValueSet,
        table: &SumTable,
        year: &YearRun,
        judged: &units::Judged,
    ) -> Result<String, ToolError> {
        let layer = total_layer(table, year)?;
        let exact: HashMap<u32, f64> = table
            .cells
            .iter()
            .filter(|cell| cell.layer == layer)
            .filter_map(|cell| Some((cell.unit, cell.population?)))
            .collect();
        let hierarchy = Hierarchy::above(table, &judged.valued).or_data()?;
        let people: Vec<f64> = hierarchy
            .units
            .iter()
            .map(|unit| exact.get(unit).copied().unwrap_or_default())
            .collect();
        let texts: Vec<Box<str>> = match args.round {
            Rounding::Hierarchy => {
                let whole = rounding::round(&hierarchy.tree, 1, &[], &people).or_data()?;
                whole.into_iter().map(number::whole).collect()
            }
            Rounding::Each => people
                .iter()
                .map(|v| number::whole(v.round() as i64))
                .collect(),
            Rounding::None => people.iter().map(|v| number::fixed(*v, 3)).collect(),
        };
        if let Some(at) = people
            .iter()
            .position(|v| v.round() > number::LARGEST as f64)
        {
            let unit = &table.units[hierarchy.units[at] as usize];
            return Err(ToolError::data(format!(
                "{} people are more than DHIS2 can store",
                people[at]
            ))
            .at(unit.id.to_string()));
        }
        let comment: Text = comment(table, layer).to_string().into();
        let total: f64 = people.iter().sum();
        let rounded: f64 = texts
            .iter()
            .filter_map(|text| text.parse::<f64>().ok())
            .sum();
        for (unit, value) in hierarchy.units.iter().zip(texts) {
            self.values.push((
                *unit,
                DataValue {
                    data_element: Text::clone(&self.element),
                    period: Text::clone(&year.period),
                    org_unit: Text::clone(&self.ids[unit]),
                    category_option_combo: None,
                    attribute_option_combo: None,
                    value,
                    comment: Some(Text::clone(&comment)),
                    deleted: false,
                },
            ));
        }
        let aside = judged.unvalued.len() + judged.out_of_time.len();
        let aside = if aside == 0 {
            String::new()
        } else {
            format!(", {aside} units left out")
        };
        Ok(format!(
            "{}: {} units, {} people (exactly {}), counted at {}{aside}",
            year.period,
            people.len(),
            thousands(rounded, 0),
            thousands(total, 1),
            comment_reference(table, layer),
        ))
    }

    fn finish(mut self) -> (DataValueSet, Vec<u32>) {
        // Rows of a period come in the order of the sums, whatever rounding needed.
        self.values
            .sort_by(|a, b| (&a.1.period, a.0).cmp(&(&b.1.period, b.0)));
        let (units, values) = self.values.into_iter().unzip();
        (
            DataValueSet {
                data_set: self.set,
                schemes: self.schemes,
                values,
            },
            units,
        )
    }
}

/// The layer of everybody.
fn total_layer(table: &SumTable, year: &YearRun) -> Result<u32, ToolError> {
    let totals: Vec<u32> = year
        .layers
        .iter()
        .copied()
        .filter(|&layer| {
            let layer = &table.layers[layer as usize];
            layer.age_from.is_none() && layer.sex.is_none_or(|sex| sex == Sex::Total)
        })
        .collect();
    match totals.as_slice() {
        [one] => Ok(*one),
        [] => Err(ToolError::data(format!(
            "no sums of the whole population for {}",
            year.period
        ))),
        several => {
            let names: Vec<&str> = several
                .iter()
                .map(|&l| table.layers[l as usize].raster.as_str())
                .collect();
            Err(ToolError::data(format!(
                "several rasters hold the whole population for {}: {}",
                year.period,
                names.join(", ")
            ))
            .hint("sum one of them, or take its rows with --subset"))
        }
    }
}

fn comment_reference(table: &SumTable, layer: u32) -> String {
    let layer = &table.layers[layer as usize];
    match layer.year {
        // Agrees with the end-of-year figures of the World Population Prospects it is scaled to.
        Some(year) if layer.source.starts_with("worldpop-global2;R2025A") => {
            format!("{year:04}-01-01")
        }
        _ => "unstated".to_owned(),
    }
}

fn comment(table: &SumTable, layer: u32) -> Comment {
    let known = &table.layers[layer as usize];
    Comment {
        source: known.source.clone(),
        method: known.method.clone(),
        reference: comment_reference(table, layer),
        note: None,
    }
}

fn write(
    args: &ToDataValueSet,
    table: &SumTable,
    set: &DataValueSet,
    units: &[u32],
    mut output: Output,
    console: &mut Console,
) -> Result<(), ToolError> {
    match args.format {
        Format::Json => set
            .write_json(std::io::BufWriter::new(&mut output))
            .or_io()?,
        Format::Csv => write_csv(set, std::io::BufWriter::new(&mut output)).or_data()?,
        Format::Table => {
            let mut text = Table::new(&[
                ("org unit", Align::Left),
                ("name", Align::Left),
                ("period", Align::Left),
                ("value", Align::Right),
            ]);
            for (value, &unit) in set.values.iter().zip(units) {
                let name = table.units[unit as usize]
                    .name
                    .as_deref()
                    .unwrap_or_default();
                text.row(&[&value.org_unit, name, &value.period, &value.value]);
            }
            write!(output, "{text}").or_io()?;
        }
    }
    console.publish(vec![output])
}
