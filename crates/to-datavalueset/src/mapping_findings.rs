//! What a person should look at in the mapping: elements filled with others than their names say, and rates
//! that count more than there are people.

use pop_cli::{Consent, Console, Finding, shortened_list, thousands};
use pop_datavalues::conversion::{Conversion, PeriodValues, PreparedPeriod};
use pop_datavalues::element_reading::other_groups;

use crate::consent::{HIGH_RATE, OTHER_GROUP};

/// Says which elements are filled with other people than their own names say; whether some are not allowed.
pub(crate) fn report_other_groups(
    conversion: &Conversion<'_>,
    prepared: &PreparedPeriod,
    consent: &mut Consent,
    console: &Console,
) -> bool {
    let Some(metadata) = conversion.metadata else {
        return false;
    };
    let found = other_groups(conversion.resolved, &prepared.composition, metadata);
    let findings: Vec<Finding> = found
        .iter()
        .map(|other| Finding {
            unit: other.data_element.clone(),
            detail: other.to_string(),
        })
        .collect();
    report(OTHER_GROUP, findings, consent, console)
}

/// Says which rates count more people than there are; whether some are not allowed.
pub(crate) fn report_high_rates(
    conversion: &Conversion<'_>,
    values: &PeriodValues,
    consent: &mut Consent,
    console: &Console,
) -> bool {
    let targets = conversion.resolved.targets.iter().enumerate();
    let findings: Vec<Finding> = targets
        .filter_map(|(index, target)| {
            let rate = target.rate.as_ref().filter(|rate| rate.value > 1.0)?;
            let exact = values.target_values.exact.get(index)?;
            let unit = values.people.units.first()?;
            let unit = &conversion.table.units[*unit as usize];
            Some(Finding {
                unit: target.data_element.to_string(),
                detail: format!(
                    "{}: the rate {} counts {} for {} people in {}; if it is in per cent, write {}",
                    target.element,
                    rate.value,
                    thousands(*exact, 0),
                    thousands(exact / rate.value, 0),
                    unit.label(),
                    trimmed(rate.value / 100.0)
                ),
            })
        })
        .collect();
    report(HIGH_RATE, findings, consent, console)
}

/// At most six decimals, without zeros behind them.
fn trimmed(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn report(kind: &str, findings: Vec<Finding>, consent: &mut Consent, console: &Console) -> bool {
    let refused = consent.judge(kind, findings).refused;
    for finding in &refused {
        console.warn(&finding.detail);
    }
    if refused.is_empty() {
        return false;
    }
    let elements: Vec<&str> = refused
        .iter()
        .map(|finding| finding.unit.as_str())
        .collect();
    console.hint(&format!(
        "correct the mapping; if it is right, allow it with --allow {kind} or in --exceptions for {}",
        shortened_list(&elements)
    ));
    true
}
