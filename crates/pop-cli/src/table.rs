//! Tables for reading, on a terminal or in a file, never wider than the place they are printed in.
//!
//! A table that is too wide loses, in this order: columns that are empty; columns with the same cell in every
//! row, which are told once above it; the width of its text columns, whose cells are wrapped; and the columns
//! that say least, which are named below it.
//!
//! A column is named by a key: the message `column-KEY` of the user's language is its heading.

mod layout;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::IsTerminal;
use std::sync::Arc;

use pop_messages::{Arg, Messages};

use crate::display_safe;
use layout::Layout;

/// Where the width is not known: a file, a pipe, a terminal that does not say.
const DEFAULT_COLUMNS: usize = 80;
/// No table is laid out for less.
const MIN_COLUMNS: usize = 20;

/// What the cells of a column are: it decides their side and whether they may be wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cells {
    /// Words: on the left, wrapped where the table is too wide.
    Text,
    /// Codes and single words, to be copied: on the left, never wrapped.
    Code,
    /// Numbers: on the right, never wrapped.
    Number,
    /// What several rows share: on a line of its own above them.
    Heading,
}

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    key: &'static str,
    args: Vec<(&'static str, String)>,
    cells: Cells,
    /// Which optional column is left out first, the lowest; `None` for those that stay.
    rank: Option<u8>,
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn text(key: &'static str) -> Self {
        Self::new(key, Cells::Text)
    }

    /// A column of codes or single words.
    #[must_use]
    pub fn code(key: &'static str) -> Self {
        Self::new(key, Cells::Code)
    }

    /// A column of numbers.
    #[must_use]
    pub fn number(key: &'static str) -> Self {
        Self::new(key, Cells::Number)
    }

    /// What runs of rows share, on a line of its own above each run; it has no column.
    #[must_use]
    pub fn heading() -> Self {
        Self::new("", Cells::Heading)
    }

    fn new(key: &'static str, cells: Cells) -> Self {
        Self {
            key,
            args: Vec::new(),
            cells,
            rank: None,
        }
    }

    /// What the heading is about: an argument of its message.
    #[must_use]
    pub fn about(mut self, name: &'static str, value: &str) -> Self {
        self.args.push((name, value.to_owned()));
        self
    }

    /// The heading; the key itself where no language has a message for it, which a test excludes.
    fn heading_text(&self, messages: &Messages) -> String {
        let args: Vec<(&str, Arg<'_>)> = self
            .args
            .iter()
            .map(|(name, value)| (*name, Arg::Text(value)))
            .collect();
        messages
            .find_of(&format!("column-{}", self.key), &args)
            .unwrap_or_else(|| self.key.to_owned())
    }

    /// Left out of a table that is too wide even with its text wrapped; rank 1 goes first.
    #[must_use]
    pub fn optional(mut self, rank: u8) -> Self {
        self.rank = Some(rank);
        self
    }
}

/// A table with a head line and aligned columns.
#[derive(Debug, Clone)]
pub struct Table {
    messages: Arc<Messages>,
    columns: Vec<Column>,
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    complete_in: Option<&'static str>,
}

impl Table {
    /// A table with these columns and no rows yet.
    #[must_use]
    pub fn new(messages: &Arc<Messages>, columns: &[Column]) -> Self {
        Self {
            messages: Arc::clone(messages),
            names: columns
                .iter()
                .map(|column| column.heading_text(messages))
                .collect(),
            columns: columns.to_vec(),
            rows: Vec::new(),
            complete_in: None,
        }
    }

    /// Says which flag gives all columns, for a table that leaves some out: `--format csv`.
    #[must_use]
    pub fn complete_in(mut self, flag: &'static str) -> Self {
        self.complete_in = Some(flag);
        self
    }

    /// Adds a row; missing cells are empty, surplus ones are dropped. Cells are made safe for a terminal.
    pub fn row<T: AsRef<str>>(&mut self, cells: &[T]) {
        let mut row: Vec<String> = cells
            .iter()
            .take(self.columns.len())
            .map(|cell| display_safe(cell.as_ref()).into_owned())
            .collect();
        row.resize(self.columns.len(), String::new());
        self.rows.push(row);
    }

    /// How many rows it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table in lines of at most `columns` characters, as [`crate::Output::columns`] and
    /// [`crate::Console::columns`] give them.
    #[must_use]
    pub fn within(&self, columns: usize) -> impl fmt::Display + use<'_> {
        Layout::new(self, columns.max(MIN_COLUMNS))
    }
}

/// The columns of what is printed to: those of the environment's COLUMNS, else of the terminal, else 80.
pub(crate) fn columns_of(stream: &impl IsTerminal) -> usize {
    let terminal = || {
        stream
            .is_terminal()
            .then(terminal_size::terminal_size)
            .flatten()
            .map(|(width, _)| usize::from(width.0))
    };
    stated_columns()
        .or_else(terminal)
        .filter(|&columns| columns > 0)
        .unwrap_or(DEFAULT_COLUMNS)
}

/// The columns of a file or a pipe: COLUMNS, else 80, so that the bytes do not depend on the user's terminal.
pub(crate) fn columns_of_a_file() -> usize {
    stated_columns().unwrap_or(DEFAULT_COLUMNS)
}

fn stated_columns() -> Option<usize> {
    let stated = std::env::var("COLUMNS").ok()?;
    stated.trim().parse().ok().filter(|&columns| columns > 0)
}
