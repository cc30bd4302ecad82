//! The list of exchanges that are known to differ.

use std::collections::BTreeMap;

const LIST: &str = include_str!("deviations.txt");

/// The known differences of a version: name of the exchange to reason.
pub(crate) struct Deviations(BTreeMap<String, String>);

impl Deviations {
    /// Reads the list: `versions: names: reason`, versions and names separated by blanks.
    pub(crate) fn of(version: &str) -> Self {
        let mut known = BTreeMap::new();
        for line in LIST
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let mut parts = line.splitn(3, ": ");
            let (Some(versions), Some(names), Some(reason)) =
                (parts.next(), parts.next(), parts.next())
            else {
                panic!("deviations.txt: no `versions: names: reason`: {line}");
            };
            if versions.split(' ').any(|other| other == version) {
                known.extend(
                    names
                        .split(' ')
                        .map(|name| (name.to_owned(), reason.to_owned())),
                );
            }
        }
        Self(known)
    }

    /// The reason for an exchange to differ, taken off the list.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// Names that no exchange has.
    pub(crate) fn rest(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }
}
