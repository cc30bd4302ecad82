//! What the answer to an import request means for the items it carried.

use pop_dhis2::import::blame::{Blame, blame};
use pop_dhis2::import::reconcile::{Claim, Sent, reconcile};
use pop_dhis2::import::send::Reply;
use pop_dhis2::import::summary::{Conflict, ImportSummary};
use pop_dhis2::import::values::Key;
use serde::{Deserialize, Serialize};

use crate::commit::{Attempt, Next, Stop, Writer};
use crate::job::State;

/// One request, for the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestRecord {
    /// Values it carried.
    pub values: usize,
    /// HTTP status, where there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<u16>,
    /// The summary's counts: imported, updated, ignored, deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<[u64; 4]>,
    /// What the answer amounts to, in words.
    pub claim: String,
    /// Conflicts, each with the rows of the file it concerns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<ConflictRecord>,
}

/// Why values were refused, for the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConflictRecord {
    /// DHIS2's error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its message.
    pub message: String,
    /// Rows of the file, counted from 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<u32>,
}

impl Writer<'_> {
    pub(crate) fn understand(&mut self, reply: Reply, sent: &Attempt<'_>) -> (Next, RequestRecord) {
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
                let (next, claim) = self.believe(&summary, sent);
                record.claim = claim;
                record.conflicts = self.conflict_records(&summary.conflicts, sent.items);
                next
            }
            Reply::TooLarge => {
                record.claim = "too large".into();
                self.reopen(sent);
                Next::Halve
            }
            Reply::Refused { why, remedy, .. } => {
                record.claim = format!("refused: {why}");
                Next::Give(Stop::Refused { why, remedy })
            }
            Reply::Unreached { why, wait, .. } => {
                record.claim = format!("not reached: {why}");
                Next::Again(wait, why)
            }
            Reply::Unknown { why, .. } => {
                record.claim = format!("unknown: {why}");
                Next::Wait
            }
        };
        (next, record)
    }

    /// What a summary means for the items it is about, as far as it can be believed.
    fn believe(&mut self, summary: &ImportSummary, attempt: &Attempt<'_>) -> (Next, String) {
        let open = attempt.items;
        let sent = Sent {
            values: open.len() as u64,
            strategy: attempt.strategy,
        };
        if summary.dry_run == Some(true) {
            self.alarm("the server treated the import as a dry run".into());
        }
        match reconcile(sent, summary) {
            Claim::Written => (Next::Look, "written".into()),
            Claim::Partly(refused) => {
                let count = refused.len();
                for index in refused {
                    self.refuse(open[index]);
                }
                (Next::Look, format!("{count} refused"))
            }
            Claim::Refused => {
                let keys: Vec<Key> = open
                    .iter()
                    .map(|&index| self.job.items[index].key)
                    .collect();
                self.reopen(attempt);
                for conflict in &summary.conflicts {
                    match blame(conflict, &keys, &self.job.names) {
                        Blame::Rows(rows) => {
                            rows.into_iter().for_each(|row| self.refuse(open[row]))
                        }
                        Blame::All | Blame::Unnamed => {
                            open.iter().for_each(|&index| self.refuse(index))
                        }
                    }
                }
                (Next::Look, "refused as a group".into())
            }
            Claim::Unsound(why) => {
                let claim = format!("not sound: {why}");
                self.alarm(claim.clone());
                (Next::Wait, claim)
            }
            Claim::NotAsked(what) => {
                self.unasked = true;
                let claim = format!("not asked for: {what}");
                self.alarm(claim.clone());
                (Next::Wait, claim)
            }
        }
    }

    /// Keeps a doubt for the user, once.
    fn alarm(&mut self, text: String) {
        if !self.alarms.contains(&text) {
            self.alarms.push(text);
        }
    }

    fn refuse(&mut self, index: usize) {
        self.job.items[index].state = State::Refused;
    }

    /// Nothing was done: the items are again what they were before the request.
    pub(crate) fn reopen(&mut self, attempt: &Attempt<'_>) {
        for (&index, &state) in attempt.items.iter().zip(&attempt.states) {
            self.job.items[index].state = state;
        }
    }

    fn conflict_records(&self, conflicts: &[Conflict], open: &[usize]) -> Vec<ConflictRecord> {
        let keys: Vec<Key> = open
            .iter()
            .map(|&index| self.job.items[index].key)
            .collect();
        conflicts
            .iter()
            .map(|conflict| ConflictRecord {
                code: conflict.error_code.clone(),
                message: conflict.message.clone().unwrap_or_default(),
                rows: match blame(conflict, &keys, &self.job.names) {
                    Blame::Rows(rows) => rows
                        .into_iter()
                        .map(|row| self.job.items[open[row]].row)
                        .collect(),
                    Blame::All | Blame::Unnamed => Vec::new(),
                },
            })
            .collect()
    }
}
