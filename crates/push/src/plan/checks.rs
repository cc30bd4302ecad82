//! What can be refused without asking the server.

use std::collections::HashSet;

use pop_cli::{ToolError, by_number, counted};
use pop_datavalues::Metadata;
use pop_datavalues::metadata::ImportDialect;
use pop_datavalues::value_set::names::Sym;
use pop_datavalues::value_set::table::ValueKey;
use pop_dhis2::import::stored_state::ChangeClass;
use pop_dhis2::org_units;

use super::{metadata_checks, other_groups};
use crate::job::Job;
use crate::plan::Plan;
use crate::plan::levels::{self, Ancestors, Overlaps};
use crate::plan::refusal::Consented;
use crate::session::{Session, api_error};

/// Adds to a plan what is wrong whatever the server says.
///
/// # Errors
/// Those of the server, asked for the places of units that the metadata do not have.
pub(crate) fn check(
    plan: &mut Plan,
    metadata: &Metadata,
    tree: &mut Ancestors,
    session: &Session,
) -> Result<(), ToolError> {
    metadata_checks::predict(plan, metadata, session.today());
    duplicates(plan);
    gaps(plan);
    other_groups::find(plan, metadata);
    two_levels(plan, metadata, tree, session)
}

/// The server counts as the other dialect does, whatever version it names: a patched build, or a
/// snapshot. What either dialect would refuse or store wrongly is refused.
pub(crate) fn check_both(
    plan: &mut Plan,
    metadata: &Metadata,
    shown: ImportDialect,
    session: &Session,
) {
    let word = |dialect| match dialect {
        ImportDialect::PerValue => "up to 2.42",
        ImportDialect::Grouped => "from 2.43 on",
    };
    plan.warnings.push(format!(
        "the server says that it is DHIS2 {}, and counts as servers {} do: the rules of both are applied",
        session.server.version(),
        word(shown),
    ));
    let other = Metadata {
        dialect: shown,
        ..metadata.clone()
    };
    let known = plan.refusals.len();
    metadata_checks::predict(plan, &other, session.today());
    // The same fault in other words.
    let mut found = plan.refusals.split_off(known);
    found.retain(|refusal| {
        !plan
            .refusals
            .iter()
            .any(|known| known.kind == refusal.kind && known.items == refusal.items)
    });
    plan.refusals.append(&mut found);
    let mut seen = HashSet::new();
    plan.warnings.retain(|warning| seen.insert(warning.clone()));
}

/// The same key twice: up to 2.42 one of the two wins by luck, from 2.43 on the request fails, or
/// is lost in silence where one of the two leaves out the default combo.
fn duplicates(plan: &mut Plan) {
    let mut items = Vec::new();
    let mut start = 0;
    // Arranged by key: the same ones are neighbours.
    for group in plan.job.items.chunk_by(|a, b| a.key == b.key) {
        if group.len() > 1 {
            items.extend(start..start + group.len());
        }
        start += group.len();
    }
    plan.refuse(
        "duplicate",
        Consented::Never,
        items,
        "the same value is given more than once",
        "keep one row for each unit, element, combo and period",
    );
}

/// A combo that was left out and is not the default one: servers would store it under default.
fn gaps(plan: &mut Plan) {
    let known = plan.refused();
    let gap = |of: fn(&ValueKey) -> Sym| -> Vec<usize> {
        let items = plan.job.items.iter().enumerate();
        items
            .filter(|(index, item)| of(&item.key).is_none() && !known.contains(index))
            .map(|(index, _)| index)
            .collect()
    };
    let (combos, attributes) = (gap(|key| key.combo), gap(|key| key.attribute));
    plan.refuse(
        "missing-combo",
        Consented::Never,
        combos,
        "no category option combo, and the element is disaggregated or not in the metadata",
        "name the combo: left out, the value would be stored under the default one",
    );
    plan.refuse(
        "missing-combo",
        Consented::Never,
        attributes,
        "no attribute option combo, and the data set has attributes or is not in the metadata",
        "name the combo the data set asks for",
    );
}

fn two_levels(
    plan: &mut Plan,
    metadata: &Metadata,
    tree: &mut Ancestors,
    session: &Session,
) -> Result<(), ToolError> {
    let job = &mut plan.job;
    complete(tree, job, &plan.not_in_set, session)?;
    let cuts = levels::cuts(metadata, &job.names);
    let job = &plan.job;
    let sent = Overlaps::new(job.items.iter().map(|item| &item.key), tree, &cuts);
    let items = job.items.iter().enumerate();
    let twice: Vec<usize> = items
        .filter(|(_, item)| sent.meets(&item.key))
        .map(|(index, _)| index)
        .collect();
    let stored: Vec<ValueKey> = plan
        .not_in_set
        .iter()
        .map(|&row| job.before.rows()[row].key)
        .filter(|key| sent.meets(key))
        .collect();
    let other = Overlaps::new(stored.iter(), tree, &cuts);
    let written = |class: ChangeClass| !matches!(class, ChangeClass::Same | ChangeClass::Kept);
    let items = job.items.iter().enumerate();
    let met: Vec<usize> = items
        .filter(|(_, item)| written(item.class) && other.meets(&item.key))
        .map(|(index, _)| index)
        .collect();
    let example = stored.first().map_or(String::new(), |key| {
        format!(", such as {}", job.names.text(key.unit))
    });
    let message = format!(
        "{} stored for units above or below{example}: analytics would add {}",
        counted(stored.len(), "value"),
        by_number(stored.len(), "it", "them")
    );
    plan.refuse(
        "two-levels",
        Consented::Send,
        twice,
        "values at two levels of the tree, which analytics would add",
        "push one level, or set the element's aggregation levels",
    );
    plan.refuse(
        "other-level",
        Consented::Send,
        met,
        &message,
        "delete those values, or set the element's aggregation levels",
    );
    Ok(())
}

/// Asks the server for the places of units that the metadata do not have.
fn complete(
    tree: &mut Ancestors,
    job: &mut Job,
    not_in_set: &[usize],
    session: &Session,
) -> Result<(), ToolError> {
    let sent = job.items.iter().map(|item| item.key.unit);
    let stored = not_in_set
        .iter()
        .map(|&row| job.before.rows()[row].key.unit);
    let mut unknown: Vec<Sym> = sent
        .chain(stored)
        .filter(|&unit| !tree.knows(unit))
        .collect();
    unknown.sort_unstable();
    unknown.dedup();
    let ids: Vec<&str> = unknown.iter().map(|&unit| job.names.text(unit)).collect();
    let found = org_units::positions(&session.server, &ids).map_err(api_error)?;
    for unit in found {
        tree.add(&unit.path, &mut job.names);
    }
    Ok(())
}
