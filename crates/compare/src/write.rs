//! What is written.

use std::collections::BTreeMap;
use std::io::Write;

use pop_cli::{Column, Output, ResultExt, Table, ToolError, paragraph, thousands};
use pop_compare::{Comparison, Flag, Group, GroupSum, Key, Row};
use serde::Serialize;

use crate::Format;

/// So many rows are shown in a table; the rest is counted.
const SHOWN: usize = 100;

pub(crate) fn comparison(
    comparison: &Comparison,
    format: Format,
    output: &mut Output,
) -> Result<(), ToolError> {
    match format {
        Format::Csv => csv(comparison, output),
        Format::Json => json(comparison, output),
        Format::Table => table(comparison, output),
    }
}

/// One line of the output: a figure, or a sum over a level or the units below a parent.
#[derive(Serialize)]
struct Line<'a> {
    measure: &'static str,
    org_unit: &'a str,
    code: &'a str,
    name: &'a str,
    level: Option<u32>,
    year: Option<i32>,
    sex: Option<char>,
    age_from: Option<u32>,
    age_to: Option<u32>,
    data_element: &'a str,
    period: &'a str,
    category_option_combo: &'a str,
    attribute_option_combo: &'a str,
    old: Option<f64>,
    new: Option<f64>,
    difference: Option<f64>,
    percent: Option<f64>,
    class: &'static str,
    grid_difference: Option<f64>,
    adjustment_difference: Option<f64>,
    flags: String,
}

impl<'a> Line<'a> {
    fn of_key(measure: &'static str, key: &'a Key) -> Self {
        Self {
            measure,
            org_unit: &key.org_unit,
            code: "",
            name: "",
            level: None,
            year: key.year,
            sex: key.sex.map(pop_sums::Sex::letter),
            age_from: key.age_from,
            age_to: key.age_to,
            data_element: &key.data_element,
            period: &key.period,
            category_option_combo: &key.category_option_combo,
            attribute_option_combo: &key.attribute_option_combo,
            old: None,
            new: None,
            difference: None,
            percent: None,
            class: "",
            grid_difference: None,
            adjustment_difference: None,
            flags: String::new(),
        }
    }

    fn of_row(row: &'a Row) -> Self {
        Self {
            code: row.code.as_deref().unwrap_or_default(),
            name: row.name.as_deref().unwrap_or_default(),
            level: row.level,
            old: row.old,
            new: row.new,
            difference: row.difference(),
            percent: row.share().map(|share| 100.0 * share),
            class: row.class.word(),
            grid_difference: row.grid_difference,
            adjustment_difference: row.adjustment_difference(),
            flags: flags(&row.flags),
            ..Self::of_key("figure", &row.key)
        }
    }

    fn of_group(group: &'a GroupSum) -> Self {
        let (measure, org_unit, level) = match &group.group {
            Group::Level(level) => ("level", "", Some(*level)),
            Group::Parent(parent) => ("parent", parent.as_str(), None),
        };
        Self {
            org_unit,
            level,
            old: Some(group.old),
            new: Some(group.new),
            difference: Some(group.new - group.old),
            percent: group.share().map(|share| 100.0 * share),
            class: if group.has_same_units {
                ""
            } else {
                "other-units"
            },
            flags: flags(&group.flags),
            ..Self::of_key(measure, &group.key)
        }
    }
}

fn flags(flags: &[Flag]) -> String {
    let texts: Vec<String> = flags.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

fn csv(comparison: &Comparison, output: &mut Output) -> Result<(), ToolError> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::Any(b'\n'))
        .from_writer(output);
    for row in &comparison.rows {
        writer.serialize(Line::of_row(row)).or_io()?;
    }
    for group in &comparison.groups {
        writer.serialize(Line::of_group(group)).or_io()?;
    }
    writer.flush().or_io()
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    notes: &'a [String],
    merged_bands: &'a [String],
    /// Figures by class.
    classes: BTreeMap<&'static str, usize>,
    /// Figures by level and rule.
    flagged: BTreeMap<String, BTreeMap<&'static str, usize>>,
    figures: Vec<Line<'a>>,
    sums: Vec<Line<'a>>,
}

fn json(comparison: &Comparison, output: &mut Output) -> Result<(), ToolError> {
    let mut flagged: BTreeMap<String, BTreeMap<&'static str, usize>> = BTreeMap::new();
    for row in &comparison.rows {
        let level = row
            .level
            .map_or("none".to_owned(), |level| level.to_string());
        for flag in &row.flags {
            let rules = flagged.entry(level.clone()).or_default();
            *rules.entry(flag.rule.word()).or_default() += 1;
        }
    }
    let counts = comparison.counts();
    let document = Document {
        format: "headcount-comparison",
        version: 1,
        notes: &comparison.notes,
        merged_bands: &comparison.merged_bands,
        classes: counts
            .iter()
            .map(|(class, count)| (class.word(), *count))
            .collect(),
        flagged,
        figures: comparison.rows.iter().map(Line::of_row).collect(),
        sums: comparison.groups.iter().map(Line::of_group).collect(),
    };
    serde_json::to_writer_pretty(&mut *output, &document).or_io()?;
    writeln!(output).or_io()
}

/// The largest changes first; figures that are the same are counted only.
fn table(comparison: &Comparison, output: &mut Output) -> Result<(), ToolError> {
    let mut rows: Vec<&Row> = comparison
        .rows
        .iter()
        .filter(|row| row.class != pop_compare::Class::Same)
        .collect();
    rows.sort_by(|a, b| {
        // Without a percentage first: somebody has to look at them.
        let size = |row: &Row| row.share().map_or(f64::INFINITY, f64::abs);
        size(b).total_cmp(&size(a))
    });
    let mut table = Table::new(&[
        Column::text("unit"),
        Column::text("people"),
        Column::number("old"),
        Column::number("new"),
        Column::number("difference"),
        Column::number("%"),
        Column::code("class").optional(2),
        Column::text("flags").optional(1),
    ])
    .complete_in("--format csv");
    let people = |value: Option<f64>| value.map_or("-".to_owned(), |value| thousands(value, 1));
    for row in rows.iter().take(SHOWN) {
        let line = Line::of_row(row);
        table.row(&[
            if line.name.is_empty() {
                line.org_unit
            } else {
                line.name
            },
            &who(&line),
            &people(row.old),
            &people(row.new),
            &people(line.difference),
            &line
                .percent
                .map_or("-".to_owned(), |percent| format!("{percent:+.4}")),
            line.class,
            &line.flags,
        ]);
    }
    let columns = output.columns();
    write!(output, "{}", table.within(columns)).or_io()?;
    if rows.len() > SHOWN {
        writeln!(
            output,
            "and {} more; --format csv lists all",
            rows.len() - SHOWN
        )
        .or_io()?;
    }
    writeln!(output).or_io()?;
    for group in comparison.groups.iter().take(SHOWN) {
        let line = Line::of_group(group);
        let name = match &group.group {
            Group::Level(level) => format!("level {level}"),
            Group::Parent(parent) => format!("below {parent}"),
        };
        let percent = line
            .percent
            .map_or("units differ".to_owned(), |p| format!("{p:+.4} %"));
        let text = format!(
            "{name} {}: {} to {}: {percent} {}",
            who(&line),
            people(line.old),
            people(line.new),
            line.flags
        );
        writeln!(output, "{}", paragraph(text.trim_end(), columns)).or_io()?;
    }
    Ok(())
}

/// Whom a line counts.
fn who(line: &Line<'_>) -> String {
    let mut words: Vec<String> = Vec::new();
    words.extend(line.year.map(|year| year.to_string()));
    words.extend(line.sex.map(|sex| sex.to_string()));
    match (line.age_from, line.age_to) {
        (None, None) => {}
        (from, None) => words.push(format!("{}+", from.unwrap_or_default())),
        (from, Some(to)) => words.push(format!("{}-{}", from.unwrap_or_default(), to - 1)),
    }
    for text in [line.period, line.data_element, line.category_option_combo] {
        if !text.is_empty() {
            words.push(text.to_owned());
        }
    }
    words.join(" ")
}
