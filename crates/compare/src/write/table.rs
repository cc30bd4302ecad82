//! The table for reading: the largest changes first, what is the same and what is too much counted.

use std::collections::BTreeMap;
use std::io::Write;

use pop_cli::{Column, Output, ResultExt, Table, ToolError, counted, paragraph, thousands};
use pop_compare::{Class, Group, Row};

use crate::line::{Findings, Line};

/// So many rows of a kind are shown; the rest is grouped.
const SHOWN: usize = 100;

pub(super) fn write(findings: &Findings, output: &mut Output) -> Result<(), ToolError> {
    figures(findings, output)?;
    sums(findings, output)?;
    indicators(findings, output)?;
    coverage(findings, output)
}

fn people(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| thousands(value, 1))
}

fn signed_percent(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |percent| format!("{percent:+.4}"))
}

fn figures(findings: &Findings, output: &mut Output) -> Result<(), ToolError> {
    let comparison = &findings.comparison;
    let mut rows: Vec<&Row> = comparison
        .rows
        .iter()
        .filter(|row| row.class != Class::Same)
        .collect();
    if rows.is_empty() {
        return writeln!(output, "no figure differs").or_io();
    }
    // Without a percentage first: somebody has to look at them.
    let size = |row: &Row| row.share().map_or(f64::INFINITY, f64::abs);
    rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
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
    for row in rows.iter().take(SHOWN) {
        let line = Line::of_row(comparison, row);
        table.row(&[
            line.unit(),
            &line.who(),
            &people(row.old),
            &people(row.new),
            &people(line.difference),
            &signed_percent(line.percent),
            line.class,
            &line.flags,
        ]);
    }
    let columns = output.columns();
    write!(output, "{}", table.within(columns)).or_io()?;
    if let Some(rest) = rows.get(SHOWN..).filter(|rest| !rest.is_empty()) {
        writeln!(output, "{}", paragraph(&grouped(findings, rest), columns)).or_io()?;
    }
    Ok(())
}

/// What is not shown row by row: how many, by level, class and rule.
fn grouped(findings: &Findings, rest: &[&Row]) -> String {
    let mut classes: BTreeMap<(Option<u32>, &str), usize> = BTreeMap::new();
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rest {
        let level = findings.comparison.unit(row).level;
        *classes.entry((level, row.class.word())).or_default() += 1;
        if let Some(flag) = &row.flag {
            *rules.entry(flag.rule.word()).or_default() += 1;
        }
    }
    let classes = classes.iter().map(|((level, class), count)| {
        let level = level.map_or(String::new(), |level| format!(" on level {level}"));
        format!("{} {class}{level}", thousands(*count as f64, 0))
    });
    let rules = rules
        .iter()
        .map(|(rule, count)| format!("{} {rule}", thousands(*count as f64, 0)));
    let lists = [
        classes.collect::<Vec<_>>().join(", "),
        rules.collect::<Vec<_>>().join(", "),
    ];
    let lists: Vec<String> = lists.into_iter().filter(|list| !list.is_empty()).collect();
    format!(
        "and {} with smaller changes: {}; --format csv lists all",
        counted(rest.len(), "figure"),
        lists.join("; ")
    )
}

fn sums(findings: &Findings, output: &mut Output) -> Result<(), ToolError> {
    let comparison = &findings.comparison;
    if comparison.groups.is_empty() {
        return Ok(());
    }
    writeln!(output).or_io()?;
    let columns = output.columns();
    for group in comparison.groups.iter().take(SHOWN) {
        let line = Line::of_group(comparison, group);
        let name = match &group.group {
            Group::Level(level) => format!("level {level}"),
            Group::Parent(_) => format!("below {}", line.unit()),
        };
        let percent = line
            .percent
            .map_or("units differ".to_owned(), |p| format!("{p:+.4} %"));
        let words = [name, line.who()];
        let words: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .filter(|word| !word.is_empty())
            .collect();
        let text = format!(
            "{}: {} to {}: {percent} {}",
            words.join(" "),
            people(line.old),
            people(line.new),
            line.flags
        );
        writeln!(output, "{}", paragraph(text.trim_end(), columns)).or_io()?;
    }
    more(comparison.groups.len(), "sum", output)
}

fn more(count: usize, noun: &str, output: &mut Output) -> Result<(), ToolError> {
    if count <= SHOWN {
        return Ok(());
    }
    writeln!(
        output,
        "and {} more; --format csv lists all",
        counted(count - SHOWN, noun)
    )
    .or_io()
}

fn indicators(findings: &Findings, output: &mut Output) -> Result<(), ToolError> {
    if findings.indicators.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::text("unit"),
        Column::text("indicator"),
        Column::number("old"),
        Column::number("new"),
        Column::text("flags").optional(1),
    ])
    .complete_in("--format csv");
    let ratio = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.4}"));
    // What was noted or flagged comes first.
    let mut rows: Vec<_> = findings.indicators.iter().collect();
    rows.sort_by_key(|row| row.flags.is_empty());
    for row in rows.into_iter().take(SHOWN) {
        let line = Line::of_indicator(&findings.comparison, row);
        let words = [line.who(), row.name.clone()];
        let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
        table.row(&[
            line.unit(),
            &words.join(" "),
            &ratio(row.old),
            &ratio(row.new),
            &line.flags,
        ]);
    }
    let columns = output.columns();
    write!(output, "\n{}", table.within(columns)).or_io()?;
    more(findings.indicators.len(), "indicator", output)
}

fn coverage(findings: &Findings, output: &mut Output) -> Result<(), ToolError> {
    if findings.coverage.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::text("unit"),
        Column::number("reached"),
        Column::number("months missing"),
        Column::number("% of old"),
        Column::number("% of new"),
        Column::code("class").optional(2),
        Column::text("flags").optional(1),
    ])
    .complete_in("--format csv");
    let share = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.1}"));
    let mut rows: Vec<_> = findings.coverage.iter().collect();
    rows.sort_by_key(|row| row.flags.is_empty());
    for row in rows.into_iter().take(SHOWN) {
        let line = Line::of_coverage(&findings.comparison, row);
        table.row(&[
            line.unit(),
            &row.numerator
                .map_or("-".to_owned(), |people| thousands(people, 0)),
            &line
                .missing_months
                .map_or("-".to_owned(), |months| months.to_string()),
            &share(line.old),
            &share(line.new),
            line.class,
            &line.flags,
        ]);
    }
    let columns = output.columns();
    write!(output, "\n{}", table.within(columns)).or_io()?;
    more(findings.coverage.len(), "coverage", output)
}
