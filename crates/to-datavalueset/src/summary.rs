//! What a run says at its end: one line for a period, one for periods that say the same.

use pop_cli::{Console, counted, thousands};
use pop_datavalues::conversion::{Conversion, ElementTotal, PeriodValues};

use crate::period_words::period_words;
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
        let each = if periods.len() > 1 { ", each" } else { "" };
        let head = format!("{}{each}", period_words(&periods));
        console.summary(&format!("{head}: {text}{allowed}"));
    }
}

fn line(conversion: &Conversion<'_>, values: &PeriodValues, judged: &JudgedUnits) -> String {
    let aside = judged.unvalued.len() + judged.inactive.len();
    let aside = if aside == 0 {
        String::new()
    } else {
        format!(", {} left out", counted(aside, "unit"))
    };
    let units = values.rows().len();
    let people = values.totals(conversion);
    let projected = projected(values).unwrap_or_default();
    format!(
        "{} for {}, {}, counted at {}{projected}{}{aside}",
        counted(units * conversion.resolved.targets.len(), "value"),
        counted(units, "unit"),
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
    let parts = counted(parts, "unserved part");
    let people = match elements {
        [one] => one.unserved.map(people_words),
        _ => None,
    };
    people.map_or_else(
        || format!(", {parts} not sent"),
        |people| format!(", {people} more in {parts}, not sent"),
    )
}

/// `, projected from 2025 by 2.5 % a year (INS 2022)`, for people that were carried forward.
fn projected(values: &PeriodValues) -> Option<String> {
    let carried = values.prepared.period.carried?;
    let growth = match values.growth_used()?.as_slice() {
        [(growth, _)] => growth.to_string(),
        several => {
            let rates = several.iter().map(|(growth, _)| 100.0 * growth.rate);
            let (low, high) = rates.fold((f64::INFINITY, f64::NEG_INFINITY), |range, rate| {
                (range.0.min(rate), range.1.max(rate))
            });
            format!("{low:.1} to {high:.1} % a year")
        }
    };
    Some(format!(", projected from {} by {growth}", carried.from))
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
            counted(elements.len() - NAMED, "element")
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
