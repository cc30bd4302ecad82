//! The plan: what a push would change, and what would be refused.

mod build;
mod checks;
pub(crate) mod compare;
mod dry_run;
mod growth;
pub(crate) mod guard;
mod levels;
mod metadata_checks;
mod other_groups;
pub(crate) mod output;
pub(crate) mod refusal;
mod rule_kinds;
mod sums;
pub(crate) mod table;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{self, Write};

use pop_cli::{Arg, Console, Finding, Messages, ToolError};
use pop_datavalues::mapping::Limits;
use pop_datavalues::metadata::ImportDialect;
use pop_datavalues::value_set::names::Sym;
use pop_dhis2::import::stored_state::ChangeClass;
use pop_http::RetryPolicy;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub(crate) use build::other_system;
use dry_run::DryRunReport;
pub(crate) use growth::Growth;
pub(crate) use levels::Ancestors;
use refusal::{Consented, Refusal};
use sums::SumRecords;

use crate::job::{ItemState, Job, RunKind};
use crate::labels::Labels;
use crate::record::{ContentRecord, Record, write_open_object};
use crate::session::Session;

/// The flags that decide on what is written: the member `asked` of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PlanFlags {
    /// Replace values that are not marked as ours.
    pub(crate) replace_others: bool,
    /// Write values of which only the comment differs.
    pub(crate) update_comments: bool,
    /// Name no data set.
    pub(crate) no_data_set: bool,
    /// Findings to allow, in order.
    pub(crate) allow: Vec<String>,
    /// What the exceptions file allows, in order: `KIND of UNIT`.
    pub(crate) exceptions: Vec<String>,
    /// SHA-256 of the earlier receipts, in order.
    pub(crate) earlier: Vec<String>,
}

/// What a push would do.
#[derive(Debug)]
pub(crate) struct Plan {
    /// All values, with what is stored.
    pub(crate) job: Job,
    /// SHA-256 of the file.
    pub(crate) payload: String,
    /// The flags that decide on what is written.
    pub(crate) flags: PlanFlags,
    /// Rows of `job.before` that the set does not have.
    pub(crate) not_in_set: Vec<usize>,
    /// What would be refused and is not consented to.
    pub(crate) refusals: Vec<Refusal>,
    /// What the user consented to: left out or sent, as each says.
    pub(crate) allowed: Vec<Refusal>,
    /// What the user should know.
    pub(crate) warnings: Vec<String>,
    /// The years beside those of the set.
    pub(crate) growth: Growth,
    /// What is conspicuous about growth.
    pub(crate) limits: Limits,
    /// The tree of the units, as far as the metadata have it.
    pub(crate) tree: Ancestors,
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
        hint: &str,
    ) {
        if !items.is_empty() {
            self.refusals.push(Refusal {
                kind,
                code: None,
                message: message.to_owned(),
                hint: Some(hint.to_owned()),
                consented,
                items,
            });
        }
    }

    /// How many values would be refused, in words.
    #[must_use]
    pub(crate) fn refused_line(&self, messages: &Messages) -> String {
        let args = [
            ("count", Arg::Text(&self.refused().len().to_string())),
            ("values", Arg::Text(&self.job.items.len().to_string())),
        ];
        messages.text_of("count-refused-of", &args)
    }

    /// Tries on the server what would be written. Gives the dialect that its counts show, where
    /// they do.
    ///
    /// # Errors
    /// Refused or unreachable: the server gives no answer that could be judged.
    pub(crate) fn try_on_server(
        &mut self,
        session: &Session,
        batch_size: usize,
        retry: &RetryPolicy,
        console: &mut Console,
    ) -> Result<Option<ImportDialect>, ToolError> {
        let mut report = DryRunReport::default();
        // What the server would take is tried all the same: the user may consent to it.
        let known: HashSet<usize> = self
            .refusals
            .iter()
            .filter(|refusal| refusal.consented != Consented::Send)
            .flat_map(|refusal| &refusal.items)
            .copied()
            .collect();
        let batches = self.job.batches(batch_size);
        let progress = console.progress("dry run", Some(self.job.items.len() as u64));
        for batch in batches {
            let done = batch.len() as u64;
            let open = |index: &usize| {
                self.job.items[*index].state == ItemState::Open && !known.contains(index)
            };
            dry_run::try_items(
                session,
                &self.job,
                batch.filter(open).collect(),
                retry,
                &mut report,
            )?;
            progress.advance(done);
        }
        progress.finish();
        report.remarks.sort();
        report.remarks.dedup();
        self.warnings.append(&mut report.remarks);
        self.refusals.append(&mut report.refusals);
        Ok(report.dialect)
    }

    /// Moves refusals that the user consents to out of the way: their values are left out.
    pub(crate) fn consent(&mut self, consent: &mut pop_cli::Consent) {
        let refused = self.refused_subjects(consent);
        for refusal in std::mem::take(&mut self.refusals) {
            let Some(refused) = refused
                .get(refusal.kind)
                .filter(|_| refusal.consented != Consented::Never)
            else {
                self.refusals.push(refusal);
                continue;
            };
            let (stop, pass): (Vec<usize>, Vec<usize>) = refusal
                .items
                .iter()
                .partition(|&&index| refused.contains(refusal.subject(&self.job, index)));
            if refusal.consented == Consented::LeftOut {
                for &index in &pass {
                    let item = &mut self.job.items[index];
                    item.state = ItemState::LeftOut;
                    item.class = ChangeClass::LeftOut;
                }
            }
            for (items, list) in [(stop, &mut self.refusals), (pass, &mut self.allowed)] {
                if !items.is_empty() {
                    list.push(Refusal {
                        items,
                        ..refusal.clone()
                    });
                }
            }
        }
    }

    /// Whom the user does not allow, by kind. A value counts once, however many refusals of a kind it has.
    fn refused_subjects(
        &self,
        consent: &mut pop_cli::Consent,
    ) -> HashMap<&'static str, HashSet<String>> {
        let mut findings: BTreeMap<&'static str, BTreeMap<usize, Finding>> = BTreeMap::new();
        for refusal in &self.refusals {
            if refusal.consented == Consented::Never {
                continue;
            }
            let of_kind = findings.entry(refusal.kind).or_default();
            for &index in &refusal.items {
                of_kind.entry(index).or_insert_with(|| Finding {
                    unit: refusal.subject(&self.job, index).to_owned(),
                    detail: refusal.message.clone(),
                });
            }
        }
        let mut refused = HashMap::new();
        for (kind, findings) in findings {
            let judged = consent.judge(kind, findings.into_values().collect());
            let units = judged.refused.into_iter().map(|finding| finding.unit);
            refused.insert(kind, units.collect());
        }
        refused
    }

    /// How many values are of each class, and how many are stored and not in the set.
    #[must_use]
    pub(crate) fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts: BTreeMap<&'static str, usize> = ChangeClass::ALL
            .iter()
            .map(|class| (class.word(), 0))
            .collect();
        for item in &self.job.items {
            *counts.entry(item.class.word()).or_default() += 1;
        }
        if self.job.kind == RunKind::Push {
            counts.remove(ChangeClass::Removed.word());
            counts.insert("notInSet", self.not_in_set.len());
        }
        counts
    }

    /// Writes the plan as JSON.
    ///
    /// # Errors
    /// Those of `out`.
    pub(crate) fn write_json(
        &self,
        session: &Session,
        labels: &Labels,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let head = json!({
            "plan": 1,
            "kind": self.job.kind,
            "tool": format!("push {}", pop_cli::VERSION),
            "payload": self.payload,
            "dataSet": self.job.data_set,
            "asked": self.flags,
            "systemId": session.server.system_id(),
            "version": session.server.version().to_string(),
            "counts": self.counts(),
            "refusals": self.refusal_records(&self.refusals),
            "leftOut": self.refusal_records(&self.allowed),
            "warnings": self.warnings,
            "names": self.names(labels),
        });
        write_open_object(out, &[&head])?;
        out.write_all(b",\n\"sums\":")?;
        serde_json::to_writer(&mut *out, &SumRecords::new(self))?;
        out.write_all(b",\n\"values\":[")?;
        for (index, item) in self.job.items.iter().enumerate() {
            out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            let [year_before, year_after] = self.growth.records(&self.job, index);
            let record = Record {
                year_before,
                year_after,
                ..self.job.record(item)
            };
            serde_json::to_writer(&mut *out, &record)?;
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

    /// The names of all that the plan is about, by id.
    fn names<'a>(&'a self, labels: &'a Labels) -> BTreeMap<&'a str, &'a str> {
        let text = |sym: Sym| self.job.names.text(sym);
        let mut ids: BTreeSet<&str> = self.job.data_set.as_deref().into_iter().collect();
        for item in &self.job.items {
            let key = &item.key;
            ids.extend([text(key.element), text(key.unit), text(key.combo)]);
            ids.extend(self.tree.above(key.unit).iter().copied().map(text));
        }
        ids.into_iter()
            .filter_map(|id| Some((id, labels.find(id)?)))
            .collect()
    }

    fn refusal_records(&self, refusals: &[Refusal]) -> Vec<serde_json::Value> {
        refusals
            .iter()
            .map(|refusal| {
                json!({
                    "kind": refusal.kind,
                    "code": refusal.code,
                    "message": refusal.message,
                    "hint": refusal.hint,
                    "consent": refusal.consented.word(),
                    "rows": refusal.items.iter().map(|&index| self.job.items[index].row).collect::<Vec<_>>(),
                })
            })
            .collect()
    }
}
