//! The rules of DHIS2's import, applied to the metadata before anything is sent.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use jiff::civil::Date;
use pop_datavalues::check::{self, Effect, Rule, RuleFinding};
use pop_datavalues::{DataValue, DataValueSet, Metadata};
use pop_dhis2::import::stored_state::ChangeClass;

use crate::job::{ItemState, Job};
use crate::plan::Plan;
use crate::plan::refusal::{Consented, Refusal};
use crate::plan::rule_kinds::{consented, kind_of};

/// Values that are checked at once; what a check keeps in memory grows with them.
const AT_ONCE: usize = 20_000;
/// Ends the message of a finding that covers several.
const AND_ALIKE: &str = ", and others likewise";

/// Adds to a plan what the metadata say would be refused.
pub(crate) fn predict(plan: &mut Plan, metadata: &Metadata, today: Option<Date>) {
    let mut findings: BTreeMap<(Rule, String), RuleFinding> = BTreeMap::new();
    let mut start = 0;
    while start < plan.job.items.len() {
        let end = (start + AT_ONCE).min(plan.job.items.len());
        let set = value_set(&plan.job, start..end);
        for mut finding in check::check(&set, metadata, today) {
            finding.indexes.iter_mut().for_each(|index| *index += start);
            gather(&mut findings, finding);
        }
        start = end;
    }
    for finding in findings.into_values() {
        match (finding.rule, finding.effect) {
            // Looked for over the whole set, with the default combos named.
            (Rule::Duplicate, _) => {}
            (_, Effect::Drops) => drop_zeros(plan, finding),
            (_, Effect::Advises) => advise(plan, &finding),
            _ => refuse(plan, finding),
        }
    }
}

/// Adds a finding to those of its rule and subject. Of rules that many units or values break alike,
/// one finding covers all.
fn gather(findings: &mut BTreeMap<(Rule, String), RuleFinding>, mut finding: RuleFinding) {
    let alike = matches!(
        finding.rule,
        Rule::UnitOutsideUser | Rule::UnitNotAssigned | Rule::ValueType | Rule::ValueNotAnOption
    );
    let subject = if alike {
        String::new()
    } else {
        finding.subject.clone()
    };
    match findings.entry((finding.rule, subject)) {
        Entry::Vacant(place) => drop(place.insert(finding)),
        Entry::Occupied(known) => {
            let known = known.into_mut();
            if known.subject != finding.subject && !known.message.ends_with(AND_ALIKE) {
                known.message.push_str(AND_ALIKE);
            }
            known.indexes.append(&mut finding.indexes);
        }
    }
}

fn value_set(job: &Job, range: std::ops::Range<usize>) -> DataValueSet {
    let text = |sym| job.names.shared(sym).unwrap_or_else(|| Arc::from(""));
    let values = job.items[range]
        .iter()
        .filter_map(|item| {
            let content = job.wanted_of(item)?;
            Some(DataValue {
                data_element: text(item.key.element),
                period: text(item.key.period),
                org_unit: text(item.key.unit),
                category_option_combo: job.names.shared(item.key.combo),
                attribute_option_combo: job.names.shared(item.key.attribute),
                value: content.value.into(),
                comment: job.names.shared(content.comment),
                deleted: false,
            })
        })
        .collect();
    DataValueSet {
        data_set: job.data_set.as_deref().map(Arc::from),
        values,
        ..DataValueSet::default()
    }
}

fn advise(plan: &mut Plan, finding: &RuleFinding) {
    plan.warnings
        .push(format!("{}; {}", finding.message, finding.hint));
}

/// Zeros that the server drops: nothing to do where nothing is stored, a deletion in disguise where something is.
fn drop_zeros(plan: &mut Plan, finding: RuleFinding) {
    let (mut nothing, mut stored) = (0, Vec::new());
    for index in finding.indexes {
        let item = &mut plan.job.items[index];
        match item.class {
            ChangeClass::New => {
                item.class = ChangeClass::Zero;
                item.state = ItemState::LeftOut;
                nothing += 1;
            }
            ChangeClass::Zero | ChangeClass::Same | ChangeClass::Comment => {}
            _ => stored.push(index),
        }
    }
    if nothing > 0 {
        plan.warnings.push(format!(
            "{nothing} {} not sent, as the server would not store {}: zero is not significant for {}",
            if nothing == 1 { "zero is" } else { "zeros are" },
            if nothing == 1 { "it" } else { "them" },
            finding.subject
        ));
    }
    plan.refuse(
        "insignificant-zero",
        Consented::LeftOut,
        stored,
        "a zero that is not significant would delete the value stored",
        "set \"store zero data values\" on the element (Maintenance, Data element)",
    );
}

fn refuse(plan: &mut Plan, finding: RuleFinding) {
    let all = 0..plan.job.items.len();
    let whole = finding.indexes.is_empty();
    plan.refusals.push(Refusal {
        kind: kind_of(finding.rule),
        code: finding.code.map(str::to_owned),
        message: finding.message,
        hint: Some(finding.hint),
        consented: consented(finding.rule, finding.effect),
        items: if whole {
            all.collect()
        } else {
            finding.indexes
        },
    });
}
