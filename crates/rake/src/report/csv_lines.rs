//! The report as CSV: one line a total, one a unit.

use pop_cli::{Output, ResultExt, ToolError};
use serde::Serialize;

use super::{BlockReport, ControlReport, Report, UnitReport};

/// Writes the report as CSV.
///
/// # Errors
/// I/O.
pub(super) fn write(report: &Report, output: &mut Output) -> Result<(), ToolError> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .terminator(csv::Terminator::Any(b'\n'))
        .from_writer(output);
    writer.write_record(ReportLine::COLUMNS).or_io()?;
    for block in &report.blocks {
        let totals = block.controls.iter().map(|control| control.line(block));
        let units = block.units.iter();
        for line in totals.chain(units.map(|unit| unit.line(block, report.level))) {
            writer.serialize(line).or_io()?;
        }
    }
    writer.flush().or_io()
}

/// A line of the report as CSV: a total, or a unit.
#[derive(Debug, Default, Serialize)]
struct ReportLine<'a> {
    kind: &'static str,
    grid_source: &'a str,
    year: Option<i32>,
    line: Option<u64>,
    org_unit: &'a str,
    name: Option<&'a str>,
    level: Option<u32>,
    sex: Option<char>,
    age_from: Option<u32>,
    age_to: Option<u32>,
    source: &'a str,
    target: Option<Decimal>,
    scale: Option<Decimal>,
    before: Option<Decimal>,
    after: Option<Decimal>,
    factor: Option<Decimal>,
    residual: Option<Decimal>,
    cells: Option<usize>,
    rest: Option<Decimal>,
    rounds: usize,
    flag: &'static str,
}

impl ReportLine<'_> {
    const COLUMNS: [&'static str; 21] = [
        "kind",
        "grid_source",
        "year",
        "line",
        "org_unit",
        "name",
        "level",
        "sex",
        "age_from",
        "age_to",
        "source",
        "target",
        "scale",
        "before",
        "after",
        "factor",
        "residual",
        "cells",
        "rest",
        "rounds",
        "flag",
    ];
}

/// A number without an exponent, and without a point where it is whole.
#[derive(Debug)]
struct Decimal(f64);

impl Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl ControlReport {
    fn line<'a>(&'a self, block: &'a BlockReport) -> ReportLine<'a> {
        ReportLine {
            kind: "total",
            grid_source: &block.source,
            year: block.year,
            line: Some(self.line),
            org_unit: &self.org_unit,
            name: self.name.as_deref(),
            level: Some(self.level),
            sex: Some(self.sex),
            age_from: self.age_from,
            age_to: self.age_to,
            source: &self.source,
            target: Some(Decimal(self.target)),
            scale: Some(Decimal(self.scale)),
            before: Some(Decimal(self.before)),
            after: self.after.map(Decimal),
            factor: self.factor.map(Decimal),
            residual: self.residual.map(Decimal),
            cells: Some(self.cells),
            rest: Some(Decimal(self.rest)),
            rounds: block.rounds,
            flag: self.flag,
        }
    }
}

impl UnitReport {
    fn line<'a>(&'a self, block: &'a BlockReport, level: Option<u32>) -> ReportLine<'a> {
        ReportLine {
            kind: "unit",
            grid_source: &block.source,
            year: block.year,
            org_unit: &self.org_unit,
            name: self.name.as_deref(),
            level,
            source: self.origin,
            before: Some(Decimal(self.before)),
            after: Some(Decimal(self.after)),
            factor: self.factor.map(Decimal),
            rounds: block.rounds,
            flag: self.flag,
            ..ReportLine::default()
        }
    }
}
