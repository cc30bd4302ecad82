//! The plan for people: counts, the biggest changes first, what would be refused.

use std::collections::HashMap;
use std::io::{self, Write};

use pop_cli::{Align, Table, first_of, thousands};
use pop_datavalues::Metadata;
use pop_dhis2::import::diff::{Class, relative_change};

use crate::job::Item;
use crate::plan::Plan;
use crate::refusal::Refusal;

/// A relative change from which on a value is marked.
const FLAG: f64 = 0.10;
/// Changes shown on a terminal.
const SHOWN: usize = 20;

/// Changes in a text to sign.
const WRITTEN: usize = 5_000;

/// How the table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// For reading and signing.
    Text,
    /// For a spreadsheet.
    Csv,
}

/// Names of the units in a plan.
#[derive(Debug)]
pub(crate) struct UnitNames<'a>(HashMap<&'a str, &'a str>);

impl<'a> UnitNames<'a> {
    /// The names that the metadata have.
    #[must_use]
    pub(crate) fn new(metadata: &'a Metadata) -> Self {
        Self(
            metadata
                .org_units
                .iter()
                .filter_map(|unit| Some((unit.id.as_str(), unit.name.as_deref()?)))
                .collect(),
        )
    }

    /// No names: ids stand for themselves.
    #[must_use]
    pub(crate) fn none() -> Self {
        Self(HashMap::new())
    }

    fn of(&self, id: &'a str) -> &'a str {
        self.0.get(id).copied().unwrap_or(id)
    }
}

/// The items of a plan whose stored value would change, the biggest relative change first.
fn changes(plan: &Plan) -> Vec<(&Item, Option<f64>)> {
    let mut list: Vec<(&Item, Option<f64>)> = plan
        .job
        .items
        .iter()
        .filter(|item| !matches!(item.class, Class::Same | Class::Comment))
        .map(|item| {
            let texts = plan.job.wanted_of(item).zip(plan.job.before_of(item));
            (
                item,
                texts.and_then(|(new, old)| relative_change(new.value, old.value)),
            )
        })
        .collect();
    let size = |change: Option<f64>| change.map_or(-1.0, f64::abs);
    list.sort_by(|(a, x), (b, y)| size(*y).total_cmp(&size(*x)).then(a.row.cmp(&b.row)));
    list
}

/// The counts of a plan in one line: `13 new, 0 changed, …`.
#[must_use]
pub(crate) fn counts_line(plan: &Plan) -> String {
    let counts = plan.counts();
    let count = |word: &str| counted(counts.get(word).copied().unwrap_or(0));
    format!(
        "{} new, {} changed, {} by rounding only, {} same, {} other comment, {} kept as someone else's, {} stored and not in this set",
        count("new"),
        count("changed"),
        count("rounding"),
        count("same"),
        count("comment"),
        count("kept"),
        count("notInSet"),
    )
}

/// The biggest changes, as many as a screen takes.
#[must_use]
pub(crate) fn screen(plan: &Plan, units: &UnitNames<'_>) -> String {
    let mut table = head();
    let changes = changes(plan);
    for &(item, change) in changes.iter().take(SHOWN) {
        table.row(&cells(plan, units, item, change));
    }
    if table.is_empty() {
        return String::new();
    }
    let mut text = table.to_string();
    if changes.len() > SHOWN {
        text.push_str(&format!(
            "and {} more (--plan-table FILE has all)\n",
            counted(changes.len() - SHOWN)
        ));
    }
    text
}

fn head() -> Table {
    Table::new(&[
        ("class", Align::Left),
        ("unit", Align::Left),
        ("element", Align::Left),
        ("combo", Align::Left),
        ("period", Align::Left),
        ("stored", Align::Right),
        ("new", Align::Right),
        ("change", Align::Right),
        ("", Align::Left),
    ])
}

fn cells(plan: &Plan, units: &UnitNames<'_>, item: &Item, change: Option<f64>) -> [String; 9] {
    let job = &plan.job;
    let text = |sym| job.names.text(sym).to_owned();
    let value = |content: Option<pop_dhis2::import::values::Content<'_>>| {
        content.map_or(String::new(), |c| c.value.to_owned())
    };
    [
        item.class.word().to_owned(),
        units.of(job.names.text(item.key.unit)).to_owned(),
        text(item.key.element),
        text(item.key.combo),
        text(item.key.period),
        value(job.before_of(item)),
        value(job.wanted_of(item)),
        change.map_or(String::new(), percent),
        change
            .filter(|change| change.abs() >= FLAG)
            .map_or(String::new(), |_| "!".into()),
    ]
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
    units: &UnitNames<'_>,
    form: Form,
    out: &mut impl Write,
) -> io::Result<()> {
    match form {
        Form::Csv => write_csv(plan, units, out),
        Form::Text => {
            writeln!(out, "plan: {}", counts_line(plan))?;
            writeln!(out, "payload: sha256 {}", plan.payload)?;
            for refusal in &plan.refusals {
                writeln!(out, "refused: {}", refusal_line(plan, units, refusal))?;
            }
            let mut table = head();
            let changes = changes(plan);
            let (count, all) = (changes.len().min(WRITTEN), changes.len());
            for (item, change) in changes.into_iter().take(count) {
                table.row(&cells(plan, units, item, change));
            }
            write!(out, "\n{table}")?;
            if all > count {
                writeln!(
                    out,
                    "and {} more (a FILE that ends in .csv has all)",
                    counted(all - count)
                )?;
            }
            writeln!(
                out,
                "\nname:                         date:               signature:"
            )
        }
    }
}

fn write_csv(plan: &Plan, units: &UnitNames<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "class,unit,unit_name,element,combo,period,stored,new,change,flag"
    )?;
    for (item, change) in changes(plan) {
        let [class, name, element, combo, period, stored, new, _, flag] =
            cells(plan, units, item, change);
        let unit = plan.job.names.text(item.key.unit).to_owned();
        let change = change
            .filter(|change| change.is_finite())
            .map_or(String::new(), |change| format!("{change:.4}"));
        let fields = [
            class, unit, name, element, combo, period, stored, new, change, flag,
        ];
        let line: Vec<String> = fields.iter().map(|field| csv_field(field)).collect();
        writeln!(out, "{}", line.join(","))?;
    }
    Ok(())
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

/// One refusal in a line: what, how many values, whose, and what to do.
#[must_use]
pub(crate) fn refusal_line(plan: &Plan, units: &UnitNames<'_>, refusal: &Refusal) -> String {
    let mut names: Vec<&str> = Vec::new();
    for &index in &refusal.items {
        let name = units.of(plan.job.names.text(plan.job.items[index].key.unit));
        if !names.contains(&name) && names.len() < 1000 {
            names.push(name);
        }
    }
    let rows: Vec<String> = refusal
        .items
        .iter()
        .map(|&index| plan.job.items[index].row.to_string())
        .collect();
    let code = refusal
        .code
        .as_deref()
        .map_or(String::new(), |code| format!(" {code}"));
    format!(
        "{}{code}: {} value{} ({}; value {}): {}",
        refusal.kind,
        counted(refusal.items.len()),
        if refusal.items.len() == 1 { "" } else { "s" },
        first_of(&names),
        first_of(&rows),
        refusal.message,
    )
}

fn counted(count: usize) -> String {
    thousands(count as f64, 0)
}
