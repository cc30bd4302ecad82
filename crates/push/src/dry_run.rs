//! What the server would refuse, asked of the server itself.
//!
//! From 2.43 on a request is refused as a whole, for one class of fault at a time. What it names is
//! taken out and the rest is tried again at once, so that all classes are reported together.

use std::collections::BTreeMap;

use pop_cli::ToolError;
use pop_dhis2::import::blame::{Blame, blame};
use pop_dhis2::import::reconcile::{Claim, Sent, Strategy, reconcile};
use pop_dhis2::import::remedy;
use pop_dhis2::import::send::{self, Mode, Reply};
use pop_dhis2::import::summary::{Conflict, ImportSummary};
use pop_dhis2::import::values::Key;
use pop_http::{Backoff, RetryPolicy};

use crate::commit::body;
use crate::job::Job;
use crate::refusal::{Consented, Refusal};
use crate::session::Session;

/// Rounds of taking out what was named, for one part.
const MOST_ROUNDS: usize = 64;

/// What dry runs found.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    /// Refusals by code and message.
    pub(crate) refusals: Vec<Refusal>,
    /// What else the user should know.
    pub(crate) doubts: Vec<String>,
}

/// Tries some items of a job.
///
/// # Errors
/// Refused or unreachable: no answer that could be judged.
pub(crate) fn try_items(
    session: &Session,
    job: &Job,
    items: Vec<usize>,
    retry: &RetryPolicy,
    trial: &mut Trial,
) -> Result<(), ToolError> {
    let mut left = items;
    for _ in 0..MOST_ROUNDS {
        let Some(&first) = left.first() else {
            return Ok(());
        };
        let strategy = job.strategy_of(&job.items[first]);
        let verdict = match ask(session, job, &left, strategy, retry)? {
            Asked::TooLarge => Verdict::Unnamed,
            Asked::Summary(summary) => {
                if summary.dry_run == Some(false) {
                    trial.doubts.push("the server answers the dry run as if it was real: values may have been written".into());
                }
                judge(session, job, &left, strategy, &summary, trial)
            }
        };
        match verdict {
            Verdict::Fine | Verdict::All => return Ok(()),
            Verdict::Rows(rows) => left.retain(|index| rows.binary_search(index).is_err()),
            Verdict::Unnamed => {
                let rest = left.split_off(left.len() / 2);
                if !left.is_empty() {
                    try_items(session, job, left, retry, trial)?;
                }
                return try_items(session, job, rest, retry, trial);
            }
        }
    }
    Ok(())
}

enum Asked {
    Summary(ImportSummary),
    TooLarge,
}

enum Verdict {
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
    retry: &RetryPolicy,
) -> Result<Asked, ToolError> {
    let body = body(job, items, session.dialect).map_err(ToolError::internal)?;
    let mut backoff = Backoff::new(retry);
    loop {
        match send::post(session.client(), Mode::DryRun, strategy, &body) {
            Reply::Summary { summary, .. } => return Ok(Asked::Summary(summary)),
            Reply::TooLarge if items.len() > 1 => return Ok(Asked::TooLarge),
            Reply::TooLarge => {
                return Err(ToolError::refused(
                    "the server answers 413 to a single value",
                ));
            }
            Reply::Refused { why, remedy, .. } => {
                let error = ToolError::refused(format!("dry run: {why}"));
                return Err(match remedy {
                    Some(remedy) => error.hint(remedy),
                    None => error,
                });
            }
            // A dry run has no effect: it may be asked again whatever became of it.
            Reply::Unreached { why, wait, .. } => match backoff.next_pause(wait) {
                Some(pause) => std::thread::sleep(pause),
                None => return Err(ToolError::unreachable(format!("dry run: {why}"))),
            },
            Reply::Unknown { why, http } => match backoff.next_pause(None) {
                Some(pause) => std::thread::sleep(pause),
                None if http.is_some_and(|http| http < 500) => {
                    return Err(ToolError::refused(format!("dry run: {why}")));
                }
                None => return Err(ToolError::unreachable(format!("dry run: {why}"))),
            },
        }
    }
}

fn judge(
    session: &Session,
    job: &Job,
    items: &[usize],
    strategy: Strategy,
    summary: &ImportSummary,
    trial: &mut Trial,
) -> Verdict {
    let sent = Sent {
        values: items.len() as u64,
        insignificant_zeros: 0,
        strategy,
    };
    let keys: Vec<Key> = items.iter().map(|&index| job.items[index].key).collect();
    let mut rows = Vec::new();
    let (mut all, mut unnamed) = (false, false);
    for conflict in &summary.conflicts {
        let blamed = match blame(conflict, &keys, &job.names) {
            Blame::Rows(rows) => rows.into_iter().map(|row| items[row]).collect(),
            Blame::All => {
                all = true;
                items.to_vec()
            }
            Blame::Unnamed if items.len() == 1 => items.to_vec(),
            Blame::Unnamed => {
                unnamed = true;
                continue;
            }
        };
        rows.extend_from_slice(&blamed);
        add(&mut trial.refusals, conflict, blamed);
    }
    rows.sort_unstable();
    rows.dedup();
    match reconcile(session.dialect, sent, summary) {
        Claim::Written => Verdict::Fine,
        _ if all => Verdict::All,
        _ if unnamed && rows.is_empty() => Verdict::Unnamed,
        // Refused as a group: the others were not looked at.
        Claim::Refused => Verdict::Rows(rows),
        Claim::Partly(_) => Verdict::Fine,
        Claim::Unsound(why) | Claim::NotAsked(why) => {
            trial
                .doubts
                .push(format!("the dry run's counts do not add up: {why}"));
            Verdict::Fine
        }
    }
}

/// Adds a conflict to those of its code and message form.
fn add(refusals: &mut Vec<Refusal>, conflict: &Conflict, items: Vec<usize>) {
    let code = conflict.error_code.clone();
    let message = conflict.message.clone().unwrap_or_default();
    // From 2.43 on each bad value is a conflict of its own: gather them by code.
    let found = refusals.iter_mut().find(|refusal| {
        refusal.code == code && (refusal.message == message || message.starts_with("Value #"))
    });
    match found {
        Some(refusal) => refusal.items.extend(items),
        None => refusals.push(Refusal {
            kind: kind_of(code.as_deref().unwrap_or("")),
            remedy: code.as_deref().and_then(remedy::of).map(str::to_owned),
            consented: Consented::LeftOut,
            code,
            message,
            items,
        }),
    }
}

/// The kind under which a refusal of the server may be consented to.
fn kind_of(code: &str) -> &'static str {
    let kinds: BTreeMap<&str, &[&str]> = [
        ("closed-unit", &["E8031"] as &[&str]),
        ("unassigned-unit", &["E8022", "E7636"]),
        ("unknown-unit", &["E7612", "E8106", "E8107"]),
        ("outside-capture", &["E7617", "E8011"]),
        (
            "not-open-period",
            &["E7640", "E7641", "E7643", "E7644", "E8030"],
        ),
        ("approved", &["E7642", "E8033"]),
        (
            "bad-value",
            &[
                "E7618", "E7619", "E7621", "E8120", "E8121", "E8122", "E8123",
            ],
        ),
    ]
    .into();
    kinds
        .into_iter()
        .find(|(_, codes)| codes.contains(&code))
        .map_or("refused", |(kind, _)| kind)
}
