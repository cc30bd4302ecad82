//! What changed since an earlier fetch.

use std::io::{self, Write};

use pop_cli::{Align, Console, Table, ToolError};
use pop_geo::{Change, OrgUnitSet, ReadOptions, changes, read_orgunits};

/// The units of an earlier fetch, kept to be compared with those of this one.
pub(crate) struct Earlier {
    name: String,
    units: OrgUnitSet,
}

impl Earlier {
    /// Reads it, before the output may take its place.
    pub(crate) fn read(name: &str, console: &mut Console) -> Result<Self, ToolError> {
        let data = console.input("earlier org units", name)?;
        Ok(Self {
            name: name.to_owned(),
            units: parse(&data.bytes, name)?,
        })
    }

    /// Tells which units of the collection just fetched are new, gone, moved or redrawn.
    pub(crate) fn compare(&self, collection: &[u8], console: &Console) -> Result<(), ToolError> {
        let units = parse(collection, "the org units just fetched")?;
        let found = changes(&self.units, &units);
        if found.is_empty() {
            console.summary(&format!("no unit changed since {}", self.name));
            return Ok(());
        }
        let mut table = Table::new(&[
            ("change", Align::Left),
            ("unit", Align::Left),
            ("name", Align::Left),
            ("was", Align::Left),
            ("is", Align::Left),
        ]);
        for change in &found {
            let name = change.unit.name.as_deref().unwrap_or_default();
            let (word, was, is) = words(&change.change, name);
            table.row(&[word, &change.unit.id, name, was, is]);
        }
        console.show(&table.to_string());
        console.summary(&format!("{} changes since {}", found.len(), self.name));
        Ok(())
    }
}

fn words<'a>(change: &'a Change, name: &'a str) -> (&'static str, &'a str, &'a str) {
    match change {
        Change::New => ("new", "", ""),
        Change::Gone => ("gone", "", ""),
        Change::Moved { from, to } => ("moved", from, to),
        Change::Redrawn => ("redrawn", "", ""),
        Change::Renamed { from } => ("renamed", from, name),
        Change::Redated => ("redated", "", ""),
    }
}

fn parse(bytes: &[u8], name: &str) -> Result<OrgUnitSet, ToolError> {
    read_orgunits(bytes, &ReadOptions::default())
        .map_err(|error| ToolError::data(error).in_file(name))
}

/// Writes on, and keeps a copy where one is needed afterwards.
pub(crate) struct Copying<W> {
    inner: W,
    copy: Option<Vec<u8>>,
}

impl<W: Write> Copying<W> {
    /// Keeps a copy only if there is something to compare it with: it takes memory.
    pub(crate) fn for_comparison(inner: W, earlier: Option<&Earlier>) -> Self {
        Self {
            inner,
            copy: earlier.map(|_| Vec::new()),
        }
    }

    /// The writer, and the copy.
    pub(crate) fn into_parts(self) -> (W, Option<Vec<u8>>) {
        (self.inner, self.copy)
    }
}

impl<W: Write> Write for Copying<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        if let Some(copy) = &mut self.copy {
            copy.extend_from_slice(&bytes[..count]);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
