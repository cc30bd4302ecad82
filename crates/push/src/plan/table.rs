//! The plan for people: counts and totals, the biggest changes first, what would be refused.

use std::collections::HashMap;
use std::io::{self, Write};

use pop_cli::{Column, Output, Table, paragraph, thousands};
use pop_datavalues::value_set::names::Sym;
use pop_datavalues::value_set::table::ValueKey;
use pop_dhis2::import::stored_state::{ChangeClass, relative_change};

use super::refusal;
use super::sums::{self, FLAG, Totals};
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
    relative_change(plan.job.wanted_of(item)?.value, stored)
}

/// The counts of a plan in one line: `13 new, 0 changed, …`.
#[must_use]
pub(crate) fn counts_line(plan: &Plan) -> String {
    let counts = plan.counts();
    let undo = plan.job.kind == RunKind::Undo;
    let words = [
        ("new", "new"),
        ("removed", "to be removed"),
        ("changed", if undo { "to be restored" } else { "changed" }),
        ("rounding", "by rounding only"),
        ("same", if undo { "back already" } else { "same" }),
        ("comment", "with another comment"),
        (
            "kept",
            if undo {
                "kept as changed since"
            } else {
                "kept as someone else's"
            },
        ),
        ("zero", "zero and not stored by the server"),
        ("left-out", "left out"),
        ("notInSet", "stored and not in this set"),
    ];
    let parts = words.iter().filter_map(|(word, text)| {
        let count = counts.get(word).copied().unwrap_or(0);
        (count > 0).then(|| format!("{} {text}", counted(count)))
    });
    let line = parts.collect::<Vec<_>>().join(", ");
    match (line.is_empty(), undo) {
        (false, _) => line,
        (true, true) => "nothing to take back".into(),
        (true, false) => "nothing to write".into(),
    }
}

/// Sums over the set, by element and period, a line each.
fn totals(plan: &Plan, labels: &Labels) -> Vec<String> {
    let undo = plan.job.kind == RunKind::Undo;
    let name = |sym: Sym| labels.of(plan.job.names.text(sym));
    sums::totals(plan)
        .iter()
        .map(|(&(element, period), sums)| {
            let of = format!("total of {} {}", name(element), name(period));
            if undo {
                let (sent, stored) = (thousands(sums.sent, 0), thousands(sums.before, 0));
                format!("{of}: {stored} stored now, {sent} after the undo")
            } else {
                format!("{of}: {sums}")
            }
        })
        .collect()
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} sent", thousands(self.sent, 0))?;
        for (sum, words) in [
            (self.unchanged, "stored already"),
            (self.kept, "not sent, to keep someone else's values"),
            (self.left_out, "left out"),
            (self.refused, "refused"),
        ] {
            if sum != 0.0 {
                write!(f, ", {} {words}", thousands(sum, 0))?;
            }
        }
        if self.is_any_stored {
            write!(
                f,
                "; {} stored under the same keys, {} after the push ({})",
                thousands(self.before, 0),
                thousands(self.after, 0),
                percent((self.after - self.before) / self.before)
            )?;
        }
        Ok(())
    }
}

/// Totals and the biggest changes, as many as a screen takes.
#[must_use]
pub(crate) fn screen(plan: &Plan, labels: &Labels, columns: usize) -> String {
    let lines = Listing::new(plan, Listed::Changes);
    if lines.len() == 0 {
        return String::new();
    }
    let mut text = table(plan, labels, lines.lines().take(SHOWN))
        .within(columns)
        .to_string();
    if lines.len() > SHOWN {
        text.push_str(&format!(
            "and {} more (--plan-table FILE has all)\n",
            counted(lines.len() - SHOWN)
        ));
    }
    let growth = plan.growth.totals(&plan.job, labels);
    for total in totals(plan, labels).iter().chain(&growth).take(SHOWN) {
        text.push_str(&format!("{}\n", paragraph(total, columns)));
    }
    text
}

fn table<'a>(plan: &'a Plan, labels: &'a Labels, lines: impl Iterator<Item = Line<'a>>) -> Table {
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
            Column::number("year before"),
            Column::number("growth"),
            Column::code(""),
        ]);
    }
    let mut table = Table::new(&columns).complete_in("--plan-table FILE.csv");
    for line in lines {
        let name = |sym| labels.of(plan.job.names.text(sym));
        let change = line.change.map_or(String::new(), percent);
        let mut cells: Vec<&str> = vec![
            line.class,
            name(line.key.unit),
            name(line.key.element),
            name(line.key.combo),
            plan.job.names.text(line.key.period),
            line.stored.unwrap_or(""),
            line.new.unwrap_or(""),
            &change,
            flag(&line),
        ];
        let beside = line.item.and_then(|item| plan.growth.before(item));
        let growth = beside.and_then(|beside| beside.growth);
        let growth = growth.map_or(String::new(), percent);
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

fn flag(line: &Line<'_>) -> &'static str {
    if line.change.is_some_and(|change| change.abs() >= FLAG) {
        "!"
    } else {
        ""
    }
}

fn percent(change: f64) -> String {
    if change.is_finite() {
        format!("{:+.1} %", change * 100.0)
    } else {
        "from 0".into()
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
            let columns = out.columns();
            write_text(plan, labels, columns, out)
        }
    }
}

fn write_text(
    plan: &Plan,
    labels: &Labels,
    columns: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "plan: {}", counts_line(plan))?;
    writeln!(out, "payload: sha256 {}", plan.payload)?;
    let growth = plan.growth.totals(&plan.job, labels);
    for total in totals(plan, labels).iter().chain(&growth) {
        writeln!(out, "{}", paragraph(total, columns))?;
    }
    for refusal in &plan.refusals {
        let text = format!("refused: {}", refusal::line(&plan.job, labels, refusal));
        writeln!(out, "{}", paragraph(&text, columns))?;
    }
    for refusal in &plan.allowed {
        let text = format!("allowed: {}", refusal::line(&plan.job, labels, refusal));
        writeln!(out, "{}", paragraph(&text, columns))?;
    }
    let lines = Listing::new(plan, Listed::All);
    write!(
        out,
        "\n{}",
        table(plan, labels, lines.lines().take(WRITTEN)).within(columns)
    )?;
    if lines.len() > WRITTEN {
        writeln!(
            out,
            "and {} more (a FILE that ends in .csv has all)",
            counted(lines.len() - WRITTEN)
        )?;
    }
    writeln!(
        out,
        "\nname:                         date:               signature:"
    )
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
            flag(&line),
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

fn counted(count: usize) -> String {
    thousands(count as f64, 0)
}

#[cfg(test)]
mod tests {
    use super::csv_field;

    #[test]
    fn a_field_is_quoted_and_is_no_formula() {
        assert_eq!(csv_field("Bo"), "Bo");
        assert_eq!(csv_field("Bo, \"old\""), "\"Bo, \"\"old\"\"\"");
        assert_eq!(csv_field("=1+1"), "'=1+1");
        assert_eq!(csv_field("-12.5"), "-12.5");
    }
}
