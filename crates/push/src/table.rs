//! The plan for people: counts and totals, the biggest changes first, what would be refused.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use pop_cli::{Align, Table, thousands};
use pop_dhis2::import::diff::{Class, is_number, relative_change};
use pop_dhis2::import::names::Sym;
use pop_dhis2::import::values::Key;

use crate::job::{Item, Kind, State};
use crate::labels::Labels;
use crate::plan::Plan;
use crate::refusal;

/// A relative change from which on a value is marked.
const FLAG: f64 = 0.10;
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
    key: &'a Key,
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
            .filter(|(item, _)| listed == Listed::All || item.class != Class::Same)
            .map(|(item, index)| {
                let change = change(plan, item);
                let rank = match (item.class, change) {
                    (Class::Same | Class::Comment, _) => 2,
                    (_, None) => 1,
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
    let undo = plan.job.kind == Kind::Undo;
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

/// Sums over the set, by element and period: what is sent, and what is stored under the same keys.
fn totals(plan: &Plan, labels: &Labels<'_>) -> Vec<String> {
    let mut sums: BTreeMap<(Sym, Sym), (f64, f64, bool)> = BTreeMap::new();
    let number = |text: &str| {
        if is_number(text) {
            text.parse().unwrap_or(0.0)
        } else {
            0.0
        }
    };
    let undo = plan.job.kind == Kind::Undo;
    // Of an undo only what it takes back: the rest stays as it is.
    let items = plan.job.items.iter();
    for item in items.filter(|item| !undo || item.state == State::Open) {
        let (sent, stored, any) = sums.entry((item.key.element, item.key.period)).or_default();
        *sent += plan
            .job
            .wanted_of(item)
            .map_or(0.0, |content| number(content.value));
        if let Some(content) = plan.job.before_of(item) {
            *stored += number(content.value);
            *any = true;
        }
    }
    let name = |sym: Sym| plan.job.names.text(sym);
    let line = |(&(element, period), &(sent, stored, any)): (&(Sym, Sym), &(f64, f64, bool))| {
        let of = format!("total of {} {}", labels.of(name(element)), name(period));
        if undo {
            let (sent, stored) = (thousands(sent, 0), thousands(stored, 0));
            return format!("{of}: {stored} stored now, {sent} after the undo");
        }
        let sum = format!("{of}: {} sent", thousands(sent, 0));
        if any {
            format!(
                "{sum}, {} stored under the same keys ({})",
                thousands(stored, 0),
                percent((sent - stored) / stored)
            )
        } else {
            sum
        }
    };
    sums.iter().map(line).collect()
}

/// Totals and the biggest changes, as many as a screen takes.
#[must_use]
pub(crate) fn screen(plan: &Plan, labels: &Labels<'_>) -> String {
    let lines = Listing::new(plan, Listed::Changes);
    if lines.len() == 0 {
        return String::new();
    }
    let mut text = table(plan, labels, lines.lines().take(SHOWN)).to_string();
    if lines.len() > SHOWN {
        text.push_str(&format!(
            "and {} more (--plan-table FILE has all)\n",
            counted(lines.len() - SHOWN)
        ));
    }
    for total in totals(plan, labels).iter().take(SHOWN) {
        text.push_str(&format!("{total}\n"));
    }
    text
}

fn table<'a>(plan: &'a Plan, labels: &Labels<'a>, lines: impl Iterator<Item = Line<'a>>) -> Table {
    let mut table = Table::new(&[
        ("class", Align::Left),
        ("unit", Align::Left),
        ("element", Align::Left),
        ("combo", Align::Left),
        ("period", Align::Left),
        ("stored", Align::Right),
        ("new", Align::Right),
        ("change", Align::Right),
        ("", Align::Left),
    ]);
    for line in lines {
        let name = |sym| labels.of(plan.job.names.text(sym));
        table.row(&[
            line.class,
            name(line.key.unit),
            name(line.key.element),
            name(line.key.combo),
            plan.job.names.text(line.key.period),
            line.stored.unwrap_or(""),
            line.new.unwrap_or(""),
            &line.change.map_or(String::new(), percent),
            flag(&line),
        ]);
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
pub(crate) fn write(
    plan: &Plan,
    labels: &Labels<'_>,
    form: Form,
    out: &mut impl Write,
) -> io::Result<()> {
    match form {
        Form::Csv => write_csv(plan, labels, out),
        Form::Text => write_text(plan, labels, out),
    }
}

fn write_text(plan: &Plan, labels: &Labels<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "plan: {}", counts_line(plan))?;
    writeln!(out, "payload: sha256 {}", plan.payload)?;
    for total in totals(plan, labels) {
        writeln!(out, "{total}")?;
    }
    for refusal in &plan.refusals {
        writeln!(out, "refused: {}", refusal::line(plan, labels, refusal))?;
    }
    for refusal in &plan.left_out {
        writeln!(out, "allowed: {}", refusal::line(plan, labels, refusal))?;
    }
    let lines = Listing::new(plan, Listed::All);
    write!(
        out,
        "\n{}",
        table(plan, labels, lines.lines().take(WRITTEN))
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

fn write_csv(plan: &Plan, labels: &Labels<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "class,unit,unit_name,element,combo,period,stored,new,change,flag,refused"
    )?;
    let refused = refused(plan);
    for line in Listing::new(plan, Listed::All).lines() {
        let text = |sym| plan.job.names.text(sym);
        let change = line.change.filter(|change| change.is_finite());
        let change = change.map_or(String::new(), |change| format!("{change:.4}"));
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
        ];
        let fields: Vec<String> = fields.iter().map(|field| csv_field(field)).collect();
        writeln!(out, "{}", fields.join(","))?;
    }
    Ok(())
}

/// Why items would be refused, or go by consent only, by item.
fn refused(plan: &Plan) -> HashMap<usize, String> {
    let mut why: HashMap<usize, String> = HashMap::new();
    for (word, list) in [("", &plan.refusals), ("allowed: ", &plan.left_out)] {
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
