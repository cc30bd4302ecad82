//! The plan: what a push would change, and what would be refused.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};

use pop_cli::{Console, Finding, Kind as ConsentKind, ToolError};
use pop_datavalues::{Comment, Metadata};
use pop_dhis2::import::diff::{Class, Diff};
use pop_dhis2::import::names::{Names, Sym};
use pop_dhis2::import::stored::Reach;
use pop_dhis2::import::values::{Key, Row, Values};
use pop_http::RetryPolicy;
use serde_json::json;

use crate::dry_run::{self, Trial};
use crate::job::{Job, Kind, State};
use crate::payload::Payload;
use crate::receipt::write_open_object;
use crate::record::{ContentRecord, Record};
use crate::session::{Scope, Session, stored_error};

/// The kinds of refusals that a user may consent to: what they concern is then left out.
pub const KINDS: &[ConsentKind] = &[
    kind(
        "two-levels",
        "values at two levels of the tree are sent, though analytics add them",
    ),
    kind(
        "other-level",
        "values are sent though some are stored above or below, and analytics add them",
    ),
    kind(
        "closed-unit",
        "values of units that are closed, or not yet open, are left out",
    ),
    kind(
        "unassigned-unit",
        "values of units that are not assigned to the data set are left out; up to 2.42 they are sent",
    ),
    kind(
        "unknown-unit",
        "values of units that the server does not know are left out",
    ),
    kind(
        "outside-capture",
        "values of units outside the user's capture units are left out",
    ),
    kind(
        "unknown-element",
        "values of elements that the server does not know are left out",
    ),
    kind(
        "data-set",
        "values of elements that are not in the data set are left out; up to 2.42 they are sent",
    ),
    kind(
        "no-access",
        "values that the user may not write are left out",
    ),
    kind(
        "calendar",
        "periods are sent as they are to a server with another calendar",
    ),
    kind(
        "period-type",
        "values of periods that do not fit the data set are left out",
    ),
    kind(
        "option-combo",
        "values whose option combo does not fit the element are left out",
    ),
    kind(
        "attribute-combo",
        "values whose attribute option combo does not fit the data set are left out",
    ),
    kind(
        "not-open-period",
        "values of periods that are not open are left out",
    ),
    kind("approved", "values that are approved already are left out"),
    kind(
        "bad-value",
        "values that do not fit their element are left out",
    ),
    kind(
        "insignificant-zero",
        "zeros that would delete a stored value are left out",
    ),
    kind(
        "refused",
        "values that the server refuses for another reason are left out",
    ),
];

const fn kind(name: &'static str, meaning: &'static str) -> ConsentKind {
    ConsentKind { name, meaning }
}

/// Values that would be refused for one reason.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The word for `--allow`.
    pub kind: &'static str,
    /// DHIS2's error code, where the server said it.
    pub code: Option<String>,
    /// Why.
    pub message: String,
    /// What to do about it.
    pub remedy: Option<String>,
    /// What consent to it means.
    pub consented: Consented,
    /// Which items of the job.
    pub items: Vec<usize>,
}

/// What becomes of refused values that the user consents to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consented {
    /// The server would refuse them: they are left out.
    LeftOut,
    /// The server would take them: they are sent.
    Send,
    /// There is no consent to this.
    Never,
}

/// What a push would do.
#[derive(Debug)]
pub struct Plan {
    /// All values, with what stands there.
    pub job: Job,
    /// SHA-256 of the file.
    pub payload: String,
    /// Rows of `job.before` that the set does not have.
    pub not_in_set: Vec<usize>,
    /// What would be refused and is not consented to.
    pub refusals: Vec<Refusal>,
    /// What is left out by consent.
    pub left_out: Vec<Refusal>,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// What the user wants to be compared and written.
#[derive(Debug, Clone, Copy)]
pub struct Wishes<'a> {
    /// Replace values that are not marked as ours.
    pub replace_others: bool,
    /// Write values of which only the comment differs.
    pub update_comments: bool,
    /// Keys with the value that earlier receipts say we wrote.
    pub earlier: &'a HashSet<(Key, String)>,
}

/// Reads what is stored and compares the payload with it.
///
/// # Errors
/// Refused or unreachable: what is stored cannot be read.
pub(crate) fn compare(
    session: &Session,
    metadata: &Metadata,
    payload: Payload,
    wishes: Wishes<'_>,
) -> Result<Plan, ToolError> {
    let Payload {
        mut names,
        values: mut sent,
        data_set,
        sha256,
        ..
    } = payload;
    let stored = read_scope(session, metadata, &mut names, &sent, data_set.as_deref())?;
    let marked = marked_comments(&sent, &stored, &names);
    let is_ours = |row: &Row| {
        wishes.replace_others
            || marked.contains(&row.comment)
            || wishes
                .earlier
                .contains(&(row.key, stored.text(row).to_owned()))
    };
    let diff = Diff::new(&sent, &stored, is_ours, &names);
    // A mark for follow-up is a person's: writing a value anew must not wipe it.
    for (row, change) in sent.rows_mut().iter_mut().zip(&diff.changes) {
        row.follow_up |= change
            .stored()
            .is_some_and(|index| stored.rows()[index].follow_up);
    }
    let mut job = Job::new(Kind::Push, data_set, names, sent, stored);
    for (index, change) in diff.changes.iter().enumerate() {
        let key = job.wanted.rows()[index].key;
        let item = job.add(key, change.class, Some(index), change.stored());
        item.row = u32::try_from(index + 1).unwrap_or(0);
        item.state = match change.class {
            Class::New | Class::Changed | Class::Rounding => State::Open,
            Class::Comment if wishes.update_comments => State::Open,
            Class::Comment | Class::Same | Class::Removed => State::Same,
            Class::Kept => State::Kept,
        };
    }
    job.arrange();
    Ok(Plan {
        job,
        payload: sha256,
        not_in_set: diff.not_in_set,
        refusals: Vec::new(),
        left_out: Vec::new(),
        warnings: Vec::new(),
    })
}

/// Everything stored for the elements and periods of the set that the user may read.
fn read_scope(
    session: &Session,
    metadata: &Metadata,
    names: &mut Names,
    sent: &Values,
    data_set: Option<&str>,
) -> Result<Values, ToolError> {
    let distinct = |of: fn(&Key) -> Sym| {
        let mut syms: Vec<Sym> = sent.rows().iter().map(|row| of(&row.key)).collect();
        syms.sort_unstable();
        syms.dedup();
        syms
    };
    let (elements, periods) = (distinct(|key| key.element), distinct(|key| key.period));
    let units: Vec<Sym> = session
        .readable_roots(metadata)?
        .iter()
        .map(|id| names.intern(id))
        .collect();
    let mut stored = Values::default();
    for period in &periods {
        let scope = Scope {
            data_set,
            elements: &elements,
            periods: std::slice::from_ref(period),
            units: &units,
        };
        session
            .read_stored(&scope, Reach::Subtrees, names, &mut stored, |key| {
                elements.binary_search(&key.element).is_ok()
            })
            .map_err(stored_error)?;
    }
    Ok(stored)
}

/// Comments that say that a value came from these tools, or that this set itself carries.
fn marked_comments(sent: &Values, stored: &Values, names: &Names) -> HashSet<Sym> {
    let distinct =
        |values: &Values| -> HashSet<Sym> { values.rows().iter().map(|row| row.comment).collect() };
    let mut marked = distinct(sent);
    marked.extend(
        distinct(stored)
            .into_iter()
            .filter(|&comment| names.text(comment).parse::<Comment>().is_ok()),
    );
    marked.remove(&Sym::NONE);
    marked
}

impl Plan {
    /// The items that would be refused.
    #[must_use]
    pub(crate) fn refused(&self) -> HashSet<usize> {
        self.refusals
            .iter()
            .flat_map(|refusal| &refusal.items)
            .copied()
            .collect()
    }

    /// Adds a refusal, if it concerns any item.
    pub(crate) fn refuse(
        &mut self,
        kind: &'static str,
        consented: Consented,
        items: Vec<usize>,
        message: &str,
        remedy: &str,
    ) {
        if !items.is_empty() {
            self.refusals.push(Refusal {
                kind,
                code: None,
                message: message.to_owned(),
                remedy: Some(remedy.to_owned()),
                consented,
                items,
            });
        }
    }

    /// Tries on the server what would be written.
    ///
    /// # Errors
    /// Refused or unreachable: the server gives no answer that could be judged.
    pub fn try_on_server(
        &mut self,
        session: &Session,
        part_size: usize,
        retry: &RetryPolicy,
        console: &mut Console,
    ) -> Result<(), ToolError> {
        let mut trial = Trial::default();
        let known = self.refused();
        let parts = self.job.parts(part_size);
        let progress = console.progress("dry run", Some(self.job.items.len() as u64));
        for part in parts {
            let done = part.len() as u64;
            let open = |index: &usize| {
                self.job.items[*index].state == State::Open && !known.contains(index)
            };
            dry_run::try_items(
                session,
                &self.job,
                part.filter(open).collect(),
                retry,
                &mut trial,
            )?;
            progress.advance(done);
        }
        progress.finish();
        trial.doubts.sort();
        trial.doubts.dedup();
        self.warnings.append(&mut trial.doubts);
        self.refusals.append(&mut trial.refusals);
        Ok(())
    }

    /// Moves refusals that the user consents to out of the way: their values are left out.
    pub fn consent(&mut self, consent: &mut pop_cli::Consent) {
        for refusal in std::mem::take(&mut self.refusals) {
            if refusal.consented == Consented::Never {
                self.refusals.push(refusal);
                continue;
            }
            let findings = refusal
                .items
                .iter()
                .map(|&index| Finding {
                    unit: self
                        .job
                        .names
                        .text(self.job.items[index].key.unit)
                        .to_owned(),
                    detail: refusal.message.clone(),
                })
                .collect();
            let judged = consent.judge(refusal.kind, findings);
            let refused: HashSet<&str> = judged
                .refused
                .iter()
                .map(|finding| finding.unit.as_str())
                .collect();
            let (stop, pass): (Vec<usize>, Vec<usize>) =
                refusal.items.iter().partition(|&&index| {
                    refused.contains(self.job.names.text(self.job.items[index].key.unit))
                });
            if refusal.consented == Consented::LeftOut {
                for &index in &pass {
                    self.job.items[index].state = State::LeftOut;
                }
            }
            for (items, list) in [(stop, &mut self.refusals), (pass, &mut self.left_out)] {
                if !items.is_empty() {
                    list.push(Refusal {
                        items,
                        ..refusal.clone()
                    });
                }
            }
        }
    }

    /// How many values are of each class, and how many are stored and not in the set.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts: BTreeMap<&'static str, usize> =
            Class::ALL.iter().map(|class| (class.word(), 0)).collect();
        for item in &self.job.items {
            *counts.entry(item.class.word()).or_default() += 1;
        }
        counts.remove(Class::Removed.word());
        counts.insert("notInSet", self.not_in_set.len());
        counts
    }

    /// Writes the plan as JSON.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_json(&self, session: &Session, out: &mut impl Write) -> io::Result<()> {
        let head = json!({
            "plan": 1,
            "tool": format!("push {}", pop_cli::VERSION),
            "payload": self.payload,
            "dataSet": self.job.data_set,
            "systemId": session.server.system_id(),
            "version": session.server.version().to_string(),
            "counts": self.counts(),
            "refusals": self.refusal_records(&self.refusals),
            "leftOut": self.refusal_records(&self.left_out),
            "warnings": self.warnings,
        });
        write_open_object(out, &[&head])?;
        out.write_all(b",\n\"values\":[")?;
        for (index, item) in self.job.items.iter().enumerate() {
            out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *out, &self.job.record(item))?;
        }
        out.write_all(b"\n],\n\"notInSet\":[")?;
        for (index, &row) in self.not_in_set.iter().enumerate() {
            out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            let row = &self.job.before.rows()[row];
            let record = Record {
                class: "not-in-set".into(),
                before: Some(ContentRecord::of(
                    self.job.before.content(row),
                    &self.job.names,
                )),
                ..Record::of_key(&row.key, &self.job.names)
            };
            serde_json::to_writer(&mut *out, &record)?;
        }
        out.write_all(b"\n]}\n")
    }

    fn refusal_records(&self, refusals: &[Refusal]) -> Vec<serde_json::Value> {
        refusals
            .iter()
            .map(|refusal| {
                json!({
                    "kind": refusal.kind,
                    "code": refusal.code,
                    "message": refusal.message,
                    "remedy": refusal.remedy,
                    "rows": refusal.items.iter().map(|&index| self.job.items[index].row).collect::<Vec<_>>(),
                })
            })
            .collect()
    }
}
