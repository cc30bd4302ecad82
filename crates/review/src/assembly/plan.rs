//! A plan of `push`.

use std::collections::BTreeMap;

use pop_page::{Flag, FlagRule, Measure, Refused, Review, Row, Subject, SubjectKind, YearBefore};

use crate::documents::plan::{self, PlanFile, Refusal, Sum};

/// Classes of values that are written.
const WRITTEN: [&str; 4] = ["new", "changed", "rounding", "removed"];

pub(super) fn review(plan: &PlanFile<'_>, names: &BTreeMap<&str, &str>) -> Review {
    let no_sums = plan::Sums {
        totals: Vec::new(),
        parents: Vec::new(),
        units: Vec::new(),
    };
    let sums = plan.sums.as_ref().unwrap_or(&no_sums);
    let name = |id: &str| -> String {
        let known = plan
            .names
            .get(id)
            .map(String::as_str)
            .or(names.get(id).copied());
        known.unwrap_or_default().to_owned()
    };
    // What most people are counted in is on the map: everybody, where that is asked for.
    let mut totals: Vec<&Sum> = sums.totals.iter().collect();
    let people = |sum: &Sum| sum.after.or(sum.before).unwrap_or(0.0);
    totals.sort_by(|a, b| {
        b.period
            .cmp(&a.period)
            .then(people(b).total_cmp(&people(a)))
    });
    let places: BTreeMap<(&str, &str), usize> = totals
        .iter()
        .enumerate()
        .map(|(place, total)| ((total.data_element.as_str(), total.period.as_str()), place))
        .collect();
    let row = |sum: &Sum| Row {
        name: name(&sum.org_unit),
        measure: places
            .get(&(sum.data_element.as_str(), sum.period.as_str()))
            .copied()
            .unwrap_or(0),
        ..row(sum)
    };
    let measures = totals.iter().map(|total| Measure {
        name: Some(name(&total.data_element))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| total.data_element.clone()),
        period: total.period.clone(),
        total: row(total),
    });
    let mut review = Review {
        subject: subject(plan, name(plan.data_set.as_deref().unwrap_or_default())),
        measures: measures.collect(),
        parents: sums.parents.iter().map(&row).collect(),
        units: sums.units.iter().map(&row).collect(),
        refused: refused(&plan.refusals, false)
            .chain(refused(&plan.left_out, true))
            .collect(),
        allowed: plan.asked.allow.clone(),
        remarks: plan.warnings.clone(),
        not_in_set: plan.counts.get("notInSet").copied().unwrap_or(0),
        ..Review::default()
    };
    for rows in [&mut review.parents, &mut review.units] {
        rows.sort_by(|a, b| (a.measure, &a.name, &a.id).cmp(&(b.measure, &b.name, &b.id)));
    }
    review
}

fn subject(plan: &PlanFile<'_>, data_set: String) -> Subject {
    Subject {
        kind: if plan.kind == "undo" {
            SubjectKind::Undo
        } else {
            SubjectKind::Plan
        },
        tool: plan.tool.clone(),
        system_id: plan.system_id.clone(),
        server_version: Some(plan.version.clone()),
        data_set: Some(data_set)
            .filter(|name| !name.is_empty())
            .or(plan.data_set.clone()),
        written: WRITTEN
            .iter()
            .filter_map(|class| plan.counts.get(*class))
            .sum(),
        sources: plan.sources().into_iter().collect(),
        sides: None,
        counts: plan
            .counts
            .iter()
            .filter(|(class, _)| *class != "notInSet")
            .map(|(class, count)| (class.clone(), *count))
            .collect(),
    }
}

fn row(sum: &Sum) -> Row {
    Row {
        id: sum.org_unit.clone(),
        parent: sum.parent.clone(),
        units: sum.units,
        before: sum.before,
        after: sum.after,
        difference: sum.difference,
        change: sum.change,
        year_before: sum.year_before.as_ref().map(|year| YearBefore {
            period: year.period.clone(),
            value: year.value,
            growth: year.growth,
        }),
        flags: sum.flags.iter().map(flag).collect(),
        ..Row::default()
    }
}

fn flag(flag: &plan::Flag) -> Flag {
    let rule = match flag.rule.as_str() {
        "change" => FlagRule::Change,
        "growth" => FlagRule::Growth,
        "decline" => FlagRule::Decline,
        other => return Flag::Text(other.to_owned()),
    };
    Flag::Rule {
        rule,
        found: flag.found,
        threshold: flag.threshold,
    }
}

fn refused(list: &[Refusal], is_allowed: bool) -> impl Iterator<Item = Refused> + '_ {
    list.iter().map(move |refusal| Refused {
        kind: refusal.kind.clone(),
        message: refusal.message.clone(),
        values: refusal.rows.len(),
        is_allowed,
    })
}
