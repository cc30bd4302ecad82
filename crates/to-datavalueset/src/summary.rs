//! What a run says at its end: one line for a period, one for periods that say the same.

use pop_cli::{Console, thousands};
use pop_datavalues::conversion::{Conversion, ElementTotal, PeriodValues};

use crate::count_words::count;
use crate::unit_judgement::JudgedUnits;

/// More elements than this are counted, not named.
const NAMED: usize = 5;

/// Units, values, people of each element, the day, what was left out; periods that differ in nothing else share a line.
pub(crate) fn summarise(
    conversion: &Conversion<'_>,
    all: &[(PeriodValues, JudgedUnits)],
    allowed: Option<&str>,
    console: &Console,
) {
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for (values, judged) in all {
        let text = line(conversion, values, judged);
        let period = values.prepared.period.period.as_str();
        match lines.last_mut().filter(|(last, _)| *last == text) {
            Some((_, periods)) => periods.push(period),
            None => lines.push((text, vec![period])),
        }
    }
    let allowed = allowed
        .map(|allowed| format!("; {allowed}"))
        .unwrap_or_default();
    for (text, periods) in lines {
        let head = match periods.as_slice() {
            [one] => (*one).to_owned(),
            [first, .., last] => format!("{first} to {last}, {} periods, each", periods.len()),
            [] => continue,
        };
        console.summary(&format!("{head}: {text}{allowed}"));
    }
}

fn line(conversion: &Conversion<'_>, values: &PeriodValues, judged: &JudgedUnits) -> String {
    let aside = judged.unvalued.len() + judged.inactive.len();
    let aside = if aside == 0 {
        String::new()
    } else {
        format!(", {} left out", count(aside, "unit"))
    };
    let units = values.rows().len();
    let people = values.totals(conversion);
    format!(
        "{} for {}, {}, counted at {}{}{aside}",
        count(units * conversion.resolved.targets.len(), "value"),
        count(units, "unit"),
        totals(&people),
        if values.reference == "unstated" {
            "a day the product does not state"
        } else {
            &values.reference
        },
        unserved(values, &people),
    )
}

/// The unserved parts, which are rounded with the units beside them and get no value.
fn unserved(values: &PeriodValues, elements: &[ElementTotal]) -> String {
    let parts = values.unserved_units().count();
    if parts == 0 {
        return String::new();
    }
    let parts = count(parts, "unserved part");
    let people = match elements {
        [one] => one.unserved.map(people_words),
        _ => None,
    };
    people.map_or_else(
        || format!(", {parts} not sent"),
        |people| format!(", {people} more in {parts}, not sent"),
    )
}

/// `26,000 people (exactly 26,000.0)`, or the people of each element by name.
fn totals(elements: &[ElementTotal]) -> String {
    if let [one] = elements {
        return one.people.map_or_else(
            || "groups that share people, so no total".to_owned(),
            people_words,
        );
    }
    let named: Vec<String> = elements
        .iter()
        .take(NAMED)
        .map(|total| match total.people {
            Some((exact, 0)) => format!("{} {}", total.element, thousands(exact, 0)),
            Some((_, whole)) => format!("{} {}", total.element, thousands(whole as f64, 0)),
            None => format!("{} no total, its groups share people", total.element),
        })
        .collect();
    let mut text = format!("people: {}", named.join("; "));
    if elements.len() > NAMED {
        text.push_str(&format!(
            "; {} more",
            count(elements.len() - NAMED, "element")
        ));
    }
    text
}

fn people_words((exact, whole): (f64, i64)) -> String {
    match whole {
        0 => format!("{} people", thousands(exact, 1)),
        _ => format!(
            "{} people (exactly {})",
            thousands(whole as f64, 0),
            thousands(exact, 1)
        ),
    }
}
