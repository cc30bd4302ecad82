//! The table for reading: the largest changes first, what is the same and what is too much counted.

use std::collections::BTreeMap;
use std::io::Write;

use pop_cli::{Arg, Column, Messages, Output, ResultExt, Table, ToolError, paragraph};
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

/// A number where there is one.
fn number(value: Option<f64>, decimals: usize, messages: &Messages) -> String {
    value.map_or("-".to_owned(), |value| messages.number(value, decimals))
}

fn figures(findings: &Findings, output: &mut Output) -> Result<(), ToolError> {
    let (columns, messages) = (output.columns(), output.messages());
    let people = |value| number(value, 1, &messages);
    let percent =
        |value: Option<f64>| value.map_or("-".to_owned(), |percent| messages.signed(percent, 4));
    let comparison = &findings.comparison;
    let mut rows: Vec<&Row> = comparison
        .rows
        .iter()
        .filter(|row| row.class != Class::Same)
        .collect();
    if rows.is_empty() {
        return writeln!(output, "{}", messages.text("no-figure-differs")).or_io();
    }
    // Without a percentage first: somebody has to look at them.
    let size = |row: &Row| row.share().map_or(f64::INFINITY, f64::abs);
    rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let mut table = Table::new(
        &messages,
        &[
            Column::text("unit"),
            Column::text("people"),
            Column::number("old"),
            Column::number("new"),
            Column::number("difference"),
            Column::number("percent"),
            Column::code("class").optional(2),
            Column::text("flags").optional(1),
        ],
    )
    .complete_in("--format csv");
    for row in rows.iter().take(SHOWN) {
        let line = Line::of_row(comparison, row);
        table.row(&[
            line.unit(),
            &line.who(),
            &people(row.old),
            &people(row.new),
            &people(line.difference),
            &percent(line.percent),
            line.class,
            &line.flags,
        ]);
    }
    write!(output, "{}", table.within(columns)).or_io()?;
    if let Some(rest) = rows.get(SHOWN..).filter(|rest| !rest.is_empty()) {
        writeln!(
            output,
            "{}",
            paragraph(&grouped(findings, rest, &messages), columns)
        )
        .or_io()?;
    }
    Ok(())
}

/// What is not shown row by row: how many, by level, class and rule.
fn grouped(findings: &Findings, rest: &[&Row], messages: &Messages) -> String {
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
        let level = level.map_or("none".to_owned(), |level| level.to_string());
        let args = [
            ("count", Arg::Count(*count)),
            ("class", Arg::Text(class)),
            ("level", Arg::Text(&level)),
        ];
        messages.text_of("count-of-class", &args)
    });
    let rules = rules
        .iter()
        .map(|(rule, count)| format!("{} {rule}", messages.number(*count as f64, 0)));
    let lists = [
        classes.collect::<Vec<_>>().join(", "),
        rules.collect::<Vec<_>>().join(", "),
    ];
    let lists: Vec<String> = lists.into_iter().filter(|list| !list.is_empty()).collect();
    let args = [
        ("count", Arg::Count(rest.len())),
        ("lists", Arg::Text(&messages.clauses(&lists))),
    ];
    messages.text_of("and-smaller-changes", &args)
}

fn sums(findings: &Findings, output: &mut Output) -> Result<(), ToolError> {
    let comparison = &findings.comparison;
    if comparison.groups.is_empty() {
        return Ok(());
    }
    writeln!(output).or_io()?;
    let (columns, messages) = (output.columns(), output.messages());
    for group in comparison.groups.iter().take(SHOWN) {
        let line = Line::of_group(comparison, group);
        let name = match &group.group {
            Group::Level(level) => {
                messages.text_of("level", &[("level", Arg::Text(&level.to_string()))])
            }
            Group::Parent(_) => messages.text_of("below-unit", &[("unit", Arg::Text(line.unit()))]),
        };
        let percent = line.percent.map_or_else(
            || messages.text("units-differ"),
            |percent| {
                let number = messages.signed(percent, 4);
                messages.text_of("percent", &[("number", Arg::Text(&number))])
            },
        );
        let words = [name, line.who()];
        let words: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .filter(|word| !word.is_empty())
            .collect();
        let args = [
            ("name", Arg::Text(&words.join(" "))),
            ("old", Arg::Text(&number(line.old, 1, &messages))),
            ("new", Arg::Text(&number(line.new, 1, &messages))),
            ("change", Arg::Text(&percent)),
        ];
        let text = format!("{} {}", messages.text_of("sum-change", &args), line.flags);
        writeln!(output, "{}", paragraph(text.trim_end(), columns)).or_io()?;
    }
    more("and-more-sums", comparison.groups.len(), output)
}

fn more(key: &str, count: usize, output: &mut Output) -> Result<(), ToolError> {
    if count <= SHOWN {
        return Ok(());
    }
    let text = output.messages().counted(key, count - SHOWN);
    writeln!(output, "{text}").or_io()
}

fn indicators(findings: &Findings, output: &mut Output) -> Result<(), ToolError> {
    if findings.indicators.is_empty() {
        return Ok(());
    }
    let (columns, messages) = (output.columns(), output.messages());
    let mut table = Table::new(
        &messages,
        &[
            Column::text("unit"),
            Column::text("indicator"),
            Column::number("old"),
            Column::number("new"),
            Column::text("flags").optional(1),
        ],
    )
    .complete_in("--format csv");
    let ratio = |value| number(value, 4, &messages);
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
    write!(output, "\n{}", table.within(columns)).or_io()?;
    more("and-more-indicators", findings.indicators.len(), output)
}

fn coverage(findings: &Findings, output: &mut Output) -> Result<(), ToolError> {
    if findings.coverage.is_empty() {
        return Ok(());
    }
    let (columns, messages) = (output.columns(), output.messages());
    let mut table = Table::new(
        &messages,
        &[
            Column::text("unit"),
            Column::number("reached"),
            Column::number("months-missing"),
            Column::number("percent-of-old"),
            Column::number("percent-of-new"),
            Column::code("class").optional(2),
            Column::text("flags").optional(1),
        ],
    )
    .complete_in("--format csv");
    let share = |value| number(value, 1, &messages);
    let mut rows: Vec<_> = findings.coverage.iter().collect();
    rows.sort_by_key(|row| row.flags.is_empty());
    for row in rows.into_iter().take(SHOWN) {
        let line = Line::of_coverage(&findings.comparison, row);
        table.row(&[
            line.unit(),
            &number(row.numerator, 0, &messages),
            &line
                .missing_months
                .map_or("-".to_owned(), |months| months.to_string()),
            &share(line.old),
            &share(line.new),
            line.class,
            &line.flags,
        ]);
    }
    write!(output, "\n{}", table.within(columns)).or_io()?;
    more("and-more-coverages", findings.coverage.len(), output)
}
