//! Data values in bulk: what is sent, what is stored, in some 30 bytes a row.

use std::collections::HashMap;
use std::io;

use super::names::Sym;

/// What one data value is stored under. A combo that was not given is [`Sym::NONE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueKey {
    /// Period, in the server's calendar.
    pub period: Sym,
    /// Org unit.
    pub unit: Sym,
    /// Data element.
    pub element: Sym,
    /// Category option combo.
    pub combo: Sym,
    /// Attribute option combo.
    pub attribute: Sym,
}

/// The position of a value's text in its table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    start: u32,
    len: u16,
}

/// One data value of a [`ValueTable`].
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What it is stored under.
    pub key: ValueKey,
    /// Its comment, [`Sym::NONE`] where it has none.
    pub comment: Sym,
    /// The value's text: [`ValueTable::text`].
    pub value: Span,
    /// Marked for follow-up.
    pub follow_up: bool,
    /// Who stored it, among the accounts of its table; 0 where that is not known.
    account: u16,
}

/// A value with its comment and follow-up mark, detached from any table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content<'a> {
    /// The value's text.
    pub value: &'a str,
    /// Its comment.
    pub comment: Sym,
    /// Marked for follow-up.
    pub follow_up: bool,
}

/// A table of data values; their order is the order they came in.
#[derive(Debug, Default)]
pub struct ValueTable {
    rows: Vec<Row>,
    text: String,
    /// The accounts of the rows, which have one more than the index here.
    accounts: Vec<Sym>,
    account_of: HashMap<Sym, u16>,
}

/// Longest text of one value that DHIS2 takes (`ValidationUtils`).
pub const LONGEST_VALUE: usize = 50_000;

impl ValueTable {
    /// Adds a value.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] for a text over [`LONGEST_VALUE`] characters or beyond 4 GiB in all.
    pub fn push(&mut self, key: ValueKey, content: Content<'_>) -> io::Result<()> {
        self.push_stored(key, content, Sym::NONE)
    }

    /// Adds a value that a server stores, with the account that stored it (`storedBy`).
    ///
    /// # Errors
    /// As [`Self::push`], and for more than 65,535 accounts.
    pub fn push_stored(
        &mut self,
        key: ValueKey,
        content: Content<'_>,
        stored_by: Sym,
    ) -> io::Result<()> {
        let too_much = |what| io::Error::new(io::ErrorKind::InvalidData, what);
        let len = u16::try_from(content.value.len())
            .ok()
            .filter(|&len| usize::from(len) <= LONGEST_VALUE)
            .ok_or_else(|| too_much("a value of more than 50000 characters"))?;
        let start =
            u32::try_from(self.text.len()).map_err(|_| too_much("more than 4 GiB of values"))?;
        let account = self
            .account(stored_by)
            .ok_or_else(|| too_much("values of more than 65535 accounts"))?;
        self.text.push_str(content.value);
        self.rows.push(Row {
            key,
            comment: content.comment,
            value: Span { start, len },
            follow_up: content.follow_up,
            account,
        });
        Ok(())
    }

    fn account(&mut self, stored_by: Sym) -> Option<u16> {
        if stored_by == Sym::NONE {
            return Some(0);
        }
        if let Some(&account) = self.account_of.get(&stored_by) {
            return Some(account);
        }
        let account = u16::try_from(self.accounts.len() + 1).ok()?;
        self.accounts.push(stored_by);
        self.account_of.insert(stored_by, account);
        Some(account)
    }

    /// The account that stored a value, [`Sym::NONE`] where that is not known.
    #[must_use]
    pub fn stored_by(&self, row: &Row) -> Sym {
        let index = usize::from(row.account).checked_sub(1);
        index.map_or(Sym::NONE, |index| self.accounts[index])
    }

    /// All rows, in order.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows, to complete their keys in place.
    pub fn rows_mut(&mut self) -> &mut [Row] {
        &mut self.rows
    }

    /// Number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The text of a row of this table.
    #[must_use]
    pub fn text(&self, row: &Row) -> &str {
        let start = row.value.start as usize;
        self.text
            .get(start..start + usize::from(row.value.len))
            .unwrap_or("")
    }

    /// Value, comment and mark of a row of this table.
    #[must_use]
    pub fn content(&self, row: &Row) -> Content<'_> {
        Content {
            value: self.text(row),
            comment: row.comment,
            follow_up: row.follow_up,
        }
    }

    /// The rows in the order of their keys, ready for look-up by key.
    #[must_use]
    pub fn sorted(&self) -> Sorted<'_> {
        let mut order: Vec<u32> = (0..u32::try_from(self.rows.len()).unwrap_or(u32::MAX)).collect();
        order.sort_by(|&a, &b| self.rows[a as usize].key.cmp(&self.rows[b as usize].key));
        Sorted {
            values: self,
            order,
        }
    }

    /// Drops all rows from `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.rows.truncate(len);
        let end = |row: &Row| row.value.start as usize + usize::from(row.value.len);
        self.text.truncate(self.rows.last().map_or(0, end));
    }

    /// Drops the rows from `start` on that `keep` does not accept.
    pub fn retain_from(&mut self, start: usize, keep: impl Fn(&Row) -> bool) {
        let mut kept = start;
        for index in start..self.rows.len() {
            if keep(&self.rows[index]) {
                self.rows[kept] = self.rows[index];
                kept += 1;
            }
        }
        self.rows.truncate(kept);
    }
}

/// A view of a table by key.
#[derive(Debug)]
pub struct Sorted<'a> {
    values: &'a ValueTable,
    order: Vec<u32>,
}

impl<'a> Sorted<'a> {
    /// Index of the (first) row with this key.
    #[must_use]
    pub fn find(&self, key: &ValueKey) -> Option<usize> {
        let at = self
            .order
            .partition_point(|&i| self.values.rows[i as usize].key < *key);
        let &index = self.order.get(at)?;
        (self.values.rows[index as usize].key == *key).then_some(index as usize)
    }

    /// What is stored under this key.
    #[must_use]
    pub fn get(&self, key: &ValueKey) -> Option<Content<'a>> {
        self.find(key)
            .map(|index| self.values.content(&self.values.rows[index]))
    }

    /// Row indexes in key order.
    pub fn order(&self) -> impl Iterator<Item = usize> + '_ {
        self.order.iter().map(|&i| i as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value_set::names::Names;

    fn key(names: &mut Names, unit: &str) -> ValueKey {
        ValueKey {
            period: names.intern("2025"),
            unit: names.intern(unit),
            element: names.intern("de"),
            combo: Sym::NONE,
            attribute: Sym::NONE,
        }
    }

    fn content(value: &str) -> Content<'_> {
        Content {
            value,
            comment: Sym::NONE,
            follow_up: false,
        }
    }

    #[test]
    fn rows_are_found_by_key() {
        let mut names = Names::default();
        let mut values = ValueTable::default();
        for (unit, value) in [("b", "2"), ("a", "1"), ("b", "3"), ("c", "")] {
            let key = key(&mut names, unit);
            values.push(key, content(value)).unwrap();
        }
        let sorted = values.sorted();
        assert_eq!(sorted.get(&key(&mut names, "a")).unwrap().value, "1");
        assert_eq!(sorted.get(&key(&mut names, "c")).unwrap().value, "");
        assert_eq!(sorted.get(&key(&mut names, "d")), None);
    }

    #[test]
    fn a_row_is_small() {
        assert!(size_of::<Row>() <= 36, "{}", size_of::<Row>());
    }

    #[test]
    fn an_overlong_value_is_refused() {
        let mut names = Names::default();
        let mut values = ValueTable::default();
        let key = key(&mut names, "a");
        assert!(values.push(key, content(&"9".repeat(50_001))).is_err());
        assert!(values.is_empty());
    }
}
