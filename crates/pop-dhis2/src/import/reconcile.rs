//! What a summary's counts amount to.
//!
//! A server's "success" is a claim. Its counts must account for every value that was sent; where
//! they do not, the outcome is unknown until the values are read back. What is sent is known to be
//! new or changed, and no zero that a server would drop, so both dialects count it alike: up to
//! 2.42 as `imported` or `updated`, from 2.43 on as `updated`.
//! Real servers answer 200 SUCCESS and store nothing: 2.43 after an SQL error inside the import
//! (`HibernateDataEntryStore`), with `ignored` = all and no conflict.

use pop_datavalues::metadata::ImportDialect;

use super::summary::{Counts, ImportSummary, Status};

/// What was asked of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// Store the values (`CREATE_AND_UPDATE`).
    Store,
    /// Delete them (`DELETE`).
    Delete,
}

/// What was sent in one request.
#[derive(Debug, Clone, Copy)]
pub struct Sent {
    /// Number of values, all of them known to be new or changed (or stored, for a deletion), and
    /// none a zero that is not significant (`ValidationUtils.dataValueIsZeroAndInsignificant`).
    pub values: u64,
    /// What was asked.
    pub strategy: Strategy,
}

/// What the server claims, once its counts were checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportVerdict {
    /// Every value was written.
    Written,
    /// These positions were refused, and the others written.
    Partly(Vec<usize>),
    /// The request was refused as a whole, nothing was written.
    Refused,
    /// The counts do not account for what was sent: some or all may be lost. Why, in words.
    Unsound(String),
    /// The server says it did something that was not asked. What, in words.
    NotAsked(String),
}

/// Checks a summary against what was sent.
#[must_use]
pub fn reconcile(sent: Sent, summary: &ImportSummary) -> ImportVerdict {
    let Some(counts) = summary.counts else {
        return ImportVerdict::Unsound("the summary has no counts".to_owned());
    };
    let refused = summary.refused(usize::try_from(sent.values).unwrap_or(usize::MAX));
    if let Some(what) = not_asked(sent, counts) {
        return ImportVerdict::NotAsked(what);
    }
    if counts == Counts::default() && summary.status == Status::Error {
        return whole_refusal(summary);
    }
    let written = match sent.strategy {
        Strategy::Store => counts.imported.saturating_add(counts.updated),
        Strategy::Delete => counts.deleted,
    };
    let rejected = refused.len() as u64;
    let accounted = written.saturating_add(rejected);
    if accounted != sent.values {
        return ImportVerdict::Unsound(format!(
            "sent {}, written {written}, refused {rejected}, ignored {}: {} not accounted for",
            sent.values,
            counts.ignored,
            sent.values.abs_diff(accounted),
        ));
    }
    match (summary.status, refused.is_empty()) {
        (Status::Success, true) => ImportVerdict::Written,
        (Status::Success | Status::Warning | Status::Error, false) => {
            ImportVerdict::Partly(refused)
        }
        (status, _) => ImportVerdict::Unsound(format!(
            "status {status:?} although the counts account for every value"
        )),
    }
}

/// An ERROR without any count. From 2.43 on, by its codes, the group was refused before
/// anything was written. Before, it is so only where the outer object was refused (E7600 to E7604,
/// which abort); "Failed to flush BatchHandler" leaves earlier batches stored.
fn whole_refusal(summary: &ImportSummary) -> ImportVerdict {
    let before_writing = summary
        .conflicts
        .iter()
        .filter_map(|conflict| conflict.error_code.as_deref())
        .any(|code| {
            code.starts_with("E8")
                || matches!(code, "E7600" | "E7601" | "E7602" | "E7603" | "E7604")
        });
    if before_writing {
        ImportVerdict::Refused
    } else {
        ImportVerdict::Unsound(format!(
            "the import failed: {}",
            summary.description.as_deref().unwrap_or("no reason given")
        ))
    }
}

fn not_asked(sent: Sent, counts: Counts) -> Option<String> {
    let written = counts.imported.saturating_add(counts.updated);
    match sent.strategy {
        Strategy::Store if counts.deleted > 0 => Some(format!(
            "{} values deleted although none was to be deleted",
            counts.deleted
        )),
        Strategy::Store if written > sent.values => Some(format!(
            "{written} values written although {} were sent",
            sent.values
        )),
        Strategy::Delete if written > 0 => Some(format!(
            "{written} values written although all were to be deleted"
        )),
        Strategy::Delete if counts.deleted > sent.values => Some(format!(
            "{} values deleted although {} were to be deleted",
            counts.deleted, sent.values
        )),
        _ => None,
    }
}

/// The dialect that the counts of a first-time value betray, where they do: up to 2.42 it is
/// `imported`, from 2.43 on `updated`.
#[must_use]
pub fn dialect_of_counts(
    new_values: u64,
    changed_values: u64,
    counts: Counts,
) -> Option<ImportDialect> {
    if counts.imported > 0 {
        Some(ImportDialect::PerValue)
    } else if new_values > 0 && counts.updated > changed_values {
        Some(ImportDialect::Grouped)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::summary::Conflict;

    fn summary(status: Status, counts: [u64; 4], rejected: &[i64]) -> ImportSummary {
        let [imported, updated, ignored, deleted] = counts;
        ImportSummary {
            status,
            description: None,
            counts: Some(Counts {
                imported,
                updated,
                ignored,
                deleted,
            }),
            conflicts: if rejected.is_empty() {
                Vec::new()
            } else {
                vec![Conflict {
                    error_code: Some("E8022".into()),
                    indexes: rejected.to_vec(),
                    ..Conflict::default()
                }]
            },
            rejected: Some(rejected.to_vec()),
            dry_run: None,
        }
    }

    fn store(values: u64) -> Sent {
        Sent {
            values,
            strategy: Strategy::Store,
        }
    }

    #[test]
    fn both_dialects_account_for_what_was_sent() {
        use Status::{Error, Success, Warning};
        type Row<'a> = (Status, [u64; 4], &'a [i64], ImportVerdict);
        let rows: [Row<'_>; 7] = [
            (Success, [3, 0, 0, 0], &[], ImportVerdict::Written),
            (Success, [1, 2, 0, 0], &[], ImportVerdict::Written),
            (Success, [0, 3, 0, 0], &[], ImportVerdict::Written),
            (Warning, [2, 0, 1, 0], &[2], ImportVerdict::Partly(vec![2])),
            (Warning, [0, 2, 1, 0], &[1], ImportVerdict::Partly(vec![1])),
            (Error, [0, 0, 0, 0], &[0, 1, 2], ImportVerdict::Refused),
            (
                Error,
                [0, 0, 3, 0],
                &[0, 1, 2],
                ImportVerdict::Partly(vec![0, 1, 2]),
            ),
        ];
        for (status, counts, rejected, expected) in rows {
            let summary = summary(status, counts, rejected);
            assert_eq!(reconcile(store(3), &summary), expected, "{summary:?}");
        }
    }

    #[test]
    fn a_success_that_does_not_add_up_is_unsound() {
        for counts in [
            // 2.43 after an SQL error: 200 SUCCESS, all ignored, no conflict.
            [0, 0, 3, 0],
            // 2.43 given a body that is an array: 200 SUCCESS, all zero.
            [0, 0, 0, 0],
            // Two imports at once on 2.42: some "unchanged" although all were new.
            [1, 0, 2, 0],
        ] {
            let claim = reconcile(store(3), &summary(Status::Success, counts, &[]));
            assert!(
                matches!(claim, ImportVerdict::Unsound(_)),
                "{counts:?}: {claim:?}"
            );
        }
        let mut flush = summary(Status::Error, [0; 4], &[]);
        flush.description = Some("The import process failed: Failed to flush BatchHandler".into());
        assert!(matches!(
            reconcile(store(3), &flush),
            ImportVerdict::Unsound(_)
        ));
    }

    #[test]
    fn what_was_not_asked_is_named() {
        for counts in [[4, 0, 0, 0], [0, 0, 0, 2], [2, 2, 0, 0]] {
            let claim = reconcile(store(3), &summary(Status::Success, counts, &[]));
            assert!(
                matches!(claim, ImportVerdict::NotAsked(_)),
                "{counts:?}: {claim:?}"
            );
        }
    }

    #[test]
    fn deletions_are_counted_as_deleted() {
        let sent = Sent {
            values: 2,
            strategy: Strategy::Delete,
        };
        let done = summary(Status::Success, [0, 0, 0, 2], &[]);
        assert_eq!(reconcile(sent, &done), ImportVerdict::Written);
        // Up to 2.42 a value that is not there is "rejected" without a conflict.
        let one = ImportSummary {
            rejected: Some(vec![1]),
            ..summary(Status::Success, [0, 0, 1, 1], &[])
        };
        assert_eq!(reconcile(sent, &one), ImportVerdict::Partly(vec![1]));
    }

    #[test]
    fn counts_betray_the_dialect() {
        let counts = |imported, updated| Counts {
            imported,
            updated,
            ..Counts::default()
        };
        assert_eq!(
            dialect_of_counts(2, 0, counts(2, 0)),
            Some(ImportDialect::PerValue)
        );
        assert_eq!(
            dialect_of_counts(2, 0, counts(0, 2)),
            Some(ImportDialect::Grouped)
        );
        assert_eq!(dialect_of_counts(0, 2, counts(0, 2)), None);
    }

    #[test]
    fn only_codes_of_the_outer_object_refuse_a_request_before_writing() {
        let with_code = |code: &str| {
            let mut summary = summary(Status::Error, [0; 4], &[]);
            summary.conflicts = vec![Conflict {
                error_code: Some(code.into()),
                ..Conflict::default()
            }];
            reconcile(store(3), &summary)
        };
        for code in [
            "E7600", "E7601", "E7602", "E7603", "E7604", "E8000", "E8128", "E8999",
        ] {
            assert_eq!(with_code(code), ImportVerdict::Refused, "{code}");
        }
        for code in [
            "E7599", "E7605", "E7610", "E7641", "E76", "E9000", "E2001", "", "7600",
        ] {
            assert!(
                matches!(with_code(code), ImportVerdict::Unsound(_)),
                "{code}"
            );
        }
        // "E76040" is between E7604 and E7605 as text.
        assert!(matches!(with_code("E76040"), ImportVerdict::Unsound(_)));
    }
}
