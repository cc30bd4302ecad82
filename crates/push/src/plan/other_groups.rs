//! Data elements filled with other people than their names say, by what the comments of the values say.

use std::collections::{BTreeMap, HashMap};

use pop_datavalues::element_reading::{OtherGroup, other_group_of_comment};
use pop_datavalues::value_set::names::Sym;
use pop_datavalues::{Comment, Metadata};

use super::refusal::{Consented, OTHER_GROUP};
use crate::job::Job;
use crate::payload::is_default;
use crate::plan::Plan;

/// Adds to a plan the elements that are filled with others, each once.
pub(crate) fn find(plan: &mut Plan, metadata: &Metadata) {
    let mut known: HashMap<(Sym, Sym), Option<OtherGroup>> = HashMap::new();
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, item) in plan.job.items.iter().enumerate() {
        let Some(comment) = plan.job.wanted_of(item).map(|content| content.comment) else {
            continue;
        };
        let other = known
            .entry((item.key.element, comment))
            .or_insert_with(|| other_group(&plan.job, metadata, item.key.element, comment));
        if let Some(other) = other {
            found.entry(other.to_string()).or_default().push(index);
        }
    }
    for (message, items) in found {
        plan.refuse(
            OTHER_GROUP,
            Consented::Send,
            items,
            &message,
            "correct the mapping, and run to-datavalueset again",
        );
    }
}

fn other_group(job: &Job, metadata: &Metadata, element: Sym, comment: Sym) -> Option<OtherGroup> {
    let comment: Comment = job.names.opt(comment)?.parse().ok()?;
    let element = metadata.data_element(job.names.text(element)).ok()?;
    let set = job
        .data_set
        .as_deref()
        .and_then(|id| metadata.data_set(id).ok());
    let combo = metadata.effective_combo(element, set);
    let is_part = combo.is_some_and(|combo| !is_default(combo));
    other_group_of_comment(element, &comment, is_part, metadata)
}
