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
        progress: &mut WriteProgress,
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
        if progress.inserted.contains(&key) {
            // A batch keeps the first value of a key that is new to it.
            return Ok(());
        }
        let dry = self.options.is_on("dryRun");
        let stored = values.get(&key);
        let blind = self.options.is_on("skipExistingCheck");
        if blind && stored.is_some() && !dry {
            return Err(WriteFailure::Flush);
        }
        let change = Change::of(row, at, self.options.strategy);
        let alive = stored.filter(|stored| !stored.deleted && !blind);
        let counted = match alive {
            Some(stored) => self.count_existing(index, &change, stored, summary),
            None => self.count_new(index, &change, summary),
        };
        if !counted {
            return Ok(());
        }
        let erases = change.deletes || alive.is_some() && (change.zero || change.blank);
        if alive.is_none() {
            progress.inserted.insert(key.clone());
        }
        if dry {
            return Ok(());
        }
        if self
            .crash_after
            .is_some_and(|limit| progress.stored >= limit)
        {
            return Err(WriteFailure::Crashed);
        }
        progress.stored += 1;
        let created = stored.map_or(self.now, |stored| stored.created);
        let author = row
            .stored_by
            .as_deref()
            .unwrap_or(&self.metadata.caller.username);
        let value = DataValue {
            value: change.value().map(Into::into),
            comment: change.comment.map(Into::into),
            stored_by: values.name(author),
            follow_up: change.follow_up,
            deleted: erases,
            created,
            updated: self.now,
        };
        values.put(key, value);
        Ok(())
    }

    /// Counts a change of a stored value; whether there is something to write.
    fn count_existing(
        &self,
        index: usize,
        change: &Change<'_>,
        stored: &DataValue,
        summary: &mut ImportSummary,
    ) -> bool {
        let count = &mut summary.count;
        if self.options.strategy == Strategy::Create {
            count.ignored += 1;
            summary.rejected.push(index);
            return false;
        }
        if change.deletes || change.zero || change.blank {
            count.deleted += 1;
        } else if change.is_same_as(stored) {
            count.ignored += 1;
            return false;
        } else {
            count.updated += 1;
        }
        true
    }

    /// Counts a new value; whether there is something to write.
    fn count_new(&self, index: usize, change: &Change<'_>, summary: &mut ImportSummary) -> bool {
        let strategy = self.options.strategy;
        if matches!(strategy, Strategy::Update | Strategy::Delete) || change.blank {
            summary.count.ignored += 1;
            if !change.blank {
                summary.rejected.push(index);
            }
            return false;
        }
        if change.zero {
            return false;
        }
        // Also where it says of itself that it is deleted: a deleted row is made.
        summary.count.imported += 1;
        true
    }
}

/// What a row asks for.
struct Change<'a> {
    text: Option<&'a str>,
    comment: Option<&'a str>,
    follow_up: bool,
    /// Whether it takes the value away.
    deletes: bool,
    /// Whether it is a zero that the data element does not keep.
    zero: bool,
    /// Whether it is nothing but blanks.
    blank: bool,
}

impl<'a> Change<'a> {
    fn of(row: &'a ImportRow, at: &ResolvedValue, strategy: Strategy) -> Self {
        let text = row.value.as_deref().filter(|value| !value.is_empty());
        Self {
            text,
            comment: row.comment.as_deref(),
            follow_up: row.follow_up.unwrap_or(false),
            deletes: strategy == Strategy::Delete || row.deleted == Some(true),
            zero: text.is_some_and(is_zero)
                && value_type::is_numeric(&at.element.value_type)
                && !at.element.keeps_zero,
            blank: text.is_some_and(|text| text.trim().is_empty()),
        }
    }

    fn is_same_as(&self, stored: &DataValue) -> bool {
        stored.value.as_deref() == self.text
            && stored.comment.as_deref() == self.comment
            && stored.follow_up == self.follow_up
    }

    /// The text to be stored.
    fn value(&self) -> Option<&'a str> {
        self.text.filter(|_| self.deletes || !self.blank)
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
