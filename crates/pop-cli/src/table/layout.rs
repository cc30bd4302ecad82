//! How a table fits into a number of columns.

use std::fmt;

use textwrap::core::display_width;
use textwrap::{Options, WordSeparator};

use pop_messages::Arg;

use super::{Cells, Column, Table};

/// Blanks between two columns.
const GAP: usize = 2;
/// Blanks in front of rows that stand below a heading.
const INDENT: usize = 2;
/// A text column is not made narrower than its longest word, up to this width.
const WORD: usize = 12;
/// The same where nothing else is left to give.
const NARROWEST: usize = 6;

/// A table with the width of each column that is shown.
pub(super) struct Layout<'a> {
    table: &'a Table,
    columns: usize,
    /// The column with headings.
    heading: Option<usize>,
    shown: Vec<Shown>,
    /// Columns with one cell for all rows.
    constant: Vec<usize>,
    left_out: Vec<usize>,
}

/// A column that is shown.
#[derive(Debug, Clone, Copy)]
struct Shown {
    column: usize,
    /// With nothing wrapped.
    natural: usize,
    /// Of the longest word of a text, of the longest cell of codes and numbers.
    longest: usize,
    /// Of the longest word of the head.
    head: usize,
    width: usize,
}

impl<'a> Layout<'a> {
    pub(super) fn new(table: &'a Table, columns: usize) -> Self {
        let is_heading = |&column: &usize| table.columns[column].cells == Cells::Heading;
        let (headings, columns_shown): (Vec<usize>, Vec<usize>) =
            (0..table.columns.len()).partition(is_heading);
        let shown = columns_shown
            .into_iter()
            .map(|column| Shown::measure(table, column));
        let mut layout = Self {
            table,
            columns,
            heading: headings.first().copied(),
            shown: shown.collect(),
            constant: Vec::new(),
            left_out: Vec::new(),
        };
        if !layout.fits() {
            layout.drop_empty();
        }
        if !layout.fits() {
            layout.fold_constant();
        }
        layout.narrow(WORD);
        while !layout.fits() && layout.leave_out_optional() {
            layout.narrow(WORD);
        }
        layout.narrow(NARROWEST);
        while !layout.fits() && layout.leave_out_last() {
            layout.narrow(NARROWEST);
        }
        if let [only] = layout.shown.as_mut_slice() {
            let room = columns - layout.heading.map_or(0, |_| INDENT);
            only.width = only.width.min(room);
        }
        layout
    }

    fn fits(&self) -> bool {
        self.width() <= self.columns
    }

    fn indent(&self) -> usize {
        self.heading.map_or(0, |_| INDENT)
    }

    fn width(&self) -> usize {
        let cells: usize = self.shown.iter().map(|shown| shown.width).sum();
        self.indent() + cells + GAP * self.shown.len().saturating_sub(1)
    }

    fn column(&self, shown: &Shown) -> &'a Column {
        &self.table.columns[shown.column]
    }

    fn drop_empty(&mut self) {
        let rows = &self.table.rows;
        self.shown.retain(|shown| {
            rows.is_empty() || rows.iter().any(|row| !row[shown.column].is_empty())
        });
    }

    /// Words and codes that are the same in all rows move above the table, except those of the first column.
    fn fold_constant(&mut self) {
        let [first, second, ..] = self.table.rows.as_slice() else {
            return;
        };
        let rows = &self.table.rows;
        let is_constant = |shown: &Shown| {
            let cell = &first[shown.column];
            self.table.columns[shown.column].cells != Cells::Number
                && shown.column > 0
                && second[shown.column] == *cell
                && rows.iter().all(|row| row[shown.column] == *cell)
        };
        let (constant, shown) = self.shown.iter().partition(|shown| is_constant(shown));
        self.shown = shown;
        let constant: Vec<Shown> = constant;
        self.constant = constant.iter().map(|shown| shown.column).collect();
    }

    /// Takes from the widest columns until the table fits: wraps the heads of codes and numbers, then text.
    fn narrow(&mut self, word: usize) {
        for shown in &mut self.shown {
            shown.width = shown.natural;
        }
        let table = self.table;
        let least = |shown: &Shown| match table.columns[shown.column].cells {
            Cells::Text => shown.longest.max(shown.head).min(word),
            Cells::Code | Cells::Number | Cells::Heading => shown.longest.max(shown.head),
        };
        let is_text = |shown: &Shown| table.columns[shown.column].cells == Cells::Text;
        for text in [false, true] {
            while !self.fits() {
                let can_give = self.shown.iter_mut();
                let can_give =
                    can_give.filter(|shown| is_text(shown) == text && shown.width > least(shown));
                let Some(widest) = can_give.max_by_key(|shown| shown.width) else {
                    break;
                };
                widest.width -= 1;
            }
        }
    }

    /// Whether there was an optional column to leave out.
    fn leave_out_optional(&mut self) -> bool {
        let ranked = self
            .shown
            .iter()
            .enumerate()
            .filter_map(|(place, shown)| Some((self.column(shown).rank?, place)));
        let Some((_, place)) = ranked.min() else {
            return false;
        };
        self.left_out.push(self.shown.remove(place).column);
        true
    }

    /// Whether there was another column than the first to leave out.
    fn leave_out_last(&mut self) -> bool {
        if self.shown.len() < 2 {
            return false;
        }
        let last = self.shown.pop();
        self.left_out.extend(last.map(|shown| shown.column));
        true
    }

    fn write_row(&self, f: &mut fmt::Formatter<'_>, row: &[impl AsRef<str>]) -> fmt::Result {
        let cells: Vec<Vec<_>> = self
            .shown
            .iter()
            .map(|shown| wrapped(row[shown.column].as_ref(), shown.width))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let mut text = " ".repeat(self.indent());
            for (shown, cell) in self.shown.iter().zip(&cells) {
                let part = cell.get(line).map_or("", |part| part);
                let blanks = " ".repeat(shown.width.saturating_sub(display_width(part)));
                match self.column(shown).cells {
                    Cells::Number => text.extend([&blanks, part]),
                    Cells::Text | Cells::Code | Cells::Heading => text.extend([part, &blanks]),
                }
                text.push_str(&" ".repeat(GAP));
            }
            writeln!(f, "{}", text.trim_end())?;
        }
        Ok(())
    }

    /// A sentence of its own, wrapped.
    fn write_line(&self, f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
        wrapped(text, self.columns)
            .iter()
            .try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl fmt::Display for Layout<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.table;
        if let Some(first) = table.rows.first() {
            for &column in &self.constant {
                let text = table.messages.text_of(
                    "named-value",
                    &[
                        ("name", Arg::Text(&table.names[column])),
                        ("value", Arg::Text(&first[column])),
                    ],
                );
                self.write_line(f, &text)?;
            }
        }
        self.write_row(f, &table.names)?;
        let rules: Vec<String> = self
            .shown
            .iter()
            .map(|shown| "-".repeat(shown.width))
            .collect();
        let indent = " ".repeat(self.indent());
        writeln!(f, "{indent}{}", rules.join(&" ".repeat(GAP)))?;
        let mut above = None;
        for row in &table.rows {
            if let Some(heading) = self.heading.map(|column| &row[column])
                && above != Some(heading)
            {
                self.write_line(f, heading)?;
                above = Some(heading);
            }
            self.write_row(f, row)?;
        }
        if !self.left_out.is_empty() {
            let mut left_out = self.left_out.clone();
            left_out.sort_unstable();
            let names = left_out
                .iter()
                .map(|&column| table.names[column].as_str())
                .filter(|name| !name.is_empty())
                .collect::<Vec<_>>()
                .join(", ");
            let width = ("width", Arg::Count(self.columns));
            let names = ("names", Arg::Text(&names));
            let text = match table.complete_in {
                Some(flag) => table.messages.text_of(
                    "not-shown-but-in",
                    &[width, names, ("flag", Arg::Text(flag))],
                ),
                None => table.messages.text_of("not-shown", &[width, names]),
            };
            self.write_line(f, &text)?;
        }
        Ok(())
    }
}

impl Shown {
    fn measure(table: &Table, column: usize) -> Self {
        let (name, cells) = (&table.names[column], table.columns[column].cells);
        let of_cells = table.rows.iter().map(|row| row[column].as_str());
        let longest_word = |text: &str| text.split(' ').map(display_width).max().unwrap_or(0);
        let cell = of_cells.clone().map(display_width).max().unwrap_or(0);
        let natural = cell.max(display_width(name));
        Self {
            column,
            natural,
            longest: match cells {
                Cells::Text => of_cells.map(longest_word).max().unwrap_or(0),
                Cells::Code | Cells::Number | Cells::Heading => cell,
            },
            head: longest_word(name),
            width: natural,
        }
    }
}

fn wrapped(text: &str, width: usize) -> Vec<std::borrow::Cow<'_, str>> {
    if display_width(text) <= width {
        return vec![text.into()];
    }
    textwrap::wrap(
        text,
        Options::new(width.max(1)).word_separator(WordSeparator::AsciiSpace),
    )
}
