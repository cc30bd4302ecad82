//! A value that passed every check: stored, or counted as the release does.

use std::collections::HashSet;

use super::{PerValueImport, ResolvedValue};
use crate::data_values::{DataValue, DataValueKey, DataValues};
use crate::metadata_store::DEFAULT_OPTION_COMBO;
use crate::value_set_import::body::ImportRow;
use crate::value_set_import::import_options::Strategy;
use crate::value_set_import::import_summary::ImportSummary;
use crate::value_type::{self, is_zero};

impl PerValueImport<'_> {
    /// Stores a value, or counts it as the release does.
    pub(super) fn write(
        &self,
        index: usize,
        row: &ImportRow,
        at: &ResolvedValue,
        values: &mut DataValues,
        summary: &mut ImportSummary,
        written: &mut WriteProgress,
    ) -> Result<(), WriteFailure> {
        let key = DataValueKey {
            period: values.name(&at.period.id()),
            element: values.name(&at.element.id),
            unit: values.name(&at.unit),
            combo: values.name(at.combo.as_deref().unwrap_or(DEFAULT_OPTION_COMBO)),
            attribute_combo: values.name(
                at.attribute_combo
                    .as_deref()
                    .unwrap_or(DEFAULT_OPTION_COMBO),
            ),
        };
        let dry = self.options.is_on("dryRun");
        let count = &mut summary.count;
        let stored = values.get(&key);
        let alive =
            stored.is_some_and(|stored| !stored.deleted) && !written.inserted.contains(&key);
        if written.inserted.contains(&key) {
            // A batch keeps the first value of a key that is new to it.
            return Ok(());
        }
        let blind = self.options.is_on("skipExistingCheck");
        if blind && stored.is_some() && !dry {
            return Err(WriteFailure::Flush);
        }
        let alive = alive && !blind;
        let follow_up = row.follow_up.unwrap_or(false);
        let text = row.value.as_deref().filter(|value| !value.is_empty());
        let same = stored.filter(|_| alive).is_some_and(|stored| {
            stored.value.as_deref() == text
                && stored.comment.as_deref() == row.comment.as_deref()
                && stored.follow_up == follow_up
        });
        let zero = text.is_some_and(is_zero)
            && value_type::is_numeric(&at.element.value_type)
            && !at.element.keeps_zero;
        let strategy = self.options.strategy;
        let deletes = strategy == Strategy::Delete || row.deleted == Some(true);
        let blank = text.is_some_and(|text| text.trim().is_empty());
        if alive {
            if strategy == Strategy::Create {
                count.ignored += 1;
                summary.rejected.push(index);
                return Ok(());
            }
            if deletes || zero || blank {
                count.deleted += 1;
            } else if same {
                count.ignored += 1;
                return Ok(());
            } else {
                count.updated += 1;
            }
        } else {
            if matches!(strategy, Strategy::Update | Strategy::Delete) || blank {
                count.ignored += 1;
                if !blank {
                    summary.rejected.push(index);
                }
                return Ok(());
            }
            if zero {
                return Ok(());
            }
            // Also where it says of itself that it is deleted: a deleted row is made.
            count.imported += 1;
            written.inserted.insert(key.clone());
        }
        let erases = deletes || alive && (zero || blank);
        if dry {
            return Ok(());
        }
        if self
            .crash_after
            .is_some_and(|limit| written.stored >= limit)
        {
            return Err(WriteFailure::Crashed);
        }
        written.stored += 1;
        let created = values.get(&key).map_or(self.now, |stored| stored.created);
        let author = row
            .stored_by
            .as_deref()
            .unwrap_or(&self.metadata.caller.username);
        let value = DataValue {
            value: text.filter(|_| deletes || !blank).map(Into::into),
            comment: row.comment.as_deref().map(Into::into),
            stored_by: values.name(author),
            follow_up,
            deleted: erases,
            created,
            updated: self.now,
        };
        values.put(key, value);
        Ok(())
    }
}

/// What has been written so far.
#[derive(Default)]
pub(super) struct WriteProgress {
    inserted: HashSet<DataValueKey>,
    stored: usize,
}

/// Why an import broke off; what was written stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteFailure {
    /// The database refused a batch.
    Flush,
    /// The transaction is gone because an attribute is unknown.
    RolledBack,
    /// The server died.
    Crashed,
}
