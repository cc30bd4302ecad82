//! The report: each total and each unit with its factor.

mod csv_lines;

use std::collections::HashMap;
use std::io::Write;

use pop_cli::{Arg, Column, Messages, Output, ResultExt, Table, ToolError, paragraph};
use pop_raking::{Block, Cells, Origin, Raked, RakedBlock, RakedControl, Total};
use pop_sums::change::{is_flagged, relative_change};
use pop_sums::{AgeBand, SumsTable};
use serde::Serialize;

use crate::ReportFormat;
use crate::inputs::Balance;

/// The document.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    format: &'static str,
    version: u32,
    level: Option<u32>,
    blocks: Vec<BlockReport>,
    /// Lines of the totals for years that the sums do not have.
    unused_lines: Vec<u64>,
    /// What would stop the run.
    problems: Vec<String>,
}

/// One source in one year.
#[derive(Debug, Serialize)]
struct BlockReport {
    source: String,
    year: Option<i32>,
    rounds: usize,
    before: f64,
    after: f64,
    /// Of the balance: people in no unit of the level, whom a national total gives back to the units.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_no_unit: Option<f64>,
    /// What totals of level 1 added.
    #[serde(skip_serializing_if = "Option::is_none")]
    given_back: Option<f64>,
    controls: Vec<ControlReport>,
    /// By factor, the smallest first.
    units: Vec<UnitReport>,
}

#[derive(Debug, Serialize)]
struct ControlReport {
    line: u64,
    org_unit: String,
    name: Option<String>,
    level: u32,
    sex: char,
    age_from: Option<u32>,
    age_to: Option<u32>,
    source: String,
    target: f64,
    /// By what the target was multiplied to agree with the master level; 1 where it holds as it is.
    scale: f64,
    before: f64,
    after: Option<f64>,
    factor: Option<f64>,
    /// What the cells miss of the target, as a share of it.
    residual: Option<f64>,
    cells: usize,
    /// What rounding to whole people cannot keep: the fraction of the target.
    rest: f64,
    flag: &'static str,
}

#[derive(Debug, Serialize)]
struct UnitReport {
    org_unit: String,
    name: Option<String>,
    before: f64,
    after: f64,
    factor: Option<f64>,
    origin: &'static str,
    flag: &'static str,
}

/// A target within this of a whole number is rounded to it.
const WHOLE: f64 = 1e-6;

impl Report {
    pub(crate) fn new(
        table: &SumsTable,
        cells: &Cells,
        totals: &[Total],
        raked: &Raked,
        balance: Option<&Balance>,
        problems: &[String],
    ) -> Self {
        let names: HashMap<&str, &str> = table
            .units
            .iter()
            .filter_map(|unit| Some((&*unit.id, unit.name.as_deref()?)))
            .collect();
        let name = |id: &str| names.get(id).map(|&name| name.to_owned());
        let blocks = raked.blocks.iter().map(|raked| {
            let block = &cells.blocks[raked.block];
            let in_no_unit = balance.map(|balance| in_no_unit(table, cells, block, balance));
            let given_back = raked
                .controls
                .iter()
                .filter(|control| control.control.level == 1)
                .filter_map(|control| Some(control.after? - control.before))
                .reduce(|a, b| a + b);
            BlockReport {
                source: block.source.clone(),
                year: block.year,
                rounds: raked.rounds,
                before: block.seed.iter().sum(),
                after: raked.values.iter().sum(),
                given_back: in_no_unit.and(given_back),
                in_no_unit,
                controls: raked
                    .controls
                    .iter()
                    .map(|c| control(c, totals, name))
                    .collect(),
                units: units(cells, block, raked, name),
            }
        });
        Self {
            format: "headcount-raking-report",
            version: 1,
            level: cells.level,
            blocks: blocks.collect(),
            unused_lines: raked.unused.clone(),
            problems: problems.to_vec(),
        }
    }

    /// How many units changed by 10 % and more.
    pub(crate) fn flagged_units(&self) -> usize {
        let units = self.blocks.iter().flat_map(|block| &block.units);
        units.filter(|unit| !unit.flag.is_empty()).count()
    }

    pub(crate) fn write(&self, format: ReportFormat, output: &mut Output) -> Result<(), ToolError> {
        match format {
            ReportFormat::Json => {
                serde_json::to_writer_pretty(&mut *output, self).or_io()?;
                writeln!(output).or_io()
            }
            ReportFormat::Csv => csv_lines::write(self, output),
            ReportFormat::Table => self.write_table(output),
        }
    }

    fn write_table(&self, output: &mut Output) -> Result<(), ToolError> {
        let (columns, messages) = (output.columns(), output.messages());
        let people = |value: f64| messages.number(value, 1);
        let optional =
            |value: Option<f64>| value.map_or("-".to_owned(), |value| messages.number(value, 4));
        for block in &self.blocks {
            let year = block.year.map_or(String::new(), |year| format!(" {year}"));
            let rounds = messages.counted("raking-rounds", block.rounds);
            let of = format!("{}{year}", block.source);
            let args = [("name", Arg::Text(&of)), ("value", Arg::Text(&rounds))];
            writeln!(output, "{}", messages.text_of("named-value", &args)).or_io()?;
            let mut table = Table::new(
                &messages,
                &[
                    Column::text("total"),
                    Column::text("people"),
                    Column::number("target"),
                    Column::number("before"),
                    Column::number("after"),
                    Column::number("factor"),
                    Column::code("flag"),
                ],
            );
            for control in &block.controls {
                let ages = ages(control, &messages);
                table.row(&[
                    control.name.as_deref().unwrap_or(&control.org_unit),
                    &format!("{} {ages}", control.sex),
                    &people(control.target),
                    &people(control.before),
                    &control.after.map_or("-".to_owned(), people),
                    &optional(control.factor),
                    control.flag,
                ]);
            }
            writeln!(output, "{}", table.within(columns)).or_io()?;
            let mut table = Table::new(
                &messages,
                &[
                    Column::text("unit"),
                    Column::number("before"),
                    Column::number("after"),
                    Column::number("factor"),
                    Column::code("flag"),
                ],
            );
            for unit in &block.units {
                table.row(&[
                    unit.name.as_deref().unwrap_or(&unit.org_unit),
                    &people(unit.before),
                    &people(unit.after),
                    &optional(unit.factor),
                    unit.flag,
                ]);
            }
            writeln!(output, "{}", table.within(columns)).or_io()?;
        }
        for problem in &self.problems {
            let text = messages.text_of("refused-because", &[("problem", Arg::Text(problem))]);
            writeln!(output, "{}", paragraph(&text, columns)).or_io()?;
        }
        Ok(())
    }
}

/// `<1`, `1-4`, `65+`, or that it is all of them.
fn ages(control: &ControlReport, messages: &Messages) -> String {
    AgeBand::from_ends(control.age_from, control.age_to)
        .map_or_else(|| messages.text("all-ages"), |band| band.to_string())
}

/// The mark of a change of 10 % and more; people where there were none are one.
fn flag(before: f64, after: f64) -> &'static str {
    if relative_change(before, after).map_or(after > before, is_flagged) {
        "10%"
    } else {
        ""
    }
}

fn control(
    raked: &RakedControl,
    totals: &[Total],
    name: impl Fn(&str) -> Option<String>,
) -> ControlReport {
    let (control, total) = (&raked.control, &totals[raked.control.total]);
    let target = control.cells.target;
    let rest = target - target.round();
    ControlReport {
        line: total.line,
        org_unit: control.org_unit.clone(),
        name: name(&control.org_unit),
        level: control.level,
        sex: total.sex.letter(),
        age_from: total.age_from,
        age_to: total.age_to,
        source: total.source.clone(),
        target,
        scale: raked.scale,
        before: raked.before,
        after: raked.after,
        factor: (raked.before > 0.0).then(|| target / raked.before),
        residual: raked.after.map(|after| {
            if target > 0.0 {
                after / target - 1.0
            } else {
                after
            }
        }),
        cells: control.cells.units.len() * control.cells.columns.len(),
        rest: if rest.abs() <= WHOLE { 0.0 } else { rest },
        flag: flag(raked.before, target),
    }
}

fn units(
    cells: &Cells,
    block: &Block,
    raked: &RakedBlock,
    name: impl Fn(&str) -> Option<String>,
) -> Vec<UnitReport> {
    let columns = block.columns.len();
    let mut units: Vec<UnitReport> = (0..cells.units.len())
        .map(|position| {
            let range = position * columns..(position + 1) * columns;
            let before: f64 = block.seed[range.clone()].iter().sum();
            let after: f64 = raked.values[range.clone()].iter().sum();
            let id = cells.id(position);
            UnitReport {
                org_unit: id.to_owned(),
                name: name(id),
                before,
                after,
                factor: (before > 0.0).then(|| after / before),
                origin: origin(&raked.origins[range]),
                flag: flag(before, after),
            }
        })
        .collect();
    units.sort_by(|a, b| {
        let key = |unit: &UnitReport| unit.factor.unwrap_or(f64::INFINITY);
        key(a).total_cmp(&key(b))
    });
    units
}

/// How a unit got its values; `mixed` where its cells differ.
fn origin(origins: &[Origin]) -> &'static str {
    let first = origins.first().copied().unwrap_or(Origin::Kept);
    if origins.iter().any(|&origin| origin != first) {
        return "mixed";
    }
    match first {
        Origin::Kept => "kept",
        Origin::Missing => "no value",
        Origin::Apart => "closed or not yet open",
        Origin::Fitted => "fitted",
        Origin::Filled => "filled",
        Origin::Parent => "parent",
        Origin::Linear => "linear",
        Origin::Nearest => "nearest",
    }
}

/// People of the block's rasters in no unit of the level.
fn in_no_unit(table: &SumsTable, cells: &Cells, block: &Block, balance: &Balance) -> f64 {
    let rasters: Vec<&str> = block
        .columns
        .iter()
        .map(|column| table.layers[column.layer as usize].raster.as_str())
        .collect();
    balance
        .rasters
        .iter()
        .filter(|raster| rasters.contains(&raster.raster.as_str()))
        .flat_map(|raster| &raster.levels)
        .filter(|level| level.level == cells.level)
        .map(|level| level.in_no_unit)
        .sum()
}
