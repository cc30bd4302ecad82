//! What the answer to an import request means for the items it carried.

use pop_datavalues::value_set::table::ValueKey;
use pop_dhis2::import::conflict_rows::{ConflictRows, rows_of_conflict};
use pop_dhis2::import::reconcile::{ImportVerdict, Sent, reconcile};
use pop_dhis2::import::send::Reply;
use pop_dhis2::import::summary::{Conflict, ImportSummary};

use super::batches::{Attempt, BatchWriter, NextStep};
use crate::job::ItemState;
use crate::outcome::StopReason;
use crate::record::{ConflictRecord, RequestRecord};

impl BatchWriter<'_> {
    pub(crate) fn read_reply(
        &mut self,
        reply: Reply,
        sent: &Attempt<'_>,
    ) -> (NextStep, RequestRecord) {
        let mut record = RequestRecord {
            values: sent.items.len(),
            http: reply.http(),
            counts: None,
            claim: String::new(),
            conflicts: Vec::new(),
        };
        let next = match reply {
            Reply::Summary { summary, .. } => {
                record.counts = summary
                    .counts
                    .map(|c| [c.imported, c.updated, c.ignored, c.deleted]);
                let (next, claim) = self.interpret(&summary, sent);
                record.claim = claim;
                record.conflicts = self.conflict_records(&summary.conflicts, sent.items);
                next
            }
            Reply::TooLarge => {
                record.claim = "too large".into();
                self.reopen(sent);
                NextStep::Halve
            }
            Reply::Refused { why, hint, .. } => {
                record.claim = format!("refused: {why}");
                NextStep::Stop(StopReason::Refused { why, hint })
            }
            Reply::Unreached { why, wait, .. } => {
                record.claim = format!("not reached: {why}");
                NextStep::Retry(wait, why)
            }
            Reply::Unknown { why, .. } => {
                record.claim = format!("unknown: {why}");
                NextStep::WaitForImport
            }
        };
        (next, record)
    }

    /// What a summary means for the items it is about, as far as it can be believed.
    fn interpret(&mut self, summary: &ImportSummary, attempt: &Attempt<'_>) -> (NextStep, String) {
        let open = attempt.items;
        let sent = Sent {
            values: open.len() as u64,
            strategy: attempt.strategy,
        };
        if summary.dry_run == Some(true) {
            self.alarm("the server treated the import as a dry run".into());
        }
        match reconcile(sent, summary) {
            ImportVerdict::Written => (NextStep::ReadBack, "written".into()),
            ImportVerdict::Partly(refused) => {
                let count = refused.len();
                for index in refused {
                    self.refuse(open[index]);
                }
                (NextStep::ReadBack, format!("{count} refused"))
            }
            ImportVerdict::Refused => {
                let keys: Vec<ValueKey> = open
                    .iter()
                    .map(|&index| self.job.items[index].key)
                    .collect();
                self.reopen(attempt);
                for conflict in &summary.conflicts {
                    match rows_of_conflict(conflict, &keys, &self.job.names) {
                        ConflictRows::Rows(rows) => {
                            rows.into_iter().for_each(|row| self.refuse(open[row]))
                        }
                        ConflictRows::All | ConflictRows::Unnamed => {
                            open.iter().for_each(|&index| self.refuse(index))
                        }
                    }
                }
                (NextStep::ReadBack, "refused as a group".into())
            }
            ImportVerdict::Unsound(why) => {
                let claim = format!("not sound: {why}");
                self.alarm(claim.clone());
                (NextStep::WaitForImport, claim)
            }
            ImportVerdict::NotAsked(what) => {
                self.unasked = true;
                let claim = format!("not asked for: {what}");
                self.alarm(claim.clone());
                (NextStep::WaitForImport, claim)
            }
        }
    }

    /// Keeps an alarm for the user, once.
    fn alarm(&mut self, text: String) {
        if !self.alarms.contains(&text) {
            self.alarms.push(text);
        }
    }

    fn refuse(&mut self, index: usize) {
        self.job.items[index].state = ItemState::Refused;
    }

    /// Nothing was done: the items are again what they were before the request.
    pub(crate) fn reopen(&mut self, attempt: &Attempt<'_>) {
        for (&index, &state) in attempt.items.iter().zip(&attempt.states) {
            self.job.items[index].state = state;
        }
    }

    fn conflict_records(&self, conflicts: &[Conflict], open: &[usize]) -> Vec<ConflictRecord> {
        let keys: Vec<ValueKey> = open
            .iter()
            .map(|&index| self.job.items[index].key)
            .collect();
        conflicts
            .iter()
            .map(|conflict| ConflictRecord {
                code: conflict.error_code.clone(),
                message: conflict.message.clone().unwrap_or_default(),
                rows: match rows_of_conflict(conflict, &keys, &self.job.names) {
                    ConflictRows::Rows(rows) => rows
                        .into_iter()
                        .map(|row| self.job.items[open[row]].row)
                        .collect(),
                    ConflictRows::All | ConflictRows::Unnamed => Vec::new(),
                },
            })
            .collect()
    }
}
