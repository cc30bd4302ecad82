//! What a run sets out to do: every value it is about, with what stood there before.

use std::ops::Range;

use pop_dhis2::import::diff::Class;
use pop_dhis2::import::names::Names;
use pop_dhis2::import::reconcile::Strategy;
use pop_dhis2::import::values::{Content, Key, Values};

use crate::record::{ContentRecord, Record};

/// What a job does: a push stores a set, an undo takes a push back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Store a data value set.
    Push,
    /// Restore what a receipt says stood there before.
    Undo,
}

/// What becomes of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
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
    Others,
    /// Sent, said to be written, and not there.
    Lost,
}

impl State {
    const WORDS: [(Self, &'static str); 9] = [
        (Self::Open, "open"),
        (Self::Unknown, "unknown"),
        (Self::Stored, "stored"),
        (Self::Same, "same"),
        (Self::Kept, "kept"),
        (Self::LeftOut, "left-out"),
        (Self::Refused, "refused"),
        (Self::Others, "others"),
        (Self::Lost, "lost"),
    ];

    /// The word for it in receipts.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(state, _)| *state == self)
            .map_or("", |(_, word)| word)
    }

    /// The state of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(state, _)| *state)
    }
}

/// One value of a job. Rows of the tables are named by index, `NONE` where there is none.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    /// Where it belongs.
    pub key: Key,
    /// What writing it would do.
    pub class: Class,
    /// What becomes of it.
    pub state: State,
    /// Its number in the file it came from, counted from 1; 0 where it came from none.
    pub row: u32,
    wanted: u32,
    before: u32,
}

const NONE: u32 = u32::MAX;

/// All values of a run, and the texts they are made of.
#[derive(Debug)]
pub struct Job {
    /// Push or undo.
    pub kind: Kind,
    /// The data set named in every request.
    pub data_set: Option<String>,
    /// Texts of ids, periods, comments.
    pub names: Names,
    /// Values wanted; of a push, the file's rows in its order.
    pub wanted: Values,
    /// Values that stood there before.
    pub before: Values,
    /// One for each value, in the order of sending.
    pub items: Vec<Item>,
}

impl Job {
    /// A job without items.
    #[must_use]
    pub fn new(
        kind: Kind,
        data_set: Option<String>,
        names: Names,
        wanted: Values,
        before: Values,
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

    /// Adds an item by its rows in the two tables; gives it to be completed.
    pub fn add(
        &mut self,
        key: Key,
        class: Class,
        wanted: Option<usize>,
        before: Option<usize>,
    ) -> &mut Item {
        let index =
            |row: Option<usize>| row.and_then(|row| u32::try_from(row).ok()).unwrap_or(NONE);
        let at = self.items.len();
        self.items.push(Item {
            key,
            class,
            state: State::Open,
            row: 0,
            wanted: index(wanted),
            before: index(before),
        });
        &mut self.items[at]
    }

    /// Gives an item another content that stands there before it.
    ///
    /// # Errors
    /// A value that is too long.
    pub fn set_before(
        &mut self,
        index: usize,
        content: Option<&ContentRecord>,
    ) -> std::io::Result<()> {
        let item = &mut self.items[index];
        item.before = match content {
            None => NONE,
            Some(content) => {
                content.store(item.key, &mut self.names, &mut self.before)?;
                u32::try_from(self.before.len() - 1).unwrap_or(NONE)
            }
        };
        Ok(())
    }

    /// Puts the items in the order of sending: by what is asked, period, unit and element.
    pub fn arrange(&mut self) {
        self.items
            .sort_unstable_by_key(|item| (item.wanted == NONE, item.key, item.row));
    }

    /// What is wanted of an item; `None` to delete it.
    #[must_use]
    pub fn wanted_of(&self, item: &Item) -> Option<Content<'_>> {
        content(&self.wanted, item.wanted)
    }

    /// What stood there before.
    #[must_use]
    pub fn before_of(&self, item: &Item) -> Option<Content<'_>> {
        content(&self.before, item.before)
    }

    /// What has to be asked to get an item done.
    #[must_use]
    pub fn strategy_of(&self, item: &Item) -> Strategy {
        if item.wanted == NONE {
            Strategy::Delete
        } else {
            Strategy::Store
        }
    }

    /// How many items are in a state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.items.iter().filter(|item| item.state == state).count()
    }

    /// Ranges of at most `size` neighbouring items, each of one period and one strategy.
    #[must_use]
    pub fn parts(&self, size: usize) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = 0;
        while let Some(first) = self.items.get(start) {
            let end = self.items[start..]
                .iter()
                .take(size.max(1))
                .position(|item| {
                    item.key.period != first.key.period
                        || (item.wanted == NONE) != (first.wanted == NONE)
                })
                .unwrap_or_else(|| size.max(1).min(self.items.len() - start));
            parts.push(start..start + end);
            start += end;
        }
        parts
    }

    /// The record of an item.
    #[must_use]
    pub fn record(&self, item: &Item) -> Record {
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
    pub fn add_record(&mut self, record: &Record) -> Result<(), String> {
        let class = Class::ALL
            .into_iter()
            .find(|class| class.word() == record.class)
            .ok_or_else(|| format!("unknown class {:?}", record.class))?;
        let state = match record.state.as_deref() {
            None => State::Open,
            Some(word) => State::of_word(word).ok_or_else(|| format!("unknown state {word:?}"))?,
        };
        let key = record.key(&mut self.names);
        let mut store = |content: &Option<ContentRecord>, values: &mut Values| match content {
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

fn content(values: &Values, index: u32) -> Option<Content<'_>> {
    values
        .rows()
        .get(index as usize)
        .map(|row| values.content(row))
}
