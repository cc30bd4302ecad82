//! What is written of a comparison.

mod csv;
mod table;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write;

use pop_cli::{Output, ResultExt, ToolError};
use pop_compare::SideSummary;
use serde::{Serialize, Serializer};

use crate::Format;
use crate::line::{Findings, JsonLine};

pub(crate) fn findings(
    findings: &Findings,
    format: Format,
    output: &mut Output,
) -> Result<(), ToolError> {
    match format {
        Format::Csv => csv::write(findings, output),
        Format::Json => json(findings, output),
        Format::Table => table::write(findings, output),
    }
}

/// A side in the JSON.
#[derive(Serialize)]
struct JsonSide<'a> {
    kind: &'static str,
    source: &'a str,
    years: Vec<&'a str>,
    levels: Vec<u32>,
}

impl<'a> JsonSide<'a> {
    fn new(side: &'a SideSummary) -> Self {
        Self {
            kind: side.kind.word(),
            source: &side.source,
            years: side.years.iter().map(String::as_str).collect(),
            levels: side.levels.iter().copied().collect(),
        }
    }
}

/// A list that is serialised as it is made.
struct Streamed<I>(RefCell<Option<I>>);

impl<I> Streamed<I> {
    fn new(items: I) -> Self {
        Self(RefCell::new(Some(items)))
    }
}

impl<I: Iterator<Item: Serialize>> Serialize for Streamed<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let items = self.0.borrow_mut().take();
        serializer.collect_seq(items.into_iter().flatten())
    }
}

#[derive(Serialize)]
struct Document<'a, F: Serialize> {
    format: &'static str,
    version: u32,
    old: JsonSide<'a>,
    new: JsonSide<'a>,
    /// Years between the sides, where growth is judged.
    years_between: Option<u32>,
    notes: &'a [String],
    merged_bands: &'a [String],
    moved_units: &'a [String],
    /// Figures by class.
    classes: BTreeMap<&'static str, usize>,
    /// Flags and notes by level and rule.
    flagged: BTreeMap<String, BTreeMap<&'static str, usize>>,
    figures: F,
    sums: Vec<JsonLine<'a>>,
    indicators: Vec<JsonLine<'a>>,
    coverage: Vec<JsonLine<'a>>,
}

fn json(findings: &Findings, output: &mut Output) -> Result<(), ToolError> {
    let comparison = &findings.comparison;
    let counts = comparison.counts();
    let document = Document {
        format: "headcount-comparison",
        version: 1,
        old: JsonSide::new(&comparison.old),
        new: JsonSide::new(&comparison.new),
        years_between: comparison.years_between,
        notes: &comparison.notes,
        merged_bands: &comparison.merged_bands,
        moved_units: &comparison.moved_units,
        classes: counts
            .iter()
            .map(|(class, count)| (class.word(), *count))
            .collect(),
        flagged: findings.flags_by_level(),
        figures: Streamed::new(
            comparison
                .rows
                .iter()
                .map(|row| JsonLine::of_row(comparison, row)),
        ),
        sums: comparison
            .groups
            .iter()
            .map(|group| JsonLine::of_group(comparison, group))
            .collect(),
        indicators: findings
            .indicators
            .iter()
            .map(|row| JsonLine::of_indicator(comparison, row))
            .collect(),
        coverage: findings
            .coverage
            .iter()
            .map(|row| JsonLine::of_coverage(comparison, row))
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *output, &document).or_io()?;
    writeln!(output).or_io()
}
