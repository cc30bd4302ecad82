//! What a run says at its end: one line for a period, one for periods that say the same.

use pop_cli::{Arg, Console, Messages};
use pop_datavalues::conversion::{Conversion, ElementTotal, PeriodValues};

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
    let messages = console.messages();
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for (values, judged) in all {
        let text = line(conversion, values, judged, &messages);
        let period = values.prepared.period.period.as_str();
        match lines.last_mut().filter(|(last, _)| *last == text) {
            Some((_, periods)) => periods.push(period),
            None => lines.push((text, vec![period])),
        }
    }
    for (text, periods) in lines {
        let head = period_words(&periods, &messages);
        let args = [("name", Arg::Text(&head)), ("value", Arg::Text(&text))];
        let mut clauses = vec![messages.text_of("named-value", &args)];
        clauses.extend(allowed.map(str::to_owned));
        console.summary(&messages.clauses(&clauses));
    }
}

/// `2025`, `2025 and 2026, each`, or `2025 to 2030, 6 periods, each`.
fn period_words(periods: &[&str], messages: &Messages) -> String {
    match periods {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first, .., last] => {
            let args = [
                ("first", Arg::Text(first)),
                ("last", Arg::Text(last)),
                ("count", Arg::Count(periods.len())),
            ];
            messages.text_of("each-period", &args)
        }
    }
}

fn line(
    conversion: &Conversion<'_>,
    values: &PeriodValues,
    judged: &JudgedUnits,
    messages: &Messages,
) -> String {
    let aside = judged.unvalued.len() + judged.inactive.len();
    let aside = if aside == 0 {
        String::new()
    } else {
        format!(", {}", messages.counted("units-left-out", aside))
    };
    let units = values.rows().len();
    let people = values.totals(conversion);
    let projected = projected(values, messages).unwrap_or_default();
    let unstated = messages.text("unstated-day");
    let day = if values.reference == "unstated" {
        &unstated
    } else {
        &values.reference
    };
    let count = units * conversion.resolved.targets.len();
    let args = [
        (
            "values",
            Arg::Text(&messages.counted("values-count", count)),
        ),
        ("units", Arg::Text(&messages.counted("units", units))),
        ("people", Arg::Text(&totals(&people, messages))),
        ("day", Arg::Text(day)),
    ];
    let unserved = unserved(values, &people, messages);
    messages.text_of("summary-values", &args) + &projected + &unserved + &aside
}

/// The unserved parts, which are rounded with the units beside them and get no value.
fn unserved(values: &PeriodValues, elements: &[ElementTotal], messages: &Messages) -> String {
    let parts = values.unserved_units().count();
    if parts == 0 {
        return String::new();
    }
    let parts = messages.counted("unserved-parts", parts);
    let people = match elements {
        [one] => one.unserved.map(|people| people_words(people, messages)),
        _ => None,
    };
    let parts = ("parts", Arg::Text(&parts));
    let text = match &people {
        None => messages.text_of("parts-not-sent", &[parts]),
        Some(people) => messages.text_of(
            "people-of-parts-not-sent",
            &[parts, ("people", Arg::Text(people))],
        ),
    };
    format!(", {text}")
}

/// `, projected from 2025 by 2.5 % a year (INS 2022)`, for people that were carried forward.
fn projected(values: &PeriodValues, messages: &Messages) -> Option<String> {
    let carried = values.prepared.period.carried?;
    let growth = match values.growth_used()?.as_slice() {
        [(growth, _)] => growth.to_string(),
        several => {
            let rates = several.iter().map(|(growth, _)| 100.0 * growth.rate);
            let (low, high) = rates.fold((f64::INFINITY, f64::NEG_INFINITY), |range, rate| {
                (range.0.min(rate), range.1.max(rate))
            });
            let args = [("low", Arg::Number(low, 1)), ("high", Arg::Number(high, 1))];
            messages.text_of("growth-between", &args)
        }
    };
    let args = [
        ("from", Arg::Text(&carried.from.to_string())),
        ("growth", Arg::Text(&growth)),
    ];
    Some(format!(", {}", messages.text_of("projected-from", &args)))
}

/// `26,000 people (exactly 26,000.0)`, or the people of each element by name.
fn totals(elements: &[ElementTotal], messages: &Messages) -> String {
    if let [one] = elements {
        return one.people.map_or_else(
            || messages.text("no-total-of-groups"),
            |people| people_words(people, messages),
        );
    }
    let mut named: Vec<String> = elements
        .iter()
        .take(NAMED)
        .map(|total| match total.people {
            Some((exact, 0)) => format!("{} {}", total.element, messages.number(exact, 0)),
            Some((_, whole)) => format!("{} {}", total.element, messages.number(whole as f64, 0)),
            None => messages.text_of("no-total-of", &[("element", Arg::Text(&total.element))]),
        })
        .collect();
    if elements.len() > NAMED {
        named.push(messages.counted("more-elements", elements.len() - NAMED));
    }
    let list = messages.clauses(&named);
    messages.text_of("people-by-element", &[("list", Arg::Text(&list))])
}

fn people_words((exact, whole): (f64, i64), messages: &Messages) -> String {
    let exact = messages.number(exact, 1);
    match whole {
        0 => messages.text_of("people-count", &[("people", Arg::Text(&exact))]),
        _ => {
            let whole = messages.number(whole as f64, 0);
            let args = [("people", Arg::Text(&whole)), ("exact", Arg::Text(&exact))];
            messages.text_of("people-exactly", &args)
        }
    }
}
