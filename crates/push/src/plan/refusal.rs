//! Values that are not to be sent, why, and what consent to it means.

use pop_cli::{AllowKind, shortened_list, thousands};

use crate::job::Job;
use crate::labels::Labels;

/// A data element filled with other people than its name says; the kind of `to-datavalueset --check`.
pub(crate) const OTHER_GROUP: &str = "other-group";

/// The kinds of refusals that a user may consent to.
pub(crate) const KINDS: &[AllowKind] = &[
    AllowKind::new(
        "two-levels",
        "values at two levels of the tree are sent, though analytics add them",
    ),
    AllowKind::new(
        "other-level",
        "values are sent though some are stored above or below, and analytics add them",
    ),
    AllowKind::new(
        "closed-unit",
        "values of units that are closed, or not yet open: sent to servers up to 2.42, which store them; left out for servers from 2.43 on, which refuse them",
    ),
    AllowKind::new(
        "unassigned-unit",
        "values of units that are not assigned to the data set: sent to servers up to 2.42, which store them unless told to check; left out for servers from 2.43 on, which refuse them",
    ),
    AllowKind::new(
        "unknown-unit",
        "values of units that the server does not know are left out",
    ),
    AllowKind::new(
        "outside-capture",
        "values of units outside the user's capture units are left out",
    ),
    AllowKind::new(
        "unknown-element",
        "values of elements that the server does not know are left out",
    ),
    AllowKind::new(
        "data-set",
        "values of elements that are not in the data set: sent to servers up to 2.42, which store them unless told to check; left out for servers from 2.43 on, which refuse them",
    ),
    AllowKind::new(
        "no-access",
        "values that the user may not write are left out",
    ),
    AllowKind::new(
        "calendar",
        "periods are sent as they are to a server with another calendar",
    ),
    AllowKind::new(
        "period-type",
        "values of periods that do not fit the data set are left out",
    ),
    AllowKind::new(
        "option-combo",
        "values whose option combo does not fit the element are left out",
    ),
    AllowKind::new(
        "attribute-combo",
        "values whose attribute option combo does not fit the data set are left out",
    ),
    AllowKind::new(
        "not-open-period",
        "values of periods that are not open are left out; those that the user's rights let in are sent",
    ),
    AllowKind::new(
        OTHER_GROUP,
        "values are sent though their data element says by its name that it counts other people",
    ),
    AllowKind::new("approved", "values that are approved already are left out"),
    AllowKind::new(
        "bad-value",
        "values that do not fit their element are left out",
    ),
    AllowKind::new(
        "insignificant-zero",
        "zeros that would delete a stored value are left out",
    ),
    AllowKind::new(
        "dry-run",
        "values are sent though the counts of their dry run do not add up",
    ),
    AllowKind::new(
        "refused",
        "values that the server refuses for another reason are left out",
    ),
];

/// Values that would be refused for one reason.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    /// The word for `--allow`.
    pub(crate) kind: &'static str,
    /// DHIS2's error code, where the server said it.
    pub(crate) code: Option<String>,
    /// Why.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
    /// What consent to it means.
    pub(crate) consented: Consented,
    /// Which items of the job.
    pub(crate) items: Vec<usize>,
}

/// What becomes of refused values that the user consents to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consented {
    /// The server would refuse them: they are left out.
    LeftOut,
    /// The server would take them: they are sent.
    Send,
    /// There is no consent to this.
    Never,
}

impl Refusal {
    /// Whom an exception names for one of the values: the data element, or else the org unit.
    #[must_use]
    pub(crate) fn subject<'a>(&self, job: &'a Job, item: usize) -> &'a str {
        let key = &job.items[item].key;
        job.names.text(match self.kind {
            OTHER_GROUP => key.element,
            _ => key.unit,
        })
    }
}

impl Consented {
    /// The word for it in plans.
    #[must_use]
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::LeftOut => "left-out",
            Self::Send => "sent",
            Self::Never => "never",
        }
    }

    /// What will happen on this server, in words.
    #[must_use]
    pub(crate) fn effect(self) -> &'static str {
        match self {
            Self::LeftOut => "left out, as this server would refuse them",
            Self::Send => "sent, as this server takes them",
            Self::Never => "never sent",
        }
    }
}

/// One refusal in a line: what, how many values, whose, and why.
#[must_use]
pub(crate) fn line(job: &Job, labels: &Labels, refusal: &Refusal) -> String {
    const MOST_NAMES: usize = 1000;
    let mut names: Vec<&str> = Vec::new();
    for &index in refusal.items.iter().take(MOST_NAMES) {
        let name = labels.of(job.names.text(job.items[index].key.unit));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let rows = refusal.items.iter().take(MOST_NAMES);
    let rows: Vec<String> = rows
        .map(|&index| job.items[index].row.to_string())
        .collect();
    let code = refusal
        .code
        .as_deref()
        .map_or(String::new(), |code| format!(" {code}"));
    let values = if refusal.items.len() == 1 {
        "value"
    } else {
        "values"
    };
    format!(
        "{}{code}: {} {values} ({}; value {}): {}",
        refusal.kind,
        thousands(refusal.items.len() as f64, 0),
        shortened_list(&names),
        shortened_list(&rows),
        refusal.message,
    )
}
