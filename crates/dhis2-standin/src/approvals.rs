//! Approvals of data, and completions of data sets.

use std::collections::BTreeSet;

use crate::metadata_store::MetadataStore;

/// What has been approved.
#[derive(Debug, Default)]
pub(crate) struct Approvals {
    approved: BTreeSet<Approval>,
}

/// An approval: a workflow's data of a period in a unit and all below it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Approval {
    pub(crate) workflow: String,
    pub(crate) period: String,
    pub(crate) unit: String,
    pub(crate) attribute_combo: String,
}

impl Approvals {
    pub(crate) fn add(&mut self, approval: Approval) {
        self.approved.insert(approval);
    }

    pub(crate) fn remove(&mut self, approval: &Approval) -> bool {
        self.approved.remove(approval)
    }

    pub(crate) fn contains(&self, approval: &Approval) -> bool {
        self.approved.contains(approval)
    }

    /// Whether data of a unit are approved there or above.
    pub(crate) fn covers(
        &self,
        store: &MetadataStore,
        workflow: &str,
        period: &str,
        unit: &str,
        attribute: &str,
    ) -> bool {
        self.approved.iter().any(|approval| {
            approval.workflow == workflow
                && approval.period == period
                && approval.attribute_combo == attribute
                && store.is_within(unit, std::iter::once(approval.unit.as_str()))
        })
    }
}

/// A data set that was called complete.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Completion {
    pub(crate) data_set: String,
    pub(crate) period: String,
    pub(crate) unit: String,
    pub(crate) attribute_combo: String,
}
