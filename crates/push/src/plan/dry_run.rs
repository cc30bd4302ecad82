//! What the server would refuse, asked of the server itself.
//!
//! From 2.43 on a request is refused as a whole, for one class of fault at a time. What it names is
//! taken out and the rest is tried again at once, so that all classes are reported together.

use pop_cli::{ToolError, interrupt};
use pop_datavalues::metadata::ImportDialect;
use pop_datavalues::value_set::table::ValueKey;
use pop_dhis2::import::conflict_rows::{ConflictRows, rows_of_conflict};
use pop_dhis2::import::hint;
use pop_dhis2::import::reconcile::{ImportVerdict, Sent, Strategy, dialect_of_counts, reconcile};
use pop_dhis2::import::send::{self, ImportMode, Reply};
use pop_dhis2::import::summary::{Conflict, ImportSummary, Status};
use pop_http::{Retry, RetryAdvice, RetryPolicy, sleep_unless};

use super::refusal::{Consented, Refusal};
use super::rule_kinds;
use crate::job::Job;
use crate::session::Session;

/// Rounds of taking out what was named, for one batch.
const MOST_ROUNDS: usize = 64;
/// What to do when the server does not answer.
const LATER: &str = "nothing was written: try again later, or with a longer --patience";

/// What dry runs found.
#[derive(Debug, Default)]
pub(crate) struct DryRunReport {
    /// Refusals by code and message.
    pub(crate) refusals: Vec<Refusal>,
    /// What else the user should know.
    pub(crate) remarks: Vec<String>,
    /// The dialect that the counts of new values show.
    pub(crate) dialect: Option<ImportDialect>,
}

/// Tries some items of a job.
///
/// # Errors
/// Refused or unreachable: no answer that could be judged.
pub(crate) fn try_items(
    session: &Session,
    job: &Job,
    items: Vec<usize>,
    policy: &RetryPolicy,
    report: &mut DryRunReport,
) -> Result<(), ToolError> {
    let mut left = items;
    for _ in 0..MOST_ROUNDS {
        let Some(&first) = left.first() else {
            return Ok(());
        };
        let strategy = job.strategy_of(&job.items[first]);
        let verdict = match ask(session, job, &left, strategy, policy)? {
            DryRunReply::TooLarge => Judgement::Unnamed,
            DryRunReply::Summary(summary) => {
                if summary.dry_run == Some(false) {
                    return Err(ToolError::uncertain("the server took the dry run for a real import: values may have been written")
                        .hint("a proxy may drop the query (after ?) of an address: look there before anything else"));
                }
                judge(job, &left, strategy, &summary, report)
            }
        };
        match verdict {
            Judgement::Fine | Judgement::All => return Ok(()),
            Judgement::Rows(rows) => left.retain(|index| rows.binary_search(index).is_err()),
            Judgement::Unnamed => {
                let rest = left.split_off(left.len() / 2);
                if !left.is_empty() {
                    try_items(session, job, left, policy, report)?;
                }
                return try_items(session, job, rest, policy, report);
            }
        }
    }
    Ok(())
}

/// What the server says to a dry run.
enum DryRunReply {
    Summary(ImportSummary),
    TooLarge,
}

enum Judgement {
    Fine,
    Rows(Vec<usize>),
    All,
    Unnamed,
}

fn ask(
    session: &Session,
    job: &Job,
    items: &[usize],
    strategy: Strategy,
    policy: &RetryPolicy,
) -> Result<DryRunReply, ToolError> {
    let body = job
        .request_body(items, ImportMode::DryRun)
        .map_err(ToolError::internal)?;
    let mut retry = Retry::new(policy);
    loop {
        match send::post(session.client(), ImportMode::DryRun, strategy, &body) {
            Reply::Summary { summary, .. } => return Ok(DryRunReply::Summary(summary)),
            Reply::TooLarge if items.len() > 1 => return Ok(DryRunReply::TooLarge),
            Reply::TooLarge => {
                return Err(ToolError::refused(
                    "the server answers 413 to a single value",
                ));
            }
            Reply::Refused { why, hint, .. } => {
                return Err(ToolError::refused(format!("dry run: {why}"))
                        .hint("the server's log says why; a smaller --batch-size finds the value that it fails at")
                    .hint_if_any(hint));
            }
            // A dry run has no effect: it may be retried whatever became of it.
            Reply::Unreached { why, wait, .. } => {
                match retry.next_pause(RetryAdvice::Again(wait)) {
                    Some(pause) => {
                        sleep_unless(pause, interrupt::requested);
                    }
                    None => {
                        return Err(ToolError::unreachable(format!("dry run: {why}")).hint(LATER));
                    }
                }
            }
            Reply::Unknown { why, http } => match retry.next_pause(RetryAdvice::Again(None)) {
                Some(pause) => {
                    sleep_unless(pause, interrupt::requested);
                }
                None if http.is_some_and(|http| http < 500) => {
                    return Err(ToolError::refused(format!("dry run: {why}"))
                        .hint("the server's log says why; a smaller --batch-size finds the value that it fails at"));
                }
                None => return Err(ToolError::unreachable(format!("dry run: {why}")).hint(LATER)),
            },
        }
    }
}

fn judge(
    job: &Job,
    items: &[usize],
    strategy: Strategy,
    summary: &ImportSummary,
    report: &mut DryRunReport,
) -> Judgement {
    let sent = Sent {
        values: items.len() as u64,
        strategy,
    };
    let keys: Vec<ValueKey> = items.iter().map(|&index| job.items[index].key).collect();
    let mut rows = Vec::new();
    let (mut all, mut unnamed) = (false, false);
    for conflict in &summary.conflicts {
        let blamed = match rows_of_conflict(conflict, &keys, &job.names) {
            ConflictRows::Rows(rows) => rows.into_iter().map(|row| items[row]).collect(),
            ConflictRows::All => {
                all = true;
                items.to_vec()
            }
            ConflictRows::Unnamed if items.len() == 1 => items.to_vec(),
            ConflictRows::Unnamed => {
                unnamed = true;
                continue;
            }
        };
        rows.extend_from_slice(&blamed);
        add(&mut report.refusals, conflict, blamed);
    }
    rows.sort_unstable();
    rows.dedup();
    match reconcile(sent, summary) {
        ImportVerdict::Written => {
            report.dialect = report.dialect.or(shown(job, items, summary));
            Judgement::Fine
        }
        _ if all => Judgement::All,
        _ if unnamed && rows.is_empty() => Judgement::Unnamed,
        // Refused as a group: the others were not looked at.
        ImportVerdict::Refused => Judgement::Rows(rows),
        ImportVerdict::Partly(_) => Judgement::Fine,
        ImportVerdict::Unsound(_) if is_stored_already(items.len(), summary) => {
            report.remarks.push("somebody wrote some of the same values while this plan was made: the commit reads them again before it writes".into());
            Judgement::Fine
        }
        ImportVerdict::Unsound(why) | ImportVerdict::NotAsked(why) => {
            report.refusals.push(Refusal {
                kind: "dry-run",
                code: None,
                message: format!("the dry run's counts do not add up: {why}"),
                hint: Some("make the plan again: somebody may have been writing; if it stays, the server would write something else than it is asked to".into()),
                consented: Consented::Send,
                items: items.to_vec(),
            });
            Judgement::Fine
        }
    }
}

/// Up to 2.42 a value that is stored already is ignored without a message; nothing else is.
fn is_stored_already(sent: usize, summary: &ImportSummary) -> bool {
    summary.status == Status::Success
        && summary.conflicts.is_empty()
        && summary.counts.is_some_and(|counts| {
            counts.deleted == 0
                && counts
                    .imported
                    .saturating_add(counts.updated)
                    .saturating_add(counts.ignored)
                    == sent as u64
        })
}

/// The dialect that the counts of an accepted request show: only new values show it.
fn shown(job: &Job, items: &[usize], summary: &ImportSummary) -> Option<ImportDialect> {
    let is_new = |index: &&usize| job.before_of(&job.items[**index]).is_none();
    let new = items.iter().filter(is_new).count() as u64;
    dialect_of_counts(new, items.len() as u64 - new, summary.counts?)
}

/// Adds a conflict to those of its code: each names its own unit, period or value.
fn add(refusals: &mut Vec<Refusal>, conflict: &Conflict, items: Vec<usize>) {
    let code = conflict.error_code.clone();
    let message = conflict.message.clone().unwrap_or_default();
    let found = refusals
        .iter_mut()
        .find(|refusal| code.is_some() && refusal.code == code);
    match found {
        Some(refusal) => {
            refusal.items.extend(items);
            refusal.items.sort_unstable();
            refusal.items.dedup();
        }
        None => {
            let (kind, consented) = rule_kinds::of_code(code.as_deref().unwrap_or_default());
            refusals.push(Refusal {
                kind,
                hint: code.as_deref().and_then(hint::of).map(str::to_owned),
                consented,
                code,
                message,
                items,
            });
        }
    }
}
