//! What a run sets out to do: every value it is about, with what stood there before.

use std::io;
use std::num::NonZeroUsize;
use std::ops::Range;

use pop_datavalues::value_set::names::Names;
use pop_datavalues::value_set::table::{Content, ValueKey, ValueTable};
use pop_datavalues::value_set::{IdSchemes, JsonWriter, ValueRow};
use pop_dhis2::import::reconcile::Strategy;
use pop_dhis2::import::send::ImportMode;
use pop_dhis2::import::stored_state::ChangeClass;

use crate::record::{ContentRecord, Record};

/// What a job does: a push stores a set, an undo takes a push back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RunKind {
    /// Store a data value set.
    Push,
    /// Restore what a receipt says stood there before.
    Undo,
}

/// What becomes of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ItemState {
    /// To be written.
    Open,
    /// Sent, and not yet known to be stored or not.
    Unknown,
    /// Written, and read back as wanted.
    Stored,
    /// It stood there already.
    Same,
    /// Someone else's value, kept as the plan said.
    Kept,
    /// Left out by the user's consent: the server would refuse it.
    LeftOut,
    /// Refused by the server.
    Refused,
    /// Changed by someone else since the plan: kept.
    ChangedByOthers,
    /// Sent, said to be written, and not there.
    Lost,
}

impl ItemState {
    const WORDS: [(Self, &'static str); 9] = [
        (Self::Open, "open"),
        (Self::Unknown, "unknown"),
        (Self::Stored, "stored"),
        (Self::Same, "same"),
        (Self::Kept, "kept"),
        (Self::LeftOut, "left-out"),
        (Self::Refused, "refused"),
        (Self::ChangedByOthers, "others"),
        (Self::Lost, "lost"),
    ];

    /// The word for it in receipts.
    #[must_use]
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(state, _)| *state == self)
            .map_or("", |(_, word)| word)
    }

    /// The state of a word.
    #[must_use]
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(state, _)| *state)
    }
}

/// The number of a row in a table of values, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RowNumber(NonZeroUsize);

impl RowNumber {
    fn of_index(index: usize) -> Self {
        Self(NonZeroUsize::MIN.saturating_add(index))
    }

    fn index(self) -> usize {
        self.0.get() - 1
    }
}

/// One value of a job.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    /// Where it belongs.
    pub(crate) key: ValueKey,
    /// What writing it would do.
    pub(crate) class: ChangeClass,
    /// What becomes of it.
    pub(crate) state: ItemState,
    /// Its number in the file it came from, counted from 1; 0 where it came from none.
    pub(crate) row: u32,
    /// Its row in the values wanted; without one it is to be deleted.
    wanted: Option<RowNumber>,
    /// Its row in the values before; without one nothing was stored.
    before: Option<RowNumber>,
}

/// All values of a run, and the texts they are made of.
#[derive(Debug)]
pub(crate) struct Job {
    /// Push or undo.
    pub(crate) kind: RunKind,
    /// The data set named in every request.
    pub(crate) data_set: Option<String>,
    /// Texts of ids, periods, comments.
    pub(crate) names: Names,
    /// Values wanted; of a push, the file's rows in its order.
    pub(crate) wanted: ValueTable,
    /// Values that stood there before.
    pub(crate) before: ValueTable,
    /// One for each value, in the order of sending.
    pub(crate) items: Vec<Item>,
}

impl Job {
    /// A job without items.
    #[must_use]
    pub(crate) fn new(
        kind: RunKind,
        data_set: Option<String>,
        names: Names,
        wanted: ValueTable,
        before: ValueTable,
    ) -> Self {
        Self {
            kind,
            data_set,
            names,
            wanted,
            before,
            items: Vec::new(),
        }
    }

    /// A job without values.
    pub(crate) fn empty(kind: RunKind, data_set: Option<String>) -> Self {
        let (wanted, before) = (ValueTable::default(), ValueTable::default());
        Self::new(kind, data_set, Names::default(), wanted, before)
    }

    /// Adds an item by its rows in the two tables; gives it to be completed.
    pub(crate) fn add(
        &mut self,
        key: ValueKey,
        class: ChangeClass,
        wanted: Option<usize>,
        before: Option<usize>,
    ) -> &mut Item {
        let at = self.items.len();
        self.items.push(Item {
            key,
            class,
            state: ItemState::Open,
            row: 0,
            wanted: wanted.map(RowNumber::of_index),
            before: before.map(RowNumber::of_index),
        });
        &mut self.items[at]
    }

    /// Gives an item another content as stored before it.
    ///
    /// # Errors
    /// A value that is too long.
    pub(crate) fn set_before(
        &mut self,
        index: usize,
        content: Option<&ContentRecord>,
    ) -> io::Result<()> {
        let item = &mut self.items[index];
        item.before = match content {
            None => None,
            Some(content) => {
                content.store(item.key, &mut self.names, &mut self.before)?;
                Some(RowNumber::of_index(self.before.len() - 1))
            }
        };
        Ok(())
    }

    /// Puts the items in the order of sending: by what is asked, period, unit and element.
    pub(crate) fn arrange(&mut self) {
        self.items
            .sort_unstable_by_key(|item| (item.wanted.is_none(), item.key, item.row));
    }

    /// What is wanted of an item; `None` to delete it.
    #[must_use]
    pub(crate) fn wanted_of(&self, item: &Item) -> Option<Content<'_>> {
        content(&self.wanted, item.wanted)
    }

    /// What stood there before.
    #[must_use]
    pub(crate) fn before_of(&self, item: &Item) -> Option<Content<'_>> {
        content(&self.before, item.before)
    }

    /// What has to be asked to get an item done.
    #[must_use]
    pub(crate) fn strategy_of(&self, item: &Item) -> Strategy {
        if item.wanted.is_none() {
            Strategy::Delete
        } else {
            Strategy::Store
        }
    }

    /// How many items are in a state.
    #[must_use]
    pub(crate) fn count(&self, state: ItemState) -> usize {
        self.items.iter().filter(|item| item.state == state).count()
    }

    /// Ranges of at most `size` neighbouring items, each of one period and one strategy.
    #[must_use]
    pub(crate) fn batches(&self, size: usize) -> Vec<Range<usize>> {
        let mut batches = Vec::new();
        let mut start = 0;
        while let Some(first) = self.items.get(start) {
            let end = self.items[start..]
                .iter()
                .take(size.max(1))
                .position(|item| {
                    item.key.period != first.key.period
                        || (item.wanted.is_none()) != (first.wanted.is_none())
                })
                .unwrap_or_else(|| size.max(1).min(self.items.len() - start));
            batches.push(start..start + end);
            start += end;
        }
        batches
    }

    /// The body of a request for some items.
    ///
    /// # Errors
    /// None in practice: it is written to memory.
    pub(crate) fn request_body(&self, items: &[usize], mode: ImportMode) -> io::Result<Vec<u8>> {
        let out = Vec::with_capacity(items.len() * 160);
        let data_set = self.data_set.as_deref();
        let mut json = match mode {
            ImportMode::DryRun => JsonWriter::dry_run(out, data_set)?,
            ImportMode::Commit => JsonWriter::new(out, data_set, &IdSchemes::default())?,
        };
        for &index in items {
            let item = &self.items[index];
            // A deletion names the value it deletes.
            let Some(content) = self.wanted_of(item).or_else(|| self.before_of(item)) else {
                continue;
            };
            json.write(ValueRow::stored(&item.key, content, &self.names))?;
        }
        json.finish()
    }

    /// The record of an item.
    #[must_use]
    pub(crate) fn record(&self, item: &Item) -> Record {
        let content = |content: Option<Content<'_>>| {
            content.map(|content| ContentRecord::of(content, &self.names))
        };
        Record {
            row: (item.row > 0).then_some(item.row),
            class: item.class.word().to_owned(),
            before: content(self.before_of(item)),
            wanted: content(self.wanted_of(item)),
            ..Record::of_key(&item.key, &self.names)
        }
    }

    /// Adds an item from its record.
    ///
    /// # Errors
    /// A class or state that is not known, or a value that is too long.
    pub(crate) fn add_record(&mut self, record: &Record) -> Result<(), String> {
        let class = ChangeClass::ALL
            .into_iter()
            .find(|class| class.word() == record.class)
            .ok_or_else(|| format!("unknown class {:?}", record.class))?;
        let state = match record.state.as_deref() {
            None => ItemState::Open,
            Some(word) => {
                ItemState::of_word(word).ok_or_else(|| format!("unknown state {word:?}"))?
            }
        };
        let key = record.key(&mut self.names);
        let mut store = |content: &Option<ContentRecord>, values: &mut ValueTable| match content {
            None => Ok(None),
            Some(content) => content
                .store(key, &mut self.names, values)
                .map(|()| Some(values.len() - 1))
                .map_err(|error| error.to_string()),
        };
        let wanted = store(&record.wanted, &mut self.wanted)?;
        let before = store(&record.before, &mut self.before)?;
        let item = self.add(key, class, wanted, before);
        item.state = state;
        item.row = record.row.unwrap_or(0);
        Ok(())
    }
}

fn content(values: &ValueTable, row: Option<RowNumber>) -> Option<Content<'_>> {
    let row = values.rows().get(row?.index())?;
    Some(values.content(row))
}
