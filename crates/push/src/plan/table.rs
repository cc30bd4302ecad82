//! The plan for people: counts and totals, the biggest changes first, what would be refused.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use pop_cli::{Arg, Column, Messages, Output, Table, paragraph};
use pop_datavalues::value_set::names::Sym;
use pop_datavalues::value_set::table::ValueKey;
use pop_dhis2::import::stored_state::{ChangeClass, value_change};
use pop_sums::change::is_flagged;

use super::refusal;
use super::sums::{self, Totals};
use crate::job::{Item, RunKind};
use crate::labels::Labels;
use crate::plan::Plan;

/// Lines shown on a terminal.
const SHOWN: usize = 20;
/// Lines in a text to sign.
const WRITTEN: usize = 5_000;
/// The class of stored values that the set does not have.
const NOT_IN_SET: &str = "not-in-set";

/// How the table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// For reading and signing.
    Text,
    /// For a spreadsheet.
    Csv,
}

/// One value of a plan.
struct Line<'a> {
    /// Its place among the job's items; `None` where it is not of the set.
    item: Option<usize>,
    class: &'static str,
    key: &'a ValueKey,
    stored: Option<&'a str>,
    new: Option<&'a str>,
    change: Option<f64>,
}

/// Which values are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed {
    /// Those that would change, or that somebody might have expected to.
    Changes,
    /// Those that stay the same too.
    All,
}

/// The values of a plan in the order of a table: the biggest relative change first, then new ones,
/// then those that stay as they are, then what is stored and not in the set. It holds their places
/// only: a million lines would be larger than the plan.
struct Listing<'a> {
    plan: &'a Plan,
    items: Vec<(u8, f32, u32)>,
}

impl<'a> Listing<'a> {
    fn new(plan: &'a Plan, listed: Listed) -> Self {
        let items = plan.job.items.iter().zip(0_u32..);
        let mut items: Vec<(u8, f32, u32)> = items
            .filter(|(item, _)| listed == Listed::All || item.class != ChangeClass::Same)
            .map(|(item, index)| {
                let change = change(plan, item);
                let rank = match (item.class, change) {
                    (ChangeClass::Same | ChangeClass::Comment, _) => 2,
                    (ChangeClass::LeftOut, _) | (_, None) => 1,
                    _ => 0,
                };
                (rank, change.map_or(-1.0, f64::abs) as f32, index)
            })
            .collect();
        items.sort_unstable_by(|a, b| {
            let by_size = b.1.total_cmp(&a.1);
            a.0.cmp(&b.0).then(by_size).then(a.2.cmp(&b.2))
        });
        Self { plan, items }
    }

    fn len(&self) -> usize {
        self.items.len() + self.plan.not_in_set.len()
    }

    fn lines(&self) -> impl Iterator<Item = Line<'a>> + '_ {
        let plan = self.plan;
        let items = self.items.iter().map(move |&(_, _, index)| {
            let item = &plan.job.items[index as usize];
            Line {
                item: Some(index as usize),
                class: item.class.word(),
                key: &item.key,
                stored: plan.job.before_of(item).map(|content| content.value),
                new: plan.job.wanted_of(item).map(|content| content.value),
                change: change(plan, item),
            }
        });
        let others = plan.not_in_set.iter().map(move |&row| {
            let row = &plan.job.before.rows()[row];
            Line {
                item: None,
                class: NOT_IN_SET,
                key: &row.key,
                stored: Some(plan.job.before.text(row)),
                new: None,
                change: None,
            }
        });
        items.chain(others)
    }
}

/// The change of a value relative to what is stored.
fn change(plan: &Plan, item: &Item) -> Option<f64> {
    let stored = plan.job.before_of(item)?.value;
    value_change(plan.job.wanted_of(item)?.value, stored)
}

/// The counts of a plan in one line: `13 new, 0 changed, …`.
#[must_use]
pub(crate) fn counts_line(plan: &Plan, messages: &Messages) -> String {
    let counts = plan.counts();
    let undo = plan.job.kind == RunKind::Undo;
    let either = |of_undo, of_push| if undo { of_undo } else { of_push };
    let classes = [
        ("new", "count-new"),
        ("removed", "count-removed"),
        ("changed", either("count-restored", "count-changed")),
        ("rounding", "count-rounding"),
        ("same", either("count-back", "count-same")),
        ("comment", "count-comment"),
        ("kept", either("count-kept-since", "count-kept")),
        ("zero", "count-zero"),
        ("left-out", "count-left-out"),
        ("notInSet", "count-not-in-set"),
    ];
    let parts = classes.iter().filter_map(|(class, key)| {
        let count = counts.get(class).copied().unwrap_or(0);
        (count > 0).then(|| messages.counted(key, count))
    });
    let line = parts.collect::<Vec<_>>().join(", ");
    if line.is_empty() {
        messages.text(either("nothing-to-take-back", "nothing-to-write"))
    } else {
        line
    }
}

/// Sums over the set, by element and period, a line each.
fn totals(plan: &Plan, labels: &Labels, messages: &Messages) -> Vec<String> {
    let undo = plan.job.kind == RunKind::Undo;
    let name = |sym: Sym| labels.of(plan.job.names.text(sym));
    sums::totals(plan)
        .iter()
        .map(|(&(element, period), sums)| {
            let fates = if undo {
                let people = |value| Arg::Number(value, 0);
                let args = [
                    ("before", people(sums.before)),
                    ("after", people(sums.sent)),
                ];
                messages.text_of("total-undo", &args)
            } else {
                total(sums, messages)
            };
            let args = [
                ("element", Arg::Text(name(element))),
                ("period", Arg::Text(name(period))),
                ("total", Arg::Text(&fates)),
            ];
            messages.text_of("total-of", &args)
        })
        .collect()
}

/// What becomes of the people of an element in a period.
fn total(sums: &Totals, messages: &Messages) -> String {
    let people = |key, sum| messages.text_of(key, &[("people", Arg::Number(sum, 0))]);
    let mut text = people("total-sent", sums.sent);
    for (key, sum) in [
        ("total-stored-already", sums.unchanged),
        ("total-kept", sums.kept),
        ("total-left-out", sums.left_out),
        ("total-refused", sums.refused),
    ] {
        if sum != 0.0 {
            text += &format!(", {}", people(key, sum));
        }
    }
    if sums.is_any_stored {
        let change = percent((sums.after - sums.before) / sums.before, messages);
        let args = [
            ("before", Arg::Number(sums.before, 0)),
            ("after", Arg::Number(sums.after, 0)),
            ("change", Arg::Text(&change)),
        ];
        text += &messages.text_of("total-stored", &args);
    }
    text
}

/// Totals and the biggest changes, as many as a screen takes.
#[must_use]
pub(crate) fn screen(
    plan: &Plan,
    labels: &Labels,
    columns: usize,
    messages: &Arc<Messages>,
) -> String {
    let lines = Listing::new(plan, Listed::Changes);
    if lines.len() == 0 {
        return String::new();
    }
    let mut text = table(plan, labels, lines.lines().take(SHOWN), messages)
        .within(columns)
        .to_string();
    if lines.len() > SHOWN {
        text += &messages.counted("and-more-values", lines.len() - SHOWN);
        text.push('\n');
    }
    let growth = plan.growth.totals(&plan.job, labels, messages);
    for total in totals(plan, labels, messages)
        .iter()
        .chain(&growth)
        .take(SHOWN)
    {
        text.push_str(&format!("{}\n", paragraph(total, columns)));
    }
    text
}

fn table<'a>(
    plan: &'a Plan,
    labels: &'a Labels,
    lines: impl Iterator<Item = Line<'a>>,
    messages: &Arc<Messages>,
) -> Table {
    let mut columns = vec![
        Column::code("class").optional(1),
        Column::text("unit"),
        Column::text("element"),
        Column::text("combo"),
        Column::code("period"),
        Column::number("stored"),
        Column::number("new"),
        Column::number("change"),
        Column::code(""),
    ];
    let with_growth = !plan.growth.is_empty();
    if with_growth {
        columns.extend([
            Column::number("year-before"),
            Column::number("growth"),
            Column::code(""),
        ]);
    }
    let mut table = Table::new(messages, &columns).complete_in("--plan-table FILE.csv");
    for line in lines {
        let name = |sym| labels.of(plan.job.names.text(sym));
        let change = line
            .change
            .map_or(String::new(), |change| percent(change, messages));
        let mut cells: Vec<&str> = vec![
            line.class,
            name(line.key.unit),
            name(line.key.element),
            name(line.key.combo),
            plan.job.names.text(line.key.period),
            line.stored.unwrap_or(""),
            line.new.unwrap_or(""),
            &change,
            flag(line.change),
        ];
        let beside = line.item.and_then(|item| plan.growth.before(item));
        let growth = beside.and_then(|beside| beside.growth);
        let growth = growth.map_or(String::new(), |growth| percent(growth, messages));
        if with_growth {
            let is_odd = beside.is_some_and(|beside| beside.finding.is_some());
            cells.extend([
                beside.map_or("", |beside| &*beside.value),
                &growth,
                if is_odd { "!" } else { "" },
            ]);
        }
        table.row(&cells);
    }
    table
}

fn flag(change: Option<f64>) -> &'static str {
    if change.is_some_and(is_flagged) {
        "!"
    } else {
        ""
    }
}

fn percent(change: f64, messages: &Messages) -> String {
    if change.is_finite() {
        messages.signed_percent(change, 1)
    } else {
        messages.text("from-zero")
    }
}

/// Writes the whole plan for a spreadsheet or a signature.
///
/// # Errors
/// Those of `out`.
pub(crate) fn write(plan: &Plan, labels: &Labels, form: Form, out: &mut Output) -> io::Result<()> {
    match form {
        Form::Csv => write_csv(plan, labels, out),
        Form::Text => {
            let (columns, messages) = (out.columns(), out.messages());
            write_text(plan, labels, (columns, &messages), out)
        }
    }
}

fn write_text(
    plan: &Plan,
    labels: &Labels,
    (columns, messages): (usize, &Arc<Messages>),
    out: &mut impl Write,
) -> io::Result<()> {
    let line = |key, name, value: &str| messages.text_of(key, &[(name, Arg::Text(value))]);
    let counts = counts_line(plan, messages);
    writeln!(out, "{}", line("plan-counts", "counts", &counts))?;
    writeln!(out, "{}", line("plan-payload", "hash", &plan.payload))?;
    let growth = plan.growth.totals(&plan.job, labels, messages);
    for total in totals(plan, labels, messages).iter().chain(&growth) {
        writeln!(out, "{}", paragraph(total, columns))?;
    }
    for refusal in &plan.refusals {
        let problem = refusal::line(&plan.job, labels, refusal);
        let text = line("refused-because", "problem", &problem);
        writeln!(out, "{}", paragraph(&text, columns))?;
    }
    for refusal in &plan.allowed {
        let problem = refusal::line(&plan.job, labels, refusal);
        let text = line("allowed-although", "problem", &problem);
        writeln!(out, "{}", paragraph(&text, columns))?;
    }
    let lines = Listing::new(plan, Listed::All);
    write!(
        out,
        "\n{}",
        table(plan, labels, lines.lines().take(WRITTEN), messages).within(columns)
    )?;
    if lines.len() > WRITTEN {
        let rest = lines.len() - WRITTEN;
        writeln!(out, "{}", messages.counted("and-more-in-csv", rest))?;
    }
    writeln!(out, "\n{}", messages.text("plan-signature"))
}

fn write_csv(plan: &Plan, labels: &Labels, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "class,unit,unit_name,element,combo,period,stored,new,change,flag,refused,\
         period_before,value_before,growth,growth_flag"
    )?;
    let refused = refused(plan);
    for line in Listing::new(plan, Listed::All).lines() {
        let text = |sym| plan.job.names.text(sym);
        let change = line.change.filter(|change| change.is_finite());
        let change = change.map_or(String::new(), |change| format!("{change:.4}"));
        let beside = line.item.and_then(|item| plan.growth.before(item));
        let growth = beside.and_then(|beside| beside.growth);
        let fields = [
            line.class,
            text(line.key.unit),
            labels.of(text(line.key.unit)),
            text(line.key.element),
            text(line.key.combo),
            text(line.key.period),
            line.stored.unwrap_or(""),
            line.new.unwrap_or(""),
            &change,
            flag(line.change),
            line.item
                .and_then(|item| refused.get(&item))
                .map_or("", String::as_str),
            beside.map_or("", |beside| text(beside.period)),
            beside.map_or("", |beside| &beside.value),
            &growth.map_or(String::new(), |growth| format!("{growth:.4}")),
            if beside.is_some_and(|beside| beside.finding.is_some()) {
                "!"
            } else {
                ""
            },
        ];
        let fields: Vec<String> = fields.iter().map(|field| csv_field(field)).collect();
        writeln!(out, "{}", fields.join(","))?;
    }
    Ok(())
}

/// Why items would be refused, or go by consent only, by item.
fn refused(plan: &Plan) -> HashMap<usize, String> {
    let mut why: HashMap<usize, String> = HashMap::new();
    for (word, list) in [("", &plan.refusals), ("allowed: ", &plan.allowed)] {
        for refusal in list {
            for &item in &refusal.items {
                let text = why.entry(item).or_default();
                if !text.is_empty() {
                    text.push_str("; ");
                }
                text.push_str(&format!("{word}{}: {}", refusal.kind, refusal.message));
            }
        }
    }
    why
}

/// A field of a CSV file (RFC 4180). One that a spreadsheet would take for a formula gets a quote mark in front.
fn csv_field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@']) && text.parse::<f64>().is_err();
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use pop_dhis2::import::stored_state::value_change;

    use super::{csv_field, flag};

    #[test]
    fn ten_per_cent_is_flagged_also_between_decimals() {
        for (new, old) in [("0.11", "0.1"), ("0.09", "0.1"), ("110", "100"), ("1", "0")] {
            assert_eq!(flag(value_change(new, old)), "!", "{old} to {new}");
        }
        assert_eq!(flag(value_change("1099", "1000")), "");
        assert_eq!(flag(None), "");
    }

    #[test]
    fn a_field_is_quoted_and_is_no_formula() {
        assert_eq!(csv_field("Bo"), "Bo");
        assert_eq!(csv_field("Bo, \"old\""), "\"Bo, \"\"old\"\"\"");
        assert_eq!(csv_field("=1+1"), "'=1+1");
        assert_eq!(csv_field("-12.5"), "-12.5");
    }
}
